package schema

import "strings"

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

// Title names the dialect of the spelling for people.
func (s Spelling) Title() string {
	titles := map[string]string{
		"file": "a webhook file", "crd": "an MCPWebhookConfig", "runconfig": "a RunConfig",
		"rfc": "ToolHive's THV-0017", "draft": "a draft of ToolHive's webhook files",
		"none": "none of ToolHive's dialects",
	}
	if title, ok := titles[s.Dialect]; ok {
		return title
	}
	return s.Dialect
}
