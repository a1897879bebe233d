package diff

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// own is what a schema says itself, without what it refers to and its alternatives.
func (t *tree) own(s *schema) *shape {
	if s.never {
		return newShape(0)
	}
	sh := newShape(ownKinds(s))
	sh.ownValues(s)
	t.ownLimits(sh, s)
	t.ownFields(sh, s)
	t.ownItems(sh, s)
	t.ownConditions(sh, s)
	for _, name := range textsAt(s.data, "required", s.pointer) {
		sh.required[name] = true
	}
	if value, present := s.data["default"]; present {
		sh.defaults[jsonText(value)] = true
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
	case []any:
		k = 0
		for _, name := range textsAt(s.data, "type", s.pointer) {
			k |= namedKinds(name, at)
		}
	default:
		fail("at %s: found %s, allowed is a string or a list", at, kindName(named))
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
		only := map[kinds]map[string]bool{}
		for _, k := range anyKind.single() {
			only[k] = map[string]bool{}
		}
		for _, value := range list {
			only[kindOf(value)][jsonText(value)] = true
		}
		for k, values := range only {
			if all := map[kinds]int{boolKind: 2, nullKind: 1}[k]; all == 0 || len(values) < all {
				sh.only(k, values)
			}
		}
	}
}

// exclusive are the keywords that leave out a bound itself, with that of the bound.
var exclusive = map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}

// ownLimits reads the bounds. An open one is a number of its own in JSON Schema; in
// OpenAPI 3.0, which a CustomResourceDefinition is written in, a boolean says that a
// bound is open.
func (t *tree) ownLimits(sh *shape, s *schema) {
	for _, keyword := range sorted(limits) {
		l := limits[keyword]
		number := valueAt[json.Number](s.data, keyword, s.pointer, "a number").String()
		if number != "" && !(number == "0" && l.lower && l.kinds != numberKind) {
			sh.limit(keyword, bound{number: number})
		}
	}
	for _, keyword := range sorted(exclusive) {
		of := exclusive[keyword]
		open := bound{sh.limits[of].number, true}
		if !t.root.structural {
			open.number = valueAt[json.Number](s.data, keyword, s.pointer, "a number").String()
		} else if !boolAt(s.data, keyword, s.pointer) {
			continue
		}
		if open.number != "" {
			sh.limit(of, open)
		}
	}
}

// ownFields reads what an object may hold. The API server drops every field that a
// structural schema does not name, unless it says otherwise.
func (t *tree) ownFields(sh *shape, s *schema) {
	others := s.one["additionalProperties"]
	known, patterns := s.named["properties"], s.named["patternProperties"]
	open := !s.structural || boolAt(s.data, "x-kubernetes-preserve-unknown-fields", s.pointer)
	switch {
	case others == nil && known == nil && patterns == nil && open:
		return
	case others == nil && !open:
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

// compilePattern reads a pattern of names of fields.
func compilePattern(pattern, at string) *regexp.Regexp {
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		fail("at %s: the pattern %q is none that Go reads: %s", at, pattern, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return compiled
}

// ownItems reads what a list may hold, and how the API server merges.
func (t *tree) ownItems(sh *shape, s *schema) {
	if s.list["prefixItems"] == nil { // or it says which elements items is about
		sh.items = s.one["items"]
	}
	sh.listType = textAt(s.data, "x-kubernetes-list-type", s.pointer)
	if keys := textsAt(s.data, "x-kubernetes-list-map-keys", s.pointer); len(keys) > 0 {
		slices.Sort(keys)
		sh.listType += " by " + strings.Join(keys, ", ")
	}
	sh.mapType = textAt(s.data, "x-kubernetes-map-type", s.pointer)
}

// readElsewhere are the keywords that have become another part of a shape.
var readElsewhere = set("$ref", "type", "enum", "const", "required", "default", "minContains", "maxContains", "exclusiveMinimum", "exclusiveMaximum", "x-kubernetes-int-or-string",
	"x-kubernetes-preserve-unknown-fields", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type", "x-kubernetes-validations")

// ownConditions takes every other keyword as a condition, those included that nobody
// here knows.
func (t *tree) ownConditions(sh *shape, s *schema) {
	for keyword, value := range s.data {
		_, isLimit := limits[keyword]
		switch {
		case isLimit, readElsewhere[keyword], keyword == "nullable" && s.structural, keyword == "uniqueItems" && value == false:
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
	for _, keyword := range []string{"not", "propertyNames"} {
		if part := s.one[keyword]; part != nil {
			sh.demand(keyword, t.text(part), anyKind)
		}
	}
	if s.one["if"] != nil && (s.one["then"] != nil || s.one["else"] != nil) {
		sh.demand("if", t.together(s, "if", "then", "else"), anyKind)
	}
	if len(s.named["dependentSchemas"]) > 0 {
		sh.demand("dependentSchemas", t.together(s, "dependentSchemas"), anyKind)
	}
	if s.one["contains"] != nil {
		sh.demand("contains", t.together(s, "contains", "minContains", "maxContains"), listKind)
	}
	if s.list["prefixItems"] != nil {
		sh.demand("prefixItems", t.together(s, "prefixItems", "items"), listKind)
	}
	if s.one["unevaluatedItems"] != nil || s.one["unevaluatedProperties"] != nil {
		sh.demand("unevaluated", t.text(s), anyKind)
	}
}
