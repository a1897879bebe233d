package main

import (
	"fmt"
	"slices"
	"strings"
)

// page writes a page; reported are the rules that look at a field beside those of
// the schema.
func (o *outline) page(reported map[string][]string) (string, error) {
	var out strings.Builder
	out.WriteString(generatedReference)
	fmt.Fprintf(&out, "# %s\n\n%s\n\n", o.subject.title, o.subject.about)
	if len(o.subject.columns) > 1 {
		for _, c := range o.subject.columns {
			fmt.Fprintf(&out, "- **%s**: %s\n", c.title, prose(c.document.Type.Doc))
		}
		out.WriteString("\n")
	}
	out.WriteString("[How to read this page](README.md#how-to-read-a-page)\n\n")
	for _, s := range o.sections {
		if err := o.writeSection(&out, s, reported); err != nil {
			return "", err
		}
	}
	return strings.TrimRight(out.String(), "\n") + "\n", nil
}

// writeSection writes the fields of a struct: what several columns have side by
// side, and what one has alone in a table of its own.
func (o *outline) writeSection(out *strings.Builder, s *section, reported map[string][]string) error {
	fmt.Fprintf(out, "## %s\n\n", s.heading())
	if s.title() != "" {
		o.writePlaces(out, s)
	}
	shared := s.shared()
	o.writeOverview(out, s, shared)
	o.writeOpenness(out, s)
	s.writeGuards(out)
	for i, c := range o.subject.columns {
		own := s.own(i)
		if len(own) > 0 && len(shared) > 0 {
			fmt.Fprintf(out, "Only in %s:\n\n", c.title)
		}
		if err := o.writeOwn(out, own, i, reported); err != nil {
			return err
		}
	}
	for _, r := range shared {
		if err := o.writeField(out, r, reported); err != nil {
			return err
		}
	}
	return nil
}

// writePlaces writes where a struct stands and what it is: in words where one
// column alone has it, otherwise side by side.
func (o *outline) writePlaces(out *strings.Builder, s *section) {
	var lines [3][]string
	var only []int
	for i, at := range s.structures {
		var cells [3]string
		if at.t != nil {
			cells = [3]string{strings.Join(codes(s.paths[i]), "<br>"), prose(at.t.Doc), code(at.t.Go)}
			only = append(only, i)
		}
		for k := range lines {
			lines[k] = append(lines[k], cells[k])
		}
	}
	if len(only) > 1 {
		writeTable(out, append([]string{""}, o.titles()...), [][]string{
			append([]string{"at"}, lines[0]...), append([]string{"what it is"}, lines[1]...), append([]string{"type in Go"}, lines[2]...),
		})
		return
	}
	i := only[0]
	if lines[1][i] != "" {
		fmt.Fprintf(out, "%s\n\n", lines[1][i])
	}
	if len(s.paths[i]) > 1 {
		fmt.Fprintf(out, "These are the fields of %s.\n\n", listing(codes(s.paths[i])))
	}
	if lines[2][i] != "" {
		fmt.Fprintf(out, "In Go it is a %s.\n\n", lines[2][i])
	}
}

// writeOverview writes the keys of fields side by side.
func (o *outline) writeOverview(out *strings.Builder, s *section, shared []row) {
	var rows [][]string
	for _, r := range shared {
		var cells []string
		for i, p := range r {
			text := ""
			if p != nil {
				text = link(code(s.relative(i, p.path)), "#"+s.anchor(r))
				if p.field.Required {
					text += ", required"
				}
			}
			cells = append(cells, text)
		}
		rows = append(rows, append(cells, prose(r.first().field.Doc)))
	}
	writeTable(out, append(o.titles(), "meaning"), rows)
}

// writeOpenness says where a struct may have more fields than these.
func (o *outline) writeOpenness(out *strings.Builder, s *section) {
	lines := ""
	for i, at := range s.structures {
		switch {
		case at.t == nil:
		case at.t.Open:
			lines += fmt.Sprintf("- %s: other keys are allowed, and not checked.\n", o.subject.columns[i].title)
		case at.t.Extension != "":
			lines += fmt.Sprintf("- %s: other keys are allowed where they begin with `%s`, and not checked.\n", o.subject.columns[i].title, at.t.Extension)
		}
	}
	if lines != "" {
		out.WriteString(lines + "\n")
	}
}

// writeGuards names the rules that look at a struct as a whole.
func (s *section) writeGuards(out *strings.Builder) {
	var links []string
	for _, at := range s.structures {
		if at.t == nil {
			continue
		}
		for _, id := range at.t.Guards {
			if l := ruleLink(id); !slices.Contains(links, l) {
				links = append(links, l)
			}
		}
	}
	if len(links) > 0 {
		fmt.Fprintf(out, "As a whole it is looked at by %s.\n\n", strings.Join(links, " and "))
	}
}

func (o *outline) titles() []string {
	var titles []string
	for _, c := range o.subject.columns {
		titles = append(titles, c.title)
	}
	return titles
}

// writeOwn writes the fields that one column alone has, one a line.
func (o *outline) writeOwn(out *strings.Builder, rows []row, i int, reported map[string][]string) error {
	head := []string{"key", "meaning"}
	for _, a := range attributes {
		head = append(head, a.label(rows...))
	}
	var lines [][]string
	for _, r := range rows {
		all, err := checks(r, reported)
		if err != nil {
			return err
		}
		line := []string{code(r[i].field.Name), prose(r[i].field.Doc)}
		for _, a := range attributes {
			text := a.cell(o, r, r[i])
			if a.name == allowedAttribute {
				text = joinLines(text, allowed(all))
			}
			line = append(line, text)
		}
		links := ""
		for _, c := range all {
			links = joinLines(links, ruleLink(c.rule.ID))
		}
		lines = append(lines, append(line, links))
	}
	writeTable(out, append(head, "rules"), lines)
	return nil
}

// allowed are the words of some rules for what they allow.
func allowed(all []check) string {
	var texts []string
	for _, c := range all {
		texts = append(texts, c.allowed...)
	}
	return strings.Join(texts, "<br>")
}

func joinLines(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "<br>" + b
}

// writeField writes all that is known of a field that several columns have.
func (o *outline) writeField(out *strings.Builder, r row, reported map[string][]string) error {
	fmt.Fprintf(out, "### %s\n\n", code(r.title()))
	o.writeDocs(out, r)
	lines := [][]string{r.cells("key", func(p *place) string { return code(p.field.Name) })}
	for _, a := range attributes {
		lines = append(lines, r.cells(a.label(r), func(p *place) string { return a.cell(o, r, p) }))
	}
	writeTable(out, append([]string{""}, o.titles()...), lines)
	return o.writeChecks(out, r, reported)
}

// cells is a line of a table about a field.
func (r row) cells(label string, cell func(*place) string) []string {
	cells := []string{label}
	for _, p := range r {
		text := ""
		if p != nil {
			text = cell(p)
		}
		cells = append(cells, text)
	}
	return cells
}

// writeDocs writes what a field means, once where the columns agree.
func (o *outline) writeDocs(out *strings.Builder, r row) {
	var docs []string
	in := map[string][]string{}
	for i, p := range r {
		if p == nil {
			continue
		}
		if !slices.Contains(docs, p.field.Doc) {
			docs = append(docs, p.field.Doc)
		}
		in[p.field.Doc] = append(in[p.field.Doc], o.subject.columns[i].title)
	}
	for _, doc := range docs {
		if len(docs) == 1 {
			fmt.Fprintf(out, "%s\n", prose(doc))
		} else {
			fmt.Fprintf(out, "- %s: %s\n", strings.Join(in[doc], ", "), prose(doc))
		}
	}
	out.WriteString("\n")
}

// writeChecks writes the rules that look at a field.
func (o *outline) writeChecks(out *strings.Builder, r row, reported map[string][]string) error {
	all, err := checks(r, reported)
	if err != nil {
		return err
	}
	var lines [][]string
	for _, c := range all {
		var in []string
		for _, i := range c.in {
			if len(c.in) < r.columns() {
				in = append(in, o.subject.columns[i].title)
			}
		}
		lines = append(lines, []string{ruleLink(c.rule.ID), c.rule.Severity.String(), prose(c.rule.Summary), strings.Join(c.allowed, "<br>"), strings.Join(in, ", ")})
	}
	writeTable(out, []string{"rule", "severity", "finds", "allowed", "only in"}, lines)
	return nil
}
