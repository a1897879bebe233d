package convert

import (
	"bytes"
	"slices"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// origin is one entry or item of a YAML text, as it stands there.
type origin struct {
	spot spot
	// end is the byte offset behind it, and value where its value starts; that is
	// end for a value that an alias leads to.
	value, end int
	// column is where its line of text begins, in bytes: of an item in block style
	// that is the dash.
	column int
	// inner is the column of what it holds, -1 where that is no block.
	inner int
	// flow says that it holds a collection in flow style.
	flow bool
	// scalar says that it holds a scalar.
	scalar bool
	// parent is the index of what it is in, -1 for the document.
	parent int
}

// originsOf returns the entries and items of a text in the order in which they
// start, what is around before what is inside. What only an alias leads to stands
// where its anchor is.
func originsOf(root *syntax.Node, lines textLines) []origin {
	reader := originReader{lines: lines}
	reader.inside(root, -1)
	o := reader.found
	order := make([]int, len(o))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return o[a].spot.offset - o[b].spot.offset })
	moved := make([]int, len(o)) // from an old index to the new one
	for now, old := range order {
		moved[old] = now
	}
	sorted := make([]origin, len(o))
	for now, old := range order {
		sorted[now] = o[old]
		if p := sorted[now].parent; p >= 0 {
			sorted[now].parent = moved[p]
		}
	}
	return sorted
}

type originReader struct {
	lines textLines
	found []origin
}

func (o *originReader) inside(n *syntax.Node, parent int) {
	dash := -1
	if n.Kind == syntax.List && n.Start < len(n.Source.Data) && n.Source.Data[n.Start] == '-' {
		dash = o.lines.column(n.Start)
	}
	for _, item := range n.Items {
		s := itemSpot(item)
		at := dash
		if at < 0 {
			at = o.lines.column(s.offset)
		}
		o.add(s, item, item.Alias >= 0, at, parent)
	}
	for _, e := range n.Entries {
		if e.Key.Alias < 0 {
			o.add(spot{e.Key.Start, false}, e.Value, e.Value.Alias >= 0, o.keyColumn(n.Source.Data, e.Key.Start), parent)
		}
	}
}

func (o *originReader) add(s spot, value *syntax.Node, aliased bool, at, parent int) {
	data := value.Source.Data
	self := origin{spot: s, value: value.Start, end: value.End, column: at, inner: -1, parent: parent}
	switch {
	case aliased:
		self.end = aliasEnd(data, value.Alias)
		self.value = self.end
	case value.Kind != syntax.List && value.Kind != syntax.Map:
		self.scalar = true
	case isFlow(value):
		self.flow = true
	default:
		self.inner = o.innerColumn(value)
	}
	o.found = append(o.found, self)
	if !aliased {
		o.inside(value, len(o.found)-1)
	}
}

// isFlow reports whether a collection is written in brackets.
func isFlow(n *syntax.Node) bool {
	data, at := n.Source.Data, n.Start
	for at < n.End && (data[at] == '!' || data[at] == '&') {
		for at < n.End && !isSpace(data[at]) {
			at++
		}
		for at < n.End && isSpace(data[at]) {
			at++
		}
	}
	return at < n.End && (data[at] == '{' || data[at] == '[')
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// innerColumn returns the column of the entries or the dashes of a block.
func (o *originReader) innerColumn(n *syntax.Node) int {
	if n.Kind == syntax.List {
		return o.lines.column(n.Start)
	}
	for _, e := range n.Entries {
		if e.Key.Alias < 0 && e.Key.Start >= n.Start && e.Key.Start < n.End {
			return o.keyColumn(n.Source.Data, e.Key.Start)
		}
	}
	return o.lines.column(n.Start)
}

// keyColumn returns the column of a key, or of the question mark before it.
func (o *originReader) keyColumn(data []byte, at int) int {
	mark := at - 1
	for mark > 0 && data[mark] == ' ' {
		mark--
	}
	if mark >= 0 && mark < at-1 && data[mark] == '?' {
		at = mark
	}
	return o.lines.column(at)
}

// textLines knows where the lines of a part of a text start.
type textLines []int

func newTextLines(data []byte, from, to int) textLines {
	lines := textLines{from}
	for at := from; at < to; {
		size := syntax.LineBreak(data[at:to])
		if size > 0 {
			lines = append(lines, at+size)
		}
		at += max(size, 1)
	}
	return lines
}

// of returns where the line of an offset starts.
func (l textLines) of(at int) int {
	i, exact := slices.BinarySearch(l, at)
	if !exact {
		i--
	}
	return l[max(0, i)]
}

// column returns how many bytes stand before an offset on its line.
func (l textLines) column(at int) int { return at - l.of(at) }

// aliasEnd returns the offset behind an alias.
func aliasEnd(data []byte, at int) int {
	for at++; at < len(data) && bytes.IndexByte([]byte(" \t\r\n,[]{}"), data[at]) < 0; {
		at++
	}
	return at
}
