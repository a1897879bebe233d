package compiler_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// twoLists is a webhook file without a fault, of which each test misspells one
// thing.
const twoLists = `# What asks before each call.
validating:
  - name: policy-check
    url: https://policy.example.com/validate
    failure_policy: fail
    timeout: 5s
    tls_config:
      ca_bundle_path: /etc/toolhive/pki/webhook-ca.crt
      client_cert_path: /etc/toolhive/pki/client.crt
      client_key_path: /etc/toolhive/pki/client.key
      insecure_skip_verify: false
    hmac_secret_ref: policy-hmac

mutating:
  - name: request-enricher
    url: https://enricher.example.com/mutate
    failure_policy: ignore
    timeout: 3s
    hmac_secret_ref: enricher-hmac
`

// TestTypos misspells one key or value at a time: it must be found at exactly
// that text, with the right suggestion, and the fix must give the file back.
func TestTypos(t *testing.T) {
	tests := []struct {
		// old is replaced by typo, once, behind the text in.
		in, old, typo string
		rule          string
		message       string
		fixed         bool
	}{
		{"", "validating:", "validatng:", "THV2001", `did you mean "validating"`, true},
		{"", "validating:", "Validating:", "THV2001", `did you mean "validating"`, true},
		{"", "mutating:", "mutatings:", "THV2001", `did you mean "mutating"`, true},
		{"", "- name:", "- nmae:", "THV2001", `did you mean "name"`, true},
		{"", "url:", "ulr:", "THV2001", `did you mean "url"`, true},
		{"", "url:", "URL:", "THV2001", `did you mean "url"`, true},
		{"", "failure_policy:", "failure_polcy:", "THV2001", `did you mean "failure_policy"`, true},
		{"", "failure_policy:", "failurePolicy:", "THV1009", `a webhook file spells it "failure_policy"`, true},
		{"", "failure_policy:", "failure-policy:", "THV2001", `did you mean "failure_policy"`, true},
		{"", "timeout:", "timeuot:", "THV2001", `did you mean "timeout"`, true},
		{"", "timeout:", "time_out:", "THV2001", `did you mean "timeout"`, true},
		{"", "tls_config:", "tls_confg:", "THV2001", `did you mean "tls_config"`, true},
		{"", "tls_config:", "tlsConfig:", "THV1009", `a webhook file spells it "tls_config"`, true},
		{"", "ca_bundle_path:", "ca_bundel_path:", "THV2001", `did you mean "ca_bundle_path"`, true},
		{"", "client_cert_path:", "client_cert_pth:", "THV2001", `did you mean "client_cert_path"`, true},
		{"", "client_key_path:", "clientkey_path:", "THV2001", `did you mean "client_key_path"`, true},
		{"", "insecure_skip_verify:", "insecure_skip_verfy:", "THV2001", `did you mean "insecure_skip_verify"`, true},
		{"", "hmac_secret_ref:", "hmac_secert_ref:", "THV2001", `did you mean "hmac_secret_ref"`, true},
		{"", "hmac_secret_ref:", "hmac_secret:", "THV2001", `did you mean "hmac_secret_ref"`, true},
		{"", "hmac_secret_ref:", "hmacSecretRef:", "THV1009", `a webhook file spells it "hmac_secret_ref"`, true},
		{"failure_policy:", "fail", "Fail", "THV2008", `allowed are "fail" and "ignore"`, true},
		{"failure_policy:", "fail", "FAIL", "THV2008", `allowed are "fail" and "ignore"`, true},
		{"failure_policy:", "fail", "fial", "THV2008", `allowed are "fail" and "ignore"`, false},
		{"failure_policy:", "fail", "failClosed", "THV2008", `allowed are "fail" and "ignore"`, true},
		{"failure_policy:", "fail", `"fail "`, "THV2008", `allowed are "fail" and "ignore"`, true},
		{"timeout:", "5s", "5", "THV2007", "a Go duration", true},
		{"timeout:", "5s", "5 seconds", "THV2007", "a Go duration", true},
		{"timeout:", "5s", "PT5S", "THV2007", "a Go duration", true},
		{"timeout:", "5s", "5sec", "THV2007", "a Go duration", true},
		{"timeout:", "5s", "5 m", "THV2007", "a Go duration", false},
		{"timeout:", "5s", "50s", "THV2006", "1s to 30s", false},
		{"url:", "https://", "http://", "THV2004", "only https", false},
		{"url:", "https://", "https:/", "THV2005", "", false},
		{"url:", "https://", "htps://", "THV2004", "", false},
		{"insecure_skip_verify:", "false", "flase", "THV2003", "true or false", false},
		{"insecure_skip_verify:", "false", "no", "THV3009", "", true},
		{"- name:", "policy-check", "policy check", "THV2009", "letters, digits", false},
		{"- name: request", "-enricher", "-enricher-", "THV2009", "letters, digits", false},
	}
	for _, test := range tests {
		t.Run(test.typo, func(t *testing.T) {
			at := strings.Index(twoLists, test.in) + len(test.in)
			at += strings.Index(twoLists[at:], test.old)
			text := twoLists[:at] + test.typo + twoLists[at+len(test.old):]
			fixed, err := compiler.Fix([]syntax.File{{Name: "webhooks.yaml", Format: syntax.YAML, Data: []byte(text), Named: true}}, compiler.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var found diag.List
			for _, d := range fixed.Before.Diagnostics {
				if d.Severity > diag.Info {
					found = append(found, d)
				}
			}
			if len(found) != 1 || found[0].Rule.ID != test.rule || !strings.Contains(found[0].Message, test.message) {
				t.Fatalf("found %v", found)
			}
			span := text[found[0].Span.Start.Offset:found[0].Span.End.Offset]
			if !spans(text, at, test.typo, span, found[0].Span.Start.Offset) {
				t.Errorf("found at %q", span)
			}
			want := text
			if test.fixed {
				want = twoLists
			}
			if strings.HasPrefix(test.typo, `"`) {
				want = strings.Replace(want, "failure_policy: fail", `failure_policy: "fail"`, 1) // it keeps its quotes
			}
			if diff := cmp.Diff(want, string(fixed.Files[0].Data)); diff != "" {
				t.Errorf("fixed (-want +got)\n%s", diff)
			}
		})
	}
}

// spans reports whether a finding is at the whole key or value that holds a typo.
func spans(text string, at int, typo, span string, start int) bool {
	typo = strings.TrimPrefix(strings.TrimSuffix(typo, ":"), "- ")
	inside := start <= at+2 && at <= start+len(span)
	return inside && strings.Contains(span, strings.TrimSpace(typo)) && !strings.ContainsAny(span, "\n") &&
		(start == 0 || strings.ContainsAny(text[start-1:start], " \n"))
}

// FuzzFixAll makes all fixes of a file: it ends, leaves no fix, no more errors
// than before, and every line that has no edit as it was.
func FuzzFixAll(f *testing.F) {
	for _, c := range goldenCases(f) {
		for _, file := range c.files {
			f.Add(file.Data, file.Format == syntax.JSON)
		}
	}
	f.Add([]byte(strings.ReplaceAll(twoLists, "fail", "Fail # thvctl:ignore THV4006 -- never")), false)
	f.Fuzz(func(t *testing.T, data []byte, inJSON bool) {
		file := syntax.File{Name: "x.yaml", Format: syntax.YAML, Data: bytes.Clone(data), Named: true}
		if inJSON {
			file.Name, file.Format = "x.json", syntax.JSON
		}
		first, err := compiler.Fix([]syntax.File{file}, compiler.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(file.Data, data) {
			t.Fatal("the input was changed")
		}
		before, after := first.Before.Diagnostics, first.After.Diagnostics
		if after.Count(diag.Error) > before.Count(diag.Error) {
			t.Errorf("%d errors became %d", before.Count(diag.Error), after.Count(diag.Error))
		}
		if first.Count == 0 != bytes.Equal(first.Files[0].Data, data) {
			t.Errorf("%d fixes, and the file changed: %v", first.Count, !bytes.Equal(first.Files[0].Data, data))
		}
		second, err := compiler.Fix(first.Files, compiler.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Files[0].Data, second.Files[0].Data) {
			t.Errorf("a second run changes %q into %q", first.Files[0].Data, second.Files[0].Data)
		}
		if diff := cmp.Diff(commentLines(data), commentLines(first.Files[0].Data)); diff != "" {
			t.Errorf("comments (-before +after)\n%s", diff)
		}
	})
}

// commentLines returns the lines that hold nothing but a comment, those aside
// that a fix may remove.
func commentLines(data []byte) []string {
	var lines []string
	for line := range strings.Lines(string(data)) {
		if text := strings.TrimSpace(line); strings.HasPrefix(text, "#") && !strings.Contains(text, "thvctl:") {
			lines = append(lines, line)
		}
	}
	return lines
}
