// Package convert rewrites webhook configurations from one dialect into another,
// older spellings included, and keeps the comments of YAML. It works in stages
// that its caller runs one after the other, with those of a compile between them:
//
//	source := convert.Read(trees)       // older spellings become current ones
//	checked, … := check.Check(source.Trees, …)
//	found := source.Adopt(checked)      // all that was checked becomes bindable
//	bound, … := bind.Bind(checked, …)
//	parts, … := source.Write(checked, bound, …)
//
// Values keep their places in the source throughout, so every finding points
// there.
package convert

import (
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Source is what is to be converted, in current spellings.
type Source struct {
	// Trees are the trees to check. They share their texts with those that were
	// read, and their values have the places of the source.
	Trees []*syntax.Tree

	originals []*syntax.Tree
	// rewritten holds the documents by the root that is checked.
	rewritten map[*syntax.Node]*rewritten
	// adopted holds them by what the check made of them.
	adopted map[*model.Document]*rewritten
	found   diag.List
}

// rewritten is one document in the current spellings of its own dialect.
type rewritten struct {
	document *syntax.Document
	// full is the whole document, with references as they are written.
	full *syntax.Node
	// foreign are the references that are spelt as the other dialect spells them.
	// The check cannot take them, so what it looks at does not have them.
	foreign []foreignReference
}

// foreignReference is a reference in the spelling of the other dialect.
type foreignReference struct {
	// path is where it stands in rewritten.full.
	path      string
	reference model.Reference
}

// Read brings the documents of the trees into current spellings. The trees stay
// as they are.
func Read(trees []*syntax.Tree) *Source {
	s := &Source{originals: trees, rewritten: map[*syntax.Node]*rewritten{}, adopted: map[*model.Document]*rewritten{}}
	for _, original := range trees {
		tree := *original
		tree.Documents = slices.Clone(original.Documents)
		for i, d := range tree.Documents {
			if d.Root == nil || d.Foreign {
				continue
			}
			current := *d
			current.Root = s.value(d, d.Root, 0)
			tree.Documents[i] = &current
		}
		s.Trees = append(s.Trees, &tree)
	}
	return s
}

// Found returns what was found while the documents were read and adopted.
func (s *Source) Found() diag.List { return s.found }

// value rewrites a value that is a document, and those inside one that is none:
// the items of a Kubernetes List, and the fields of a CUE source.
func (s *Source) value(d *syntax.Document, n *syntax.Node, depth int) *syntax.Node {
	part := &syntax.Document{Source: n.Source, Format: d.Format, Root: n}
	for _, kind := range []model.Kind{model.WebhookFile, model.RunConfig, model.MCPWebhookConfig} {
		if check.Is(part, kind) {
			return s.document(part, kind)
		}
	}
	items := n.Get("items")
	switch {
	case items != nil && items.Kind == syntax.List && strings.HasSuffix(n.Get("kind").Text(), "List"):
		return withEntry(n, "items", s.children(d, items, depth))
	case d.Format == syntax.CUE && depth < 2:
		return s.children(d, n, depth+1)
	}
	return n
}

func (s *Source) children(d *syntax.Document, n *syntax.Node, depth int) *syntax.Node {
	out := *n
	out.Items, out.Entries = slices.Clone(n.Items), slices.Clone(n.Entries)
	for i, item := range out.Items {
		out.Items[i] = s.value(d, item, depth)
	}
	for i, e := range out.Entries {
		out.Entries[i].Value = s.value(d, e.Value, depth)
	}
	return &out
}

// withEntry returns a copy of a mapping with another value under a key.
func withEntry(n *syntax.Node, key string, value *syntax.Node) *syntax.Node {
	out := *n
	out.Entries = slices.Clone(n.Entries)
	for i, e := range out.Entries {
		if e.Key.Value == key {
			out.Entries[i].Value = value
		}
	}
	return &out
}

func (s *Source) document(d *syntax.Document, kind model.Kind) *syntax.Node {
	n := newNormaliser(d, kind)
	root := n.value(d.Root, n.root, "")
	s.found = append(s.found, n.found...)
	s.rewritten[root.checked] = &rewritten{document: d, full: root.full, foreign: n.foreign}
	return root.checked
}

// Adopt completes the documents that passed the check: the references that it
// could not take come back, and the lists of a RunConfig become those of a webhook
// file. What it finds is in [Source.Found].
func (s *Source) Adopt(checked *check.Checked) {
	for _, d := range checked.Documents() {
		r := s.rewritten[d.Root]
		if r == nil {
			continue
		}
		s.adopted[d] = r
		d.Document.Root = r.full
		for _, f := range r.foreign {
			restore(d, f)
		}
		if d.Kind == model.RunConfig {
			s.adoptRunConfig(d)
		}
	}
}

// restore puts a reference into the typed view of its document.
func restore(d *model.Document, f foreignReference) {
	for _, list := range d.AllLists() {
		for i := range list.Webhooks {
			w := &list.Webhooks[i]
			field, inside := strings.CutPrefix(f.path, w.Path+".")
			if !inside {
				continue
			}
			switch field[strings.LastIndexByte(field, '.')+1:] {
			case fileWords.hmac, objectWords.hmac:
				w.HMAC = f.reference
			case fileWords.ca, objectWords.ca:
				w.TLS.CA = f.reference
			case fileWords.clientCert, objectWords.clientCert:
				w.TLS.ClientCert = f.reference
			case fileWords.clientKey, objectWords.clientKey:
				w.TLS.ClientKey = f.reference
			}
		}
	}
}

// adoptRunConfig makes a RunConfig the webhook file that its webhooks would stand
// in. Where there is a middleware chain ToolHive obeys it alone. A RunConfig
// without webhooks is left what it is.
func (s *Source) adoptRunConfig(d *model.Document) {
	lists := d.Lists
	if len(d.Chain) > 0 {
		lists = chained(d)
	}
	count := 0
	for _, list := range lists {
		count += len(list.Webhooks)
		for i := range list.Webhooks {
			if t := &list.Webhooks[i].Timeout; t.V.Duration == 0 {
				t.Set = false // its default, in a RunConfig
			}
		}
	}
	if count == 0 {
		if d.Named {
			s.found = append(s.found, d.Diagnostic(diag.NoWebhooks, "", "no webhooks in the RunConfig, there is nothing to convert"))
		}
		return
	}
	d.Kind, d.Lists = model.WebhookFile, lists
}

// chained returns the lists that the middleware chain of a RunConfig has.
func chained(d *model.Document) []model.List {
	var lists []model.List
	for _, name := range []string{model.Validating, model.Mutating} {
		list := model.List{Name: name}
		for _, m := range d.Chain {
			if m.Type == name+"-webhook" {
				list.Path = m.List.Path
				list.Webhooks = append(list.Webhooks, m.List.Webhooks...)
			}
		}
		if len(list.Webhooks) > 0 {
			lists = append(lists, list)
		}
	}
	return lists
}
