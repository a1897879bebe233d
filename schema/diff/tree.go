package diff

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// schema is one schema of a tree: what a value must be like, as it is written.
type schema struct {
	// pointer is its place in the file, as "#/$defs/Webhook".
	pointer string
	// never marks the schema false, which accepts nothing.
	never bool
	// data holds the keywords whose value is no schema, cleaned.
	data map[string]any
	// one, list and named hold the keywords whose value is a schema, a list of
	// schemas, or schemas by name.
	one   map[string]*schema
	list  map[string][]*schema
	named map[string]map[string]*schema
	// says counts the keywords that are no annotations; the schema false has one.
	says int
	// structural marks the schemas of a CustomResourceDefinition that say which fields
	// there are. Those below allOf, anyOf, oneOf and not restrict values alone.
	structural bool
}

// anything and nothing are the schemas true and false.
var (
	anything = &schema{}
	nothing  = &schema{never: true, says: 1}
)

// tree is a schema with all that it refers to.
type tree struct {
	root  *schema
	parts map[string]*schema // by pointer
	// shapes are those that were worked out; nil is one that is being worked out.
	shapes map[*schema]*shape
	budget budget
}

// The keywords whose values are schemas.
var (
	oneKeywords   = set("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties")
	listKeywords  = set("allOf", "anyOf", "oneOf", "prefixItems")
	namedKeywords = set("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
)

// annotations are the keywords that say nothing of what is accepted. Those behind the
// line break are known to editors alone.
var annotations = set("$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "example", "examples", "externalDocs", "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "contentSchema",
	"markdownDescription", "defaultSnippets", "enumDescriptions", "markdownEnumDescriptions", "deprecationMessage", "errorMessage", "patternErrorMessage", "doNotSuggest")

func isAnnotation(keyword string) bool {
	return annotations[keyword] || strings.HasPrefix(keyword, "x-") && !strings.HasPrefix(keyword, "x-kubernetes-")
}

// unsupported are the keywords that change what a reference means.
var unsupported = set("$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef", "$vocabulary")

func set(names ...string) map[string]bool {
	out := map[string]bool{}
	for _, name := range names {
		out[name] = true
	}
	return out
}

// sorted returns the keys of a map in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// readTree reads a schema and works out the shapes of all its parts, so that every
// fault shows here. Its place in the file begins the pointers.
func readTree(value map[string]any, pointer string, structural bool) *tree {
	t := &tree{parts: map[string]*schema{}, shapes: map[*schema]*shape{}, budget: fullBudget}
	t.root = t.read(value, pointer, structural, 0)
	for _, pointer := range sorted(t.parts) {
		t.shape(t.parts[pointer])
	}
	return t
}

func (t *tree) read(value any, pointer string, structural bool, depth int) *schema {
	t.budget.spend(len(pointer))
	if depth > maxDepth {
		fail("at %s: the schema nests deeper than %d levels", pointer, maxDepth)
	}
	s := &schema{pointer: pointer, structural: structural, data: map[string]any{}, one: map[string]*schema{}, list: map[string][]*schema{}, named: map[string]map[string]*schema{}}
	t.parts[pointer] = s
	switch v := value.(type) {
	case bool:
		if s.never = !v; s.never {
			s.says = 1
		}
	case map[string]any:
		if structural && boolAt(v, "x-kubernetes-embedded-resource", pointer) {
			v = withObjectFields(v, pointer)
		}
		for _, keyword := range sorted(v) {
			t.keyword(s, v, keyword, depth+1)
		}
		if s.one["if"] == nil { // they say nothing without it
			delete(s.one, "then")
			delete(s.one, "else")
		}
	default:
		fail("at %s: found %s, a schema is a mapping, true or false", pointer, kindName(value))
	}
	return s
}

func (t *tree) keyword(s *schema, m map[string]any, keyword string, depth int) {
	at := join(s.pointer, keyword)
	if !isAnnotation(keyword) {
		s.says++
	}
	switch {
	case unsupported[keyword], keyword == "$id" && s.pointer != "#", keyword == "$ref" && s.structural:
		fail("at %s: %s is not supported here, allowed are references within the file", at, keyword)
	case oneKeywords[keyword]:
		s.one[keyword] = t.read(m[keyword], at, s.structural && (keyword == "items" || keyword == "additionalProperties"), depth)
	case listKeywords[keyword]:
		for i, item := range listAt(m, keyword, s.pointer) {
			s.list[keyword] = append(s.list[keyword], t.read(item, join(at, strconv.Itoa(i)), false, depth))
		}
	case namedKeywords[keyword]:
		s.named[keyword] = map[string]*schema{}
		parts := mapAt(m, keyword, s.pointer)
		for _, name := range sorted(parts) {
			s.named[keyword][name] = t.read(parts[name], join(at, name), s.structural && keyword == "properties", depth)
		}
	case !isAnnotation(keyword):
		s.data[keyword] = clean(m[keyword], at, depth)
	}
}

// target returns the schema that $ref names, or nil where there is none.
func (t *tree) target(s *schema) *schema {
	if _, present := s.data["$ref"]; !present {
		return nil
	}
	ref := textAt(s.data, "$ref", s.pointer)
	pointer, err := url.PathUnescape(cmp.Or(ref, "#"))
	if target := t.parts[pointer]; err == nil && target != nil {
		return target
	}
	fail("at %s: the reference %q leads to no schema of this file", s.pointer, ref)
	return nil
}

// meant returns the schema that is compared where one is named: what is nothing but a
// reference is what it refers to. No chain of references is endless, see [readTree].
func (t *tree) meant(s *schema) *schema {
	for s.says == 1 && s.data["$ref"] != nil {
		s = t.target(s)
	}
	return s
}
