package lookup_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/lookup"
	"github.com/thvctl/thvctl/secret"
)

const (
	onlyHMAC = "validating:\n  - {name: a, url: 'https://a.example.com/', hmac_secret_ref: POLICY}\n"
	onlyCA   = "validating:\n  - {name: a, url: 'https://a.example.com/', tls_config: {ca_bundle_path: /pki/ca}}\n"
	onlyKey  = "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata: {name: c, namespace: team}\n" +
		"spec: {validating: [{name: a, url: 'https://a.example.com/', hmacSecretRef: {name: hooks, key: hmac}}]}\n"
	anotherSecret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: %s}\ndata: {%s: Q0FOQVJZ}\n"
)

func TestResults(t *testing.T) {
	var many []string
	for i := range 12 {
		many = append(many, fmt.Sprintf("key-%02d", i))
	}
	asked := []string{"env", "dir:/x"}
	unknown := errors.New("dir:/x: there is no such folder")
	noKey := func(keys ...string) secret.Result {
		return secret.Result{Asked: asked, Answer: secret.Answer{Found: true, NoKey: true, Keys: keys}}
	}
	for _, c := range []struct {
		name, text string
		result     secret.Result
		want       []string
	}{
		{"found", onlyHMAC, secret.Result{Asked: asked, Answer: secret.Answer{Found: true}}, nil},
		{"a name that is not found", onlyHMAC, secret.Result{Asked: asked}, []string{
			"2:63 THV5001 error: found no ToolHive secret of this name in env, dir:/x"}},
		{"a name of no store", onlyHMAC, secret.Result{}, []string{
			"2:63 THV5001 error: found a reference to the ToolHive secret of this name, for which no store was asked; --secret-store env, dir:PATH and exec:COMMAND hold such names"}},
		{"a name that is unknown", onlyHMAC, secret.Result{Asked: asked, Err: unknown}, []string{
			"2:63 THV5001 error: found a reference to the ToolHive secret of this name, which cannot be looked up: dir:/x: there is no such folder"}},
		{"a name in an error", onlyHMAC, secret.Result{Asked: asked, Err: errors.New(`dir:/x: "/x/POLICY" is a folder`)}, []string{
			`2:63 THV5001 error: found a reference to the ToolHive secret of this name, which cannot be looked up: dir:/x: "/x/••••••" is a folder`}},

		{"a file that is not found", onlyCA, secret.Result{Asked: []string{"the file system"}}, []string{
			`2:75 THV5001 error: found no file "/pki/ca"`}},
		{"a file that is unknown", onlyCA, secret.Result{Asked: []string{"the file system"}, Err: fmt.Errorf("the file system: %w", errors.New(`"/pki/ca" is a folder`))}, []string{
			`2:75 THV5001 error: found a reference to the file "/pki/ca", which cannot be looked up: "/pki/ca" is a folder`}},

		{"a Secret that is not found", onlyKey, secret.Result{Asked: asked}, []string{
			`4:84 THV5001 error: found no Secret "hooks" in the namespace "team" in env, dir:/x`}},
		{"a Secret of no store", onlyKey, secret.Result{}, []string{
			`4:84 THV5001 error: found a reference to the Secret "hooks" in the namespace "team", for which no store was asked; --secret-store manifests, dir:PATH, cluster and exec:COMMAND hold Secrets`}},
		{"a Secret that is unknown", onlyKey, secret.Result{Asked: asked, Err: unknown}, []string{
			`4:84 THV5001 error: found a reference to the Secret "hooks" in the namespace "team", which cannot be looked up: dir:/x: there is no such folder`}},
		{"a Secret without the key", onlyKey, noKey("a", "b"), []string{
			`4:96 THV5002 error: the Secret "hooks" has no key "hmac", it has "a", "b"`}},
		{"a Secret without keys", onlyKey, noKey(), []string{
			`4:96 THV5002 error: the Secret "hooks" has no key "hmac", it has none`}},
		{"a Secret with ten keys", onlyKey, noKey(many[:10]...), []string{
			`4:96 THV5002 error: the Secret "hooks" has no key "hmac", it has "` + strings.Join(many[:10], `", "`) + `"`}},
		{"a Secret with many keys", onlyKey, noKey(many...), []string{
			`4:96 THV5002 error: the Secret "hooks" has no key "hmac", it has "` + strings.Join(many[:10], `", "`) + `" and 2 more`}},

		{"one of a near name", onlyKey + fmt.Sprintf(anotherSecret, "hook", "team", "hmac"), secret.Result{Asked: asked}, []string{
			`4:84 THV5001 error: found no Secret "hooks" in the namespace "team" in env, dir:/x; did you mean "hook"?`}},
		{"one in another namespace", onlyKey + fmt.Sprintf(anotherSecret, "hooks", "other", "hmac"), secret.Result{Asked: asked}, []string{
			`4:84 THV5001 error: found no Secret "hooks" in the namespace "team" in env, dir:/x; there is one in the namespace "other"`,
			`  8:18 the one in the namespace "other"`}},
		{"one that no store holds", onlyKey + fmt.Sprintf(anotherSecret, "hooks", "team", "hmac"), secret.Result{Asked: asked}, []string{
			`4:84 THV5001 error: found no Secret "hooks" in the namespace "team" in env, dir:/x; there is one among the inputs, where --secret-store manifests looks`,
			"  8:18 the one among the inputs"}},
		{"one without the key", onlyKey + fmt.Sprintf(anotherSecret, "hooks", "team", "other"), noKey("other"), []string{
			`4:96 THV5002 error: the Secret "hooks" has no key "hmac", it has "other"`, "  8:18 the Secret"}},
		{"one that has the key", onlyKey + fmt.Sprintf(anotherSecret, "hooks", "team", "hmac"), noKey("other"), []string{
			`4:96 THV5002 error: the Secret "hooks" has no key "hmac", it has "other"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, err := lookup.Check(documents(t, "a.yaml", c.text), answering(c.result), bind.Options{})
			if err != nil {
				t.Fatal(err)
			}
			wantMessages(t, found, c.want...)
		})
	}
}

// TestNamesAreHidden demands that a ToolHive name which is not found is hidden
// wherever its line is shown, because it may be the secret itself.
func TestNamesAreHidden(t *testing.T) {
	for _, result := range []secret.Result{{}, {Asked: []string{"env"}}, {Asked: []string{"env"}, Err: errors.New("env: no POLICY")}} {
		docs := documents(t, "a.yaml", onlyHMAC)
		found, err := lookup.Check(docs, answering(result), bind.Options{})
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		if line := docs[0].Source.Line(2); strings.Contains(line, "POLICY") || !strings.Contains(line, "••••••") {
			t.Errorf("the line is shown as %s", line)
		}
		if strings.Contains(found[0].Message, "POLICY") {
			t.Error(found[0].Message)
		}
	}
	docs := documents(t, "a.yaml", onlyHMAC)
	if _, err := lookup.Check(docs, answering(secret.Result{Asked: []string{"env"}, Answer: secret.Answer{Found: true}}), bind.Options{}); err != nil {
		t.Fatal(err)
	}
	if line := docs[0].Source.Line(2); !strings.Contains(line, "POLICY") {
		t.Errorf("a name that is found is shown as %s", line)
	}
}

// TestUnknownIsNoPass gives random answers. There may be nothing to say only of a
// secret that somebody was asked for, and found.
func TestUnknownIsNoPass(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	coin := func() bool { return random.IntN(2) == 0 }
	passes := 0
	for range 2000 {
		var result secret.Result
		result.Found, result.NoKey, result.Exposed = coin(), coin(), coin()
		if coin() {
			result.Keys = []string{"other"}
		}
		if coin() {
			result.Value = secret.NewValue([]byte("not a real key, but long enough"))
		}
		if coin() {
			result.Asked = []string{"env"}
		}
		if coin() {
			result.Err = errors.New("env: gone")
		}
		o := answering(result)
		if coin() {
			o.Strength = lookup.Verify
		}
		text := []string{onlyHMAC, onlyKey, serverEntry}[random.IntN(3)]
		found, err := lookup.Check(documents(t, "a.yaml", text), o, bind.Options{})
		if err != nil {
			t.Fatal(err)
		}
		known := result.Err == nil && len(result.Asked) > 0 && result.Found && !result.NoKey
		if known {
			passes++
		}
		if known == found.Has(diag.Error) {
			t.Fatalf("%+v: found %v", result, found)
		}
	}
	if passes == 0 {
		t.Error("no answer was a pass")
	}
}
