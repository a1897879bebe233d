package diff

import (
	"encoding/json"
	"maps"
	"regexp"
	"strings"
)

// own is what a schema says itself, without what it refers to and its alternatives.
func (t *tree) own(s *schema) *shape {
	if s.never {
		return newShape(0)
	}
	sh := newShape(ownKinds(s))
	sh.ownValues(s)
	sh.ownLimits(s)
	t.ownFields(sh, s)
	t.ownItems(sh, s)
	t.ownConditions(sh, s)
	for _, name := range textsAt(s.data, "required", s.pointer) {
		sh.required[name] = true
	}
	if value, present := s.data["default"]; present {
		sh.fallback = jsonText(value)
	}
	return sh
}

func ownKinds(s *schema) kinds {
	k := anyKind
	at := join(s.pointer, "type")
	switch named := s.data["type"].(type) {
	case nil:
	case string:
		k = namedKinds(named, at)
	default:
		k = 0
		for _, name := range textsAt(s.data, "type", s.pointer) {
			k |= namedKinds(name, at)
		}
	}
	if s.structural && boolAt(s.data, "x-kubernetes-int-or-string", s.pointer) {
		k &= integerKind | textKind
	}
	if s.structural && k != anyKind && boolAt(s.data, "nullable", s.pointer) {
		k |= nullKind
	}
	return k
}

// ownValues reads enum and const. A list of all values of a kind is none.
func (sh *shape) ownValues(s *schema) {
	var lists [][]any
	if _, present := s.data["enum"]; present {
		lists = append(lists, listAt(s.data, "enum", s.pointer))
	}
	if value, present := s.data["const"]; present {
		lists = append(lists, []any{value})
	}
	for _, list := range lists {
		only := newShape(0)
		for _, value := range list {
			k := kindOf(value)
			only.kinds |= k
			if only.values[k] == nil {
				only.values[k] = map[string]bool{}
			}
			only.values[k][jsonText(value)] = true
		}
		if len(only.values[boolKind]) == 2 {
			delete(only.values, boolKind)
		}
		delete(only.values, nullKind)
		sh.kinds &= only.kinds
		sh.intersectValues(only)
	}
}

func (sh *shape) ownLimits(s *schema) {
	for _, keyword := range sorted(limits) {
		switch number := s.data[keyword].(type) {
		case json.Number:
			sh.limits[keyword] = number.String()
		case nil, bool: // a boolean is read below
		default:
			fail("at %s: found %s, allowed is a number", join(s.pointer, keyword), kindName(number))
		}
	}
	for _, keyword := range []string{"minLength", "minItems", "minProperties"} {
		if sh.limits[keyword] == "0" {
			delete(sh.limits, keyword)
		}
	}
	// OpenAPI 3.0 says with a boolean that the bound itself is left out.
	for flag, keyword := range map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"} {
		if s.data[flag] == true && sh.limits[keyword] != "" {
			sh.limits[flag] = sh.limits[keyword]
			delete(sh.limits, keyword)
		}
	}
}

// ownFields reads what an object may hold. The API server drops every field that a
// structural schema does not name, unless it says otherwise.
func (t *tree) ownFields(sh *shape, s *schema) {
	others := s.one["additionalProperties"]
	known, patterns := s.named["properties"], s.named["patternProperties"]
	open := boolAt(s.data, "x-kubernetes-preserve-unknown-fields", s.pointer)
	switch {
	case others == nil && known == nil && patterns == nil && !s.structural, open && known == nil && others == nil:
		return
	case others == nil && s.structural && !open:
		others = nothing
	case others == nil:
		others = anything
	}
	sh.fields = &fields{known: maps.Clone(known), free: map[string]*regexp.Regexp{}, others: others}
	for _, pattern := range sorted(patterns) {
		at := join(s.pointer, "patternProperties")
		sh.fields.free[pattern] = compilePattern(pattern, at)
		if text := t.text(patterns[pattern]); text != "{}" {
			sh.demand("patternProperties", jsonText(pattern)+": "+text, objectKind)
		}
	}
}

// ownItems reads what a list may hold, and how the API server merges.
func (t *tree) ownItems(sh *shape, s *schema) {
	if s.list["prefixItems"] == nil { // or it says which elements items is about
		sh.items = s.one["items"]
	}
	sh.listType = textAt(s.data, "x-kubernetes-list-type", s.pointer)
	if keys := textsAt(s.data, "x-kubernetes-list-map-keys", s.pointer); len(keys) > 0 {
		sh.listType += " by " + strings.Join(keys, ", ")
	}
	sh.mapType = textAt(s.data, "x-kubernetes-map-type", s.pointer)
}

// readElsewhere are the keywords that have become another part of a shape.
var readElsewhere = set("$ref", "type", "enum", "const", "required", "default", "nullable", "minContains", "maxContains", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields",
	"x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type", "x-kubernetes-validations")

// ownConditions takes every other keyword as a condition, those included that nobody
// here knows.
func (t *tree) ownConditions(sh *shape, s *schema) {
	for keyword, value := range s.data {
		_, isLimit := limits[keyword]
		switch {
		case keyword == "nullable" && !s.structural:
			sh.demand(keyword, jsonText(value), anyKind)
		case isLimit, readElsewhere[keyword]:
		case keyword == "uniqueItems" && value == false:
		case keyword == "uniqueItems":
			sh.demand(keyword, jsonText(value), listKind)
		case keyword == "pattern":
			sh.demand(keyword, jsonText(value), textKind)
		default:
			sh.demand(keyword, jsonText(value), anyKind)
		}
	}
	for _, rule := range mapsAt(s.data, "x-kubernetes-validations", s.pointer) {
		text := jsonText(textAt(rule, "rule", s.pointer))
		if optional, present := rule["optionalOldSelf"]; present {
			text += " with optionalOldSelf " + jsonText(optional)
		}
		sh.demand("CEL rule", text, anyKind)
	}
	t.nestedConditions(sh, s)
}

// nestedConditions are those that are schemas themselves. Some keywords say something
// only together with others, and are compared with them.
func (t *tree) nestedConditions(sh *shape, s *schema) {
	for _, keyword := range []string{"not", "if", "then", "else", "propertyNames"} {
		if part := s.one[keyword]; part != nil {
			sh.demand(keyword, t.text(part), anyKind)
		}
	}
	if parts := s.named["dependentSchemas"]; len(parts) > 0 {
		sh.demand("dependentSchemas", t.describe(plainNamed(parts), s), anyKind)
	}
	if part := s.one["contains"]; part != nil {
		together := map[string]any{"contains": plain(part), "minContains": s.data["minContains"], "maxContains": s.data["maxContains"]}
		sh.demand("contains", t.describe(together, part), listKind)
	}
	if parts := s.list["prefixItems"]; parts != nil {
		together := map[string]any{"prefixItems": plainList(parts)}
		if rest := s.one["items"]; rest != nil {
			together["items"] = plain(rest)
		}
		sh.demand("prefixItems", t.describe(together, s), listKind)
	}
	if s.one["unevaluatedItems"] != nil || s.one["unevaluatedProperties"] != nil {
		sh.demand("unevaluated", t.text(s), anyKind)
	}
}
