package check_test

import (
	"testing"

	"github.com/thvctl/thvctl/bench/corpus"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// BenchmarkStageCheck gives the verdict of the schema on one file, without the rules.
func BenchmarkStageCheck(b *testing.B) {
	for f := range (corpus.Options{Seed: 1}).Kubernetes(1) {
		tree, _ := syntax.Parse(syntax.File{Name: f.Name, Format: syntax.YAML, Data: f.Data}, syntax.Options{})
		b.ReportAllocs()
		for b.Loop() {
			_, summary, found, err := check.Check([]*syntax.Tree{tree}, check.Options{Lowest: diag.Error + 1})
			if err != nil || len(found) > 0 || summary.Documents != 1 {
				b.Fatal(summary, found, err)
			}
		}
	}
}
