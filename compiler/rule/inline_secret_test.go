package rule

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

func parseForTest(t testing.TB, kind model.Kind, text string) *model.Document {
	t.Helper()
	file := syntax.File{Name: "x.yaml", Format: syntax.YAML, Data: []byte(text), Named: true}
	tree, found := syntax.Parse(file, syntax.Options{Limits: syntax.Limits{Document: 1 << 26, Nodes: 1 << 20}})
	if len(found) > 0 {
		t.Fatal(found)
	}
	return &model.Document{Document: tree.Documents[0], Kind: kind}
}

// TestInlineSecretScope covers where the rule looks, and for what. Examples cannot
// hold these alone: the schema has its say on most.
func TestInlineSecretScope(t *testing.T) {
	const (
		known  = "ghp_canaryK3xQ9vB7mW2zR5tY8uP1sD4fG6hJ0q"
		random = "q8ZcanaryX7k2Qm9Zt4Lp1Vb8Nc5Rd"
		public = `"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"`
	)
	cases := []struct {
		name string
		kind model.Kind
		text string
		want string // the paths of the findings
	}{
		{"known in a header", model.MCPServerEntry, "spec: {headerForward: {addPlaintextHeaders: {Authorization: " + known + "}}, x: " + known + "}", "spec.headerForward.addPlaintextHeaders.Authorization spec.x"},
		{"known in a header of a RunConfig", model.RunConfig, "header_forward: {add_plaintext_headers: {A: " + known + "}}", "header_forward.add_plaintext_headers.A"},
		{"random in a header", model.MCPServerEntry, "spec: {headerForward: {addPlaintextHeaders: {X-Team: " + random + "}}}", ""},
		{"known in a Secret", model.Secret, "stringData: {a: " + known + "}", ""},
		{"known in a project file", model.Project, "note: " + known, ""},
		{"random beside webhooks", model.RunConfig, "env_vars: {A: " + random + "}", ""},
		{"random in a webhook of a RunConfig", model.RunConfig, "mutating_webhooks: [{hmac_secret_ref: " + random + "}]", "mutating_webhooks[0].hmac_secret_ref"},
		{"random in another middleware", model.RunConfig, "middleware_configs: [{parameters: {key: " + random + "}}]", ""},
		{"random in a chain", model.RunConfig, "middleware_configs: [{parameters: {webhooks: [{x: " + random + "}]}}]", "middleware_configs[0].parameters.webhooks[0].x"},
		{"random name", model.WebhookFile, "validating: [{name: " + random + "}]", ""},
		{"random URL", model.WebhookFile, "validating: [{url: https://a.example.com/" + random + "}]", ""},
		{"known in a URL with user info", model.WebhookFile, "x-a: {url: \"https://u:" + known + "@a.example.com/\"}", "x-a.url"},
		{"random path", model.WebhookFile, "validating: [{tls_config: {ca_bundle_path: " + random + "}}]", "validating[0].tls_config.ca_bundle_path"},
		{"random before a target", model.WebhookFile, "validating: [{hmac_secret_ref: \"" + random + ",target=A\"}]", "validating[0].hmac_secret_ref"},
		{"random name of a Secret", model.MCPWebhookConfig, "spec: {validating: [{hmacSecretRef: {name: " + random + "}}]}", "spec.validating[0].hmacSecretRef.name"},
		{"random label", model.MCPWebhookConfig, "metadata: {labels: {a: " + random + "}}", ""},
		{"random under an unknown key", model.WebhookFile, "validating: [{x: {name: [" + random + "]}}]", "validating[0].x.name[0]"},
		{"random in what is merged", model.WebhookFile, "x-a: &a {name: " + random + "}\nvalidating: [{<<: *a}]", ""},
		{"certificate beside webhooks", model.MCPServer, "spec: {x: " + public + "}", ""},
		{"certificate in a webhook", model.WebhookFile, "validating: [{name: " + public + "}]", "validating[0].name"},
		{"certificate before a token", model.MCPServer, "spec: {x: " + strings.TrimSuffix(public, `"`) + " " + known + "\"}", "spec.x"},
		{"alias", model.WebhookFile, "x-a: &a " + known + "\nvalidating: [{hmac_secret_ref: *a}, {hmac_secret_ref: *a}]", "x-a"},
		{"root list", model.WebhookFile, "[{hmac_secret_ref: " + random + "}]", "[0].hmac_secret_ref"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := parseForTest(t, c.kind, c.text)
			var got []string
			for _, f := range RunFile([]*model.Document{d}, Options{}, diag.Error) {
				d.Source.Show(&f)
				got = append(got, f.Path)
				if strings.Contains(f.Message+f.Source, "canary") {
					t.Errorf("shown: %s\n%s", f.Message, f.Source)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("found at %q, want %q", got, c.want)
			}
		})
	}
}

// BenchmarkInlineSecret holds the walk against what reading the same text costs.
func BenchmarkInlineSecret(b *testing.B) {
	var text strings.Builder
	text.WriteString("validating:\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "  - name: policy-check-%d\n    url: https://policy-%d.team-a.example.com/v1/validate\n    failure_policy: fail\n    timeout: 5s\n    hmac_secret_ref: policy-check-hmac-%d\n", i, i, i)
	}
	d := parseForTest(b, model.WebhookFile, text.String())
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			parseForTest(b, model.WebhookFile, text.String())
		}
	})
	b.Run("rule", func(b *testing.B) {
		pass := Pass{Rule: &inlineSecret}
		for b.Loop() {
			inlineSecret.Document(&pass, d)
		}
		if len(pass.found) > 0 {
			b.Errorf("%d findings", len(pass.found))
		}
	})
}
