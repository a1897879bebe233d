package policy_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/thvctl/thvctl/internal/evaluate"
	"github.com/thvctl/thvctl/schema"
)

// childMode is the argument that makes the test binary evaluate policies.
const childMode = "evaluate-cue"

func TestMain(m *testing.M) {
	if len(os.Args) != 2 || os.Args[1] != childMode {
		os.Exit(m.Run())
	}
	if err := evaluate.Run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child() evaluate.Child {
	return evaluate.Child{Command: []string{os.Args[0], childMode}, Schema: schema.Sources()}
}
