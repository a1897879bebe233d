package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"

	"github.com/thvctl/thvctl/schema"
)

// attributes are those that may stand in one sort of place, and how each is read.
type attributes[T any] map[string]func(T, cue.Attribute) error

// repeated are the attributes that may stand more than once in a place.
var repeated = []string{"spelling", "elsewhere", "example", "column"}

// readAttributes reads all attributes of a definition or a field.
func readAttributes[T any](v cue.Value, known attributes[T], to T) error {
	var seen []string
	for _, a := range v.Attributes(cue.FieldAttr) {
		read := known[a.Name()]
		switch {
		case read == nil:
			return fmt.Errorf("unknown attribute @%s", a.Name())
		case slices.Contains(seen, a.Name()) && !slices.Contains(repeated, a.Name()):
			return fmt.Errorf("@%s stands twice", a.Name())
		}
		seen = append(seen, a.Name())
		if err := read(to, a); err != nil {
			return fmt.Errorf("@%s(%s): %w", a.Name(), a.Contents(), err)
		}
	}
	return nil
}

// constraintAttributes are those of a pattern.
var constraintAttributes = attributes[*schema.Constraint]{
	"rule": func(c *schema.Constraint, a cue.Attribute) error {
		c.Rule = a.Contents()
		if !ruleID.MatchString(c.Rule) {
			return errors.New("allowed is a diagnostic such as THV2000")
		}
		return nil
	},
	"message": func(c *schema.Constraint, a cue.Attribute) (err error) {
		c.Message, err = a.String(0)
		return err
	},
}

// definitionAttributes are those of a struct; document reads those of a kind of
// document.
var definitionAttributes = attributes[*schema.Type]{
	"go":        goDefinition,
	"elsewhere": elsewhere,
	"atomic": func(t *schema.Type, a cue.Attribute) error {
		t.Atomic = true
		return only(a, "")
	},
	"kind": leftToDocument, "crd": leftToDocument, "column": leftToDocument,
}

func leftToDocument(*schema.Type, cue.Attribute) error { return nil }

// only refuses any contents of an attribute but one.
func only(a cue.Attribute, contents string) error {
	if a.Contents() != contents {
		return fmt.Errorf("allowed is @%s(%s)", a.Name(), contents)
	}
	return nil
}

func goDefinition(t *schema.Type, a cue.Attribute) error {
	pkg, name, _ := strings.Cut(a.Contents(), ".")
	switch {
	case packageDocs[pkg] == "" || !isGoName(name):
		return fmt.Errorf("allowed are names in the packages %s, such as v1alpha1.Name", strings.Join(packages(), ", "))
	case t.Values != nil:
		return errors.New("a map has no Go type of its own")
	}
	t.Go = a.Contents()
	return nil
}

// isGoName reports whether a name is one that other packages see.
func isGoName(name string) bool { return token.IsIdentifier(name) && token.IsExported(name) }

// dialects are those in which people spell fields.
var dialects = []string{"file", "runconfig", "crd", "kubernetes", "rfc", "draft", "none"}

func elsewhere(t *schema.Type, a cue.Attribute) error {
	dialect, _ := a.Arg(0)
	key, path := a.Arg(1)
	s := schema.Spelling{Dialect: dialect, Key: key, Path: path}
	if !slices.Contains(dialects, dialect) || key == "" || a.NumArgs() != 2 {
		return fmt.Errorf("allowed is @elsewhere(DIALECT,KEY=PATH), the dialects are %s", strings.Join(dialects, ", "))
	}
	if follow(t, path) == nil {
		return fmt.Errorf("there is no field %s", path)
	}
	t.Elsewhere = append(t.Elsewhere, s)
	return nil
}

// fieldReader is a field whose attributes are being read.
type fieldReader struct {
	*reader
	f     *schema.Field
	words details
}

// fieldAttributes reads the attributes of a field into it, and returns what has no
// place there.
func (r *reader) fieldAttributes(f *schema.Field, v cue.Value) (details, error) {
	to := &fieldReader{reader: r, f: f}
	err := readAttributes(v, attributes[*fieldReader]{
		"go":       (*fieldReader).goField,
		"default":  (*fieldReader).defaulted,
		"safe":     (*fieldReader).safe,
		"written":  (*fieldReader).written,
		"spelling": (*fieldReader).spelling,
		"format":   (*fieldReader).format,
		"example":  (*fieldReader).example,
		"limit":    (*fieldReader).limit,
		"key":      (*fieldReader).key,
		"observed": (*fieldReader).observed,
		"openapi":  (*fieldReader).openapi,
		"compat":   (*fieldReader).compat,
	}, to)
	return to.words, err
}

func (r *fieldReader) goField(a cue.Attribute) error {
	r.f.Go, _ = a.Arg(0)
	if a.NumArgs() > 1 {
		r.words.goType = a.RawArg(1)
	}
	if r.f.Go == "-" && r.f.Required {
		return errors.New("a required field cannot be left out")
	}
	if r.f.Go != "-" && !isGoName(r.f.Go) || a.NumArgs() > 2 {
		return errors.New("allowed are @go(Name), @go(Name,Type) and @go(-)")
	}
	return nil
}

func (r *fieldReader) defaulted(a cue.Attribute) (err error) {
	if r.f.Required {
		return errors.New("a required field is never absent")
	}
	r.f.Default, err = r.literal(a)
	return err
}

func (r *fieldReader) safe(a cue.Attribute) (err error) {
	if !r.f.Required {
		return errors.New("an optional field may be missing")
	}
	r.f.Safe, err = r.literal(a)
	return err
}

func (r *fieldReader) example(a cue.Attribute) error {
	example, err := r.literal(a)
	r.f.Examples = append(r.f.Examples, example)
	return err
}

// literal reads an attribute that holds a value of the field, with or without quotes.
func (r *fieldReader) literal(a cue.Attribute) (text string, err error) {
	text = a.Contents()
	if strings.HasPrefix(text, `"`) {
		if a.NumArgs() != 1 {
			return "", errors.New("allowed is one value")
		}
		text, err = a.String(0)
	}
	if err == nil && text == "" {
		err = errors.New("allowed is a value")
	}
	if err != nil {
		return "", err
	}
	return text, fits(r.f.Type, text)
}

func (r *fieldReader) written(a cue.Attribute) error {
	r.f.Written = true
	if r.f.Required {
		return errors.New("a required field is always written")
	}
	return only(a, "always")
}

func (r *fieldReader) spelling(a cue.Attribute) error {
	dialect, key := a.Arg(0)
	if !slices.Contains(dialects, dialect) || key == "" || a.NumArgs() != 1 {
		return fmt.Errorf("allowed is @spelling(DIALECT=KEY), the dialects are %s", strings.Join(dialects, ", "))
	}
	r.f.Spellings = append(r.f.Spellings, schema.Spelling{Dialect: dialect, Key: key})
	return nil
}

func (r *fieldReader) format(a cue.Attribute) error {
	r.f.Format = a.Contents()
	if r.f.Type.Kinds&^schema.NullKind != schema.StringKind || r.f.Format != "uri" && r.f.Format != dateTime {
		return errors.New("allowed are uri and date-time, at a text")
	}
	return nil
}

// limit reads the most characters of a text, or the most items of a list or map and the
// most characters of each.
func (r *fieldReader) limit(a cue.Attribute) error {
	kinds := r.f.Type.Kinds &^ schema.NullKind
	items := r.f.Type.Elem
	if items == nil {
		items = r.f.Type.Values
	}
	if kinds != schema.StringKind && items == nil {
		return errors.New("allowed at a text, a list or a map")
	}
	if a.NumArgs() > 2 || a.NumArgs() == 2 && (items == nil || items.Kinds != schema.StringKind) {
		return errors.New("allowed is one number, and a second one at a list or a map of texts")
	}
	for i, to := range []*int{&r.f.Limit, &r.words.itemLimit}[:a.NumArgs()] {
		n, err := strconv.Atoi(a.RawArg(i))
		if err != nil || n < 1 {
			return errors.New("allowed are whole numbers above 0")
		}
		*to = n
	}
	return nil
}

func (r *fieldReader) key(a cue.Attribute) error {
	r.f.ListKey = a.Contents()
	if r.f.Type.Elem == nil {
		return errors.New("allowed at a list")
	}
	key := r.f.Type.Elem.Field(r.f.ListKey)
	const scalars = schema.StringKind | schema.IntKind | schema.BoolKind
	if key == nil || !key.Required || key.Type.Kinds&^scalars != 0 {
		return errors.New("the items of the list have no required text, number or boolean of that name")
	}
	return nil
}

func (r *fieldReader) observed(a cue.Attribute) (err error) {
	if r.f.Type.Kinds != schema.AnyKind || !isShape(a.Contents()) {
		return errors.New("allowed is a definition whose name ends in Shape, at a field of _")
	}
	r.f.Observed, err = r.definition(a.Contents())
	return err
}

func (r *fieldReader) openapi(a cue.Attribute) (err error) {
	r.words.ours, err = readKeywords(a)
	return err
}

func (r *fieldReader) compat(a cue.Attribute) (err error) {
	r.words.compat, err = readKeywords(a)
	return err
}

// keywordNames are the keywords of a schema in a CRD that an attribute may set.
var keywordNames = []string{
	"default", "enum", "exclusiveMaximum", "exclusiveMinimum", "format", "maxItems", "maxLength", "maxProperties", "maximum",
	"minItems", "minLength", "minProperties", "minimum", "multipleOf", "nullable", "pattern", "uniqueItems",
}

// readKeywords reads keywords of a schema. A value is JSON, or else a text.
func readKeywords(a cue.Attribute) (object, error) {
	var out object
	for i := range a.NumArgs() {
		key, value := a.Arg(i)
		if !slices.Contains(keywordNames, key) || value == "" {
			return nil, fmt.Errorf("found %q, allowed are %s with a value", key, strings.Join(keywordNames, ", "))
		}
		if _, raw, _ := strings.Cut(a.RawArg(i), "="); !strings.HasPrefix(strings.TrimSpace(raw), `"`) && json.Valid([]byte(value)) {
			out = append(out, member{key, json.RawMessage(value)})
		} else {
			out = append(out, member{key, value})
		}
	}
	return out, nil
}
