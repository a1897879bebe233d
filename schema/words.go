package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// The rules of values for which the sources name none.
const (
	outOfBounds  = "THV2000"
	timeoutRange = "THV2006"
	badValue     = "THV2008"
)

// Describe names the type for people, for example "string", "list of mappings" or
// "whole number or string". Null, which stands for an absent value, is left out.
func (t *Type) Describe() string { return t.describe(false) }

func (t *Type) describe(many bool) string {
	if t.Kinds.Has(AnyKind) {
		return "anything"
	}
	var names []string
	for _, k := range []struct {
		kind      KindSet
		one, many string
	}{
		{StringKind, "string", "strings"}, {IntKind, "whole number", "whole numbers"},
		{BoolKind, "true or false", "true or false"}, {ListKind, "list", "lists"}, {StructKind, "mapping", "mappings"},
	} {
		if !t.Kinds.Has(k.kind) {
			continue
		}
		name := k.one
		if many {
			name = k.many
		}
		if k.kind == ListKind && t.Elem != nil {
			name += " of " + t.Elem.describe(true)
		}
		names = append(names, name)
	}
	return strings.Join(names, " or ")
}

// Item returns the type of what a list holds, however deep; any other type is its
// own.
func (t *Type) Item() *Type {
	for t.Elem != nil {
		t = t.Elem
	}
	return t
}

// OtherKeys says which keys a struct may have beside its fields; empty for none.
func (t *Type) OtherKeys() string {
	switch {
	case t.Open:
		return "allowed, and not checked"
	case t.Extension != "":
		return fmt.Sprintf("allowed where they begin with %q, and not checked", t.Extension)
	}
	return ""
}

// Seen returns the type of what stands in the field: where the check leaves it open,
// that of what ToolHive's operator writes.
func (f Field) Seen() *Type {
	if f.Observed != nil {
		return f.Observed
	}
	return f.Type
}

// Describe names the type of the field for people, with its format: "string (uri)".
func (f Field) Describe() string {
	text := f.Seen().Describe()
	if f.Format != "" {
		text += " (" + f.Format + ")"
	}
	return text
}

// Limits says what a Kubernetes API server demands of the field beyond what the check
// does; empty for nothing.
func (f Field) Limits() string {
	var all []string
	if f.Limit > 0 {
		what := "characters"
		switch {
		case f.Type.Elem != nil:
			what = "items"
		case f.Type.Values != nil:
			what = "entries"
		}
		all = append(all, fmt.Sprintf("at most %d %s", f.Limit, what))
	}
	if f.ListKey != "" {
		all = append(all, fmt.Sprintf("no two items with the same %q", f.ListKey))
	}
	return strings.Join(all, ", ")
}

// Allowed says in words what may stand in a field, and names the rule of what may
// not.
type Allowed struct{ Text, Rule string }

// Allowed returns what may stand in the field, in a kind of document, and the guards
// of the field that this does not speak of.
func (f Field) Allowed(d *Document) (allowed []Allowed, guards []string) {
	t := f.Seen().Item()
	said := map[string]bool{}
	add := func(text, rule string) {
		allowed = append(allowed, Allowed{text, rule})
		said[rule] = true
	}
	for _, c := range t.Constraints {
		add(c.Message, c.Rule)
	}
	if t.Bounds != nil {
		add(t.Bounds.Describe(), outOfBounds)
	}
	if len(t.Enum) > 0 {
		var values []string
		for _, v := range t.Enum {
			values = append(values, strconv.Quote(v))
		}
		add(strings.Join(values, ", "), badValue)
	}
	for _, id := range f.Guards {
		switch {
		case id == timeoutRange:
			add(d.timeoutRange(), id)
		case !said[id]:
			guards = append(guards, id)
		}
	}
	return allowed, guards
}

// timeoutRange says what a timeout may be. The table does not tell a RunConfig from a
// webhook file in JSON, whose webhooks have one type; the rules layer does.
func (d *Document) timeoutRange() string {
	text := MinTimeout + " to " + MaxTimeout
	if d.Name == "runconfig" {
		text += ", or 0 for the default"
	}
	return text
}

// Title names the dialect of the spelling for people.
func (s Spelling) Title() string {
	titles := map[string]string{
		"file": "a webhook file", "crd": "an MCPWebhookConfig", "runconfig": "a RunConfig", "kubernetes": "ToolHive's Kubernetes resources",
		"rfc": "ToolHive's THV-0017", "draft": "a draft of ToolHive's webhook files",
		"none": "none of ToolHive's dialects",
	}
	if title, ok := titles[s.Dialect]; ok {
		return title
	}
	return s.Dialect
}

// Beside names the field beside which the key stands; empty where it stands in place
// of its own field.
func (s Spelling) Beside() string {
	first, _, _ := strings.Cut(s.Path, ".")
	return first
}
