package cli

import (
	"fmt"
	"strings"

	"github.com/thvctl/thvctl/compiler/rule"
)

// page says all that the schema knows of a field, without its title.
func (p fieldPlace) page() string {
	var out strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&out, "%-14s %s\n", name+":", text)
		}
	}
	holds := p.field.Seen().Item()
	doc := p.field.Doc
	if doc == "" {
		doc = holds.Doc
	}
	if doc != "" {
		fmt.Fprintf(&out, "%s\n\n", doc)
	}
	p.writeType(line)
	line("default", p.field.Default)
	allowed, guards := p.field.Allowed(p.document)
	for _, a := range allowed {
		text := a.Text
		if !p.observed {
			text += " (" + named(a.Rule) + ")"
		}
		line("allowed", text)
	}
	line("other keys", holds.OtherKeys())
	line("in Kubernetes", p.field.Limits())
	line("with --fix", p.field.Safe)
	for _, id := range append(guards, holds.Guards...) {
		line("rule", named(id))
	}
	line("example", strings.Join(p.field.Examples, ", "))
	p.writeSpellings(line)
	p.writeFields(&out)
	return out.String()
}

func (p fieldPlace) writeType(line func(name, text string)) {
	text := p.field.Describe()
	if p.observed {
		text += ", not checked"
	}
	line("type", text)
	if len(p.steps) > 0 {
		line("required", map[bool]string{true: "yes", false: "no"}[p.field.Required])
	}
}

// writeSpellings lists the keys of other dialects.
func (p fieldPlace) writeSpellings(line func(name, text string)) {
	for _, s := range p.spellings() {
		key := s.Key
		if s.Beside() != "" {
			key += " beside " + s.Beside()
		}
		line("not", fmt.Sprintf("%s, which is the spelling of %s", key, s.Title()))
	}
}

func (p fieldPlace) title() string {
	if len(p.steps) == 0 {
		return p.dialect + ": " + p.document.Name
	}
	return fmt.Sprintf("%s: %s of %s", p.dialect, p.path(), p.document.Name)
}

// writeFields lists the fields of a struct, or of the elements of a list.
func (p fieldPlace) writeFields(out *strings.Builder) {
	fields := p.fields()
	if len(fields) == 0 {
		return
	}
	width := 0
	for _, f := range fields {
		width = max(width, len(f.Name))
	}
	out.WriteString("\nfields:\n")
	for _, f := range fields {
		doc := f.Doc
		if f.Required {
			doc += " (required)"
		}
		fmt.Fprintln(out, strings.TrimRight(fmt.Sprintf("  %-*s  %s", width, f.Name, doc), " "))
	}
}

// named is a rule's identifier with its name.
func named(id string) string {
	if r, ok := rule.Lookup(id); ok {
		return r.ID + " " + r.Name
	}
	return id
}
