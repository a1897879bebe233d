package layout

import (
	"bytes"
	"strings"

	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// jsonWriter writes a JSON value in ToolHive's own layout, its scalars as they
// were written.
type jsonWriter struct {
	out  bytes.Buffer
	stop string
	// types are those of the documents: of the root, or of the items of a List.
	types map[*syntax.Node]kindOfRoot
	// kept are the values that are copied as they stand.
	kept map[*syntax.Node]bool
}

func (w *jsonWriter) value(n *syntax.Node, at kindOfRoot, depth int) {
	if t, root := w.types[n]; root {
		at = t
	}
	switch {
	case w.kept[n] || n.Kind != syntax.Map && n.Kind != syntax.List:
		w.out.Write(n.Source.Data[n.Start:n.End])
	case n.Kind == syntax.Map:
		w.mapping(n, at, depth)
	default:
		w.list(n, at.schema, depth)
	}
}

func (w *jsonWriter) mapping(n *syntax.Node, at kindOfRoot, depth int) {
	names := make([]string, len(n.Entries))
	for i, e := range n.Entries {
		names[i] = e.Key.Value
	}
	w.out.WriteByte('{')
	for place, i := range arrange(names, at.schema, at.object) {
		e := n.Entries[i]
		w.next(place, depth)
		w.out.Write(e.Key.Source.Data[e.Key.Start:e.Key.End])
		w.out.WriteString(": ")
		w.value(e.Value, kindOfRoot{schema: fieldType(at.schema, e.Key.Value)}, depth+1)
	}
	w.close('}', len(n.Entries), depth)
}

func (w *jsonWriter) list(n *syntax.Node, t *schema.Type, depth int) {
	if t != nil {
		t = t.Elem
	}
	w.out.WriteByte('[')
	for i, item := range n.Items {
		w.next(i, depth)
		w.value(item, kindOfRoot{schema: t}, depth+1)
	}
	w.close(']', len(n.Items), depth)
}

// next starts the line of an element.
func (w *jsonWriter) next(i, depth int) {
	if i > 0 {
		w.out.WriteByte(',')
	}
	w.line(depth + 1)
}

func (w *jsonWriter) close(bracket byte, elements, depth int) {
	if elements > 0 {
		w.line(depth)
	}
	w.out.WriteByte(bracket)
}

func (w *jsonWriter) line(depth int) {
	w.out.WriteString(w.stop)
	w.out.WriteString(strings.Repeat(" ", depth*indentation))
}
