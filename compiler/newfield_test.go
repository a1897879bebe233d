package compiler_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// A field that is new in the schema passes the check, and no artifact drops it
// without a word.
func TestNewFieldIsNotDropped(t *testing.T) {
	webhookFile, object := schema.DocumentOf("webhook-file").Type, schema.DocumentOf("mcpwebhookconfig").Type
	spec := object.Field("spec").Type
	const file = "validating:\n  - {name: a, url: 'https://a.example/v', failure_policy: fail%s}\n%s"
	const manifest = "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata: {name: a}\n%s" +
		"spec:\n  validating:\n    - {name: a, url: 'https://a.example/v'%s}\n%s"
	for name, test := range map[string]struct {
		in   *schema.Type
		text string
		path string
	}{
		"webhook of a file":      {webhookFile.Field("validating").Type.Elem, fmt.Sprintf(file, ", owner: me", ""), "validating[0].owner"},
		"TLS of a file":          {webhookFile.Field("validating").Type.Elem.Field("tls_config").Type, fmt.Sprintf(file, ", tls_config: {owner: me}", ""), "validating[0].tls_config.owner"},
		"file":                   {webhookFile, fmt.Sprintf(file, "", "owner: me"), "owner"},
		"webhook of an object":   {spec.Field("validating").Type.Elem, fmt.Sprintf(manifest, "", ", owner: me", ""), "spec.validating[0].owner"},
		"spec":                   {spec, fmt.Sprintf(manifest, "", "", "  owner: me"), "spec.owner"},
		"object":                 {object, fmt.Sprintf(manifest, "owner: me\n", "", ""), "owner"},
		"file, an extension key": {webhookFile, fmt.Sprintf(file, "", "x-owner: me"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			old := test.in.Fields
			t.Cleanup(func() { test.in.Fields = old })
			test.in.Fields = append([]schema.Field{{Name: "owner", Type: &schema.Type{Kinds: schema.StringKind}}}, old...)
			source := syntax.File{Name: "a.yaml", Format: syntax.YAML, Named: true, Data: []byte(test.text)}
			for _, form := range []bind.Form{bind.CLI, bind.CRD} {
				o := compiler.Options{Emit: compiler.EmitManifest, Bind: bind.Options{Form: form}}
				compiled, converted := compileTwice(t, []syntax.File{source}, o), convertOne(t, source, o)
				for what, result := range map[string]compiler.Result{"compile": compiled, "convert": converted} {
					var want, got []string
					if test.path != "" {
						want = []string{"THV6003 " + test.path}
					}
					for _, d := range result.Diagnostics {
						if d.Severity == diag.Error {
							got = append(got, d.Rule.ID+" "+d.Path)
						}
					}
					if diff := cmp.Diff(want, got); diff != "" || (len(result.Artifacts) > 0) != (want == nil) {
						t.Errorf("%s to %s: %d artifacts, findings (-want +got)\n%s", what, form, len(result.Artifacts), diff)
					}
				}
			}
		})
	}
}

func convertOne(t *testing.T, file syntax.File, o compiler.Options) compiler.Result {
	t.Helper()
	result, err := compiler.Convert([]syntax.File{file}, o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// A whole number is held to the bounds that the schema gives it.
func TestBounds(t *testing.T) {
	webhook := schema.DocumentOf("webhook-file").Type.Field("validating").Type.Elem
	old := webhook.Fields
	t.Cleanup(func() { webhook.Fields = old })
	retries := &schema.Type{Kinds: schema.NullKind | schema.IntKind, Bounds: &schema.Bounds{Min: 0, Max: 5}}
	webhook.Fields = append([]schema.Field{{Name: "retries", Type: retries}}, old...)
	for value, want := range map[string]string{
		"0": "", "5": "", "null": "", "0x5": "",
		"-1":          "THV2000 found -1, allowed is 0 to 5",
		"6":           "THV2000 found 6, allowed is 0 to 5",
		"12345678901": "THV2000 found 12345678901, allowed is 0 to 5",
		"many":        "THV2003 found a string \"many\", wanted a whole number",
	} {
		file := syntax.File{Name: "a.yaml", Format: syntax.YAML, Named: true, Data: fmt.Appendf(nil, `
validating:
  - name: a
    url: https://a.example/v
    failure_policy: fail
    retries: %s
`, value)}
		result, err := compiler.Lint([]syntax.File{file}, compiler.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, d := range result.Diagnostics {
			if d.Severity == diag.Error {
				got += d.Rule.ID + " " + d.Message
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
}
