package syntax_test

import (
	"path"
	"testing"

	"github.com/thvctl/thvctl/bench/corpus"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// BenchmarkStageParse reads one file of each form into a tree.
func BenchmarkStageParse(b *testing.B) {
	forms := map[string]syntax.File{}
	for f := range (corpus.Options{Seed: 1}).Mixed(40) {
		file := syntax.File{Name: f.Name, Format: syntax.YAML, Data: f.Data}
		if path.Ext(f.Name) == ".json" {
			file.Format = syntax.JSON
		}
		forms[path.Ext(f.Name)] = file
	}
	for _, extension := range []string{".yaml", ".json"} {
		b.Run("form="+extension[1:], func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(forms[extension].Data)))
			for b.Loop() {
				if _, found := syntax.Parse(forms[extension], syntax.Options{}); len(found) > 0 {
					b.Fatal(found)
				}
			}
		})
	}
}
