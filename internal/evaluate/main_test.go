package evaluate

import (
	"fmt"
	"os"
	"testing"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// Arguments that make the test binary something else.
const (
	childMode  = "evaluate-cue"    // what Child starts
	parentMode = "evaluate-parent" // what starts a Child that is busy for long
)

func TestMain(m *testing.M) {
	if len(os.Args) != 2 {
		os.Exit(m.Run())
	}
	var err error
	switch os.Args[1] {
	case childMode:
		err = Run(os.Stdin, os.Stdout)
	case parentMode:
		_, err = newChild().Evaluate(syntax.EvaluateRequest{Files: files(disjunctions())})
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
