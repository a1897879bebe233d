package compiler_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	yaml "go.yaml.in/yaml/v3"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// loaderVector is what ToolHive's own loader was seen to do with a file.
type loaderVector struct {
	Case, Content, File string
	LoadErr             *string
	ValidateErr         *string
	Merged              string
}

// refused are the vectors that we refuse, with the rule: what ToolHive refuses
// too, what it loads with another meaning than its author's, and what is no
// usable webhook although it loads it.
var refused = map[string]string{
	"yaml timeout int":                  "THV2007",
	"yaml timeout int ns":               "THV2007",
	"yaml timeout zero int":             "THV2006",
	"yaml timeout quoted int":           "THV2007",
	"yaml timeout float":                "THV2003",
	"yaml timeout negative":             "THV2006",
	"yaml timeout 500ms":                "THV2006",
	"yaml no failure_policy":            "THV2002",
	"yaml failure_policy Fail":          "THV2008",
	"yaml comment only":                 "THV1007",
	"yaml multi-doc":                    "THV1006",
	"yaml dup name":                     "THV3001",
	"yaml name int":                     "THV2003",
	"userinfo":                          "THV4001",
	"no host":                           "THV2005",
	"port only host":                    "THV2005",
	"http insecure":                     "THV4003",
	"ftp insecure":                      "THV2004",
	"http secure":                       "THV2004",
	"metadata ip":                       "THV4004",
	"hmac wrong key":                    "THV2011",
	"hmac map (CRD form)":               "THV2011",
	"empty names merge":                 "THV2002",
	"tabs yaml":                         "THV1003",
	"json int 5":                        "THV2006",
	"json zero":                         "THV2006",
	"json empty string timeout":         "THV2007",
	"json case-insens keys":             "THV2001",
	"json dup key":                      "THV1004",
	"json unknown":                      "THV2001",
	"json trailing":                     "THV1006",
	"json empty":                        "THV1007",
	"json bool timeout":                 "THV2003",
	"json camel":                        "THV1009",
	"json BOM":                          "THV1007",
	"json content in .yaml int timeout": "THV2007",
	"yaml NAME upper keys":              "THV2001",
	"name whitespace/newline":           "THV2009",
}

// manifests are read as manifests, whatever the loader of webhook files makes of
// them.
var manifests = map[string]bool{"crd manifest given to CLI": true}

// missingFiles are refused by ToolHive because a file is not there, which needs
// a look-up.
var missingFiles = map[string]bool{"ca relative path": true}

func TestLoaderVectors(t *testing.T) {
	data, err := os.ReadFile("../testdata/toolhive/loader.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct{ Vectors []loaderVector }
	if err := json.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	if len(recorded.Vectors) < 50 {
		t.Fatalf("%d vectors", len(recorded.Vectors))
	}
	for _, v := range recorded.Vectors {
		t.Run(v.Case, func(t *testing.T) { checkVector(t, v) })
	}
}

func checkVector(t *testing.T, v loaderVector) {
	format, ok := syntax.FormatOf(v.File)
	if !ok {
		format = syntax.YAML
	}
	file := syntax.File{Name: v.File, Format: format, Data: []byte(v.Content), Named: true}
	result, err := compiler.Compile([]syntax.File{file}, compiler.Options{
		Bind: bind.Options{Form: bind.CLI, SecretsDir: "/s"}, Emit: compiler.EmitManifest,
	})
	if err != nil {
		t.Fatal(err)
	}
	rule, refuse := refused[v.Case]
	toolHiveRefuses := v.LoadErr != nil || v.ValidateErr != nil
	switch {
	case refuse:
		if !hasRule(result.Diagnostics, rule) {
			t.Fatalf("want %s, got %v", rule, result.Diagnostics)
		}
		if result.Artifacts != nil {
			t.Fatal("there is an artifact beside the error")
		}
	case result.Diagnostics.Has(diag.Error):
		t.Fatalf("refused: %v", result.Diagnostics)
	case toolHiveRefuses && !missingFiles[v.Case]:
		t.Fatal("ToolHive refuses it and we do not")
	case !manifests[v.Case]:
		compareWebhooks(t, v, result.Artifacts[0].Data)
	}
}

func hasRule(found diag.List, rule string) bool {
	for _, d := range found {
		if d.Rule.ID == rule && d.Severity == diag.Error && d.Span.Start.Line > 0 {
			return true
		}
	}
	return false
}

// compareWebhooks reads the webhook file that we wrote as ToolHive's loader
// would, and holds it against what ToolHive read from the source.
func compareWebhooks(t *testing.T, v loaderVector, written []byte) {
	type webhook struct {
		Name          string
		URL           string `yaml:"url"`
		Timeout       time.Duration
		FailurePolicy string               `yaml:"failure_policy" json:"failure_policy"`
		TLSConfig     *runconfig.TLSConfig `yaml:"-" json:"tls_config"`
		TLS           map[string]any       `yaml:"tls_config" json:"-"`
		HMAC          string               `yaml:"hmac_secret_ref" json:"hmac_secret_ref"`
	}
	type lists struct{ Validating, Mutating []webhook }
	var want, got lists
	if err := json.Unmarshal([]byte(v.Merged), &want); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(written, &got); err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]webhook{got.Validating, got.Mutating} {
		for i := range list {
			if list[i].TLS != nil {
				text, _ := json.Marshal(list[i].TLS)
				list[i].TLSConfig = &runconfig.TLSConfig{}
				if err := json.Unmarshal(text, list[i].TLSConfig); err != nil {
					t.Fatal(err)
				}
				list[i].TLS = nil
			}
		}
	}
	for i := range want.Validating {
		want.Validating[i].HMAC, _, _ = strings.Cut(want.Validating[i].HMAC, ",target=") // ignored
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-ToolHive +ours)\n%s", diff)
	}
}

// corpus is the verdict on every file of the corpus, as "rule line:column", with
// a "W" before a warning. A file with anything but warnings fails a lint.
var corpus = map[string][]string{
	"crd-01-valid.yaml":                 nil,
	"crd-02-empty-spec.yaml":            {"THV1007 6:1"},
	"crd-03-capital-enum.yaml":          {"THV2008 8:100"},
	"crd-04-cert-no-key.yaml":           {"THV2010 11:30"},
	"crd-07-rfc-shape.yaml":             {"THV1009 7:3"},
	"file-01-policy-and-enricher.yaml":  nil,
	"file-05-capitalised-policy.yaml":   {"THV2008 4:21"},
	"file-06-camelcase-keys.yaml":       {"THV1009 5:5", "THV1009 6:5"},
	"file-07-rfc-keys.yaml":             {"THV1009 1:1"},
	"file-08-crd-in-file.yaml":          nil,
	"file-09-http-plain.yaml":           {"THV2004 3:10"},
	"file-10-http-insecure.yaml":        {"THV4003 3:10"},
	"file-12-timeout-ns.json":           {"W THV3008 1:92"},
	"file-15-timeout-60s.yaml":          {"THV2006 2:76"},
	"file-17-dup-name.yaml":             {"THV3001 3:12", "W THV4006 3:66"},
	"file-18-cert-without-key.yaml":     {"THV2010 5:36"},
	"file-19-inline-secret.yaml":        {"THV4002 5:22"},
	"file-20-url-userinfo.yaml":         {"THV4001 2:20"},
	"file-24-anchors.yaml":              nil,
	"file-25-multidoc.yaml":             {"THV1006 4:1"},
	"file-26-dup-key.yaml":              {"THV1004 3:1"},
	"file-27-dup-key.json":              {"THV1004 1:82"},
	"hf-01-entry-valid.yaml":            nil,
	"hf-02-copilot-toolsets.yaml":       nil,
	"hf-04-case-dup.yaml":               {"THV7002 7:41", "THV7002 9:22"},
	"hf-05-plaintext-secret.yaml":       {"THV7004 7:42"},
	"hf-06-auth-conflict.yaml":          {"W THV7007 11:22"},
	"hf-08-mcp-protocol-header.yaml":    {"THV7006 7:27", "THV7006 7:51", "THV7006 7:87"},
	"tr-04-agentgateway-guardrail.yaml": {"THV2008 5:21"},
}

func TestCorpus(t *testing.T) {
	entries, err := os.ReadDir("../testdata/corpus")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(corpus) {
		t.Errorf("%d files, %d verdicts", len(entries), len(corpus))
	}
	for _, entry := range entries {
		t.Run(entry.Name(), func(t *testing.T) {
			want, known := corpus[entry.Name()]
			if !known {
				t.Fatal("no verdict")
			}
			data, err := os.ReadFile("../testdata/corpus/" + entry.Name())
			if err != nil {
				t.Fatal(err)
			}
			format, _ := syntax.FormatOf(entry.Name())
			result, err := compiler.Lint([]syntax.File{{Name: entry.Name(), Format: format, Data: data, Named: true}}, compiler.Options{Check: check.Options{Lowest: diag.Warning}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range result.Diagnostics {
				found := d.Rule.ID + " " + place(d.Span.Start)
				if d.Severity == diag.Warning {
					found = "W " + found
				}
				got = append(got, found)
			}
			fails := slices.ContainsFunc(want, func(w string) bool { return !strings.HasPrefix(w, "W ") })
			if result.Diagnostics.Has(diag.Error) != fails {
				t.Errorf("a lint fails: %v, want %v", !fails, fails)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func place(p diag.Position) string {
	text, _ := json.Marshal([]int{p.Line, p.Column})
	return strings.ReplaceAll(strings.Trim(string(text), "[]"), ",", ":")
}
