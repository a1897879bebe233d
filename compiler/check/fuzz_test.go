package check_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

func seedFiles(f *testing.F) {
	for _, pattern := range []string{"../../testdata/*/*.yaml", "../../testdata/*/*.json", "../../testdata/rules/*/*.yaml", "../../testdata/rules/*/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, filepath.Ext(file) == ".json")
		}
	}
	for seed := range uint64(40) {
		d := randomDocument(seed)
		f.Add([]byte(d.text), d.format == syntax.JSON)
	}
}

func lint(data []byte, isJSON bool) (*syntax.Tree, diag.List) {
	format := syntax.YAML
	if isJSON {
		format = syntax.JSON
	}
	tree, found := syntax.Parse(syntax.File{Name: "x", Format: format, Data: data, Named: true}, syntax.Options{})
	_, _, more, err := check.Check([]*syntax.Tree{tree}, check.Options{})
	if err != nil {
		panic(err)
	}
	found = append(found, more...)
	found.Sort()
	return tree, found
}

// FuzzCheck checks twice the same, and points into the text.
func FuzzCheck(f *testing.F) {
	seedFiles(f)
	f.Fuzz(func(t *testing.T, data []byte, isJSON bool) {
		_, first := lint(data, isJSON)
		_, second := lint(data, isJSON)
		if !slices.EqualFunc(first, second, sameFinding) {
			t.Errorf("two runs differ:\n%v\n%v", first, second)
		}
		for _, d := range first {
			if d.Message == "" || d.Span.Start.Line < 1 || d.Span.End.Offset < d.Span.Start.Offset || d.Span.End.Offset > len(data) {
				t.Errorf("%s %q at %v", d.Rule.ID, d.Message, d.Span)
			}
		}
	})
}

func sameFinding(a, b diag.Diagnostic) bool {
	return a.Rule == b.Rule && a.Span == b.Span && a.Message == b.Message && a.Path == b.Path && (a.Fix == nil) == (b.Fix == nil)
}

// FuzzFix applies the offered fixes until none is left: each round leaves fewer
// errors, or where it mends a warning fewer findings, and nothing but the text of the edits changes.
func FuzzFix(f *testing.F) {
	seedFiles(f)
	f.Fuzz(func(t *testing.T, data []byte, isJSON bool) {
		for range 50 {
			_, found := lint(data, isJSON)
			i := slices.IndexFunc(found, func(d diag.Diagnostic) bool { return d.Fix != nil })
			if i < 0 {
				return
			}
			fixed, ok := check.Apply(data, found[i].Fix.Edits)
			if !ok {
				t.Fatalf("the edits of %s do not apply: %v", found[i].Rule.ID, found[i].Fix)
			}
			checkUntouched(t, data, fixed, found[i].Fix.Edits)
			_, after := lint(fixed, isJSON)
			fewer := after.Count(diag.Error) < found.Count(diag.Error)
			if found[i].Severity != diag.Error {
				fewer = len(after) < len(found)
			}
			if !fewer {
				t.Fatalf("%q had %d findings, and %d after %q: %q", data, len(found), len(after), found[i].Fix.Title, fixed)
			}
			data = fixed
		}
	})
}

func checkUntouched(t *testing.T, before, after []byte, edits []diag.Edit) {
	first, last := edits[0].Span.Start.Offset, edits[len(edits)-1].Span.End.Offset
	if !slices.Equal(before[:first], after[:first]) || !slices.Equal(before[last:], after[len(after)-(len(before)-last):]) {
		t.Errorf("text outside the edits changed")
	}
}
