package policy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// asked returns the values that are held against the policies.
func asked(t *testing.T, docs []*model.Document, o policy.Options) []policy.Value {
	t.Helper()
	var values []policy.Value
	o.Evaluate = func(r policy.Request) (policy.Answer, error) {
		values = r.Values
		return policy.Answer{}, nil
	}
	if _, err := policy.Check(docs, []syntax.EvaluateFile{{Name: "p.cue"}}, o); err != nil {
		t.Fatal(err)
	}
	return values
}

// TestValues checks that policies are held against what is compiled: the bind
// stage's units, without a form.
func TestValues(t *testing.T) {
	bindings := []model.Binding{
		{Secret: model.SecretKey{Name: "s", Key: "k"}, Name: "POLICY_HMAC"},
		{Secret: model.SecretKey{Name: "ca", Key: "crt"}, File: "/etc/toolhive/pki/webhook-ca.crt"},
	}
	examples, err := filepath.Glob("../../testdata/ok/*.[yj]*")
	if err != nil || len(examples) < 20 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	for _, name := range examples {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		format, _ := syntax.FormatOf(name)
		file := syntax.File{Name: filepath.Base(name), Format: format, Data: data, Named: true}
		tree, _ := syntax.Parse(file, syntax.Options{Foreign: check.Foreign, Claim: check.Claim})
		checked, _, found, err := check.Check([]*syntax.Tree{tree}, check.Options{Lowest: diag.Error})
		if checked == nil {
			t.Fatalf("%s: %v, %v", name, found, err)
		}
		bound, _ := bind.Bind(checked, bind.Options{Bindings: bindings})
		var want []policy.Value
		var headers []policy.Value
		for _, u := range bound.Units() {
			if u.HeaderForward != nil {
				headers = append(headers, valueOf(t, "HeaderForward", u.HeaderForward))
				continue
			}
			for _, w := range append(u.Content.Validating, u.Content.Mutating...) {
				want = append(want, valueOf(t, "Webhook", w))
			}
			canonical, err := u.Content.Canonical()
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, policy.Value{Definition: "WebhookConfig", JSON: canonical})
		}
		got := asked(t, checked.Documents(), policy.Options{Bindings: bindings})
		if diff := cmp.Diff(plain(t, append(want, headers...)), plain(t, got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func valueOf(t *testing.T, definition string, content any) policy.Value {
	t.Helper()
	data, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return policy.Value{Definition: definition, JSON: data}
}

// plain decodes values, so that they can be compared.
func plain(t *testing.T, values []policy.Value) []any {
	t.Helper()
	var out []any
	for _, v := range values {
		var decoded any
		if err := json.Unmarshal(v.JSON, &decoded); err != nil {
			t.Fatal(err)
		}
		out = append(out, []any{v.Definition, decoded})
	}
	return out
}

// TestShapes checks that the definitions know each field of what is compiled.
func TestShapes(t *testing.T) {
	reference := &ir.Reference{Name: "n", Secret: &ir.SecretKey{Name: "s", Key: "k"}}
	local := &ir.Reference{Path: "/p"}
	named := &ir.Reference{Name: "n"}
	full := ir.Webhook{Name: "a", URL: "u", Timeout: "1s", FailurePolicy: "fail", HMAC: reference, TLS: &ir.TLS{CA: local, ClientCert: named, ClientKey: local, InsecureSkipVerify: true}}
	shapes := map[string]*policy.Shape{}
	for _, d := range policy.Definitions() {
		shapes[d.Name] = d.Shape
	}
	headers := ir.HeaderForward{Plaintext: map[string]string{"X-A": "a"}, FromSecret: map[string]ir.Reference{"X-B": *reference, "X-C": *named}}
	for name, value := range map[string]any{"Webhook": full, "WebhookConfig": ir.Content{Validating: []ir.Webhook{full}, Mutating: []ir.Webhook{full}}, "HeaderForward": headers} {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var decoded any
		if err := json.Unmarshal(data, &decoded); err != nil {
			t.Fatal(err)
		}
		known(t, "#"+name, decoded, shapes[name])
	}
}

func known(t *testing.T, path string, value any, shape *policy.Shape) {
	t.Helper()
	switch value := value.(type) {
	case map[string]any:
		for name, below := range value {
			field := shape.Field(name)
			if field == nil {
				t.Errorf("%s.%s is not known", path, name)
				continue
			}
			known(t, path+"."+name, below, field.Shape)
		}
	case []any:
		for _, item := range value {
			known(t, path+"[]", item, shape.Elem)
		}
	default:
		if shape == nil || shape.Fields != nil || shape.Elem != nil || shape.Values != nil {
			t.Errorf("%s has the shape %v", path, shape)
		}
	}
}

// TestInexact checks that nothing is said about what is faulty, or about what may
// only seem to be missing because of a fault.
func TestInexact(t *testing.T) {
	const text = `validating:
  - name: a
    url: https://h/
    failure_policy: ignore
`
	tree, _ := syntax.Parse(syntax.File{Name: "w.yaml", Format: syntax.YAML, Data: []byte(text), Named: true}, syntax.Options{})
	name := model.Value[string]{V: "a", Path: "validating[0].name", Set: true}
	webhook := model.Webhook{Path: "validating[0]", Name: name, Inexact: true} // the URL did not pass
	webhook.FailurePolicy = model.Value[string]{V: "ignore", Path: "validating[0].failure_policy", Set: true}
	d := &model.Document{Document: tree.Documents[0], Kind: model.WebhookFile}
	d.Lists = []model.List{{Name: model.Validating, Path: "validating", Webhooks: []model.Webhook{webhook}}}
	for path, want := range map[string]int{"name": 1, "failurePolicy": 1, "url": 0, "timeout": 0, "hmac": 0, "tls": 0, "tls.ca": 0, "tls.insecureSkipVerify": 0, "": 0} {
		for value, prefix := range []string{"", "validating[0]."} {
			violation := policy.Violation{Value: value, Path: prefix + path}
			if path == "" {
				violation.Path = ""
			}
			found, err := policy.Check([]*model.Document{d}, []syntax.EvaluateFile{{Name: "p.cue"}}, policy.Options{Evaluate: func(policy.Request) (policy.Answer, error) {
				return policy.Answer{Constraints: []policy.Constraint{{}}, Violations: []policy.Violation{violation}}, nil
			}})
			if err != nil || len(found) != want {
				t.Errorf("%q of value %d: %v, %v", path, value, found, err)
			}
		}
	}
}
