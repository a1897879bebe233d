package diff

import (
	"cmp"
	"maps"
	"regexp"
)

// shape is what a schema comes to, references and alternatives resolved: a value is
// accepted that is of one of the kinds and that passes all that is said of its kind.
type shape struct {
	kinds kinds
	// values are the texts of the only values of a kind, for the kinds that have such
	// a list.
	values map[kinds]map[string]bool
	// limits are bounds by keyword, see [limits].
	limits map[string]bound
	// conditions are all other demands, by a key of their own.
	conditions map[string]condition
	// fields are those of an object; nil allows all.
	fields   *fields
	required map[string]bool
	// items is every element of a list; nil allows all.
	items *schema
	// listType and mapType say how the API server merges, as in "map by name".
	listType, mapType string
	// defaults are those of the schema and of its parts, as JSON.
	defaults map[string]bool
}

// fields are the fields that an object may have.
type fields struct {
	known map[string]*schema
	// free match the names that may hold anything although they are not known.
	free map[string]*regexp.Regexp
	// others is every other field.
	others *schema
}

// field returns the schema of a field.
func (f *fields) field(name string) *schema {
	if f == nil {
		return anything
	}
	if s := f.known[name]; s != nil {
		return s
	}
	for _, pattern := range f.free {
		if pattern.MatchString(name) {
			return anything
		}
	}
	return f.others
}

// condition is a demand that can be compared for equality alone. A value of one of
// its kinds is accepted only where it holds.
type condition struct {
	// word says what sort of demand it is: a keyword, mostly.
	word, text string
	kinds      kinds
}

// limit is a keyword that bounds values of some kinds by a number.
type limit struct {
	kinds kinds
	lower bool
}

var limits = map[string]limit{
	"minLength": {textKind, true}, "maxLength": {textKind, false},
	"minimum": {numberKind, true}, "maximum": {numberKind, false},
	"minItems": {listKind, true}, "maxItems": {listKind, false},
	"minProperties": {objectKind, true}, "maxProperties": {objectKind, false},
}

// bound is the number of a limit. An open one is itself beyond the limit. The zero
// value is none.
type bound struct {
	number string
	open   bool
}

// tighter reports whether one bound demands more than another.
func (l limit) tighter(a, b bound) bool {
	switch {
	case a.number == b.number:
		return a.open && !b.open
	case l.lower:
		return lessNumber(b.number, a.number)
	}
	return lessNumber(a.number, b.number)
}

// show returns a bound for people.
func (l limit) show(b bound) string {
	switch {
	case !b.open:
		return cmp.Or(b.number, "none")
	case l.lower:
		return "above " + b.number
	}
	return "below " + b.number
}

func newShape(k kinds) *shape {
	return &shape{kinds: k, values: map[kinds]map[string]bool{}, limits: map[string]bound{}, conditions: map[string]condition{}, required: map[string]bool{}, defaults: map[string]bool{}}
}

func (sh *shape) demand(word, text string, k kinds) {
	key := word + "\x00" + text
	sh.conditions[key] = condition{word, text, sh.conditions[key].kinds | k}
}

func (sh *shape) limit(keyword string, b bound) {
	if own, both := sh.limits[keyword]; !both || limits[keyword].tighter(b, own) {
		sh.limits[keyword] = b
	}
}

// only leaves no values of a kind but those listed.
func (sh *shape) only(k kinds, values map[string]bool) {
	if own, both := sh.values[k]; both {
		values = maps.Clone(values)
		maps.DeleteFunc(values, func(text string, _ bool) bool { return !own[text] })
	}
	if sh.values[k] = values; len(values) == 0 {
		sh.kinds &^= k
	}
}

// shape works out what a schema comes to.
func (t *tree) shape(s *schema) *shape {
	if known, begun := t.shapes[s]; begun {
		if known == nil {
			fail("at %s: the schema refers to itself without an end", s.pointer)
		}
		return known
	}
	t.shapes[s] = nil
	sh := t.own(s)
	if target := t.target(s); target != nil {
		t.restrict(sh, t.shape(target), "$ref", target)
	}
	for _, part := range s.list["allOf"] {
		t.restrict(sh, t.shape(part), "allOf", part)
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		if parts := s.list[keyword]; len(parts) > 0 {
			t.alternatives(sh, keyword, parts)
		}
	}
	sh.settle()
	t.shapes[s] = sh
	return sh
}

// settle drops what is said of kinds that no value has.
func (sh *shape) settle() {
	maps.DeleteFunc(sh.values, func(k kinds, _ map[string]bool) bool { return k&sh.kinds == 0 })
	maps.DeleteFunc(sh.limits, func(keyword string, _ bound) bool { return limits[keyword].kinds&sh.kinds == 0 })
	maps.DeleteFunc(sh.conditions, func(_ string, c condition) bool { return c.kinds&sh.kinds == 0 })
	for key, c := range sh.conditions {
		c.kinds &= sh.kinds
		sh.conditions[key] = c
	}
	if sh.kinds&listKind == 0 {
		sh.items, sh.listType = nil, ""
	}
	if sh.kinds&objectKind == 0 {
		sh.fields, sh.mapType = nil, ""
		clear(sh.required)
	}
}

// restrict adds all that another shape demands. What cannot be told apart afterwards,
// such as two lists of fields, of which each is closed for itself, becomes a condition.
func (t *tree) restrict(sh, other *shape, keyword string, parts ...*schema) {
	if sh.fields != nil && other.fields != nil || sh.items != nil && other.items != nil {
		sh.demand(keyword, t.unordered(parts), anyKind)
		return
	}
	sh.kinds &= other.kinds
	t.add(sh, other)
}

// alternatives adds a choice. Where each branch is of kinds of its own, as in a string
// or null, the choice comes to what each says of its kinds; any other is a condition.
func (t *tree) alternatives(sh *shape, keyword string, parts []*schema) {
	choice := newShape(0)
	for _, part := range parts {
		branch := t.shape(part)
		if choice.kinds.whole()&branch.kinds.whole() != 0 {
			sh.demand(keyword, t.unordered(parts), anyKind)
			return
		}
		choice.kinds |= branch.kinds
		t.add(choice, branch)
	}
	t.restrict(sh, choice, keyword, parts...)
}

// add takes what another shape says of its kinds.
func (t *tree) add(sh, other *shape) {
	for k, values := range other.values {
		sh.only(k, values)
	}
	for keyword, b := range other.limits {
		sh.limit(keyword, b)
	}
	for _, c := range other.conditions {
		t.budget.spend(len(c.text))
		sh.demand(c.word, c.text, c.kinds)
	}
	maps.Copy(sh.required, other.required)
	maps.Copy(sh.defaults, other.defaults)
	sh.fields, sh.items = cmp.Or(sh.fields, other.fields), cmp.Or(sh.items, other.items)
	sh.listType, sh.mapType = cmp.Or(sh.listType, other.listType), cmp.Or(sh.mapType, other.mapType)
}
