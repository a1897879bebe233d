// Package layout gives documents their canonical layout: the key order of the
// schema, an indentation of two spaces, canonical durations, no white space at
// the end of lines. It moves the bytes of the source and writes nothing anew, so
// comments, quotes, blank lines, anchors and line breaks stay as they were. What
// it has written it reads again and compares with the source.
package layout

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// Result is what became of a file.
type Result struct {
	// Data is the text in its canonical layout. Where there are findings of
	// severity error it is the text as it was.
	Data []byte
	// Documents counts those of our kinds, Skipped those of others.
	Documents, Skipped int
	// Left are the documents of our kinds that were left as they are.
	Left []Left
}

// Left says why a document was left as it is.
type Left struct {
	Span diag.Span
	// Reason is what was found in the document that is not understood.
	Reason string
}

// Format brings the documents of our kinds in a YAML or JSON file into their
// canonical layout. All others stay byte for byte, Secrets among them, and so
// does a file of which a part cannot be read; the diagnostics say why. Of the
// options Foreign and Claim are ours to fill. An error is a defect of ours.
func Format(f syntax.File, o syntax.Options) (result Result, found diag.List, err error) {
	result.Data = f.Data
	if f.Format == syntax.CUE {
		return result, nil, nil
	}
	before, found := read(f, o)
	defer func() { show(found, before.tree) }()
	if len(found) == 1 && found[0].Rule.ID == diag.ExtraDocument.ID {
		return stream(f, o, found)
	}
	if found.Has(diag.Error) {
		return result, found, nil
	}
	result.Documents, result.Skipped = before.count()
	if result.Documents == 0 {
		return result, found, nil
	}
	after, left, tooLarge, err := format(before, o)
	switch {
	case err != nil:
		return result, found, fmt.Errorf("lay out %s: %w", f.Name, err)
	case tooLarge != nil:
		return result, append(found, *tooLarge), nil
	}
	result.Data, result.Left = after, left
	return result, found, nil
}

// show makes findings fit to be shown. The check hides what no schema knows.
func show(found diag.List, tree *syntax.Tree) {
	if len(found) > 0 {
		_, _, _, _ = check.Check([]*syntax.Tree{tree}, check.Options{Lowest: diag.Error}) // what it finds is no matter of layout
	}
	syntax.Show(found, tree)
}

// stream is Format for JSON values one after the other, as compile writes them to
// standard output: no file that ToolHive reads, and laid out all the same. found
// holds the finding at the second value.
func stream(f syntax.File, o syntax.Options, found diag.List) (Result, diag.List, error) {
	var all Result
	for _, data := range values(f.Data) {
		value := f
		value.Data, value.Named = data, false // it was not named if it is somebody else's
		result, problems, err := Format(value, o)
		if err != nil || len(problems) > 0 {
			return Result{Data: f.Data}, found, err
		}
		all.Data = append(all.Data, result.Data...)
		all.Documents += result.Documents
		all.Skipped += result.Skipped
	}
	if all.Documents == 0 {
		return Result{Data: f.Data}, found, nil
	}
	return all, nil, nil
}

// values cuts a text before each of its JSON values but the first; it returns
// nothing where it holds anything else.
func values(data []byte) [][]byte {
	var cut [][]byte
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	base := len(data) - len(text)
	start := 0
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return nil
		}
		end := base + int(decoder.InputOffset())
		next := len(data) - len(bytes.TrimLeft(data[end:], " \t\r\n"))
		if next == len(data) {
			return append(cut, data[start:])
		}
		cut = append(cut, data[start:next])
		start = next
	}
}

// format goes to the canonical layout in steps, each of which is read again.
func format(f *file, o syntax.Options) (data []byte, left []Left, tooLarge *diag.Diagnostic, err error) {
	for _, step := range []struct {
		text func(*file) []byte
		same func(before, after *file) error
	}{
		{withLastBreak, sameValues},
		{withDurations, sameButDurations},
		{(*file).layOut, sameText},
	} {
		text := step.text(f)
		if bytes.Equal(text, f.Data) {
			continue
		}
		g := f.File
		g.Data = text
		next, found := read(g, o)
		if i := slices.IndexFunc(found, func(d diag.Diagnostic) bool { return d.Rule.ID == diag.TooComplex.ID }); i >= 0 {
			d := f.tree.Source.Diagnostic(diag.TooComplex, 0, 0, "in the canonical layout %s", found[i].Message)
			return nil, nil, &d, nil
		}
		if found.Has(diag.Error) {
			return nil, nil, nil, fmt.Errorf("the result cannot be read: %s", found[0].Rule.ID)
		}
		if err := step.same(f, next); err != nil {
			return nil, nil, nil, err
		}
		next.takeOver(f)
		f = next
	}
	return f.Data, f.left(), nil, nil
}

// file is a file that was read.
type file struct {
	syntax.File
	tree  *syntax.Tree
	parts []*part
}

// part is one document of a file.
type part struct {
	*syntax.Document
	// kinds are the roots of our documents in it: its own, or the items of a List.
	kinds map[*syntax.Node]kindOfRoot
	// items are those items, in order; empty where the part is itself a document.
	items []*syntax.Node
	// kept are the items of a List that stay as they are.
	kept map[*syntax.Node]bool
	// known and others count our documents and those of others.
	known, others int
	// reason is why the part is left as it is, at an offset; empty where it is not.
	reason string
	at     int
}

// read reads a file and finds out what its documents are.
func read(f syntax.File, o syntax.Options) (*file, diag.List) {
	o.Foreign, o.Claim = check.Foreign, check.Claim
	tree, found := syntax.Parse(f, o)
	documents, more := check.Documents(tree)
	for _, d := range more {
		if d.Rule.ID == diag.UnknownDocument.ID { // the rest is no matter of layout
			found = append(found, d)
		}
	}
	r := &file{File: f, tree: tree}
	for _, d := range tree.Documents {
		p := &part{Document: d, kinds: map[*syntax.Node]kindOfRoot{}, kept: map[*syntax.Node]bool{}}
		for _, m := range documents {
			if m.Index == d.Index {
				p.add(m)
			}
		}
		if at := otherBreak(f.Data[d.Start:d.End]); at >= 0 && f.Format == syntax.YAML && p.known > 0 {
			p.leave(d.Start+at, "a line break that is no line feed")
		}
		r.parts = append(r.parts, p)
	}
	return r, found
}

func (p *part) add(m *model.Document) {
	kind, ok := kindOf(m)
	if !ok {
		p.others++
		p.kept[m.Root] = true
		return
	}
	p.known++
	p.kinds[m.Root] = kind
	if m.Document != p.Document {
		p.items = append(p.items, m.Root)
	}
}

// kindOf returns what is known of a document of ours; ok is false for others, and
// for Secrets.
func kindOf(m *model.Document) (k kindOfRoot, ok bool) {
	switch m.Kind {
	case model.Foreign, model.Empty, model.Secret, model.Project:
		return kindOfRoot{}, false
	case model.RunConfig:
		return kindOfRoot{}, true // ToolHive's own, in its order
	}
	t := check.TypeOf(m.Kind, m.Format)
	if t == nil {
		t = anyObject()
	}
	return kindOfRoot{t, m.Kind.IsKubernetes()}, true
}

// anyObject is what is known of Kubernetes objects that have no schema of ours.
func anyObject() *schema.Type {
	t := &schema.Type{Kinds: schema.StructKind, Open: true}
	for _, name := range []string{"apiVersion", "kind", "metadata", "spec"} {
		t.Fields = append(t.Fields, schema.Field{Name: name})
	}
	if server := check.TypeOf(model.MCPServer, syntax.YAML); server != nil {
		t.Fields[2].Type = fieldType(server, "metadata")
	}
	return t
}

func (f *file) count() (known, others int) {
	for _, p := range f.parts {
		known += p.known
		others += p.others
	}
	return known, others
}

// whole reports whether the part is one document of ours that is laid out.
func (p *part) whole() bool { return p.known > 0 && len(p.items) == 0 && p.reason == "" }

func (p *part) leave(at int, reason string) { p.at, p.reason = at, reason }

// takeOver remembers what was left as it is before a step.
func (f *file) takeOver(before *file) {
	for i, p := range before.parts {
		if f.parts[i].reason == "" {
			f.parts[i].at, f.parts[i].reason = p.at, p.reason
		}
	}
}

func (f *file) left() []Left {
	var left []Left
	for _, p := range f.parts {
		if p.reason != "" {
			left = append(left, Left{f.tree.Source.Span(p.at, p.at), p.reason})
		}
	}
	return left
}
