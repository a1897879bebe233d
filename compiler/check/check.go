// Package check gives a document the schema's verdict, and then that of the
// rules. The schema comes through an engine: the generated table, or CUE.
package check

import (
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Options say how to check. The zero value is a plain lint.
type Options struct {
	// Engine is the schema; nil is the generated table.
	Engine Engine
	// Rules are what the rules are told.
	Rules rule.Options
	// Compile says that the result is to be compiled, where one object in two
	// files is an error.
	Compile bool
	// Lowest is the lowest severity of interest: rules below it do not run. Zero
	// runs all.
	Lowest diag.Severity
	// Judges look at the documents after the rules: policies, and what references to
	// secrets lead to.
	Judges []func([]*model.Document) (diag.List, error)
	// Suppress takes out of the findings what nobody wants to hear of; nil
	// suppresses nothing.
	Suppress *suppress.Set
	// NoFixes says that nobody asks for fixes, which then are not tried.
	NoFixes bool
	// Most bounds how many findings alike are kept of files that are let go of.
	Most diag.Most
}

// Checked is a program that passed. It is nil where there was an error.
type Checked struct {
	documents, all []*model.Document
}

// Documents returns the documents of our kinds in input order.
func (c *Checked) Documents() []*model.Document { return c.documents }

// All returns these and the foreign documents, in input order.
func (c *Checked) All() []*model.Document { return c.all }

// Summary counts what a check looked at.
type Summary struct {
	// Documents counts those of our kinds, Skipped those of others.
	Documents, Skipped int
}

// Check gives the verdict on all documents of the trees. The diagnostics hold
// everything that is wrong, in no order. An error is a defect of ours.
func Check(trees []*syntax.Tree, o Options) (*Checked, Summary, diag.List, error) {
	v := NewVerdict(o)
	for i, tree := range trees {
		part, err := File(tree, i, o)
		if err != nil {
			return nil, v.summary, nil, err
		}
		v.Add(part)
	}
	return v.End()
}

// Part is the verdict on one file, as far as it needs no other.
type Part struct {
	tree      *syntax.Tree
	all, docs []*model.Document
	found     diag.List
	// documents and skipped count those of a part that is forgotten, of which nothing
	// else is left than outlines.
	documents, skipped int
	outlines           outlines
	// faulty says that something of such a part could not be read.
	faulty bool
}

// File gives the verdict on one file, whose position among the inputs is index. Files
// may be judged at the same time, with the engine that o has by default. An error is a
// defect of ours.
func File(tree *syntax.Tree, index int, o Options) (*Part, error) {
	part, err := judge(tree, index, o)
	if err != nil {
		return nil, err
	}
	if !o.NoFixes {
		keepSafeFixes(part, o)
	}
	return part, nil
}

// judge is File without a look at what the fixes would do.
func judge(tree *syntax.Tree, index int, o Options) (*Part, error) {
	part := &Part{tree: tree}
	part.all, part.found = recogniseTree(tree, index, false)
	if !tree.Faulty && len(part.found) == 0 {
		part.found = fileProblems(tree, known(part.all), len(part.all) > 0)
	}
	return part, part.judge(o)
}

// judge looks at the documents of a part.
func (part *Part) judge(o Options) error {
	part.docs = known(part.all)
	if o.Engine == nil {
		o.Engine = Table{}
	}
	for _, d := range part.docs {
		problems, err := checkDocument(d, o.Engine)
		if err != nil {
			return err
		}
		part.found = append(part.found, problems...)
	}
	part.found = append(part.found, doubts(part, part.found)...)
	part.found = append(part.found, rule.RunFile(part.docs, o.Rules, o.Lowest)...)
	part.found = o.Rules.Settings.Apply(part.found)
	return nil
}

// Verdict gathers the verdicts on files, and adds what only a look at all of them can
// tell.
type Verdict struct {
	options   Options
	trees     []*syntax.Tree
	all, docs []*model.Document
	summary   Summary
	found     diag.List
	// done are findings that were shown and filtered already, of files that were let
	// go of.
	done  diag.List
	crowd diag.Crowd
	// released says that files were let go of, and outlines are what is left of them.
	released bool
	outlines []outlines
}

// NewVerdict returns an empty one.
func NewVerdict(o Options) *Verdict { return &Verdict{options: o, crowd: diag.Crowd{Most: o.Most}} }

// Add takes in the verdict on a file. The order is that of the inputs.
func (v *Verdict) Add(p *Part) {
	v.trees = append(v.trees, p.tree)
	v.all, v.docs = append(v.all, p.all...), append(v.docs, p.docs...)
	v.found = append(v.found, p.found...)
	v.count(p)
}

// AddOutlined does the same and keeps nothing of the file's values, which may be let go of
// with [Part.Release], but the outlines of Kubernetes objects. The result is good for its
// diagnostics alone: End returns no [Checked], and the judges of the options are not asked.
// passed says that no error was found, or none that anybody wants to hear of.
func (v *Verdict) AddOutlined(p *Part) (passed bool) {
	found := append(p.found, v.options.Suppress.Scan(p.tree)...)
	syntax.Show(found, p.tree)
	found = v.options.Suppress.Filter(found, p.docs)
	found.Sort()
	v.done = append(v.done, v.Keep(found)...)
	v.count(p)
	v.release(outline(p.docs, false))
	return !found.Has(diag.Error)
}

// Release lets go of the values of a file.
func (p *Part) Release() { p.tree.Release() }

// Checked returns the documents of a file that passed.
func (p *Part) Checked() *Checked { return &Checked{p.docs, p.all} }

// Failed reports whether an error was found in a file.
func (p *Part) Failed() bool { return p.found.Has(diag.Error) || p.tree.Faulty }

// AddForgotten takes in a verdict of which nothing else is left: see [Part.Forget],
// [Pieces] and [Recall].
func (v *Verdict) AddForgotten(p *Part) {
	v.summary.Documents += p.documents
	v.summary.Skipped += p.skipped
	v.options.Rules.Partial = v.options.Rules.Partial || p.faulty
	v.done = append(v.done, v.Keep(p.found)...)
	v.release(p.outlines)
}

// Keep returns those findings of one file that are kept. The others are counted.
func (v *Verdict) Keep(found diag.List) diag.List { return v.crowd.Keep(found) }

func (v *Verdict) release(o outlines) {
	v.released = true
	if len(o.data) > 0 {
		v.outlines = append(v.outlines, o)
	}
}

// Miss takes note of a file that could not be read, for the reasons found; without any it
// was left out.
func (v *Verdict) Miss(found diag.List) {
	v.options.Rules.Partial = v.options.Rules.Partial || len(found) > 0
}

func (v *Verdict) count(p *Part) {
	v.summary.Documents += len(p.docs)
	v.summary.Skipped += len(p.all) - len(p.docs)
	v.options.Rules.Partial = v.options.Rules.Partial || p.tree.Faulty
}

// End looks at all files together. The diagnostics are those of all.
func (v *Verdict) End() (*Checked, Summary, diag.List, error) {
	o := v.options
	var r reader
	for i := range v.outlines {
		docs, err := r.documents(v.outlines[i])
		if err != nil {
			return nil, v.summary, nil, err
		}
		v.docs = append(v.docs, docs...)
		v.outlines[i] = outlines{}
	}
	found := append(v.found, v.across()...)
	for _, judge := range o.Judges {
		more, err := judge(v.docs)
		if err != nil {
			return nil, v.summary, nil, err
		}
		found = append(found, o.Rules.Settings.Apply(more)...)
	}
	for _, tree := range v.trees {
		found = append(found, o.Suppress.Scan(tree)...)
	}
	v.show(found)
	found = o.Suppress.Filter(found, v.docs)
	if v.released {
		found.Sort()
		found = v.Keep(found)
	}
	found = append(append(found, v.done...), v.crowd.Rest()...)
	if found.Has(diag.Error) || v.released {
		return nil, v.summary, found, nil
	}
	return &Checked{v.docs, v.all}, v.summary, found, nil
}

// Found is how much was found so far.
func (v *Verdict) Found() int { return len(v.done) + len(v.found) }

// Partial reports whether a part of a file could not be read.
func (v *Verdict) Partial() bool { return v.options.Rules.Partial }

// show makes findings fit to be shown.
func (v *Verdict) show(found diag.List) {
	syntax.Show(found, v.trees...)
	if len(v.trees) > 0 {
		return
	}
	sources := map[string]*syntax.Source{}
	for _, d := range v.docs {
		sources[d.Source.Name] = d.Source
	}
	for i := range found {
		if s := sources[found[i].Span.File]; s != nil {
			s.Show(&found[i])
		}
	}
}

// across is what the rules find that look at more than one file.
func (v *Verdict) across() diag.List {
	o := v.options
	found := append(duplicateObjects(v.docs, o.Compile), rule.RunInputs(v.docs, o.Rules, o.Lowest)...)
	return o.Rules.Settings.Apply(found)
}

// checkDocument checks one document and fills its typed view.
func checkDocument(d *model.Document, engine Engine) (diag.List, error) {
	kind := schemaOf(d.Kind, d.Format)
	incomplete := incompletes(d.Document, d.Root, "")
	if kind == nil {
		d.Inexact = len(incomplete) > 0
		return incomplete, nil
	}
	w := walker{doc: d.Document, kind: d.Kind, kubernetes: d.Kind.IsKubernetes(), found: incomplete, inexact: len(incomplete) > 0}
	defer w.release()
	root, faulty := w.value(d.Root, kind.Type, engine.Place(kind), "")
	d.Inexact = w.inexact || root == nil
	decode(d, root)
	if root == nil {
		return w.found, nil
	}
	broken, err := engine.Relations(kind, root, d)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.Source.Name, err)
	}
	for _, v := range broken {
		if v.Rule == "THV3001" || v.Rule == diag.NoWebhooks.ID && (d.Inexact || listFaults(w.found)) {
			continue // THV3001 is the registry's to report
		}
		if faulty && v.Rule == diag.Schema.ID || v.Rule == diag.HalfClientCert.ID && otherHalfStands(d, v.Path) {
			continue
		}
		w.relation(d, v)
	}
	return w.found, nil
}

// fill fills the typed view of a document that was checked before.
func fill(d *model.Document) {
	w := walker{doc: d.Document, kind: d.Kind, kubernetes: true, quiet: true}
	defer w.release()
	kind := schemaOf(d.Kind, d.Format)
	root, _ := w.value(d.Root, kind.Type, Table{}.Place(kind), "")
	decode(d, root)
}

// incompletes reports every value of a CUE source that is not concrete.
func incompletes(d *syntax.Document, n *syntax.Node, path string) diag.List {
	if d.Format != syntax.CUE {
		return nil
	}
	if n.Kind == syntax.Incomplete {
		found := n.Source.DiagnosticAt(diag.Schema, n.Span(), n.Value)
		found.Path = path
		return diag.List{found}
	}
	var found diag.List
	for i, item := range n.Items {
		found = append(found, incompletes(d, item, syntax.JoinIndex(path, i))...)
	}
	for _, e := range n.Entries {
		found = append(found, incompletes(d, e.Value, syntax.JoinKey(path, e.Key.Value))...)
	}
	return found
}

// doubts returns what CUE has against a source in which nothing else was found.
func doubts(p *Part, found diag.List) diag.List {
	if slices.ContainsFunc(p.all, func(d *model.Document) bool {
		return slices.ContainsFunc(found, func(f diag.Diagnostic) bool { return f.Span.File == d.Source.Name })
	}) {
		return nil
	}
	return p.tree.Doubts
}
