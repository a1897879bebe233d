package main

import (
	"slices"
	"strings"

	"github.com/thvctl/thvctl/schema"
)

// anyKey stands in a path for the keys of a struct of any names.
const anyKey = "NAME"

// place is a field in one kind of document.
type place struct {
	path  string
	owner *schema.Type
	field schema.Field
	// elsewhere are the keys of other dialects for this field, or one below it, that
	// are refused in a struct above it, by their path.
	elsewhere []schema.Spelling
	// observed says that ToolHive's operator writes the field, and no rule looks.
	observed bool
}

// structure is a struct in one kind of document. The zero value is a column
// without one.
type structure struct {
	t    *schema.Type
	path string
	// elsewhere are the keys of the structs above for fields below this struct.
	elsewhere []schema.Spelling
	observed  bool
}

// outline is what a page goes through.
type outline struct {
	subject  subject
	sections []*section
}

// newOutline goes through the documents of a page, from the outside in.
func newOutline(s subject) *outline {
	o := &outline{subject: s}
	roots := make([]structure, len(s.columns))
	for i, c := range s.columns {
		roots[i] = structure{t: c.document.Type}
	}
	o.visit(roots)
	return o
}

// visit adds the section of a struct and of what is below it, or only the paths
// where the struct is known.
func (o *outline) visit(at []structure) {
	if s := o.known(at); s != nil {
		s.addPaths(at)
		return
	}
	s := &section{structures: at, paths: make([][]string, len(at))}
	s.addPaths(at)
	o.sections = append(o.sections, s)
	s.rows = o.match(at)
	for _, r := range s.rows {
		if below, ok := o.below(r); ok {
			o.visit(below)
		}
	}
}

// known returns the section that has the struct of every column.
func (o *outline) known(at []structure) *section {
	i := slices.IndexFunc(o.sections, func(s *section) bool {
		for i, a := range at {
			if a.t != nil && !sameType(a.t, s.structures[i].t) {
				return false
			}
		}
		return true
	})
	if i < 0 {
		return nil
	}
	return o.sections[i]
}

// sameType compares types by their definitions, for a reference copies the type.
func sameType(a, b *schema.Type) bool {
	return a == b || b != nil && a.Definition != "" && a.Definition == b.Definition
}

// below returns the struct that a field holds, directly or in a list; ok is false
// where it holds none, or one whose fields stand beside it.
func (o *outline) below(r row) (at []structure, ok bool) {
	at = make([]structure, len(r))
	for i, p := range r {
		if p == nil || p.path == o.subject.columns[i].inside {
			continue
		}
		t, path := strip(p.field.Type, p.path)
		if p.field.Observed != nil {
			t = p.field.Observed
		}
		if len(t.Fields) == 0 && t.Values == nil {
			continue
		}
		ok = true
		at[i] = structure{t, path, p.elsewhere, p.observed}
	}
	return at, ok
}

// strip passes through lists.
func strip(t *schema.Type, path string) (*schema.Type, string) {
	for t.Elem != nil {
		t, path = t.Elem, path+"[]"
	}
	return t, path
}

// match puts the fields of structs side by side, in the order of the first column,
// then what only the others have.
func (o *outline) match(at []structure) []row {
	places := make([][]*place, len(at))
	for i, a := range at {
		places[i] = fields(a, o.subject.columns[i].inside)
	}
	var rows []row
	for i := range at {
		for len(places[i]) > 0 {
			r := make(row, len(at))
			r[i], places[i] = places[i][0], places[i][1:]
			o.complete(r, places)
			rows = append(rows, r)
		}
	}
	return rows
}

// complete moves the counterparts of a row's fields into the row. A column may
// know another only through a third, so it looks once for each.
func (o *outline) complete(r row, places [][]*place) {
	for range r {
		for j := range r {
			if r[j] != nil {
				continue
			}
			k := slices.IndexFunc(places[j], func(q *place) bool { return o.counterpart(r, j, q) })
			if k >= 0 {
				r[j] = places[j][k]
				places[j] = slices.Delete(slices.Clone(places[j]), k, k+1)
			}
		}
	}
}

// counterpart reports whether a field of column j is that of a row.
func (o *outline) counterpart(r row, j int, q *place) bool {
	for i, p := range r {
		if p == nil {
			continue
		}
		a, b := o.subject.columns[i].dialect, o.subject.columns[j].dialect
		if p.field.Name == q.field.Name || spelt(p.field, b, q.field.Name) || spelt(q.field, a, p.field.Name) {
			return true
		}
	}
	return false
}

// spelt reports whether a field has a key in another dialect.
func spelt(f schema.Field, dialect, key string) bool {
	return slices.ContainsFunc(f.Spellings, func(s schema.Spelling) bool { return s.Dialect == dialect && s.Key == key })
}

// fields returns the fields of a struct, and behind the field inside, at the root,
// those that it holds.
func fields(at structure, inside string) []*place {
	if at.t == nil {
		return nil
	}
	var all []*place
	for _, f := range members(at.t) {
		p := &place{path: join(at.path, f.Name), owner: at.t, field: f, observed: at.observed || f.Observed != nil}
		for _, s := range append(slices.Clone(at.elsewhere), absolute(at)...) {
			if rest, ok := strings.CutPrefix(s.Path+".", f.Name+"."); ok {
				s.Path = strings.TrimSuffix(rest, ".")
				p.elsewhere = append(p.elsewhere, s)
			}
		}
		all = append(all, p)
		if p.path == inside {
			all = append(all, fields(structure{f.Type, p.path, p.elsewhere, p.observed}, inside)...)
		}
	}
	return all
}

// members returns the fields of a struct, and one that stands for any key.
func members(t *schema.Type) []schema.Field {
	if t.Values == nil {
		return t.Fields
	}
	return append(slices.Clone(t.Fields), schema.Field{Name: anyKey, Doc: t.Values.Doc, Type: t.Values})
}

// absolute returns the keys of other dialects that are refused in a struct, by
// their path.
func absolute(at structure) []schema.Spelling {
	all := slices.Clone(at.t.Elsewhere)
	for i := range all {
		all[i].Key = join(at.path, all[i].Key)
	}
	return all
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
