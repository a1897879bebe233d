package main

import (
	"bytes"
	"encoding/json"
	"strconv"

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

// jsonSchema writes the JSON Schema of a kind of document.
func jsonSchema(d *schema.Document) []byte {
	w := &jsonSchemaWriter{defined: map[string]bool{}}
	root := w.structure(d.Type)
	out := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", "https://thvctl.dev/schema/" + d.Name + ".json"},
		{"title", d.Name},
	}
	out = append(out, root...)
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
	return indented.Bytes()
}

type jsonSchemaWriter struct {
	defined     map[string]bool
	definitions object
}

// value writes the schema of a value, structs by reference.
func (w *jsonSchemaWriter) value(t *schema.Type) object {
	if t.Kinds.Has(schema.AnyKind) {
		return object{}
	}
	var branches []object
	if t.Kinds.Has(schema.StructKind) {
		branches = append(branches, w.reference(t))
	}
	if t.Kinds.Has(schema.ListKind) {
		branches = append(branches, object{{"type", "array"}, {"items", w.value(t.Elem)}})
	}
	if t.Kinds.Has(schema.StringKind) {
		branches = append(branches, stringSchema(t))
	}
	for _, simple := range []struct {
		kind schema.KindSet
		name string
	}{{schema.IntKind, "integer"}, {schema.BoolKind, "boolean"}, {schema.NullKind, "null"}} {
		if t.Kinds.Has(simple.kind) {
			branches = append(branches, object{{"type", simple.name}})
		}
	}
	if len(branches) == 1 {
		return branches[0]
	}
	return object{{"anyOf", branches}}
}

func stringSchema(t *schema.Type) object {
	out := object{{"type", "string"}}
	switch {
	case len(t.Enum) > 0:
		out = append(out, member{"enum", t.Enum})
	case len(t.Constraints) == 1 && !t.Constraints[0].Negated:
		out = append(out, member{"pattern", t.Constraints[0].Pattern})
	case len(t.Constraints) > 0:
		var all []object
		for _, c := range t.Constraints {
			pattern := object{{"pattern", c.Pattern}}
			if c.Negated {
				pattern = object{{"not", pattern}}
			}
			all = append(all, pattern)
		}
		out = append(out, member{"allOf", all})
	}
	return out
}

func (w *jsonSchemaWriter) reference(t *schema.Type) object {
	if t.Definition == "" {
		return w.structure(t)
	}
	if !w.defined[t.Definition] {
		w.defined[t.Definition] = true
		w.definitions = append(w.definitions, member{t.Definition, nil})
		at := len(w.definitions) - 1
		w.definitions[at].value = w.structure(t)
	}
	return object{{"$ref", "#/$defs/" + t.Definition}}
}

// structure writes the schema of a struct in full.
func (w *jsonSchemaWriter) structure(t *schema.Type) object {
	out := object{}
	if t.Doc != "" {
		out = append(out, member{"description", t.Doc})
	}
	out = append(out, member{"type", "object"})
	properties, required := object{}, []string{}
	for _, f := range t.Fields {
		value := object{}
		if f.Doc != "" {
			value = append(value, member{"description", f.Doc})
		}
		value = append(value, w.value(f.Type)...)
		if f.Default != "" {
			value = append(value, member{"default", defaultValue(f)})
		}
		properties = append(properties, member{f.Name, value})
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

func defaultValue(f schema.Field) any {
	if f.Type.Kinds.Has(schema.BoolKind) {
		value, err := strconv.ParseBool(f.Default)
		if err == nil {
			return value
		}
	}
	return f.Default
}
