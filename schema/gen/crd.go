package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/schema"
)

// crdWriter writes the CustomResourceDefinition of a kind of document.
type crdWriter struct {
	shapes shapes
	// rules is the rules layer, and document the rules of this kind of document. The
	// status has none.
	rules    map[string]*ruleSet
	document *ruleSet
	// cel asks for our rules, which the API server is told in CEL, and compat for
	// ToolHive's shape: what its own CRD refuses and nothing else. The status is ToolHive's
	// in both.
	cel, compat bool
}

// crd writes the CustomResourceDefinition of a kind of document.
func crd(s shapes, rules map[string]*ruleSet, d *schema.Document, compat bool) ([]byte, error) {
	w := crdWriter{shapes: s, rules: rules, document: rules[d.Definition+"Rules"], cel: !compat, compat: compat}
	if err := w.check(d); err != nil {
		return nil, err
	}
	names := s.resources[d.Definition]
	group, version, _ := strings.Cut(constantOf(d.Type, "apiVersion"), "/")
	kind := constantOf(d.Type, "kind")
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

// kubernetesOwn are the fields of an object that Kubernetes itself judges.
var kubernetesOwn = []string{"apiVersion", "kind", "metadata"}

// root writes the schema of an object.
func (w crdWriter) root(d *schema.Document) object {
	properties, required := object{}, []string{}
	for _, f := range d.Type.Fields {
		var value object
		switch own := slices.Contains(kubernetesOwn, f.Name); {
		case f.Name == "metadata":
			value = object{{"type", "object"}}
		case own:
			value = described(f.Doc, object{{"type", "string"}})
		default:
			value = described(f.Doc, w.field(d.Type, f, f.Name))
			if f.Required {
				required = append(required, f.Name)
			}
		}
		properties = append(properties, member{f.Name, value})
	}
	out := described(d.Type.Doc, w.object(d.Type, properties, required))
	return append(out, w.validations(w.document.relations)...)
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
	return w.object(t, properties, required)
}

// object writes the schema of a struct around its properties.
func (w crdWriter) object(t *schema.Type, properties object, required []string) object {
	out := object{{"type", "object"}}
	if len(properties) > 0 {
		out = append(out, member{"properties", properties})
	}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	if t.Open {
		out = append(out, member{"x-kubernetes-preserve-unknown-fields", true})
	}
	if t.Atomic && w.cel {
		// Two managers that apply an object would otherwise own a part each, and together
		// refer to what neither meant.
		out = append(out, member{"x-kubernetes-map-type", "atomic"})
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
	if f.Observed != nil { // ToolHive writes it, whatever we think of a spec
		return crdWriter{shapes: w.shapes}.structure(f.Observed, path)
	}
	words := w.shapes.details[parent.Definition+"."+f.Name]
	out := w.value(f.Type, path, words.itemLimit)
	if f.Format != "" && !w.cel {
		out = append(out, member{"format", f.Format})
	}
	if w.compat {
		return append(out, words.compat...)
	}
	if f.Default != "" && f.Default != "false" && f.Default != "0" {
		// False and 0 are what Go reads for an absent value. A default would only make what
		// is read back differ from what was applied.
		out = append(out, member{"default", defaultValue(f)})
	}
	out = append(out, limitKeywords(f)...)
	out = append(out, words.ours...)
	if w.cel {
		out = append(out, w.validations(textRules(f.Type))...)
	}
	return out
}

// limitKeywords writes how much a field may hold, and what tells its items apart.
func limitKeywords(f schema.Field) object {
	var out object
	switch {
	case f.Limit == 0:
	case f.Type.Elem != nil:
		out = append(out, member{"maxItems", f.Limit})
	case f.Type.Values != nil:
		out = append(out, member{"maxProperties", f.Limit})
	default:
		out = append(out, member{"maxLength", f.Limit})
	}
	if f.ListKey != "" {
		out = append(out, member{"x-kubernetes-list-type", "map"}, member{"x-kubernetes-list-map-keys", []string{f.ListKey}})
	}
	return out
}

// value writes the schema of a value. An absent value needs no word: the API
// server drops a null. The items of a list and the values of a map have at most
// itemLimit characters, if it is not 0.
func (w crdWriter) value(t *schema.Type, path string, itemLimit int) object {
	switch t.Kinds &^ schema.NullKind {
	case schema.ListKind:
		list, items := w.listRules(path)
		elem := w.item(t.Elem, path, itemLimit, items)
		return append(object{{"type", "array"}, {"items", elem}}, w.validations(list)...)
	case schema.StructKind:
		if t.Values != nil {
			return object{{"type", "object"}, {"additionalProperties", w.item(t.Values, path, itemLimit, nil)}}
		}
		return w.structure(t, path)
	case schema.StringKind:
		return w.text(t)
	case schema.BoolKind:
		return object{{"type", "boolean"}}
	case schema.IntKind:
		return append(object{{"type", "integer"}}, boundKeywords(t)...)
	}
	return object{{"x-kubernetes-preserve-unknown-fields", true}}
}

// item writes the schema of what a list or a map holds.
func (w crdWriter) item(t *schema.Type, path string, limit int, rules []relation) object {
	out := described(t.Doc, w.value(t, path, 0))
	if limit > 0 && !w.compat {
		out = append(out, member{"maxLength", limit})
	}
	if w.cel {
		rules = append(textRules(t), rules...)
	}
	return append(out, w.validations(rules)...)
}

// text writes the schema of a text. Readers without CEL get a pattern; the API
// server's own check of an enumeration or a format would hide all that CEL finds in
// the object, and names no rule.
func (w crdWriter) text(t *schema.Type) object {
	out := object{{"type", "string"}}
	switch {
	case len(t.Enum) > 0 && w.cel:
		return append(out, member{"pattern", "^(" + strings.Join(mapAll(t.Enum, regexp.QuoteMeta), "|") + ")$"})
	case len(t.Enum) > 0:
		return append(out, member{"enum", t.Enum})
	case len(t.Constraints) > 0 && w.cel:
		return append(out, member{"pattern", t.Constraints[0].Pattern})
	}
	return out
}

func mapAll(texts []string, change func(string) string) []string {
	var out []string
	for _, text := range texts {
		out = append(out, change(text))
	}
	return out
}

// listRules returns the rules of a list, and those of each of its items.
func (w crdWriter) listRules(path string) (list, items []relation) {
	if w.document == nil {
		return nil, nil
	}
	if names, ok := w.document.names[path]; ok {
		list = append(list, names)
	}
	if set := w.document.lists[path]; set != nil {
		items = set.all(w.rules)
	}
	return list, items
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
