// Package cli is the command line: it owns input, output and the environment,
// and hands the compiler values.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/internal/evaluate"
	"github.com/thvctl/thvctl/report"
	"github.com/thvctl/thvctl/schema"
)

// The exit codes, the same for every report format.
const (
	exitClean    = 0
	exitFindings = 1
	exitUsage    = 2
	exitDefect   = 3
)

// evaluateCommand is how this program starts itself to evaluate CUE.
const evaluateCommand = "evaluate-cue"

// Environment is the world as the commands see it.
type Environment struct {
	// Args are the arguments without the program's name.
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Color says that Stdout, and ColorErr that Stderr, takes colours.
	Color, ColorErr bool
	// Terminal says that Stderr is a terminal, whether it takes colours or not.
	Terminal bool
	// CacheFolder is where results are kept from one run to the next; empty for nowhere.
	CacheFolder string
	// Now is the time by which certificates are judged; nil is the clock's.
	Now func() time.Time
	// Evaluate evaluates CUE sources.
	Evaluate syntax.Evaluator
	// EvaluatePolicies evaluates the policies of an organisation.
	EvaluatePolicies policy.Evaluator
}

// System returns the environment of this process.
func System() Environment {
	child := &evaluate.Child{Schema: schema.Sources(), Timeout: 10 * time.Second}
	if exe, err := os.Executable(); err == nil {
		child.Command = []string{exe, evaluateCommand}
	}
	cacheFolder, err := os.UserCacheDir()
	if err == nil {
		cacheFolder = filepath.Join(cacheFolder, "thvctl")
	}
	color := os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return Environment{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Color: color && isTerminal(os.Stdout), ColorErr: color && isTerminal(os.Stderr), Terminal: isTerminal(os.Stderr) && os.Getenv("TERM") != "dumb",
		CacheFolder: cacheFolder, Evaluate: child.Evaluate, EvaluatePolicies: child.CheckPolicies,
	}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// exit ends a command with a code other than 0. What there is to say was said.
type exit int

// Error implements error.
func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// Main runs a command and returns the exit code.
func Main(env Environment) (code int) {
	defer func() {
		if failure := recover(); failure != nil {
			code = defect(env, failure)
		}
	}()
	if len(env.Args) == 1 && env.Args[0] == evaluateCommand {
		return evaluateInput(env)
	}
	boundMemory()
	root := Command(env)
	root.SetArgs(env.Args)
	return exitCode(env, root.Execute())
}

// Command returns thvctl with all its commands.
func Command(env Environment) *cobra.Command {
	root := &cobra.Command{
		Use:           "thvctl",
		Short:         "Check and compile ToolHive webhook configurations",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(helpCommand())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	for _, command := range commands {
		root.AddCommand(command(env))
	}
	return root
}

// commands are the commands, in the order of the help text.
var commands = []func(Environment) *cobra.Command{
	lintCommand,
	compileCommand,
	convertCommand,
	fmtCommand,
	headersCommand,
	explainCommand,
	rulesCommand,
	schemaCommand,
	initCommand,
	completionCommand,
	versionCommand,
}

// exitCode says what went wrong, if nobody has yet, and returns the code.
func exitCode(env Environment, err error) int {
	var code exit
	var broken defectError
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &broken):
		return defect(env, broken)
	}
	fmt.Fprintf(env.Stderr, "thvctl: %s\n", printable(err.Error()))
	return exitUsage
}

// defectError is an error that is ours and not the user's.
type defectError struct{ error }

// pipelineError tells an error of the compiler from a request that makes no
// sense.
func pipelineError(err error) error {
	if err == nil || compiler.IsUsage(err) {
		return err
	}
	return defectError{err}
}

// defect says that thvctl itself is broken. The value of a panic may hold what the
// user wrote, so it is shown only where it is the Go runtime's, and otherwise its
// type.
func defect(env Environment, failure any) int {
	what := fmt.Sprintf("unexpected failure (%T)", failure)
	switch f := failure.(type) {
	case runtime.Error:
		what = f.Error()
	case defectError:
		what = f.Error()
	}
	fmt.Fprintf(env.Stderr, "thvctl: internal error: %s\nThis is a defect of thvctl, not of your input. Please report it.\n", printable(what))
	return exitDefect
}

// printable returns a message as a report would show it, save that line breaks and tabs
// stay.
func printable(text string) string {
	var out strings.Builder
	for text != "" {
		end := strings.IndexAny(text, "\n\t")
		if end < 0 {
			end = len(text)
		}
		out.WriteString(report.Visible(text[:end]))
		kept := min(end+1, len(text))
		out.WriteString(text[end:kept])
		text = text[kept:]
	}
	return out.String()
}

// evaluateInput is the child process that evaluates CUE.
func evaluateInput(env Environment) int {
	if err := evaluate.Run(env.Stdin, env.Stdout); err != nil {
		fmt.Fprintln(env.Stderr, err)
		return exitDefect
	}
	return exitClean
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show what a command does",
		RunE: func(c *cobra.Command, args []string) error {
			topic, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return fmt.Errorf("there is no command %q, see thvctl help", strings.Join(args, " "))
			}
			topic.InitDefaultHelpFlag()
			return topic.Help()
		},
	}
}

// flagError says of a bad flag value what the flag takes.
func flagError(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	takes := map[string]string{"int": "a whole number", "int64": "a whole number", "bool": "true or false"}[invalid.GetFlag().Value.Type()]
	return fmt.Errorf("--%s is %q, it takes %s", invalid.GetFlag().Name, invalid.GetValue(), takes)
}
