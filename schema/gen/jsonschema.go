package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/thvctl/thvctl/schema"
)

// object is a JSON object that keeps the order of its keys.
type object []member

type member struct {
	key   string
	value any
}

func (o object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		key, err := plainJSON(m.key)
		if err != nil {
			return nil, err
		}
		value, err := plainJSON(m.value)
		if err != nil {
			return nil, err
		}
		out.Write(key)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func plainJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSpace(out.Bytes()), err
}

// hosted is where the JSON Schemas are read from: this repository.
const hosted = "https://raw.githubusercontent.com/thvctl/thvctl/main/schema/jsonschema/"

// jsonSchema writes the JSON Schema of a kind of document.
func jsonSchema(d *schema.Document) []byte {
	w := &jsonSchemaWriter{defined: map[string]bool{}}
	out := append(object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", hosted + d.Name + ".json"},
	}, w.structure(d.Type)...)
	if len(w.definitions) > 0 {
		out = append(out, member{"$defs", w.definitions})
	}
	text, err := plainJSON(out)
	if err != nil {
		panic(err) // made of strings, booleans and lists alone
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, text, "", "  "); err != nil {
		panic(err)
	}
	indented.WriteByte('\n')
	return escaped(indented.Bytes())
}

// escaped writes JSON in ASCII. The patterns name spaces and marks that nobody sees.
func escaped(text []byte) []byte {
	var out []byte
	for _, r := range string(text) {
		if r < 0x7f {
			out = append(out, byte(r))
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	return out
}

type jsonSchemaWriter struct {
	defined     map[string]bool
	definitions object
}

// value writes the schema of a value, structs by reference. A keyword concerns
// values of one type alone, so types that differ, null among them, need no
// alternatives: editors explain and complete "type" well, and "anyOf" badly.
func (w *jsonSchemaWriter) value(t *schema.Type) object {
	switch {
	case t.Kinds.Has(schema.AnyKind):
		return object{}
	case t.Kinds.Has(schema.StructKind) && t.Kinds&^(schema.StructKind|schema.NullKind) != 0:
		structure, other := *t, *t
		structure.Kinds = schema.StructKind
		other.Kinds &^= schema.StructKind
		return append(annotations(titleOf(t), t.Doc), member{"anyOf", []object{w.value(&other), w.reference(&structure)}})
	case t.Kinds.Has(schema.StructKind):
		return w.reference(t)
	}
	out := object{{"type", typeNames(t.Kinds)}}
	if t.Kinds.Has(schema.ListKind) {
		out = append(out, member{"items", w.value(t.Elem)})
	}
	return append(append(out, boundKeywords(t)...), textKeywords(t)...)
}

// boundKeywords writes the bounds of a whole number.
func boundKeywords(t *schema.Type) object {
	var out object
	if t.Bounds != nil && t.Bounds.Min != math.MinInt64 {
		out = append(out, member{"minimum", t.Bounds.Min})
	}
	if t.Bounds != nil && t.Bounds.Max != math.MaxInt64 {
		out = append(out, member{"maximum", t.Bounds.Max})
	}
	return out
}

// typeNames returns the types of a set as JSON Schema names them. Editors start a
// value of the first one.
func typeNames(kinds schema.KindSet) any {
	var names []string
	for _, k := range []struct {
		kind schema.KindSet
		name string
	}{
		{schema.StructKind, "object"}, {schema.ListKind, "array"}, {schema.StringKind, "string"},
		{schema.IntKind, "integer"}, {schema.BoolKind, "boolean"}, {schema.NullKind, "null"},
	} {
		if kinds.Has(k.kind) {
			names = append(names, k.name)
		}
	}
	if len(names) == 1 {
		return names[0]
	}
	return names
}

// textKeywords writes what a text must be. The format of a field stays out: a
// validator that asserts "uri" refuses what we accept, such as "https://host/{id}".
func textKeywords(t *schema.Type) object {
	if len(t.Enum) > 0 {
		var values []any
		for _, text := range t.Enum {
			values = append(values, text)
		}
		if t.Kinds.Has(schema.NullKind) {
			values = append(values, nil)
		}
		return object{{"enum", values}}
	}
	var all []object
	for _, c := range t.Constraints {
		all = append(all, constraintKeywords(c))
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return object{{"allOf", all}}
}

// constraintKeywords writes a constraint. Editors show patternErrorMessage, which is
// none of the standard's keywords, in place of the pattern; other readers ignore it.
func constraintKeywords(c *schema.Constraint) object {
	return object{{"pattern", c.Pattern}, {"patternErrorMessage", c.Rule + ": allowed is " + c.Message}}
}

// reference writes the schema of a struct, by the name of its definition. One that may
// be null is another definition.
func (w *jsonSchemaWriter) reference(t *schema.Type) object {
	if t.Definition == "" {
		return w.structure(t)
	}
	name := t.Definition
	if t.Kinds.Has(schema.NullKind) {
		name += "OrNull"
	}
	if !w.defined[name] {
		w.defined[name] = true
		w.definitions = append(w.definitions, member{name, nil})
		at := len(w.definitions) - 1
		w.definitions[at].value = w.structure(t)
	}
	return object{{"$ref", "#/$defs/" + name}}
}

// structure writes the schema of a struct in full.
func (w *jsonSchemaWriter) structure(t *schema.Type) object {
	out := append(annotations(titleOf(t), t.Doc), member{"type", typeNames(t.Kinds)})
	properties, required := object{}, []string{}
	for _, f := range t.Fields {
		properties = append(properties, member{f.Name, w.property(f)})
		if f.Required {
			required = append(required, f.Name)
		}
	}
	if len(properties) > 0 {
		out = append(out, member{"properties", properties})
	}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	switch {
	case t.Values != nil:
		out = append(out, member{"additionalProperties", w.value(t.Values)})
	case t.Extension != "":
		out = append(out, member{"patternProperties", object{{"^" + t.Extension, true}}}, member{"additionalProperties", false})
	case !t.Open:
		out = append(out, member{"additionalProperties", false})
	}
	return out
}

// property writes the schema of a field of a struct.
func (w *jsonSchemaWriter) property(f schema.Field) object {
	out := append(annotations(title(f.Name), f.Doc), w.value(f.Type)...)
	if f.Default != "" {
		out = append(out, member{"default", defaultValue(f)})
	}
	if len(f.Examples) > 0 {
		var examples []any
		for _, example := range f.Examples {
			examples = append(examples, literal(f.Type, example))
		}
		out = append(out, member{"examples", examples})
	}
	if f.Observed != nil {
		out = append(out, member{"readOnly", true})
	}
	return out
}

func annotations(title, description string) object {
	var out object
	for _, m := range []struct{ key, text string }{{"title", title}, {"description", description}} {
		if m.text != "" {
			out = append(out, member{m.key, m.text})
		}
	}
	return out
}

var (
	wordStart  = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	acronymEnd = regexp.MustCompile(`([A-Z])([A-Z][a-z])`)
)

// titleOf returns the title of a struct: of a Kubernetes object its kind.
func titleOf(t *schema.Type) string {
	if kind := t.Field("kind"); kind != nil && len(kind.Type.Enum) == 1 {
		return kind.Type.Enum[0]
	}
	return title(t.Definition)
}

// title returns a name of code as words: "CA bundle path" for ca_bundle_path.
func title(name string) string {
	spaced := strings.NewReplacer("_", " ", "-", " ").Replace(name)
	spaced = acronymEnd.ReplaceAllString(wordStart.ReplaceAllString(spaced, "$1 $2"), "$1 $2")
	words := strings.Fields(strings.ToLower(spaced))
	for i, word := range words {
		switch {
		case slices.Contains([]string{"api", "ca", "hmac", "json", "mcp", "tls", "url"}, word):
			words[i] = strings.ToUpper(word)
		case i == 0:
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, " ")
}

func defaultValue(f schema.Field) any { return literal(f.Type, f.Default) }

// literal is the value that the text of an attribute stands for: JSON, where the
// field takes more than a text.
func literal(t *schema.Type, text string) any {
	const texts = schema.StringKind | schema.NullKind
	if t.Kinds&^texts != 0 && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return text
}
