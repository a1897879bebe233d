package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v3"
)

// schemaWith writes the schema and what people wrote beside the generated Go to a folder,
// with some fields put before the first field of some definitions, and what has the name ""
// at the end of the shape layer. It returns the folder of the schema.
func schemaWith(t *testing.T, added map[string]string) string {
	t.Helper()
	root := t.TempDir()
	names := []string{"schema/shape.cue", "schema/rules.cue", "schema/table.go", "api/runconfig/duration.go", "api/v1alpha1/duration.go"}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "schema/shape.cue" {
			text = []byte(with(t, string(text), added))
		}
		if err := os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(root, "schema")
}

func with(t *testing.T, shape string, added map[string]string) string {
	t.Helper()
	for definition, field := range added {
		head := "\n#" + definition + ": {\n"
		switch {
		case definition == "":
			shape += "\n" + field + "\n"
		case !strings.Contains(shape, head):
			t.Fatalf("there is no %s", definition)
		default:
			shape = strings.Replace(shape, head, head+"\t"+field+"\n", 1)
		}
	}
	return shape
}

// generateFrom generates from the schema with additions, and returns what was written by
// name. After an error nothing may be written.
func generateFrom(t *testing.T, added map[string]string) (map[string]string, error) {
	t.Helper()
	dir := schemaWith(t, added)
	before := filesBelow(t, filepath.Dir(dir))
	err := generate(dir)
	files := filesBelow(t, filepath.Dir(dir))
	if err != nil && !maps.Equal(files, before) {
		t.Errorf("files were written in spite of: %v", err)
	}
	return files, err
}

// filesBelow returns the files below a folder by name.
func filesBelow(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		files[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// What is checked in is what the generator writes.
func TestGeneratedIsCurrent(t *testing.T) {
	files, err := generateFrom(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		current, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil || string(current) != text {
			t.Errorf("%s is not what the generator writes; run make generate", name)
		}
	}
}

// A field that is added to the shape layer is in everything that is generated.
func TestNewField(t *testing.T) {
	tests := map[string]struct {
		field  string // in the Kubernetes dialect
		goType string
		crd    string // its schema there
		json   string // and in the JSON Schema
	}{
		"string": {
			`owner?: null | string @example(payments)`, "string",
			`{"description":"Whom to ask.","type":"string"}`,
			`"examples":["payments"]`,
		},
		"required": {`owner!: string`, "string", `{"description":"Whom to ask.","type":"string"}`, `"string"`},
		"limited": {
			`owner?: null | string @limit(20)`, "string",
			`{"description":"Whom to ask.","maxLength":20,"type":"string"}`, `"string"`,
		},
		"enumeration": {
			`owner?: null | "us" | "them" @default(us)`, "string",
			`{"default":"us","description":"Whom to ask.","pattern":"^(us|them)$","type":"string","x-kubernetes-validations":[{"message":"THV2008: allowed are \"us\" and \"them\"","rule":"self in [\"us\", \"them\"]"}]}`,
			`"us","them"`,
		},
		"pattern": {
			`owner?: null | #NamespaceName @limit(63)`, "string",
			`{"description":"Whom to ask.","maxLength":63,"pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","type":"string","x-kubernetes-validations":[{"message":"THV2009: allowed is the name of a namespace: 1 to 63 lower-case letters, digits and '-'","rule":"self.matches(\"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$\")"}]}`,
			`"pattern"`,
		},
		"pattern without a limit": {
			`owner?: null | #NamespaceName`, "string",
			`{"description":"Whom to ask.","maxLength":253,"pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","type":"string","x-kubernetes-validations":[{"message":"THV2009: allowed is the name of a namespace: 1 to 63 lower-case letters, digits and '-'","rule":"self.matches(\"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$\")"}]}`,
			`"pattern"`,
		},
		"list of texts in quotes without a limit": {
			`owner?: null | [..."us" | "them"]`, "[]string",
			`{"description":"Whom to ask.","items":{"pattern":"^(us|them)$","type":"string","x-kubernetes-validations":[{"message":"THV2008: allowed are \"us\" and \"them\"","rule":"self in [\"us\", \"them\"]"}]},"maxItems":32,"type":"array"}`,
			`"us","them"`,
		},
		"boolean":           {`owner?: null | bool @default(false)`, "bool", `{"description":"Whom to ask.","type":"boolean"}`, `"default":false`},
		"boolean of true":   {`owner?: null | bool @default(true)`, "*bool", `{"default":true,"description":"Whom to ask.","type":"boolean"}`, `"default":true`},
		"whole number of 0": {`owner?: null | int @default(0)`, "int64", `{"description":"Whom to ask.","type":"integer"}`, `"default":0`},
		"text of any sort with a default": {
			`owner?: null | string @default("a b")`, "*string", `{"default":"a b","description":"Whom to ask.","type":"string"}`, `"default":"a b"`,
		},
		"keywords": {
			`owner?: null | string @openapi(nullable=true,format="5")`, "string",
			`{"description":"Whom to ask.","format":"5","nullable":true,"type":"string"}`, `"string"`,
		},
		"whole number": {`owner?: null | int @default(3)`, "*int64", `{"default":3,"description":"Whom to ask.","type":"integer"}`, `"default":3`},
		"whole number in bounds": {
			`owner?: null | int & >=0 & <10`, "int64",
			`{"description":"Whom to ask.","maximum":9,"minimum":0,"type":"integer"}`, `"minimum":0`,
		},
		"list": {
			`owner?: null | [...string] @limit(9)`, "[]string",
			`{"description":"Whom to ask.","items":{"type":"string"},"maxItems":9,"type":"array"}`, `"array"`,
		},
		"map": {
			`owner?: null | #StringMapShape`, "map[string]string",
			`{"additionalProperties":{"type":"string"},"description":"Whom to ask.","type":"object"}`, `#/$defs/StringMap`,
		},
		"limited map": {
			`owner?: null | #StringMapShape @limit(9)`, "map[string]string",
			`{"additionalProperties":{"type":"string"},"description":"Whom to ask.","maxProperties":9,"type":"object"}`, `#/$defs/StringMap`,
		},
		"list of texts with a pattern": {
			`owner?: null | [...#NamespaceName] @limit(9,63)`, "[]string",
			`{"description":"Whom to ask.","items":{"maxLength":63,"pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","type":"string","x-kubernetes-validations":[{"message":"THV2009: allowed is the name of a namespace: 1 to 63 lower-case letters, digits and '-'","rule":"self.matches(\"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$\")"}]},"maxItems":9,"type":"array"}`,
			`"pattern"`,
		},
		"map of texts with a pattern": {
			`owner?: null | #NamespacesShape @limit(9,63)`, "map[string]string",
			`{"additionalProperties":{"maxLength":63,"pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","type":"string","x-kubernetes-validations":[{"message":"THV2009: allowed is the name of a namespace: 1 to 63 lower-case letters, digits and '-'","rule":"self.matches(\"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$\")"}]},"description":"Whom to ask.","maxProperties":9,"type":"object"}`,
			`#/$defs/Namespaces`,
		},
		"list of texts in quotes": {
			`owner?: null | [..."us" | "them"] @limit(9)`, "[]string", ``, `"us","them"`,
		},
		"open struct": {
			`owner?: null | #OpenShape`, "*Open",
			`{"description":"Whom to ask.","properties":{"a":{"description":"A.","type":"string"}},"type":"object","x-kubernetes-preserve-unknown-fields":true}`, `#/$defs/Open`,
		},
		"struct that is one value": {
			`owner?: null | #PairShape`, "*Pair",
			`{"description":"Whom to ask.","properties":{"a":{"description":"A.","type":"string"}},"type":"object","x-kubernetes-map-type":"atomic"}`, `#/$defs/Pair`,
		},
		"time":            {`owner?: null | string @format(date-time)`, "*time.Time", `{"description":"Whom to ask.","type":"string"}`, `"string"`},
		"list of structs": {`owner?: null | [...#PairShape]`, "[]Pair", ``, `#/$defs/Pair`},
		"struct":          {`owner?: null | #SecretKeyRefShape`, "*SecretKeyRef", ``, `#/$defs/SecretKeyRef`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			files, err := generateFrom(t, map[string]string{
				"WebhookSpecShape":      "// Whom to ask.\n\t" + test.field,
				"FileWebhookShape":      "// Whom to ask.\n\towner?: null | string",
				"RunConfigWebhookShape": "// Whom to ask.\n\towner?: null | string",
				"": `
// Namespaces by name.
#NamespacesShape: {[string]: #NamespaceName}
// An open struct.
#OpenShape: {
	// A.
	a?: string
	...
} @go(v1alpha1.Open)
// A pair.
#PairShape: {
	// A.
	a?: string
} @go(v1alpha1.Pair) @atomic()`,
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{
				"schema/table_gen.go", "api/v1alpha1/types_gen.go", "api/webhookfile/types_gen.go", "api/runconfig/types_gen.go",
				"schema/jsonschema/mcpwebhookconfig.json", "schema/jsonschema/webhook-file.json", "schema/jsonschema/json-webhook-file.json",
				"schema/jsonschema/runconfig.json", "schema/crd/mcpwebhookconfigs.yaml", "schema/crd/mcpwebhookconfigs-compat.yaml",
			} {
				if !strings.Contains(files[name], "Whom to ask.") {
					t.Errorf("%s does not have the field", name)
				}
			}
			if want := "Owner " + test.goType + " `json:"; !strings.Contains(files["api/v1alpha1/types_gen.go"], want) {
				t.Errorf("the wire types do not have %s", want)
			}
			if got := propertyIn(t, files["schema/crd/mcpwebhookconfigs.yaml"], "owner"); test.crd != "" && got != test.crd {
				t.Errorf("the CRD has\n%s, want\n%s", got, test.crd)
			}
			if got := propertyIn(t, files["schema/jsonschema/mcpwebhookconfig.json"], "owner"); !strings.Contains(got, test.json) {
				t.Errorf("the JSON Schema has\n%s, without %s", got, test.json)
			}
		})
	}
}

// propertyIn returns the schema of a field in a schema, as JSON with sorted keys.
func propertyIn(t *testing.T, text, name string) string {
	t.Helper()
	var found any
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if properties, ok := v["properties"].(map[string]any); ok && properties[name] != nil {
				found = properties[name]
			}
			for _, child := range v {
				walk(child)
			}
		case []any:
			for _, child := range v {
				walk(child)
			}
		}
	}
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	walk(value)
	out, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Every rule of the rules layer about a document of Kubernetes is told to the API
// server.
func TestEveryRelationHasCEL(t *testing.T) {
	files, err := generateFrom(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, sets, err := readSchema("..")
	if err != nil {
		t.Fatal(err)
	}
	relations := slices.Clone(sets["MCPWebhookConfigRules"].relations)
	for _, items := range sets["MCPWebhookConfigRules"].lists {
		relations = append(relations, items.all(sets)...)
	}
	for _, names := range sets["MCPWebhookConfigRules"].names {
		relations = append(relations, names)
	}
	if len(relations) < 13 {
		t.Fatalf("found only %d rules", len(relations))
	}
	var crd any
	if err := yaml.Unmarshal([]byte(files["schema/crd/mcpwebhookconfigs.yaml"]), &crd); err != nil {
		t.Fatal(err)
	}
	told := fmt.Sprint(crd)
	for _, r := range relations {
		if len(r.tests) == 0 || !strings.Contains(told, r.tests[0].expression) || !strings.Contains(told, r.id) {
			t.Errorf("%s at %s is not in the CRD", r.id, r.path)
		}
	}
}
