package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue"

	"github.com/thvctl/thvctl/schema"
)

// shapes is the shape layer, read.
type shapes struct {
	documents []*schema.Document
	// types are the definitions of structs, each after those that it refers to, and
	// constraints those of patterns, in the order in which fields refer to them.
	types       []*schema.Type
	constraints []*schema.Constraint
	minTimeout  string
	maxTimeout  string
	// details are what the table does not have of a field, by "Definition.field", and
	// resources what the API server calls a kind of document, by definition.
	details   map[string]details
	resources map[string]*resource
}

// details is what the table does not have of a field.
type details struct {
	// goType is the Go type that the field names, or empty.
	goType string
	// itemLimit is the most characters of each item of a list or value of a map, in
	// Kubernetes alone; 0 for no limit.
	itemLimit int
	// ours and compat are the further keywords of the field in our CRD, and in the one
	// that has ToolHive's shape.
	ours, compat object
}

var documentName = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// document notes that a definition is a kind of document.
func (r *reader) document(t *schema.Type, v cue.Value) error {
	kind := v.Attribute("kind")
	names, err := readResource(v)
	switch {
	case err != nil:
		return err
	case kind.Err() != nil && names != nil:
		return errors.New("@crd goes with @kind")
	case kind.Err() != nil:
		return nil
	}
	d := &schema.Document{Name: kind.Contents(), Definition: t.Definition, Type: t}
	if !documentName.MatchString(d.Name) {
		return fmt.Errorf("@kind(%s): allowed are lower-case letters, in words with - between them", d.Name)
	}
	if names != nil {
		r.out.resources[t.Definition], d.Plural = names, names.plural
	}
	for _, other := range r.out.documents {
		if other.Name == d.Name || d.Plural != "" && other.Plural == d.Plural {
			return fmt.Errorf("#%sShape has the same @kind or @crd", other.Definition)
		}
	}
	r.out.documents = append(r.out.documents, d)
	return nil
}

// resource is what the API server calls a kind of document.
type resource struct {
	plural, singular, short, category string
	columns                           []object
}

// readResource reads @crd and @column, or returns nil where there is no @crd.
func readResource(v cue.Value) (*resource, error) {
	r := &resource{}
	if names := v.Attribute("crd"); names.Err() == nil {
		parts := map[string]*string{"plural": &r.plural, "singular": &r.singular, "short": &r.short, "category": &r.category}
		for i := range names.NumArgs() {
			if key, name := names.Arg(i); parts[key] != nil && resourceName.MatchString(name) {
				*parts[key] = name
			}
		}
		if r.plural == "" || r.singular == "" || r.short == "" || r.category == "" || names.NumArgs() != len(parts) {
			return nil, fmt.Errorf("@crd(%s): allowed is @crd(plural=,singular=,short=,category=), each with lower-case letters", names.Contents())
		}
	}
	for _, a := range v.Attributes(cue.FieldAttr) {
		if a.Name() != "column" {
			continue
		}
		column, err := readColumn(a)
		if err != nil || r.plural == "" {
			return nil, fmt.Errorf("@column(%s): allowed is @column(NAME,PATH,TYPE) beside @crd", a.Contents())
		}
		r.columns = append(r.columns, column)
	}
	if r.plural == "" {
		return nil, nil
	}
	return r, nil
}

var (
	resourceName = regexp.MustCompile(`^[a-z]+$`)
	columnTypes  = []string{"boolean", "date", "integer", "number", "string"}
)

func readColumn(a cue.Attribute) (object, error) {
	name, _ := a.String(0)
	kind, _ := a.String(2)
	path, err := a.String(1)
	if name == "" || !strings.HasPrefix(path, ".") || !slices.Contains(columnTypes, kind) || a.NumArgs() != 3 {
		err = errors.New("a part is missing or wrong")
	}
	return object{{"name", name}, {"type", kind}, {"jsonPath", path}}, err
}
