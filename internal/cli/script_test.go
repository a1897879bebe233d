package cli_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/internal/cli"
)

const scripts = "../../testdata/script"

var update = flag.Bool("update", false, "write what the commands print into the scripts that compare with it")

// TestMain lets the test binary be thvctl, as testscript wants it. Being the same
// program, it also is the child that evaluates CUE.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"thvctl":        func() { os.Exit(cli.Main(cli.System())) },
		"thvctl-broken": func() { os.Exit(cli.Main(withEvaluator(failing))) },
		"thvctl-panics": func() { os.Exit(cli.Main(withEvaluator(panicking))) },
	})
}

// withEvaluator is the environment of this process with another evaluator. No
// input may show a defect of thvctl, so the scripts for exit code 3 bring their
// own.
func withEvaluator(evaluate syntax.Evaluator) cli.Environment {
	env := cli.System()
	env.Evaluate = evaluate
	return env
}

func failing(syntax.EvaluateRequest) ([]syntax.Evaluated, error) {
	return nil, errors.New("the evaluator is out of order")
}

func panicking(request syntax.EvaluateRequest) ([]syntax.Evaluated, error) {
	panic(string(request.Files[0].Data))
}

// TestScripts runs the command line as a person would. -update accepts what the
// commands print now.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 scripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"bytes": writeBytes,
		},
	})
}

// exits runs a program that must end with one exit code: exits CODE PROGRAM
// [ARG...]. It is exec for those who care which code it is. No program may show
// a stack trace.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if strings.Contains(ts.ReadFile("stderr"), "goroutine ") {
		ts.Fatalf("a stack trace on standard error")
	}
}

// writeBytes writes a file that no archive can hold, with the escapes of a Go
// string: bytes FILE TEXT.
func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bytes FILE TEXT")
	}
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(args[1], `"`, `\"`) + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

// TestEveryCommandHasScripts demands a script whose name begins with that of the
// command.
func TestEveryCommandHasScripts(t *testing.T) {
	var stdout bytes.Buffer
	code := cli.Main(cli.Environment{Args: []string{"__complete", ""}, Stdout: &stdout, Stderr: new(bytes.Buffer)})
	lines, _, found := strings.Cut(stdout.String(), "\n:")
	if code != 0 || !found {
		t.Fatalf("exit code %d, and no list of commands in %q", code, stdout.String())
	}
	for _, line := range strings.Split(lines, "\n") {
		name, _, _ := strings.Cut(line, "\t")
		if matches, err := filepath.Glob(filepath.Join(scripts, name+"*.txtar")); err != nil || len(matches) == 0 {
			t.Errorf("the command %q has no script in %s (%v)", name, scripts, err)
		}
	}
}

const readme = "../../README.md"
