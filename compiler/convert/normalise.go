package convert

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// normaliser brings one document into the current spellings of its own dialect.
// It moves and renames keys and corrects values that lint --fix would correct; what
// it does not understand it leaves for the check to report.
type normaliser struct {
	document   *syntax.Document
	kubernetes bool
	root       *schema.Type
	foreign    []foreignReference
	found      diag.List
}

func newNormaliser(d *syntax.Document, kind model.Kind) *normaliser {
	name := map[model.Kind]string{model.WebhookFile: "webhook-file", model.RunConfig: "runconfig", model.MCPWebhookConfig: "mcpwebhookconfig"}[kind]
	if kind == model.WebhookFile && d.Format == syntax.JSON {
		name = "json-webhook-file"
	}
	return &normaliser{document: d, kubernetes: kind.IsKubernetes(), root: schema.DocumentOf(name).Type}
}

// pair is a value twice: with and without the references that the check cannot
// take.
type pair struct{ full, checked *syntax.Node }

func both(n *syntax.Node) pair { return pair{n, n} }

func (z *normaliser) value(n *syntax.Node, t *schema.Type, path string) pair {
	switch {
	case t == nil || t.Kinds.Has(schema.AnyKind):
		return both(n)
	case n.Kind == syntax.List && t.Elem != nil:
		return z.list(n, t, path)
	case n.Kind == syntax.Map && t.Kinds.Has(schema.StructKind):
		if t.Definition == "MCPWebhookConfigSpec" {
			n = z.oneWebhook(n)
		}
		return z.mapping(n, t, path)
	case n.Kind == syntax.List || n.Kind == syntax.Map || n.Kind == syntax.Null:
		return both(n)
	}
	return both(check.Corrected(z.document, z.kubernetes, n, t))
}

func (z *normaliser) list(n *syntax.Node, t *schema.Type, path string) pair {
	p := copies(n)
	for i, item := range n.Items {
		value := z.value(item, t.Elem, syntax.JoinIndex(path, i))
		p.full.Items, p.checked.Items = append(p.full.Items, value.full), append(p.checked.Items, value.checked)
	}
	return p
}

// copies returns copies of a collection without its content.
func copies(n *syntax.Node) pair {
	full, checked := *n, *n
	full.Items, full.Entries, checked.Items, checked.Entries = nil, nil, nil, nil
	return pair{&full, &checked}
}

func (p pair) add(e syntax.Entry, value pair) {
	full, checked := e, e
	full.Value, checked.Value = value.full, value.checked
	p.full.Entries = append(p.full.Entries, full)
	if value.checked != nil {
		p.checked.Entries = append(p.checked.Entries, checked)
	}
}

// keep leaves an entry as it is.
func (p pair) keep(e syntax.Entry) { p.add(e, both(e.Value)) }

func (z *normaliser) mapping(n *syntax.Node, t *schema.Type, path string) pair {
	p := copies(n)
	var moved []syntax.Entry
	for _, e := range n.Entries {
		steps := place(t, e.Key.Value)
		switch {
		case len(steps) == 0 && t.Values != nil:
			e.Key = unquestioned(e.Key)
			p.add(e, z.value(e.Value, t.Values, syntax.JoinKey(path, e.Key.Value)))
		case len(steps) > 1:
			moved = append(moved, e)
		case len(steps) == 0, steps[0] != e.Key.Value && n.Get(steps[0]) != nil, p.full.Get(steps[0]) != nil:
			p.keep(e) // unknown, or the field has a value already
		default:
			z.field(p, renamed(e, steps[0]), t, path)
		}
	}
	for _, e := range moved {
		z.move(p, e, place(t, e.Key.Value), t, path)
	}
	if f := counterpart(t); f != nil {
		z.together(p, path)
	}
	return p
}

// unquestioned returns a key that Kubernetes cannot take for anything but a text.
func unquestioned(k *syntax.Node) *syntax.Node {
	key := *k
	key.Plain = false
	return &key
}

func renamed(e syntax.Entry, name string) syntax.Entry {
	if e.Key.Value != name {
		key := *e.Key
		key.Value = name
		e.Key = &key
	}
	return e
}

// field adds an entry whose key is a field of the struct.
func (z *normaliser) field(p pair, e syntax.Entry, t *schema.Type, path string) {
	name := e.Key.Value
	path = syntax.JoinKey(path, name)
	field := t.Field(name).Type
	object := isSecretKeyRef(field)
	switch {
	case !object && !isFileReference(name), e.Value.Kind == syntax.Null:
		p.add(e, z.value(e.Value, field, path))
	case e.Value.Kind == syntax.String && name != fileWords.hmac && name != objectWords.hmac && isInline(e.Value):
		e.Value.Hide()
		z.report(rule.LostInForm, e.Value, path, "found a certificate or key in the text itself, no dialect of ToolHive carries one; put it into a file or a Secret and refer to that")
		p.add(e, pair{full: e.Value})
	case object == (e.Value.Kind == syntax.Map) || e.Value.Kind != syntax.Map && e.Value.Kind != syntax.String:
		p.add(e, z.value(e.Value, field, path))
	default:
		z.refer(p, e, path)
	}
}

// refer adds a reference that is spelt as the other dialect spells it.
func (z *normaliser) refer(p pair, e syntax.Entry, path string) {
	value := e.Value
	if value.Kind == syntax.Map {
		value = z.mapping(value, objectWebhook().Field(objectWords.hmac).Type, path).full
	}
	file := e.Key.Value != fileWords.hmac && e.Key.Value != objectWords.hmac
	reference, found := check.Reference(z.document, value, path, file)
	z.found = append(z.found, found...)
	z.foreign = append(z.foreign, foreignReference{path, reference})
	p.add(e, pair{full: value})
}

// isInline reports whether a text is a certificate or key, also in base64.
func isInline(n *syntax.Node) bool {
	text := strings.TrimSpace(n.Value)
	return n.Kind == syntax.String && (strings.Contains(text, "-----BEGIN") || strings.HasPrefix(text, "LS0tLS1"))
}

func (z *normaliser) report(r diag.Rule, n *syntax.Node, path, message string) {
	d := n.Source.DiagnosticAt(r, n.Span(), message)
	d.Path = path
	z.found = append(z.found, d)
}

// move adds an entry whose field is one level below, such as skip_verify beside
// tls_config.
func (z *normaliser) move(p pair, e syntax.Entry, steps []string, t *schema.Type, path string) {
	inner := t.Field(steps[0])
	outer := z.inside(p, steps[0], e)
	if outer.full == nil || len(steps) != 2 {
		p.keep(e)
		return
	}
	at := syntax.JoinKey(path, steps[0])
	for _, part := range split(e, steps[1], inner.Type) {
		if outer.full.Get(part.Key.Value) != nil {
			p.keep(e)
			return
		}
	}
	for _, part := range split(e, steps[1], inner.Type) {
		z.field(outer, part, inner.Type, at)
	}
}

// inside returns the mapping under a key, which is made for an entry where there
// is none; the zero pair where another value stands there.
func (z *normaliser) inside(p pair, key string, e syntax.Entry) pair {
	full, checked := p.full.Get(key), p.checked.Get(key)
	switch {
	case full == nil:
		value := copies(&syntax.Node{Kind: syntax.Map, Source: e.Value.Source, Start: e.Key.Start, End: e.Value.End, Alias: e.Value.Alias})
		p.add(renamed(syntax.Entry{Key: e.Key}, key), value)
		return value
	case full.Kind != syntax.Map || checked == nil:
		return pair{}
	}
	return pair{full, checked}
}

// split returns the entries that a moved one stands for: THV-0017 names a
// certificate and its key in one mapping.
func split(e syntax.Entry, name string, t *schema.Type) []syntax.Entry {
	if e.Key.Value != "client_cert_ref" || e.Value.Kind != syntax.Map {
		return []syntax.Entry{renamed(e, name)}
	}
	cert, key := *e.Value, *e.Value
	cert.Entries, key.Entries = nil, nil
	for _, inner := range e.Value.Entries {
		switch inner.Key.Value {
		case "secret_name", "name":
			key.Entries = append(key.Entries, inner)
			cert.Entries = append(cert.Entries, inner)
		case "key_key":
			key.Entries = append(key.Entries, renamed(inner, "key"))
		case "cert_key":
			cert.Entries = append(cert.Entries, renamed(inner, "key"))
		default:
			cert.Entries = append(cert.Entries, inner)
		}
	}
	keyName := translate(t, []string{fileWords.clientKey})[0]
	return []syntax.Entry{{Key: renamed(e, name).Key, Value: &cert}, {Key: renamed(e, keyName).Key, Value: &key}}
}

// together keeps a certificate and its key together. Where the check cannot take
// one of them it must not see the other, which would look like half of a pair; and
// where one of them cannot be carried, neither is.
func (z *normaliser) together(p pair, path string) {
	for _, w := range []words{fileWords, objectWords} {
		full, checked := p.full.Get(w.tls), p.checked.Get(w.tls)
		if full.Get(w.clientCert) == nil || full.Get(w.clientKey) == nil || checked == nil {
			continue
		}
		path := syntax.JoinKey(path, w.tls)
		z.follow(full, checked, path, w.clientCert, w.clientKey)
		z.follow(full, checked, path, w.clientKey, w.clientCert)
	}
}

// follow does to one half of a pair what was done to the other.
func (z *normaliser) follow(full, checked *syntax.Node, path, half, other string) {
	n, at := full.Get(half), syntax.JoinKey(path, half)
	if !isReference(n) || isInline(n) || checked.Get(other) != nil {
		return
	}
	inline := isInline(full.Get(other))
	without := func(e syntax.Entry) bool { return e.Key.Value == half }
	switch {
	case inline:
		z.report(rule.LostInForm, n, at, "found a client certificate or key whose other half stands in the text itself, which no dialect of ToolHive carries")
		z.foreign = slices.DeleteFunc(z.foreign, func(f foreignReference) bool { return f.path == at })
		checked.Entries = slices.DeleteFunc(checked.Entries, without)
	case checked.Get(half) != nil:
		reference, found := check.Reference(z.document, n, at, true)
		z.found = append(z.found, found...)
		z.foreign = append(z.foreign, foreignReference{at, reference})
		checked.Entries = slices.DeleteFunc(checked.Entries, without)
	}
}

func isReference(n *syntax.Node) bool { return n.Kind == syntax.Map || n.Kind == syntax.String }

// oneWebhook turns the shape of THV-0017, one webhook in each object, into lists.
func (z *normaliser) oneWebhook(spec *syntax.Node) *syntax.Node {
	kind := spec.Get("type")
	if kind == nil || spec.Get("validating") != nil || spec.Get("mutating") != nil {
		return spec
	}
	list := strings.ToLower(kind.Text())
	if list != model.Validating && list != model.Mutating {
		z.report(diag.BadValue, kind, "spec.type", fmt.Sprintf("found %s, allowed are %q and %q", kind.Show(), model.Validating, model.Mutating))
		list = model.Validating
	}
	webhook, lists, out := *spec, *spec, *spec
	webhook.Entries, lists.Entries, out.Entries = nil, nil, nil
	name, named := entry(z.document.Root.Get("metadata"), "name")
	if named && spec.Get("name") == nil {
		webhook.Entries = append(webhook.Entries, name)
	}
	for _, e := range spec.Entries {
		if e.Key.Value != "type" {
			webhook.Entries = append(webhook.Entries, e)
		}
	}
	lists.Kind, lists.Items = syntax.List, []*syntax.Node{&webhook}
	key, _ := entry(spec, "type")
	out.Entries = []syntax.Entry{{Key: renamed(key, list).Key, Value: &lists}}
	return &out
}

func entry(n *syntax.Node, key string) (syntax.Entry, bool) {
	if n != nil {
		for _, e := range n.Entries {
			if e.Key.Value == key {
				return e, true
			}
		}
	}
	return syntax.Entry{}, false
}
