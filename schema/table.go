package schema

import (
	"fmt"
	"math"
	"slices"
)

// Kinds of values that a [Type] allows, as a set.
type KindSet uint8

// The members of a [KindSet].
const (
	NullKind KindSet = 1 << iota // stands for an absent value
	BoolKind
	IntKind
	StringKind
	ListKind
	StructKind
	// AnyKind allows every value, unchecked.
	AnyKind
)

// Has reports whether the set has the kind k.
func (s KindSet) Has(k KindSet) bool { return s&k != 0 }

// Document is a kind of document.
type Document struct {
	// Name is the name of the kind, for example "webhook-file".
	Name string
	// Definition is the name of its CUE definition without '#' and "Shape".
	Definition string
	// Plural is the name of the kind in the Kubernetes API, where it is one of those
	// that we write a CRD for; otherwise empty.
	Plural string
	Type   *Type
}

// Type says what a value may be.
type Type struct {
	// Definition is the name of the CUE definition without '#' and "Shape"; empty
	// for a type without one.
	Definition string
	// Doc is the comment of the definition.
	Doc string
	// Go is the name of the generated Go type, "package.Name", or empty.
	Go    string
	Kinds KindSet

	// Guards are the diagnostics of the rules layer that are reported at the struct
	// itself, in order of their ids.
	Guards []string
	// Constraints hold for strings, in order; the first that fails is the finding.
	Constraints []*Constraint
	// Enum, if not empty, lists the strings that are allowed.
	Enum []string
	// Bounds hold for whole numbers, or are nil.
	Bounds *Bounds

	// Fields are those of a struct, in the order in which we write them.
	Fields []Field
	// Elsewhere are keys of other dialects whose field is not at the same place.
	Elsewhere []Spelling
	// Atomic says that a struct with a fault inside counts as absent for the rules
	// that look at more than one value.
	Atomic bool
	// Open says that a struct may have other fields, unchecked.
	Open bool
	// Extension, if not empty, is the prefix of further keys that are allowed.
	Extension string
	// Values, if not nil, is the type of all fields of a struct of any names.
	Values *Type

	// Elem is the type of the elements of a list.
	Elem *Type
}

// Bounds are the least and the most that a whole number may be. Where there is no
// such bound it is that of 64 bits.
type Bounds struct{ Min, Max int64 }

// Allow reports whether a number is within the bounds.
func (b *Bounds) Allow(n int64) bool { return b == nil || b.Min <= n && n <= b.Max }

// Describe says for people what the bounds allow, for example "0 to 5", "1 or more".
func (b *Bounds) Describe() string {
	switch {
	case b.Max == math.MaxInt64:
		return fmt.Sprintf("%d or more", b.Min)
	case b.Min == math.MinInt64:
		return fmt.Sprintf("%d or less", b.Max)
	}
	return fmt.Sprintf("%d to %d", b.Min, b.Max)
}

// Field is one field of a struct.
type Field struct {
	Name string
	// Doc is the comment of the field.
	Doc string
	// Go is the name of the generated Go field; "-" leaves it out and empty
	// derives it from Name.
	Go       string
	Required bool
	// Written says that we write an optional field even where it has its default.
	Written bool
	// Default is what an absent field means, or empty.
	Default string
	// Safe is the one value that is safe to put where a required field is missing,
	// or empty.
	Safe string
	// Spellings are the keys of this field in other dialects.
	Spellings []Spelling
	// Format says what a text is, in the words of JSON Schema ("uri"), or is empty.
	Format string
	// Examples are values that show how the field is used.
	Examples []string
	// Limit is the most characters of a text, or items of a list, that a Kubernetes
	// object may have here; 0 for no limit. The check of a source knows none.
	Limit int
	// ListKey is the field by which a Kubernetes API server tells the items of a
	// list apart, or empty.
	ListKey string
	// Guards are the diagnostics of the rules layer that are reported at this field,
	// in order of their ids.
	Guards []string
	// Observed is the type of what ToolHive's operator writes to a field that is open
	// to the check, or nil.
	Observed *Type
	Type     *Type
}

// Spelling is the key of a field in another dialect.
type Spelling struct {
	// Dialect is "file", "runconfig", "crd" (an MCPWebhookConfig), "kubernetes" (ToolHive's
	// other resources), "rfc" (ToolHive's THV-0017), "draft"
	// (ToolHive's issue 3400), or "none" for a key that no dialect has and that people
	// write for this field.
	Dialect string
	Key     string
	// Path is where the field is here, relative to the struct that holds Key; it
	// is empty where only the key differs.
	Path string
}

// Constraint is a pattern that a string must match.
type Constraint struct {
	// Name is the name of the CUE definition without '#'.
	Name string
	// Rule is the diagnostic of a string that fails.
	Rule string
	// Message says what is allowed.
	Message string
	// Pattern is an RE2 pattern, not anchored unless it says so.
	Pattern string
}

// Field returns the field of a name, or nil.
func (t *Type) Field(name string) *Field {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// IsDuration reports whether the type is that of a duration.
func (t *Type) IsDuration() bool {
	return slices.ContainsFunc(t.Constraints, func(c *Constraint) bool { return c.Name == "Duration" })
}

// DocumentOf returns the kind of a name, or nil.
func DocumentOf(name string) *Document {
	i := slices.IndexFunc(Documents, func(d *Document) bool { return d.Name == name })
	if i < 0 {
		return nil
	}
	return Documents[i]
}

// Types returns a type and all structs below it, each once.
func Types(t *Type) []*Type {
	var all []*Type
	var visit func(*Type)
	visit = func(t *Type) {
		if t == nil || slices.Contains(all, t) {
			return
		}
		all = append(all, t)
		for _, f := range t.Fields {
			visit(f.Type)
		}
		visit(t.Values)
		visit(t.Elem)
	}
	visit(t)
	return all
}
