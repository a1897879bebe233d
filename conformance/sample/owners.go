package sample

import (
	"fmt"
	"strings"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// OwnerFaults returns an MCPServerEntry and an MCPRemoteProxy for each unusual value,
// right or wrong, of what concerns header forwarding, beside what the test data has.
func OwnerFaults() []Document {
	var out []Document
	for _, kind := range []string{"MCPServerEntry", "MCPRemoteProxy"} {
		for _, v := range variations {
			for _, value := range v.values {
				o := newOwner(kind)
				v.vary(&o, value)
				out = append(out, Document{fmt.Sprintf("fault %s %s: %.80s", kind, v.what, value), syntax.YAML, o.text()})
			}
		}
		for _, value := range unusualJSON {
			text := fmt.Sprintf(`{"apiVersion":"toolhive.stacklok.dev/v1beta1","kind":%q,"metadata":{"name":"a"},"spec":{"remoteUrl":"https://a.example","transport":"sse","groupRef":{"name":"g"},"headerForward":%s}}`, kind, value)
			out = append(out, Document{fmt.Sprintf("fault %s JSON: %s", kind, value), syntax.JSON, []byte(text)})
		}
	}
	return out
}

// variations are the unusual values in YAML, with the places in which they stand.
var variations = []struct {
	what   string
	values []string
	vary   func(o *owner, value string)
}{
	{"apiVersion", unusualVersions, func(o *owner, value string) { o.version = value }},
	{"kind", unusualKinds, func(o *owner, value string) { o.kind = value }},
	{"metadata", unusualMetadata, func(o *owner, value string) { o.metadata = value }},
	{"whole spec", unusualSpecs, func(o *owner, value string) { o.whole = value }},
	{"spec", unusualMembers, func(o *owner, value string) { o.spec += ", " + value }},
	{"headerForward", unusualHeaderForward, forwards("%s")},
	{"addPlaintextHeaders", unusualPlaintext, forwards("{addPlaintextHeaders: %s}")},
	{"merge", unusualMerges, forwards("{addPlaintextHeaders: %s}")},
	{"addHeadersFromSecret", unusualSecretHeaders, forwards("{addHeadersFromSecret: %s}")},
	{"headerName", unusualHeaderNames, forwards("{addHeadersFromSecret: [{headerName: %s, valueSecretRef: {name: s, key: k}}]}")},
	{"valueSecretRef", unusual["hmacSecretRef"], forwards("{addHeadersFromSecret: [{headerName: X-A, valueSecretRef: %s}]}")},
	{"scalar", scalars, func(o *owner, value string) { o.version, o.whole = olderVersion, blockSpec("X-A", value, "X-B") }},
	{"scalar as a name", scalars, func(o *owner, value string) { o.version, o.whole = olderVersion, blockSpec(value, "a", "X-B") }},
	{"scalar as a name with a Secret", scalars, func(o *owner, value string) { o.version, o.whole = olderVersion, blockSpec("X-A", "a", value) }},
}

// forwards puts a value into a field headerForward.
func forwards(headerForward string) func(*owner, string) {
	return func(o *owner, value string) { o.spec += ", headerForward: " + fmt.Sprintf(headerForward, value) }
}

// owner is an object that forwards headers, in YAML: its spec is what stands between
// the braces, or else the whole.
type owner struct{ version, kind, metadata, spec, whole string }

// olderVersion is the version that ToolHive keeps for objects made before v1beta1.
const olderVersion = "toolhive.stacklok.dev/v1alpha1"

// blockSpec is a spec in block style with a header, and with one whose value is in a
// Secret.
func blockSpec(name, value, secret string) string {
	return "\n  remoteUrl: https://a.example\n  transport: sse\n  groupRef: {name: g}\n  headerForward:\n    addPlaintextHeaders:\n      " + name + ": " + value +
		"\n    addHeadersFromSecret:\n      - headerName: " + secret + "\n        valueSecretRef: {name: s, key: k}"
}

// newOwner returns an owner with all that ToolHive's CRD requires.
func newOwner(kind string) owner {
	spec := "remoteUrl: https://a.example/mcp, transport: sse"
	if kind == "MCPServerEntry" {
		spec += ", groupRef: {name: g}"
	}
	return owner{version: "toolhive.stacklok.dev/v1beta1", kind: kind, metadata: "{name: a}", spec: spec}
}

func (o owner) text() []byte {
	spec := o.whole
	if spec == "" {
		spec = "{" + o.spec + "}"
	}
	var text string
	for _, field := range [][2]string{{"apiVersion", o.version}, {"kind", o.kind}, {"metadata", o.metadata}, {"spec", spec}} {
		if field[1] != absent {
			text += field[0] + ": " + field[1] + "\n"
		}
	}
	return []byte(text)
}

// The values below are of YAML in flow style.

var unusualHeaderForward = []string{
	`null`, `{}`, `[]`, `""`, `a`, `1`, `true`, `[{addPlaintextHeaders: {X-A: a}}]`, `{addPlaintextHeaders: null, addHeadersFromSecret: null}`, `{addPlaintextHeaders: {}, addHeadersFromSecret: []}`,
	`{unknown: 1}`, `{unknown: null}`, `{add_plaintext_headers: {X-A: a}}`, `{add_headers_from_secret: []}`, `{addPlainTextHeaders: {X-A: a}}`, `{AddPlaintextHeaders: {X-A: a}}`, `{addHeadersFromSecrets: []}`, `{X-A: a}`,
	`{addPlaintextHeaders: {X-A: a}, addPlaintextHeaders: {X-B: b}}`, `{addPlaintextHeaders: {X-A: a}, addHeadersFromSecret: [{headerName: X-A, valueSecretRef: {name: s, key: k}}]}`,
	`&a {addPlaintextHeaders: {X-A: a}}`, `{<<: {addPlaintextHeaders: {X-A: a}}}`, `!!map {addPlaintextHeaders: !!map {X-A: !!str 1}}`, `{"addPlaintextHeaders": {"X-A": "a"}}`, `{1: a}`, `{"": a}`,
}

var unusualPlaintext = []string{
	`null`, `{}`, `[]`, `a`, `1`, `[X-A, a]`, `[{X-A: a}]`, `[{name: X-A, value: a}]`, `{X-A: null}`, `{X-A: ~}`, `{X-A: }`, `{X-A}`, `{X-A: 1}`, `{X-A: 1.5}`, `{X-A: true}`, `{X-A: yes}`, `{X-A: on}`, `{X-A: NO}`, `{X-A: y}`, `{X-A: 0x10}`, `{X-A: 0o7}`, `{X-A: 017}`,
	`{X-A: 1_000}`, `{X-A: 12:30}`, `{X-A: 190:20:30}`, `{X-A: 2025-06-18}`, `{X-A: 2025-06-18T10:00:00Z}`, `{X-A: .inf}`, `{X-A: .nan}`, `{X-A: 1e3}`, `{X-A: 1e400}`, `{X-A: +1}`, `{X-A: 0b1}`, `{X-A: =}`, `{X-A: !!str 1}`, `{X-A: !!int "1"}`, `{X-A: !!binary aGk=}`, `{X-A: !!binary "%"}`, `{X-A: !mine a}`,
	`{X-A: ""}`, `{X-A: " a "}`, `{X-A: "a\r\nb"}`, `{X-A: "\0"}`, `{X-A: "\t"}`, `{X-A: "\x7f"}`, `{X-A: é}`, `{X-A: "\uFFFD"}`, `{X-A: "\uFEFF"}`, `{X-A: "\uD800"}`, `{X-A: [a]}`, `{X-A: {a: b}}`, `{X-A: {value: a}}`, `{X-A: {valueSecretRef: {name: s, key: k}}}`,
	`{"": a}`, `{" ": a}`, `{X A: a}`, `{"X-A ": a}`, `{"X-A:": a}`, `{"X\nA": a}`, `{"X\0A": a}`, `{é: a}`, `{X_A: a}`, `{X.A: a}`, `{"X/A": a}`, `{"X[0]": a}`, `{~: a}`, `{null: a}`, `{1: a}`, `{1.0: a}`, `{1e3: a}`, `{0x10: a}`, `{true: a}`, `{yes: a}`, `{2025-06-18: a}`, `{[a]: b}`, `{{a: b}: c}`,
	`{X-A: a, X-A: a}`, `{X-A: a, X-A: b}`, `{X-A: a, x-a: b}`, `{"X-A": a, X-A: b}`, `{1: a, "1": b}`, `{<<: {X-A: a}}`, `{<<: {X-A: a}, X-A: b}`, `{<<: [{X-A: a}, {X-A: b}]}`, `{"<<": a}`, `{Host: a}`, `{authorization: Bearer x}`, `{"$(A)": "$(B)"}`,
	`{` + strings.Repeat("n", 255) + `: a}`, `{` + strings.Repeat("n", 256) + `: a}`, `{` + strings.Repeat("n", 1000) + `: a}`, `{X-A: ` + strings.Repeat("v", 9000) + `}`, `{X-A: ` + strings.Repeat("v", 300000) + `}`,
}

var unusualMerges = []string{
	`{X-A: b, <<: {X-A: a}}`, `{<<: {X-A: a}, <<: {X-B: b}}`, `{<<: null}`, `{<<: []}`, `{<<: a}`, `{<<: [null]}`, `{<<: [[{X-A: a}]]}`, `{!!merge <<: {X-A: a}}`, `{X-A: c, <<: [{X-A: a, X-B: b}, {X-B: d, X-C: e}]}`, `{<<: [{X-A: a, X-B: b}, {X-B: d, X-C: e}], X-C: f}`,
	`{<<: {<<: {X-A: a}, X-A: b}}`, `{<<: {X-A: b, <<: {X-A: a}}}`, `{<<: {X-A: null}, X-A: b}`, `{<<: {X-A: 1}, X-A: b}`, `{<<: {x-a: a}, X-A: b}`, `{<<: {X-A: a}, "X-\x41": b}`, `{&k X-A: a, X-B: *k}`, `{&k X-B: &v a, X-C: *v, X-D: *k}`,
}

var unusualSecretHeaders = []string{
	`null`, `[]`, `{}`, `a`, `1`, `[null]`, `[~, {headerName: X-A, valueSecretRef: {name: s, key: k}}]`, `[a]`, `[1]`, `[[]]`, `[{}]`, `{X-A: {name: s, key: k}}`, `{headerName: X-A, valueSecretRef: {name: s, key: k}}`,
	`[{headerName: X-A}]`, `[{valueSecretRef: {name: s, key: k}}]`, `[{headerName: X-A, value: a}]`, `[{headerName: X-A, valueSecretRef: {name: s, key: k}, value: a}]`, `[{headerName: X-A, valueSecretRef: {name: s, key: k}, value: null}]`,
	`[{header_name: X-A, value_secret_ref: {name: s, key: k}}]`, `[{HeaderName: X-A, valueSecretRef: {name: s, key: k}}]`, `[{name: X-A, valueSecretRef: {name: s, key: k}}]`, `[{headerName: X-A, secretRef: {name: s, key: k}}]`,
	`[{headerName: X-A, headerName: X-B, valueSecretRef: {name: s, key: k}}]`, `[{headerName: X-A, valueSecretRef: {name: s, key: k, key: l}}]`,
	`[{headerName: X-A, valueSecretRef: {name: s, key: k}}, {headerName: X-A, valueSecretRef: {name: s, key: k}}]`, `[{headerName: X-A, valueSecretRef: {name: s, key: k}}, {headerName: X-A, valueSecretRef: {name: t, key: l}}]`,
	`[{headerName: X-A, valueSecretRef: {name: s, key: k}}, {headerName: x-a, valueSecretRef: {name: s, key: k}}]`, `[&a {headerName: X-A, valueSecretRef: {name: s, key: k}}, *a]`, `[{headerName: X-A, valueSecretRef: &a {name: s, key: k}}, {headerName: X-B, valueSecretRef: *a}]`,
	`[{headerName: X-A, valueSecretRef: {secret_name: s, key: k}}]`, `[{headerName: X-A, valueSecretRef: {name: s, key: k, namespace: n}}]`, `[{headerName: X-A, valueSecretRef: {name: [s], key: k}}]`, `[{headerName: X-A, valueSecretRef: {name: s, key: 1}}]`, `[{headerName: X-A, valueSecretRef: {name: s, key: null}}]`,
	`[{headerName: X-A, valueSecretRef: {name: " s", key: k}}]`, `[{headerName: X-A, valueSecretRef: {name: s, key: "k "}}]`, `[{headerName: "", valueSecretRef: {name: "", key: ""}}]`,
}

var unusualHeaderNames = []string{
	`null`, `""`, `" "`, `X A`, `" X-A"`, `"X-A:"`, `"X\nA"`, `"\0"`, `é`, `"\u200b"`, `1`, `1.5`, `true`, `yes`, `2025-06-18`, `[X-A]`, `{name: X-A}`, `!!str 1`, `Host`, `host`, `authorization`, `Close`, `mcp-session-id`, `X_A`, `X.A`, `"X|A~"`, `"X(A)"`, `"X\"A"`,
	strings.Repeat("n", 255), strings.Repeat("n", 256), strings.Repeat("é", 128), strings.Repeat("é", 255), strings.Repeat("é", 256), strings.Repeat("n", 5000),
}

// unusualMembers are members of the spec beside those that are required.
var unusualMembers = []string{
	`header_forward: {addPlaintextHeaders: {X-A: a}}`, `headerForwarding: {addPlaintextHeaders: {X-A: a}}`, `forwardHeaders: {X-A: a}`, `HeaderForward: {}`, `headerforward: {}`, `headerForwards: {}`, `headersForward: {}`, `addPlaintextHeaders: {X-A: a}`, `addHeadersFromSecret: []`,
	`headerForward: {}, headerForward: {}`, `headerForward: {addPlaintextHeaders: {X-A: a}}, headerForward: null`, `unknown: 1`, `externalAuthConfigRef: null`, `externalAuthConfigRef: {}`, `externalAuthConfigRef: {name: null}`, `externalAuthConfigRef: {name: ""}`, `externalAuthConfigRef: {name: A}`,
	`externalAuthConfigRef: {name: a, kind: b}`, `externalAuthConfigRef: a`, `externalAuthConfigRef: [a]`, `externalAuthConfigRef: {name: 1}`, `authServerRef: {name: a, kind: MCPExternalAuthConfig}`, `authServerRef: {name: a}`, `authServerRef: {}`, `authServerRef: a`, `authServerRef: null`,
}

// unusualSpecs are specs as a whole.
var unusualSpecs = []string{
	absent, `null`, `[]`, `a`, `1`, `{remoteUrl: https://a.example, transport: sse, groupRef: g}`, `{remoteUrl: https://a.example, transport: sse, groupRef: {name: null}}`, `{remoteUrl: https://a.example, transport: sse, groupRef: {name: ""}}`,
	`{remoteUrl: https://a.example, transport: sse, groupRef: {name: A}}`, `{remoteUrl: https://a.example, transport: sse, groupRef: {name: 1}}`, `{remoteUrl: https://a.example, transport: sse, groupRef: {name: g, namespace: n}}`, `{remoteUrl: https://a.example, transport: sse, groupRef: {}}`,
	`{remoteUrl: 1, transport: sse, groupRef: {name: g}}`, `{remoteUrl: [https://a.example], transport: sse, groupRef: {name: g}}`, `{remoteUrl: a, transport: sse, groupRef: {name: g}}`, `{remoteUrl: "", transport: sse, groupRef: {name: g}}`, `{remoteUrl: https://a.example, transport: stdio, groupRef: {name: g}}`,
}

var unusualVersions = []string{
	absent, `null`, `""`, `v1`, `v1beta1`, `toolhive.stacklok.dev`, `toolhive.stacklok.dev/`, `toolhive.stacklok.dev/v1alpha1`, `toolhive.stacklok.dev/v1alpha2`, `toolhive.stacklok.dev/v1`, `toolhive.stacklok.dev/v1beta2`, `toolhive.stacklok.dev/V1beta1`,
	`"toolhive.stacklok.dev/v1beta1 "`, `Toolhive.stacklok.dev/v1beta1`, `stacklok.dev/v1beta1`, `toolhive.stacklok.dev/v1beta1/`, `1`, `[toolhive.stacklok.dev/v1beta1]`,
}

var unusualKinds = []string{
	absent, `null`, `""`, `1`, `mcpserverentry`, `MCPServerentry`, `MCPServerEntries`, `MCPServerEntryList`, `" MCPServerEntry"`, `mcpremoteproxy`, `MCPRemoteProxies`, `MCPRemoteproxy`, `VirtualMCPServer`, `[MCPServerEntry]`,
}

// unusualJSON are values of headerForward in JSON.
var unusualJSON = []string{
	`{"addPlaintextHeaders":{"X-A":"a","X-A":"b"}}`, `{"addPlaintextHeaders":{"X-A":"a","x-a":"b"}}`, `{"addPlaintextHeaders":{"X-A":"a"},"addPlaintextHeaders":{"X-B":"b"}}`, `{"AddPlaintextHeaders":{"X-A":"a"}}`, `{"addPlaintextHeaders":{"X-A":null}}`,
	`{"addPlaintextHeaders":{"X-A":1}}`, `{"addPlaintextHeaders":{"X-A":1e400}}`, `{"addPlaintextHeaders":{"X-A":"\ud800"}}`, `{"addPlaintextHeaders":{"X-A":"\ud83d\ude00"}}`, `{"addPlaintextHeaders":{"X-A":"\u0000"}}`, `{"addPlaintextHeaders":{"X-\u0041":"a"}}`,
	`{"addPlaintextHeaders":{"X-A":"a",}}`, `{"addPlaintextHeaders":{"X-A":"a"}/**/}`, `{addPlaintextHeaders:{}}`, `{"addPlaintextHeaders":{"X-A":'a'}}`, "{\"addPlaintextHeaders\":{\"X-A\":\"\xff\"}}", "{\"addPlaintextHeaders\":{\"X-A\":\"a\tb\"}}", "{\"addPlaintextHeaders\":{\"X-A\":\"a\u2028b\"}}",
	`{"addHeadersFromSecret":[{"headerName":"X-A","headerName":"X-B","valueSecretRef":{"name":"s","key":"k"}}]}`, `{"addHeadersFromSecret":[{"headerName":"X-A","valueSecretRef":{"name":"s","key":"k"}},]}`, `{"addHeadersFromSecret":[null]}`,
}
