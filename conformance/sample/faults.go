package sample

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// Faults returns objects each of which has one webhook with one unusual value, right
// or wrong, and one with very many webhooks, beside what the test data has.
func Faults() []Document {
	many := "[{name: a, url: https://a.example}"
	for i := range 1000 {
		many += fmt.Sprintf(", {name: a%d, url: https://a.example}", i)
	}
	out := []Document{{"fault: many webhooks", syntax.YAML, []byte(head + many + "]\n")}}
	for _, field := range slices.Sorted(maps.Keys(unusual)) {
		for _, value := range unusual[field] {
			webhook := map[string]string{"name": "a", "url": "https://a.example"}
			delete(webhook, field)
			if value != absent {
				webhook[field] = value
			}
			out = append(out, Document{fmt.Sprintf("fault %s: %.60s", field, value), syntax.YAML, object(webhook)})
		}
	}
	for _, metadata := range unusualMetadata {
		text := "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata: " + metadata + "\nspec: {mutating: [{name: a, url: https://a.example}]}\n"
		out = append(out, Document{MetadataFault + metadata, syntax.YAML, []byte(text)})
	}
	return out
}

// MetadataFault begins the names of objects whose metadata alone is unusual.
const MetadataFault = "fault metadata: "

// unusualMetadata are values of an object's metadata, in YAML.
var unusualMetadata = []string{
	`{}`, `null`, `{name: null}`, `{name: ""}`, `{name: A}`, `{name: a_b}`, `{name: a, labels: null}`, `{name: a, annotations: {a: b}}`, `{name: 1}`, `{name: a.b}`,
	`{generateName: a-}`, `{name: a, generateName: A-}`, `{name: a, namespace: ""}`, `{name: a, labels: {a: null}}`, `{name: a, labels: {"a b": c}}`, `{name: a, labels: {a: "b c"}}`,
	`{name: a, annotations: {"a b": c}}`, `{name: a, annotations: {a: null}}`, `{name: a, foo: bar}`, `{name: a, finalizers: [x]}`, `{name: a, ownerReferences: [{}]}`, `{name: a, resourceVersion: 1}`,
}

// head is an object up to its list.
const head = "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata:\n  name: faults\nspec:\n  mutating: "

func object(webhook map[string]string) []byte {
	var fields []string
	for _, key := range slices.Sorted(maps.Keys(webhook)) {
		fields = append(fields, "    "+key+": "+webhook[key]+"\n")
	}
	return []byte(head + "\n  -\n" + strings.Join(fields, ""))
}

// absent is a value that leaves its field away.
const absent = "absent"

// unusual are values of the fields of a webhook, in YAML.
var unusual = map[string][]string{
	"name": {
		absent, `null`, `""`, `" "`, `a b`, `"a\n"`, `-a`, `a-`, `.a`, `a.`, `_a`, `a_`, `a..b`, `A`, `1`, `"1"`, `1.5`, `true`, `ü`, `"a\u200b"`, `[a]`, `{a: b}`,
		strings.Repeat("n", 63), strings.Repeat("n", 64),
	},
	"url": {
		absent, `null`, `""`, `1`, `[https://a.example]`, `/v`, `a.example`, `a.example/v`, `//a.example/v`, `https:`, `https:/a.example`, `https://`, `https:///v`, `https://:443`, `https://:443/v`,
		`https://?q`, `https://#f`, `https:a.example`, `HTTPS://a.example`, `http://a.example`, `ftp://a.example`, `httpss://a.example`, `" https://a.example"`, `"https://a.example "`, `"https://a.example/\n"`,
		`https://a.example:0`, `https://a.example:00`, `https://a.example:1`, `https://a.example:00443`, `https://a.example:65535`, `https://a.example:65536`, `https://a.example:99999`, `https://a.example:1a`,
		`"https://a.example:"`, `https://a.example:-1`, `https://a.example:443:443`, `https://[::1]`, `https://[::1]:8443/v`, `https://[::1`, `https://::1/`, `"https://[]"`, `"https://[a.example]/"`, `"https://[fe80::1%25en0]/"`,
		`https://a_b.example`, `https://-a.example`, `https://a..example`, `https://ü.example`, `https://a.example/ü`, `https://a.example/%`, `https://a.example/%zz`, `https://a.example/%20`, `https://a%20b/`,
		`https://a.example/a b`, `"https://a.example/\t"`, `"https://a.example/\u007f"`, `"https://a.example/\u00a0"`, `https://a.example/#f`, `https://a.example?q=1#f`, `https://a.example/'`, `https://a.example/"`, `https://a.example/<b>`,
		`https://a.example/\`, `https://a.example\b`, `https://a.example/^{|}`, `"https://a.example/[x]"`, `https://a.example/;a=b,c`, `https://a.example/*`, `https://*.example/`, `https://a.example@`, `https://@a.example`,
		`https://10.0.0.1`, `https://0x7f.1`, `https://` + strings.Repeat("a", 63) + `.example`, `https://` + strings.Repeat("a", 64) + `.example`,
		`https://a.example/` + strings.Repeat("p", 1000), `https://a.example/` + strings.Repeat("p", 1024-len("https://a.example/")), `https://a.example/` + strings.Repeat("p", 1025-len("https://a.example/")), `https://a.example/` + strings.Repeat("p", 5000),
	},
	"timeout": {
		`null`, `""`, `5`, `"5"`, `0`, `"0"`, `0s`, `-0s`, `+0`, `1s`, `+1s`, `-1s`, `30s`, `30.0s`, `30.000000001s`, `30.0000000001s`, `31s`, `999ms`, `0.999999999s`, `0.9999999999s`, `1000ms`, `1000000us`, `1000000µs`, `1000000μs`, `1000000000ns`,
		`0.5m`, `0.6m`, `.5m`, `1.s`, `.s`, `s`, `1`, `1 s`, `" 1s"`, `"1s "`, `"1s\n"`, `1S`, `1sec`, `1s1s`, `29s1000ms`, `29s1001ms`, `1m`, `-1m91s`, `1m-31s`, `1e1s`, `0x1s`, `1_0s`, `00001s`, `1d`, `1 day`, `1w`, `2w`, `5 sec`, `5 seconds`, `PT5S`, `5S`, `inf`, `1h`, `99999999h`, `9999999999h`, `9223372036854775807ns`,
		`9223372036854775808ns`, `0.` + strings.Repeat("0", 80) + `1s`, strings.Repeat("0", 60) + `5s`, strings.Repeat("0", 100) + `5s`, strings.Repeat("0ns", 30) + `5s`, `true`, `[5s]`, `5.0`,
	},
	"failurePolicy": {`null`, `""`, `fail`, `ignore`, `Fail`, `FAIL`, `Ignore`, `failClosed`, `fail-open`, `true`, `1`, `[fail]`, `"fail "`},
	"tlsConfig": {
		`null`, `{}`, `[]`, `""`, `{caSecretRef: null}`, `{caSecretRef: {}}`, `{caSecretRef: {name: s}}`, `{caSecretRef: {key: k}}`, `{caSecretRef: {name: s, key: k}}`, `{caSecretRef: s}`, `{caSecretRef: {name: null, key: k}}`,
		`{clientCertSecretRef: {name: s, key: k}}`, `{clientKeySecretRef: {name: s, key: k}}`, `{clientCertSecretRef: {name: s, key: k}, clientKeySecretRef: null}`, `{clientCertSecretRef: {name: s, key: c}, clientKeySecretRef: {name: s, key: k}}`,
		`{clientCertSecretRef: {name: s, key: c}, clientKeySecretRef: {}}`, `{clientCertSecretRef: null, clientKeySecretRef: null}`,
		`{insecureSkipVerify: null}`, `{insecureSkipVerify: true}`, `{insecureSkipVerify: false}`, `{insecureSkipVerify: "true"}`, `{insecureSkipVerify: yes}`, `{insecureSkipVerify: 1}`, `{ca_bundle_path: /ca}`, `{caSecretRef: {name: s, key: k, optional: true}}`,
	},
	"hmacSecretRef": {
		`null`, `{}`, `s`, `[]`, `{name: s, key: k}`, `{name: S, key: k}`, `{name: s.t-u, key: k}`, `{name: -s, key: k}`, `{name: s., key: k}`, `{name: "", key: k}`, `{name: 1, key: k}`, `{name: "1", key: "2"}`, `{name: s_t, key: k}`,
		`{name: s, key: ""}`, `{name: s, key: .}`, `{name: s, key: ..}`, `{name: s, key: ..a}`, `{name: s, key: .a}`, `{name: s, key: a..b}`, `{name: s, key: a/b}`, `{name: s, key: a b}`, `{name: s, key: ü}`, `{name: s, key: -}`, `{name: s, key: yes}`,
		`{name: ` + strings.Repeat("s", 63) + `, key: k}`, `{name: ` + strings.Repeat("s", 64) + `, key: k}`, `{name: ` + strings.Repeat("s", 253) + `, key: k}`, `{name: ` + strings.Repeat("s", 254) + `, key: k}`,
		`{name: s, key: ` + strings.Repeat("k", 253) + `}`, `{name: s, key: ` + strings.Repeat("k", 254) + `}`,
	},
	"x-note":         {`a`},
	"failure_policy": {`fail`},
	"Name":           {`a`},
}
