package rule

import (
	"cmp"
	"slices"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// eachHeader makes a rule's function of one that looks at each header of a document.
func eachHeader(look func(*Pass, *model.Document, model.Header)) func(*Pass, *model.Document) {
	return func(p *Pass, d *model.Document) {
		for _, h := range d.Remote.HeaderForward.Headers {
			look(p, d, h)
		}
	}
}

// nameOf returns the node of a header's name, which is a key or a value.
func nameOf(d *model.Document, h model.Header) *syntax.Node {
	key, value, _ := d.Lookup(h.Name.Path)
	if h.Keyed {
		return key
	}
	return value
}

// reportHeader adds a finding at the name of a header.
func (p *Pass) reportHeader(d *model.Document, h model.Header, message string, related ...diag.Related) {
	found := d.Diagnostic(p.Rule.Rule, h.Name.Path, message)
	if h.Keyed {
		found = d.KeyDiagnostic(p.Rule.Rule, nameOf(d, h), h.Name.Path, message)
	}
	found.Related = append(related, found.Related...)
	p.found = append(p.found, found)
}

// inOrder returns headers in the order in which they stand in the document.
func inOrder(d *model.Document, headers []model.Header) []model.Header {
	headers = slices.Clone(headers)
	slices.SortStableFunc(headers, func(a, b model.Header) int {
		return cmp.Compare(nameOf(d, a).Start, nameOf(d, b).Start)
	})
	return headers
}

// showHeader returns the name of a header for a message.
func showHeader(d *model.Document, h model.Header) string { return nameOf(d, h).Show() }

// isHidden reports whether the name of a header must not be shown, because it looks like
// a secret or holds one.
func isHidden(d *model.Document, h model.Header) bool {
	name := nameOf(d, h)
	return name.Source.Masked(name.Start, name.End)
}
