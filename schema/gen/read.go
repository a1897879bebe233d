package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/thvctl/thvctl/schema"
)

// reader turns the source into types. A definition becomes one type, however often it
// is referred to. It reads the syntax, of which it knows every form that it lets pass:
// what CUE evaluates may come from forms that no other output can say.
type reader struct {
	root    cue.Value // for comments and attributes
	sources map[string]*ast.Field
	// types and texts are the definitions that are read, and open those that are being
	// read, from the outermost in.
	types map[string]*schema.Type
	texts map[string]*schema.Type
	open  []string
	out   shapes
}

// read reads the shape layer. What the table, the JSON Schemas, the CRDs and the Go types
// cannot all say is an error.
func read(source []byte) (shapes, error) {
	file, err := parser.ParseFile("shape.cue", source, parser.ParseComments)
	if err != nil {
		return shapes{}, err
	}
	root := cuecontext.New().BuildFile(file)
	if err := root.Err(); err != nil {
		return shapes{}, err
	}
	r := &reader{root: root, sources: map[string]*ast.Field{}, types: map[string]*schema.Type{}, texts: map[string]*schema.Type{}}
	r.out.details, r.out.resources = map[string]details{}, map[string]*resource{}
	names, err := r.collect(file)
	if err != nil {
		return shapes{}, err
	}
	for _, name := range names {
		if err := r.topLevel(name); err != nil {
			return shapes{}, err
		}
	}
	return r.out, r.readBounds()
}

// collect notes the source of every definition, and returns their names in order.
func (r *reader) collect(file *ast.File) ([]string, error) {
	var names []string
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.Package, *ast.CommentGroup:
		case *ast.Field:
			label, _, err := ast.LabelName(d.Label)
			name, isDefinition := strings.CutPrefix(label, "#")
			if err != nil || !isDefinition || d.Constraint != token.ILLEGAL {
				return nil, fmt.Errorf("found %s, allowed are definitions such as #Name", sourceOf(d.Label))
			}
			if r.sources[name] != nil {
				return nil, fmt.Errorf("#%s is defined twice", name)
			}
			r.sources[name] = d
			names = append(names, name)
		default:
			return nil, fmt.Errorf("found %s, allowed are definitions", sourceOf(declaration))
		}
	}
	return names, nil
}

// isShape reports whether a definition is by its name one of a struct.
func isShape(name string) bool { return strings.HasSuffix(name, "Shape") }

func (r *reader) topLevel(name string) error {
	if !isShape(name) {
		_, err := r.text(name)
		return err
	}
	t, err := r.definition(name)
	if err != nil {
		return err
	}
	if err := r.document(t, r.valueOf(name)); err != nil {
		return fmt.Errorf("#%s: %w", name, err)
	}
	return nil
}

func (r *reader) valueOf(name string) cue.Value {
	return r.root.LookupPath(cue.MakePath(cue.Def(name)))
}

// readBounds takes over the bounds of a timeout.
func (r *reader) readBounds() error {
	for name, to := range map[string]*string{"MinTimeout": &r.out.minTimeout, "MaxTimeout": &r.out.maxTimeout} {
		t := r.texts[name]
		if t == nil || len(t.Enum) != 1 {
			return fmt.Errorf("#%s is missing or no constant", name)
		}
		*to = t.Enum[0]
		if _, err := time.ParseDuration(*to); err != nil {
			return fmt.Errorf("#%s: %w", name, err)
		}
	}
	return nil
}

// enter notes that a definition is being read, and refuses one that holds itself: the
// table, a CRD and a Go struct end somewhere.
func (r *reader) enter(name string) error {
	if r.sources[name] == nil {
		return fmt.Errorf("there is no definition #%s", name)
	}
	if slices.Contains(r.open, name) {
		return fmt.Errorf("#%s holds itself, by way of #%s: a definition cannot", name, strings.Join(r.open, ", #"))
	}
	r.open = append(r.open, name)
	return nil
}

func (r *reader) leave() { r.open = r.open[:len(r.open)-1] }

// definition returns the type of a definition of a struct.
func (r *reader) definition(name string) (*schema.Type, error) {
	if t, ok := r.types[name]; ok {
		return t, nil
	}
	if err := r.enter(name); err != nil {
		return nil, err
	}
	defer r.leave()
	t, err := r.definitionOf(name, r.sources[name].Value)
	if err != nil {
		return nil, fmt.Errorf("#%s: %w", name, err)
	}
	r.types[name] = t
	r.out.types = append(r.out.types, t)
	return t, nil
}

func (r *reader) definitionOf(name string, source ast.Expr) (*schema.Type, error) {
	v := r.valueOf(name)
	t := &schema.Type{Definition: strings.TrimSuffix(name, "Shape"), Doc: doc(v), Kinds: schema.StructKind}
	literal, ok := source.(*ast.StructLit)
	if !ok {
		return nil, fmt.Errorf("found %s, allowed is a struct in a definition whose name ends in Shape", sourceOf(source))
	}
	if err := r.structure(t, literal, v); err != nil {
		return nil, err
	}
	return t, readAttributes(v, definitionAttributes, t)
}

// structure reads what stands in a struct.
func (r *reader) structure(t *schema.Type, source *ast.StructLit, v cue.Value) error {
	for _, declaration := range source.Elts {
		switch d := declaration.(type) {
		case *ast.CommentGroup:
		case *ast.Ellipsis:
			t.Open = true
		case *ast.Field:
			if err := r.member(t, d, v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("found %s, allowed are fields and ...", sourceOf(declaration))
		}
	}
	if t.Values != nil && (len(t.Fields) > 0 || t.Open || t.Extension != "") || t.Open && t.Extension != "" {
		return errors.New("a struct has fields of known names or is a map, and it has ... or further keys of one prefix, never both")
	}
	return nil
}

// member reads a field of a struct, or what all further fields are.
func (r *reader) member(t *schema.Type, source *ast.Field, v cue.Value) error {
	if label, ok := source.Label.(*ast.ListLit); ok {
		return r.pattern(t, label, source)
	}
	f, err := r.field(t, source, v)
	if err != nil {
		return fmt.Errorf("%s: %w", sourceOf(source.Label), err)
	}
	t.Fields = append(t.Fields, f)
	return nil
}

var prefixPattern = regexp.MustCompile(`^=~"\^([a-z]+-)"$`)

// pattern reads what fields of any name are, or of names that begin with a prefix.
func (r *reader) pattern(t *schema.Type, label *ast.ListLit, source *ast.Field) error {
	names := sourceOf(label)
	names = names[1 : len(names)-1]
	prefix := prefixPattern.FindStringSubmatch(names)
	switch {
	case len(source.Attrs) > 0:
		return fmt.Errorf("[%s]: an attribute has no place here", names)
	case t.Values != nil || t.Extension != "":
		return fmt.Errorf("[%s]: a struct says once what further fields are", names)
	case prefix != nil && sourceOf(source.Value) == "_":
		t.Extension = prefix[1]
		return nil
	case names == "string":
		values, err := r.expression(source.Value)
		if err == nil && values.Kinds&(schema.NullKind|schema.AnyKind) != 0 {
			err = errors.New("the values of a map are of a type, and never null")
		}
		t.Values = values
		return err
	}
	return fmt.Errorf("[%s]: %s has no place in the table, allowed are [string] of a type and [=~\"^x-\"]: _", names, sourceOf(source.Value))
}

// A key has a Go name, and stands in a path without quotes.
var keyPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*([_-][A-Za-z][A-Za-z0-9]*)*$`)

// field reads a field of a struct.
func (r *reader) field(parent *schema.Type, source *ast.Field, v cue.Value) (schema.Field, error) {
	name, _, err := ast.LabelName(source.Label)
	switch {
	case err != nil || !keyPattern.MatchString(name):
		return schema.Field{}, errors.New("the key has no Go name, allowed are letters and digits in words with - or _ between them")
	case parent.Field(name) != nil:
		return schema.Field{}, errors.New("the field stands twice")
	case source.Constraint == token.ILLEGAL:
		return schema.Field{}, errors.New("put ? or ! after the key: the field is optional or required")
	}
	selector := cue.Str(name).Optional()
	if source.Constraint == token.NOT {
		selector = cue.Str(name).Required()
	}
	v = v.LookupPath(cue.MakePath(selector))
	f := schema.Field{Name: name, Doc: doc(v), Required: source.Constraint == token.NOT}
	if f.Type, err = r.expression(source.Value); err != nil {
		return f, err
	}
	if f.Required && f.Type.Kinds.Has(schema.NullKind) {
		return f, errors.New("null stands for an absent value, and a required field has one")
	}
	words, err := r.fieldAttributes(&f, v)
	r.out.details[parent.Definition+"."+name] = words
	return f, err
}

// doc returns the comment above a definition or a field, in one line.
func doc(v cue.Value) string {
	var text []string
	for _, group := range v.Doc() {
		text = append(text, strings.TrimSpace(group.Text()))
	}
	return strings.Join(strings.Fields(strings.Join(text, " ")), " ")
}
