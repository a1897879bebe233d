package check

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Forget lets go of the values of a file in which nothing was found, but for the outlines
// of objects that rules look at together with others'. ok is false, and nothing is let go
// of, where something was found, or comments may speak to thvctl.
func (p *Part) Forget() (ok bool) {
	if len(p.found) > 0 || p.tree.Faulty || len(p.tree.Doubts) > 0 || p.tree.Source.MayHoldDirectives() {
		return false
	}
	p.documents, p.skipped = len(p.docs), len(p.all)-len(p.docs)
	p.outlines = outline(p.docs, true)
	p.tree.Release()
	p.tree, p.all, p.docs = nil, nil, nil
	return true
}

// Sleep lets go of the text of a file that is forgotten; see [syntax.Source.Sleep].
func (p *Part) Sleep(file syntax.File) {
	if len(p.outlines.sources) == 1 {
		p.outlines.sources[0].Sleep(file.Reload)
	}
}

// Join adds the verdict on a later part of the same file, which is forgotten as well.
func (p *Part) Join(later *Part) {
	p.documents += later.documents
	p.skipped += later.skipped
	if len(p.outlines.data) == 0 {
		p.outlines = later.outlines
		return
	}
	p.outlines.data = append(p.outlines.data, later.outlines.data...)
	p.outlines.private = p.outlines.private || later.outlines.private
}

// Remembered is what another run needs of a file that is forgotten. ok is false where it
// is not enough.
func (p *Part) Remembered() (data []byte, ok bool) {
	if len(p.outlines.sources) > 1 || p.outlines.private {
		return nil, false
	}
	var w writer
	w.number(p.documents)
	w.number(p.skipped)
	return append(w.data, p.outlines.data...), true
}

// Recall returns the verdict on a file whose text is that of a remembered one. ok is
// false where the data are none that were remembered, as far as their beginning tells.
func Recall(data []byte, file syntax.File, index int, o syntax.Options) (p *Part, ok bool) {
	r := reader{data: data}
	p = &Part{documents: r.number(), skipped: r.number()}
	if len(r.data) > 0 {
		source := syntax.SourceOf(file, o)
		p.outlines = outlines{data: r.data, sources: []*syntax.Source{source}, file: index, named: file.Named}
	}
	return p, !r.failed
}

// writer writes numbers, texts and values one after the other.
type writer struct {
	data []byte
	// sources are those of the values, which the data have by their numbers.
	sources []*syntax.Source
}

func (w *writer) number(n int) { w.data = binary.AppendVarint(w.data, int64(n)) }

func truth(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (w *writer) text(s string) {
	w.number(len(s))
	w.data = append(w.data, s...)
}

// node writes what is kept of a value.
func (w *writer) node(n *syntax.Node, keep keys) {
	source := slices.Index(w.sources, n.Source)
	if source < 0 {
		source = len(w.sources)
		w.sources = append(w.sources, n.Source)
	}
	w.number(int(n.Kind)<<1 | truth(n.Plain))
	w.number(source)
	w.number(n.Start)
	w.number(n.End - n.Start)
	w.number(n.Alias)
	switch {
	case n.Kind != syntax.List && n.Kind != syntax.Map:
		w.text(n.Value)
		return
	case n.Kind == syntax.List && keep != nil:
		w.number(0)
		return
	case n.Kind == syntax.List:
		w.number(len(n.Items))
		for _, item := range n.Items {
			w.node(item, nil)
		}
		return
	}
	entries := 0
	for _, e := range n.Entries {
		if _, kept := keep.below(e.Key.Value); kept {
			entries++
		}
	}
	w.number(entries)
	for _, e := range n.Entries {
		if below, kept := keep.below(e.Key.Value); kept {
			w.number(truth(e.Overridden))
			w.node(e.Key, nil)
			w.node(e.Value, below)
		}
	}
}

// reader reads what a writer has written. Anything else fails.
type reader struct {
	data    []byte
	sources []*syntax.Source
	failed  bool
	// free are nodes that are not in use yet.
	free []syntax.Node
}

func (r *reader) number() int {
	if len(r.data) > 0 && r.data[0] < 0x80 { // as most
		n := int(r.data[0])
		r.data = r.data[1:]
		return n>>1 ^ -(n & 1)
	}
	n, size := binary.Varint(r.data)
	if size <= 0 {
		r.failed = true
		r.data = nil
		return 0
	}
	r.data = r.data[size:]
	return int(n)
}

// below reads a number from 0 and less than a limit.
func (r *reader) below(limit int) int {
	n := r.number()
	if n < 0 || n >= limit {
		r.failed = true
		return 0
	}
	return n
}

func (r *reader) truth() bool { return r.below(2) == 1 }

func (r *reader) text() string {
	n := r.below(len(r.data) + 1)
	if n > len(r.data) {
		r.failed = true
		return ""
	}
	text := r.data[:n]
	r.data = r.data[n:]
	return string(text)
}

// document reads into a document, which is new, and reports whether it is good.
func (r *reader) document(d *model.Document) bool {
	d.Kind, d.Format = model.Kind(r.below(math.MaxUint8)), syntax.Format(r.below(math.MaxUint8))
	d.Index, d.Start, d.End = r.number(), r.number(), r.number()
	d.Inexact = r.truth()
	d.Root = r.node(0)
	d.Source = d.Root.Source
	r.failed = r.failed || !d.Kind.IsKubernetes()
	return !r.failed
}

// newNode returns a node.
func (r *reader) newNode() *syntax.Node {
	const many = 64
	if len(r.free) == 0 {
		r.free = make([]syntax.Node, many)
	}
	n := &r.free[0]
	r.free = r.free[1:]
	return n
}

// deepest bounds what a damaged text can make of the stack.
const deepest = 128

func (r *reader) node(depth int) *syntax.Node {
	n := r.newNode()
	kind := r.below(2 * (int(syntax.Incomplete) + 1))
	*n = syntax.Node{Kind: syntax.Kind(kind >> 1), Plain: kind&1 == 1}
	source := r.below(len(r.sources))
	n.Start = r.number()
	n.End = n.Start + r.number()
	n.Alias = r.number()
	if r.failed || n.Kind == 0 || n.Start < 0 || n.End < n.Start || depth > deepest {
		r.failed = true
		return n
	}
	n.Source = r.sources[source]
	if n.End > n.Source.Size() {
		r.failed = true
	}
	if n.Kind != syntax.List && n.Kind != syntax.Map {
		n.Value = r.text()
		return n
	}
	for range r.count() {
		if n.Kind == syntax.List {
			n.Items = append(n.Items, r.node(depth+1))
			continue
		}
		e := syntax.Entry{Overridden: r.truth(), Key: r.node(depth + 1), Value: r.node(depth + 1)}
		n.Entries = append(n.Entries, e)
	}
	return n
}

// count returns how many values follow, each of which has a byte at least.
func (r *reader) count() int { return r.below(len(r.data) + 1) }
