package check_test

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/schema"
)

// written are the fields that the random documents have from a hand that knows
// their traps. Any other field of the schema is new, and gets values by its type, so
// that the engines are compared on it too.
var written = strings.Fields(`
	apiVersion kind metadata spec status name namespace labels annotations
	validating mutating validating_webhooks mutating_webhooks
	url timeout failure_policy failurePolicy tls_config tlsConfig hmac_secret_ref hmacSecretRef
	ca_bundle_path client_cert_path client_key_path insecure_skip_verify
	caSecretRef clientCertSecretRef clientKeySecretRef insecureSkipVerify key
	schema_version config_hash middleware_configs type parameters webhooks
`)

// addNew puts values into the new fields of a value and of what is below it.
func (g generator) addNew(value any, t *schema.Type) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if t.Elem != nil {
				g.addNew(item, t.Elem)
			}
		}
	case fields:
		for _, f := range t.Fields {
			if below, ok := v[f.Name]; ok {
				g.addNew(below, f.Type)
			} else if !slices.Contains(written, f.Name) && (f.Required || g.IntN(2) == 0) {
				g.put(v, f.Name, g.good(f.Type), bad(f.Type))
			}
		}
	}
}

// good returns values that a type allows.
func (g generator) good(t *schema.Type) []any {
	var values []any
	for _, k := range []struct {
		kind   schema.KindSet
		values func() []any
	}{
		{schema.BoolKind, func() []any { return []any{true, false} }},
		{schema.IntKind, func() []any { return numbers(t.Bounds) }},
		{schema.StringKind, func() []any { return texts(t) }},
		{schema.ListKind, func() []any { return []any{[]any{}, g.good(t.Elem)} }},
		{schema.StructKind, func() []any { return []any{g.structure(t)} }},
		{schema.AnyKind, func() []any { return []any{"x", 5, fields{}} }},
	} {
		if t.Kinds.Has(k.kind) {
			values = append(values, k.values()...)
		}
	}
	return values
}

func (g generator) structure(t *schema.Type) fields {
	f := fields{}
	if t.Values != nil {
		f["a"] = g.oneOf(g.good(t.Values)...)
	}
	for _, field := range t.Fields {
		g.put(f, field.Name, g.good(field.Type), bad(field.Type))
	}
	return f
}

// numbers are whole numbers at the ends of what is allowed.
func numbers(b *schema.Bounds) []any {
	if b == nil {
		return []any{0, 5, -1}
	}
	return slices.DeleteFunc([]any{b.Min, b.Max, int64(5)}, func(n any) bool {
		return !b.Allow(n.(int64)) || n == int64(math.MinInt64) || n == int64(math.MaxInt64)
	})
}

// candidates are texts of which a constraint allows some and refuses others.
var candidates = []any{
	"a", "a.b", "A_b", "5s", "1h", "/a", "a/b", "https://a.example/v", "http://a.example", "name,target=V", "env", "", " ", "a b", "-a", "..", "a\nb",
	strings.Repeat("a", 64), strings.Repeat("a", 254), "\u00a0",
}

func texts(t *schema.Type) []any {
	if len(t.Enum) > 0 {
		var values []any
		for _, text := range t.Enum {
			values = append(values, text)
		}
		return values
	}
	return slices.DeleteFunc(slices.Clone(candidates), func(text any) bool { return !allowed(t, text.(string)) })
}

func allowed(t *schema.Type, text string) bool {
	return !slices.ContainsFunc(t.Constraints, func(c *schema.Constraint) bool { return !pattern(c.Pattern).MatchString(text) })
}

// patterns holds compiled patterns by their text.
var patterns = map[string]*regexp.Regexp{}

func pattern(text string) *regexp.Regexp {
	if patterns[text] == nil {
		patterns[text] = regexp.MustCompile(text)
	}
	return patterns[text]
}

// bad returns values that a type refuses, where its kind alone does not say it.
func bad(t *schema.Type) []any {
	var values []any
	if b := t.Bounds; b != nil {
		values = append(values, b.Min-1, b.Max+1)
	}
	if t.Values != nil {
		for _, value := range bad(t.Values) {
			values = append(values, fields{"a": value})
		}
	}
	if len(t.Enum) > 0 || len(t.Constraints) > 0 {
		for _, text := range candidates {
			if !allowed(t, text.(string)) || len(t.Enum) > 0 && !slices.Contains(t.Enum, text.(string)) {
				values = append(values, text)
			}
		}
	}
	return values
}
