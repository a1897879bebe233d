package main

import (
	"slices"
	"strings"
)

// row is one field in all columns of a page; nil where a column has no such field.
type row []*place

// section is one struct in all columns of a page.
type section struct {
	structures []structure
	// paths are all paths at which the struct stands, by column.
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

// first returns the field in the first column that has it.
func (r row) first() *place { return r[slices.IndexFunc(r, func(p *place) bool { return p != nil })] }

// title is the path of the field in the first column that has it.
func (r row) title() string { return r.first().path }

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

// title names the section by a path at which the struct stands.
func (s *section) title() string {
	for _, paths := range s.paths {
		if len(paths) > 0 {
			return paths[0]
		}
	}
	return ""
}

// heading is the title of the section on its page. It differs from those of
// fields, so that each has an anchor of its own.
func (s *section) heading() string {
	if s.title() == "" {
		return "The document"
	}
	return "Fields of " + code(s.title())
}

// shared returns the rows that several columns have.
func (s *section) shared() []row {
	var rows []row
	for _, r := range s.rows {
		if r.columns() > 1 {
			rows = append(rows, r)
		}
	}
	return rows
}

// own returns the rows that one column alone has.
func (s *section) own(column int) []row {
	var rows []row
	for _, r := range s.rows {
		if r.columns() == 1 && r[column] != nil {
			rows = append(rows, r)
		}
	}
	return rows
}

// columns counts the columns that have the field.
func (r row) columns() int { return len(columnsOf(r)) }

// anchor leads to what a page says of a field: to its own heading, or to the
// section where it has a line in a table.
func (s *section) anchor(r row) string {
	if r.columns() > 1 {
		return slug(r.title())
	}
	return slug(s.heading())
}

// relative is a path as it is seen from the struct.
func (s *section) relative(column int, path string) string {
	return strings.TrimPrefix(path, s.structures[column].path+".")
}
