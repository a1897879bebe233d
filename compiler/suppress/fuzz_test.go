package suppress_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/compiler/syntax"
)

const seed = `# thvctl:ignore-file THV3005 -- slow
validating:
  # thvctl:ignore fail-open-gate,THV6002 -- audit only
  - name: a # thvctl:ignore url-fragment -- why
    url: "https://policy.example.com/v#thvctl:ignore"
    failure_policy: >- # thvctl:ignore THV4006 -- header
      ignore # thvctl:ignore THV4006 -- text
    timeout: 5s
--- # thvctl:ignore THV4006 -- marker
x: [1, 2 # thvctl:ignore THV4006
  , {a: b}] ## thvctl:ignore nonsense -- x
`

// FuzzUnused takes the comments of a file out that suppress nothing: what the
// file means stays the same, and nothing that is no comment goes.
func FuzzUnused(f *testing.F) {
	f.Add([]byte(seed))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(seed, "\n", "\r\n")))
	for _, other := range []string{"\u2028", "\u2029", "\u0085", "\r"} {
		f.Add([]byte(strings.ReplaceAll(seed, " -- audit only", " -- audit only"+other)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, problems := parse(data)
		if problems.Has(diag.Error) {
			return
		}
		set := suppress.New(nil)
		set.Scan(tree)
		found := set.Unused(func(string) bool { return true }, []string{"x.yaml"})
		var edits []diag.Edit
		for _, d := range found {
			if d.Fix == nil || !strings.Contains(string(data[d.Span.Start.Offset:d.Span.End.Offset]), "thvctl:ignore") {
				t.Fatalf("found %v", d)
			}
			edits = append(edits, d.Fix.Edits...)
		}
		text, ok := check.Apply(data, edits)
		if !ok {
			t.Fatalf("the edits of %v overlap", found)
		}
		after, problems := parse(text)
		if problems.Has(diag.Error) {
			t.Fatalf("%q became %q: %v", data, text, problems)
		}
		if diff := cmp.Diff(values(t, tree), values(t, after)); diff != "" {
			t.Errorf("%q became %q (-before +after)\n%s", data, text, diff)
		}
	})
}

func parse(data []byte) (*syntax.Tree, diag.List) {
	return syntax.Parse(syntax.File{Name: "x.yaml", Format: syntax.YAML, Data: data, Named: true}, syntax.Options{})
}

// values are the documents of a file as JSON.
func values(t *testing.T, tree *syntax.Tree) []string {
	t.Helper()
	var out []string
	for _, d := range tree.Documents {
		text, err := json.Marshal(d.Root)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}
