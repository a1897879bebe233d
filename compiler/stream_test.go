package compiler_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// TestStreamedFilesAreJudgedAlike lints random sets of the test data twice: with each
// file let go of when it was judged, and with all of them kept.
func TestStreamedFilesAreJudgedAlike(t *testing.T) {
	pool := testFiles(t)
	keeps := func([]*model.Document) (diag.List, error) { return nil, nil } // a judge wants all documents
	r := rand.New(rand.NewPCG(7, 1))
	for round := range 300 {
		var files []syntax.File
		for range 1 + r.IntN(6) {
			f := pool[r.IntN(len(pool))]
			f.Named = r.IntN(2) == 0
			files = append(files, f)
		}
		streamed, err := compiler.Lint(files, compiler.Options{Workers: 1 + r.IntN(3)})
		if err != nil {
			t.Fatal(err)
		}
		kept, err := compiler.Lint(files, compiler.Options{Check: check.Options{Judges: []func([]*model.Document) (diag.List, error){keeps}}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(kept, streamed); diff != "" {
			for _, f := range files {
				t.Logf("%s\n%s", f.Name, f.Data)
			}
			t.Fatalf("round %d (-kept +streamed)\n%s", round, diff)
		}
	}
}

// testFiles are the YAML and JSON files of the test data, those of archives included.
func testFiles(t *testing.T) []syntax.File {
	t.Helper()
	var files []syntax.File
	add := func(name string, data []byte) {
		if format, ok := syntax.FormatOf(name); ok && format != syntax.CUE && filepath.Base(name) != projectFile && len(data) < 20000 {
			files = append(files, syntax.File{Name: name, Format: format, Data: data})
		}
	}
	for _, pattern := range []string{"../testdata/rules/*/*", "../testdata/ok/*", "../testdata/err/*", "../testdata/corpus/*"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(name) != ".txtar" {
				add(name, data)
				continue
			}
			for _, f := range txtar.Parse(data).Files {
				add(name+"/"+f.Name, f.Data)
			}
		}
	}
	return files
}
