package compiler_test

import (
	"testing"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// FuzzCompile takes any bytes for a file that the user named. A compile ends
// without a defect, twice alike, and with artifacts or an error. What compiles
// means what the consumer of its source reads there, and compiles again from
// what we wrote.
func FuzzCompile(f *testing.F) {
	for _, c := range goldenCases(f) {
		for _, file := range c.files {
			f.Add(file.Data, file.Format == syntax.JSON)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, inJSON bool) {
		file := syntax.File{Name: "input.yaml", Format: syntax.YAML, Data: data, Named: true}
		if inJSON {
			file.Name, file.Format = "input.json", syntax.JSON
		}
		files := []syntax.File{file}
		for _, form := range []bind.Form{bind.CLI, bind.CRD} {
			o := compiler.Options{Emit: compiler.EmitManifest, Bind: bind.Options{Form: form, SecretsDir: "/secrets"}}
			result := compileTwice(t, files, o)
			switch refused := result.Diagnostics.Has(diag.Error); {
			case refused && (result.Artifacts != nil || result.Hashes != nil):
				t.Errorf("form %s: there are artifacts beside errors: %v", form, result.Diagnostics)
			case len(result.Artifacts) > 0:
				checkArtifacts(t, files, o, result)
			}
		}
	})
}
