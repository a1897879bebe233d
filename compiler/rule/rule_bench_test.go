package rule_test

import (
	"testing"

	"github.com/thvctl/thvctl/bench/corpus"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// BenchmarkStageRules applies the rules to the values of one file, at the severity of
// continuous integration, by default, and all of them.
func BenchmarkStageRules(b *testing.B) {
	for f := range (corpus.Options{Seed: 1}).Kubernetes(1) {
		tree, _ := syntax.Parse(syntax.File{Name: f.Name, Format: syntax.YAML, Data: f.Data}, syntax.Options{})
		checked, _, found, err := check.Check([]*syntax.Tree{tree}, check.Options{Lowest: diag.Error + 1})
		if err != nil || checked == nil {
			b.Fatal(found, err)
		}
		docs := checked.Documents()
		for _, lowest := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
			b.Run("severity="+lowest.String(), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					rule.RunFile(docs, rule.Options{}, lowest)
					rule.RunInputs(docs, rule.Options{}, lowest)
				}
			})
		}
	}
}
