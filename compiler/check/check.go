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
	all, docs, summary, found, err := verdict(trees, o)
	if err != nil {
		return nil, summary, nil, err
	}
	keepSafeFixes(found, trees, o)
	for _, judge := range o.Judges {
		more, err := judge(docs)
		if err != nil {
			return nil, summary, nil, err
		}
		found = append(found, o.Rules.Settings.Apply(more)...)
	}
	for _, tree := range trees {
		found = append(found, o.Suppress.Scan(tree)...)
	}
	syntax.Show(found, trees...)
	found = o.Suppress.Filter(found, docs)
	if found.Has(diag.Error) {
		return nil, summary, found, nil
	}
	return &Checked{docs, all}, summary, found, nil
}

// verdict is Check without a look at what the fixes would do.
func verdict(trees []*syntax.Tree, o Options) (all, docs []*model.Document, summary Summary, found diag.List, err error) {
	for i, tree := range trees {
		held, problems := recogniseTree(tree, i)
		all = append(all, held...)
		found = append(found, problems...)
		o.Rules.Partial = o.Rules.Partial || tree.Faulty
	}
	docs = known(all)
	summary = Summary{Documents: len(docs), Skipped: len(all) - len(docs)}
	if o.Engine == nil {
		o.Engine = Table{}
	}
	for _, d := range docs {
		problems, err := checkDocument(d, o.Engine)
		if err != nil {
			return nil, nil, summary, nil, err
		}
		found = append(found, problems...)
	}
	found = append(found, doubts(trees, all, found)...)
	found = append(found, duplicateObjects(docs, o.Compile)...)
	found = append(found, rule.Run(docs, o.Rules, o.Lowest)...)
	return all, docs, summary, o.Rules.Settings.Apply(found), nil
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

// doubts returns what CUE has against sources in which nothing else was found.
func doubts(trees []*syntax.Tree, all []*model.Document, found diag.List) diag.List {
	var more diag.List
	for i, tree := range trees {
		if len(tree.Doubts) > 0 && !slices.ContainsFunc(all, func(d *model.Document) bool {
			return d.File == i && slices.ContainsFunc(found, func(f diag.Diagnostic) bool { return f.Span.File == d.Source.Name })
		}) {
			more = append(more, tree.Doubts...)
		}
	}
	return more
}
