package diff_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/schema/diff"
)

func decode(t testing.TB, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}

func read(t testing.TB, text string) *diff.Schema {
	t.Helper()
	s, err := diff.Read(decode(t, text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return s
}

// compare returns the lines of a comparison.
func compare(t testing.TB, was, is string) []string {
	t.Helper()
	changes, err := diff.Compare(read(t, was), read(t, is))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range changes {
		lines = append(lines, c.String())
	}
	return lines
}

// jsonSchema is a JSON Schema whose field f has a schema; the struct is closed.
func jsonSchema(field string) string {
	return draft(`"type": "object", "additionalProperties": false, "properties": {"f": ` + field + `}`)
}

func draft(keywords string) string {
	return `{"$schema": "https://json-schema.org/draft/2020-12/schema", ` + keywords + `}`
}

// crd is a CustomResourceDefinition whose field f has a schema.
func crd(field string) string {
	return crdOf(`"type": "object", "properties": {"f": `+field+`}`, "")
}

// crdOf is a CustomResourceDefinition whose one version has a schema, and more keys.
func crdOf(root, version string) string {
	return `{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": {
		"group": "example.com", "scope": "Namespaced",
		"names": {"kind": "Hook", "plural": "hooks", "shortNames": ["hk"], "categories": ["all"]},
		"versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {` + root + `}}` + version + `}]}}`
}

func requireLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// TestField compares what is said of one field, in both kinds of schema.
func TestField(t *testing.T) {
	for _, test := range []struct {
		name, was, is string
		// there and back are the changes of one direction and of the other, without the
		// path.
		there, back []string
	}{
		{"prose", `{"type": "string", "description": "a", "title": "b", "example": "c"}`, `{"type": "string", "description": "d"}`, nil, nil},
		{"extension", `{"type": "string", "x-order": 1}`, `{"type": "string", "x-order": 2}`, nil, nil},
		{"type", `{"type": "string"}`, `{"type": "boolean"}`,
			[]string{"breaks writers: type was string, is boolean; other types are refused"},
			[]string{"breaks writers: type was boolean, is string; other types are refused"}},
		{"whole numbers", `{"type": "number"}`, `{"type": "integer"}`,
			[]string{"breaks writers: type was number, is integer; other types are refused"},
			[]string{"breaks strict readers: type was integer, is number; values of another type may come"}},
		{"enumeration", `{"type": "string", "enum": ["a", "b"]}`, `{"type": "string", "enum": ["b"]}`,
			[]string{`breaks writers: value "a" was allowed, is gone; documents with it are refused`},
			[]string{`breaks strict readers: value "a" was unknown, is allowed; it may come`}},
		{"enumeration anew", `{"type": "string"}`, `{"type": "string", "enum": ["b", "a"]}`,
			[]string{`breaks writers: value was any string, is "a" or "b"; others are refused`},
			[]string{`breaks strict readers: value was "a" or "b", is any string; others may come`}},
		{"order of an enumeration", `{"type": "string", "enum": ["a", "b"]}`, `{"type": "string", "enum": ["b", "a"]}`, nil, nil},
		{"pattern", `{"type": "string", "pattern": "^a"}`, `{"type": "string", "pattern": "^b"}`,
			[]string{`breaks writers: pattern was "^a", is "^b"; what fulfils only the old one is refused`},
			[]string{`breaks writers: pattern was "^b", is "^a"; what fulfils only the old one is refused`}},
		{"pattern anew", `{"type": "string"}`, `{"type": "string", "pattern": "^b"}`,
			[]string{`breaks writers: pattern was none, is "^b"; what does not fulfil it is refused`},
			[]string{`breaks strict readers: pattern was "^b", is gone; what did not fulfil it may come`}},
		{"upper limit", `{"type": "string", "maxLength": 63}`, `{"type": "string", "maxLength": 9}`,
			[]string{"breaks writers: maxLength was 63, is 9; values beyond it are refused"},
			[]string{"breaks strict readers: maxLength was 9, is 63; values beyond it may come"}},
		{"lower limit", `{"type": "integer", "minimum": -10}`, `{"type": "integer", "minimum": 9}`,
			[]string{"breaks writers: minimum was -10, is 9; values beyond it are refused"},
			[]string{"breaks strict readers: minimum was 9, is -10; values beyond it may come"}},
		{"limit anew", `{"type": "array", "items": {"type": "string"}}`, `{"type": "array", "items": {"type": "string"}, "maxItems": 9}`,
			[]string{"breaks writers: maxItems was none, is 9; values beyond it are refused"},
			[]string{"breaks strict readers: maxItems was 9, is none; values beyond it may come"}},
		{"limit that is none", `{"type": "string"}`, `{"type": "string", "minLength": 0}`, nil, nil},
		{"spelling of a number", `{"type": "number", "minimum": 1.0}`, `{"type": "number", "minimum": 1e0}`, nil, nil},
		{"format", `{"type": "string", "format": "uri"}`, `{"type": "string"}`,
			[]string{`breaks strict readers: format was "uri", is gone; what did not fulfil it may come`},
			[]string{`breaks writers: format was none, is "uri"; what does not fulfil it is refused`}},
		{"default", `{"type": "string", "default": "10s"}`, `{"type": "string", "default": "5s"}`,
			[]string{`changes meaning: default was "10s", is "5s"; documents without the field mean something else`},
			[]string{`changes meaning: default was "5s", is "10s"; documents without the field mean something else`}},
		{"default that is false", `{"type": "boolean"}`, `{"type": "boolean", "default": false}`,
			[]string{`changes meaning: default was none, is false; documents without the field mean something else`},
			[]string{`changes meaning: default was false, is none; documents without the field mean something else`}},
		{"unknown keyword", `{"type": "string"}`, `{"type": "string", "sorted": true}`,
			[]string{`breaks writers: sorted was none, is true; what does not fulfil it is refused`},
			[]string{`breaks writers: sorted was true, is gone; what it did is not known here`}},
		{"not", `{"type": "string", "not": {"pattern": "^a"}}`, `{"type": "string", "not": {"pattern": "^a", "description": "b"}}`, nil, nil},
		{"negation", `{"type": "string"}`, `{"type": "string", "not": {"pattern": "^a"}}`,
			[]string{`breaks writers: not was none, is {"pattern":"^a"}; what does not fulfil it is refused`},
			[]string{`breaks strict readers: not was {"pattern":"^a"}, is gone; what did not fulfil it may come`}},
		{"choice of demands", `{"type": "string", "anyOf": [{"pattern": "a"}, {"pattern": "b"}]}`, `{"type": "string", "anyOf": [{"pattern": "a"}]}`,
			[]string{
				`breaks writers: pattern was none, is "a"; what does not fulfil it is refused`,
				`breaks strict readers: anyOf was [{"pattern":"a"},{"pattern":"b"}], is gone; what did not fulfil it may come`},
			[]string{
				`breaks writers: anyOf was none, is [{"pattern":"a"},{"pattern":"b"}]; what does not fulfil it is refused`,
				`breaks strict readers: pattern was "a", is gone; what did not fulfil it may come`}},
		{"several demands", `{"type": "string", "allOf": [{"pattern": "a"}, {"pattern": "b"}]}`, `{"type": "string", "pattern": "a"}`,
			[]string{`breaks strict readers: pattern was "b", is gone; what did not fulfil it may come`},
			[]string{`breaks writers: pattern was none, is "b"; what does not fulfil it is refused`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireLines(t, compare(t, jsonSchema(test.was), jsonSchema(test.is)), prefixed("f: ", test.there)...)
			requireLines(t, compare(t, jsonSchema(test.is), jsonSchema(test.was)), prefixed("f: ", test.back)...)
			requireLines(t, compare(t, crd(test.was), crd(test.is)), prefixed("v1 f: ", test.there)...)
			requireLines(t, compare(t, crd(test.is), crd(test.was)), prefixed("v1 f: ", test.back)...)
		})
	}
}

func prefixed(prefix string, lines []string) []string {
	var out []string
	for _, line := range lines {
		out = append(out, prefix+line)
	}
	return out
}

// TestJSONSchema compares whole JSON Schemas.
func TestJSONSchema(t *testing.T) {
	const webhook = `"$defs": {"Hook": {"type": "object", "properties": {"name": {"type": "string"%s}}, "additionalProperties": false}}`
	hooks := func(extra string) string {
		return draft(`"type": "object", "properties": {"a": {"type": "array", "items": {"$ref": "#/$defs/Hook"}}, "b": {"anyOf": [{"$ref": "#/$defs/Hook"}, {"type": "null"}]}}, ` + strings.Replace(webhook, "%s", extra, 1))
	}
	list := func(extra string) string {
		return draft(`"$ref": "#/$defs/List", "$defs": {"List": {"type": "object", "properties": {"next": {"$ref": "#/$defs/List"}, "v": {"type": "string"` + extra + `}}}}`)
	}
	for _, test := range []struct {
		name, was, is string
		want          []string
	}{
		{"field gone from a closed struct", jsonSchema(`{"type": "string"}`), draft(`"type": "object", "additionalProperties": false`),
			[]string{"f: breaks writers: field was allowed, is gone; documents are refused that have it"}},
		{"field new in a closed struct", draft(`"type": "object", "additionalProperties": false`), jsonSchema(`{"type": "string", "default": "a"}`),
			[]string{"f: breaks strict readers: field was unknown, is allowed; programs that refuse unknown fields refuse it"}},
		{"field new in an open struct", draft(`"type": "object"`), draft(`"type": "object", "properties": {"f": {"type": "string"}}`),
			[]string{"f: breaks writers: type was anything, is string; other types are refused"}},
		{"field gone from an open struct", draft(`"type": "object", "properties": {"f": {"type": "string"}}`), draft(`"type": "object"`),
			[]string{"f: breaks strict readers: type was string, is anything; values of another type may come"}},
		{"required", jsonSchema(`{"type": "string"}`), strings.Replace(jsonSchema(`{"type": "string"}`), `"type": "object"`, `"type": "object", "required": ["f"]`, 1),
			[]string{"f: breaks writers: field was optional, is required; documents without it are refused"}},
		{"a default does not fill in", jsonSchema(`{"type": "string", "default": "a"}`), strings.Replace(jsonSchema(`{"type": "string", "default": "a"}`), `"type": "object"`, `"type": "object", "required": ["f"]`, 1),
			[]string{"f: breaks writers: field was optional, is required; documents without it are refused"}},
		{"optional", draft(`"required": ["f"]`), draft(`"required": []`),
			[]string{"f: breaks strict readers: field was required, is optional; it may be absent"}},
		{"new and required", draft(`"additionalProperties": false`), draft(`"additionalProperties": false, "properties": {"f": {}}, "required": ["f"]`),
			[]string{"f: breaks writers: field was unknown, is required; documents without it are refused"}},
		{"closed", draft(`"properties": {"f": {}}`), draft(`"properties": {"f": {}}, "additionalProperties": false`),
			[]string{"(document): breaks writers: field that is not listed was allowed, is gone; documents are refused that have it"}},
		{"opened", draft(`"properties": {"f": {}}, "additionalProperties": false`), draft(`"properties": {"f": {}}`),
			[]string{"(document): breaks strict readers: field that is not listed was unknown, is allowed; programs that refuse unknown fields refuse it"}},
		{"values of a map", draft(`"additionalProperties": {"type": ["string", "null"]}`), draft(`"additionalProperties": {"type": "string"}`),
			[]string{".*: breaks writers: type was string or null, is string; other types are refused"}},
		{"free fields gone", draft(`"patternProperties": {"^x-": true}, "additionalProperties": false`), draft(`"additionalProperties": false`),
			[]string{`(document): breaks writers: field that matches "^x-" was free, is not free; what they held may be refused`}},
		{"free fields new", draft(`"additionalProperties": false`), draft(`"patternProperties": {"^x-": true}, "additionalProperties": false`),
			[]string{`(document): breaks strict readers: field that matches "^x-" was not free, is free; they may come with any value`}},
		{"null", jsonSchema(`{"anyOf": [{"type": "string", "pattern": "a"}, {"type": "null"}]}`), jsonSchema(`{"type": "string", "pattern": "a"}`),
			[]string{"f: breaks writers: type was string or null, is string; other types are refused"}},
		{"null is no matter of a pattern", jsonSchema(`{"type": "null"}`), jsonSchema(`{"type": ["string", "null"], "pattern": "a"}`),
			[]string{"f: breaks strict readers: type was null, is string or null; values of another type may come"}},
		{"spellings of a choice", jsonSchema(`{"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}]}`), jsonSchema(`{"type": ["null", "string"], "minLength": 1}`), nil},
		{"place of a definition", draft(`"properties": {"f": {"$ref": "#/$defs/a~1b%20c"}}, "$defs": {"a/b c": {"type": "string"}}`), draft(`"properties": {"f": {"type": "string"}}`), nil},
		{"one definition at two places", hooks(""), hooks(`, "minLength": 2`),
			[]string{
				"a[].name: breaks writers: minLength was none, is 2; values beyond it are refused",
				"b.name: breaks writers: minLength was none, is 2; values beyond it are refused"}},
		{"recursion", list(""), list(`, "minLength": 2`),
			[]string{"v: breaks writers: minLength was none, is 2; values beyond it are refused"}},
		{"two closed structs are no one", draft(`"allOf": [{"properties": {"a": {}}, "additionalProperties": false}, {"properties": {"b": {}}, "additionalProperties": false}]`), draft(`"properties": {"a": {}, "b": {}}, "additionalProperties": false`),
			[]string{
				`b: breaks strict readers: field was unknown, is allowed; programs that refuse unknown fields refuse it`,
				`(document): breaks strict readers: allOf was [{"additionalProperties":false,"properties":{"b":{}}}], is gone; what did not fulfil it may come`}},
		{"fewer leading elements", draft(`"prefixItems": [{"type": "null"}], "items": {"type": "string"}`), draft(`"items": {"type": "string"}`),
			[]string{
				`(document): breaks strict readers: prefixItems was {"items":{"type":"string"},"prefixItems":[{"type":"null"}]}, is gone; what did not fulfil it may come`,
				`[]: breaks writers: type was anything, is string; other types are refused`}},
		{"contains without its number", draft(`"contains": {"type": "null"}, "minContains": 0`), draft(`"contains": {"type": "null"}`),
			[]string{`(document): breaks writers: contains was {"contains":{"type":"null"},"minContains":0}, is {"contains":{"type":"null"}}; what fulfils only the old one is refused`}},
		{"bound that is left out", jsonSchema(`{"exclusiveMinimum": 0}`), jsonSchema(`{"minimum": 0}`),
			[]string{"f: breaks strict readers: minimum was above 0, is 0; values beyond it may come"}},
		{"bound that is left out anew", jsonSchema(`{"maximum": 2}`), jsonSchema(`{"maximum": 2, "exclusiveMaximum": 2}`),
			[]string{"f: breaks writers: maximum was 2, is below 2; values beyond it are refused"}},
		{"bound that is not reached", jsonSchema(`{"minimum": 2}`), jsonSchema(`{"minimum": 2, "exclusiveMinimum": 1}`), nil},
		{"keyword of an API server", jsonSchema(`{"x-kubernetes-preserve-unknown-fields": true, "patternProperties": {"^a": {"type": "string"}}}`), jsonSchema(`{"x-kubernetes-preserve-unknown-fields": true, "patternProperties": {"^a": {"type": "null"}}}`),
			[]string{`f: breaks writers: patternProperties was "^a": {"type":"string"}, is "^a": {"type":"null"}; what fulfils only the old one is refused`}},
		{"default of a second branch", jsonSchema(`{"anyOf": [{"type": "string", "default": "a"}, {"type": "null", "default": null}]}`), jsonSchema(`{"anyOf": [{"type": "string", "default": "a"}, {"type": "null"}]}`),
			[]string{`f: changes meaning: default was "a" or null, is "a"; documents without the field mean something else`}},
		{"default beside an outer one", jsonSchema(`{"default": "b", "anyOf": [{"type": "string", "default": "a"}, {"type": "null"}]}`), jsonSchema(`{"default": "b", "anyOf": [{"type": "string", "default": "c"}, {"type": "null"}]}`),
			[]string{`f: changes meaning: default was "a" or "b", is "b" or "c"; documents without the field mean something else`}},
		{"order of defaults", jsonSchema(`{"default": "b", "anyOf": [{"type": "string", "default": "a"}, {"type": "null"}]}`), jsonSchema(`{"default": "a", "anyOf": [{"type": "null"}, {"type": "string", "default": "b"}]}`), nil},
		{"demand that moves to another type", jsonSchema(`{"anyOf": [{"type": "string", "not": {"const": 1}}, {"type": "array"}]}`), jsonSchema(`{"anyOf": [{"type": "string"}, {"type": "array", "not": {"const": 1}}]}`),
			[]string{`f: breaks writers: not was {"const":1} for string, is {"const":1} for array; what fulfils only the old one is refused`}},
		{"fraction that loses its branch", jsonSchema(`{"anyOf": [{"type": "integer", "minimum": 5}, {"const": 1.5}]}`), jsonSchema(`{"anyOf": [{"type": "integer"}, {"const": 1.5}], "minimum": 5}`),
			[]string{
				`f: breaks writers: anyOf was [{"const":1.5},{"minimum":5,"type":"integer"}], is [{"const":1.5},{"type":"integer"}]; what fulfils only the old one is refused`,
				`f: breaks writers: minimum was none, is 5; values beyond it are refused`}},
		{"root by an empty reference", draft(`"type": "object", "properties": {"f": {"$ref": ""}}`), draft(`"type": "object", "properties": {"f": {"$ref": "#"}}`), nil},
		{"a path that is no comment", draft(`"properties": {"#a": {"type": "string"}}`), draft(`"properties": {"#a": {"type": "null"}}`),
			[]string{`"#a": breaks writers: type was string, is null; other types are refused`}},
		{"names that look like paths", draft(`"properties": {"a.b": {"type": "string"}, "*": {}, "(document)": {}}`), draft(`"properties": {"a.b": {"type": "null"}}`),
			[]string{`["a.b"]: breaks writers: type was string, is null; other types are refused`}},
		{"a line stays one", draft(`"x\ny": 1`), draft(`"x\ny": 2`),
			[]string{`(document): breaks writers: "x\ny" was 1, is 2; what fulfils only the old one is refused`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := compare(t, test.was, test.is)
			slices.Sort(got)
			slices.Sort(test.want)
			requireLines(t, got, test.want...)
		})
	}
}

// TestDefinitionsInConditions changes a definition that only a condition refers to.
func TestDefinitionsInConditions(t *testing.T) {
	schema := func(pattern string) string {
		return draft(`"not": {"$ref": "#/$defs/A"}, "$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"pattern": "` + pattern + `"}}`)
	}
	if got := compare(t, schema("a"), schema("a")); got != nil {
		t.Errorf("found %q", got)
	}
	if got := compare(t, schema("a"), schema("b")); len(got) != 1 || !strings.HasPrefix(got[0], "(document): breaks writers: not was ") {
		t.Errorf("found %q", got)
	}
}

// TestConditional demands that if, then and else are compared together.
func TestConditional(t *testing.T) {
	const ab, cd = `{"if": {"required": ["a"]}, "then": {"required": ["b"]}}`, `{"if": {"required": ["c"]}, "then": {"required": ["d"]}}`
	const ad, cb = `{"if": {"required": ["a"]}, "then": {"required": ["d"]}}`, `{"if": {"required": ["c"]}, "then": {"required": ["b"]}}`
	allOf := func(parts ...string) string { return draft(`"allOf": [` + strings.Join(parts, ",") + `]`) }
	for _, test := range []struct {
		name, was, is string
		breaks        bool
	}{
		{"demands exchanged", allOf(ab, cd), allOf(ad, cb), true},
		{"both ways out exchanged", draft(`"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}`), draft(`"if": {"required": ["a"]}, "then": {"required": ["c"]}, "else": {"required": ["b"]}`), true},
		{"a pair of known parts", allOf(ab, cd), allOf(ab, cd, ad), true},
		{"beside a reference", draft(`"$ref": "#/$defs/D", "if": {"required": ["a"]}, "then": {"required": ["b"]}, "$defs": {"D": ` + cd + `}`), draft(`"$ref": "#/$defs/D", "if": {"required": ["a"]}, "then": {"required": ["d"]}, "$defs": {"D": ` + cb + `}`), true},
		{"order", allOf(ab, cd), allOf(cd, ab), false},
		{"a pair gone", allOf(ab, cd), allOf(ab), false},
		{"if alone", draft(`"if": {"required": ["a"]}`), draft(`"if": {"required": ["b"]}`), false},
		{"then without if", draft(`"then": {"required": ["a"]}`), draft(`"then": {"required": ["b"]}, "else": {"required": ["c"]}`), false},
		{"then without if, in a condition", draft(`"not": {"then": {"required": ["a"]}, "maximum": 1}`), draft(`"not": {"maximum": 1}`), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := compare(t, test.was, test.is); slices.ContainsFunc(got, isBreak) != test.breaks {
				t.Errorf("breaks should be %t, found %q", test.breaks, got)
			}
		})
	}
}

func isBreak(line string) bool { return !strings.Contains(line, "breaks strict readers: ") }

// TestSameConditions rewrites conditions without a change of what they demand, and
// then with one.
func TestSameConditions(t *testing.T) {
	const overlapping = `"anyOf": [{"type": "string", "minLength": 2}, {"type": ["string", "null"], "pattern": "^a"}]`
	for _, test := range []struct{ name, was, is, other string }{
		{"name of a definition", `"anyOf": [{"$ref": "#/$defs/A"}, {"type": "string", "minLength": 2}], "$defs": {"A": {"pattern": "^a"}}`,
			`"anyOf": [{"$ref": "#/$defs/B"}, {"type": "string", "minLength": 2}], "$defs": {"B": {"pattern": "^a"}}`,
			`"anyOf": [{"$ref": "#/$defs/A"}, {"type": "string", "minLength": 2}], "$defs": {"A": {"pattern": "^b"}}`},
		{"definition written out", `"not": {"$ref": "#/$defs/A"}, "$defs": {"A": {"pattern": "^a"}}`, `"not": {"pattern": "^a"}`, `"not": {"pattern": "^b"}`},
		{"order of branches", overlapping, `"anyOf": [{"type": ["null", "string"], "pattern": "^a"}, {"type": "string", "minLength": 2}]`,
			`"anyOf": [{"type": "string", "pattern": "^a"}, {"type": ["string", "null"], "minLength": 2}]`},
		{"order in a condition", `"not": {"oneOf": [{"minimum": 1}, {"maximum": 2}]}`, `"not": {"oneOf": [{"maximum": 2}, {"minimum": 1}]}`, `"not": {"oneOf": [{"maximum": 1}, {"minimum": 2}]}`},
		{"name of a recursive definition", `"not": {"$ref": "#/$defs/A"}, "$defs": {"A": {"required": ["n"], "properties": {"n": {"$ref": "#/$defs/A"}}}}`,
			`"not": {"$ref": "#/$defs/B"}, "$defs": {"B": {"required": ["n"], "properties": {"n": {"$ref": "#/$defs/B"}}}}`,
			`"not": {"$ref": "#/$defs/A"}, "$defs": {"A": {"required": ["n"], "properties": {"n": {"$ref": "#"}}}}`},
		{"where a recursion begins", `"not": {"items": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"pattern": "^a", "items": {"$ref": "#/$defs/A"}}}`,
			`"not": {"items": {"$ref": "#/$defs/B"}}, "$defs": {"B": {"pattern": "^a", "items": {"$ref": "#/$defs/B"}}}`,
			`"not": {"$ref": "#/$defs/A"}, "$defs": {"A": {"items": {"pattern": "^a", "items": {"$ref": "#/$defs/A"}}}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireLines(t, compare(t, draft(test.was), draft(test.is)))
			if got := compare(t, draft(test.was), draft(test.other)); !slices.ContainsFunc(got, isBreak) {
				t.Errorf("found %q, the demands are others", got)
			}
		})
	}
}

// TestCRD compares what only a CustomResourceDefinition has.
func TestCRD(t *testing.T) {
	base := crd(`{"type": "string"}`)
	edit := func(old, new string) string {
		if !strings.Contains(base, old) {
			t.Fatalf("%q is not in the base", old)
		}
		return strings.Replace(base, old, new, 1)
	}
	list := func(extra string) string {
		return crd(`{"type": "array", "items": {"type": "object", "properties": {"k": {"type": "string"}}}` + extra + `}`)
	}
	byKey := list(`, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]`)
	rule := func(extra string) string {
		return crd(`{"type": "string", "x-kubernetes-validations": [{"rule": "self != 'a'"` + extra + `}]}`)
	}
	version := func(extra string) string { return crdOf(`"type": "object"`, extra) }
	status := version(`, "subresources": {"status": {}}`)
	columns := version(`, "additionalPrinterColumns": [{"name": "Age", "type": "date", "jsonPath": ".a"}]`)
	two := `"versions": [{"name": "v2", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}, {`
	hidden := func(how, kind string) string {
		return strings.Replace(crd(`{"type": "`+kind+`"}`), `"served": true, "storage": true`, how, 1)
	}
	for _, test := range []struct {
		name, was, is string
		want          []string
	}{
		{"group", base, edit("example.com", "example.org"),
			[]string{`(API): breaks clients: group was "example.com", is "example.org"; requests for the old one find nothing`}},
		{"scope", base, edit("Namespaced", "Cluster"),
			[]string{`(API): breaks clients: scope was "Namespaced", is "Cluster"; requests for the old one find nothing`}},
		{"short name", base, edit(`"hk"`, `"hooky"`),
			[]string{`(API): breaks clients: short name "hk" was there, is gone; requests for it find nothing`}},
		{"category", base, edit(`"all"`, ``),
			[]string{`(API): breaks clients: category "all" was there, is gone; requests for it find nothing`}},
		{"version gone", base, edit(`"name": "v1"`, `"name": "v2"`),
			[]string{
				`v1: breaks clients: version was served, is not served; requests for it find nothing`,
				`v1: breaks stored objects: storage version was this one, is another; objects stay in the old form until they are written again`}},
		{"version not served", base, edit(`"served": true`, `"served": false`),
			[]string{`v1: breaks clients: version was served, is not served; requests for it find nothing`}},
		{"another version beside it", base, edit(`"versions": [{`, strings.Replace(two, `"storage": true`, `"storage": false`, 1)), nil},
		{"storage version", base, strings.Replace(edit(`"storage": true`, `"storage": false`), `"versions": [{`, two, 1),
			[]string{`v1: breaks stored objects: storage version was this one, is another; objects stay in the old form until they are written again`}},
		{"version gone that is neither served nor stored", strings.Replace(edit(`"versions": [{`, strings.Replace(two, `"served": true, "storage": true`, `"served": false, "storage": false`, 1)), "v2", "v0", 1), base,
			[]string{`v0: breaks stored objects: version was there, is gone; objects may be stored in it`}},
		{"version gone that was served", strings.Replace(edit(`"versions": [{`, strings.Replace(two, `"storage": true`, `"storage": false`, 1)), "v2", "v0", 1), base,
			[]string{
				`v0: breaks clients: version was served, is not served; requests for it find nothing`,
				`v0: breaks stored objects: version was there, is gone; objects may be stored in it`}},
		{"schema of a version that is neither served nor stored", hidden(`"served": false, "storage": false`, "string"), hidden(`"served": false, "storage": false`, "integer"), nil},
		{"schema of a version that is only stored", hidden(`"served": false, "storage": true`, "string"), hidden(`"served": false, "storage": true`, "integer"),
			[]string{`v1 f: breaks stored objects: type was string, is integer; other types are refused`}},
		{"names that the API server fills in", edit(`"kind": "Hook"`, `"kind": "Hook", "singular": "hook", "listKind": "HookList"`), base, nil},
		{"conversion", base, edit(`"scope"`, `"conversion": {"strategy": "Webhook", "webhook": {}}, "scope"`),
			[]string{`(API): breaks stored objects: conversion was none, is {"strategy":"Webhook","webhook":{}}; objects come out of the store in another form`}},
		{"conversion that is none", base, edit(`"scope"`, `"conversion": {"strategy": "None"}, "scope"`), nil},
		{"status gone", status, version(""),
			[]string{`v1: breaks clients: subresource status was {}, is gone; clients count on what it was`}},
		{"status new", version(""), status,
			[]string{`v1: breaks clients: subresource status was none, is {}; a status that is written with the object is ignored`}},
		{"column gone", columns, version(""),
			[]string{`v1: breaks clients: printer column "Age" was {"jsonPath":".a","type":"date"}, is gone; clients count on what it was`}},
		{"column new", version(""), columns, nil},
		{"column described", columns, strings.Replace(columns, `"date"`, `"date", "description": "b"`, 1), nil},
		{"selectable field gone", version(`, "selectableFields": [{"jsonPath": ".f"}]`), version(""),
			[]string{`v1: breaks clients: selectable field ".f" was there, is gone; clients count on what it was`}},
		{"field gone", base, crdOf(`"type": "object"`, ""),
			[]string{`v1 f: breaks writers: field was allowed, is gone; the API server drops it`}},
		{"unknown fields are kept no more", crd(`{"type": "object", "x-kubernetes-preserve-unknown-fields": true}`), crd(`{"type": "object"}`),
			[]string{`v1 f: breaks writers: field that is not listed was allowed, is gone; the API server drops it`}},
		{"required with a default", crd(`{"type": "string", "default": "a"}`), crdOf(`"type": "object", "required": ["f"], "properties": {"f": {"type": "string", "default": "a"}}`, ""), nil},
		{"required without one", base, crdOf(`"type": "object", "required": ["f"], "properties": {"f": {"type": "string"}}`, ""),
			[]string{`v1 f: breaks writers: field was optional, is required; documents without it are refused`}},
		{"null", crd(`{"type": "string", "nullable": true}`), base,
			[]string{`v1 f: breaks writers: type was string or null, is string; other types are refused`}},
		{"integer or string", crd(`{"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]}`), crd(`{"type": "integer"}`),
			[]string{`v1 f: breaks writers: type was string or integer, is integer; other types are refused`}},
		{"list by key", list(""), byKey,
			[]string{`v1 f: breaks writers: x-kubernetes-list-type was atomic, is map by k; lists that hold an element twice are refused`}},
		{"order of keys", list(`, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k", "l"]`), list(`, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["l", "k"]`), nil},
		{"list as a whole", byKey, list(`, "x-kubernetes-list-type": "atomic"`),
			[]string{`v1 f: changes meaning: x-kubernetes-list-type was map by k, is atomic; who applies an element applies the whole list`}},
		{"map as a whole", crd(`{"type": "object"}`), crd(`{"type": "object", "x-kubernetes-map-type": "atomic"}`),
			[]string{`v1 f: changes meaning: x-kubernetes-map-type was granular, is atomic; server-side apply merges fields in another way`}},
		{"rule", base, rule(""),
			[]string{`v1 f: breaks writers: CEL rule was none, is "self != 'a'"; what does not fulfil it is refused`}},
		{"rule gone", rule(""), base,
			[]string{`v1 f: breaks strict readers: CEL rule was "self != 'a'", is gone; what did not fulfil it may come`}},
		{"message of a rule", rule(`, "message": "a", "fieldPath": ".b"`), rule(`, "message": "c"`), nil},
		{"bound that is left out", crd(`{"type": "integer", "minimum": 1, "exclusiveMinimum": true}`), crd(`{"type": "integer", "minimum": 1}`),
			[]string{`v1 f: breaks strict readers: minimum was above 1, is 1; values beyond it may come`}},
		{"object in an object", crd(`{"type": "object", "x-kubernetes-embedded-resource": true, "properties": {"spec": {"type": "object"}}}`), crd(`{"type": "object", "properties": {"spec": {"type": "object"}}}`),
			[]string{
				`v1 f: breaks strict readers: x-kubernetes-embedded-resource was true, is gone; what did not fulfil it may come`,
				`v1 f.apiVersion: breaks writers: field was allowed, is gone; the API server drops it`,
				`v1 f.kind: breaks writers: field was allowed, is gone; the API server drops it`,
				`v1 f.metadata: breaks writers: field was allowed, is gone; the API server drops it`}},
		{"exclusive bound", crd(`{"type": "integer", "minimum": 1, "exclusiveMinimum": false}`), crd(`{"type": "integer", "minimum": 1}`), nil},
		{"metadata is there without a schema", base, crdOf(`"type": "object", "properties": {"f": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}`, ""), nil},
		{"name of the object", base, crdOf(`"type": "object", "properties": {"f": {"type": "string"}, "metadata": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 9}}}}`, ""),
			[]string{
				`v1 metadata.name: breaks writers: type was anything, is string; other types are refused`,
				`v1 metadata.name: breaks writers: maxLength was none, is 9; values beyond it are refused`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := compare(t, test.was, test.is)
			slices.Sort(got)
			slices.Sort(test.want)
			requireLines(t, got, test.want...)
		})
	}
}

// TestRead demands an error for what is no schema, in words of a person.
func TestRead(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"list", `[]`, "found a list, a schema is a mapping"},
		{"neither", `{"kind": "ConfigMap"}`, "this is neither a CustomResourceDefinition nor a JSON Schema with $schema"},
		{"draft", `{"$schema": "http://json-schema.org/draft-07/schema#"}`, `$schema is "http://json-schema.org/draft-07/schema#", allowed is https://json-schema.org/draft/2020-12/schema`},
		{"type", draft(`"type": "text"`), `at #/type: found the type "text", allowed are string, number, integer, boolean, array, object and null`},
		{"kind of a type", draft(`"type": 1`), `at #/type: found a number, allowed is a string or a list`},
		{"properties", draft(`"properties": []`), `at #/properties: found a list, allowed is a mapping`},
		{"property", draft(`"properties": {"a/b": 1}`), `at #/properties/a~1b: found a number, a schema is a mapping, true or false`},
		{"required", draft(`"required": [1]`), `at #/required: found a number, allowed are strings`},
		{"limit", draft(`"maxLength": "9"`), `at #/maxLength: found a string, allowed is a number`},
		{"limit that is true", draft(`"maxLength": true`), `at #/maxLength: found a boolean, allowed is a number`},
		{"limit that is null", draft(`"maxLength": null`), `at #/maxLength: found null, allowed is a number`},
		{"bound that is true", draft(`"exclusiveMinimum": true`), `at #/exclusiveMinimum: found a boolean, allowed is a number`},
		{"bound that is a number", crd(`{"exclusiveMinimum": 1}`), `at #/spec/versions/0/schema/openAPIV3Schema/properties/f/exclusiveMinimum: found a number, allowed is a boolean`},
		{"number", draft(`"maximum": 1e999`), `at #/maximum: found the number "1e999", allowed are finite numbers as JSON has them`},
		{"remote reference", draft(`"$ref": "https://example.com/a.json"`), `at #: the reference "https://example.com/a.json" leads to no schema of this file`},
		{"dead reference", draft(`"items": {"$ref": "#/$defs/A"}`), `at #/items: the reference "#/$defs/A" leads to no schema of this file`},
		{"endless reference", draft(`"$ref": "#/$defs/A", "$defs": {"A": {"allOf": [{"$ref": "#"}]}}`), `at #: the schema refers to itself without an end`},
		{"reference that is null", draft(`"items": {"$ref": null}`), `at #/items/$ref: found null, allowed is a string`},
		{"anchor", draft(`"$anchor": "a"`), `at #/$anchor: $anchor is not supported here, allowed are references within the file`},
		{"pattern of fields", draft(`"patternProperties": {"(?=a)": true}`), "at #/patternProperties: the pattern \"(?=a)\" is none that Go reads: invalid or unsupported Perl syntax: `(?=`"},
		{"old CustomResourceDefinition", `{"kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1beta1"}`, `apiVersion is "apiextensions.k8s.io/v1beta1", allowed is apiextensions.k8s.io/v1`},
		{"no version", `{"kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1"}`, `at #/spec/versions: the list is empty, a CustomResourceDefinition has a version`},
		{"no schema", `{"kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1", "spec": {"versions": [{"name": "v1"}]}}`, `at #/spec/versions/0: the version has no schema.openAPIV3Schema`},
		{"served", crdOf(`"type": "object"`, `, "additionalPrinterColumns": {}`), `at #/spec/versions/0/additionalPrinterColumns: found a mapping, allowed is a list`},
		{"fields that nobody lists", strings.Replace(crd(`{}`), `"scope"`, `"preserveUnknownFields": true, "scope"`, 1), `at #/spec/preserveUnknownFields: found true, allowed is false`},
		{"reference in a CustomResourceDefinition", crd(`{"$ref": "#"}`), `at #/spec/versions/0/schema/openAPIV3Schema/properties/f/$ref: $ref is not supported here, allowed are references within the file`},
		{"depth", draft(strings.Repeat(`"not": {`, 200) + strings.Repeat("}", 199) + "}"), "at #" + strings.Repeat("/not", 129) + ": the schema nests deeper than 128 levels"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := diff.Read(decode(t, test.text))
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestCompareKinds(t *testing.T) {
	_, err := diff.Compare(read(t, crd(`{}`)), read(t, draft(`"type": "object"`)))
	const want = "one is a CustomResourceDefinition and the other a JSON Schema, they must be of one kind"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestBomb compares small schemas with very many places.
func TestBomb(t *testing.T) {
	bomb := func(pattern string) string {
		var defs []string
		for i := range 40 {
			defs = append(defs, fmt.Sprintf(`"D%d": {"properties": {"x": {"$ref": "#/$defs/D%d"}, "y": {"$ref": "#/$defs/D%[2]d"}}}`, i, i+1))
		}
		return draft(`"$ref": "#/$defs/D0", "$defs": {` + strings.Join(defs, ",") + `, "D40": {"pattern": "` + pattern + `"}}`)
	}
	if got := compare(t, bomb("a"), bomb("a")); got != nil {
		t.Errorf("found %q", got)
	}
	_, err := diff.Compare(read(t, bomb("a")), read(t, bomb("b")))
	if want := "the schema describes too many places to compare them"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestTextBomb reads a small schema with a condition that has very many places.
func TestTextBomb(t *testing.T) {
	var defs []string
	for i := range 40 {
		defs = append(defs, fmt.Sprintf(`"D%d": {"properties": {"x": {"$ref": "#/$defs/D%d"}, "y": {"$ref": "#/$defs/D%[2]d"}}}`, i, i+1))
	}
	_, err := diff.Read(decode(t, draft(`"not": {"$ref": "#/$defs/D0"}, "$defs": {`+strings.Join(defs, ",")+`, "D40": {}}`)))
	if want := "the schema describes too many places to compare them"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestChain reads a schema in which every definition hands the demands of all others
// on.
func TestChain(t *testing.T) {
	var defs []string
	for i := range 9000 {
		defs = append(defs, fmt.Sprintf(`"D%d": {"allOf": [{"$ref": "#/$defs/D%d"}, {"pattern": "%[1]d"}]}`, i, i+1))
	}
	_, err := diff.Read(decode(t, draft(`"$defs": {`+strings.Join(defs, ",")+`, "D9000": {}}`)))
	if want := "the schema describes too many places to compare them"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestGenerated compares every generated JSON Schema with itself, and with one that
// lacks each of its fields in turn.
func TestGenerated(t *testing.T) {
	files, err := filepath.Glob("../jsonschema/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if got := compare(t, text, text); got != nil {
			t.Errorf("%s differs from itself: %q", file, got)
		}
		requireFieldsMatter(t, file, text)
	}
}

func requireFieldsMatter(t *testing.T, file, text string) {
	t.Helper()
	whole := decode(t, text).(map[string]any)
	fields, _ := whole["properties"].(map[string]any)
	for name := range fields {
		lacking := decode(t, text).(map[string]any)
		delete(lacking["properties"].(map[string]any), name)
		there, back := breaks(t, whole, lacking), breaks(t, lacking, whole)
		if closed := whole["additionalProperties"] == false; closed && (!there || back != isRequired(whole, name)) {
			t.Errorf("%s: without %s breaks is %t, with it again %t", file, name, there, back)
		}
	}
}

func isRequired(schema map[string]any, name string) bool {
	required, _ := schema["required"].([]any)
	return slices.Contains(required, any(name))
}

// breaks reports whether a change breaks anybody.
func breaks(t testing.TB, was, is any) bool {
	t.Helper()
	a, err := diff.Read(was)
	if err != nil {
		t.Fatal(err)
	}
	b, err := diff.Read(is)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := diff.Compare(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(changes, diff.Change.Breaks)
}
