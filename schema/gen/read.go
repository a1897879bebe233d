package main

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"

	"github.com/thvctl/thvctl/schema"
)

func mapKeys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// reader turns CUE values into types. A definition becomes one type, however
// often it is referred to.
type reader struct {
	root        cue.Value
	types       map[string]*schema.Type
	constraints map[string]*schema.Constraint
	out         shapes
}

func read(source []byte) (shapes, error) {
	root := cuecontext.New().CompileBytes(source, cue.Filename("shape.cue"))
	if err := root.Err(); err != nil {
		return shapes{}, err
	}
	r := &reader{root: root, types: map[string]*schema.Type{}, constraints: map[string]*schema.Constraint{}}
	r.out.keywords, r.out.resources, r.out.goTypes = map[string]keywords{}, map[string]*resource{}, map[*schema.Type]string{}
	fields, err := root.Fields(cue.Definitions(true))
	if err != nil {
		return shapes{}, err
	}
	for fields.Next() {
		if err := r.topLevel(fields.Selector().String(), fields.Value()); err != nil {
			return shapes{}, err
		}
	}
	return r.out, nil
}

func (r *reader) topLevel(name string, v cue.Value) error {
	switch name {
	case "#MinTimeout":
		r.out.minTimeout, _ = v.String()
	case "#MaxTimeout":
		r.out.maxTimeout, _ = v.String()
	}
	if !strings.HasSuffix(name, "Shape") {
		return nil
	}
	t, err := r.definition(strings.TrimPrefix(name, "#"))
	if err != nil {
		return err
	}
	kind := v.Attribute("kind")
	if kind.Err() != nil {
		return nil
	}
	d := &schema.Document{Name: kind.Contents(), Definition: t.Definition, Type: t}
	r.out.documents = append(r.out.documents, d)
	if names := v.Attribute("crd"); names.Err() == nil {
		names := readResource(names, v)
		r.out.resources[t.Definition], d.Plural = names, names.plural
	}
	return nil
}

// definition returns the type of a definition of a struct.
func (r *reader) definition(name string) (*schema.Type, error) {
	if t, ok := r.types[name]; ok {
		return t, nil
	}
	v := r.root.LookupPath(cue.MakePath(cue.Def(name)))
	t := &schema.Type{Definition: strings.TrimSuffix(name, "Shape"), Doc: doc(v), Kinds: schema.StructKind}
	if attribute := v.Attribute("go"); attribute.Err() == nil {
		t.Go = attribute.Contents()
	}
	r.types[name] = t
	if err := r.structure(t, v); err != nil {
		return nil, fmt.Errorf("#%s: %w", name, err)
	}
	r.out.types = append(r.out.types, t)
	return t, nil
}

func (r *reader) structure(t *schema.Type, v cue.Value) error {
	for _, a := range v.Attributes(cue.FieldAttr) {
		switch a.Name() {
		case "elsewhere":
			t.Elsewhere = append(t.Elsewhere, elsewhere(a))
		case "atomic":
			t.Atomic = true
		}
	}
	fields, err := v.Fields(cue.Optional(true))
	if err != nil {
		return err
	}
	for fields.Next() {
		f, err := r.field(fields.Selector(), fields.Value())
		if err != nil {
			return fmt.Errorf("%s: %w", fields.Selector(), err)
		}
		t.Fields = append(t.Fields, f)
		if words := readKeywords(fields.Value()); words != nil {
			r.out.keywords[t.Definition+"."+f.Name] = *words
		}
	}
	if v.Allows(cue.Str("x-anything")) && !v.Allows(cue.Str("anything")) {
		t.Extension = "x-"
	} else if values := v.LookupPath(cue.MakePath(cue.AnyString)); values.Exists() && values.IncompleteKind() != cue.TopKind {
		t.Values = &schema.Type{}
		if err := r.value(t.Values, values); err != nil {
			return err
		}
	} else if v.Allows(cue.Str("anything")) {
		t.Open = true
	}
	return nil
}

func (r *reader) field(selector cue.Selector, v cue.Value) (schema.Field, error) {
	f := schema.Field{Name: selector.Unquoted(), Doc: doc(v), Required: selector.ConstraintType() == cue.RequiredConstraint}
	t := &schema.Type{}
	if err := r.value(t, v); err != nil {
		return f, err
	}
	if t.Bounds != nil && !t.Kinds.Has(schema.IntKind) {
		return f, fmt.Errorf("%v bounds no whole number: put int & before it", v)
	}
	f.Type = t
	for _, a := range v.Attributes(cue.FieldAttr) {
		switch a.Name() {
		case "go":
			f.Go, _ = a.Arg(0)
			if a.NumArgs() > 1 {
				r.out.goTypes[t] = a.RawArg(1)
			}
		case "default":
			f.Default = a.Contents()
		case "safe":
			f.Safe = a.Contents()
		case "written":
			f.Written = true
		case "spelling":
			f.Spellings = append(f.Spellings, spelling(a))
		case "format":
			f.Format = a.Contents()
		case "example":
			example, err := text(a)
			if err != nil {
				return f, err
			}
			f.Examples = append(f.Examples, example)
		case "limit":
			limit, err := strconv.Atoi(a.Contents())
			if err != nil || limit < 1 {
				return f, fmt.Errorf("@limit(%s) is no number above 0", a.Contents())
			}
			f.Limit = limit
		case "key":
			f.ListKey = a.Contents()
		case "observed":
			observed, err := r.definition(a.Contents())
			if err != nil {
				return f, err
			}
			f.Observed = observed
		case "openapi", "compat":
			// Keywords are read with the type of the field.
		default:
			return f, fmt.Errorf("unknown attribute @%s", a.Name())
		}
	}
	return f, nil
}

// text is the contents of an attribute, with or without quotes.
func text(a cue.Attribute) (string, error) {
	if !strings.HasPrefix(a.Contents(), `"`) {
		return a.Contents(), nil
	}
	return a.String(0)
}

func spelling(a cue.Attribute) schema.Spelling {
	dialect, key := a.Arg(0)
	return schema.Spelling{Dialect: dialect, Key: key}
}

func elsewhere(a cue.Attribute) schema.Spelling {
	dialect, _ := a.Arg(0)
	key, path := a.Arg(1)
	return schema.Spelling{Dialect: dialect, Key: key, Path: path}
}

// value adds to t what a CUE value allows.
func (r *reader) value(t *schema.Type, v cue.Value) error {
	if name, ok := reference(v); ok {
		return r.referred(t, name, cue.Dereference(v))
	}
	op, args := v.Expr()
	switch {
	case op == cue.OrOp || op == cue.AndOp:
		for _, arg := range args {
			if err := r.value(t, arg); err != nil {
				return err
			}
		}
		return nil
	case v.IncompleteKind() == cue.TopKind:
		t.Kinds |= schema.AnyKind
		return nil
	case v.IncompleteKind() == cue.ListKind:
		t.Kinds |= schema.ListKind
		t.Elem = &schema.Type{}
		return r.value(t.Elem, v.LookupPath(cue.MakePath(cue.AnyIndex)))
	case v.IncompleteKind() == cue.StructKind:
		t.Kinds |= schema.StructKind
		t.Open = true
		return nil
	}
	return scalar(t, v)
}

func scalar(t *schema.Type, v cue.Value) error {
	if op, args := v.Expr(); len(args) == 1 && slices.Contains([]cue.Op{cue.GreaterThanEqualOp, cue.GreaterThanOp, cue.LessThanEqualOp, cue.LessThanOp}, op) {
		return bound(t, op, args[0])
	}
	switch v.IncompleteKind() {
	case cue.NullKind:
		t.Kinds |= schema.NullKind
	case cue.BoolKind:
		t.Kinds |= schema.BoolKind
	case cue.IntKind:
		t.Kinds |= schema.IntKind
	case cue.StringKind:
		t.Kinds |= schema.StringKind
		op, _ := v.Expr()
		switch text, err := v.String(); {
		case err == nil:
			t.Enum = append(t.Enum, text)
		case op != cue.NoOp:
			return fmt.Errorf("%v has no place in the table: give the constraint a definition of its own, with @rule and @message", v)
		}
	default:
		return fmt.Errorf("a value of kind %s has no place in the table", v.IncompleteKind())
	}
	return nil
}

// bound adds a bound of whole numbers.
func bound(t *schema.Type, op cue.Op, v cue.Value) error {
	limit, err := v.Int64()
	if err != nil {
		return fmt.Errorf("%s %v has no place in the table, allowed is a whole number: %w", op, v, err)
	}
	if t.Bounds == nil {
		t.Bounds = &schema.Bounds{Min: math.MinInt64, Max: math.MaxInt64}
	}
	switch op {
	case cue.GreaterThanEqualOp:
		t.Bounds.Min = max(t.Bounds.Min, limit)
	case cue.GreaterThanOp:
		t.Bounds.Min = max(t.Bounds.Min, limit+1)
	case cue.LessThanEqualOp:
		t.Bounds.Max = min(t.Bounds.Max, limit)
	case cue.LessThanOp:
		t.Bounds.Max = min(t.Bounds.Max, limit-1)
	}
	return nil
}

// referred adds to t what the definition of a name allows.
func (r *reader) referred(t *schema.Type, name string, v cue.Value) error {
	if strings.HasSuffix(name, "Shape") {
		d, err := r.definition(name)
		if err != nil {
			return err
		}
		kinds := t.Kinds
		*t = *d
		t.Kinds |= kinds
		return nil
	}
	t.Kinds |= schema.StringKind
	op, args := v.Expr()
	if op == cue.RegexMatchOp {
		c, err := r.constraint(name, args[0])
		if err != nil {
			return err
		}
		t.Constraints = append(t.Constraints, c)
		return nil
	}
	for _, arg := range args {
		if err := r.value(t, arg); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) constraint(name string, pattern cue.Value) (*schema.Constraint, error) {
	if c, ok := r.constraints[name]; ok {
		return c, nil
	}
	c := &schema.Constraint{Name: name}
	var err error
	if c.Pattern, err = pattern.String(); err != nil {
		return nil, err
	}
	definition := r.root.LookupPath(cue.MakePath(cue.Def(name)))
	rule := definition.Attribute("rule")
	if c.Rule = rule.Contents(); c.Rule == "" {
		return nil, fmt.Errorf("#%s has no @rule", name)
	}
	message := definition.Attribute("message")
	if c.Message, err = message.String(0); err != nil {
		return nil, fmt.Errorf("#%s has no @message: %w", name, err)
	}
	r.constraints[name] = c
	r.out.constraints = append(r.out.constraints, c)
	return c, nil
}

// reference returns the name of the definition that v is a reference to.
func reference(v cue.Value) (name string, ok bool) {
	_, path := v.ReferencePath()
	steps := path.Selectors()
	if len(steps) != 1 || !steps[0].IsDefinition() {
		return "", false
	}
	return strings.TrimPrefix(steps[0].String(), "#"), true
}

func doc(v cue.Value) string {
	var text []string
	for _, group := range v.Doc() {
		text = append(text, strings.TrimSpace(group.Text()))
	}
	return strings.Join(strings.Fields(strings.Join(text, " ")), " ")
}
