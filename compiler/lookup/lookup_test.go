package lookup_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/lookup"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/secret"
)

// documents reads the documents of a text, which may have findings.
func documents(t testing.TB, name, text string) []*model.Document {
	t.Helper()
	format, _ := syntax.FormatOf(name)
	tree, found := syntax.Parse(syntax.File{Name: name, Format: format, Data: []byte(text), Named: true}, syntax.Options{})
	if found.Has(diag.Error) {
		t.Fatal(found)
	}
	var docs []*model.Document
	capture := func(held []*model.Document) (diag.List, error) { docs = held; return nil, nil }
	if _, _, _, err := check.Check([]*syntax.Tree{tree}, check.Options{Judges: []func([]*model.Document) (diag.List, error){capture}}); err != nil {
		t.Fatal(err)
	}
	return docs
}

// answering answers every request alike.
func answering(answer secret.Result) lookup.Options {
	return lookup.Options{Strength: lookup.Exists, Lookup: func(_ []secret.Manifest, requests []secret.Request) ([]secret.Result, error) {
		results := make([]secret.Result, len(requests))
		for i, r := range requests {
			results[i] = answer
			results[i].Ref = r.Ref
		}
		return results, nil
	}}
}

const (
	webhookFile = "validating:\n" +
		"  - {name: a, url: 'https://a.example.com/', hmac_secret_ref: POLICY, tls_config: {ca_bundle_path: /pki/ca.crt}}\n"
	webhookConfig = "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata: {name: c, namespace: team}\n" +
		"spec: {validating: [{name: a, url: 'https://a.example.com/', hmacSecretRef: {name: hooks, key: hmac}, tlsConfig: {caSecretRef: {name: tls, key: ca}}}]}\n"
	runConfig = `{"schema_version": "v0.1.0", "validating_webhooks": [{"name": "a", "url": "https://a.example.com/", "timeout": 5000000000,` +
		` "failure_policy": "fail", "hmac_secret_ref": "POLICY", "tls_config": {"ca_bundle_path": "/pki/ca.crt"}}]}`
)

func TestSpellings(t *testing.T) {
	bindings := []model.Binding{
		{Secret: model.SecretKey{Name: "hooks", Key: "hmac"}, Name: "POLICY"},
		{Secret: model.SecretKey{Name: "tls", Key: "ca"}, File: "/pki/ca.crt"},
	}
	name, path := "name POLICY", "file /pki/ca.crt"
	for _, c := range []struct {
		name, file, text string
		to               bind.Options
		hmac, ca         string
	}{
		{"a webhook file", "a.yaml", webhookFile, bind.Options{}, name, path},
		{"for form cli", "a.yaml", webhookFile, bind.Options{Form: bind.CLI}, name, path},
		{"for form crd, unbound", "a.yaml", webhookFile, bind.Options{Form: bind.CRD}, name, path},
		{"bound", "a.yaml", webhookFile, bind.Options{Bindings: bindings}, name + ", key /hooks/hmac", path + ", key /tls/ca"},
		{"bound for form cli", "a.yaml", webhookFile, bind.Options{Bindings: bindings, Form: bind.CLI}, name, path},
		{"bound for form crd", "a.yaml", webhookFile, bind.Options{Bindings: bindings, Form: bind.CRD}, "key /hooks/hmac", "key /tls/ca"},
		{"bound in a namespace", "a.yaml", webhookFile, bind.Options{Bindings: bindings, Form: bind.CRD, Namespace: "other"}, "key other/hooks/hmac", "key other/tls/ca"},
		{"with a folder of secrets", "a.yaml", webhookFile, bind.Options{SecretsDir: "/run"}, name, path},

		{"a configuration", "a.yaml", webhookConfig, bind.Options{}, "key team/hooks/hmac", "key team/tls/ca"},
		{"for form crd", "a.yaml", webhookConfig, bind.Options{Form: bind.CRD, Namespace: "other"}, "key team/hooks/hmac", "key team/tls/ca"},
		{"for form cli, unbound", "a.yaml", webhookConfig, bind.Options{Form: bind.CLI}, "key team/hooks/hmac", "key team/tls/ca"},
		{"bound", "a.yaml", webhookConfig, bind.Options{Bindings: bindings}, "key team/hooks/hmac, " + name, "key team/tls/ca, " + path},
		{"bound for form cli", "a.yaml", webhookConfig, bind.Options{Bindings: bindings, Form: bind.CLI}, name, path},
		{"with a folder of secrets", "a.yaml", webhookConfig, bind.Options{SecretsDir: "/run", Form: bind.CLI}, "file /run/hooks/hmac", "file /run/tls/ca"},
		{"bound, with a folder of secrets", "a.yaml", webhookConfig, bind.Options{SecretsDir: "/run", Form: bind.CLI, Bindings: bindings[:1]}, name, "file /run/tls/ca"},

		{"a RunConfig", "a.json", runConfig, bind.Options{}, name, path},
		{"a RunConfig is bound already", "a.json", runConfig, bind.Options{Bindings: bindings, Form: bind.CRD, SecretsDir: "/run"}, name, path},
	} {
		t.Run(c.file+" "+c.name, func(t *testing.T) {
			got := map[secret.Purpose]string{}
			o := answering(secret.Result{})
			answer := o.Lookup
			o.Lookup = func(inputs []secret.Manifest, requests []secret.Request) ([]secret.Result, error) {
				for _, r := range requests {
					if r.Value {
						t.Error("exists asks for a value")
					}
					got[r.Purpose] = spelled(append([]secret.Ref{r.Ref}, r.Others...))
				}
				return answer(inputs, requests)
			}
			if _, err := lookup.Check(documents(t, c.file, c.text), o, c.to); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[secret.Purpose]string{secret.HMAC: c.hmac, secret.CA: c.ca}, got); diff != "" {
				t.Errorf("asked for (-want +got)\n%s", diff)
			}
		})
	}
}

func spelled(refs []secret.Ref) string {
	var out []string
	for _, r := range refs {
		switch {
		case r.Name != "":
			out = append(out, "name "+r.Name)
		case r.File != "":
			out = append(out, "file "+r.File)
		default:
			out = append(out, "key "+r.Key.Namespace+"/"+r.Key.Name+"/"+r.Key.Key)
		}
	}
	return strings.Join(out, ", ")
}

// TestStrengths holds what each strength asks: syntax nothing, verify for values.
func TestStrengths(t *testing.T) {
	for strength, want := range map[lookup.Strength]string{lookup.Syntax: "", lookup.Exists: "false false", lookup.Verify: "true true"} {
		var asked []string
		found, err := lookup.Check(documents(t, "a.yaml", webhookFile), lookup.Options{Strength: strength, Lookup: func(_ []secret.Manifest, requests []secret.Request) ([]secret.Result, error) {
			for _, r := range requests {
				asked = append(asked, fmt.Sprint(r.Value))
			}
			return make([]secret.Result, len(requests)), nil
		}}, bind.Options{})
		if got := strings.Join(asked, " "); got != want || err != nil || (len(found) == 0) != (strength == lookup.Syntax) {
			t.Errorf("strength %d: asked for %q, want %q; %v, %v", strength, got, want, found, err)
		}
	}
	failed := errors.New("no kubectl")
	_, err := lookup.Check(nil, lookup.Options{Strength: lookup.Exists, Lookup: func([]secret.Manifest, []secret.Request) ([]secret.Result, error) { return nil, failed }}, bind.Options{})
	if !errors.Is(err, failed) {
		t.Errorf("an error of the look-up became %v", err)
	}
}

func TestParseStrength(t *testing.T) {
	for text, want := range map[string]lookup.Strength{"syntax": lookup.Syntax, "exists": lookup.Exists, "verify": lookup.Verify} {
		if got, ok := lookup.ParseStrength(text); got != want || !ok {
			t.Errorf("%q is %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "Exists", "exist", "verify "} {
		if _, ok := lookup.ParseStrength(text); ok {
			t.Errorf("%q is a strength", text)
		}
	}
}

// messages are the findings as place, rule, severity and message.
func messages(found diag.List) []string {
	found.Sort()
	var lines []string
	for _, d := range found {
		lines = append(lines, fmt.Sprintf("%d:%d %s %s: %s", d.Span.Start.Line, d.Span.Start.Column, d.Rule.ID, d.Severity, d.Message))
		for _, r := range d.Related {
			lines = append(lines, fmt.Sprintf("  %d:%d %s", r.Span.Start.Line, r.Span.Start.Column, r.Message))
		}
	}
	return lines
}

func wantMessages(t *testing.T, found diag.List, want ...string) {
	t.Helper()
	if got := messages(found); !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
