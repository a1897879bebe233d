package syntax

import (
	"bytes"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/internal/pattern"
)

// FromCUE makes the tree of an evaluated CUE instance. files are those of the
// request; the tree's own file is the first that belongs to the instance.
func FromCUE(e Evaluated, files []File) (*Tree, diag.List) {
	r := cueReader{sources: map[string]*Source{}}
	tree := &Tree{}
	for _, f := range files {
		if _, known := r.sources[f.Name]; !known {
			r.sources[f.Name] = &Source{Name: f.Name, Data: f.Data}
		}
		if tree.File.Name == "" && (len(e.Files) == 0 || e.Files[0] == f.Name) {
			tree.File = f
		}
	}
	tree.Source = r.sources[tree.File.Name]
	for _, s := range r.sources {
		s.hidden = append(s.hidden, func() { maskLines(s, 0, len(s.Data)) })
		if s != tree.Source && slices.Contains(e.Files, s.Name) {
			tree.Others = append(tree.Others, s)
		}
	}
	slices.SortFunc(tree.Others, func(a, b *Source) int { return strings.Compare(a.Name, b.Name) })
	var found diag.List
	lines := map[string]int{} // one fault often shows as several at one place
	for _, p := range e.Problems {
		d := r.problem(p, tree.Source)
		if p.Unread && lines[d.Span.File] == d.Span.Start.Line {
			continue
		}
		lines[d.Span.File] = d.Span.Start.Line
		found = append(found, d)
	}
	if slices.ContainsFunc(e.Problems, func(p EvaluateProblem) bool { return p.Unread }) {
		for _, s := range r.sources {
			maskUnparsed(s, 0, len(s.Data))
		}
	}
	if e.Value == nil {
		tree.Faulty = len(found) > 0
		return tree, found
	}
	tree.Doubts, found = found, nil
	doc := &Document{Source: tree.Source, Format: CUE, Named: tree.File.Named}
	doc.Root = r.value(e.Value, location{tree.Source, 0, len(tree.Source.Data)})
	maskSecrets(doc)
	tree.Documents = []*Document{doc}
	return tree, found
}

type cueReader struct {
	sources map[string]*Source
}

// location is where a value stands.
type location struct {
	source     *Source
	start, end int
}

// locate returns the place of a value, or that of its parent where it has none.
func (r cueReader) locate(p EvaluatedPlace, parent location) location {
	source := r.sources[p.File]
	if source == nil || p.Start < 0 || p.End < p.Start || p.End > len(source.Data) {
		return parent
	}
	return location{source, p.Start, p.End}
}

func (r cueReader) problem(p EvaluateProblem, fallback *Source) diag.Diagnostic {
	start := 0
	if bytes.HasPrefix(fallback.Data, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	at := r.locate(p.Place, location{fallback, start, start})
	rule := diag.Schema
	if p.Unread {
		rule = diag.Syntax
	}
	return at.source.Diagnostic(rule, at.start, at.end, "%s", at.scrub(p.Message))
}

// quotedText matches the strings that CUE quotes in its messages.
var quotedText = pattern.Lazy(`"(?:[^"\\]|\\.)*"`)

// scrub takes out of a message of CUE what must not be shown: credentials in
// URLs, and any text where the place itself is hidden.
func (l location) scrub(message string) string {
	if l.start < l.end && l.source.Masked(l.start, l.end) {
		message = quotedText().ReplaceAllString(message, `"•••"`)
	}
	s := &Source{Data: []byte(message)}
	maskLines(s, 0, len(message))
	return s.Text(0, len(message))
}

func (r cueReader) value(v *EvaluatedValue, parent location) *Node {
	at := r.locate(v.Place, parent)
	n := &Node{Kind: v.Kind, Value: v.Value, Source: at.source, Start: at.start, End: at.end, Alias: -1}
	if n.Kind == Incomplete {
		n.Value = at.scrub(n.Value)
	}
	for _, item := range v.Items {
		n.Items = append(n.Items, r.value(item, at))
	}
	for _, e := range v.Entries {
		keyAt := r.locate(e.Place, at)
		key := &Node{Kind: String, Value: e.Key, Source: keyAt.source, Start: keyAt.start, End: keyAt.end, Alias: -1}
		n.Entries = append(n.Entries, Entry{Key: key, Value: r.value(e.Value, at)})
	}
	return n
}
