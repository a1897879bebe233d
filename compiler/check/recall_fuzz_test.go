package check_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// remembered returns what a run keeps of a file for the next; nil where it keeps nothing.
func remembered(t testing.TB, text []byte) []byte {
	tree, unread := syntax.Parse(syntax.File{Name: "x", Data: text}, syntax.Options{})
	part, err := check.File(tree, 0, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(unread) > 0 || !part.Forget() {
		return nil
	}
	data, _ := part.Remembered()
	return data
}

// FuzzRecall recalls what no run has kept, or kept of another text: that is refused, or is
// about places in the text.
func FuzzRecall(f *testing.F) {
	files, err := filepath.Glob("../../testdata/*/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	good := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if data := remembered(f, text); data != nil {
			good++
			f.Add(data, text)
		}
	}
	if good < 10 {
		f.Fatalf("only %d files are remembered", good)
	}
	f.Fuzz(func(t *testing.T, data, text []byte) {
		v := check.NewVerdict(check.Options{Suppress: suppress.New(nil)})
		for i := range 2 { // alike, which is found
			part, ok := check.Recall(data, syntax.File{Name: "x", Data: text}, i, syntax.Options{})
			if !ok {
				return
			}
			v.AddForgotten(part)
		}
		_, _, found, err := v.End()
		if err != nil {
			return
		}
		for _, d := range found {
			if d.Span.Start.Line < 1 || d.Span.End.Offset < d.Span.Start.Offset || d.Span.End.Offset > len(text) {
				t.Errorf("%s %q at %v in %d bytes", d.Rule.ID, d.Message, d.Span, len(text))
			}
		}
	})
}
