package lookup_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/lookup"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/secret"
)

const (
	headerForward = "spec:\n  remoteUrl: https://mcp.example.com/\n  groupRef: {name: tools}\n  headerForward:\n    addPlaintextHeaders: {X-Team: blue}\n" +
		"    addHeadersFromSecret:\n      - {headerName: X-Api-Key, valueSecretRef: {name: api, key: token}}\n"
	serverEntry   = "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPServerEntry\nmetadata: {name: e, namespace: team}\n" + headerForward
	remoteProxy   = "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPRemoteProxy\nmetadata: {name: p, namespace: team}\n" + headerForward
	headerOfRun   = `{"schema_version": "v0.1.0", "name": "x", "remote_url": "https://mcp.example.com/", "header_forward": {"add_headers_from_secret": {"X-Api-Key": "API_TOKEN"}}}`
	headerOfProxy = `{"schema_version": "v0.1.0", "name": "x", "remote_url": "https://mcp.example.com/", "header_forward": {"add_headers_from_secret": {"X-Api-Key": "HEADER_FORWARD_X_API_KEY_P"}}}`
)

func TestHeaderSpellings(t *testing.T) {
	token := model.SecretKey{Name: "api", Key: "token"}
	named := []model.Binding{{Secret: model.SecretKey{Name: "other", Key: "token"}, Name: "OTHER"}, {Secret: token, File: "/run/api"}, {Secret: token, Name: "API_TOKEN"}}
	key, name := "key team/api/token", "name API_TOKEN"
	for _, c := range []struct {
		name, file, text string
		to               bind.Options
		want             string
	}{
		{"an MCPServerEntry", "a.yaml", serverEntry, bind.Options{}, key},
		{"an MCPRemoteProxy", "a.yaml", remoteProxy, bind.Options{Namespace: "other"}, key},
		{"bound", "a.yaml", remoteProxy, bind.Options{Bindings: named}, key + ", " + name},
		{"bound for form crd", "a.yaml", remoteProxy, bind.Options{Bindings: named, Form: bind.CRD}, key},
		{"bound for form cli", "a.yaml", remoteProxy, bind.Options{Bindings: named, Form: bind.CLI}, name},
		{"bound to a path alone", "a.yaml", remoteProxy, bind.Options{Bindings: named[:2], Form: bind.CLI}, key},
		{"with a folder of secrets", "a.yaml", remoteProxy, bind.Options{SecretsDir: "/run", Form: bind.CLI}, key},
		{"a RunConfig", "a.json", headerOfRun, bind.Options{}, name},
		{"a RunConfig is bound already", "a.json", headerOfRun, bind.Options{Bindings: named, Form: bind.CRD}, name},
		{"a RunConfig of the operator", "a.json", headerOfProxy, bind.Options{}, "name HEADER_FORWARD_X_API_KEY_P"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := map[secret.Purpose]string{}
			o := answering(secret.Result{})
			answer := o.Lookup
			o.Lookup = func(inputs []secret.Manifest, requests []secret.Request) ([]secret.Result, error) {
				for _, r := range requests {
					got[r.Purpose] += spelled(append([]secret.Ref{r.Ref}, r.Others...))
				}
				return answer(inputs, requests)
			}
			if _, err := lookup.Check(documents(t, c.file, c.text), o, c.to); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[secret.Purpose]string{secret.Header: c.want}, got); diff != "" {
				t.Errorf("asked for (-want +got)\n%s", diff)
			}
		})
	}
}

func TestHeaderResults(t *testing.T) {
	asked := []string{"env", "dir:/x"}
	holding := func(value string) secret.Result {
		return secret.Result{Asked: asked, Answer: secret.Answer{Found: true, Value: secret.NewValue([]byte(value))}}
	}
	for _, c := range []struct {
		name, file, text string
		result           secret.Result
		want             []string
	}{
		{"found", "a.yaml", serverEntry, secret.Result{Asked: asked, Answer: secret.Answer{Found: true}}, nil},
		{"not found", "a.yaml", serverEntry, secret.Result{Asked: asked}, []string{
			`10:56 THV5001 error: found no Secret "api" in the namespace "team" in env, dir:/x`}},
		{"without the key", "a.yaml", serverEntry, secret.Result{Asked: asked, Answer: secret.Answer{Found: true, NoKey: true, Keys: []string{"tokens"}}}, []string{
			`10:66 THV5002 error: the Secret "api" has no key "token", it has "tokens"`}},
		{"a name that is not found", "a.json", headerOfRun, secret.Result{Asked: asked}, []string{
			"1:145 THV5001 error: found no ToolHive secret of this name in env, dir:/x"}},
		{"a name that is unknown", "a.json", headerOfRun, secret.Result{Asked: asked, Err: errors.New("dir:/x: gone")}, []string{
			"1:145 THV5001 error: found a reference to the ToolHive secret of this name, which cannot be looked up: dir:/x: gone"}},
		{"a value", "a.yaml", serverEntry, holding("CANARY"), nil},
		{"a value of a name", "a.json", headerOfRun, holding("CANARY"), nil},
		{"empty", "a.yaml", serverEntry, holding(""), []string{
			"10:49 THV7003 error: the value of the header is empty; at least one visible character is wanted"}},
		{"a line break", "a.yaml", remoteProxy, holding("CANARY\n"), []string{
			"10:49 THV7003 error: the value of the header ends in a line break, and Go sends no request with one; write the value alone, as printf does and echo does not"}},
		{"a line break in that of a name", "a.json", headerOfRun, holding("CANARY\r\n"), []string{
			"1:145 THV7003 error: the value of the header ends in a line break, and Go sends no request with one; write the value alone, as printf does and echo does not"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := answering(c.result)
			o.Strength = lookup.Verify
			found, err := lookup.Check(documents(t, c.file, c.text), o, bind.Options{})
			if err != nil {
				t.Fatal(err)
			}
			wantMessages(t, found, c.want...)
			if strings.Contains(strings.Join(messages(found), ""), "CANARY") {
				t.Error("a message shows the value")
			}
		})
	}
}

// TestOneSecretOfTwoPurposes judges one value by each purpose.
func TestOneSecretOfTwoPurposes(t *testing.T) {
	o := answering(secret.Result{Asked: []string{"env"}, Answer: secret.Answer{Found: true, Value: secret.NewValue([]byte("a key of 24 bytes or more\n"))}})
	o.Strength = lookup.Verify
	both := append(documents(t, "a.yaml", onlyHMAC), documents(t, "b.yaml", serverEntry)...)
	found, err := lookup.Check(both, o, bind.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]diag.Severity{}
	for _, d := range found {
		got[d.Rule.ID] = d.Severity
	}
	if diff := cmp.Diff(map[string]diag.Severity{"THV4009": diag.Warning, "THV7003": diag.Error}, got); diff != "" {
		t.Errorf("found (-want +got)\n%s", diff)
	}
}
