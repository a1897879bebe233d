package example

import (
	"bytes"
	"strings"

	"github.com/thvctl/thvctl/internal/cli"
)

// Output is what a command did.
type Output struct {
	Code           int
	Stdout, Stderr []byte
}

// Report returns the stream that the findings are on.
func (o Output) Report(e Example) []byte {
	if e.Args[0] == "lint" {
		return o.Stdout
	}
	return o.Stderr
}

// Run runs the example's command line, with more flags, in the working folder.
func (e Example) Run(evaluators cli.Environment, flags ...string) Output {
	var stdout, stderr bytes.Buffer
	args := append([]string{e.Args[0]}, flags...)
	code := cli.Main(cli.Environment{
		Args:   append(args, e.Args[1:]...),
		Stdin:  strings.NewReader(""),
		Stdout: &stdout, Stderr: &stderr,
		Evaluate: evaluators.Evaluate, EvaluatePolicies: evaluators.EvaluatePolicies,
	})
	return Output{code, stdout.Bytes(), stderr.Bytes()}
}
