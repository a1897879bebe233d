package compiler

import (
	"cmp"
	"slices"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/lookup"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Fixed is what came of fixing files.
type Fixed struct {
	// Files are the files as they are afterwards, in the order given.
	Files []syntax.File
	// Count is how many fixes were made.
	Count int
	// Before and After are what a lint finds before and afterwards.
	Before, After Result
}

// maxRounds bounds how often files are fixed anew. Each round leaves fewer
// findings, so it only guards against a fault of ours.
const maxRounds = 1000

// Fix makes every fix that a lint offers, until none is left. In each file each
// round must leave fewer errors, or as many errors and fewer findings; otherwise
// only the first fix of the file is made, or none. An error is a defect of ours,
// or a [UsageError].
func Fix(files []syntax.File, o Options) (Fixed, error) {
	lint := func(files []syntax.File) (Result, error) {
		again := o
		again.Suppress = o.Suppress.Fresh()
		again.Secrets.Strength = lookup.Syntax // stores are asked at the end
		return Lint(files, again)
	}
	f, err := fixAll(files, lint)
	if err != nil || o.Secrets.Strength == lookup.Syntax {
		return f, err
	}
	whole := o
	whole.Suppress = o.Suppress.Fresh()
	if f.Before, err = Lint(files, whole); err != nil {
		return f, err
	}
	if f.After = f.Before; f.Count > 0 {
		whole.Suppress = o.Suppress.Fresh()
		f.After, err = Lint(f.Files, whole)
	}
	return f, err
}

// fixAll fixes files until a lint offers nothing more.
func fixAll(files []syntax.File, lint func([]syntax.File) (Result, error)) (Fixed, error) {
	result, err := lint(files)
	f := Fixed{Files: files, Before: result, After: result}
	hopeless := map[string]bool{} // files whose fixes make nothing better
	for range maxRounds {
		if err != nil {
			return f, err
		}
		var changed bool
		if f, changed, err = f.round(lint, hopeless); !changed {
			return f, err
		}
	}
	return f, err
}

// round fixes each file once.
func (f Fixed) round(lint func([]syntax.File) (Result, error), hopeless map[string]bool) (Fixed, bool, error) {
	next, made := f.apply(hopeless, 0)
	if len(made) == 0 {
		return f, false, nil
	}
	after, err := lint(next)
	if err != nil {
		return f, false, err
	}
	for name := range made {
		if !fewer(f.After.Diagnostics, after.Diagnostics, name) {
			return f.careful(lint, hopeless)
		}
	}
	return f.with(next, after, made), true, nil
}

// careful makes one fix in each file, where all together did not make it better,
// and none where that does not either.
func (f Fixed) careful(lint func([]syntax.File) (Result, error), hopeless map[string]bool) (Fixed, bool, error) {
	next, made := f.apply(hopeless, 1)
	after, err := lint(next)
	if err != nil {
		return f, false, err
	}
	for name := range made {
		if !fewer(f.After.Diagnostics, after.Diagnostics, name) {
			hopeless[name] = true
		}
	}
	for name := range made {
		if hopeless[name] {
			return f, true, nil // once more without it
		}
	}
	return f.with(next, after, made), true, nil
}

func (f Fixed) with(files []syntax.File, after Result, made map[string]int) Fixed {
	for _, n := range made {
		f.Count += n
	}
	f.Files, f.After = files, after
	return f
}

// apply makes the fixes that do not overlap, at most so many in a file where most
// is not 0, and says how many it made in which file.
func (f Fixed) apply(hopeless map[string]bool, most int) (files []syntax.File, made map[string]int) {
	edits := map[string][]diag.Edit{}
	made = map[string]int{}
	for _, d := range f.After.Diagnostics {
		name := d.Span.File
		if d.Fix == nil || hopeless[name] || most > 0 && made[name] >= most {
			continue
		}
		if together, ok := check.Join(edits[name], d.Fix.Edits); ok {
			edits[name] = together
			made[name]++
		}
	}
	files = slices.Clone(f.Files)
	for i := range files {
		if text, ok := check.Apply(files[i].Data, edits[files[i].Name]); ok {
			files[i].Data = text
		}
	}
	return files, made
}

// fewer reports whether a file has fewer errors than before, or as many and fewer
// findings.
func fewer(before, after diag.List, file string) bool {
	count := func(found diag.List) (errors, all int) {
		for _, d := range found {
			if d.Span.File != file {
				continue
			}
			all++
			if d.Severity == diag.Error {
				errors++
			}
		}
		return errors, all
	}
	errors, all := count(before)
	errorsAfter, allAfter := count(after)
	return cmp.Or(cmp.Compare(errorsAfter, errors), cmp.Compare(allAfter, all)) < 0
}
