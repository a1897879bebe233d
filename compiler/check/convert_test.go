package check_test

import (
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

func parseYAML(t *testing.T, text string) *syntax.Document {
	t.Helper()
	tree, found := syntax.Parse(syntax.File{Name: "x.yaml", Format: syntax.YAML, Data: []byte(text), Named: true}, syntax.Options{})
	if len(found) > 0 || len(tree.Documents) != 1 {
		t.Fatalf("%v in %q", found, text)
	}
	return tree.Documents[0]
}

func TestCorrected(t *testing.T) {
	file := schema.DocumentOf("webhook-file").Type.Field("validating").Type.Elem
	inJSON := schema.DocumentOf("json-webhook-file").Type.Field("validating").Type.Elem
	tls := file.Field("tls_config").Type
	for _, c := range []struct {
		field      *schema.Field
		kubernetes bool
		text, want string
		changed    bool
	}{
		{file.Field("failure_policy"), false, "Fail", "fail", true},
		{file.Field("failure_policy"), false, "fail-open", "ignore", true},
		{file.Field("failure_policy"), false, "fail", "fail", false},
		{file.Field("failure_policy"), false, "maybe", "maybe", false},
		{file.Field("timeout"), false, "5", "5s", true},
		{file.Field("timeout"), false, `"5 seconds"`, "5s", true},
		{file.Field("timeout"), false, "60", "60", false},
		{file.Field("timeout"), false, "0", "0", false},
		{file.Field("timeout"), false, "5000ms", "5000ms", false},
		{inJSON.Field("timeout"), false, "5", "5", false}, // nanoseconds, and out of range
		{inJSON.Field("timeout"), false, `"5"`, "5s", true},
		{file.Field("name"), false, "yes", "yes", false},
		{file.Field("name"), true, "yes", "yes", true}, // a boolean to Kubernetes
		{file.Field("name"), false, "12", "12", true},
		{file.Field("url"), false, "[]", "", false},
		{tls.Field("insecure_skip_verify"), true, "yes", "yes", false}, // a boolean as well
	} {
		d := parseYAML(t, c.text)
		got := check.Corrected(d, c.kubernetes, d.Root, c.field.Type)
		if changed := got != d.Root; changed != c.changed || got.Value != c.want || changed && (got.Kind != syntax.String || got.Plain) {
			t.Errorf("%s: %s becomes %q, changed: %v; want %q, %v", c.field.Name, c.text, got.Value, changed, c.want, c.changed)
		}
	}
}

func TestReference(t *testing.T) {
	for _, c := range []struct {
		text string
		file bool
		want model.Reference
		rule string
	}{
		{"{name: s, key: k}", false, model.Reference{Secret: model.SecretKey{Name: "s", Key: "k"}}, ""},
		{"{name: s, key: k}", true, model.Reference{Secret: model.SecretKey{Name: "s", Key: "k"}}, ""},
		{"{name: s}", false, model.Reference{}, "THV2002"},
		{"{name: S_, key: k}", false, model.Reference{}, "THV2011"},
		{"{name: s, key: k, value: canary}", false, model.Reference{}, "THV2001"},
		{"POLICY,target=X", false, model.Reference{Name: "POLICY", Target: "X"}, ""},
		{"/run/secret", false, model.Reference{File: "/run/secret"}, ""},
		{"pki/ca.crt", true, model.Reference{File: "pki/ca.crt"}, ""},
		{"./secret", false, model.Reference{}, "THV2011"},
	} {
		d := parseYAML(t, c.text)
		got, found := check.Reference(d, d.Root, "at", c.file)
		got.Path = ""
		rule := ""
		for _, f := range found {
			rule = f.Rule.ID
		}
		if got != c.want || rule != c.rule || len(found) > 1 {
			t.Errorf("%s: %+v, %v; want %+v, %q", c.text, got, found, c.want, c.rule)
		}
		if shown := d.Source.Line(1); rule != "" && strings.Contains(shown, "canary") {
			t.Errorf("%s shows the secret: %s", c.text, shown)
		}
	}
}
