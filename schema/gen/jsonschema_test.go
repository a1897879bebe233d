package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

func TestTitle(t *testing.T) {
	for name, want := range map[string]string{
		"name":                 "Name",
		"url":                  "URL",
		"fail-on":              "Fail on",
		"ca_bundle_path":       "CA bundle path",
		"apiVersion":           "API version",
		"caSecretRef":          "CA secret ref",
		"insecureSkipVerify":   "Insecure skip verify",
		"FileTLS":              "File TLS",
		"WebhookTLSConfig":     "Webhook TLS config",
		"JSONWebhookFile":      "JSON webhook file",
		"MCPWebhookConfigSpec": "MCP webhook config spec",
		"":                     "",
	} {
		if got := title(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestLiteral(t *testing.T) {
	either := &schema.Type{Kinds: schema.StringKind | schema.IntKind | schema.NullKind}
	for _, test := range []struct {
		t          *schema.Type
		text, want string
	}{
		{&schema.Type{Kinds: schema.BoolKind}, "false", `false`},
		{&schema.Type{Kinds: schema.ListKind}, `["a", "b"]`, `["a","b"]`},
		{either, "5s", `"5s"`},
		{either, "5000000000", `5000000000`},
		{&schema.Type{Kinds: schema.StringKind | schema.NullKind}, "5", `"5"`},
	} {
		got, err := plainJSON(literal(test.t, test.text))
		if err != nil || string(got) != test.want {
			t.Errorf("%s: got %s, %v, want %s", test.text, got, err, test.want)
		}
	}
}

// compiled is the JSON Schema of a kind of document. Formats are asserted, as some
// readers do.
func compiled(t *testing.T, name, pointer string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat = true
	if err := c.AddResource(name, bytes.NewReader(jsonSchema(schema.DocumentOf(name)))); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name + "#" + pointer)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestJSONSchemasExplainThemselves wants every struct and property to have a title
// and a description, and defaults and examples that the schema itself accepts.
func TestJSONSchemasExplainThemselves(t *testing.T) {
	for _, d := range schema.Documents {
		t.Run(d.Name, func(t *testing.T) {
			text := jsonSchema(d)
			if i := bytes.IndexFunc(text, func(r rune) bool { return r > 0x7e }); i >= 0 {
				t.Errorf("at byte %d is a character that is not ASCII", i)
			}
			examples := 0
			for pointer, node := range explained(t, text) {
				if node["title"] == nil || node["description"] == nil {
					t.Errorf("%s has no title or no description", pointer)
				}
				values, _ := node["examples"].([]any)
				examples += len(values)
				if value, there := node["default"]; there {
					values = append(values, value)
				}
				for _, value := range values {
					if err := compiled(t, d.Name, pointer).Validate(value); err != nil {
						t.Errorf("%s: the schema refuses its own example: %v", pointer, err)
					}
				}
			}
			if examples == 0 {
				t.Error("there is no example")
			}
		})
	}
}

// explained returns by their pointers the root of a JSON Schema, its definitions and
// the properties of all of these.
func explained(t *testing.T, text []byte) map[string]map[string]any {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	nodes := map[string]map[string]any{"": root}
	definitions, _ := root["$defs"].(map[string]any)
	for name, definition := range definitions {
		nodes["/$defs/"+name] = definition.(map[string]any)
	}
	for pointer, node := range maps.Clone(nodes) {
		properties, _ := node["properties"].(map[string]any)
		for name, property := range properties {
			nodes[pointer+"/properties/"+name] = property.(map[string]any)
		}
	}
	return nodes
}

// isExpressible reports whether a JSON Schema can have a finding as well: one about a
// single value. A binding needs one of two fields.
func isExpressible(d diag.Diagnostic) bool {
	rules := []diag.Rule{
		diag.UnknownField, diag.MissingField, diag.WrongType, diag.BadURL, diag.BadDuration, diag.BadValue, diag.BadName, diag.BadSecretRef,
	}
	return slices.Contains(rules, d.Rule) && !strings.HasPrefix(d.Path, "secrets.bind[")
}

// TestJSONSchemasAgreeWithTheChecker wants the JSON Schema of a kind to refuse no
// document that the checker accepts, and to find what it can: in the documents of the
// test data, and in the good ones with one value changed.
func TestJSONSchemasAgreeWithTheChecker(t *testing.T) {
	c := comparison{map[string]*jsonschema.Schema{}, map[string]int{}, map[string]int{}}
	for _, d := range schema.Documents {
		c.schemas[d.Name] = compiled(t, d.Name, "")
	}
	varied := map[string]bool{}
	for _, s := range samples(t) {
		if good := c.compare(t, s, s.text, false); !good || varied[s.outline()] {
			continue
		}
		varied[s.outline()] = true
		for _, text := range variants(t, s.text) {
			c.compare(t, s, text, true)
		}
	}
	for _, d := range schema.Documents {
		isRead := !slices.Contains([]string{"unit", "header-forward-unit", "environment-variable"}, d.Name)
		if isRead && (c.accepted[d.Name] < 10 || c.refused[d.Name] < 10) {
			t.Errorf("%s: %d documents were accepted and %d refused", d.Name, c.accepted[d.Name], c.refused[d.Name])
		}
	}
}

// comparison holds the JSON Schemas by kind, and how many documents they judged.
type comparison struct {
	schemas           map[string]*jsonschema.Schema
	accepted, refused map[string]int
}

// compare holds the JSON Schema against the checker for a text in place of a sample, and
// returns whether the checker finds it good. both asks for what the checker refuses as
// well; otherwise the text may have more faults than one, and older spellings.
func (c comparison) compare(t *testing.T, s sample, text string, both bool) (good bool) {
	t.Helper()
	found, kind, value := verdict(t, s, text)
	if kind != s.kind {
		return false // it is something else now
	}
	err := c.schemas[kind].Validate(value)
	if err != nil {
		c.refused[kind]++
	} else {
		c.accepted[kind]++
	}
	if err != nil && !slices.ContainsFunc(found, isSchemaError) {
		t.Errorf("%s: the checker accepts what the JSON Schema refuses: %v\n%s", s.name, err, text)
	}
	if i := slices.IndexFunc(found, isExpressible); both && err == nil && i >= 0 {
		t.Errorf("%s: the JSON Schema accepts what the checker refuses: %s %s\n%s", s.name, found[i].Rule.ID, found[i].Message, text)
	}
	return !found.Has(diag.Error)
}

func isSchemaError(d diag.Diagnostic) bool {
	return d.Severity == diag.Error && (d.Rule.ID < "THV3" || d.Rule == diag.BadIgnore)
}

// sample is a document of the test data, as JSON.
type sample struct {
	name, kind, text string
	format           syntax.Format
	project          bool
}

var scalarText = regexp.MustCompile(`("[^"]*"|[0-9.]+)([,}\]])`)

// outline is what documents with the same keys have in common.
func (s sample) outline() string {
	return s.kind + scalarText.ReplaceAllString(s.text, "$2")
}

// samples returns the documents of the test data that hold less than 500 bytes.
func samples(t *testing.T) []sample {
	t.Helper()
	var all []sample
	for _, f := range inputs(t) {
		format, ok := syntax.FormatOf(f.Name)
		if !ok || format == syntax.CUE {
			continue
		}
		project := filepath.Base(f.Name) == "thvctl.yaml"
		for _, d := range documentsOf(f.Data, format, project) {
			text, err := json.Marshal(asRead(d))
			if err != nil {
				t.Fatal(err)
			}
			if kind := kindOf(d); kind != "" && len(text) < 500 {
				all = append(all, sample{f.Name, kind, string(text), format, project})
			}
		}
	}
	return all
}

// inputs returns the files of the test data, those of archives included.
func inputs(t *testing.T) []txtar.File {
	t.Helper()
	var all []txtar.File
	for _, pattern := range []string{"../../testdata/*/*.*", "../../testdata/rules/*/*.*", "../../examples/*.*"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) < 5 {
			t.Fatalf("%s: %d files, %v", pattern, len(names), err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(name) == ".txtar" {
				all = append(all, txtar.Parse(data).Files...)
			} else {
				all = append(all, txtar.File{Name: name, Data: data})
			}
		}
	}
	return all
}

func documentsOf(data []byte, format syntax.Format, project bool) []*model.Document {
	tree, _ := syntax.Parse(syntax.File{Name: "sample", Format: format, Data: data, Named: true}, syntax.Options{})
	if project {
		d, _, _ := check.Project(tree)
		if d == nil || d.Document == nil {
			return nil
		}
		return []*model.Document{d}
	}
	documents, _ := check.Documents(tree)
	return documents
}

// kindOf returns the name by which the schema knows the kind of a document, or "".
func kindOf(d *model.Document) string {
	if d.Root == nil {
		return ""
	}
	if d.Kind == model.Project {
		return "project"
	}
	i := slices.IndexFunc(schema.Documents, func(s *schema.Document) bool { return s.Type == check.TypeOf(d.Kind, d.Format) })
	if i < 0 {
		return ""
	}
	return schema.Documents[i].Name
}

// asRead returns a document as ToolHive and Kubernetes read it, who know more words
// for booleans than YAML 1.2 does.
func asRead(d *model.Document) *syntax.Node {
	if d.Kind == model.Project {
		return d.Root
	}
	return d.Root.AsKubernetes()
}

// verdict returns what the checker finds in a text in place of a sample, its kind and
// its value.
func verdict(t *testing.T, s sample, text string) (found diag.List, kind string, value any) {
	t.Helper()
	file := syntax.File{Name: "sample", Format: s.format, Data: []byte(text), Named: true}
	if s.project {
		tree, _ := syntax.Parse(file, syntax.Options{})
		_, _, found = check.Project(tree)
		kind = "project"
	} else {
		result, err := compiler.Lint([]syntax.File{file}, compiler.Options{Check: check.Options{Lowest: diag.Error}})
		if err != nil {
			t.Fatal(err)
		}
		found = result.Diagnostics
		if documents := documentsOf([]byte(text), s.format, false); len(documents) == 1 {
			kind = kindOf(documents[0])
		}
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return found, kind, value
}

// variants returns a document with each of its values left out, and with others in its
// place; of a list the first item alone.
func variants(t *testing.T, text string) []string {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	var all []string
	add := func() {
		variant, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(variant))
	}
	var visit func(value any)
	visit = func(value any) {
		switch value := value.(type) {
		case []any:
			if len(value) == 0 {
				return
			}
			was := value[0]
			for _, other := range others {
				value[0] = other
				add()
			}
			value[0] = was
			visit(was)
		case map[string]any:
			value["unknown"] = "a"
			add()
			delete(value, "unknown")
			for _, key := range slices.Sorted(maps.Keys(value)) {
				was := value[key]
				delete(value, key)
				add()
				for _, other := range others {
					value[key] = other
					add()
				}
				value[key] = was
				visit(was)
			}
		}
	}
	visit(root)
	return all
}

// others are values of each type, and texts that mean something somewhere.
var others = []any{nil, true, 5, "", "./a b", "5s", "https://a.example/{id}", []any{}, map[string]any{}}
