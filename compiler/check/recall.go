package check

import (
	"encoding/binary"

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
	var kept []*model.Document
	for _, d := range p.docs {
		if d.Kind.IsKubernetes() {
			kept = append(kept, outline(d))
		}
	}
	p.tree.Release()
	p.tree, p.all, p.docs = nil, nil, kept
	return true
}

// Join adds the verdict on a later part of the same file, which is forgotten as well.
func (p *Part) Join(later *Part) {
	p.documents += later.documents
	p.skipped += later.skipped
	p.docs = append(p.docs, later.docs...)
}

// Remembered is what another run needs of a file that is forgotten. ok is false where it
// is not enough.
func (p *Part) Remembered() (data []byte, ok bool) {
	var w writer
	w.number(p.documents)
	w.number(p.skipped)
	for _, d := range p.docs {
		if d.Inexact {
			return nil, false
		}
		w.number(1 + int(d.Kind))
		w.number(d.Index)
		w.node(d.Root)
	}
	return w.data, true
}

// Recall returns the verdict on a file whose text is that of a remembered one. ok is
// false where the data are none that were remembered.
func Recall(data []byte, file syntax.File, index int, o syntax.Options) (p *Part, ok bool) {
	r := reader{data: data, source: syntax.SourceOf(file, o)}
	p = &Part{documents: r.number(), skipped: r.number()}
	for !r.failed && len(r.data) > 0 {
		kind, at := model.Kind(r.number()-1), r.number()
		root := r.node(0)
		if r.failed || !kind.IsKubernetes() {
			return nil, false
		}
		d := &model.Document{Kind: kind, File: index, Document: &syntax.Document{
			Source: r.source, Format: file.Format, Root: root, Index: at, Start: root.Start, End: root.End, Named: file.Named,
		}}
		if _, err := checkDocument(d, Table{}); err != nil { // what it finds is not in the outline
			return nil, false
		}
		p.docs = append(p.docs, d)
	}
	return p, !r.failed
}

// writer writes numbers, texts and values one after the other.
type writer struct{ data []byte }

func (w *writer) number(n int) { w.data = binary.AppendVarint(w.data, int64(n)) }

func (w *writer) text(s string) {
	w.number(len(s))
	w.data = append(w.data, s...)
}

func (w *writer) node(n *syntax.Node) {
	flags := int(n.Kind) << 1
	if n.Plain {
		flags |= 1
	}
	w.number(flags)
	w.number(n.Start)
	w.number(n.End - n.Start)
	w.number(n.Alias)
	w.text(n.Value)
	w.number(len(n.Items))
	for _, item := range n.Items {
		w.node(item)
	}
	w.number(len(n.Entries))
	for _, e := range n.Entries {
		w.node(e.Key)
		w.node(e.Value)
	}
}

// reader reads what a writer has written. Anything else fails.
type reader struct {
	data   []byte
	source *syntax.Source
	failed bool
}

func (r *reader) number() int {
	n, size := binary.Varint(r.data)
	if size <= 0 {
		r.failed = true
		r.data = nil
		return 0
	}
	r.data = r.data[size:]
	return int(n)
}

func (r *reader) text() string {
	n := r.number()
	if n < 0 || n > len(r.data) {
		r.failed = true
		return ""
	}
	text := string(r.data[:n])
	r.data = r.data[n:]
	return text
}

// deepest bounds what a damaged text can make of the stack.
const deepest = 128

func (r *reader) node(depth int) *syntax.Node {
	flags := r.number()
	n := &syntax.Node{Source: r.source, Kind: syntax.Kind(flags >> 1), Plain: flags&1 != 0, Start: r.number()}
	n.End = n.Start + r.number()
	n.Alias = r.number()
	n.Value = r.text()
	if n.Kind == 0 || n.Kind > syntax.Incomplete || n.Start < 0 || n.End < n.Start || n.End > len(r.source.Data) || depth > deepest {
		r.failed = true
	}
	for range r.count() {
		n.Items = append(n.Items, r.node(depth+1))
	}
	for range r.count() {
		n.Entries = append(n.Entries, syntax.Entry{Key: r.node(depth + 1), Value: r.node(depth + 1)})
	}
	return n
}

// count returns how many values follow, each of which has a byte at least.
func (r *reader) count() int {
	n := r.number()
	if r.failed || n < 0 || n > len(r.data) {
		r.failed = true
		return 0
	}
	return n
}
