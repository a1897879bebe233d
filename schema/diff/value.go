package diff

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// maxDepth is the deepest nesting that is read.
const maxDepth = 128

// clean returns a value in which equal numbers are spelt in one way.
func clean(value any, at string, depth int) any {
	if depth > maxDepth {
		fail("at %s: the schema nests deeper than %d levels", at, maxDepth)
	}
	switch v := value.(type) {
	case nil, bool, string:
		return v
	case json.Number:
		return canonicalNumber(v.String(), at)
	case float64:
		return canonicalNumber(strconv.FormatFloat(v, 'g', -1, 64), at)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = clean(item, at, depth+1)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = clean(item, at, depth+1)
		}
		return out
	}
	fail("at %s: found a value of the type %T, which no JSON has", at, value)
	return nil
}

// canonicalNumber spells a number in one way. Numbers with an exponent that are no
// moderate whole numbers keep their spelling, so that different numbers never become
// the same.
func canonicalNumber(literal, at string) json.Number {
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil || !json.Valid([]byte(literal)) {
		fail("at %s: found the number %q, allowed are finite numbers as JSON has them", at, literal)
	}
	if strings.ContainsAny(literal, "eE") {
		if f != 0 && f == math.Trunc(f) && math.Abs(f) < 1e15 {
			return json.Number(strconv.FormatInt(int64(f), 10))
		}
		return json.Number(strings.ToLower(literal))
	}
	if strings.Contains(literal, ".") {
		literal = strings.TrimRight(strings.TrimRight(literal, "0"), ".")
	}
	if literal == "-0" {
		literal = "0"
	}
	return json.Number(literal)
}

// lessNumber compares canonical numbers; numbers too close to tell are not less.
func lessNumber(a, b string) bool {
	m, errM := strconv.ParseInt(a, 10, 64)
	n, errN := strconv.ParseInt(b, 10, 64)
	if errM == nil && errN == nil {
		return m < n
	}
	x, _ := strconv.ParseFloat(a, 64)
	y, _ := strconv.ParseFloat(b, 64)
	return x < y
}

// jsonText returns a clean value as JSON, keys sorted.
func jsonText(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // it is clean
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func kindName(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case []any:
		return "a list"
	case map[string]any:
		return "a mapping"
	}
	return "a number"
}

// The functions below return the value of a key, or the zero value where it is absent.
// A value of another kind is a fault.

func mapAt(m map[string]any, key, at string) map[string]any {
	return valueAt[map[string]any](m, key, at, "a mapping")
}

func listAt(m map[string]any, key, at string) []any {
	return valueAt[[]any](m, key, at, "a list")
}

func textAt(m map[string]any, key, at string) string {
	return valueAt[string](m, key, at, "a string")
}

func boolAt(m map[string]any, key, at string) bool {
	return valueAt[bool](m, key, at, "a boolean")
}

func valueAt[T any](m map[string]any, key, at, want string) (zero T) {
	value, present := m[key]
	if !present {
		return zero
	}
	v, ok := value.(T)
	if !ok {
		fail("at %s: found %s, allowed is %s", join(at, key), kindName(value), want)
	}
	return v
}

// textsAt and mapsAt return the elements of the list under a key.

func textsAt(m map[string]any, key, at string) []string {
	return itemsAt[string](m, key, at, "strings")
}

func mapsAt(m map[string]any, key, at string) []map[string]any {
	return itemsAt[map[string]any](m, key, at, "mappings")
}

func itemsAt[T any](m map[string]any, key, at, want string) []T {
	var items []T
	for _, item := range listAt(m, key, at) {
		v, ok := item.(T)
		if !ok {
			fail("at %s: found %s, allowed are %s", join(at, key), kindName(item), want)
		}
		items = append(items, v)
	}
	return items
}

// join appends a step to a JSON pointer.
func join(pointer, step string) string {
	return pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(step)
}
