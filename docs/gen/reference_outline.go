package main

import (
	"slices"

	"github.com/thvctl/thvctl/schema"
)

// anyKey stands in a path for the keys of a struct of any names.
const anyKey = "NAME"

// structure is a struct in one kind of document. The zero value is a kind without
// one.
type structure struct {
	t    *schema.Type
	path string
	// elsewhere are keys of other dialects in this struct and those above it.
	elsewhere []elsewhere
	// observed says that ToolHive's operator writes the struct, and nothing is checked.
	observed bool
}

// elsewhere is a key of another dialect whose field, at a path from the root, is
// further down than the key.
type elsewhere struct {
	path string
	schema.Spelling
}

// place is a field in one kind of document.
type place struct {
	in    structure
	field schema.Field
}

func (p *place) path() string { return join(p.in.path, p.field.Name) }

func (p *place) observed() bool { return p.in.observed || p.field.Observed != nil }

// key names the field, however many paths lead to it.
func (p *place) key() string { return fieldKey(p.in.t, p.field.Name) }

// below returns the struct that the field holds, itself or in a list.
func (p *place) below() structure {
	t, path := p.field.Seen(), p.path()
	for t.Elem != nil {
		t, path = t.Elem, path+"[]"
	}
	if len(t.Fields) == 0 && t.Values == nil {
		return structure{}
	}
	s := structure{t, path, slices.Clone(p.in.elsewhere), p.observed()}
	for _, e := range t.Elsewhere {
		s.elsewhere = append(s.elsewhere, elsewhere{join(path, e.Path), e})
	}
	return s
}

// fields returns the fields of a struct, and behind the field inside, at the root,
// those that it holds.
func (s structure) fields(inside string) []*place {
	if s.t == nil {
		return nil
	}
	var all []*place
	for _, f := range members(s.t) {
		p := &place{s, f}
		all = append(all, p)
		if p.path() == inside {
			all = append(all, p.below().fields("")...)
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

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// outline is what a page goes through.
type outline struct {
	subject  subject
	sections []*section
}

// newOutline goes through the documents of a page, from the outside in.
func newOutline(s subject) *outline {
	o := &outline{subject: s}
	var roots []structure
	for _, c := range s.columns {
		root := place{field: schema.Field{Type: c.document.Type}}
		roots = append(roots, root.below())
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

// known returns the section that has the struct of every kind.
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

// below returns the struct that a field holds; ok is false where it holds none, or
// one whose fields stand beside it.
func (o *outline) below(r row) (at []structure, ok bool) {
	at = make([]structure, len(r))
	for i, p := range r {
		if p != nil && p.path() != o.subject.columns[i].inside {
			at[i] = p.below()
			ok = ok || at[i].t != nil
		}
	}
	return at, ok
}

// match puts the fields of structs side by side, in the order of the first kind,
// then what only the others have.
func (o *outline) match(at []structure) []row {
	var rows []row
	for i, s := range at {
		for _, p := range s.fields(o.subject.columns[i].inside) {
			k := slices.IndexFunc(rows, func(r row) bool { return r[i] == nil && o.counterpart(r, i, p) })
			if k < 0 {
				k, rows = len(rows), append(rows, make(row, len(at)))
			}
			rows[k][i] = p
		}
	}
	return rows
}

// counterpart reports whether a field of a kind is that of a row.
func (o *outline) counterpart(r row, kind int, q *place) bool {
	for i, p := range r {
		if p == nil {
			continue
		}
		a, b := o.subject.columns[i].dialect, o.subject.columns[kind].dialect
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
