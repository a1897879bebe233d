package main

import (
	"slices"
	"strings"
)

// attributes are what the schema says of a field, in the order in which it is shown.
// A cell is for one kind of document; it is empty where there is nothing to say.
var attributes = []struct {
	name string
	cell func(*outline, row, int) string
}{
	{"key", ofField(func(p *place) string { return code(p.field.Name) })},
	{"type", typeCell},
	{"required", ofField(func(p *place) string {
		if p.field.Required {
			return "**yes**"
		}
		return "no"
	})},
	{"default", ofField(func(p *place) string { return code(p.field.Default) })},
	{"allowed", allowedCell},
	{"in Kubernetes", ofField(func(p *place) string { return prose(p.field.Limits()) })},
	{"filled in by `--fix`", ofField(func(p *place) string { return code(p.field.Safe) })},
	{"example", ofField(func(p *place) string { return strings.Join(codes(p.field.Examples), "<br>") })},
	{"other spellings", ofField(otherSpellings)},
}

// ofField makes the cell of an attribute that only the field itself decides.
func ofField(cell func(*place) string) func(*outline, row, int) string {
	return func(_ *outline, r row, kind int) string { return cell(r[kind]) }
}

// typeCell is the type of a field, with a link to its fields.
func typeCell(o *outline, r row, kind int) string {
	text := r[kind].field.Describe()
	if below, _ := o.below(r); below[kind].t != nil {
		text = link(text, "#"+slug(o.known(below).heading()))
	}
	if r[kind].observed() {
		text += ", not checked"
	}
	return text
}

// allowedCell is what may stand in a field, with the rules of what may not.
func allowedCell(o *outline, r row, kind int) string {
	var all []string
	allowed, _ := r[kind].field.Allowed(o.subject.columns[kind].document)
	for _, a := range allowed {
		text := prose(a.Text)
		if !r[kind].observed() {
			text += " (" + link(a.Rule, rulePath(a.Rule)) + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, "<br>")
}

// otherSpellings are the keys that other dialects have for a field, and those that
// no dialect has and people write.
func otherSpellings(p *place) string {
	spellings := slices.Clone(p.field.Spellings)
	for _, e := range p.in.elsewhere {
		if e.path == p.path() {
			spellings = append(spellings, e.Spelling)
		}
	}
	var all []string
	for _, s := range spellings {
		text := code(s.Key)
		if s.Beside() != "" {
			text += " beside " + code(s.Beside())
		}
		if s.Dialect != "none" {
			text += " of " + s.Title()
		}
		all = append(all, text)
	}
	return strings.Join(all, "<br>")
}
