package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
)

const headerPolicy = `-- policy.cue --
package policy

#HeaderForward: {
	// Only X- headers and Language in plain text.
	addPlaintextHeaders: close({[=~"^X-"]: string, Language?: string})
	// Values are plain.
	addPlaintextHeaders: [string]: =~"^[a-z0-9,-]*$"
	// Cookies are never forwarded.
	addHeadersFromSecret: [=~"(?i)^cookie$"]: _|_
	// Secrets of the team.
	addHeadersFromSecret: [string]: key: name: =~"^team-"
	// The tenant is told.
	addPlaintextHeaders: "X-Tenant-ID"!: string
}
`

var headerCases = []checkCase{
	{
		name: "headers of Kubernetes resources",
		archive: headerPolicy + `-- entry.yaml --
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata: {name: a}
spec:
  remoteUrl: https://mcp.example.com/
  transport: streamable-http
  groupRef: {name: g}
  headerForward:
    addPlaintextHeaders:
      X-Mode: read only
      Other: other
      Language: text
    addHeadersFromSecret:
      - headerName: Cookie
        valueSecretRef: {name: team-cookies, key: c}
      - headerName: X-Key
        valueSecretRef:
          name: other
          key: k
-- proxy.yaml --
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPRemoteProxy
metadata: {name: b}
spec:
  remoteUrl: https://mcp.example.com/
  headerForward:
    addHeadersFromSecret:
      - {headerName: X-Key, valueSecretRef: {name: team-keys, key: k}}
-- none.yaml --
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPRemoteProxy
metadata: {name: c}
spec:
  remoteUrl: https://mcp.example.com/
  headerForward: {}
`,
		want: `entry.yaml:9:5 THV8001 [addPlaintextHeaders] spec.headerForward.addPlaintextHeaders.X-Tenant-ID: The tenant is told: found no header "X-Tenant-ID", the policy wants string
  the policy: policy.cue:13:23 ["X-Tenant-ID"]
entry.yaml:10:15 THV8001 [read only] spec.headerForward.addPlaintextHeaders.X-Mode: Values are plain: found the header "X-Mode" with "•••••••••", the policy wants =~"^[a-z0-9,-]*$"
  the policy: policy.cue:7:23 [[string]]
entry.yaml:11:14 THV8001 [other] spec.headerForward.addPlaintextHeaders.Other: Only X- headers and Language in plain text: found the header "Other" with "•••••", the policy wants close({[=~"^X-"]: string, Language?: string})
  the policy: policy.cue:5:2 [addPlaintextHeaders]
entry.yaml:14:21 THV8001 [Cookie] spec.headerForward.addHeadersFromSecret[0].headerName: Cookies are never forwarded: found the header "Cookie"
  the policy: policy.cue:9:24 [[=~"(?i)^cookie$"]]
entry.yaml:18:17 THV8001 [other] spec.headerForward.addHeadersFromSecret[1].valueSecretRef.name: Secrets of the team: found "other"
  the policy: policy.cue:11:39 [name]
proxy.yaml:6:3 THV8001 [headerForward] spec.headerForward.addPlaintextHeaders.X-Tenant-ID: The tenant is told: found no header "X-Tenant-ID", the policy wants string
  the policy: policy.cue:13:23 ["X-Tenant-ID"]
`,
	},
	{
		name: "headers of a RunConfig, with bindings",
		bindings: []model.Binding{
			{Secret: model.SecretKey{Name: "team-keys", Key: "k"}, Name: "bound-key"},
			{Secret: model.SecretKey{Name: "other", Key: "k"}, Name: "other-key"},
			{Secret: model.SecretKey{Name: "team-file", Key: "k"}, File: "file-key"},
		},
		archive: headerPolicy + `-- run.json --
{
  "schema_version": "v0.1.0",
  "remote_url": "https://mcp.example.com/",
  "header_forward": {
    "add_plaintext_headers": {"X-Tenant-ID": "acme", "X.Dots": "no"},
    "add_headers_from_secret": {
      "X-A": "bound-key",
      "X-B": "other-key",
      "X-C": "free-key",
      "X-D": "file-key"
    }
  }
}
`,
		want: `run.json:5:64 THV8001 ["no"] header_forward.add_plaintext_headers["X.Dots"]: Only X- headers and Language in plain text: found the header "X.Dots" with "••••", the policy wants close({[=~"^X-"]: string, Language?: string})
  the policy: policy.cue:5:2 [addPlaintextHeaders]
run.json:8:14 THV8001 ["other-key"] header_forward.add_headers_from_secret.X-B: Secrets of the team: found "•••••••••••"
  the policy: policy.cue:11:39 [name]
run.json:9:14 THV8001 ["free-key"] header_forward.add_headers_from_secret.X-C: Secrets of the team: found "••••••••••"
  the policy: policy.cue:11:34 [key]
run.json:10:14 THV8001 ["file-key"] header_forward.add_headers_from_secret.X-D: Secrets of the team: found "••••••••••"
  the policy: policy.cue:11:34 [key]
`,
	},
	{
		name: "the schema of headers",
		archive: `-- policy.cue --
package policy

import "github.com/thvctl/thvctl/schema"

// As the schema has it.
#HeaderForward: schema.#UnitHeaderForwardShape & {addPlaintextHeaders: [string]: "1" | "2"}
#HeaderForward: schema.#UnitHeaderForward
-- run.json --
{"schema_version": "v0.1.0", "remote_url": "https://mcp.example.com/", "header_forward": {"add_plaintext_headers": {"X-A": "1", "X-B": "3"}}}
`,
		want: `run.json:1:136 THV8001 ["3"] header_forward.add_plaintext_headers.X-B: As the schema has it: found the header "X-B" with "•••", the policy wants "1" | "2"
  the policy: policy.cue:6:72 [[string]]
`,
	},
}

var headerPlaceCases = []placeCase{
	{
		name: "headers in Kubernetes",
		archive: `-- entry.yaml --
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata: {name: a}
spec:
  remoteUrl: https://mcp.example.com/
  transport: streamable-http
  groupRef: {name: g}
  headerForward:
    addPlaintextHeaders:
      X-A: "1"
      X.B: "2"
    addHeadersFromSecret:
      - headerName: X-C
        valueSecretRef: {name: s, key: k}
      - headerName: X-C
        valueSecretRef: {name: last, key: l}
`,
		paths: headerPaths,
		want: ` = entry.yaml:9:5 [addPlaintextHeaders:⏎      X-A: "1"⏎      X.B: "2"⏎    addHeadersFromSecret:⏎      - headerName: X-C⏎        valueSecretRef: {name: s, key: k}⏎      - headerName: X-C⏎        valueSecretRef: {name: last, key: l}] spec.headerForward: Broken: found this header forwarding
addPlaintextHeaders = entry.yaml:10:7 [X-A: "1"⏎      X.B: "2"] spec.headerForward.addPlaintextHeaders: Broken: found 2 plaintext headers
addPlaintextHeaders.X-A = entry.yaml:10:12 ["1"] spec.headerForward.addPlaintextHeaders.X-A: Broken: found the header "X-A" with "•••"
addPlaintextHeaders["X.B"] = entry.yaml:11:12 ["2"] spec.headerForward.addPlaintextHeaders["X.B"]: Broken: found the header "X.B" with "•••"
addPlaintextHeaders.X-C = entry.yaml:9:5 [addPlaintextHeaders] spec.headerForward.addPlaintextHeaders.X-C: Broken: found no header "X-C"
addHeadersFromSecret = entry.yaml:13:7 [- headerName: X-C⏎        valueSecretRef: {name: s, key: k}⏎      - headerName: X-C⏎        valueSecretRef: {name: last, key: l}] spec.headerForward.addHeadersFromSecret: Broken: found 2 secret headers
addHeadersFromSecret.X-A = entry.yaml:13:7 [- headerName: X-C⏎        valueSecretRef: {name: s, key: k}⏎      - headerName: X-C⏎        valueSecretRef: {name: last, key: l}] spec.headerForward.addHeadersFromSecret: Broken: found no header "X-A"
addHeadersFromSecret.X-C = entry.yaml:15:21 [X-C] spec.headerForward.addHeadersFromSecret[1].headerName: Broken: found the header "X-C"
addHeadersFromSecret.X-C.key = entry.yaml:16:25 [{name: last, key: l}] spec.headerForward.addHeadersFromSecret[1].valueSecretRef: Broken: found the key "l" of the Secret "last"
addHeadersFromSecret.X-C.key.name = entry.yaml:16:32 [last] spec.headerForward.addHeadersFromSecret[1].valueSecretRef.name: Broken: found "last"
addHeadersFromSecret.X-C.key.key = entry.yaml:16:43 [l] spec.headerForward.addHeadersFromSecret[1].valueSecretRef.key: Broken: found "l"
addHeadersFromSecret.X-C.name = entry.yaml:16:25 [{name: last, key: l}] spec.headerForward.addHeadersFromSecret[1].valueSecretRef: Broken: found the key "l" of the Secret "last"
other.X-C = entry.yaml:9:5 [addPlaintextHeaders:⏎      X-A: "1"⏎      X.B: "2"⏎    addHeadersFromSecret:⏎      - headerName: X-C⏎        valueSecretRef: {name: s, key: k}⏎      - headerName: X-C⏎        valueSecretRef: {name: last, key: l}] spec.headerForward: Broken: found this header forwarding
`,
	},
	{
		name:  "headers of a RunConfig",
		value: 1,
		archive: `-- run.json --
{"schema_version": "v0.1.0", "remote_url": "https://mcp.example.com/",
 "header_forward": {"add_plaintext_headers": {"X-A": "1", "X.B": "2"},
  "add_headers_from_secret": {"X-C": "s"}}}
`,
		paths: headerPaths,
		want: ` = run.json:2:20 [{"add_plaintext_headers": {"X-A": "1", "X.B": "2"},⏎  "add_headers_from_secret": {"X-C": "s"}}] header_forward: Broken: found this header forwarding
addPlaintextHeaders = run.json:2:46 [{"X-A": "1", "X.B": "2"}] header_forward.add_plaintext_headers: Broken: found 2 plaintext headers
addPlaintextHeaders.X-A = run.json:2:54 ["1"] header_forward.add_plaintext_headers.X-A: Broken: found the header "X-A" with "•••"
addPlaintextHeaders["X.B"] = run.json:2:66 ["2"] header_forward.add_plaintext_headers["X.B"]: Broken: found the header "X.B" with "•••"
addPlaintextHeaders.X-C = run.json:2:21 ["add_plaintext_headers"] header_forward.add_plaintext_headers.X-C: Broken: found no header "X-C"
addHeadersFromSecret = run.json:3:30 [{"X-C": "s"}] header_forward.add_headers_from_secret: Broken: found 1 secret header
addHeadersFromSecret.X-A = run.json:3:3 ["add_headers_from_secret"] header_forward.add_headers_from_secret.X-A: Broken: found no header "X-A"
addHeadersFromSecret.X-C = run.json:3:38 ["s"] header_forward.add_headers_from_secret.X-C: Broken: found the header "X-C"
addHeadersFromSecret.X-C.key = run.json:3:38 ["s"] header_forward.add_headers_from_secret.X-C: Broken: found "•••"
addHeadersFromSecret.X-C.key.name = run.json:3:38 ["s"] header_forward.add_headers_from_secret.X-C: Broken: found "•••"
addHeadersFromSecret.X-C.key.key = run.json:3:38 ["s"] header_forward.add_headers_from_secret.X-C: Broken: found "•••"
addHeadersFromSecret.X-C.name = run.json:3:38 ["s"] header_forward.add_headers_from_secret.X-C: Broken: found "•••"
other.X-C = run.json:2:20 [{"add_plaintext_headers": {"X-A": "1", "X.B": "2"},⏎  "add_headers_from_secret": {"X-C": "s"}}] header_forward: Broken: found this header forwarding
`,
	},
	{
		name: "half of the headers",
		archive: `-- proxy.yaml --
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPRemoteProxy
metadata: {name: a}
spec:
  remoteUrl: https://mcp.example.com/
  headerForward:
    addHeadersFromSecret: [{headerName: X-C, valueSecretRef: {name: s, key: k}}]
`,
		paths: headerPaths,
		want: ` = proxy.yaml:7:5 [addHeadersFromSecret: [{headerName: X-C, valueSecretRef: {name: s, key: k}}]] spec.headerForward: Broken: found this header forwarding
addPlaintextHeaders = proxy.yaml:6:3 [headerForward] spec.headerForward.addPlaintextHeaders: Broken: found no plaintext header
addPlaintextHeaders.X-A = proxy.yaml:6:3 [headerForward] spec.headerForward.addPlaintextHeaders.X-A: Broken: found no header "X-A"
addPlaintextHeaders["X.B"] = proxy.yaml:6:3 [headerForward] spec.headerForward.addPlaintextHeaders["X.B"]: Broken: found no header "X.B"
addPlaintextHeaders.X-C = proxy.yaml:6:3 [headerForward] spec.headerForward.addPlaintextHeaders.X-C: Broken: found no header "X-C"
addHeadersFromSecret = proxy.yaml:7:27 [[{headerName: X-C, valueSecretRef: {name: s, key: k}}]] spec.headerForward.addHeadersFromSecret: Broken: found 1 secret header
addHeadersFromSecret.X-A = proxy.yaml:7:27 [[{headerName: X-C, valueSecretRef: {name: s, key: k}}]] spec.headerForward.addHeadersFromSecret: Broken: found no header "X-A"
addHeadersFromSecret.X-C = proxy.yaml:7:41 [X-C] spec.headerForward.addHeadersFromSecret[0].headerName: Broken: found the header "X-C"
addHeadersFromSecret.X-C.key = proxy.yaml:7:62 [{name: s, key: k}] spec.headerForward.addHeadersFromSecret[0].valueSecretRef: Broken: found the key "k" of the Secret "s"
addHeadersFromSecret.X-C.key.name = proxy.yaml:7:69 [s] spec.headerForward.addHeadersFromSecret[0].valueSecretRef.name: Broken: found "s"
addHeadersFromSecret.X-C.key.key = proxy.yaml:7:77 [k] spec.headerForward.addHeadersFromSecret[0].valueSecretRef.key: Broken: found "k"
addHeadersFromSecret.X-C.name = proxy.yaml:7:62 [{name: s, key: k}] spec.headerForward.addHeadersFromSecret[0].valueSecretRef: Broken: found the key "k" of the Secret "s"
other.X-C = proxy.yaml:7:5 [addHeadersFromSecret: [{headerName: X-C, valueSecretRef: {name: s, key: k}}]] spec.headerForward: Broken: found this header forwarding
`,
	},
}

const headerPaths = `
addPlaintextHeaders
addPlaintextHeaders.X-A
addPlaintextHeaders["X.B"]
addPlaintextHeaders.X-C
addHeadersFromSecret
addHeadersFromSecret.X-A
addHeadersFromSecret.X-C
addHeadersFromSecret.X-C.key
addHeadersFromSecret.X-C.key.name
addHeadersFromSecret.X-C.key.key
addHeadersFromSecret.X-C.name
other.X-C
`

// TestHeaderValues checks that both lists are always there, and how secrets are
// bound.
func TestHeaderValues(t *testing.T) {
	docs, _ := inputs(t, headerPlaceCases[1].archive)
	bindings := []model.Binding{{Secret: model.SecretKey{Name: "f", Key: "k"}, File: "s"}, {Secret: model.SecretKey{Name: "n", Key: "k"}, Name: "s"}}
	want := []any{"HeaderForward", map[string]any{
		"addPlaintextHeaders":  map[string]any{"X-A": "1", "X.B": "2"},
		"addHeadersFromSecret": map[string]any{"X-C": map[string]any{"key": map[string]any{"name": "n", "key": "k"}}},
	}}
	if diff := cmp.Diff(want, plain(t, asked(t, docs, policy.Options{Bindings: bindings}))[1]); diff != "" {
		t.Error(diff)
	}
	docs, _ = inputs(t, headerPlaceCases[2].archive)
	want = []any{"HeaderForward", map[string]any{
		"addPlaintextHeaders":  map[string]any{},
		"addHeadersFromSecret": map[string]any{"X-C": map[string]any{"key": map[string]any{"name": "s", "key": "k"}}},
	}}
	if diff := cmp.Diff([]any{want}, plain(t, asked(t, docs, policy.Options{}))); diff != "" {
		t.Error(diff)
	}
}

// TestInexactHeaders checks that no header is called missing where one is faulty.
func TestInexactHeaders(t *testing.T) {
	const text = `spec:
  headerForward:
    addPlaintextHeaders: {X-A: a, X-B: [faulty]}
    addHeadersFromSecret:
      - valueSecretRef: {name: s, key: k}
`
	const at = "spec.headerForward.addPlaintextHeaders."
	tree, _ := syntax.Parse(syntax.File{Name: "e.yaml", Format: syntax.YAML, Data: []byte(text), Named: true}, syntax.Options{})
	d := &model.Document{Document: tree.Documents[0], Kind: model.MCPServerEntry}
	sound := model.Value[string]{V: "X-A", Path: at + "X-A", Set: true}
	d.Remote.HeaderForward = model.HeaderForward{Path: "spec.headerForward", Headers: []model.Header{
		{Name: sound, Keyed: true, Value: model.Value[string]{V: "a", Path: at + "X-A", Set: true}},
		{Name: model.Value[string]{V: "X-B", Path: at + "X-B", Set: true}, Keyed: true},
	}}
	for path, want := range map[string]int{
		"addPlaintextHeaders.X-A": 1, "addPlaintextHeaders.X-B": 0, "addPlaintextHeaders.X-C": 0,
		"addHeadersFromSecret.X-C": 0, "addHeadersFromSecret": 0, "": 0,
	} {
		found, err := policy.Check([]*model.Document{d}, []syntax.EvaluateFile{{Name: "p.cue"}}, policy.Options{Evaluate: func(policy.Request) (policy.Answer, error) {
			return policy.Answer{Constraints: []policy.Constraint{{}}, Violations: []policy.Violation{{Path: path}}}, nil
		}})
		if err != nil || len(found) != want {
			t.Errorf("%q: %v, %v", path, found, err)
		}
	}
}
