package diff

import (
	"encoding/json"
	"math"
	"strings"
)

// kinds is a set of kinds of values.
type kinds uint8

const (
	textKind kinds = 1 << iota
	integerKind
	fractionKind
	boolKind
	listKind
	objectKind
	nullKind

	numberKind = integerKind | fractionKind
	anyKind    = textKind | numberKind | boolKind | listKind | objectKind | nullKind
)

// types are the types of JSON Schema, in the order in which they are shown.
var types = []struct {
	name  string
	kinds kinds
}{
	{"string", textKind}, {"number", numberKind}, {"integer", integerKind}, {"boolean", boolKind},
	{"array", listKind}, {"object", objectKind}, {"null", nullKind},
}

// String returns the kinds as JSON Schema calls them, which has no word for fractions.
func (k kinds) String() string {
	switch k {
	case anyKind:
		return "anything"
	case 0:
		return "nothing"
	}
	var names []string
	for _, t := range types {
		if k&t.kinds == t.kinds {
			names = append(names, t.name)
			k &^= t.kinds
		}
	}
	if k != 0 {
		names = append(names, "fraction")
	}
	return strings.Join(names, " or ")
}

// namedKinds returns the kinds of a type of JSON Schema.
func namedKinds(name, at string) kinds {
	for _, t := range types {
		if t.name == name {
			return t.kinds
		}
	}
	fail("at %s: found the type %q, allowed are string, number, integer, boolean, array, object and null", at, name)
	return 0
}

// single returns the kinds of a set one by one.
func (k kinds) single() []kinds {
	var out []kinds
	for kind := textKind; kind <= nullKind; kind <<= 1 {
		if k&kind != 0 {
			out = append(out, kind)
		}
	}
	return out
}

// whole takes all numbers for one kind, because limits are about all of them.
func (k kinds) whole() kinds {
	if k&numberKind != 0 {
		k |= numberKind
	}
	return k
}

// kindOf returns the kind of a clean value.
func kindOf(value any) kinds {
	switch v := value.(type) {
	case string:
		return textKind
	case bool:
		return boolKind
	case []any:
		return listKind
	case map[string]any:
		return objectKind
	case json.Number:
		if f, _ := v.Float64(); f == math.Trunc(f) {
			return integerKind
		}
		return fractionKind
	}
	return nullKind
}
