package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// known returns the documents of our kinds.
func known(all []*model.Document) []*model.Document {
	var docs []*model.Document
	for _, d := range all {
		if d.Kind != model.Foreign {
			docs = append(docs, d)
		}
	}
	return docs
}

// duplicateObjects reports Kubernetes objects that stand in the inputs twice.
func duplicateObjects(docs []*model.Document, compile bool) diag.List {
	type identity struct {
		kind model.Kind
		model.Object
	}
	var found diag.List
	first := map[identity]*model.Document{}
	for _, d := range docs {
		if !d.Kind.IsKubernetes() {
			continue
		}
		id := identity{d.Kind, d.Object()}
		if id.Name == "" {
			continue
		}
		if earlier, twice := first[id]; twice {
			f := d.Diagnostic(diag.DuplicateObject, "metadata.name", fmt.Sprintf("found %s %q twice, an object may stand once in the inputs", d.Kind, id.Name))
			if compile {
				f.Severity = diag.Error
			}
			f.Related = append(f.Related, diag.Related{Span: earlier.Span("metadata.name"), Message: "first here"})
			found = append(found, f)
			continue
		}
		first[id] = d
	}
	return found
}

// recogniseTree returns the documents of a tree that hold something, in order, and
// reports those that may not stand there. webhooks says that the file begins with a webhook
// file in an earlier part.
func recogniseTree(tree *syntax.Tree, file int, webhooks bool) (all []*model.Document, found diag.List) {
	for _, sd := range tree.Documents {
		if sd.Root == nil && !sd.Foreign || sd.Root != nil && isEmpty(sd.Root) {
			continue // it did not parse, which was reported, or holds nothing
		}
		held := expandAny(sd, file)
		if sd.Index > 0 && sd.Format == syntax.YAML && (webhooks || hasWebhookFile(all) || hasWebhookFile(held)) {
			found = append(found, extraDocument(sd, "ToolHive reads only the first document of a webhook file"))
			continue
		}
		all = append(all, held...)
	}
	return all, found
}

func isEmpty(n *syntax.Node) bool {
	return n.Kind == syntax.Null || n.Kind == syntax.Map && len(n.Entries) == 0
}

func expandAny(sd *syntax.Document, file int) []*model.Document {
	if sd.Foreign {
		return []*model.Document{{Document: sd, File: file}}
	}
	return expand(sd, file)
}

func hasWebhookFile(docs []*model.Document) bool {
	return len(docs) > 0 && docs[0].Kind == model.WebhookFile
}

// fileProblems reports what is wrong with a file as a whole.
func fileProblems(tree *syntax.Tree, docs []*model.Document, filled bool) diag.List {
	s := tree.Source
	switch {
	case len(docs) > 0 && !docs[0].Kind.IsKubernetes() && tree.File.Format == syntax.JSON && s.HasByteOrderMark():
		d := s.Diagnostic(diag.BadEncoding, 0, 0, "found a byte order mark, which ToolHive's JSON reader refuses")
		d.Severity = diag.Warning
		d.Fix = &diag.Fix{Title: "remove it", Edits: []diag.Edit{{Span: s.ByteOrderMark()}}}
		return diag.List{d}
	case len(docs) > 0 || !tree.File.Named:
		return nil
	case filled:
		s.MaskAll() // it is none of our business, and may hold anything
		return diag.List{s.Diagnostic(diag.UnknownDocument, 0, 0, "this is none of the kinds of document that thvctl knows: a webhook file, a RunConfig (JSON), or one of ToolHive's Kubernetes resources")}
	}
	if tree.File.Format == syntax.CUE {
		return diag.List{s.Diagnostic(diag.NoWebhooks, 0, 0, "the source holds no document, only definitions or nothing")}
	}
	return diag.List{s.Diagnostic(diag.NoWebhooks, 0, 0, "the file is empty, ToolHive would load no webhooks without a word")}
}

func extraDocument(d *syntax.Document, why string) diag.Diagnostic {
	start, end := d.Start, d.Start
	if d.Root != nil {
		start, end = d.Root.Start, d.Root.Start
		if len(d.Root.Entries) > 0 {
			end = cmp.Or(d.Root.Entries[0].Key.End, end)
		}
	}
	return d.Source.Diagnostic(diag.ExtraDocument, start, end, "found another document, %s", why)
}

// expand returns the documents that a document stands for: the items of a
// Kubernetes List, the values of a CUE source, or itself.
func expand(sd *syntax.Document, file int) []*model.Document {
	self := []*model.Document{{Document: sd, Kind: recognise(sd.Root, sd.Format), File: file}}
	if self[0].Kind != model.Foreign {
		return self
	}
	var nodes []*syntax.Node
	switch {
	case isList(sd.Root):
		nodes = sd.Root.Get("items").Items
	case sd.Format == syntax.CUE:
		nodes = concreteDocuments(sd.Root)
	}
	if len(nodes) == 0 {
		return self
	}
	secrets := sd.Root.Get("kind").Text() == "SecretList"
	var docs []*model.Document
	for _, n := range nodes {
		part := &syntax.Document{Source: n.Source, Format: sd.Format, Root: n, Index: sd.Index, Named: sd.Named}
		kind := recognise(n, sd.Format)
		switch {
		case secrets:
			continue // its items need not say what they are
		case kind == model.Foreign && isList(n):
			docs = append(docs, expand(part, file)...)
		case kind != model.Empty:
			docs = append(docs, &model.Document{Document: part, Kind: kind, File: file})
		}
	}
	return docs
}

// isList reports whether a value is a Kubernetes List.
func isList(n *syntax.Node) bool {
	_, list := kindOfObject(n.Get("apiVersion").Text(), n.Get("kind").Text())
	return list && n.Get("items") != nil && n.Get("items").Kind == syntax.List
}

// concreteDocuments returns the values of a CUE source that are documents: its
// top-level fields, and the elements of a top-level list or struct.
func concreteDocuments(root *syntax.Node) []*syntax.Node {
	var nodes []*syntax.Node
	for _, outer := range children(root) {
		candidates := []*syntax.Node{outer}
		if !isDocument(outer) {
			candidates = children(outer)
		}
		for _, n := range candidates {
			if isDocument(n) {
				nodes = append(nodes, n)
			}
		}
	}
	return nodes
}

func isDocument(n *syntax.Node) bool {
	kind := recognise(n, syntax.CUE)
	return kind != model.Foreign && kind != model.Empty
}

func children(n *syntax.Node) []*syntax.Node {
	nodes := slices.Clone(n.Items)
	for _, e := range n.Entries {
		nodes = append(nodes, e.Value)
	}
	return nodes
}
