package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/layout"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/report"
)

// fmtFlags are those of fmt.
type fmtFlags struct {
	inputFlags
	dry, diff bool
}

func fmtCommand(env Environment) *cobra.Command {
	var f fmtFlags
	c := &cobra.Command{
		Use:   "fmt PATH...",
		Short: "Bring documents into their canonical layout, in place",
		Long: `Give webhook files, ToolHive's Kubernetes resources and RunConfigs their canonical
layout: the key order of the schema, an indentation of two spaces, durations as
compile writes them. Comments, quotes, blank lines and all documents of others
stay as they are. A PATH is a file, a folder, a glob, or - for standard input,
whose layout goes to standard output.

The names of the files that were changed go to standard output, everything else
that there is to say to standard error. The exit code is 0 when all is done, 1
when --check or --diff has something to show or a document cannot be read, 2 for
wrong usage, an unreadable input or nothing to lay out, and 3 for a defect of
thvctl itself.`,
		Example: `  thvctl fmt deploy/
  thvctl fmt --check deploy/
  thvctl fmt --diff webhooks.yaml
  thvctl fmt - <webhooks.yaml`,
		Args: somePaths,
		RunE: func(c *cobra.Command, args []string) error {
			r, err := prepareFmt(env, f, args)
			if err != nil {
				return err
			}
			return r.run()
		},
	}
	s := c.Flags()
	s.BoolVar(&f.dry, "check", false, "write nothing, list the files that would change, and exit with 1 if there are any")
	s.BoolVar(&f.diff, "diff", false, "write nothing, print what would change, and exit with 1 if anything would")
	f.register(c)
	return c
}

// fmtRun is one fmt, ready to go.
type fmtRun struct {
	env    Environment
	flags  fmtFlags
	inputs inputs
	// filter says that standard input goes to standard output.
	filter bool
	// broken is what is wrong with the project file; nothing is laid out then.
	broken diag.List
}

func (r *fmtRun) options() syntax.Options {
	return syntax.Options{Limits: r.flags.limits()}
}

// prepareFmt turns flags, project file and arguments into a run. The error is the
// user's.
func prepareFmt(env Environment, f fmtFlags, args []string) (*fmtRun, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	r := &fmtRun{env: env, flags: f, inputs: f.inputs(env)}
	r.filter = slices.Contains(args, "-") && !f.dry && !f.diff
	if r.filter && len(args) > 1 {
		return nil, errors.New("the layout of standard input goes to standard output, give - alone or with --check or --diff")
	}
	p, broken, err := loadProject(f.config)
	if err != nil {
		return nil, fmt.Errorf("the project file cannot be read: %w", err)
	}
	r.broken = broken
	r.inputs.excluded = p.excludes
	for _, arg := range args {
		if err := r.inputs.add(arg); err != nil {
			return nil, err
		}
	}
	for _, file := range r.inputs.files {
		if file.Format == syntax.CUE && file.Named && !f.allowEmpty {
			return nil, fmt.Errorf("%s is CUE, which cue fmt lays out", file.Name)
		}
	}
	return r, nil
}

// laidOut is what became of one file.
type laidOut struct {
	layout.Result
	found diag.List
	err   error
}

// run lays out all files, says what is wrong with them, and writes those that
// change.
func (r *fmtRun) run() error {
	if r.broken.Has(diag.Error) {
		return r.finish(nil, 0)
	}
	results := r.layOut()
	changed := 0
	for i, result := range results {
		if result.err != nil {
			return defectError{result.err}
		}
		if string(result.Data) != string(r.inputs.files[i].Data) {
			changed++
		}
	}
	if err := r.write(results); err != nil {
		return err
	}
	return r.finish(results, changed)
}

// layOut lays out the files, several at once.
func (r *fmtRun) layOut() []laidOut {
	results := make([]laidOut, len(r.inputs.files))
	compiler.Each(len(results), r.flags.jobs, func(i int) {
		results[i].Result, results[i].found, results[i].err = layout.Format(r.inputs.files[i], r.options())
	})
	return results
}

// write writes the layouts where they belong, or shows what would change.
func (r *fmtRun) write(results []laidOut) error {
	var files []file
	var said []byte
	for i, result := range results {
		f := r.inputs.files[i]
		if r.filter {
			if r.passes(result) {
				said = result.Data
			}
			break
		}
		if string(result.Data) == string(f.Data) {
			continue
		}
		if !r.flags.diff {
			files = append(files, file{f.Name, result.Data})
			said = append(said, report.Visible(f.Name)+"\n"...)
			continue
		}
		difference, err := difference(f, result.Data, compiler.Options{Syntax: r.options()})
		if err != nil {
			return defectError{err}
		}
		said = append(said, difference...)
	}
	if !r.flags.dry && !r.flags.diff {
		if err := writeFiles(files); err != nil {
			return err
		}
	}
	_, err := r.env.Stdout.Write(said)
	return err
}

// passes reports whether a filter may write what became of its input: nothing
// where the input is refused.
func (r *fmtRun) passes(result laidOut) bool {
	return !r.known(result.found).Has(diag.Error) && (result.Documents > 0 || r.flags.allowEmpty)
}

// known leaves out the findings that --allow-empty silences.
func (r *fmtRun) known(found diag.List) diag.List {
	if r.flags.allowEmpty {
		return without(found, diag.UnknownDocument.ID)
	}
	return found
}

// finish says what there is to say, and returns the run's exit as an error.
func (r *fmtRun) finish(results []laidOut, changed int) error {
	found := append(r.broken, r.inputs.found...)
	summary := report.Summary{Files: r.inputs.count}
	for _, result := range results {
		found = append(found, r.known(result.found)...)
		summary.Documents += result.Documents
		summary.Skipped += result.Skipped
		for _, left := range result.Left {
			at := left.Span.Start
			fmt.Fprintf(r.env.Stderr, "%s:%d:%d: found %s, the document is left as it is\n", report.Visible(left.Span.File), at.Line, at.Column, left.Reason)
		}
	}
	if len(found) > 0 {
		found.Sort()
		rep := report.Report{Diagnostics: found, Summary: summary, Version: version()}
		if err := report.Formats[0].Write(r.env.Stderr, rep, report.Options{Color: r.env.ColorErr}); err != nil {
			return err
		}
	}
	switch {
	case slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Rule.ID == diag.Unreadable.ID }):
		return exit(exitUsage)
	case found.Has(diag.Error), changed > 0 && (r.flags.dry || r.flags.diff):
		return exit(exitFindings)
	case summary.Documents == 0 && !r.flags.allowEmpty:
		return errors.New("nothing to lay out: no document of a known kind in the inputs (--allow-empty accepts that)")
	}
	return nil
}
