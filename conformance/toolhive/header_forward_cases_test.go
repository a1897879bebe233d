package toolhive

import (
	"fmt"
	"os"
	"strings"
)

// headerForwardCase is what the operator is given. Two headers of one case never have
// the same variable: which of them a pod gets is for no one to say.
type headerForwardCase struct{ name, objects string }

// headerForwardCases returns the cases, each entry case also for a proxy.
func headerForwardCases() []headerForwardCase {
	cases := []headerForwardCase{
		{"github-copilot", file("convert/github-copilot-entry.yaml")},
		{"hf-01", file("corpus/hf-01-entry-valid.yaml")},
		{"hf-02", file("corpus/hf-02-copilot-toolsets.yaml")},
		{"sorted by variable, not by entry", document("MCPServerEntry", "a-z", `{addHeadersFromSecret: [{headerName: X-B, valueSecretRef: {name: s1, key: k}}, {headerName: X-A, valueSecretRef: {name: s1, key: k}}]}`) +
			"---\n" + document("MCPServerEntry", "a", `{addPlaintextHeaders: {B: "1"}, addHeadersFromSecret: [{headerName: X-A, valueSecretRef: {name: s2, key: k}}]}`) +
			"---\n" + document("MCPServerEntry", "a0", `{addPlaintextHeaders: {B: "2"}, addHeadersFromSecret: [{headerName: X, valueSecretRef: {name: s3, key: k}}]}`)},
		{"two groups of one namespace", document("MCPServerEntry", "one", `{addPlaintextHeaders: {X-A: "1"}}`) + "---\n" +
			strings.Replace(document("MCPServerEntry", "two", `{addPlaintextHeaders: {X-A: "2"}, addHeadersFromSecret: [{headerName: X-B, valueSecretRef: {name: s, key: k}}]}`), "name: tools", "name: other", 1)},
		{"two namespaces with groups of one name", document("MCPServerEntry", "one", `{addPlaintextHeaders: {X-A: "1"}}`) + "---\n" +
			strings.Replace(document("MCPServerEntry", "one", `{addPlaintextHeaders: {X-A: "2"}}`), "namespace: team", "namespace: other", 1)},
		{"one entry of two forwards", document("MCPServerEntry", "one", `{addPlaintextHeaders: {X-A: "1"}}`) + "---\n" + document("MCPServerEntry", "two", "")},
	}
	for _, kind := range []string{"MCPServerEntry", "MCPRemoteProxy"} {
		for _, c := range headerForwardSpecs {
			owner := c.owner
			if owner == "" {
				owner = "backend"
			}
			cases = append(cases, headerForwardCase{c.name + ", " + kind, document(kind, owner, c.headerForward)})
		}
		cases = append(cases, headerForwardCase{"thirty headers, " + kind, document(kind, "backend", thirtyHeaders())})
	}
	return cases
}

// headerForwardSpecs are values of the field headerForward, in YAML's flow style.
// Without an owner it is "backend".
var headerForwardSpecs = []struct{ name, owner, headerForward string }{
	{"no headerForward", "", ""},
	{"empty", "", `{}`},
	{"empty collections", "", `{addPlaintextHeaders: {}, addHeadersFromSecret: []}`},
	{"plaintext alone", "", `{addPlaintextHeaders: {X-Tenant: "123", Accept-Language: en}}`},
	{"secrets alone", "", `{addHeadersFromSecret: [{headerName: X-Token, valueSecretRef: {name: s, key: k}}]}`},
	{"plaintext and an empty list", "", `{addPlaintextHeaders: {X-A: "1"}, addHeadersFromSecret: []}`},
	{"secrets and an empty map", "", `{addPlaintextHeaders: {}, addHeadersFromSecret: [{headerName: X-A, valueSecretRef: {name: s, key: k}}]}`},
	{"secrets out of order", "", `{addHeadersFromSecret: [{headerName: X-C, valueSecretRef: {name: s3, key: k1}}, {headerName: X-A, valueSecretRef: {name: s2, key: k2}}, {headerName: X-B, valueSecretRef: {name: s1, key: k3}}]}`},
	{"one Secret for two headers", "", `{addHeadersFromSecret: [{headerName: X-A, valueSecretRef: {name: s, key: a}}, {headerName: X-B, valueSecretRef: {name: s, key: b.txt}}]}`},
	{"one header in both", "", `{addPlaintextHeaders: {X-A: plain}, addHeadersFromSecret: [{headerName: X-A, valueSecretRef: {name: s, key: k}}]}`},
	{"characters of HTML", "", `{addPlaintextHeaders: {X-A: "<a href='x'>&amp;</a>", X-B: "a=1&b=2", X-C: "->"}}`},
	{"quotes and backslashes", "", `{addPlaintextHeaders: {X-A: "\"quoted\"", X-B: 'C:\dir\n', X-C: '\u003c', X-D: "a/b", X-E: "'"}}`},
	{"white space in values", "", `{addPlaintextHeaders: {X-A: "", X-B: " a ", X-C: "a\tb", X-D: " "}}`},
	{"line breaks and NUL in values", "", `{addPlaintextHeaders: {X-A: "a\r\nb", X-B: "\0"}}`},
	{"other control characters in values", "", `{addPlaintextHeaders: {X-A: "\a\b\f\e\x7f", X-B: "\x85"}}`},
	{"values beyond ASCII", "", `{addPlaintextHeaders: {X-A: "é", X-B: "日本語", X-C: "\U0001F600", X-D: "\u2028\u2029", X-E: "\u00ad\ufeff\ufffd", X-F: "e\u0301"}}`},
	{"values that look like something else", "", `{addPlaintextHeaders: {X-A: "true", X-B: "1.0", X-C: "null", X-D: "{}", X-E: "$(HOME)", X-F: "$$"}}`},
	{"letter case of names", "", `{addPlaintextHeaders: {x-lower: "1", X-UPPER: "2", X-mIxEd: "3", a: "4", B: "5"}, addHeadersFromSecret: [{headerName: x-Secret-lower, valueSecretRef: {name: s, key: k}}, {headerName: AUTHORIZATION, valueSecretRef: {name: s, key: k}}]}`},
	{"odd names", "", "{addPlaintextHeaders: {X.Dot: \"1\", X_Under: \"2\", \"X!\": \"3\", \"X#\": \"4\", \"X$Y\": \"5\", \"X&\": \"6\", \"X%'*+^`|~\": \"7\", \"0\": \"8\"}, addHeadersFromSecret: [{headerName: S.Dot, valueSecretRef: {name: s, key: k}}, {headerName: S_Under, valueSecretRef: {name: s, key: k}}, {headerName: \"S!Bang\", valueSecretRef: {name: s, key: k}}, {headerName: \"S&#$%\", valueSecretRef: {name: s, key: k}}, {headerName: \"9\", valueSecretRef: {name: s, key: k}}]}"},
	{"an owner with dots", "api.v2.example-com", `{addPlaintextHeaders: {X-A: "1"}, addHeadersFromSecret: [{headerName: X-B, valueSecretRef: {name: s.t, key: k}}]}`},
	{"an owner that starts with a digit", "3scale-0", `{addPlaintextHeaders: {X-A: "1"}, addHeadersFromSecret: [{headerName: X-B, valueSecretRef: {name: s, key: k}}]}`},
	{"headers of authentication and of the protocol", "", `{addPlaintextHeaders: {Authorization: "Bearer x", Cookie: "a=b", Mcp-Session-Id: fixed, Accept: "*/*"}}`},
	{"restricted headers", "", `{addPlaintextHeaders: {Host: example.com, x-forwarded-for: 10.0.0.1}, addHeadersFromSecret: [{headerName: Proxy-Authorization, valueSecretRef: {name: s, key: k}}]}`},
}

// document returns an object of the group "tools" in the namespace "team".
func document(kind, name, headerForward string) string {
	text := fmt.Sprintf(`apiVersion: toolhive.stacklok.dev/v1beta1
kind: %s
metadata:
  name: %s
  namespace: team
spec:
  remoteUrl: https://%s.example.com/mcp
  transport: streamable-http
  groupRef: {name: tools}
`, kind, name, name)
	if headerForward == "" {
		return text
	}
	return text + "  headerForward: " + headerForward + "\n"
}

// thirtyHeaders has more headers than a sort that is not stable leaves in their order,
// from the last to the first.
func thirtyHeaders() string {
	var plaintext, secret []string
	for i := 30; i > 0; i-- {
		plaintext = append(plaintext, fmt.Sprintf(`X-Plain-%d: "%d"`, i, i))
		secret = append(secret, fmt.Sprintf(`{headerName: X-Secret-%d, valueSecretRef: {name: s%d, key: k%d}}`, i, i%3, i))
	}
	return fmt.Sprintf("{addPlaintextHeaders: {%s}, addHeadersFromSecret: [%s]}", strings.Join(plaintext, ", "), strings.Join(secret, ", "))
}

// file returns a document of the repository's test data.
func file(name string) string {
	text, err := os.ReadFile("../../testdata/" + name)
	if err != nil {
		panic(err)
	}
	return string(text)
}
