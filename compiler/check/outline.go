package check

import (
	"errors"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// outlines are what is left of the Kubernetes objects of a file whose values were let go
// of: what the rules that look at all files ask of them, as a writer writes it. It takes a
// small part of the memory, and can be kept for another run.
type outlines struct {
	data    []byte
	sources []*syntax.Source
	file    int
	named   bool
	// private says that there are values among them, those of headers, which are kept
	// nowhere else.
	private bool
}

// outline takes the outlines of documents of one file. good says that nothing was found in
// them, so that each key is what it seems.
func outline(docs []*model.Document, good bool) outlines {
	var o outlines
	var w writer
	for _, d := range docs {
		if !d.Kind.IsKubernetes() {
			continue
		}
		o.file, o.named = d.File, d.Named
		o.private = o.private || d.Kind.IsHeaderOwner() && d.Root.Get("spec").Get("headerForward") != nil
		w.number(int(d.Kind))
		w.number(int(d.Format))
		w.number(d.Index)
		w.number(d.Start)
		w.number(d.End)
		w.number(truth(d.Inexact))
		keep := outlined[d.Kind]
		if !good {
			keep = outlinedFaulty[d.Kind]
		}
		w.node(d.Root, keep)
	}
	o.data, o.sources = slices.Clip(w.data), w.sources
	return o
}

// ErrOutlines says that what was recalled is none of what a run has kept.
var ErrOutlines = errors.New("the outlines cannot be read")

// documents makes documents of outlines. An error is [ErrOutlines].
func (r *reader) documents(o outlines) (docs []*model.Document, err error) {
	r.data, r.sources = o.data, o.sources
	for len(r.data) > 0 {
		d := &model.Document{Document: &syntax.Document{Named: o.named}, File: o.file}
		if !r.document(d) {
			return nil, fmt.Errorf("file %d: %w", o.file, ErrOutlines)
		}
		fill(d)
		docs = append(docs, d)
	}
	return docs, nil
}

// keys say what is kept of the values of a mapping; nil keeps a value whole.
type keys map[string]keys

// names are what every object is known by.
var names = keys{"name": nil, "namespace": nil}

// outlined are what is kept of each kind of object: its names, and what it says of other
// objects and of headers.
var outlined = map[model.Kind]keys{
	model.MCPWebhookConfig: {"metadata": names},
	model.Secret:           {"metadata": names},
	model.MCPServer:        {"metadata": names, "spec": {"webhookConfigRef": nil, "groupRef": nil, others: {}}},
	model.MCPServerEntry:   {"metadata": names, "spec": {"groupRef": nil, "headerForward": nil}},
	model.MCPRemoteProxy:   {"metadata": names, "spec": {"groupRef": nil, "headerForward": nil}},
}

// outlinedFaulty are what is kept where something was found: a key may be another that is
// misspelt.
var outlinedFaulty = map[model.Kind]keys{
	model.MCPWebhookConfig: {"spec": {}, others: nil},
	model.Secret:           {"data": {}, "stringData": {}, others: nil},
}

// others stands for all further keys of a mapping. Of an MCPServer they may be meant for
// one that counts.
const others = ""

// below says what is kept of the value under a key.
func (k keys) below(key string) (below keys, kept bool) {
	if k == nil {
		return nil, true
	}
	if below, kept = k[key]; !kept {
		below, kept = k[others]
	}
	return below, kept
}
