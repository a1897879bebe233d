package convert

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Part is one document of the result: a unit as it is written now, or a document
// that stays as it was.
type Part struct {
	// Unit is the unit; nil for a document that passes through.
	Unit *bind.Unit
	// Passing is a document beside a unit that Kubernetes gets as well; nil for a
	// unit.
	Passing *model.Document
	// Text is what is written, in YAML.
	Text []byte
}

// Write writes the bound units in another dialect, in the order of the inputs. For
// form crd, what stands beside a unit in its file passes through. The diagnostics
// say what the dialect cannot carry, the error is a defect of ours.
func (s *Source) Write(checked *check.Checked, bound *bind.Bound, form bind.Form) ([]Part, diag.List, error) {
	w := &work{source: s, form: form, units: map[*model.Document]bind.Unit{}}
	for _, u := range bound.Units() {
		w.units[u.Source] = u
	}
	var parts []Part
	all := checked.All()
	for len(all) > 0 {
		end := slices.IndexFunc(all, func(d *model.Document) bool { return d.File != all[0].File })
		if end < 0 {
			end = len(all)
		}
		more, err := w.file(all[:end])
		if err != nil {
			return nil, nil, err
		}
		parts, all = append(parts, more...), all[end:]
	}
	return parts, w.found, nil
}

// work is one Write under way.
type work struct {
	source *Source
	form   bind.Form
	units  map[*model.Document]bind.Unit
	found  diag.List
}

// file writes the documents of one file.
func (w *work) file(docs []*model.Document) ([]Part, error) {
	if !slices.ContainsFunc(docs, func(d *model.Document) bool { _, isUnit := w.units[d]; return isUnit }) {
		return nil, nil
	}
	f := &fileWork{work: w, tree: w.source.originals[docs[0].File], texts: map[int]*text{}}
	for _, d := range docs {
		if u, isUnit := w.units[d]; isUnit {
			w.lost(d)
			f.text(d).unit(f.part(Part{Unit: &u}), u)
		} else if w.passes(d) {
			f.pass(d)
		} else {
			w.left(d)
		}
	}
	f.comments()
	for _, t := range f.texts {
		if t.err != nil {
			return nil, t.err
		}
		for _, p := range t.pages {
			w.sign(p)
			f.parts[p.part].Text = write(p.root)
		}
	}
	return f.parts, nil
}

// fileWork is the work on one file.
type fileWork struct {
	*work
	tree  *syntax.Tree
	parts []Part
	// texts are what becomes of the documents of the file, by their index.
	texts map[int]*text
}

// text is what becomes of one document of a file. That is one page, several where
// it is a List, and none where it passes through as it is; then part is the index
// of its part.
type text struct {
	renderer
	pages []*page
	part  int
}

// text returns the text that a document stands in.
func (f *fileWork) text(d *model.Document) *text {
	if f.texts[d.Index] == nil {
		f.texts[d.Index] = &text{renderer: newRenderer(f.form)}
	}
	return f.texts[d.Index]
}

// part adds a part and returns its index.
func (f *fileWork) part(p Part) int {
	f.parts = append(f.parts, p)
	return len(f.parts) - 1
}

// pass adds a document that passes through. One without a text of its own is
// written anew.
func (f *fileWork) pass(d *model.Document) {
	t := f.text(d)
	if d.End > 0 {
		t.part = f.part(Part{Passing: d, Text: d.Text()})
		return
	}
	t.other(f.part(Part{Passing: d}), d)
}

// passes reports whether a document goes along with the units of its file.
func (w *work) passes(d *model.Document) bool {
	if w.form != bind.CRD {
		return false
	}
	switch d.Kind {
	case model.MCPServer, model.MCPServerEntry, model.MCPRemoteProxy:
		return true
	}
	return d.Kind == model.Foreign && d.IsObject()
}

// comments puts the comments of the file where they belong. What stands before
// the marker of a document is that document's.
func (f *fileWork) comments() {
	data := f.tree.Source.Data
	if f.tree.File.Format != syntax.YAML {
		return
	}
	for _, r := range f.regions() {
		t := f.texts[r.document.Index]
		if len(t.pages) > 0 {
			attach(r.document.Root, r.extent, t.places, t.pages, f.changed(t.pages[0]))
			continue
		}
		before, after := commentLines(data, r.start, r.document.Start), commentLines(data, r.document.End, r.end)
		f.parts[t.part].Text = slices.Concat(before, f.parts[t.part].Text, after)
	}
}

// region is a document of a file with the text around it.
type region struct {
	extent
	document *syntax.Document
}

// regions divide a file among the documents that go on. The text around a document
// that holds nothing is the next one's, or the last one's.
func (f *fileWork) regions() []region {
	var regions []region
	from := 0
	for _, d := range f.tree.Documents {
		switch {
		case f.texts[d.Index] != nil:
			regions = append(regions, region{extent{from, d.End}, d})
			from = d.End
		case d.Root == nil || !isNothing(d.Root):
			from = d.End // it stays behind, and so do its comments
		}
	}
	if last := len(regions) - 1; last >= 0 && regions[last].end == from {
		regions[last].end = len(f.tree.Source.Data)
	}
	return regions
}

// changed reports whether a page is of another dialect than its source.
func (w *work) changed(p *page) bool {
	return p.source.Kind == model.WebhookFile && w.form == bind.CRD || p.source.Kind == model.MCPWebhookConfig && w.form == bind.CLI
}

func isNothing(n *syntax.Node) bool {
	return n.Kind == syntax.Null || n.Kind == syntax.Map && len(n.Entries) == 0
}

// commentLines returns the comments of a text without any value.
func commentLines(data []byte, from, to int) []byte {
	var out []byte
	for _, c := range scanComments(data, from, max(from, to), nil).comments {
		out = append(out, c.text+"\n"...)
	}
	return out
}

// sign notes in a webhook file which object it was: a file has no name.
func (w *work) sign(p *page) {
	d := p.source
	if w.form != bind.CLI || d.Kind != model.MCPWebhookConfig {
		return
	}
	name := d.Name.V
	if d.Namespace.V != "" {
		name = d.Namespace.V + "/" + name
	}
	note := "# Converted from the MCPWebhookConfig " + name + "."
	if !slices.ContainsFunc(p.root.above, func(r remark) bool { return r.text == note }) {
		p.root.above = slices.Insert(p.root.above, 0, remark{text: note})
	}
}

// lost reports what of a document the dialect has no place for.
func (w *work) lost(d *model.Document) {
	if w.form == bind.CRD {
		for _, e := range extensions(d) {
			w.warn(d, e, e.Key.Value, "an MCPWebhookConfig has no extension keys")
		}
		return
	}
	if d.Kind != model.MCPWebhookConfig {
		return
	}
	for _, e := range d.Root.Get("metadata").Entries {
		key := e.Key.Value
		residue := key == "annotations" && !slices.ContainsFunc(e.Value.Entries, func(a syntax.Entry) bool { return !isResidue(a.Key.Value) })
		if key == "name" || key == "namespace" || residue || bind.IsServerOwned(key) || len(e.Value.Entries)+len(e.Value.Items) == 0 && e.Value.Text() == "" {
			continue
		}
		w.warn(d, e, syntax.JoinKey("metadata", key), "a webhook file has no metadata")
	}
}

func (w *work) warn(d *model.Document, e syntax.Entry, path, why string) {
	found := d.KeyDiagnostic(rule.LostInForm, e.Key, path, fmt.Sprintf("found %q, which is not carried over: %s", e.Key.Value, why))
	found.Severity = diag.Warning
	w.found = append(w.found, found)
}

// left reports a document beside a unit that stays behind.
func (w *work) left(d *model.Document) {
	if d.Kind == model.RunConfig {
		return // without webhooks
	}
	what := d.Kind.String()
	if d.Kind == model.Foreign {
		what = "document of another kind"
	}
	start, end := d.Start, d.Start
	if d.Root != nil {
		start, end = d.Root.Start, d.Root.Start
		if len(d.Root.Entries) > 0 {
			end = d.Root.Entries[0].Key.End
		}
	}
	article := "a "
	if strings.HasPrefix(what, "M") {
		article = "an "
	}
	found := d.Source.Diagnostic(rule.LostInForm, start, end, "found %s beside a webhook configuration, which is not carried over", article+what)
	found.Severity = diag.Warning
	w.found = append(w.found, found)
}
