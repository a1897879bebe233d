package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

func lintCommand(env Environment) *cobra.Command {
	var f flags
	var own lintFlags
	c := &cobra.Command{
		Use:   "lint PATH...",
		Short: "Check webhook configurations and print what is wrong",
		Long: `Check webhook files, MCPWebhookConfig and other ToolHive resources, and RunConfigs.
A PATH is a file, a folder, a glob, or - for standard input.

The exit code is 0 when nothing was found, 1 for findings at or above --fail-on,
2 for wrong usage, an unreadable input or nothing to check, and 3 for a defect of
thvctl itself.`,
		Example: `  thvctl lint webhooks.yaml
  thvctl lint --format json deploy/
  thvctl lint --fix webhooks.yaml
  kubectl get mcpwebhookconfigs -o yaml | thvctl lint -`,
		Args: somePaths,
		RunE: func(c *cobra.Command, args []string) error {
			f.lazy = !own.fix && !own.diff
			f.remembers = f.lazy
			r, err := prepare(c, env, f, args)
			if err != nil {
				return err
			}
			if own.fix || own.diff {
				r.options.Most = diag.Most{} // a fix that is not kept could not be made
				if !r.broken.Has(diag.Error) {
					return r.fix(own)
				}
				fmt.Fprintln(env.Stderr, "thvctl: the project file has mistakes, so nothing is fixed")
			}
			line := newProgress(env, len(r.inputs.files))
			if line != nil {
				r.options.Progress = line.update
			}
			result, err := compiler.Lint(r.inputs.files, r.options)
			line.end()
			if err != nil {
				return pipelineError(err)
			}
			r.closeCache()
			return r.finish(result, env.Stdout, env.Color)
		},
	}
	c.Flags().SortFlags = false
	c.Flags().BoolVar(&own.fix, "fix", false, "make the safe fixes in the files, and report what is left")
	c.Flags().BoolVar(&own.diff, "diff", false, "print what --fix would change, and change nothing; diagnostics go to standard error")
	f.register(c)
	return c
}

// lintFlags are those of lint alone.
type lintFlags struct{ fix, diff bool }

// fix makes the safe fixes, or shows them.
func (r *run) fix(f lintFlags) error {
	if !f.diff && r.inputs.stdinRead {
		return errors.New("--fix cannot change standard input, --diff shows what it would change")
	}
	fixed, err := compiler.Fix(r.inputs.files, r.options)
	if err != nil {
		return pipelineError(err)
	}
	if f.diff {
		if err := r.writeDiffs(fixed.Files); err != nil {
			return err
		}
		return r.finish(fixed.Before, r.env.Stderr, r.env.ColorErr)
	}
	changed, err := r.writeChanged(fixed.Files)
	if err != nil {
		return errors.Join(err, said(r.finish(fixed.Before, r.env.Stdout, r.env.Color)))
	}
	if changed > 0 {
		fmt.Fprintf(r.env.Stderr, "thvctl: made %s in %s\n", count(fixed.Count, "fix", "fixes"), count(changed, "file", "files"))
	}
	return r.finish(fixed.After, r.env.Stdout, r.env.Color)
}

// said is an error that is still to be shown, nil for an exit code alone.
func said(err error) error {
	if _, exited := errors.AsType[exit](err); exited {
		return nil
	}
	return err
}

func (r *run) writeDiffs(files []syntax.File) error {
	for i, f := range files {
		if bytes.Equal(f.Data, r.inputs.files[i].Data) {
			continue
		}
		text, err := difference(r.inputs.files[i], f.Data, r.options)
		if err != nil {
			return pipelineError(err)
		}
		if _, err := r.env.Stdout.Write(text); err != nil {
			return err
		}
	}
	return nil
}

// writeChanged writes the files that differ from what was read, all or none.
func (r *run) writeChanged(files []syntax.File) (changed int, err error) {
	var out []file
	for i, f := range files {
		before := r.inputs.files[i].Data
		if bytes.Equal(f.Data, before) {
			continue
		}
		path := filepath.FromSlash(f.Name)
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, before) {
			return 0, fmt.Errorf("%s has changed since it was read, nothing was written", f.Name)
		}
		out = append(out, file{path, f.Data})
	}
	return len(out), writeFiles(out)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// somePaths asks for at least one PATH.
func somePaths(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("give at least one PATH: a file, a folder, a glob, or - for standard input")
	}
	return nil
}
