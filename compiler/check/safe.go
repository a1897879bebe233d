package check

import (
	"bytes"
	"slices"
	"sort"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Bounds of how many fixes of one file are tried one by one, where all of them together
// do not pass; the rest is not offered.
const (
	maxTrials        = 32
	maxTrialFindings = 10_000  // in all of them
	maxTrialBytes    = 1 << 20 // of text
)

// keepSafeFixes takes back every fix whose result would not have fewer errors
// (or, for a warning, fewer findings), or would have a new error outside the text
// that the fix touches.
func keepSafeFixes(part *Part, o Options) {
	found, tree := part.found, part.tree
	var fixed []*diag.Diagnostic
	for i := range found {
		if found[i].Fix != nil && found[i].Span.File == tree.Source.Name {
			fixed = append(fixed, &found[i])
		}
	}
	if len(fixed) == 0 {
		return
	}
	trial := newTrial(part, o)
	if trial.passes(fixed) {
		return
	}
	trials := min(maxTrials, maxTrialFindings/max(1, trial.all), maxTrialBytes/max(1, len(tree.Source.Data)))
	for i, d := range fixed {
		if i >= trials || !trial.passes([]*diag.Diagnostic{d}) {
			d.Fix = nil
		}
	}
}

// place identifies a finding in a text.
type findingPlace struct {
	rule   string
	offset int
}

// trial applies fixes to a copy of one file and compares the findings.
type trial struct {
	tree    *syntax.Tree
	options Options
	before  map[findingPlace]int
	// errors and all count the findings before.
	errors, all int
}

func newTrial(part *Part, o Options) *trial {
	t := &trial{tree: part.tree, options: o, before: map[findingPlace]int{}}
	var found diag.List
	if part.tree.Faulty {
		found = t.findings(part.tree.Source.Data) // with what could not be read
	} else {
		found = t.ofFile(part)
	}
	for _, d := range found {
		t.before[findingPlace{d.Rule.ID, d.Span.Start.Offset}]++
	}
	t.errors, t.all = found.Count(diag.Error), len(found)
	return t
}

func (t *trial) findings(text []byte) diag.List {
	file := t.tree.File
	file.Data = text
	tree, found := syntax.Parse(file, t.tree.Options)
	defer tree.Release()
	part, err := judge(tree, 0, t.options)
	if err != nil {
		return nil // a defect is reported where it is first met
	}
	return slices.Concat(found, t.ofFile(part))
}

// ofFile is what is found in a file that stands alone.
func (t *trial) ofFile(part *Part) diag.List {
	v := NewVerdict(t.options)
	v.Add(part)
	return slices.Concat(part.found, v.across())
}

// passes reports whether the fixes may be offered together.
func (t *trial) passes(fixed []*diag.Diagnostic) bool {
	var edits []diag.Edit
	errors := 0 // among what is fixed
	for _, d := range fixed {
		edits = append(edits, d.Fix.Edits...)
		if d.Severity == diag.Error {
			errors++
		}
	}
	text, ok := Apply(t.tree.Source.Data, edits)
	if !ok {
		return false
	}
	after := t.findings(text)
	if after.Count(diag.Error) > t.errors-errors || errors == 0 && len(after) > t.all-len(fixed) {
		return false
	}
	for _, d := range after {
		if d.Severity != diag.Error {
			continue // what a fix brings to light is no harm that it does
		}
		old, touched := before(edits, d.Span.Start.Offset)
		if !touched && t.before[findingPlace{d.Rule.ID, old}] == 0 {
			return false
		}
	}
	return true
}

// Apply makes the edits in a text. ok is false where two of them overlap or one
// lies outside the text.
func Apply(text []byte, edits []diag.Edit) (result []byte, ok bool) {
	sortEdits(edits)
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		start, end := e.Span.Start.Offset, e.Span.End.Offset
		if start < at || end < start || end > len(text) {
			return nil, false
		}
		out.Write(text[at:start])
		out.WriteString(e.Text)
		at = end
	}
	out.Write(text[at:])
	return out.Bytes(), true
}

// Join adds edits to others of one file, which Join has sorted. Nothing is added, and ok
// is false, where they cannot be made together.
func Join(edits, more []diag.Edit) (joined []diag.Edit, ok bool) {
	more = slices.Clone(more)
	sortEdits(more)
	for i, e := range more {
		at := placeOf(edits, e)
		if i > 0 && overlap(more[i-1], e) || at > 0 && overlap(edits[at-1], e) || at < len(edits) && overlap(e, edits[at]) {
			return edits, false
		}
	}
	for _, e := range more {
		edits = slices.Insert(edits, placeOf(edits, e), e)
	}
	return edits, true
}

// placeOf returns the index among sorted edits that one more gets.
func placeOf(edits []diag.Edit, e diag.Edit) int {
	return sort.Search(len(edits), func(i int) bool { return edits[i].Span.Start.Offset > e.Span.Start.Offset })
}

func overlap(a, behind diag.Edit) bool { return behind.Span.Start.Offset < a.Span.End.Offset }

func sortEdits(edits []diag.Edit) {
	slices.SortStableFunc(edits, func(a, b diag.Edit) int { return a.Span.Start.Offset - b.Span.Start.Offset })
}

// before maps an offset of the edited text back to the text as it was; touched
// says that the offset lies in what an edit wrote.
func before(edits []diag.Edit, offset int) (old int, touched bool) {
	shift := 0
	for _, e := range edits {
		start := e.Span.Start.Offset + shift
		if offset < start {
			break
		}
		if offset < start+len(e.Text) {
			return 0, true
		}
		shift += len(e.Text) - (e.Span.End.Offset - e.Span.Start.Offset)
	}
	return offset - shift, false
}
