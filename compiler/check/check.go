// Package check gives a document the schema's verdict, and then that of the
// rules. The schema comes through an engine: the generated table, or CUE.
package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
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
	found = append(found, duplicateObjects(docs, o.Compile)...)
	found = append(found, rule.Run(docs, o.Rules, o.Lowest)...)
	return all, docs, summary, found, nil
}

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

// Project checks a project file and returns its typed view, nil where there was
// an error.
func Project(tree *syntax.Tree) (*model.Document, diag.List) {
	if len(tree.Documents) == 0 || tree.Documents[0].Root == nil || tree.Documents[0].Root.Kind == syntax.Null {
		return &model.Document{Kind: model.Project}, nil
	}
	d := &model.Document{Document: tree.Documents[0], Kind: model.Project}
	found := later(d)
	if len(found) == 0 {
		found, _ = checkDocument(d, Table{}) // the table has no defects to report
	}
	if len(tree.Documents) > 1 {
		found = append(found, extraDocument(tree.Documents[1], "a project file holds one document"))
	}
	if found.Has(diag.Error) {
		return nil, found
	}
	return d, found
}

// later reports the keys of a project file that this version does not know yet
// but a later one will: they must not look like mistakes, nor be ignored.
func later(d *model.Document) diag.List {
	var found diag.List
	for _, key := range []string{"rules", "ignore", "policies"} {
		for _, e := range d.Root.Entries {
			if e.Key.Value == key {
				found = append(found, d.KeyDiagnostic(diag.UnknownField, e.Key, key, fmt.Sprintf("%q is not supported by this version of thvctl", key)))
			}
		}
	}
	return found
}

// checkDocument checks one document and fills its typed view.
func checkDocument(d *model.Document, engine Engine) (diag.List, error) {
	kind := schemaOf(d.Kind, d.Format)
	if incomplete := incompletes(d.Document, d.Root, ""); len(incomplete) > 0 {
		d.Inexact = true
		return incomplete, nil
	}
	if kind == nil {
		return nil, nil
	}
	w := walker{doc: d.Document, kind: d.Kind, kubernetes: d.Kind.IsKubernetes()}
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
		if faulty && v.Rule == diag.Schema.ID {
			continue
		}
		w.relation(d, root, v)
	}
	return w.found, nil
}

// listFaults reports whether a finding may be why there seem to be no webhooks:
// an unknown key, or a list that is none.
func listFaults(found diag.List) bool {
	for _, f := range found {
		switch f.Rule.ID {
		case diag.UnknownField.ID, diag.WrongDialect.ID, diag.WrongType.ID, diag.DuplicateKey.ID:
			return true
		}
	}
	return false
}

// relation reports a broken relation.
func (w *walker) relation(d *model.Document, root *Value, v Violation) {
	broken := schemaRule(v.Rule)
	if broken == diag.NoWebhooks {
		w.noWebhooks(d)
		return
	}
	_, n, found := d.Lookup(v.Path)
	if !found {
		w.add(d.Diagnostic(broken, v.Path, "the schema refuses this value"))
		return
	}
	switch broken {
	case diag.NotHTTPS:
		w.report(broken, n, v.Path, nil, "found %s, only https is allowed", n.Show())
	case diag.BadURL:
		w.report(broken, n, v.Path, nil, "found %s, which is no valid URL", n.Show())
	case diag.TimeoutRange:
		w.timeoutRange(n, v.Path)
	case diag.HalfClientCert:
		w.report(broken, n, v.Path, nil, "found a client %s, a certificate and its key go together", otherHalf(v.Path))
	case diag.MissingField:
		w.report(broken, n, v.Path, nil, "a binding has a name or a path, and not both")
	default:
		w.report(broken, n, v.Path, nil, "the schema refuses this value")
	}
}

func (w *walker) timeoutRange(n *syntax.Node, path string) {
	what := sourceText(n)
	if n.Kind == syntax.Int {
		what += " nanoseconds"
	}
	zero := ""
	if t := timeout(&Value{Node: n}).V; t.Valid && t.Duration == 0 {
		zero = " (ToolHive takes 0 for its default without a word)"
	}
	w.report(diag.TimeoutRange, n, path, nil, "found %s, allowed are %s to %s%s", what, minTimeout, maxTimeout, zero)
}

func otherHalf(path string) string {
	if isKeyPath(path) {
		return "key without its certificate"
	}
	return "certificate without its key"
}

func isKeyPath(path string) bool {
	steps := syntax.SplitPath(path)
	last := steps[len(steps)-1]
	return last == "client_key_path" || last == "clientKeySecretRef"
}

// noWebhooks reports a document without a webhook, at the first list that is
// there but empty, or else where a list would belong.
func (w *walker) noWebhooks(d *model.Document) {
	const message = "no webhooks, ToolHive would load none without a word; at least one is needed"
	path := ""
	if d.Kind == model.MCPWebhookConfig {
		path = "spec.validating"
	}
	if len(d.Lists) > 0 {
		path = d.Lists[0].Path
	}
	w.add(d.Diagnostic(diag.NoWebhooks, path, message))
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

// duplicateObjects reports Kubernetes objects that stand in the inputs twice.
func duplicateObjects(docs []*model.Document, compile bool) diag.List {
	type identity struct {
		kind            model.Kind
		namespace, name string
	}
	var found diag.List
	first := map[identity]*model.Document{}
	for _, d := range docs {
		if !d.Kind.IsKubernetes() {
			continue
		}
		name := d.Root.Get("metadata").Get("name").Text()
		id := identity{d.Kind, d.Root.Get("metadata").Get("namespace").Text(), name}
		if name == "" {
			continue
		}
		if earlier, twice := first[id]; twice {
			f := d.Diagnostic(diag.DuplicateObject, "metadata.name", fmt.Sprintf("found %s %q twice, an object may stand once in the inputs", d.Kind, name))
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

// recogniseTree returns the documents of a tree that hold something, in order,
// and reports what is wrong with the file as a whole.
func recogniseTree(tree *syntax.Tree, file int) (all []*model.Document, found diag.List) {
	for _, sd := range tree.Documents {
		if sd.Root == nil && !sd.Foreign || sd.Root != nil && isEmpty(sd.Root) {
			continue // it did not parse, which was reported, or holds nothing
		}
		held := expandAny(sd, file)
		if sd.Index > 0 && sd.Format == syntax.YAML && (hasWebhookFile(all) || hasWebhookFile(held)) {
			found = append(found, extraDocument(sd, "ToolHive reads only the first document of a webhook file"))
			continue
		}
		all = append(all, held...)
	}
	if tree.Faulty || len(found) > 0 {
		return all, found
	}
	return all, fileProblems(tree, known(all), len(all) > 0)
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
		return diag.List{s.Diagnostic(diag.UnknownDocument, 0, 0, "this is none of the kinds of document that thvctl knows: a webhook file, a RunConfig (JSON), or one of ToolHive's Kubernetes resources")}
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
	_, list := kindOfObject(sd.Root.Get("apiVersion").Text(), sd.Root.Get("kind").Text())
	switch {
	case list && sd.Root.Get("items") != nil:
		nodes = sd.Root.Get("items").Items
	case sd.Format == syntax.CUE:
		nodes = concreteDocuments(sd.Root)
	}
	if len(nodes) == 0 {
		return self
	}
	var docs []*model.Document
	for _, n := range nodes {
		part := &syntax.Document{Source: n.Source, Format: sd.Format, Root: n, Index: sd.Index, Named: sd.Named}
		kind := recognise(n, sd.Format)
		if kind == model.Empty {
			continue
		}
		docs = append(docs, &model.Document{Document: part, Kind: kind, File: file})
	}
	return docs
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
