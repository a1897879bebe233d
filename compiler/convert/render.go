package convert

import (
	"strings"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// page is one document to be written.
type page struct {
	root   *element
	source *model.Document
	// first is the element of the first list.
	first *element
	// part is the index of its part.
	part int
}

// renderer turns units into elements, and notes which value of the source became
// which element.
type renderer struct {
	form  bind.Form
	words words
	// places maps the places of the source to what stands there in the result.
	places map[spot]owner
	err    error
}

// spot is where an entry of a mapping or an item of a list starts in its text. An
// item and the first entry of the mapping in it start at one offset.
type spot struct {
	offset int
	item   bool
}

// owner is an element that a place of the source became. inner says that the place
// was only a part of what is one scalar now.
type owner struct {
	element *element
	inner   bool
}

func newRenderer(form bind.Form) renderer {
	r := renderer{form: form, words: fileWords, places: map[spot]owner{}}
	if form == bind.CRD {
		r.words = objectWords
	}
	return r
}

// page begins a page.
func (t *text) page(part int, d *model.Document) *page {
	p := &page{root: &element{}, source: d, part: part}
	t.pages = append(t.pages, p)
	t.own(itemSpot(d.Root), p.root) // an item of a List
	return p
}

// other renders a document that is no unit as it is.
func (t *text) other(part int, d *model.Document) {
	p := t.page(part, d)
	for _, e := range d.Root.AsKubernetes().Entries {
		p.root.children = append(p.root.children, t.entry(e))
	}
}

// unit renders one unit.
func (t *text) unit(part int, u bind.Unit) {
	d := u.Source
	p := t.page(part, d)
	into := p.root
	if t.form == bind.CRD {
		into = t.object(p, u.Metadata)
	} else {
		for _, e := range extensions(d) {
			p.root.children = append(p.root.children, t.entry(e))
		}
	}
	for _, list := range []struct {
		name     string
		webhooks []ir.Webhook
	}{{model.Validating, u.Content.Validating}, {model.Mutating, u.Content.Mutating}} {
		if len(list.webhooks) == 0 {
			continue
		}
		e := t.list(d, d.List(list.name), list.webhooks)
		into.children = append(into.children, e)
		if p.first == nil {
			p.first = e
		}
	}
}

func (r *renderer) own(s spot, e *element) {
	if _, taken := r.places[s]; !taken {
		r.places[s] = owner{e, false}
	}
}

// from notes that an element is what stands at a path of the source.
func (r *renderer) from(d *model.Document, path string, e *element) *element {
	if path == "" {
		return e
	}
	key, value, found := d.Lookup(path)
	switch {
	case !found:
	case key != nil && key.Alias < 0:
		r.own(spot{key.Start, false}, e)
		if e.text != "" {
			r.absorb(value, e)
		}
	case key == nil && value.Alias < 0:
		r.own(spot{value.Start, true}, e)
	case key == nil:
		r.own(spot{value.Alias, true}, e)
	}
	return e
}

// absorb notes that all inside a value became one scalar.
func (r *renderer) absorb(n *syntax.Node, e *element) {
	for _, inner := range n.Entries {
		if inner.Key.Alias < 0 {
			if s := (spot{inner.Key.Start, false}); r.places[s].element == nil {
				r.places[s] = owner{e, true}
			}
			r.absorb(inner.Value, e)
		}
	}
}

func (r *renderer) scalar(key, text string) *element {
	written, err := scalar(text)
	if err != nil && r.err == nil {
		r.err = err
	}
	return &element{key: key, text: written}
}

func (r *renderer) list(d *model.Document, list model.List, webhooks []ir.Webhook) *element {
	out := r.from(d, list.Path, &element{key: list.Name, list: true})
	for i, w := range list.Webhooks {
		out.children = append(out.children, r.webhook(d, w, webhooks[i]))
	}
	return out
}

// webhook renders one webhook. What the source leaves to a default stays absent,
// unless the dialect has no such default.
func (r *renderer) webhook(d *model.Document, w model.Webhook, bound ir.Webhook) *element {
	out := r.from(d, w.Path, &element{})
	add := func(path, key, text string) {
		out.children = append(out.children, r.from(d, path, r.scalar(key, text)))
	}
	add(w.Name.Path, r.words.name, bound.Name)
	add(w.URL.Path, r.words.url, bound.URL)
	if w.Timeout.Set {
		add(w.Timeout.Path, r.words.timeout, bound.Timeout)
	}
	if w.FailurePolicy.Set || r.form == bind.CLI {
		add(w.FailurePolicy.Path, r.words.policy, bound.FailurePolicy)
	}
	if tls := r.tls(d, w, bound.TLS); tls != nil {
		out.children = append(out.children, tls)
	}
	if bound.HMAC != nil {
		out.children = append(out.children, r.reference(d, r.words.hmac, w.HMAC, bound.HMAC))
	}
	return out
}

func (r *renderer) tls(d *model.Document, w model.Webhook, bound *ir.TLS) *element {
	out := &element{key: r.words.tls}
	if bound == nil {
		bound = &ir.TLS{}
	}
	for _, f := range []struct {
		key    string
		source model.Reference
		bound  *ir.Reference
	}{
		{r.words.ca, w.TLS.CA, bound.CA}, {r.words.clientCert, w.TLS.ClientCert, bound.ClientCert}, {r.words.clientKey, w.TLS.ClientKey, bound.ClientKey},
	} {
		if f.bound != nil {
			out.children = append(out.children, r.reference(d, f.key, f.source, f.bound))
		}
	}
	if insecure := w.TLS.InsecureSkipVerify; insecure.Set {
		text := "false"
		if insecure.V {
			text = "true"
		}
		out.children = append(out.children, r.from(d, insecure.Path, &element{key: r.words.insecure, text: text}))
	}
	if len(out.children) == 0 {
		return nil
	}
	if path := tlsPath(w); path != "" {
		if key, value, _ := d.Lookup(path); key != nil && value.Start > key.Start {
			r.from(d, path, out) // not one that was made for an entry beside it
		}
	}
	return out
}

// tlsPath returns where the TLS settings of a webhook stand, or "".
func tlsPath(w model.Webhook) string {
	for _, path := range []string{w.TLS.CA.Path, w.TLS.ClientCert.Path, w.TLS.ClientKey.Path, w.TLS.InsecureSkipVerify.Path} {
		if dot := strings.LastIndexByte(path, '.'); dot > 0 {
			return path[:dot]
		}
	}
	return ""
}

// reference renders a reference to a secret as the form has it.
func (r *renderer) reference(d *model.Document, key string, source model.Reference, bound *ir.Reference) *element {
	if r.form == bind.CLI {
		text := bound.Name + bound.Path
		if source.Target != "" && source.Name == bound.Name {
			text += ",target=" + source.Target // ToolHive ignores it, and somebody wrote it
		}
		return r.from(d, source.Path, r.scalar(key, text))
	}
	out := r.from(d, source.Path, &element{key: key})
	_, written, _ := d.Lookup(source.Path)
	for _, part := range []struct{ key, text string }{{"name", bound.Secret.Name}, {"key", bound.Secret.Key}} {
		e := r.scalar(part.key, part.text)
		if from, ok := entry(written, part.key); ok && from.Key.Alias < 0 {
			r.own(spot{from.Key.Start, false}, e)
		}
		out.children = append(out.children, e)
	}
	return out
}
