package layout

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// oddities are inputs that no file of the test data has.
var oddities = []string{
	"validating:\n-   url: https://a.b/c # where\n    # who\n    name: a\n    timeout: 60s\n",
	"mutating: []\n\n# about\nvalidating:\n    - name: a\n      # x\n      url: b\n\n    # end\n",
	"x-t: &t 60s\nmutating:\n- {timeout: *t, name: a,\n  url: b} # c\nvalidating: # d\n  # e\n  - &w\n    url: |\n          x\n    name: 'a\n\n  b'\n  - <<: *w\n    name: c d\n     e\n",
	"%YAML 1.1\n---   \n# c\nmutating:\n- url: >2-\n      x\n    y\n  name: a   # b\n...\n---\nkind: Pod\na:   \n",
	"validating:\n- - url: a\n    name: b\n -\n    - c\n",
	"validating:\r\n- url: a \r\n  name: b\r\n",
	"\ufeffvalidating:\n- timeout: \"60s\"\n  name: |+\n    a\n\n  url: b\n\n",
	"? a\n: b\nvalidating: []\n",
	"validating:\n- url: \"a\\\n     b\"\n  name: a\n  tls_config: # x\n      # y\n    # z\n  failure_policy: fail\n      # far\n   # near\n",
	"apiVersion: v1\nkind: List\nitems:\n-   kind: MCPWebhookConfig\n    spec:\n        mutating: []\n    apiVersion: toolhive.stacklok.dev/v1alpha1\n-   kind: Secret\n    data:\n            a: b\n",
	"kind: MCPServer\nspec:\n    a: [x,\n  # c\n   'y'   \n  ]\n    b: !!str 5\nmetadata:\n    labels: {}\n    name: x\napiVersion: toolhive.stacklok.dev/v1alpha1",
	"validating:\n\t# tab\n- name: a\t\n  url:\tb\n",
	"validating: &v\n- url: *n\n  name: &n a\nmutating: *v\n",
	"  validating:\n  - name: a\n # b\n",
	"--- !!map # c\nvalidating: !!seq\n- !!map\n  url: x\n  name: !!str &a y\n",
	"validating:\n- url: a\u2028b\n  name: \u0085c\n",
	"{validating: [{url: a,   \n name: b, timeout: '0.5m'}]} \n# end\n\n\n",
	"validating:\n- url: |",
	"validating:\n- name: |\n    a\n  # c\n- name: >\n\n    a\n\n     b\n #d\n",
	"validating:\n- name: a # c\n         # c, continued\n  url: b\n",
}

// seed adds the inputs of the test data and the oddities to a corpus.
func seed(f *testing.F) {
	for _, pattern := range []string{"*/*.yaml", "*/*.json", "*/*.txtar", "rules/*/*"} {
		files, err := filepath.Glob("../../testdata/" + pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			if filepath.Ext(file) != ".txtar" {
				f.Add(data, filepath.Ext(file) == ".json")
				continue
			}
			for _, part := range txtar.Parse(data).Files {
				f.Add(part.Data, filepath.Ext(part.Name) == ".json")
			}
		}
	}
	for _, text := range oddities {
		f.Add([]byte(text), false)
	}
}

// FuzzFormat demands of every layout that it says the same as its source, in the
// same rules too, that it has every comment, and that it is its own layout.
func FuzzFormat(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte, isJSON bool) {
		in := syntax.File{Name: "x", Format: syntax.YAML, Data: bytes.Clone(data), Named: true}
		if isJSON {
			in.Format = syntax.JSON
		}
		checkFormat(t, in)
	})
}

// checkFormat lays a file out and holds the result against the oracles.
func checkFormat(t *testing.T, in syntax.File) (Result, diag.List) {
	t.Helper()
	data := bytes.Clone(in.Data)
	result, found, err := Format(in, syntax.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if !bytes.Equal(in.Data, data) {
		t.Error("the source was written to")
	}
	if found.Has(diag.Error) {
		if !bytes.Equal(result.Data, data) {
			t.Error("a file that cannot be read was changed")
		}
		return result, found
	}
	out := in
	out.Data = result.Data
	again, _, err := Format(out, syntax.Options{})
	if err != nil {
		t.Fatalf("the second time: %v\n%s", err, result.Data)
	}
	if !bytes.Equal(again.Data, result.Data) {
		t.Errorf("not its own layout: %s", cmp.Diff(string(result.Data), string(again.Data)))
	}
	if diff := cmp.Diff(rules(t, in), rules(t, out)); diff != "" {
		t.Errorf("other findings: %s", diff)
	}
	return result, found
}

// rules returns the rules that a check finds broken in a file, sorted.
func rules(t *testing.T, f syntax.File) []string {
	tree, found := syntax.Parse(f, syntax.Options{Foreign: check.Foreign, Claim: check.Claim})
	_, _, more, err := check.Check([]*syntax.Tree{tree}, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range append(found, more...) {
		ids = append(ids, d.Rule.ID)
	}
	slices.Sort(ids)
	return ids
}
