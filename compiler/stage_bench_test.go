package compiler_test

import (
	"fmt"
	"iter"
	"path"
	"testing"

	made "github.com/thvctl/thvctl/bench/corpus"
	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// benchmarkFiles makes a corpus into files that were read.
func benchmarkFiles(all iter.Seq[made.File]) []syntax.File {
	var files []syntax.File
	for f := range all {
		file := syntax.File{Name: f.Name, Format: syntax.YAML, Data: f.Data}
		if path.Ext(f.Name) == ".json" {
			file.Format = syntax.JSON
		}
		files = append(files, file)
	}
	return files
}

// BenchmarkStageLint lints one file and many, as continuous integration does: all but
// reading from a disk.
func BenchmarkStageLint(b *testing.B) {
	for _, count := range []int{1, 1000} {
		files := benchmarkFiles(made.Options{Seed: 1}.Mixed(count))
		b.Run(fmt.Sprintf("files=%d", count), func(b *testing.B) {
			o := compiler.Options{Workers: 1}
			o.Check.Lowest = diag.Error
			b.ReportAllocs()
			for b.Loop() {
				result, err := compiler.Lint(files, o)
				if err != nil || len(result.Diagnostics) > 0 || result.Summary.Documents != count {
					b.Fatal(result.Diagnostics, result.Summary, err)
				}
			}
		})
	}
}

// BenchmarkStageCompile compiles 100 objects to each form.
func BenchmarkStageCompile(b *testing.B) {
	files := benchmarkFiles(made.Options{Seed: 1}.Kubernetes(100))
	for _, form := range []bind.Form{bind.CLI, bind.CRD} {
		b.Run("form="+string(form), func(b *testing.B) {
			o := compiler.Options{Workers: 1, Emit: compiler.EmitRunConfig}
			o.Check.Lowest = diag.Error
			o.Bind = bind.Options{Form: form, SecretsDir: "/etc/toolhive/secrets"}
			b.ReportAllocs()
			for b.Loop() {
				result, err := compiler.Compile(files, o)
				if err != nil || len(result.Artifacts) != len(files) {
					b.Fatal(result.Diagnostics, err)
				}
			}
		})
	}
}
