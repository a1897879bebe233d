package compiler_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	yaml "go.yaml.in/yaml/v3"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/emit/environment"
	"github.com/thvctl/thvctl/compiler/header"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/compiler/toolhive"
	"github.com/thvctl/thvctl/internal/golden"
)

// toRunConfigs compiles for form crd to RunConfigs and environments. Findings of the
// family 7xxx are of no interest where lax is set: ToolHive compiles what they forbid.
func toRunConfigs(t testing.TB, lax bool, texts ...string) []emit.Artifact {
	t.Helper()
	o := compiler.Options{Emit: compiler.EmitRunConfig, Bind: bind.Options{Form: bind.CRD}, Syntax: syntax.Options{Limits: syntax.Limits{Nodes: 1 << 20, Document: 1 << 24}}}
	if lax {
		o.Check.Rules.Settings = rule.Settings{}
		for _, r := range rule.All {
			if strings.HasPrefix(r.ID, "THV7") {
				o.Check.Rules.Settings[r.ID] = rule.Setting{Off: true}
			}
		}
	}
	var files []syntax.File
	for i, text := range texts {
		files = append(files, syntax.File{Name: fmt.Sprintf("%d.yaml", i), Format: syntax.YAML, Data: []byte(text), Named: true})
	}
	result, err := compiler.Compile(files, o)
	if err != nil {
		t.Fatal(err)
	}
	if result.Diagnostics.Has(diag.Error) {
		t.Fatalf("%v", result.Diagnostics)
	}
	return result.Artifacts
}

func artifact(artifacts []emit.Artifact, file string) []byte {
	i := slices.IndexFunc(artifacts, func(a emit.Artifact) bool { return a.File == file })
	if i < 0 {
		return nil
	}
	return artifacts[i].Data
}

// variablesOf reads an environment.
func variablesOf(t testing.TB, data []byte) []environment.Variable {
	t.Helper()
	var read any
	if err := yaml.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	var variables []environment.Variable
	if err := json.Unmarshal(text, &variables); err != nil {
		t.Fatal(err)
	}
	return variables
}

// TestHeadersAsToolHive compares environments and header_forward with what ToolHive's
// operator made of the same objects (conformance/toolhive records it).
func TestHeadersAsToolHive(t *testing.T) {
	data, err := os.ReadFile("../testdata/toolhive/header-forward-operator.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name, Objects string
		Groups        []struct {
			Namespace, Group string
			Env              []environment.Variable
		}
		Proxies []struct{ Namespace, Name, HeaderForward string }
	}
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) < 50 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			artifacts := toRunConfigs(t, true, c.Objects)
			made := 0
			for _, g := range c.Groups {
				text := artifact(artifacts, g.Namespace+"."+g.Group+".env.yaml")
				if diff := cmp.Diff(g.Env, variablesOf(t, text), equateEmpty); diff != "" {
					t.Errorf("the group %s (-ToolHive +thvctl)\n%s", g.Group, diff)
				}
				made += min(len(g.Env), 1)
			}
			for _, p := range c.Proxies {
				var config struct {
					HeaderForward json.RawMessage `json:"header_forward"`
				}
				if text := artifact(artifacts, p.Namespace+"."+p.Name+".runconfig.json"); text != nil {
					made++
					if err := json.Unmarshal(text, &config); err != nil {
						t.Fatal(err)
					}
				}
				if want, got := laidOut(t, p.HeaderForward), laidOut(t, string(config.HeaderForward)); want != got {
					t.Errorf("the proxy %s: ToolHive has\n%s\nthvctl has\n%s", p.Name, want, got)
				}
			}
			if made != len(artifacts) {
				t.Errorf("%d artifacts, want %d", len(artifacts), made)
			}
		})
	}
}

// laidOut is a JSON text with the white space of ToolHive's own, every other byte kept.
func laidOut(t testing.TB, text string) string {
	t.Helper()
	if text == "" {
		return ""
	}
	out, err := emit.JSON(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// checkHeaders is checkOK for a case of header forwarding alone, for which a webhook file
// has no place.
func checkHeaders(t *testing.T, c goldenCase, files *golden.Files) {
	var hashes string
	for _, target := range compiler.Targets {
		o := c.target(target.Form, target.Emit)
		result := compileTwice(t, c.files, o)
		name := string(target.Form) + "." + target.Emit
		if name == "cli.manifest" {
			if len(result.Artifacts) > 0 || slices.ContainsFunc(result.Diagnostics, func(d diag.Diagnostic) bool { return d.Rule.ID != "THV6003" }) {
				t.Errorf("a webhook file of headers: %v", result.Diagnostics)
			}
			continue
		}
		if diff := cmp.Diff(c.wanted, places(result.Diagnostics), equateEmpty); diff != "" || len(result.Artifacts) == 0 {
			t.Errorf("%d artifacts, findings for %s (-want +got)\n%s", len(result.Artifacts), name, diff)
		}
		for _, u := range boundUnits(t, c.files, o) {
			canonical, err := u.HeaderForward.Canonical()
			if err != nil {
				t.Fatal(err)
			}
			checkSchema(t, "header-forward-unit", canonical)
		}
		for _, a := range ownArtifacts(result.Artifacts) {
			if !a.YAML {
				checkSchema(t, a.Schema, a.Data)
				checkLint(t, []emit.Artifact{a})
			}
		}
		checkPassing(t, c, result.Artifacts)
		files.Compare(name+".txt", joinArtifacts(result.Artifacts))
		lines := ""
		for _, h := range result.Hashes {
			lines += fmt.Sprintln(h.Hash, h.Name)
		}
		if hashes == "" {
			hashes = lines
		} else if hashes != lines {
			t.Errorf("the hashes depend on the target (-first +%s)\n%s", name, cmp.Diff(hashes, lines))
		}
	}
	files.Compare("hash.txt", []byte(hashes))
}

// entryText is an MCPServerEntry in the group "g" with one header from a Secret.
func entryText(owner, header string) string {
	return ownerText("MCPServerEntry", owner, header) + "  groupRef: {name: g}\n"
}

func ownerText(kind, owner, header string) string {
	return fmt.Sprintf(`apiVersion: toolhive.stacklok.dev/v1beta1
kind: %s
metadata: {name: %q}
spec:
  remoteUrl: https://backend.example.com/mcp
  headerForward:
    addHeadersFromSecret:
      - {headerName: %q, valueSecretRef: {name: credentials, key: value}}
`, kind, owner, header)
}

// TestOneSourceOfNames generates pairs of owners and headers, and wants every output to
// have the names of the one function for them.
func TestOneSourceOfNames(t *testing.T) {
	const pairs, batch = 10000, 500
	r := rand.New(rand.NewPCG(6, 0))
	for range pairs / batch {
		var entries, proxies, owners, headers []string
		for i := range batch {
			owner, name := randomOwner(r, i), randomHeader(r)
			owners, headers = append(owners, owner), append(headers, name)
			entries = append(entries, entryText(owner, name))
			proxies = append(proxies, ownerText("MCPRemoteProxy", owner, name))
		}
		fromEntries, fromProxies := toRunConfigs(t, true, entries...), toRunConfigs(t, true, proxies...)
		variables := variablesOf(t, artifact(fromEntries, "g.env.yaml"))
		backends := backendsOf(t, append(entries, proxies...))
		for i, owner := range owners {
			want := toolhive.NamesOfHeader(owner, headers[i])
			if !hasVariables(variables, want, headers[i]) {
				t.Fatalf("%q of %q: the environment lacks %v", headers[i], owner, want)
			}
			var config struct {
				HeaderForward struct {
					FromSecret map[string]string `json:"add_headers_from_secret"`
				} `json:"header_forward"`
			}
			if err := json.Unmarshal(artifact(fromProxies, owner+".runconfig.json"), &config); err != nil {
				t.Fatal(err)
			}
			if got := config.HeaderForward.FromSecret[headers[i]]; got != want.Identifier {
				t.Fatalf("%q of %q: the RunConfig has %q, want %q", headers[i], owner, got, want.Identifier)
			}
			for _, b := range []header.Backend{backends[i], backends[batch+i]} {
				if got := variableOf(b); got != want.Secret {
					t.Fatalf("%q of %q: thvctl headers has %q, want %q", headers[i], owner, got, want.Secret)
				}
			}
		}
	}
}

func randomOwner(r *rand.Rand, i int) string {
	const letters, marks = "abcxyz0189", "-.-."
	name := []byte{letters[r.IntN(len(letters))]}
	for range r.IntN(10) {
		if r.IntN(3) == 0 {
			name = append(name, marks[r.IntN(len(marks))])
		}
		name = append(name, letters[r.IntN(len(letters))])
	}
	return string(name) + "z" + strconv.Itoa(i)
}

func randomHeader(r *rand.Rand) string {
	const signs = "abcXYZ019-_.!#$%&'*+^`|~"
	name := []byte{}
	for range 1 + r.IntN(12) {
		name = append(name, signs[r.IntN(len(signs))])
	}
	return string(name)
}

func hasVariables(all []environment.Variable, want toolhive.HeaderNames, name string) bool {
	secret := slices.ContainsFunc(all, func(v environment.Variable) bool { return v.Name == want.Secret && v.ValueFrom != nil })
	listed, _ := json.Marshal(map[string]map[string]string{"addHeadersFromSecret": {name: want.Identifier}})
	manifest := slices.ContainsFunc(all, func(v environment.Variable) bool { return v.Name == want.Manifest && v.Value == string(listed) })
	return secret && manifest
}

func backendsOf(t testing.TB, texts []string) []header.Backend {
	t.Helper()
	var files []syntax.File
	for i, text := range texts {
		files = append(files, syntax.File{Name: fmt.Sprintf("%d.yaml", i), Format: syntax.YAML, Data: []byte(text), Named: true})
	}
	_, backends, err := compiler.Headers(files, compiler.Options{})
	if err != nil || len(backends) != len(texts) {
		t.Fatalf("%d backends, %v", len(backends), err)
	}
	return backends
}

func variableOf(b header.Backend) string {
	for _, h := range b.Headers {
		for _, s := range h.Settings {
			if s.Origin == header.Secret {
				return s.Variable
			}
		}
	}
	return ""
}

// TestNamesAreMadeInOnePlace looks for a second implementation in the source: the words
// that the names begin with are written once.
func TestNamesAreMadeInOnePlace(t *testing.T) {
	words := map[string]int{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && (entry.Name() == "conformance" || strings.HasPrefix(entry.Name(), ".") && len(entry.Name()) > 2) {
			if entry != nil && entry.IsDir() && err == nil {
				return filepath.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_gen.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING && strings.Contains(literal.Value, "HEADER_FORWARD_") {
				words[filepath.ToSlash(path)]++
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]int{"../compiler/toolhive/header.go": 2}; !cmp.Equal(want, words) {
		t.Errorf("the words stand in %v, want %v", words, want)
	}
}

// TestEntriesInAnyOrder compiles 200 MCPServerEntries, and proxies beside them, in
// different orders.
func TestEntriesInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(200, 0))
	var texts []string
	for i := range 200 {
		text := strings.Replace(entryText(fmt.Sprintf("entry-%d", i), "X-Key"), "name: g}", fmt.Sprintf("name: g%d}", i%7), 1)
		texts = append(texts, text+fmt.Sprintf("---\n%s", ownerText("MCPRemoteProxy", fmt.Sprintf("proxy-%d", i), "X-Key")))
	}
	lists := func(artifacts []emit.Artifact) map[string]string {
		byFile := map[string]string{}
		for _, a := range artifacts {
			byFile[a.File] = string(a.Data)
		}
		return byFile
	}
	first := toRunConfigs(t, false, texts...)
	if len(first) != 207 {
		t.Fatalf("%d artifacts, want 207", len(first))
	}
	for range 5 {
		r.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
		again := toRunConfigs(t, false, texts...)
		if diff := cmp.Diff(lists(first), lists(again)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(first[200:], again[200:]); diff != "" {
			t.Fatalf("the environments stand in another order\n%s", diff)
		}
	}
}

// TestHeaderValuesStandWhereTheyBelong puts one canary as a plain value and another as
// the value of a Secret, and looks for both in all outputs.
func TestHeaderValuesStandWhereTheyBelong(t *testing.T) {
	const plain, secret = "canary-plain-value", "canary-secret-value"
	manifestOf := func(kind string) string {
		return fmt.Sprintf(`apiVersion: v1
kind: Secret
metadata: {name: credentials}
stringData: {value: %s}
---
%s    addPlaintextHeaders: {X-Tenant: %s}
  groupRef: {name: g}
`, secret, ownerText(kind, "owner", "X-Key"), plain)
	}
	for kind, want := range map[string]string{
		model.MCPServerEntry.String(): "TOOLHIVE_HEADER_FORWARD_OWNER",
		model.MCPRemoteProxy.String(): `"X-Tenant": "`,
	} {
		for _, target := range compiler.Targets {
			o := compiler.Options{Emit: target.Emit, Bind: bind.Options{Form: target.Form, Bindings: []model.Binding{{Secret: model.SecretKey{Name: "credentials", Key: "value"}, Name: "CREDENTIAL"}}}}
			result, err := compiler.Compile([]syntax.File{{Name: "x.yaml", Format: syntax.YAML, Data: []byte(manifestOf(kind)), Named: true}}, o)
			if err != nil {
				t.Fatal(err)
			}
			found := 0
			for _, a := range result.Artifacts {
				text := string(a.Data)
				if strings.Contains(text, secret) {
					t.Errorf("%s, %s %s: the secret is in %s", kind, target.Form, target.Emit, a.File)
				}
				found += strings.Count(text, plain)
				if target.Form == bind.CRD && target.Emit == compiler.EmitRunConfig && !strings.Contains(text, want) {
					t.Errorf("%s: no %s in\n%s", kind, want, text)
				}
			}
			want := 1
			if target.Form == bind.CLI && target.Emit == compiler.EmitManifest {
				want = 0 // a webhook file has no place for headers, which is an error
			}
			if found != want || len(result.Artifacts) != want {
				t.Errorf("%s, %s %s: the plain value stands %d times in %d artifacts, want %d: %v", kind, target.Form, target.Emit, found, len(result.Artifacts), want, result.Diagnostics)
			}
			for _, d := range result.Diagnostics {
				if text := d.Message + d.Source; strings.Contains(text, secret) || strings.Contains(text, plain) {
					t.Errorf("%s, %s %s: a diagnostic shows a value: %s", kind, target.Form, target.Emit, text)
				}
			}
		}
	}
}
