package layout

import (
	"bytes"
	"strings"
)

// indentation is by how many columns a value stands deeper than what holds it.
const indentation = 2

// writer writes a document down from its block structure.
type writer struct {
	data []byte
	out  bytes.Buffer
}

// document writes a whole document. last says that nothing follows it in its
// file.
func (w *writer) document(d *document, last bool) {
	switch {
	case d.marked:
		w.value(d.root, -indentation, -1)
	case d.root.entries == nil:
		w.own(d.root, d.root.column, -1)
	default:
		w.own(d.root, 0, -1)
	}
	trailing := d.trailing
	for last && len(trailing) > 0 && trailing[len(trailing)-1].column < 0 {
		trailing = trailing[:len(trailing)-1]
	}
	for _, t := range trailing {
		if d.root.entries != nil {
			t.column = min(t.column, 0)
		}
		w.trivia(t, t.column)
	}
}

// collection writes a mapping or sequence at a column. compact says that its
// first entry follows on the line.
func (w *writer) collection(n *node, column int, compact bool) {
	for i, e := range n.entries {
		if i > 0 || !compact {
			w.lines(e.lead, column)
			w.indent(column)
		}
		w.out.Write(w.data[e.key.start:e.key.end])
		if n.kind == sequence {
			w.item(e.value, column, n.column)
		} else {
			w.value(e.value, column, n.column)
		}
		for _, t := range e.tail {
			w.trivia(t, tailColumn(t, e.value, column, n.column))
		}
	}
	w.lines(n.foot, column)
}

// tailColumn is where a comment goes that is indented deeper than its collection,
// which goes from a column to another: behind a value on one line it may go on
// with the comment there, and stays below it.
func tailColumn(t trivia, value *node, column, before int) int {
	if value.entries != nil {
		return column + indentation
	}
	return max(t.column+column-before, column+1)
}

// item writes what follows a dash that stands at a column and stood at another.
func (w *writer) item(n *node, column, before int) {
	if n.own || n.kind == absent {
		w.value(n, column, before)
		return
	}
	w.out.WriteByte(' ')
	w.out.Write(bytes.TrimLeft(w.data[n.opener.start:n.opener.end], " \t"))
	if n.entries != nil {
		w.collection(n, column+indentation, true)
		return
	}
	w.text(n, column+indentation-n.column, column, before)
}

// value writes what follows a colon in a mapping at a column, or the marker of a
// document.
func (w *writer) value(n *node, column, before int) {
	w.out.Write(w.data[n.opener.start:n.opener.end])
	switch {
	case n.own:
		w.ending(n.opening)
		w.own(n, column+indentation, before)
	case n.kind == absent:
		w.ending(n.opening)
	case before < 0: // behind a marker
		w.text(n, 0, -1, -1)
	default:
		w.text(n, column-before, column, before)
	}
}

// own writes a value that starts on a line of its own.
func (w *writer) own(n *node, column, before int) {
	if n.entries != nil {
		w.collection(n, column, false)
		return
	}
	w.lines(n.lead, column)
	w.indent(column)
	w.text(n, column-n.column, column-indentation, before)
}

// text writes a scalar or a flow collection, and the end of its line. shift is
// how far it was moved; the collection that holds it is at column and was at
// before.
func (w *writer) text(n *node, shift, column, before int) {
	if n.kind == block {
		w.block(n, column)
		return
	}
	end, next := cutLine(w.data[:n.end], n.start)
	w.line(n, n.start, end, next)
	for start := next; start < n.end; start = next {
		end, next = cutLine(w.data[:n.end], start)
		if text := skipBlanks(w.data, start); text < end {
			indent := spaces(w.data, start)
			w.indent(continued(indent, shift, column, before))
			start += indent
		}
		w.line(n, start, end, next)
	}
	w.ending(n.closing)
}

// continued returns the indentation of a further line of a value that was moved.
// It keeps on its side of the collection around it.
func continued(indent, shift, column, before int) int {
	if indent > before {
		return max(indent+shift, column+1, 0)
	}
	return max(indent+shift, min(indent, 1))
}

// line writes a line of a value up to its break.
func (w *writer) line(n *node, start, end, next int) {
	text := w.data[start:end]
	if n.flow.trims[end] {
		text = bytes.TrimRight(text, " \t")
	}
	w.out.Write(text)
	w.out.Write(w.data[end:next])
}

// block writes a literal or folded scalar in a collection at a column.
func (w *writer) block(n *node, column int) {
	b := n.block
	w.out.Write(bytes.TrimRight(w.data[n.start:b.header], " \t"))
	content := max(column, 0) + indentation
	if b.digit > 0 {
		content = max(column, 0) + b.digit
	}
	next := b.header + lineBreak(w.data[b.header:n.end])
	w.out.Write(w.data[b.header:next])
	for next < n.end {
		start := next
		var end int
		end, next = cutLine(w.data[:n.end], start)
		indent := min(spaces(w.data, start), end-start)
		switch {
		case b.content < 0:
			indent = 0
		case indent >= b.content:
			w.indent(content + indent - b.content)
		default: // blank, and not part of the value
			w.indent(min(indent, content))
		}
		w.out.Write(w.data[start+indent : next])
	}
}

func (w *writer) lines(lines []trivia, column int) {
	for _, t := range lines {
		w.trivia(t, column)
	}
}

func (w *writer) trivia(t trivia, column int) {
	if t.column >= 0 {
		w.indent(column)
		w.out.WriteString(t.comment)
	}
	w.out.WriteString(t.stop)
}

func (w *writer) ending(e ending) {
	w.out.WriteString(e.comment)
	w.out.WriteString(e.stop)
}

func (w *writer) indent(column int) { w.out.WriteString(strings.Repeat(" ", max(column, 0))) }
