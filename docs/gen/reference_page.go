package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/rule"
)

// page writes a page; reported are the rules that look at a field beside those of
// the schema.
func (o *outline) page(reported map[string][]string) string {
	var out strings.Builder
	out.WriteString(generatedReference)
	fmt.Fprintf(&out, "# %s\n\n%s[How to read this page](README.md#how-to-read-a-page)\n\n", o.subject.title, o.subject.about)
	for _, s := range o.sections {
		fmt.Fprintf(&out, "## %s\n\n", s.heading())
		o.writeStruct(&out, s)
		for _, r := range s.rows {
			o.writeField(&out, r)
			o.writeRules(&out, r, reported)
		}
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

// sideBySide makes the head and the rows of a table with a column for each kind of
// document. Kinds that agree in all rows share one.
func (o *outline) sideBySide(rows int, cell func(line, kind int) string) (head []string, cells [][]string) {
	cells = make([][]string, rows)
	var columns, titles [][]string
	for kind, c := range o.subject.columns {
		column := make([]string, rows)
		for line := range column {
			column[line] = cell(line, kind)
		}
		i := slices.IndexFunc(columns, func(other []string) bool { return slices.Equal(other, column) })
		if i < 0 {
			i, columns, titles = len(columns), append(columns, column), append(titles, nil)
			for line := range column {
				cells[line] = append(cells[line], column[line])
			}
		}
		titles[i] = append(titles[i], c.title)
	}
	for _, t := range titles {
		head = append(head, o.kinds(t))
	}
	return head, cells
}

// kinds names several kinds of documents, which may be all.
func (o *outline) kinds(titles []string) string {
	if len(titles) > 1 && len(titles) == len(o.subject.columns) {
		return "all kinds"
	}
	return strings.Join(titles, ", ")
}

// writeDocs writes comments of the schema, one a kind, and once where kinds agree.
func (o *outline) writeDocs(out *strings.Builder, has func(kind int) bool, doc func(kind int) string) {
	head, rows := o.sideBySide(1, func(_, kind int) string {
		if !has(kind) {
			return ""
		}
		return prose(doc(kind))
	})
	var lines, texts []string
	for i, text := range rows[0] {
		if text != "" {
			lines = append(lines, "- "+head[i]+": "+text+"\n")
			texts = append(texts, text+"\n")
		}
	}
	if len(texts) == 1 {
		lines = texts
	}
	if len(lines) > 0 {
		out.WriteString(strings.Join(lines, "") + "\n")
	}
}

// line is a line of a table about a field or a struct. Its cell is for one kind of
// document, and empty where there is nothing to say.
type line struct {
	name string
	cell func(kind int) string
}

// writeLines writes what kinds agree in, and then what differs side by side. Kinds
// without the field or the struct are left out.
func (o *outline) writeLines(out *strings.Builder, has func(kind int) bool, lines []line) {
	var agreed, different []line
	for _, l := range lines {
		texts := map[string]bool{}
		for kind := range o.subject.columns {
			if has(kind) {
				texts[l.cell(kind)] = true
			}
		}
		if len(texts) == 1 {
			agreed = append(agreed, l)
		} else {
			different = append(different, l)
		}
	}
	for _, lines := range [][]line{agreed, different} {
		head, rows := o.sideBySide(len(lines), func(i, kind int) string {
			if !has(kind) {
				return ""
			}
			return lines[i].cell(kind)
		})
		for i, l := range lines {
			rows[i] = append([]string{l.name}, rows[i]...)
		}
		writeTable(out, append([]string{""}, head...), rows)
	}
}

// writeStruct writes what is known of a struct as a whole, and its keys.
func (o *outline) writeStruct(out *strings.Builder, s *section) {
	has := func(kind int) bool { return s.structures[kind].t != nil }
	o.writeDocs(out, has, func(kind int) string { return s.structures[kind].t.Doc })
	o.writeLines(out, has, []line{
		{"at", func(kind int) string { return strings.Join(codes(s.paths[kind]), "<br>") }},
		{"type in Go", func(kind int) string { return code(s.structures[kind].t.Go) }},
		{"other keys", func(kind int) string { return prose(s.structures[kind].t.OtherKeys()) }},
		{"rules", func(kind int) string {
			var links []string
			for _, id := range s.structures[kind].t.Guards {
				links = append(links, ruleLink(id))
			}
			return strings.Join(links, "<br>")
		}},
	})
	head, rows := o.sideBySide(len(s.rows), func(i, kind int) string {
		p := s.rows[i][kind]
		if p == nil {
			return ""
		}
		text := link(code(s.relative(kind, p)), "#"+slug(s.rows[i].title()))
		if p.field.Required {
			text += ", required"
		}
		return text
	})
	for i, r := range s.rows {
		rows[i] = append(rows[i], prose(r.first().field.Doc))
	}
	writeTable(out, append(head, "meaning"), rows)
}

// writeField writes what the schema knows of a field.
func (o *outline) writeField(out *strings.Builder, r row) {
	fmt.Fprintf(out, "### %s\n\n", code(r.title()))
	has := func(kind int) bool { return r[kind] != nil }
	o.writeDocs(out, has, func(kind int) string { return r[kind].field.Doc })
	var lines []line
	for _, a := range attributes {
		lines = append(lines, line{a.name, func(kind int) string { return a.cell(o, r, kind) }})
	}
	o.writeLines(out, has, lines)
}

// writeRules writes the rules that look at a field, but those that stand beside what
// is allowed.
func (o *outline) writeRules(out *strings.Builder, r row, reported map[string][]string) {
	in := map[string][]string{}
	var all, said, found []string
	for kind, p := range r {
		if p == nil {
			continue
		}
		c := o.subject.columns[kind]
		all = append(all, c.title)
		allowed, guards := p.field.Allowed(c.document)
		for _, a := range allowed {
			said = append(said, a.Rule)
		}
		for _, id := range guards {
			in[id] = append(in[id], c.title)
		}
		found = append(found, reported[p.key()]...)
	}
	for _, id := range found {
		if !slices.Contains(said, id) {
			in[id] = all // an example of one kind speaks for all
		}
	}
	var rows [][]string
	for _, id := range sortedKeys(in) {
		known, _ := rule.Lookup(id)
		only := ""
		if len(in[id]) < len(all) {
			only = o.kinds(in[id])
		}
		rows = append(rows, []string{ruleLink(id), known.Severity.String(), prose(known.Summary), only})
	}
	writeTable(out, []string{"rule", "severity", "finds", "only in"}, rows)
}
