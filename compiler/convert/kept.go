package convert

import (
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/emit/crd"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// object renders what is around the webhooks of an MCPWebhookConfig, and returns
// its spec. names are for a source that has none.
func (r *renderer) object(p *page, names ir.Metadata) *element {
	d := p.source
	spec := &element{key: "spec"}
	metadata := &element{key: "metadata"}
	version, kind := r.scalar("apiVersion", apiVersion), r.scalar("kind", "MCPWebhookConfig")
	p.root.children = []*element{version, kind, metadata, spec}
	if d.Kind != model.MCPWebhookConfig {
		metadata.children = append(metadata.children, r.scalar("name", names.Name))
		if names.Namespace != "" {
			metadata.children = append(metadata.children, r.scalar("namespace", names.Namespace))
		}
		return spec
	}
	for path, e := range map[string]*element{"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec} {
		r.from(d, path, e)
	}
	for _, e := range inOrder(d.Root.Get("metadata").Entries, "name", "namespace", "labels", "annotations") {
		if !bind.IsServerOwned(e.Key.Value) && e.Value.Kind != syntax.Null {
			r.metadata(metadata, e)
		}
	}
	return spec
}

const apiVersion = "toolhive.stacklok.dev/v1alpha1"

// inOrder returns entries, those with the given keys first and in that order.
func inOrder(entries []syntax.Entry, keys ...string) []syntax.Entry {
	rank := func(e syntax.Entry) int {
		if i := slices.Index(keys, e.Key.Value); i >= 0 {
			return i
		}
		return len(keys)
	}
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b syntax.Entry) int { return rank(a) - rank(b) })
	return entries
}

func (r *renderer) metadata(into *element, e syntax.Entry) {
	if e.Key.Value == "annotations" {
		annotations := *e.Value
		annotations.Entries = slices.DeleteFunc(slices.Clone(annotations.Entries), func(a syntax.Entry) bool { return isResidue(a.Key.Value) })
		if len(annotations.Entries) == 0 {
			return
		}
		e.Value = &annotations
	}
	e.Value = e.Value.AsKubernetes()
	into.children = append(into.children, r.entry(e))
}

// isResidue reports whether an annotation describes another state of the object
// than the one that is written: kubectl's copy, and our own hashes.
func isResidue(annotation string) bool {
	return annotation == "kubectl.kubernetes.io/last-applied-configuration" ||
		annotation == crd.HashAnnotation || annotation == crd.ToolHiveHashAnnotation
}

// entry renders an entry as it is.
func (r *renderer) entry(e syntax.Entry) *element {
	out := r.scalar(e.Key.Value, "")
	out.key = r.scalar("", e.Key.Value).text
	r.value(out, e.Value)
	if e.Key.Alias < 0 {
		r.own(spot{e.Key.Start, false}, out)
	}
	return out
}

// value renders a value of any shape.
func (r *renderer) value(out *element, n *syntax.Node) {
	out.text = ""
	switch n.Kind {
	case syntax.Map:
		for _, e := range n.Entries {
			out.children = append(out.children, r.entry(e))
		}
	case syntax.List:
		out.list = true
		for _, item := range n.Items {
			e := &element{}
			r.value(e, item)
			r.own(itemSpot(item), e)
			out.children = append(out.children, e)
		}
	case syntax.String:
		out.text = r.scalar("", n.Value).text
	default:
		text, err := marshalled(n)
		if err != nil && r.err == nil {
			r.err = err
		}
		out.text = text
	}
}

func itemSpot(n *syntax.Node) spot {
	if n.Alias >= 0 {
		return spot{n.Alias, true}
	}
	return spot{n.Start, true}
}

// extensions returns the root keys of a webhook file that are nobody's. One that
// holds an anchor that is used has done its work and is left out: what it holds is
// written where it is used.
func extensions(d *model.Document) []syntax.Entry {
	if d.Kind != model.WebhookFile || d.Format != syntax.YAML {
		return nil
	}
	var anchored []int
	aliased(d.Root, func(n *syntax.Node) { anchored = append(anchored, n.Start) })
	var out []syntax.Entry
	for _, e := range d.Root.Entries {
		if !strings.HasPrefix(e.Key.Value, "x-") {
			continue
		}
		used := slices.ContainsFunc(anchored, func(at int) bool { return e.Key.Start <= at && at <= e.Value.End })
		if !used {
			out = append(out, e)
		}
	}
	return out
}

// aliased visits every node that was reached through an alias.
func aliased(n *syntax.Node, visit func(*syntax.Node)) {
	if n.Alias >= 0 {
		visit(n)
	}
	for _, item := range n.Items {
		aliased(item, visit)
	}
	for _, e := range n.Entries {
		aliased(e.Key, visit)
		aliased(e.Value, visit)
	}
}
