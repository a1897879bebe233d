package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	yaml "go.yaml.in/yaml/v3"

	"github.com/thvctl/thvctl/schema"
)

// resource is what the API server calls a kind of document.
type resource struct {
	plural, singular, short, category string
	columns                           []object
}

func readResource(names cue.Attribute, v cue.Value) *resource {
	r := &resource{}
	for key, to := range map[string]*string{"plural": &r.plural, "singular": &r.singular, "short": &r.short, "category": &r.category} {
		*to, _, _ = names.Lookup(0, key)
	}
	for _, a := range v.Attributes(cue.FieldAttr) {
		if a.Name() == "column" {
			name, _ := a.String(0)
			path, _ := a.String(1)
			kind, _ := a.String(2)
			r.columns = append(r.columns, object{{"name", name}, {"type", kind}, {"jsonPath", path}})
		}
	}
	return r
}

// keywords are those of a field in a CRD: in ours, and in the one that has
// ToolHive's shape.
type keywords struct{ ours, compat object }

func readKeywords(v cue.Value) *keywords {
	var words keywords
	for _, a := range v.Attributes(cue.FieldAttr) {
		switch a.Name() {
		case "openapi":
			words.ours = readArguments(a)
		case "compat":
			words.compat = readArguments(a)
		}
	}
	if words.ours == nil && words.compat == nil {
		return nil
	}
	return &words
}

func readArguments(a cue.Attribute) object {
	var out object
	for i := range a.NumArgs() {
		key, text := a.Arg(i)
		var value any = text
		if number, err := strconv.ParseInt(text, 10, 64); err == nil {
			value = number
		}
		out = append(out, member{key, value})
	}
	return out
}

// crdWriter writes the CustomResourceDefinition of a kind of document.
type crdWriter struct {
	shapes shapes
	rules  map[string]*ruleSet
	// compat asks for ToolHive's shape: what its own CRD refuses and nothing else. The
	// status has no rules, and is ToolHive's in both.
	compat bool
}

// crd writes the CustomResourceDefinition of a kind of document.
func crd(s shapes, rules map[string]*ruleSet, d *schema.Document, compat bool) ([]byte, error) {
	w := crdWriter{s, rules, compat}
	names := s.resources[d.Definition]
	group, version, _ := strings.Cut(d.Type.Field("apiVersion").Type.Enum[0], "/")
	kind := d.Type.Field("kind").Type.Enum[0]
	return yamlText(object{
		{"apiVersion", "apiextensions.k8s.io/v1"},
		{"kind", "CustomResourceDefinition"},
		{"metadata", object{
			{"name", names.plural + "." + group},
			{"labels", object{{group + "/auto-migrate-storage-version", "true"}}},
		}},
		{"spec", object{
			{"group", group},
			{"names", object{
				{"categories", []string{names.category}},
				{"kind", kind},
				{"listKind", kind + "List"},
				{"plural", names.plural},
				{"shortNames", []string{names.short}},
				{"singular", names.singular},
			}},
			{"scope", "Namespaced"},
			{"versions", []object{{
				{"name", version},
				{"served", true},
				{"storage", true},
				{"additionalPrinterColumns", names.columns},
				{"schema", object{{"openAPIV3Schema", w.root(d)}}},
				{"subresources", object{{"status", object{}}}},
			}}},
		}},
	})
}

// root writes the schema of an object. Kubernetes itself judges apiVersion, kind
// and metadata.
func (w crdWriter) root(d *schema.Document) object {
	properties := object{}
	for _, f := range d.Type.Fields {
		var value object
		switch {
		case f.Name == "apiVersion" || f.Name == "kind":
			value = described(f.Doc, object{{"type", "string"}})
		case f.Name == "metadata":
			value = object{{"type", "object"}}
		case f.Observed != nil:
			status := crdWriter{shapes: w.shapes} // ToolHive writes it, whatever we think of a spec
			value = described(f.Doc, status.structure(f.Observed, f.Name))
		default:
			value = described(f.Doc, w.structure(f.Type, f.Name))
		}
		properties = append(properties, member{f.Name, value})
	}
	out := object{{"description", d.Type.Doc}, {"type", "object"}, {"properties", properties}}
	return append(out, w.validations(w.rules[d.Definition+"Rules"].relations)...)
}

// structure writes the schema of a struct at a path of the document.
func (w crdWriter) structure(t *schema.Type, path string) object {
	properties, required := object{}, []string{}
	for _, f := range t.Fields {
		properties = append(properties, member{f.Name, described(f.Doc, w.field(t, f, path+"."+f.Name))})
		if f.Required {
			required = append(required, f.Name)
		}
	}
	out := object{{"type", "object"}, {"properties", properties}}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	return out
}

func described(doc string, value object) object {
	if doc == "" {
		return value
	}
	return append(object{{"description", doc}}, value...)
}

// field writes the schema of a field of a struct.
func (w crdWriter) field(parent *schema.Type, f schema.Field, path string) object {
	out := w.value(f.Type, path)
	words := w.shapes.keywords[parent.Definition+"."+f.Name]
	if f.Format != "" && !w.speaksCEL() {
		out = append(out, member{"format", f.Format})
	}
	if w.compat {
		return append(out, words.compat...)
	}
	if f.Default != "" && f.Default != "false" {
		// False is what Go reads for an absent boolean. A default would only make what is
		// read back differ from what was applied.
		out = append(out, member{"default", defaultValue(f)})
	}
	switch {
	case f.Type.Kinds.Has(schema.ListKind):
		out = append(out, listKeywords(f)...)
	case f.Limit > 0:
		out = append(out, member{"maxLength", f.Limit})
	}
	out = append(out, words.ours...)
	if w.speaksCEL() {
		out = append(out, w.validations(textRules(f.Type))...)
	}
	return out
}

func listKeywords(f schema.Field) object {
	var out object
	if f.Limit > 0 {
		out = append(out, member{"maxItems", f.Limit})
	}
	if f.ListKey != "" {
		out = append(out, member{"x-kubernetes-list-type", "map"}, member{"x-kubernetes-list-map-keys", []string{f.ListKey}})
	}
	return out
}

// value writes the schema of a value. An absent value needs no word: the API
// server drops a null.
func (w crdWriter) value(t *schema.Type, path string) object {
	switch kinds := t.Kinds &^ schema.NullKind; {
	case kinds == schema.ListKind:
		list, items := w.listRules(path)
		elem := append(described(t.Elem.Doc, w.value(t.Elem, path)), w.validations(items)...)
		return append(object{{"type", "array"}, {"items", elem}}, w.validations(list)...)
	case kinds == schema.StructKind && t.Values != nil:
		return object{{"type", "object"}, {"additionalProperties", w.value(t.Values, path)}}
	case kinds == schema.StructKind:
		return w.structure(t, path)
	case kinds == schema.StringKind:
		return w.text(t)
	case kinds == schema.BoolKind:
		return object{{"type", "boolean"}}
	case kinds == schema.IntKind:
		return append(object{{"type", "integer"}}, boundKeywords(t)...)
	case kinds == schema.IntKind|schema.StringKind:
		return object{{"x-kubernetes-int-or-string", true}}
	}
	return object{{"x-kubernetes-preserve-unknown-fields", true}}
}

// text writes the schema of a text. Readers without CEL get a pattern; the API
// server's own check of an enumeration or a format would hide all that CEL finds in
// the object, and names no rule.
func (w crdWriter) text(t *schema.Type) object {
	out := object{{"type", "string"}}
	switch {
	case len(t.Enum) > 0 && w.speaksCEL():
		return append(out, member{"pattern", "^(" + strings.Join(mapAll(t.Enum, regexp.QuoteMeta), "|") + ")$"})
	case len(t.Enum) > 0:
		return append(out, member{"enum", t.Enum})
	case len(t.Constraints) > 0 && w.speaksCEL():
		return append(out, member{"pattern", t.Constraints[0].Pattern})
	}
	return out
}

// speaksCEL reports whether the schema tells the API server our rules.
func (w crdWriter) speaksCEL() bool { return w.rules != nil && !w.compat }

func mapAll(texts []string, change func(string) string) []string {
	var out []string
	for _, text := range texts {
		out = append(out, change(text))
	}
	return out
}

// listRules returns the rules of a list, and those of each of its items.
func (w crdWriter) listRules(path string) (list, items []relation) {
	for definition := range w.shapes.resources {
		if set := w.rules[definition+"Rules"]; set != nil && set.lists[path] != nil {
			return []relation{set.names[path]}, set.lists[path].all(w.rules)
		}
	}
	return nil, nil
}

// textRules returns the constraints of a text as one rule, so that a text has the
// finding that the checker has: that of the first constraint that fails.
func textRules(t *schema.Type) []relation {
	var tests []celTest
	if len(t.Enum) > 0 {
		allowed := mapAll(t.Enum, celString)
		tests = append(tests, celTest{"self in [" + strings.Join(allowed, ", ") + "]", "THV2008: allowed are " + strings.Join(allowed, " and ")})
	}
	for _, c := range t.Constraints {
		tests = append(tests, celTest{"self.matches(" + celString(c.Pattern) + ")", c.Rule + ": allowed is " + c.Message})
	}
	if tests == nil {
		return nil
	}
	return []relation{{tests: tests}}
}

// validations writes rules as the keyword of a schema.
func (w crdWriter) validations(rules []relation) object {
	var out []object
	for _, r := range rules {
		if len(r.tests) == 0 || w.compat && r.compat == "" {
			continue
		}
		if w.compat {
			r.tests = []celTest{{r.compat, r.tests[0].message}}
		}
		out = append(out, r.validation())
	}
	if out == nil {
		return nil
	}
	return object{{"x-kubernetes-validations", out}}
}

// yamlText writes a value as one YAML document, in the order of its keys.
func yamlText(v object) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("# Code generated by schema/gen from shape.cue and rules.cue. DO NOT EDIT.\n")
	node, err := yamlNode(v)
	if err != nil {
		return nil, err
	}
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(node); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}

func yamlNode(v any) (*yaml.Node, error) {
	node := &yaml.Node{}
	switch v := v.(type) {
	case object:
		node.Kind = yaml.MappingNode
		for _, m := range v {
			value, err := yamlNode(m.value)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: m.key}, value)
		}
		return node, nil
	case []object:
		node.Kind = yaml.SequenceNode
		for _, item := range v {
			value, err := yamlNode(item)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, value)
		}
		return node, nil
	case json.RawMessage:
		if err := yaml.Unmarshal(v, node); err != nil {
			return nil, err
		}
		return node.Content[0], nil // the root of a document
	}
	return node, node.Encode(v)
}
