package compiler_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// TestPartsAreJudgedAlike lints files of many random documents of the test data twice:
// in parts, and as a whole. Fixes aside, the findings are the same.
func TestPartsAreJudgedAlike(t *testing.T) {
	var pool, objects []syntax.File
	for _, f := range testFiles(t) {
		if f.Format != syntax.YAML || bytes.Contains(f.Data, []byte("thvctl:")) {
			continue
		}
		pool = append(pool, f)
		if bytes.Contains(f.Data, []byte("\nkind:")) {
			objects = append(objects, f)
		}
	}
	keeps := func([]*model.Document) (diag.List, error) { return nil, nil } // a judge wants all documents
	r := rand.New(rand.NewPCG(7, 2))
	all := diag.Most{InFile: 1 << 30, InAll: 1 << 30}
	findings := 0
	for round := range 16 {
		f := syntax.File{Name: "many.yaml", Format: syntax.YAML, Named: r.IntN(2) == 0}
		from := pool
		if round%4 > 0 { // behind a webhook file nothing is looked at
			from = objects
		}
		for range 65 + r.IntN(200) {
			f.Data = append(append(f.Data, "\n---\n"...), from[r.IntN(len(from))].Data...)
		}
		f.Data = append(f.Data, strings.Repeat("\n# so large that no fix is tried", 10_000)...)
		files := []syntax.File{f, pool[r.IntN(len(pool))]}
		parts, err := compiler.Lint(files, compiler.Options{Most: all})
		if err != nil {
			t.Fatal(err)
		}
		whole, err := compiler.Lint(files, compiler.Options{Check: check.Options{Judges: []func([]*model.Document) (diag.List, error){keeps}}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range whole.Diagnostics {
			if d := &whole.Diagnostics[i]; d.Span.File == f.Name {
				d.Fix = nil
			}
		}
		if diff := cmp.Diff(whole, parts); diff != "" {
			t.Fatalf("round %d (-whole +parts)\n%.5000s", round, diff)
		}
		findings += len(parts.Diagnostics)
	}
	if findings < 2000 {
		t.Errorf("only %d findings", findings)
	}
}
