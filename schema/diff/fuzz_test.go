package diff_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/thvctl/thvctl/schema/diff"
)

// FuzzCompare demands that no schema differs from itself, that what is read can be
// compared, and that one change is one line.
func FuzzCompare(f *testing.F) {
	files, _ := filepath.Glob("../jsonschema/*.json")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), string(data))
	}
	f.Add(crd(`{"type": "string", "x-kubernetes-validations": [{"rule": "a"}]}`), crd(`{"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"]}`))
	for i, piece := range pieces {
		f.Add(draft(`"$defs": {"D": {}}, "items": `+piece), draft(`"$defs": {"D": {}}, "properties": {"a": `+pieces[len(pieces)-1-i]+`}`))
	}
	f.Fuzz(func(t *testing.T, was, is string) {
		a, b := tryRead(was), tryRead(is)
		if a == nil || b == nil {
			return
		}
		if again, err := diff.Compare(a, tryRead(was)); err != nil || len(again) > 0 {
			t.Fatalf("a schema differs from itself: %v, %v", again, err)
		}
		changes, err := diff.Compare(a, b)
		if err != nil {
			return
		}
		lines := map[string]bool{}
		for _, c := range changes {
			line := c.String()
			if strings.HasPrefix(line, "#") || strings.ContainsFunc(line, hidden) || lines[line] {
				t.Fatalf("found %q, each change has a line of its own, which is no comment and can be printed", line)
			}
			lines[line] = true
		}
	})
}

func hidden(r rune) bool { return !unicode.IsPrint(r) }

func tryRead(text string) *diff.Schema {
	var value any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil
	}
	s, err := diff.Read(value)
	if err != nil {
		return nil
	}
	return s
}
