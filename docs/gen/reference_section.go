package main

import (
	"slices"
	"strings"
)

// row is one field in all kinds of documents of a page; nil where a kind has no such
// field.
type row []*place

// section is one struct in all kinds of documents of a page.
type section struct {
	structures []structure
	// paths are all paths at which the struct stands, by kind.
	paths [][]string
	rows  []row
}

// addPaths notes where the struct stands, once more.
func (s *section) addPaths(at []structure) {
	for i, a := range at {
		if a.t != nil && !slices.Contains(s.paths[i], a.path) {
			s.paths[i] = append(s.paths[i], a.path)
		}
	}
}

// first is the field in the first kind that has it.
func (r row) first() *place { return r[slices.IndexFunc(r, func(p *place) bool { return p != nil })] }

// title is the path of the field in the first kind that has it.
func (r row) title() string { return r.first().path() }

// names returns the keys of the field, each once.
func (r row) names() []string {
	var names []string
	for _, p := range r {
		if p != nil && !slices.Contains(names, p.field.Name) {
			names = append(names, p.field.Name)
		}
	}
	return names
}

// heading is the title of the section on its page: a path at which the struct
// stands. It differs from those of fields, so that each has an anchor of its own.
func (s *section) heading() string {
	first := slices.IndexFunc(s.paths, func(paths []string) bool { return len(paths) > 0 })
	if s.paths[first][0] == "" {
		return "The document"
	}
	return "Fields of " + code(s.paths[first][0])
}

// relative is the path of a field as it is seen from the struct.
func (s *section) relative(kind int, p *place) string {
	return strings.TrimPrefix(p.path(), s.structures[kind].path+".")
}
