package cli_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thvctl/thvctl/internal/cli"
)

// secretsNow is when the tests of --secrets=verify take place.
var secretsNow = time.Date(2030, 1, 15, 12, 0, 0, 0, time.UTC)

// certified is a certificate with its key.
type certified struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// certify makes a certificate that its issuer signs, or without one itself. It is
// valid for so many days from a year before secretsNow.
func certify(t testing.TB, issuer *certified, authority bool, days int) *certified {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	begin := secretsNow.AddDate(-1, 0, 0)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: fmt.Sprintf("authority is %v", authority)},
		NotBefore: begin, NotAfter: begin.AddDate(0, 0, days), BasicConstraintsValid: true, IsCA: authority,
	}
	if authority {
		template.KeyUsage = x509.KeyUsageCertSign
	}
	parent, signer := template, crypto.Signer(key)
	if issuer != nil {
		parent, signer = issuer.certificate, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &certified{certificate, key}
}

func (c *certified) pem() []byte { return pemOf("CERTIFICATE", c.certificate.Raw) }

func (c *certified) keyDER(t testing.TB) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(c.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func (c *certified) keyPEM(t testing.TB) []byte { return pemOf("PRIVATE KEY", c.keyDER(t)) }

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func fileOf(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../secret/verify/testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The fields of a webhook that refer to secrets.
const (
	hmacField = "hmac"
	caField   = "ca.crt"
	certField = "tls.crt"
	keyField  = "tls.key"
)

// realFiles are what the references of one webhook lead to, and what is wrong with
// it: nothing, or the field, the rule and the severity of the one finding.
type realFiles struct {
	name   string
	values map[string][]byte
	want   string
}

// examplesOfSecrets are the files of the issue.
func examplesOfSecrets(t *testing.T) []realFiles {
	ca := certify(t, nil, true, 3650)
	client, other := certify(t, ca, false, 3650), certify(t, ca, false, 3650)
	expired, dying := certify(t, ca, false, 300), certify(t, ca, false, 380)
	pair := func(certificate, key []byte) map[string][]byte {
		return map[string][]byte{certField: certificate, keyField: key}
	}
	one := func(field string, value []byte) map[string][]byte { return map[string][]byte{field: value} }
	key := client.keyPEM(t)
	examples := []realFiles{
		{"CA bundle", one(caField, slices.Concat(ca.pem(), certify(t, nil, true, 3650).pem())), ""},
		{"CA bundle of OpenSSL", one(caField, fileOf(t, "certificate.pem")), ""},
		{"client certificate and key", pair(client.pem(), key), ""},
		{"certificate with its chain", pair(slices.Concat(client.pem(), ca.pem()), key), ""},
		{"expired CA", one(caField, certify(t, nil, true, 300).pem()), "ca.crt THV4010 error"},
		{"expired certificate", pair(expired.pem(), expired.keyPEM(t)), "tls.crt THV4010 error"},
		{"certificate that expires soon", pair(dying.pem(), dying.keyPEM(t)), "tls.crt THV4010 warning"},
		{"mismatched pair", pair(client.pem(), other.keyPEM(t)), "tls.key THV4010 error"},
		{"leaf as CA", one(caField, client.pem()), "ca.crt THV4010 error"},
		{"encrypted key", pair(client.pem(), fileOf(t, "key-encrypted.pem")), "tls.key THV4010 error"},
		{"encrypted key of old", pair(client.pem(), fileOf(t, "key-encrypted-legacy.pem")), "tls.key THV4010 error"},
		{"CA bundle in DER", one(caField, ca.certificate.Raw), "ca.crt THV4010 error"},
		{"certificate in DER", pair(client.certificate.Raw, key), "tls.crt THV4010 error"},
		{"key in DER", pair(client.pem(), client.keyDER(t)), "tls.key THV4010 error"},
		{"empty CA bundle", one(caField, nil), "ca.crt THV4010 error"},
		{"empty certificate", pair(nil, key), "tls.crt THV4010 error"},
		{"empty key", pair(client.pem(), nil), "tls.key THV4010 error"},
		{"key as CA bundle", one(caField, key), "ca.crt THV4010 error"},
		{"empty HMAC key", one(hmacField, nil), "hmac THV4009 error"},
		{"HMAC key of a line break", one(hmacField, []byte("\n")), "hmac THV4009 error"},
	}
	for _, size := range []int{8, 23, 24, 64} {
		data := bytes.Repeat([]byte("k3Y!"), 16)[:size]
		want := "hmac THV4009 warning"
		examples = append(examples, realFiles{fmt.Sprintf("HMAC key of %d bytes and a line break", size), one(hmacField, append(data, '\n')), want})
		if size >= 24 {
			want = ""
		}
		examples = append(examples, realFiles{fmt.Sprintf("HMAC key of %d bytes", size), one(hmacField, data), want})
	}
	return examples
}

// TestSecretsVerify gives each of the files as a path, by a folder and by a
// manifest. Each must get exactly its one finding, at its reference.
func TestSecretsVerify(t *testing.T) {
	for _, e := range examplesOfSecrets(t) {
		for _, form := range []struct {
			name  string
			flags []string
			write func(*testing.T, realFiles) (document string, references map[string]string)
		}{
			{"path", []string{"--form", "cli"}, writePaths},
			{"dir", []string{"--secret-store", "dir:store"}, writeFolder},
			{"manifests", nil, writeManifest},
		} {
			t.Run(e.name+"/"+form.name, func(t *testing.T) {
				document, references := form.write(t, e)
				writeFile(t, "webhooks.yaml", []byte(document), 0o600)
				want := e.want
				if field, rest, found := strings.Cut(want, " "); found {
					want = placeOf(t, document, references[field]) + " " + rest
				}
				if got := lintSecrets(t, e.values, form.flags...); strings.Join(got, "\n") != want {
					t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), want)
				}
			})
		}
	}
}

// lintSecrets lints webhooks.yaml with --secrets=verify, and returns place, rule
// and severity of each finding. No report may show a line of a value.
func lintSecrets(t *testing.T, values map[string][]byte, flags ...string) []string {
	t.Helper()
	env := evaluators()
	var stdout, stderr bytes.Buffer
	env.Stdout, env.Stderr, env.Now = &stdout, &stderr, func() time.Time { return secretsNow }
	env.Args = append([]string{"lint", "--secrets=verify", "--format", "json", "--format", "text=report.txt"}, append(flags, "webhooks.yaml")...)
	code := cli.Main(env)
	var report struct{ Diagnostics []ruleFinding }
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil || stderr.Len() > 0 {
		t.Fatalf("exit code %d, %v: %s%s", code, err, stdout.String(), stderr.String())
	}
	var found []string
	wantCode := 0
	for _, f := range report.Diagnostics {
		found = append(found, fmt.Sprintf("%d:%d %s %s", f.Start.Line, f.Start.Column, f.Rule, f.Severity))
		if f.Severity == "error" {
			wantCode = 1
		}
	}
	if code != wantCode {
		t.Errorf("exit code %d, want %d", code, wantCode)
	}
	text, err := os.ReadFile("report.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range values {
		for line := range bytes.Lines(value) {
			line = bytes.TrimSpace(line)
			if len(line) >= 8 && (bytes.Contains(stdout.Bytes(), line) || bytes.Contains(text, line)) {
				t.Errorf("a report shows a value: %s", text)
			}
		}
	}
	return found
}

// placeOf is the line and the column of a text that stands in a document once.
func placeOf(t *testing.T, document, text string) string {
	t.Helper()
	if text == "" || strings.Count(document, text) != 1 {
		t.Fatalf("%q stands %d times in\n%s", text, strings.Count(document, text), document)
	}
	before, _, _ := strings.Cut(document, text)
	return fmt.Sprintf("%d:%d", strings.Count(before, "\n")+1, len(before)-strings.LastIndexByte(before, '\n'))
}

// writeFile writes a file below the working directory, with its folder.
func writeFile(t testing.TB, name string, data []byte, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
}

// writePaths writes the values as files, and a webhook file with their paths.
func writePaths(t *testing.T, e realFiles) (document string, references map[string]string) {
	folder := t.TempDir()
	t.Chdir(folder)
	references = map[string]string{}
	for field, value := range e.values {
		references[field] = filepath.Join(folder, "files", field)
		writeFile(t, references[field], value, 0o600)
	}
	return webhookFile(references), references
}

func webhookFile(references map[string]string) string {
	document := "validating:\n  - name: policy\n    url: https://policy.example.com/\n    failure_policy: fail\n    tls_config:\n"
	for _, field := range []struct{ name, value string }{
		{"ca_bundle_path", references[caField]}, {"client_cert_path", references[certField]}, {"client_key_path", references[keyField]},
	} {
		if field.value != "" {
			document += fmt.Sprintf("      %s: %s\n", field.name, field.value)
		}
	}
	if references[hmacField] != "" {
		document += "    hmac_secret_ref: " + references[hmacField] + "\n"
	}
	return strings.Replace(document, "    tls_config:\n    h", "    h", 1)
}

// writeFolder writes the values as a Secret is mounted, and a configuration that
// refers to them.
func writeFolder(t *testing.T, e realFiles) (document string, references map[string]string) {
	t.Chdir(t.TempDir())
	for field, value := range e.values {
		writeFile(t, filepath.Join("store", "hooks", field), value, 0o644)
	}
	return webhookConfig(e)
}

// writeManifest makes a Secret of the values.
func writeManifest(t *testing.T, e realFiles) (document string, references map[string]string) {
	t.Chdir(t.TempDir())
	document, references = webhookConfig(e)
	document += "---\napiVersion: v1\nkind: Secret\nmetadata: {name: hooks}\ndata:\n"
	for field, value := range e.values {
		document += fmt.Sprintf("  %s: %q\n", field, base64.StdEncoding.EncodeToString(value))
	}
	return document, references
}

func webhookConfig(e realFiles) (document string, references map[string]string) {
	references = map[string]string{}
	for field := range e.values {
		references[field] = fmt.Sprintf("{name: hooks, key: %s}", field)
	}
	document = "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata: {name: company}\nspec:\n  validating:\n    - name: policy\n      url: https://policy.example.com/\n      tlsConfig:\n"
	for _, field := range []struct{ name, value string }{
		{"caSecretRef", references[caField]}, {"clientCertSecretRef", references[certField]}, {"clientKeySecretRef", references[keyField]},
	} {
		if field.value != "" {
			document += fmt.Sprintf("        %s: %s\n", field.name, field.value)
		}
	}
	if references[hmacField] != "" {
		document += "      hmacSecretRef: " + references[hmacField] + "\n"
	}
	return strings.Replace(document, "      tlsConfig:\n      h", "      h", 1), references
}

// TestSecretsPermissions demands a warning of the file of a private key that every
// user can read, where a reference is its path, and nowhere else.
func TestSecretsPermissions(t *testing.T) {
	client := certify(t, nil, false, 3650)
	e := realFiles{values: map[string][]byte{certField: client.pem(), keyField: client.keyPEM(t)}}
	for _, mode := range []os.FileMode{0o600, 0o640, 0o604, 0o644} {
		t.Run(mode.String(), func(t *testing.T) {
			document, references := writePaths(t, e)
			writeFile(t, "webhooks.yaml", []byte(document), 0o600)
			for _, file := range references {
				if err := os.Chmod(file, mode); err != nil {
					t.Fatal(err)
				}
			}
			var want []string
			if mode&0o004 != 0 {
				want = []string{placeOf(t, document, references[keyField]) + " THV4010 warning"}
			}
			if got := lintSecrets(t, e.values); !slices.Equal(got, want) {
				t.Errorf("path: found %q, want %q", got, want)
			}
			document, _ = writeFolder(t, e)
			writeFile(t, "webhooks.yaml", []byte(document), 0o600)
			if err := os.Chmod(filepath.Join("store", "hooks", keyField), mode); err != nil {
				t.Fatal(err)
			}
			if got := lintSecrets(t, e.values, "--secret-store", "dir:store"); len(got) > 0 {
				t.Errorf("dir: found %q", got)
			}
		})
	}
}

// BenchmarkSecretsExists lints 1,000 references to secrets in a folder, without and
// with a look whether they are there. The metric is how many times as long that
// takes.
func BenchmarkSecretsExists(b *testing.B) {
	b.Chdir(b.TempDir())
	for i := range 1000 {
		writeFile(b, fmt.Sprintf("store/HOOK_%d", i), []byte("benchmark"), 0o600)
		writeFile(b, fmt.Sprintf("hooks/%d.yaml", i), fmt.Appendf(nil,
			"validating:\n  - name: policy\n    url: https://policy-%d.example.com/\n    failure_policy: fail\n    hmac_secret_ref: HOOK_%d\n", i, i), 0o600)
	}
	lint := func(flags ...string) time.Duration {
		env := evaluators()
		env.Args, env.Stdout, env.Stderr = append(append([]string{"lint"}, flags...), "hooks"), new(bytes.Buffer), new(bytes.Buffer)
		start := time.Now()
		if code := cli.Main(env); code != 0 {
			b.Fatalf("exit code %d: %s%s", code, env.Stdout, env.Stderr)
		}
		return time.Since(start)
	}
	var syntax, exists time.Duration
	for b.Loop() {
		syntax += lint("--secrets=syntax")
		exists += lint("--secrets=exists", "--secret-store", "dir:store")
	}
	b.ReportMetric(float64(exists)/float64(syntax), "exists/syntax")
}
