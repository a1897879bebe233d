package cli_test

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/internal/cli"
)

// canaryCore is what every shape is made of; nothing of it may be shown.
const canaryCore = "Kq7ZpXw9LmB4tRv2NcYj8HsD3fGaQe6u"

// canaryShapes are the shapes that secrets come in.
var canaryShapes = map[string]string{
	"github-classic":     "ghp_" + canaryCore + "W1x5",
	"github-oauth":       "gho_" + canaryCore + "W1x5",
	"github-fine":        "github_pat_11" + canaryCore[:20] + "_" + canaryCore + canaryCore[:27],
	"gitlab":             "glpat-" + canaryCore[:20],
	"stripe":             "sk_live_" + canaryCore,
	"stripe-restricted":  "rk_live_" + canaryCore,
	"standard-webhooks":  "whsec_" + base64.StdEncoding.EncodeToString([]byte(canaryCore)),
	"slack-bot":          "xoxb-2345678901-2345678901234-" + canaryCore[:24],
	"slack-app":          "xapp-1-A012B3C4D5-1234567890123-" + hex.EncodeToString([]byte(canaryCore)),
	"aws-key":            "AKIAIOSFODNN7EXAMPLE",
	"aws-secret":         "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
	"jwt":                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + canaryCore + canaryCore[:11],
	"pem-key":            "-----BEGIN PRIVATE KEY-----\n" + base64.StdEncoding.EncodeToString([]byte(canaryCore+canaryCore)) + "\n-----END PRIVATE KEY-----\n",
	"pem-certificate":    "-----BEGIN CERTIFICATE-----\n" + base64.StdEncoding.EncodeToString([]byte(canaryCore+canaryCore)) + "\n-----END CERTIFICATE-----\n",
	"pem-one-line":       "-----BEGIN PRIVATE KEY-----" + base64.StdEncoding.EncodeToString([]byte(canaryCore)) + "-----END PRIVATE KEY-----",
	"openssh":            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA" + canaryCore + "\n-----END OPENSSH PRIVATE KEY-----\n",
	"npm":                "npm_" + canaryCore + "W1x5",
	"pypi":               "pypi-AgEIcHlwaS5vcmc" + canaryCore + canaryCore,
	"sendgrid":           "SG." + canaryCore[:22] + "." + canaryCore + canaryCore[:11],
	"vault":              "hvs." + canaryCore + canaryCore + canaryCore[:27],
	"age":                "AGE-SECRET-KEY-1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE",
	"google":             "AIzaSy" + canaryCore + "1",
	"openai":             "sk-proj-" + canaryCore + "T3BlbkFJ" + canaryCore,
	"hex-16":             hex.EncodeToString([]byte(canaryCore[:16])),
	"hex-32":             hex.EncodeToString([]byte(canaryCore)),
	"hex-upper":          strings.ToUpper(hex.EncodeToString([]byte(canaryCore))),
	"base64":             base64.StdEncoding.EncodeToString([]byte(canaryCore)),
	"base64-slash":       "/" + base64.StdEncoding.EncodeToString([]byte(canaryCore))[1:],
	"base64-url":         base64.RawURLEncoding.EncodeToString([]byte("\xfb\xff" + canaryCore)),
	"base32":             base32.StdEncoding.EncodeToString([]byte(canaryCore)),
	"uuid":               "7c9e6679-7425-40de-944b-e07fc1f90ae7",
	"letters-and-digits": canaryCore,
	"short-random":       canaryCore[:16],
	"password":           "Xk9#mP2$vL8@qR5!zT",
	"passphrase":         "correct horse battery staple " + canaryCore[:8],
	"double-quote":       `Kq7Z"pXw9LmB4"tRv2NcYj`,
	"single-quote":       `Kq7Z'pXw9LmB4'tRv2NcYj`,
	"backslash":          `Kq7Z\pXw9LmB4\tRv2NcYj8Hs`,
	"umlauts":            "Schlüßel-Kq7ZpXw9LmB4tRv2",
	"emoji":              "🔑Kq7ZpXw9LmB4tRv2NcYj🔑",
	"dash-first":         "-Kq7ZpXw9LmB4tRv2NcYj8Hs",
	"yaml-indicator":     "*Kq7ZpXw9LmB4tRv2NcYj8Hs",
	"hash":               "Kq7ZpXw9 #LmB4tRv2NcYj8Hs",
	"colon":              "Kq7ZpXw9: LmB4tRv2NcYj8Hs",
	"line-break-last":    canaryCore + "\n",
	"two-lines":          canaryCore[:16] + "\n" + canaryCore[16:],
	"carriage-return":    canaryCore[:16] + "\r\n" + canaryCore[16:],
	"tab":                canaryCore[:16] + "\t" + canaryCore[16:],
	"long":               strings.Repeat(canaryCore, 128),
	"digits":             "73910482756103948576203918",
	"json":               `{"key":"` + canaryCore + `"}`,
	"dsn":                "postgres://admin:" + canaryCore + "@db.internal:5432/app",
	"bearer":             "Bearer " + canaryCore,
	"basic":              "Basic " + base64.StdEncoding.EncodeToString([]byte("admin:"+canaryCore)),
	"percent":            "Kq7Z%70Xw9LmB4%74Rv2NcYj8Hs",
	"escape-sequence":    "\x1b[31mKq7ZpXw9LmB4tRv2NcYj8Hs\x1b[0m",
	"dotted":             "Kq7ZpXw9.LmB4tRv2.NcYj8HsD",
	"words":              "Winterreise 2024 Kuhstall",
	"word":               "kuhstall2",
}

// canaryName is the shape that could be the name of a secret, which nothing tells
// from one. It is planted where no name belongs.
const canaryName = "word"

// canaryFiles are documents with a place for a secret. Each has other faults
// beside it, so that the line of the secret is shown. QUOTED is the secret as a
// string of JSON, which YAML and CUE read as well; BASE64 and URL are what their
// names say.
var canaryFiles = map[string]string{
	"hmac.yaml": `validating:
  - name: "bad name"
    url: https://a.example.com/
    failure_policy: Fail
    hmac_secret_ref: QUOTED
`,
	"hmac-flow.yaml":  `{validating: [{name: "bad name", url: "http://a.example.com/#x", timeout: 99s, failure_policy: ignore, hmac_secret_ref: QUOTED}]}`,
	"hmac.json":       `{"validating": [{"name": "bad name", "url": "http://a.example.com/#x", "timeout": 1, "failure_policy": "ignore", "hmac_secret_ref": QUOTED}]}`,
	"hmac.cue":        `validating: [{name: "bad name", url: "http://a.example.com/#x", timeout: "99s", failure_policy: "ignore", hmac_secret_ref: QUOTED}]`,
	"hmac-fine.yaml":  "validating:\n  - {name: a, url: https://a.example.com/, failure_policy: fail, hmac_secret_ref: QUOTED}\n",
	"hmac-twice.yaml": "validating:\n  - {name: a, url: https://a.example.com/, failure_policy: fail, hmac_secret_ref: QUOTED, hmac_secret_ref: QUOTED}\n",
	"hmac-crd.yaml": canaryConfig + `
    - {name: "bad name", url: "http://a.example.com/#x", timeout: 99s, failurePolicy: ignore, hmacSecretRef: QUOTED}
    - {name: "bad name", url: "http://b.example.com/#x", timeout: 99s, failurePolicy: ignore, hmacSecretRef: {name: QUOTED, key: hmac}}
    - {name: "bad name", url: "http://c.example.com/#x", timeout: 99s, failurePolicy: ignore, hmacSecretRef: {name: hmac, key: QUOTED}}
    - {name: "bad name", url: "http://d.example.com/#x", timeout: 99s, failurePolicy: ignore, hmacSecretRef: {name: hmac, key: hmac, value: QUOTED}}
`,
	"tls.yaml": `validating: [{name: "bad name", url: "https://a.example.com/#x", failure_policy: Fail, tls_config: {ca_bundle_path: QUOTED, client_key_path: QUOTED}}]`,
	"url-user.yaml": `validating:
  - {name: "bad name", url: "https://admin:URL@a.example.com/#x", failure_policy: Fail}
  - {name: "bad name", url: "https://URL@a.example.com/#x", failure_policy: Fail}
`,
	"url-query.yaml": `validating:
  - {name: "bad name", url: "https://a.example.com/?token=URL#x", failure_policy: Fail}
  - {name: "bad name", url: "https://a.example.com/?a=b&api_key=URL", failure_policy: Fail}
`,
	"secret.yaml": `apiVersion: v1
kind: Secret
metadata: {name: hmac, annotations: {note: QUOTED}}
data: {hmac: BASE64, hmac: BASE64}
stringData: {hmac: QUOTED, "bad key": QUOTED}
---
` + canaryConfig + `
    - {name: "bad name", url: "http://a.example.com/#x", hmacSecretRef: {name: hmac, key: hmac}}
    - {name: b, url: "https://b.example.com/", hmacSecretRef: {name: hmac, key: other}}
    - {name: c, url: "https://c.example.com/", tlsConfig: {caSecretRef: {name: hmac, key: hmac}, clientCertSecretRef: {name: hmac, key: hmac}, clientKeySecretRef: {name: hmac, key: hmac}}}
`,
	"secret.json": `{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": {"hmac": "BASE64"}, "stringData": {"hmac": QUOTED}, "data": 1}]}`,
	"unknown.yaml": `validating:
  - {name: "bad name", url: https://a.example.com/, failure_policy: Fail, hmac_secrt_ref: QUOTED}
  - {name: "bad name", url: https://a.example.com/, failure_policy: Fail, signing: QUOTED, timeot: QUOTED}
  - {name: "bad name", url: https://a.example.com/, failure_policy: Fail, signing: {with: [QUOTED, {a: QUOTED}]}}
  - {name: "bad name", url: https://a.example.com/, failure_policy: Fail, tls_config: {pinned: QUOTED}}
signer: QUOTED
`,
	"unknown-crd.yaml": canaryConfig + `
    - {name: "bad name", url: "http://a.example.com/#x", hmacSecret: QUOTED, sharedKey: QUOTED, hmac_secret_ref: QUOTED}
  signer: {a: [QUOTED]}
`,
	"unknown.cue":   `validating: [{name: "bad name", url: "https://a.example.com/#x", failure_policy: "Fail", signing: QUOTED, timeot: QUOTED}]`,
	"key.yaml":      `validating: [{name: "bad name", url: "http://a.example.com/#x", failure_policy: Fail, QUOTED: 1}]`,
	"comment.yaml":  "validating: [{name: \"bad name\", url: \"http://a.example.com/#x\", failure_policy: Fail}] # hmac_secret_ref: PLAIN\n",
	"unparsed.yaml": "validating:\n  - name: a\n    hmac_secret_ref: QUOTED }\n    token: PLAIN\n   url: [\n",
	"unparsed.json": `{"validating": [{"name": "a", "hmac_secret_ref": QUOTED, "failure_policy": }]}`,
	"unparsed.cue":  `validating: [{name: "a", hmac_secret_ref: QUOTED, failure_policy: }]`,
	"headers.yaml": `apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPRemoteProxy
metadata: {name: p}
spec: {remoteUrl: "https://a.example.com/?token=URL", headerForward: {addPlaintextHeaders: {X-Api-Key: QUOTED, X-Api-Key: QUOTED}}}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata: {name: p}
spec: {remoteUrl: "https://a.example.com/", headerForward: {addPlaintextHeaders: {Authorization: QUOTED}}}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata: {name: p, note: {X-Api-Key: QUOTED, X-Api-Key: 1}}
`,
	"headers-secret.yaml": `apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPRemoteProxy
metadata: {name: p}
spec: {remoteUrl: "https://a.example.com/", headerForward: {addHeadersFromSecret: [{headerName: X-Api-Key, valueSecretRef: {name: hmac, key: hmac}}, {headerName: "bad name", valueSecretRef: {name: hmac, key: missing}}]}}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata: {name: e}
spec: {remoteUrl: "https://a.example.com/", headerForward: {addHeadersFromSecret: [{headerName: X-A, valueSecretRef: QUOTED}, {headerName: X-B, valueSecretRef: {name: QUOTED, key: hmac}}, {headerName: X-C, valueSecretRef: {name: hmac, key: QUOTED}}]}}
`,
	"headers-secret.json": `{"schema_version": "v0.1.0", "name": "x", "remote_url": "https://a.example.com/#x", "header_forward": {"add_headers_from_secret": {"X-Api-Key": "POLICY", "bad name": QUOTED}}}`,
	"secret-list.json":    `{"apiVersion": "v1", "kind": "SecretList", "items": [{"metadata": {"name": "x"}, "data": {"hmac": "BASE64"}, "stringData": {"hmac": QUOTED}}]}`,
	"secret-anchor.yaml": `apiVersion: v1
kind: &k Secret
metadata: {name: x}
stringData: {k: QUOTED, k: QUOTED}
`,
	"secret-unparsed.yaml": "apiVersion: v1\nkind: !!str Secret\nmetadata: {name: x}\nstringData: {hmac: QUOTED, other: [}\n---\n" + canaryConfig + "\n    - {name: b, url: [\n",
	"headers-unparsed.yaml": `apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServerEntry
metadata: {name: p}
spec: {headerForward: {addPlaintextHeaders: {X-Team: QUOTED, X-Other: [}}}
`,
	"headers-near.json":  `{"schema_version": "v0.1.0", "name": "x", "header_forward": {"add_plaintxt_headers": {"X-Team": QUOTED}}, "validating_webhooks": [{"name": "bad name"}]}`,
	"unknown-twice.yaml": `validating: [{name: "bad name", url: "http://a.example.com/#x", failure_policy: Fail, signing: QUOTED, signing: QUOTED}]`,
	"unknown-keys.yaml":  `validating: [{name: "bad name", url: "http://a.example.com/#x", failure_policy: Fail, signing: {QUOTED: 1, a: [{QUOTED: 2}]}}]`,
	"unknown-metadata.yaml": `apiVersion: toolhive.stacklok.dev/v1alpha1
kind: MCPWebhookConfig
metadata: {name: c, note: QUOTED}
spec: {validating: [{name: a, url: "https://a.example.com/", hmacSecretRef: {name: s, key: k}}]}
`,
	"headers-chain.json":    `{"schema_version": "v0.1.0", "middleware_configs": [{"type": 5, "parameters": {"add_headers": {"X-Team": QUOTED}}}], "header_forward": QUOTED}`,
	"unknown-unparsed.yaml": "validating:\n  - name: a\n    my signing:\n      QUOTED }: [\n    überschlüssel: QUOTED\n   url: [\n",
	"status.yaml":           canaryConfig + "\n    - {name: 1}\nstatus: {note: QUOTED}\n",
	"no-list.yaml":          "validatng: QUOTED\n",
	"stranger.yaml":         "{note: QUOTED}\n",
	"wrong-types.yaml":      `{validating: [{name: "bad name", url: "http://a.example.com/#x", failure_policy: Fail, tls_config: QUOTED}, QUOTED, [QUOTED]], mutating: QUOTED}`,
	"incomplete.cue":        `validating: [{name: "bad name", url: "https://a.example.com/#x", failure_policy: "Fail", signing: QUOTED | "other"}]`,
	"conflict.cue":          `validating: [{name: "bad name", url: "https://a.example.com/#x", failure_policy: "Fail", signing: QUOTED, signing: "other"}]`,
	"thvctl.yaml":           "zzz: QUOTED\nsecrets: {bind: [{secret: {name: n, key: k}, value: QUOTED}]}\n",
	"runconfig.json": `{"schema_version": "v0.1.0", "name": "x", "env_vars": {"API_TOKEN": QUOTED}, "header_forward": {"add_plaintext_headers": {"X-Api-Key": QUOTED, "X-Api-Key": 1}},
"validating_webhooks": [{"name": "bad name", "url": "http://a.example.com/#x", "timeout": 1, "failure_policy": "Fail", "hmac_secret_ref": QUOTED}]}`,
}

// canaryReferences are the files in which the secret stands where a name may stand,
// or a path.
var canaryReferences = map[string]bool{
	"hmac.yaml": true, "hmac-flow.yaml": true, "hmac.json": true, "hmac.cue": true, "hmac-fine.yaml": true, "hmac-twice.yaml": true, "hmac-crd.yaml": true,
	"tls.yaml": true, "runconfig.json": true, "unparsed.yaml": true, "unparsed.json": true, "unparsed.cue": true, "comment.yaml": true, "key.yaml": true, "unknown-crd.yaml": true,
	"headers-secret.yaml": true, "headers-secret.json": true,
}

const canaryConfig = `apiVersion: toolhive.stacklok.dev/v1alpha1
kind: MCPWebhookConfig
metadata: {name: c}
spec:
  validating:`

// canaryText is a document with a secret.
func canaryText(template, secret string) string {
	quoted, _ := json.Marshal(secret)
	return strings.NewReplacer(
		"QUOTED", string(quoted), "BASE64", base64.StdEncoding.EncodeToString([]byte(secret)),
		"URL", url.QueryEscape(secret), "PLAIN", strings.NewReplacer("\n", " ", "\r", " ", "\x1b", "").Replace(secret),
	).Replace(template)
}

// canaryCommands are run over all files together, because what is wrong in one
// keeps nothing of another back.
var canaryCommands = []canaryCommand{
	{args: "lint --severity info --format text --format json=r.json --format sarif=r.sarif --format junit=r.xml --format github=r.github --format gitlab=r.gitlab"},
	{args: "lint --severity info --secrets=verify --secret-store dir:store --secret-store env --secret-store manifests --format text --format json=r.json --format sarif=r.sarif --format junit=r.xml --format github=r.github --format gitlab=r.gitlab"},
	{args: "lint --form crd --severity error --secrets=exists --format gitlab"},
	{args: "lint --form cli --severity info --format json"},
	{args: "lint --diff --severity info"},
	{args: "lint --fix --severity info", rewrites: true},
	{args: "lint --severity info --baseline known.json --write-baseline"},
	{args: "fmt --diff"},
	{args: "fmt --check"},
	{args: "fmt", rewrites: true},
}

// canaryFileCommands are run over each file that is YAML or JSON.
var canaryFileCommands = []canaryCommand{
	{args: "compile --form cli --secrets-dir /run/secrets --severity info -o out.json"},
	{args: "compile --form crd --emit manifest --severity info", rewrites: true},
	{args: "convert --to cli", rewrites: true},
	{args: "convert --to crd", rewrites: true},
}

// canaryCommand is a command line.
type canaryCommand struct {
	args string
	// rewrites says that the command writes its sources anew, and what is in them.
	rewrites bool
}

// TestCanaries plants secrets of all shapes wherever a secret may stand, runs
// the commands in every format, and looks for the secrets in all that is printed
// and written.
func TestCanaries(t *testing.T) {
	for _, shape := range slices.Sorted(maps.Keys(canaryShapes)) {
		t.Run(shape, func(t *testing.T) {
			t.Chdir(t.TempDir())
			secret := canaryShapes[shape]
			look := newCanarySearch(secret)
			files := map[string]string{}
			for name, template := range canaryFiles {
				if filepath.Ext(name) != ".cue" && name != "thvctl.yaml" && (shape != canaryName || !canaryReferences[name]) {
					files[name] = canaryText(template, secret)
				}
			}
			for _, command := range canaryCommands {
				runCanary(t, look, secret, files, command, ".")
			}
			for _, name := range slices.Sorted(maps.Keys(files)) {
				for _, command := range canaryFileCommands {
					runCanary(t, look, secret, map[string]string{name: files[name]}, command, name)
				}
			}
		})
	}
}

// TestCanariesInProject plants them in the project file, where every run meets them.
func TestCanariesInProject(t *testing.T) {
	t.Chdir(t.TempDir())
	for shape, secret := range canaryShapes {
		files := map[string]string{"thvctl.yaml": canaryText(canaryFiles["thvctl.yaml"], secret), "a.yaml": "validating: [{name: 1}]\n"}
		for _, command := range canaryCommands[:2] {
			runCanary(t, newCanarySearch(secret), secret, files, command, "a.yaml")
		}
		if t.Failed() {
			t.Fatalf("with the shape %s", shape)
		}
	}
}

// TestCanariesInCUE does so in CUE, where an evaluation costs more than all else:
// the secrets of all shapes are looked for at once. So it goes with the other
// engine.
func TestCanariesInCUE(t *testing.T) {
	t.Chdir(t.TempDir())
	sources, documents := map[string]string{}, map[string]string{}
	look := canarySearch{}
	for shape, secret := range canaryShapes {
		maps.Copy(look, newCanarySearch(secret))
		for name, template := range canaryFiles {
			if shape == canaryName && canaryReferences[name] || name == "thvctl.yaml" {
				continue
			}
			if text := canaryText(template, secret); filepath.Ext(name) == ".cue" {
				sources[shape+"-"+name] = text
			} else {
				documents[shape+"-"+name] = text
			}
		}
	}
	for _, command := range canaryCommands {
		runCanary(t, look, "", sources, command, ".")
	}
	runCanary(t, look, "", documents, canaryCommand{args: "lint --engine cue --severity info --format json"}, ".")
}

// runCanary runs one command over files.
func runCanary(t *testing.T, look canarySearch, secret string, files map[string]string, command canaryCommand, path string) {
	t.Helper()
	plant(t, secret, files)
	env := evaluators()
	var stdout, stderr bytes.Buffer
	env.Args, env.Stdout, env.Stderr = append(strings.Fields(command.args), path), &stdout, &stderr
	where := command.args + " " + path
	if code := cli.Main(env); code > 2 {
		t.Errorf("%s: exit code %d: %s", where, code, stderr.String())
	}
	look.in(t, where+", stderr", stderr.String())
	if !command.rewrites {
		look.in(t, where+", stdout", stdout.String())
	}
	for file, data := range written(t, files, command.rewrites) {
		look.in(t, where+", the file "+file, data)
	}
}

// plant empties the working directory and writes files, and the secret where the
// stores look.
func plant(t *testing.T, secret string, files map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if err := os.RemoveAll(entry.Name()); err != nil {
			t.Fatal(err)
		}
	}
	all := maps.Clone(files)
	for _, file := range []string{"store/hmac/hmac", "store/hmac/other-key", "store/POLICY"} {
		all[file] = secret
	}
	for file, text := range all {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// written returns the files that a command wrote.
func written(t *testing.T, sources map[string]string, rewrites bool) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		_, isSource := sources[path]
		if err != nil || entry.IsDir() || strings.HasPrefix(path, "store/") || isSource || rewrites && strings.HasPrefix(path, "out") {
			return err
		}
		data, err := os.ReadFile(path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// canarySearch finds parts of a secret.
type canarySearch map[string]bool

// canaryPart is how much of a secret in one piece is a leak, in bytes.
const canaryPart = 8

// newCanarySearch takes the parts of a secret, and of what it looks like in the
// documents. Parts that say nothing, such as the header of PEM, are none.
func newCanarySearch(secret string) canarySearch {
	search := canarySearch{}
	quoted := strconv.Quote(secret)
	for _, text := range []string{secret, quoted[1 : len(quoted)-1], url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
		for i := 0; i+canaryPart <= len(text); i++ {
			if part := text[i : i+canaryPart]; !strings.Contains(harmless, part) {
				search[part] = true
			}
		}
	}
	return search
}

// harmless holds what shapes have in common with everything else.
const harmless = "-----BEGIN OPENSSH PRIVATE KEY----- -----BEGIN CERTIFICATE----- -----END OPENSSH PRIVATE KEY----- -----END CERTIFICATE-----\n" +
	" github_pat_ AGE-SECRET-KEY-1 sk_live_ rk_live_ postgres://admin: postgres:// xapp-1-A correct horse battery staple @db.internal:5432/app {\"key\":\" {\\\"key\\\":\\\" "

func (search canarySearch) in(t *testing.T, where, text string) {
	t.Helper()
	for i := 0; i+canaryPart <= len(text); i++ {
		if !search[text[i:i+canaryPart]] {
			continue
		}
		line := text[strings.LastIndexByte(text[:i], '\n')+1:]
		line, _, _ = strings.Cut(line, "\n")
		t.Errorf("%s shows %q:\n%.400s", where, text[i:i+canaryPart], line)
		return
	}
}

// TestCanariesStop demands that no inline secret in an HMAC reference compiles.
func TestCanariesStop(t *testing.T) {
	for _, shape := range slices.Sorted(maps.Keys(canaryShapes)) {
		if shape == canaryName {
			continue
		}
		t.Run(shape, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("a.yaml", []byte(canaryText(canaryFiles["hmac-fine.yaml"], canaryShapes[shape])), 0o600); err != nil {
				t.Fatal(err)
			}
			env := evaluators()
			var stdout, stderr bytes.Buffer
			env.Args, env.Stdout, env.Stderr = []string{"compile", "a.yaml"}, &stdout, &stderr
			if code := cli.Main(env); code != 1 || stdout.Len() > 0 {
				t.Errorf("exit code %d, want 1 and no artifact: %s", code, stderr.String())
			}
		})
	}
}

// TestCanaryPanics provokes panics that hold a secret.
func TestCanaryPanics(t *testing.T) {
	secret := canaryShapes["github-classic"]
	for i, value := range []any{secret, fmt.Errorf("cannot read %q", secret), []string{secret}, struct{ Value string }{secret}} {
		t.Chdir(t.TempDir())
		if err := os.WriteFile("a.cue", []byte(canaryText(canaryFiles["hmac.cue"], secret)), 0o600); err != nil {
			t.Fatal(err)
		}
		env := evaluators()
		var stdout, stderr bytes.Buffer
		env.Args, env.Stdout, env.Stderr = []string{"lint", "a.cue"}, &stdout, &stderr
		env.Evaluate = func(syntax.EvaluateRequest) ([]syntax.Evaluated, error) { panic(value) }
		if code := cli.Main(env); code != 3 {
			t.Errorf("panic %d: exit code %d, want 3", i, code)
		}
		newCanarySearch(secret).in(t, "the panic", stdout.String()+stderr.String())
	}
}
