package diff

import (
	"crypto/sha256"
	"fmt"
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
	// structural marks the schemas of a CustomResourceDefinition that say which fields
	// there are. Those below allOf, anyOf, oneOf and not restrict values alone.
	structural bool
}

// anything and nothing are the schemas true and false.
var (
	anything = &schema{}
	nothing  = &schema{never: true}
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
		s.never = !v
	case map[string]any:
		for _, keyword := range sorted(v) {
			t.keyword(s, v, keyword, depth+1)
		}
	default:
		fail("at %s: found %s, a schema is a mapping, true or false", pointer, kindName(value))
	}
	return s
}

func (t *tree) keyword(s *schema, m map[string]any, keyword string, depth int) {
	at := join(s.pointer, keyword)
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
	case annotations[keyword], strings.HasPrefix(keyword, "x-") && !strings.HasPrefix(keyword, "x-kubernetes-"):
	default:
		s.data[keyword] = clean(m[keyword], at, depth)
	}
}

// target returns the schema that $ref names, or nil where there is none.
func (t *tree) target(s *schema) *schema {
	ref := textAt(s.data, "$ref", s.pointer)
	if ref == "" {
		return nil
	}
	pointer, err := url.PathUnescape(ref)
	if target := t.parts[pointer]; err == nil && target != nil {
		return target
	}
	fail("at %s: the reference %q leads to no schema of this file", s.pointer, ref)
	return nil
}

// meant returns the schema that is compared where one is named: what is nothing but a
// reference is what it refers to. No chain of references is endless, see [readTree].
func (t *tree) meant(s *schema) *schema {
	for len(s.data) == 1 && s.data["$ref"] != nil && len(s.one)+len(s.list) == 0 && len(s.named["properties"])+len(s.named["patternProperties"])+len(s.named["dependentSchemas"]) == 0 {
		s = t.target(s)
	}
	return s
}

// text returns a schema as JSON without its annotations, so that schemas with one text
// accept the same. What it refers to is there as a checksum.
func (t *tree) text(s *schema) string {
	return t.describe(plain(s), s)
}

// describe returns the JSON of a plain value, with a checksum of all that the given
// schemas refer to.
func (t *tree) describe(value any, parts ...*schema) string {
	text := jsonText(value)
	t.budget.spend(len(text))
	referred := map[string]string{}
	for _, s := range parts {
		t.collect(s, referred)
	}
	if len(referred) == 0 {
		return text
	}
	return fmt.Sprintf("%s (definitions %.8x)", text, sha256.Sum256([]byte(jsonText(referred))))
}

// collect adds the texts of all that a schema refers to.
func (t *tree) collect(s *schema, referred map[string]string) {
	t.budget.spend(0)
	if target := t.target(s); target != nil {
		if _, known := referred[target.pointer]; !known {
			referred[target.pointer] = jsonText(plain(target))
			t.budget.spend(len(referred[target.pointer]))
			t.collect(target, referred)
		}
	}
	for _, keyword := range sorted(s.one) {
		t.collect(s.one[keyword], referred)
	}
	for _, keyword := range sorted(s.list) {
		for _, part := range s.list[keyword] {
			t.collect(part, referred)
		}
	}
	for _, keyword := range sorted(s.named) {
		for _, name := range sorted(s.named[keyword]) {
			t.collect(s.named[keyword][name], referred)
		}
	}
}

// plain returns a schema as the data that it was read from, without annotations.
func plain(s *schema) any {
	if s.never {
		return false
	}
	out := map[string]any{}
	for keyword, value := range s.data {
		out[keyword] = value
		if list, ok := value.([]any); ok && (keyword == "required" || keyword == "enum" || keyword == "type") {
			out[keyword] = slices.SortedFunc(slices.Values(list), func(a, b any) int { return strings.Compare(jsonText(a), jsonText(b)) })
		}
	}
	for keyword, part := range s.one {
		out[keyword] = plain(part)
	}
	for keyword, parts := range s.list {
		out[keyword] = plainList(parts)
	}
	for keyword, parts := range s.named {
		if !annotations[keyword] {
			out[keyword] = plainNamed(parts)
		}
	}
	return out
}

func plainList(parts []*schema) []any {
	var out []any
	for _, part := range parts {
		out = append(out, plain(part))
	}
	return out
}

func plainNamed(parts map[string]*schema) map[string]any {
	out := map[string]any{}
	for name, part := range parts {
		out[name] = plain(part)
	}
	return out
}
