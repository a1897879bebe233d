package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/schema"
)

// allowedAttribute is the name of the attribute that the words of rules go to
// where a field has one line.
const allowedAttribute = "allowed"

// attribute is one thing that the schema says of a field.
type attribute struct {
	name string
	// rule is the diagnostic of a document that disagrees, or empty.
	rule string
	// cell is the text for one column; empty where there is nothing to say.
	cell func(*outline, row, *place) string
}

// attributes are in the order in which they are shown.
var attributes = []attribute{
	{"type", diag.WrongType.ID, typeCell},
	{"required", diag.MissingField.ID, func(_ *outline, _ row, p *place) string {
		if p.field.Required {
			return "**yes**"
		}
		return "no"
	}},
	{"default", "", func(_ *outline, _ row, p *place) string { return code(p.field.Default) }},
	{allowedAttribute, diag.BadValue.ID, func(_ *outline, _ row, p *place) string {
		t, _ := strip(p.field.Type, "")
		if t.Bounds != nil {
			return t.Bounds.Describe()
		}
		return strings.Join(codes(t.Enum), ", ")
	}},
	{"in Kubernetes", "", func(_ *outline, _ row, p *place) string { return limits(p.field) }},
	{"filled in by `--fix`", "", func(_ *outline, _ row, p *place) string { return code(p.field.Safe) }},
	{"example", "", func(_ *outline, _ row, p *place) string { return strings.Join(codes(p.field.Examples), "<br>") }},
	{"other spellings", diag.WrongDialect.ID, otherSpellings},
}

// label is the name of the attribute, with the rule that holds some fields to it.
func (a attribute) label(rows ...row) string {
	for _, r := range rows {
		for _, p := range r {
			if p == nil {
				continue
			}
			if _, held := schemaChecks(p)[a.rule]; held {
				return a.name + " " + link(a.rule, "../rules/"+a.rule+".md")
			}
		}
	}
	return a.name
}

// saidBefore reports whether a rule stands beside an attribute, and has no words
// to add to it.
func saidBefore(c check) bool {
	return len(c.allowed) == 0 && slices.ContainsFunc(attributes, func(a attribute) bool { return a.rule == c.rule.ID })
}

// typeCell is the type of a field, with a link to its fields.
func typeCell(o *outline, r row, p *place) string {
	t := p.field.Type
	if p.field.Observed != nil {
		t = p.field.Observed
	}
	text := t.Describe()
	if p.field.Format != "" {
		text += " (" + p.field.Format + ")"
	}
	below, _ := o.below(r)
	if s := o.known(below); s != nil && below[slices.Index(r, p)].t != nil {
		text = link(text, "#"+slug(s.heading()))
	}
	if p.field.Observed != nil {
		text += ", not checked"
	}
	return text
}

// limits is what an API server demands of a field beyond the schema.
func limits(f schema.Field) string {
	var all []string
	if f.Limit > 0 {
		what := "characters"
		if f.Type.Elem != nil {
			what = "items"
		}
		all = append(all, fmt.Sprintf("at most %d %s", f.Limit, what))
	}
	if f.ListKey != "" {
		all = append(all, code(f.ListKey)+" tells items apart")
	}
	return strings.Join(all, ", ")
}

// otherSpellings are the keys that other dialects have for a field. Those that
// stand beside it in the table are left out.
func otherSpellings(o *outline, r row, p *place) string {
	own := o.subject.columns[slices.Index(r, p)].dialect
	var all []string
	for _, s := range append(slices.Clone(p.field.Spellings), p.elsewhere...) {
		text := code(s.Key)
		if s.Dialect != own {
			text += " of " + s.Title()
		}
		if s.Path == "" && !slices.Contains(r.names(), s.Key) {
			all = append(all, text)
		}
	}
	return strings.Join(all, "<br>")
}
