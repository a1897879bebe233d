package syntax

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"
)

// seedFiles adds every input of the test data to a corpus.
func seedFiles(f *testing.F) {
	for _, pattern := range []string{"../../testdata/*/*.yaml", "../../testdata/*/*.json", "../../testdata/rules/*/*.yaml"} {
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
	for _, text := range []string{
		"a: &x [1, 'q''q', \"d\\\"\\n\"]\nb: *x\n", "a: |2-\n    x\n   y\n", "a: >+\n  x\n\n\nb: plain\n  more # c\n", "<<: {a: 1}\nb: !!str 5\n",
		"? [a]\n: b\n", "a: \u0085b\n", "{a: b, c: }", "- - a\n  - b\n-\n", "%YAML 1.2\n---\na: 1\n...\n---\nb\n", "\ufeffa: é\r\nb: 'x\n\n  y'\r\n", "a: !foo {x: y}",
		"a: &b *b", "--- |\n x\n--- >\n y\n", "a:\n- b\n-  c: d\n   e: f\n", "key: \"a\\\n  b\"\n", "x: *\n", "a: -\n", "a: ''\nb: \"\"\nc: ~\n",
	} {
		f.Add([]byte(text), false)
	}
}

// FuzzParse holds every tree against its text: spans lie in the file, children
// in their parents unless an alias leads to them, and the text of every scalar
// parses to its value.
func FuzzParse(f *testing.F) {
	seedFiles(f)
	f.Fuzz(func(t *testing.T, data []byte, isJSON bool) {
		format := YAML
		if isJSON {
			format = JSON
		}
		tree, found := Parse(File{Name: "x", Format: format, Data: data, Named: true}, Options{})
		for _, d := range found {
			if d.Span.Start.Line < 1 || d.Span.Start.Column < 1 || d.Span.Start.Offset > len(data) || d.Span.End.Offset < d.Span.Start.Offset {
				t.Errorf("finding at %v", d.Span)
			}
		}
		for _, d := range tree.Documents {
			if d.Root != nil {
				checkTree(t, d, d.Root, len(data))
				if _, err := json.Marshal(d.Root); err != nil {
					t.Errorf("no JSON form: %v", err)
				}
			}
		}
	})
}

func checkTree(t *testing.T, d *Document, n *Node, size int) {
	if n.Start < 0 || n.End < n.Start || n.End > size {
		t.Fatalf("%v spans [%d,%d) of %d bytes", n.Kind, n.Start, n.End, size)
	}
	children := n.Items
	for _, e := range n.Entries {
		children = append(children, e.Key, e.Value)
	}
	for _, c := range children {
		if c.Alias < 0 && (c.Start < n.Start || c.End > n.End) {
			t.Errorf("%v %q at [%d,%d) lies outside its parent at [%d,%d)", c.Kind, c.Value, c.Start, c.End, n.Start, n.End)
		}
		checkTree(t, d, c, size)
	}
	if len(children) == 0 && n.Kind != List && n.Kind != Map && n.Start < n.End {
		checkScalar(t, d, n)
	}
}

func checkScalar(t *testing.T, d *Document, n *Node) {
	text := n.Source.Data[n.Start:n.End]
	if d.Format == JSON {
		var value any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&value); err != nil {
			t.Errorf("%q does not parse: %v", text, err)
		} else if s, ok := value.(string); ok && s != n.Value {
			t.Errorf("%q parses to %q, the node has %q", text, s, n.Value)
		}
		return
	}
	if text[0] == '|' || text[0] == '>' || text[0] == '!' || !utf8.Valid(text) {
		checkBlock(t, n, text)
		return
	}
	var node yaml.Node
	// A line of its own, so that what follows the marker cannot run into it; a
	// continued line is indented so that it cannot look like a marker.
	wrapped := "- " + strings.ReplaceAll(string(text), "\n", "\n  ")
	if err := yaml.Unmarshal([]byte(wrapped), &node); err != nil {
		return // a key that is a collection, or text that means more at the root
	}
	if len(node.Content) == 1 && len(node.Content[0].Content) == 1 {
		if got := node.Content[0].Content[0]; got.Kind == yaml.ScalarNode && got.Tag == "!!str" /* a key may be of another kind */ && got.Value != n.Value && n.Kind == String && !strings.ContainsAny(n.Value, "\r\u0085\u2028\u2029") {
			t.Errorf("%q parses to %q, the node has %q", text, got.Value, n.Value)
		}
	}
}

// checkBlock holds the lines of a block scalar against its value, without the
// white space that its style folds.
func checkBlock(t *testing.T, n *Node, text []byte) {
	if text[0] != '|' && text[0] != '>' {
		return
	}
	_, body, _ := strings.Cut(strings.Map(breaks, string(text)), "\n")
	if got, want := strings.Fields(body), strings.Fields(strings.Map(breaks, n.Value)); strings.Join(got, "") != strings.Join(want, "") {
		t.Errorf("the block %q has the value %q", text, n.Value)
	}
}

// breaks makes every line break of YAML a line feed.
func breaks(r rune) rune {
	switch r {
	case '\r', 0x85, 0x2028, 0x2029:
		return '\n'
	}
	return r
}
