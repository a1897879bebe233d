package syntax

import (
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/diag"
)

// The shapes that the tests plant; no text that is shown may hold the canary.
const (
	ghp     = "ghp_canaryK3xQ9vB7mW2zR5tY8uP1sD4fG6hJ0q"
	escaped = `\u0067hp_canaryK3xQ9vB7mW2zR5tY8uP1sD4fG6hJ0q`
)

// TestTokensAreMasked plants tokens where no key says that a value is secret.
func TestTokensAreMasked(t *testing.T) {
	cases := []struct {
		name string
		file File
	}{
		{"value", File{Format: YAML, Data: []byte("note: " + ghp + "\n")}},
		{"part of a value", File{Format: YAML, Data: []byte("note: see https://a.example.com/" + ghp + "/b\n")}},
		{"key", File{Format: YAML, Data: []byte(ghp + ": 1\n")}},
		{"flow", File{Format: YAML, Data: []byte("a: [{b: " + ghp + "}, 1]\n")}},
		{"escapes", File{Format: YAML, Data: []byte(`note: "` + escaped + `"` + "\n")}},
		{"key with escapes", File{Format: YAML, Data: []byte(`"` + escaped + `": 1` + "\n")}},
		{"comment", File{Format: YAML, Data: []byte("a: 1 # was " + ghp + "\n")}},
		{"anchor and alias", File{Format: YAML, Data: []byte("a: &b " + ghp + "\nc: *b\n")}},
		{"second value of a key", File{Format: YAML, Data: []byte("a: 1\na: " + ghp + "\n")}},
		{"key twice", File{Format: YAML, Data: []byte(ghp + ": 1\n" + ghp + ": 2\n")}},
		{"tag", File{Format: YAML, Data: []byte("a: !" + ghp + " 1\n")}},
		{"not YAML", File{Format: YAML, Data: []byte("a: [" + ghp + "\n" + ghp + ": }")}},
		{"foreign object", File{Format: YAML, Data: []byte("apiVersion: v1\nkind: Pod\nnote: " + ghp + "\n")}},
		{"between documents", File{Format: YAML, Data: []byte("a: 1\n---\n# " + ghp + "\n---\nb: 2\n")}},
		{"PEM block", File{Format: YAML, Data: []byte("note: |\n  -----BEGIN CERTIFICATE-----\n  MIIBcanary\n  canary==\n  -----END CERTIFICATE-----\nb: 1\n")}},
		{"PEM block in a comment", File{Format: YAML, Data: []byte("# -----BEGIN PRIVATE KEY-----\n# MIIBcanary\n# canary==\n# -----END PRIVATE KEY-----\nb: 1\n")}},
		{"PEM block over lines", File{Format: YAML, Data: []byte("note: \"-----BEGIN PRIVATE KEY-----\\n\n  MIIBcanary\\n\n  -----END PRIVATE KEY-----\"\nb: 1\n")}},
		{"PEM block cut off", File{Format: YAML, Data: []byte("note: |\n  -----BEGIN PRIVATE KEY-----\n  MIIBcanary\n  canary==\nb: 1\n")}},
		{"JSON", File{Format: JSON, Data: []byte(`{"note": "` + ghp + `", "` + ghp + `": 1}`)}},
		{"JSON with escapes", File{Format: JSON, Data: []byte(`{"note": "` + escaped + `", "` + escaped + `": 1}`)}},
		{"not JSON", File{Format: JSON, Data: []byte(`{"note": "` + ghp + `", "` + ghp + `": 1`)}},
		{"behind the JSON value", File{Format: JSON, Data: []byte(`{"a": 1} "` + ghp + `"`)}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.file.Name, c.file.Named = "x", true
			tree, found := Parse(c.file, Options{Foreign: func(_, kind string) bool { return kind == "Pod" }})
			Show(found, tree)
			for _, d := range found {
				holdsNoCanary(t, d.Message, d.Source, d.Path)
			}
			for i := range strings.Count(string(c.file.Data), "\n") + 1 {
				holdsNoCanary(t, tree.Source.Line(i+1))
			}
			for _, d := range tree.Documents {
				if d.Root != nil {
					showAll(t, d, d.Root, "")
				}
			}
		})
	}
}

// showAll shows every value and key in all ways there are.
func showAll(t *testing.T, d *Document, n *Node, path string) {
	t.Helper()
	found := d.Diagnostic(diag.BadValue, path, "found "+n.Value)
	d.Source.Show(&found)
	holdsNoCanary(t, n.Show(), found.Message, found.Path, found.Source)
	for i, item := range n.Items {
		showAll(t, d, item, JoinIndex(path, i))
	}
	for _, e := range n.Entries {
		found := d.KeyDiagnostic(diag.BadValue, e.Key, JoinKey(path, e.Key.Value), "found a key")
		d.Source.Show(&found)
		holdsNoCanary(t, e.Key.Show(), found.Path, found.Source)
		showAll(t, d, e.Value, JoinKey(path, e.Key.Value))
	}
}

func holdsNoCanary(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(text, "canary") {
			t.Errorf("shown: %q", text)
		}
	}
}

// TestMasksLeaveTheRest holds that no more is hidden than the token.
func TestMasksLeaveTheRest(t *testing.T) {
	tree, _ := Parse(File{Name: "x", Format: YAML, Data: []byte("url: https://a.example.com/" + ghp + "/b # ok\n")}, Options{})
	if got, want := tree.Source.Line(1), "url: https://a.example.com/"+strings.Repeat("•", len(ghp))+"/b # ok"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCleanTextsAreNotLookedThrough holds that a text is looked through for tokens
// when it is first shown, and not before.
func TestCleanTextsAreNotLookedThrough(t *testing.T) {
	tree, _ := Parse(File{Name: "x", Format: YAML, Data: []byte("a: 1\n")}, Options{})
	if tree.Source.scanned {
		t.Error("it was")
	}
}
