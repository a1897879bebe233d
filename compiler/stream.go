package compiler

import (
	"slices"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/lookup"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// streams reports whether a lint can let go of each file when it has been judged:
// nothing then asks for the values of all of them.
func streams(files []syntax.File, o Options) bool {
	together := o.Bind.Form != "" || o.Check.Rules.Merge || len(o.Check.Judges)+len(o.Policies) > 0 || o.Secrets.Strength > lookup.Syntax
	_, isTable := o.Check.Engine.(check.Table)
	isCUE := func(f syntax.File) bool { return f.Format == syntax.CUE }
	return !together && (o.Check.Engine == nil || isTable) && !slices.ContainsFunc(files, isCUE)
}

// judged is what came of one file.
type judged struct {
	tree   *syntax.Tree
	unread diag.List
	part   *check.Part
	err    error
}

// stream is a lint that reads and judges files at the same time, and holds no more than
// a few of them.
func stream(files []syntax.File, o Options) (Result, error) {
	if o.Suppress == nil {
		o.Suppress = suppress.New(nil)
	}
	o.Check.Suppress = o.Suppress
	o.Syntax.Foreign, o.Syntax.Claim = check.Foreign, check.Claim
	r := &run{files: files, options: o}
	verdict := check.NewVerdict(o.Check)
	var failed error
	Ordered(len(files), o.Workers, func(i int) (j judged) {
		f, ok := files[i], true
		if j.unread, ok = load(&f); !ok {
			return j
		}
		j.tree, j.unread = syntax.Parse(f, o.Syntax)
		j.part, j.err = check.File(j.tree, i, o.Check)
		return j
	}, func(j judged) {
		switch {
		case j.err != nil:
			failed = j.err
			return
		case j.tree == nil:
			verdict.Miss(j.unread)
		default:
			syntax.Show(j.unread, j.tree)
			verdict.AddReleased(j.part)
		}
		r.found = append(r.found, o.Suppress.Filter(j.unread, nil)...)
	})
	if failed != nil {
		return Result{}, failed
	}
	_, summary, found, err := verdict.End()
	if err != nil {
		return Result{}, err
	}
	r.found, r.result.Summary, r.partial = append(r.found, found...), summary, verdict.Partial()
	return r.end(), nil
}
