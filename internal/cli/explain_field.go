package cli

import (
	"fmt"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/schema"
)

// page says all that the schema knows of a field, without its title.
func (p fieldPlace) page() string {
	var out strings.Builder
	t := p.field.Type
	doc := p.field.Doc
	if doc == "" {
		doc = t.Doc
	}
	if doc != "" {
		fmt.Fprintf(&out, "%s\n\n", doc)
	}
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&out, "%-9s %s\n", name+":", text)
		}
	}
	line("type", t.Describe())
	if p.parent != nil {
		line("required", map[bool]string{true: "yes", false: "no"}[p.field.Required])
	}
	line("default", p.field.Default)
	for _, c := range constraints(t) {
		line("allowed", fmt.Sprintf("%s (%s)", c.Message, named(c.Rule)))
	}
	if t.Bounds != nil {
		line("allowed", t.Bounds.Describe()+" ("+named(diag.Schema.ID)+")")
	}
	if len(t.Enum) > 0 {
		line("allowed", strings.Join(t.Enum, ", ")+" ("+named(diag.BadValue.ID)+")")
	}
	for _, id := range p.field.Guards {
		if id == diag.TimeoutRange.ID {
			line("allowed", fmt.Sprintf("%s to %s (%s)", schema.MinTimeout, schema.MaxTimeout, named(id)))
			continue
		}
		line("rule", named(id))
	}
	line("example", strings.Join(p.field.Examples, ", "))
	for _, s := range p.field.Spellings {
		line("not", fmt.Sprintf("%s, which is the spelling of %s", s.Key, s.Title()))
	}
	p.writeFields(&out)
	return out.String()
}

func (p fieldPlace) title() string {
	if len(p.steps) == 0 {
		return p.dialect + ": " + p.kind
	}
	return fmt.Sprintf("%s: %s of %s", p.dialect, p.path(), p.kind)
}

// writeFields lists the fields of a struct, or of the elements of a list.
func (p fieldPlace) writeFields(out *strings.Builder) {
	t := p.field.Type
	for t.Elem != nil {
		t = t.Elem
	}
	if len(t.Fields) == 0 {
		return
	}
	width := 0
	for _, f := range t.Fields {
		width = max(width, len(f.Name))
	}
	out.WriteString("\nfields:\n")
	for _, f := range t.Fields {
		doc := f.Doc
		if f.Required {
			doc += " (required)"
		}
		fmt.Fprintf(out, "  %-*s  %s\n", width, f.Name, doc)
	}
}

func constraints(t *schema.Type) []*schema.Constraint {
	for t.Elem != nil {
		t = t.Elem
	}
	return t.Constraints
}

// named is a rule's identifier with its name.
func named(id string) string {
	if r, ok := rule.Lookup(id); ok {
		return r.ID + " " + r.Name
	}
	return id
}
