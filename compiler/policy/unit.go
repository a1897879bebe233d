package policy

import (
	"slices"

	"github.com/thvctl/thvctl/compiler/model"
)

// unit is one configuration: a document, or with --merge all webhook files.
type unit struct {
	documents            []*model.Document
	validating, mutating []standing
}

// standing is a webhook with the document that it stands in.
type standing struct {
	document *model.Document
	webhook  model.Webhook
}

// units returns the configurations of the inputs, in their order.
func units(docs []*model.Document, merge bool) []*unit {
	var found []*unit
	var merged *unit
	for _, d := range docs {
		switch d.Kind {
		case model.WebhookFile:
			if merge && merged != nil {
				merged.add(d)
				continue
			}
		case model.MCPWebhookConfig, model.RunConfig:
		default:
			continue
		}
		u := &unit{}
		u.add(d)
		found = append(found, u)
		if d.Kind == model.WebhookFile {
			merged = u
		}
	}
	return found
}

// add takes in what ToolHive reads from a document: of a RunConfig with a
// middleware chain, the lists in the chain.
func (u *unit) add(d *model.Document) {
	u.documents = append(u.documents, d)
	for _, l := range d.ObeyedLists() {
		into := u.list(l.Name)
		for _, w := range l.Webhooks {
			*into = override(*into, standing{d, w})
		}
	}
}

// override adds a webhook as ToolHive's merge does: it replaces one of its name
// in an earlier document, where that stands.
func override(list []standing, s standing) []standing {
	i := slices.IndexFunc(list, func(old standing) bool {
		return old.document != s.document && s.webhook.Name.Set && old.webhook.Name.Set && old.webhook.Name.V == s.webhook.Name.V
	})
	if i < 0 {
		return append(list, s)
	}
	list[i] = s
	return list
}

// list returns one of the lists; nothing is read from one of another name.
func (u *unit) list(name string) *[]standing {
	switch name {
	case model.Validating:
		return &u.validating
	case model.Mutating:
		return &u.mutating
	}
	return new([]standing)
}

// webhooks returns those of both lists.
func (u *unit) webhooks() []standing { return slices.Concat(u.validating, u.mutating) }

// listPlace returns where a list stands, or where it would.
func (u *unit) listPlace(name string) (d *model.Document, path string) {
	for _, d := range u.documents {
		for _, m := range d.Chain {
			if m.List.Name == name && m.List.Path != "" {
				return d, m.List.Path
			}
		}
		if list := d.List(name); list.Path != "" {
			return d, list.Path
		}
	}
	d = u.documents[0]
	switch {
	case len(d.Chain) > 0:
		return d, "middleware_configs"
	case d.Kind == model.RunConfig:
		return d, name + "_webhooks"
	case d.Kind == model.MCPWebhookConfig:
		return d, "spec." + name
	}
	return d, name
}
