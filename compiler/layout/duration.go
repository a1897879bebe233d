package layout

import (
	"time"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// durations finds the durations of a document that are not written as compile
// writes them.
type durations struct {
	types map[*syntax.Node]kindOfRoot
	// nodes are those durations, by where they start. others are where values start
	// that are something else, perhaps through an alias: those must not change.
	nodes  map[int]*syntax.Node
	others map[int]bool
}

func (d *durations) value(n *syntax.Node, t *schema.Type) {
	if root, ok := d.types[n]; ok {
		t = root.schema
	}
	switch n.Kind {
	case syntax.Map:
		for _, e := range n.Entries {
			d.others[e.Key.Start] = true
			d.value(e.Value, fieldType(t, e.Key.Value))
		}
	case syntax.List:
		if t != nil {
			t = t.Elem
		}
		for _, item := range n.Items {
			d.value(item, t)
		}
	case syntax.String:
		if t == nil || !t.IsDuration() {
			d.others[n.Start] = true
			return
		}
		if _, ok := canonical(n); ok {
			d.nodes[n.Start] = n
		}
	}
}

// edits put the durations into their canonical form, in the quotes that they
// have.
func (d *durations) edits() []diag.Edit {
	var edits []diag.Edit
	for start, n := range d.nodes {
		if !d.others[start] {
			text, _ := canonical(n)
			quote := quoteOf(n)
			edits = append(edits, diag.Edit{Span: n.Span(), Text: quote + text + quote})
		}
	}
	return edits
}

// canonical returns a duration as Go and compile write it. ok is false where it
// is written so, is none, or has escapes or a tag.
func canonical(n *syntax.Node) (text string, ok bool) {
	d, err := time.ParseDuration(n.Value)
	quote := quoteOf(n)
	if err != nil || d.String() == n.Value || string(n.Source.Data[n.Start:n.End]) != quote+n.Value+quote {
		return "", false
	}
	return d.String(), true
}

func quoteOf(n *syntax.Node) string {
	if text := n.Source.Data[n.Start:n.End]; len(text) > 0 && (text[0] == '"' || text[0] == '\'') {
		return string(text[0])
	}
	return ""
}
