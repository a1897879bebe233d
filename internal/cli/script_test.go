package cli_test

import (
	"errors"
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/internal/cli"
)

var update = flag.Bool("update", false, "write what the commands printed into the scripts that compare with it")

// TestMain lets the test binary be thvctl, as testscript needs it. Being the
// same binary, it also serves as its own child that evaluates CUE.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"thvctl":          func() { os.Exit(cli.Main(cli.System())) },
		"thvctl-broken":   func() { os.Exit(cli.Main(broken(failing))) },
		"thvctl-panicked": func() { os.Exit(cli.Main(broken(panicking))) },
	})
}

// broken is this process with another evaluator. The exit code 3 must mean a
// defect of thvctl, and no input may cause one, so the scripts bring their own.
func broken(evaluate syntax.Evaluator) cli.Environment {
	env := cli.System()
	env.Evaluate = evaluate
	return env
}

func failing(syntax.EvaluateRequest) ([]syntax.EvaluateInstance, error) {
	return nil, errors.New("the evaluator is out of order")
}

func panicking(syntax.EvaluateRequest) ([]syntax.EvaluateInstance, error) {
	panic("text of the user that must not be shown")
}

// TestScripts runs the command line as a person would.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}
