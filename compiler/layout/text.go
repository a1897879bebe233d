package layout

import (
	"bytes"
	"slices"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// stop returns the line break that a text uses first.
func stop(data []byte) []byte {
	if end, next := cutLine(data, 0); next > end {
		return data[end:next]
	}
	return []byte("\n")
}

// withLastBreak ends the last line. Where it belongs to a block scalar whose
// value the break would change, the document is left as it is.
func withLastBreak(f *file) []byte {
	if f.Format != syntax.YAML || len(f.parts) == 0 || bytes.HasSuffix(f.Data, []byte("\n")) {
		return f.Data
	}
	last := f.parts[len(f.parts)-1]
	if last.known == 0 || last.reason != "" {
		return f.Data
	}
	g := f.File
	g.Data = slices.Concat(f.Data, stop(f.Data))
	ended, _ := read(g, f.tree.Options)
	if sameValues(f, ended) != nil {
		last.leave(last.Root.Start, "a block scalar at its end without a line break")
		return f.Data
	}
	return g.Data
}

// withDurations writes durations in their canonical form.
func withDurations(f *file) []byte {
	var edits []diag.Edit
	for _, p := range f.parts {
		if p.known > 0 && p.reason == "" {
			d := durations{types: p.kinds, nodes: map[int]*syntax.Node{}, others: map[int]bool{}}
			d.value(p.Root, nil)
			edits = append(edits, d.edits()...)
		}
	}
	text, ok := check.Apply(f.Data, edits)
	if !ok {
		return f.Data // they overlap, which one value per place rules out
	}
	return text
}

// layOut writes the file in its canonical layout. Parts that are not understood
// get a reason.
func (f *file) layOut() []byte {
	if f.Format == syntax.JSON {
		return f.layOutJSON()
	}
	var out bytes.Buffer
	at := 0
	for i, p := range f.parts {
		text := f.layOutPart(p, i == len(f.parts)-1)
		f.between(&out, at, p.Start, p.whole())
		out.Write(text)
		at = p.End
	}
	f.between(&out, at, len(f.Data), f.parts[len(f.parts)-1].whole())
	text := out.Bytes()
	if at < len(f.Data) && f.parts[len(f.parts)-1].whole() {
		text = append(bytes.TrimRight(text, " \t\r\n"), stop(f.Data)...)
	}
	return text
}

// between copies the text between two documents: directives, comments, markers.
// tidy drops the white space at the end of its lines.
func (f *file) between(out *bytes.Buffer, start, end int, tidy bool) {
	for start < end {
		stop, next := cutLine(f.Data[:end], start)
		line := f.Data[start:stop]
		if tidy {
			line = bytes.TrimRight(line, " \t")
		}
		out.Write(line)
		out.Write(f.Data[stop:next])
		start = next
	}
}

// layOutPart returns the text of a document as it is laid out.
func (f *file) layOutPart(p *part, last bool) []byte {
	if p.known == 0 || p.reason != "" {
		return f.Data[p.Start:p.End]
	}
	d, end := f.structure(p)
	if d.failure == "" && !d.understands(p.Root) {
		d.fail(p.Root.Start, strange)
	}
	if d.failure != "" {
		p.leave(d.failureAt, d.failure)
		return f.Data[p.Start:p.End]
	}
	o := orderer{document: d, types: p.kinds}
	w := writer{data: f.Data}
	if len(p.items) > 0 {
		return f.layOutItems(p, o)
	}
	o.node(d.root, p.Root, place{root: true})
	w.document(d, last && end == len(f.Data))
	f.between(&w.out, end, p.End, true)
	return w.out.Bytes()
}

// structure returns the block structure of a document, and where its content
// ends.
func (f *file) structure(p *part) (d *document, end int) {
	end = p.End
	text := f.Data[p.Start:p.End]
	line := bytes.LastIndexByte(bytes.TrimSuffix(text, []byte("\n")), '\n') + 1
	if bytes.HasPrefix(text[line:], []byte("...")) && isEnd(text, line+3) {
		end = p.Start + line
	}
	marked := p.Start >= 3 && string(f.Data[p.Start-3:p.Start]) == "---"
	return parse(f.Data, p.Start, end, marked), end
}

// layOutItems lays out the items of a List that are ours, in the column where
// they stand.
func (f *file) layOutItems(p *part, o orderer) []byte {
	var out bytes.Buffer
	at := p.Start
	var visit func(n *node, value *syntax.Node)
	visit = func(n *node, value *syntax.Node) {
		_, ours := p.kinds[value]
		switch {
		case ours && n.kind == mapping:
			start := n.start
			if n.own { // on the lines behind its dash
				start -= n.column
				if lead := n.entries[0].lead; len(lead) > 0 {
					start = lead[0].start
				}
			}
			o.node(n, value, place{})
			w := writer{data: f.Data}
			w.collection(n, n.column, !n.own)
			out.Write(f.Data[at:start])
			out.Write(w.out.Bytes())
			// White space behind a block scalar could become part of it.
			after := f.blankEnd(n.until, p.End)
			f.between(&out, n.until, after, true)
			at = after
		case ours:
		case n.kind == mapping:
			for i, e := range pair(n, value) {
				if e.Key != nil {
					visit(n.entries[i].value, e.Value)
				}
			}
		case n.kind == sequence:
			for i, e := range n.entries[:min(len(n.entries), len(value.Items))] {
				visit(e.value, value.Items[i])
			}
		}
	}
	visit(o.root, p.Root)
	out.Write(f.Data[at:p.End])
	return out.Bytes()
}

// blankEnd returns the start of the first line that is not blank.
func (f *file) blankEnd(start, end int) int {
	for start < end {
		stop, next := cutLine(f.Data[:end], start)
		if skipBlanks(f.Data[:end], start) < stop {
			break
		}
		start = next
	}
	return start
}

// understands reports whether the block structure has the scalars of the tree
// where the tree has them.
func (d *document) understands(n *syntax.Node) bool {
	if n.Alias >= 0 {
		return true
	}
	for _, item := range n.Items {
		if !d.understands(item) {
			return false
		}
	}
	for _, e := range n.Entries {
		if e.Key.Alias < 0 && !d.understands(e.Key) || !d.understands(e.Value) {
			return false
		}
	}
	if n.Kind == syntax.Map || n.Kind == syntax.List {
		return true
	}
	at := d.properties(n.Start, false)
	if at >= n.End {
		return true // there is no text
	}
	i, within := slices.BinarySearchFunc(d.flows, at, func(s span, at int) int { return s.start - at })
	if !within && i > 0 && at < d.flows[i-1].end {
		return true
	}
	end, ok := d.scalars[at]
	return ok && end == n.End
}

func (f *file) layOutJSON() []byte {
	p := f.parts[0]
	w := jsonWriter{stop: string(stop(f.Data)), types: p.kinds, kept: p.kept}
	if f.tree.Source.HasByteOrderMark() {
		w.out.Write(f.Data[:p.Start])
	}
	w.value(p.Root, kindOfRoot{}, 0)
	w.out.WriteString(w.stop)
	return w.out.Bytes()
}
