package policy

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// The lists of header forwarding, as values name them.
const (
	plaintext  = "addPlaintextHeaders"
	fromSecret = "addHeadersFromSecret"
)

// inRunConfigs says how a RunConfig spells the lists. Kubernetes spells them as
// values do.
var inRunConfigs = map[string]string{plaintext: "add_plaintext_headers", fromSecret: "add_headers_from_secret"}

// headers is the value of the header forwarding of a document.
func (c compiler) headers(d *model.Document) ir.HeaderForward {
	out := ir.HeaderForward{Plaintext: map[string]string{}, FromSecret: map[string]ir.Reference{}} // never null
	for _, h := range d.Remote.HeaderForward.Headers {
		if h.Value.Set {
			out.Plaintext[h.Name.V] = h.Value.V
		} else if r := c.reference(h.Secret); r != nil {
			out.FromSecret[h.Name.V] = *r
		}
	}
	return out
}

// headersPlace returns where a document says what its header forwarding has at the
// path of the steps.
func headersPlace(d *model.Document, steps []string) place {
	p := place{d, d.Remote.HeaderForward.Path, allHeadersRead(d)}
	if len(steps) == 0 || inRunConfigs[steps[0]] == "" {
		return p
	}
	p.path = headerList(d, steps[0])
	if len(steps) == 1 {
		return p
	}
	h := headerAt(d, steps)
	switch {
	case h == nil && (d.Kind == model.RunConfig || steps[0] == plaintext):
		p.path = syntax.JoinKey(p.path, steps[1])
	case h == nil: // of a list, which has no place for it
	case len(steps) == 2:
		p.path, p.known = h.Name.Path, true
	default:
		p.path, p.known = below(d, h.Secret.Path, steps[2:]), true
	}
	return p
}

// headerAt returns the header that a path leads to or into, or nil. Of several of
// one name the last counts, as in a compile.
func headerAt(d *model.Document, steps []string) *model.Header {
	headers := d.Remote.HeaderForward.Headers
	for i := range slices.Backward(headers) {
		h := &headers[i]
		if h.Name.V == steps[1] && isIn(*h, steps[0]) {
			return h
		}
	}
	return nil
}

// isIn says that a header is sound and one of a list.
func isIn(h model.Header, list string) bool {
	return h.Value.Set && list == plaintext || h.Secret.IsSet() && list == fromSecret
}

// headerList returns the path of a list of headers, or where it would be.
func headerList(d *model.Document, list string) string {
	own, foreign := list, inRunConfigs[list]
	if d.Kind == model.RunConfig {
		own, foreign = foreign, own
	}
	forward := d.Remote.HeaderForward.Path
	if at := syntax.JoinKey(forward, foreign); hasNode(d, at) {
		return at // which is reported, and read
	}
	return syntax.JoinKey(forward, own)
}

func hasNode(d *model.Document, path string) bool {
	_, _, found := d.Lookup(path)
	return found
}

// allHeadersRead says that every header of a document is sound, so that one that is
// missing is not there.
func allHeadersRead(d *model.Document) bool {
	written := 0
	_, forward, _ := d.Lookup(d.Remote.HeaderForward.Path)
	for _, e := range forward.Entries {
		written += len(e.Value.Items) + len(e.Value.Entries)
	}
	for _, h := range d.Remote.HeaderForward.Headers {
		if h.Value.Set || h.Secret.IsSet() {
			written--
		}
	}
	return written == 0 && !d.Inexact
}

// shownHeaders says what was found at a place of the header forwarding of a
// document.
func shownHeaders(at place, steps []string) string {
	d := at.document
	if len(steps) == 0 || inRunConfigs[steps[0]] == "" {
		return "found this header forwarding"
	}
	if len(steps) == 1 {
		return "found " + countHeaders(d, steps[0])
	}
	h := headerAt(d, steps)
	if h == nil {
		return "found no header " + strconv.Quote(syntax.HideTokens(steps[1]))
	}
	if len(steps) > 2 {
		_, node, _ := d.Lookup(at.path)
		return "found " + shownNode(node)
	}
	name, value, _ := d.Lookup(h.Name.Path)
	if !h.Keyed {
		name = value
	}
	if h.Value.Set {
		return fmt.Sprintf("found the header %s with %s", name.Show(), value.Show())
	}
	return "found the header " + name.Show()
}

// countHeaders says how many headers of a kind a document has.
func countHeaders(d *model.Document, list string) string {
	n := 0
	for _, h := range d.Remote.HeaderForward.Headers {
		if isIn(h, list) {
			n++
		}
	}
	if list == plaintext {
		return count(n, "plaintext header")
	}
	return count(n, "secret header")
}
