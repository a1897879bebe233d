package diff

import (
	"maps"
	"regexp"
	"strings"
)

// shape is what a schema comes to, references and alternatives resolved: a value is
// accepted that is of one of the kinds and that passes all that is said of its kind.
type shape struct {
	kinds kinds
	// values are the texts of the only values of a kind, for the kinds that have such
	// a list.
	values map[kinds]map[string]bool
	// limits are numbers by keyword, see [limits].
	limits map[string]string
	// conditions are all other demands, by a key of their own.
	conditions map[string]condition
	// fields are those of an object; nil allows all.
	fields   *fields
	required map[string]bool
	// items is every element of a list; nil allows all.
	items *schema
	// listType and mapType say how the API server merges, as in "map by name".
	listType, mapType string
	// fallback is the default as JSON, and "" where there is none.
	fallback string
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
	"minimum": {numberKind, true}, "exclusiveMinimum": {numberKind, true},
	"maximum": {numberKind, false}, "exclusiveMaximum": {numberKind, false},
	"minItems": {listKind, true}, "maxItems": {listKind, false},
	"minProperties": {objectKind, true}, "maxProperties": {objectKind, false},
}

// tighter reports whether one number demands more than another.
func (l limit) tighter(a, b string) bool {
	if l.lower {
		return lessNumber(b, a)
	}
	return lessNumber(a, b)
}

func newShape(k kinds) *shape {
	return &shape{kinds: k, values: map[kinds]map[string]bool{}, limits: map[string]string{}, conditions: map[string]condition{}, required: map[string]bool{}}
}

func (sh *shape) demand(word, text string, k kinds) {
	key := word + "\x00" + text
	sh.conditions[key] = condition{word, text, sh.conditions[key].kinds | k}
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
	t.shapes[s] = sh
	return sh
}

// restrict adds all that another shape demands. What cannot be told apart afterwards,
// such as two lists of fields, of which each is closed for itself, becomes a condition.
func (t *tree) restrict(sh, other *shape, keyword string, parts ...*schema) {
	if sh.fields != nil && other.fields != nil || sh.items != nil && other.items != nil {
		sh.demand(keyword, t.describe(plainList(parts), parts...), anyKind)
		return
	}
	sh.kinds &= other.kinds
	sh.intersectValues(other)
	for keyword, number := range other.limits {
		if own, both := sh.limits[keyword]; !both || limits[keyword].tighter(number, own) {
			sh.limits[keyword] = number
		}
	}
	for _, c := range other.conditions {
		t.budget.spend(len(c.text))
		sh.demand(c.word, c.text, c.kinds)
	}
	sh.takeParts(other)
	if sh.fallback == "" {
		sh.fallback = other.fallback
	}
}

// takeParts takes the fields and elements of another shape, where there are any.
func (sh *shape) takeParts(other *shape) {
	maps.Copy(sh.required, other.required)
	if other.fields != nil {
		sh.fields = other.fields
	}
	if other.items != nil {
		sh.items = other.items
	}
	if other.listType != "" {
		sh.listType = other.listType
	}
	if other.mapType != "" {
		sh.mapType = other.mapType
	}
}

func (sh *shape) intersectValues(other *shape) {
	for k, theirs := range other.values {
		own, both := sh.values[k]
		if !both {
			sh.values[k] = theirs
			continue
		}
		common := map[string]bool{}
		for text := range own {
			if theirs[text] {
				common[text] = true
			}
		}
		sh.values[k] = common
		if len(common) == 0 {
			sh.kinds &^= k
		}
	}
}

// alternatives adds a choice. Where each branch is of kinds of its own, as in a string
// or null, the choice comes to what each says of its kinds; any other is a condition.
func (t *tree) alternatives(sh *shape, keyword string, parts []*schema) {
	choice := newShape(0)
	for _, part := range parts {
		branch := t.shape(part)
		if choice.kinds&branch.kinds != 0 {
			sh.demand(keyword, t.describe(plainList(parts), parts...), anyKind)
			return
		}
		choice.take(branch)
	}
	t.restrict(sh, choice, keyword, parts...)
}

// take adds what a branch says of its kinds.
func (sh *shape) take(branch *shape) {
	sh.kinds |= branch.kinds
	for k, values := range branch.values {
		if k&branch.kinds != 0 {
			sh.values[k] = values
		}
	}
	for keyword, number := range branch.limits {
		if limits[keyword].kinds&branch.kinds != 0 {
			sh.limits[keyword] = number
		}
	}
	for _, c := range branch.conditions {
		if c.kinds&branch.kinds != 0 {
			sh.demand(c.word, c.text, c.kinds&branch.kinds)
		}
	}
	if sh.fallback == "" {
		sh.fallback = branch.fallback
	}
	of := *branch
	if branch.kinds&objectKind == 0 {
		of.fields, of.required, of.mapType = nil, nil, ""
	}
	if branch.kinds&listKind == 0 {
		of.items, of.listType = nil, ""
	}
	sh.takeParts(&of)
}

// compilePattern reads a pattern of names of fields.
func compilePattern(pattern, at string) *regexp.Regexp {
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		fail("at %s: the pattern %q is none that Go reads: %s", at, pattern, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return compiled
}
