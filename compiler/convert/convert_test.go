package convert_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/convert"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/layout"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// inputs are all documents of the test data, each a file by itself.
func inputs(t testing.TB) map[string]syntax.File {
	t.Helper()
	files := map[string]syntax.File{}
	add := func(name string, data []byte) {
		format, ok := syntax.FormatOf(name)
		if ok && format != syntax.CUE {
			files[name] = syntax.File{Name: name, Format: format, Data: data, Named: true}
		}
	}
	for _, pattern := range []string{"*/*.yaml", "*/*.json", "*/*.txtar", "rules/*/*"} {
		paths, err := filepath.Glob("../../testdata/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(path) != ".txtar" {
				add(path, data)
				continue
			}
			for _, f := range txtar.Parse(data).Files {
				add(path+"/"+f.Name, f.Data)
			}
		}
	}
	for name, text := range oddities {
		add(name+".yaml", []byte(text))
	}
	return files
}

// oddities have what no file of the test data has.
var oddities = map[string]string{
	"everywhere": everywhere,
	"reordered":  "mutating:\n- url: https://a.example.com # u\n  # over name\n  name: a # n\n  failure_policy: fail\n\n# over validating\nvalidating:\n- {url: https://b.example.com, name: b, failure_policy: fail} # b\n",
	"anchors":    "x-a: &a # anchor\n  timeout: 2s # two\nvalidating: &v\n- <<: *a # merge\n  name: n\n  url: &u https://a.example.com # url\n  failure_policy: &p Fail # policy\n- {name: m, url: *u, failure_policy: *p, <<: {timeout: 3s, name: \"# no\"}} # end\nmutating: *v # again\n",
	"breaks":     "validating: # a\r\n- name: a # b\r\n  url: https://a.example.com\r\n\r\n  failure_policy: fail # c\r\n# d\r\n",
	"unusual":    "# one\u2028# two\u0085# three\nvalidating: # f\u00fcnf\n- name: a\n  url: https://a.example.com # \u4f60\u597d\n  failure_policy: 'fail'# six\n",
	"block":      "validating:\n- name: | # name\n    a\n\n  # url\n  url: >- # folded\n    https://a.example.com\n    # no comment\n  failure_policy: fail\n",
	"marker":     "# before\n%YAML 1.2 # directive\n--- # marker\n# in\nvalidating: [{name: a, url: \"https://a.example.com\", failure_policy: fail}]\n...\n# after\n",
	"flow":       "# head\n{ # open\n  validating: [ # list\n    # item\n    {name: a, # name\n     url: \"https://a.example.com\", failure_policy: fail} # item end\n    # list end\n  ] # closed\n  # last\n} # root\n# tail\n",
	"dashes":     "validating:\n-\n  # in the item\n  name: a\n  url: https://a.example.com\n  failure_policy: fail\n  tls_config:\n    # only this\n- # dash\n  name: b\n  url: https://b.example.com\n  failure_policy:\n    # far\n    fail\n    # deep\n   # odd\n  # shallow\n # edge\n",
	"list":       "# list\napiVersion: v1 # v\nkind: List\n# items\nitems: # i\n# first\n- apiVersion: toolhive.stacklok.dev/v1alpha1\n  kind: MCPWebhookConfig # k\n  metadata: {name: a} # m\n  # spec\n  spec: {validating: [{name: a, url: \"https://a.example.com\"}]}\n# second\n- apiVersion: toolhive.stacklok.dev/v1beta1\n  kind: MCPServer\n  metadata:\n    # name\n    name: s\n  spec: {image: \"010\", count: 010, on: yes} # spec\n# third\n- apiVersion: toolhive.stacklok.dev/v1alpha1\n  kind: MCPWebhookConfig\n  metadata: {name: b}\n  spec: {mutating: [{name: a, url: \"https://a.example.com\"}]}\n  # end\n# tail\n",
	"documents":  "# one\napiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata: {name: a}\nspec: {validating: [{name: a, url: \"https://a.example.com\"}]}\n# end of one\n---\n# nothing\n---\n# two\nkind: MCPServer # kept\napiVersion: toolhive.stacklok.dev/v1beta1\nmetadata: {name: s}\n--- # three\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\n---\n# tail\n",
	"metadata":   "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata: # meta\n  finalizers: [example.com/f] # fin\n  labels:\n    # team\n    team: yes # t\n    on: off\n    \"a b\": 010\n  name: a # name\n  annotations: # all go\n    # hash\n    thvctl.dev/config-hash: sha256:stale # stale\n  uid: abc # uid\nspec:\n  mutating:\n  - name: a\n    url: https://a.example.com\n    insecureSkipVerify: no\nstatus: # status\n  a: b # c\n",
	"3400":       "validating:\n- name: a\n  url: https://a.example.com\n  failure_policy: fail\n  skip_verify: no # s\n  tls_config:\n    # ca\n    ca_bundle: /ca # c\n",
	"mixed":      "validating:\n- name: a\n  url: https://a.example.com\n  failure_policy: fail\n  tls_config: {client_cert: /c, clientKeySecretRef: {name: s, key: k}} # pair\n  hmacSecretRef: {name: s, key: h}\n",
	"long keys":  "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata:\n  name: a\n  annotations:\n    ? " + strings.Repeat("k", 1200) + "\n    : v # c\nspec:\n  mutating:\n  - name: a\n    url: https://a.example.com\n",
	"extension":  "validating:\n- name: a\n  url: https://a.example.com\n  failure_policy: fail\n# own\nx-own: [a, {b: [[c], []]}, \"\", null, 1.50, {}] # list\n",
}

// everywhere has a comment in every place of a webhook file, numbered in the order
// in which a webhook file has them afterwards.
const everywhere = `# c01

# c02
validating: # c03
  # c04
  - name: a # c05
    # c06
    url: https://a.example.com # c07

    # c08

    # c09
    timeout: 2000ms # c10
    # c11
    failure_policy: Fail # c12
    tls_config: # c13
      # c14
      ca_bundle_path: /ca # c15
      client_cert_path: # c16
        # c17
        /c
      client_key_path: /k # c18
      insecure_skip_verify: no # c19
      # c20
    hmac_secret_ref: yes # c21
    # c22
  # c23

  # c24
  - name: b # c25
    url: https://b.example.com
    failure_policy: ignore # c26
    # c27
  # c28

# c29
mutating: # c30
  - {name: c, url: "https://c.example.com", failure_policy: fail}
# c31
`

func options(form bind.Form) compiler.Options {
	return compiler.Options{Bind: bind.Options{Form: form, SecretsDir: "/secrets", Name: "converted"}}
}

// converted converts a file, and is nil where that is refused.
func converted(t testing.TB, f syntax.File, o compiler.Options) []emit.Artifact {
	t.Helper()
	before := bytes.Clone(f.Data)
	result, err := compiler.Convert([]syntax.File{f}, o)
	switch {
	case compiler.IsUsage(err):
		return nil
	case err != nil:
		t.Fatalf("to %s: %v\n%s", o.Bind.Form, err, f.Data)
	case result.Diagnostics.Has(diag.Error) && result.Artifacts != nil:
		t.Fatalf("to %s: artifacts beside errors %v", o.Bind.Form, result.Diagnostics)
	case !bytes.Equal(before, f.Data):
		t.Fatal("the source was written to")
	}
	return result.Artifacts
}

// TestEverything converts all documents of the test data and holds the results to
// what is true of each.
func TestEverything(t *testing.T) {
	count := 0
	for name, f := range inputs(t) {
		t.Run(name, func(t *testing.T) {
			if checkConversions(t, f) {
				count++
			}
		})
	}
	if count < 200 {
		t.Errorf("only %d documents could be converted", count)
	}
}

// checkConversions converts a file to both dialects, and reports whether one of
// them worked.
func checkConversions(t testing.TB, f syntax.File) bool {
	bindings := bindingsFor(t, f)
	worked := false
	for _, form := range []bind.Form{bind.CLI, bind.CRD} {
		o := options(form)
		o.Bind.Bindings = bindings
		artifacts := converted(t, f, o)
		worked = worked || len(artifacts) > 0
		if len(artifacts) == 0 {
			continue
		}
		checkComments(t, f, o, artifacts)
		checkHash(t, f, o, artifacts)
		for _, a := range artifacts {
			checkArtifact(t, f, o, a)
		}
		if t.Failed() {
			t.Logf("from\n%s\nto\n%s", f.Data, joined(artifacts))
		}
	}
	return worked
}

func joined(artifacts []emit.Artifact) []byte {
	var out []byte
	for i, a := range artifacts {
		if i > 0 {
			out = append(out, "---\n"...)
		}
		out = append(out, a.Data...)
	}
	return out
}

// bindingsFor binds every reference that a file has in the form cli to a Secret.
func bindingsFor(t testing.TB, f syntax.File) []model.Binding {
	t.Helper()
	var bindings []model.Binding
	for _, a := range converted(t, f, options(bind.CLI)) {
		for line := range strings.Lines(string(a.Data)) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if key != "hmac_secret_ref" && !strings.HasSuffix(key, "_path") {
				continue
			}
			tree, _ := syntax.Parse(syntax.File{Format: syntax.YAML, Data: []byte(value)}, syntax.Options{})
			text := tree.Documents[0].Root.Value
			if !strings.HasPrefix(text, "/") {
				text, _, _ = strings.Cut(text, ",target=")
			}
			rest, made := strings.CutPrefix(text, "/secrets/")
			b := model.Binding{Secret: model.SecretKey{Name: "bound", Key: fmt.Sprintf("k%d", len(bindings))}, Name: text}
			if strings.HasPrefix(text, "/") || key != "hmac_secret_ref" {
				b.Name, b.File = "", text
			}
			if made {
				b.Secret.Name, b.Secret.Key, _ = strings.Cut(rest, "/")
			}
			if !slices.ContainsFunc(bindings, func(o model.Binding) bool { return o.Name == b.Name && o.File == b.File }) {
				bindings = append(bindings, b)
			}
		}
	}
	return bindings
}

// checkArtifact wants a document that is valid, laid out as we do, and converted to
// itself.
func checkArtifact(t testing.TB, f syntax.File, o compiler.Options, a emit.Artifact) {
	t.Helper()
	if a.Source != "" {
		return // it passes through
	}
	file := syntax.File{Name: f.Name, Format: syntax.YAML, Data: a.Data, Named: true}
	result, err := compiler.Lint([]syntax.File{file}, compiler.Options{})
	if err != nil || result.Diagnostics.Has(diag.Error) {
		t.Errorf("to %s: %v, %v", o.Bind.Form, err, result.Diagnostics)
	}
	formatted, found, err := layout.Format(file, syntax.Options{})
	if err != nil || found.Has(diag.Error) {
		t.Errorf("layout: %v, %v", err, found)
	}
	if diff := cmp.Diff(string(a.Data), string(formatted.Data)); diff != "" {
		t.Errorf("to %s: fmt would change it (-converted +formatted)\n%s", o.Bind.Form, diff)
	}
	again := converted(t, file, o)
	if len(again) != 1 {
		t.Errorf("to %s: %d documents of one", o.Bind.Form, len(again))
	} else if diff := cmp.Diff(string(a.Data), string(again[0].Data)); diff != "" {
		t.Errorf("to %s: converted again it differs (-once +twice)\n%s", o.Bind.Form, diff)
	}
}

// checkHash wants the program of the result to be that of the source, on the way
// back as well.
func checkHash(t testing.TB, f syntax.File, o compiler.Options, artifacts []emit.Artifact) {
	t.Helper()
	want := hashes(t, []syntax.File{f}, o)
	if want == nil {
		return // an older spelling, which does not compile
	}
	got := hashes(t, files(artifacts), o)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("to %s: the hash is another (-source +converted)\n%s", o.Bind.Form, diff)
	}
	back := o
	back.Bind.Form = map[bind.Form]bind.Form{bind.CLI: bind.CRD, bind.CRD: bind.CLI}[o.Bind.Form]
	back.Bind.Name = ""
	var returned []emit.Artifact
	for _, file := range files(artifacts) {
		returned = append(returned, converted(t, file, back)...)
	}
	if diff := cmp.Diff(want, hashes(t, files(returned), back)); diff != "" {
		t.Errorf("to %s and back the hash is another (-source +returned)\n%s", o.Bind.Form, diff)
	}
}

// files are the units among artifacts.
func files(artifacts []emit.Artifact) []syntax.File {
	var out []syntax.File
	for i, a := range artifacts {
		if a.Schema != "" {
			out = append(out, syntax.File{Name: fmt.Sprintf("converted%d.yaml", i), Format: syntax.YAML, Data: a.Data, Named: true})
		}
	}
	return out
}

func hashes(t testing.TB, files []syntax.File, o compiler.Options) []string {
	t.Helper()
	o.Emit, o.Bind.Name, o.Bind.Form = compiler.EmitManifest, "", bind.CLI
	result, err := compiler.Compile(files, o)
	if err != nil && !compiler.IsUsage(err) {
		t.Fatal(err)
	}
	var out []string
	for _, h := range result.Hashes {
		out = append(out, h.Hash)
	}
	return out
}

// checkComments wants every comment of the source in the result, and no other.
func checkComments(t testing.TB, f syntax.File, o compiler.Options, artifacts []emit.Artifact) {
	t.Helper()
	if f.Format != syntax.YAML {
		return
	}
	tree := parse(f.Data)
	for _, d := range tree.Documents {
		if d.Foreign || !slices.ContainsFunc([]model.Kind{model.WebhookFile, model.MCPWebhookConfig, model.Empty}, func(k model.Kind) bool { return check.Is(d, k) }) {
			return // it may be left behind, or pass
		}
	}
	want := convert.Comments(tree)
	var got []string
	for _, a := range artifacts {
		got = append(got, convert.Comments(parse(a.Data))...)
	}
	got = slices.DeleteFunc(got, func(c string) bool {
		return strings.HasPrefix(c, "# Converted from the MCPWebhookConfig ") && !slices.Contains(want, c)
	})
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("to %s: comments differ (-source +converted)\n%s", o.Bind.Form, diff)
	}
}

func parse(data []byte) *syntax.Tree {
	tree, _ := syntax.Parse(syntax.File{Format: syntax.YAML, Data: data, Named: true}, syntax.Options{Foreign: check.Foreign})
	return tree
}

// TestCommentsKeepTheirOrder wants the comments of a file in canonical order to
// stay in order, in both dialects.
func TestCommentsKeepTheirOrder(t *testing.T) {
	f := syntax.File{Name: "everywhere.yaml", Format: syntax.YAML, Data: []byte(everywhere), Named: true}
	for _, form := range []bind.Form{bind.CLI, bind.CRD} {
		o := options(form)
		o.Bind.Bindings = bindingsFor(t, f)
		artifacts := converted(t, f, o)
		if len(artifacts) != 1 {
			t.Fatalf("%d artifacts", len(artifacts))
		}
		got := convert.Comments(parse(artifacts[0].Data))
		if len(got) != 31 || !slices.IsSorted(got) {
			t.Errorf("to %s: %q in\n%s", form, got, artifacts[0].Data)
		}
	}
}

// TestWords wants our order of keys to be that of the schema.
func TestWords(t *testing.T) {
	file, object := convert.Words()
	for _, c := range []struct {
		webhook *schema.Type
		words   [2][]string
	}{
		{schema.DocumentOf("webhook-file").Type.Field("validating").Type.Elem, file},
		{schema.DocumentOf("mcpwebhookconfig").Type.Field("spec").Type.Field("validating").Type.Elem, object},
	} {
		for i, fields := range [][]schema.Field{c.webhook.Fields, c.webhook.Field(c.words[0][4]).Type.Fields} {
			var names []string
			for _, f := range fields {
				names = append(names, f.Name)
			}
			if diff := cmp.Diff(names, c.words[i]); diff != "" {
				t.Errorf("-schema +words\n%s", diff)
			}
		}
	}
}

// FuzzConvert takes any bytes for a file that the user named, and holds what comes
// of it to what is true of every conversion.
func FuzzConvert(f *testing.F) {
	for name, file := range inputs(f) {
		if !strings.Contains(name, "/rules/") { // TestEverything has them all
			f.Add(file.Data, file.Format == syntax.JSON)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, inJSON bool) {
		file := syntax.File{Name: "input.yaml", Format: syntax.YAML, Data: data, Named: true}
		if inJSON {
			file.Name, file.Format = "input.json", syntax.JSON
		}
		checkConversions(t, file)
	})
}
