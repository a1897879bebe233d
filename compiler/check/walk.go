package check

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/internal/pattern"
	"github.com/thvctl/thvctl/schema"
)

// Value is what remains of a document's value after the shape check: everything
// that passed, under the names of the schema.
type Value struct {
	Node *syntax.Node
	// Path is where the value stands in its document, by the document's own keys.
	Path   string
	Fields []ValueField
	Items  []*Value
}

// ValueField is one entry of a struct.
type ValueField struct {
	// Name is the key of the schema; the document may spell it differently.
	Name  string
	Value *Value
}

// Field returns the value under a name, or nil.
func (v *Value) Field(name string) *Value {
	if v == nil {
		return nil
	}
	for _, f := range v.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// walker checks the shape of one document.
type walker struct {
	doc        *syntax.Document
	kind       model.Kind
	kubernetes bool
	found      diag.List
	// inexact says that a part was left unchecked because another dialect's key
	// stands where it cannot simply be renamed.
	inexact bool
	// dialects counts the findings about other dialects, which a rename does not
	// cure.
	dialects int
	// blocks are the memory of the values.
	blocks []*valueBlock
	// quiet says that nobody asks what is found.
	quiet bool
}

// valueBlock is memory for some values of a document, which are many, and live and die
// together.
type valueBlock struct {
	values     [96]Value
	fields     [96]ValueField
	used       int
	usedFields int
	// paths are those of earlier documents by their steps: most have the same.
	paths map[step]string
}

// step leads from the path of a mapping or a list to that of a value.
type step struct {
	path, key string
	index     int // -1 of a mapping
}

// mostPaths is how many paths are kept.
const mostPaths = 1024

// path returns the path of a value that a step leads to.
func (w *walker) path(s step) string {
	b := w.firstBlock()
	if path, known := b.paths[s]; known {
		return path
	}
	path := ""
	if s.index < 0 {
		path = syntax.JoinKey(s.path, s.key)
	} else {
		path = syntax.JoinIndex(s.path, s.index)
	}
	if len(path) > 128 || len(b.paths) >= mostPaths {
		return path
	}
	if b.paths == nil {
		b.paths = map[step]string{}
	}
	b.paths[step{strings.Clone(s.path), strings.Clone(s.key), s.index}] = path
	return path
}

// valueBlocks are those that no document uses.
var valueBlocks = sync.Pool{New: func() any { return new(valueBlock) }}

func (w *walker) firstBlock() *valueBlock {
	if len(w.blocks) == 0 {
		w.blocks = append(w.blocks, valueBlocks.Get().(*valueBlock))
	}
	return w.blocks[0]
}

func (w *walker) lastBlock() *valueBlock {
	w.firstBlock()
	return w.blocks[len(w.blocks)-1]
}

// newValue returns a value of its own, which is good until [walker.release].
func (w *walker) newValue(v Value) *Value {
	b := w.lastBlock()
	if b.used == len(b.values) {
		b = valueBlocks.Get().(*valueBlock)
		w.blocks = append(w.blocks, b)
	}
	b.values[b.used] = v
	b.used++
	return &b.values[b.used-1]
}

// newFields returns an empty list for a number of fields.
func (w *walker) newFields(count int) []ValueField {
	b := w.lastBlock()
	if count > len(b.fields)-b.usedFields {
		return make([]ValueField, 0, count)
	}
	start := b.usedFields
	b.usedFields += count
	return b.fields[start:start:b.usedFields]
}

// release gives the memory of the values to other documents.
func (w *walker) release() {
	for _, b := range w.blocks {
		b.used, b.usedFields = 0, 0
		valueBlocks.Put(b)
	}
	w.blocks = nil
}

// value checks a value against its place in the schema and returns what passed;
// nil where nothing did. faulty says that there was a finding inside.
func (w *walker) value(n *syntax.Node, t *schema.Type, p Place, path string) (v *Value, faulty bool) {
	if p.Kinds().Has(schema.AnyKind) {
		return nil, false
	}
	n = w.resolve(n, p.Kinds())
	if n.Kind == syntax.Incomplete {
		return nil, true // reported once for the whole document
	}
	if !p.Kinds().Has(kindOf(n)) {
		w.mismatch(n, t, p, path)
		return nil, true
	}
	switch n.Kind {
	case syntax.Null:
		return nil, false
	case syntax.List:
		return w.list(n, t, p, path)
	case syntax.Map:
		return w.structure(n, t, p, path)
	}
	if n.Kind == syntax.Int && !fits(n) && t != nil && !t.IsDuration() {
		w.report(diag.Schema, n, path, nil, "found %s, allowed is a whole number of 64 bits", n.Show())
		return nil, true
	}
	if rule := p.Scalar(n); rule != "" {
		w.scalar(rule, n, t, path)
		return nil, true
	}
	return w.newValue(Value{Node: n, Path: path}), false
}

func fits(n *syntax.Node) bool {
	_, fits := n.Integer()
	return fits
}

func kindOf(n *syntax.Node) schema.KindSet {
	switch n.Kind {
	case syntax.Null:
		return schema.NullKind
	case syntax.Bool:
		return schema.BoolKind
	case syntax.Int:
		return schema.IntKind
	case syntax.String:
		return schema.StringKind
	case syntax.List:
		return schema.ListKind
	case syntax.Map:
		return schema.StructKind
	}
	return 0
}

// resolve returns the node as the document's reader takes it. The reader of
// ToolHive takes a few words of YAML 1.1 for booleans where it wants one, that
// of Kubernetes takes them for booleans everywhere.
func (w *walker) resolve(n *syntax.Node, wanted schema.KindSet) *syntax.Node {
	if n.Kind != syntax.String || w.doc.Format != syntax.YAML {
		return n
	}
	if w.kubernetes && !n.Plain || !w.kubernetes && !wanted.Has(schema.BoolKind) {
		return n
	}
	truth, ok := syntax.OldBoolean(n.Value)
	if !ok {
		return n
	}
	resolved := *n
	resolved.Kind, resolved.Value = syntax.Bool, fmt.Sprint(truth)
	return &resolved
}

func (w *walker) list(n *syntax.Node, t *schema.Type, p Place, path string) (*Value, bool) {
	v, faulty := w.newValue(Value{Node: n, Path: path, Items: make([]*Value, 0, len(n.Items))}), false
	for i, item := range n.Items {
		itemPath := w.path(step{path: path, index: i})
		value, bad := w.value(item, elemOf(t), p.Elem(), itemPath)
		if value == nil {
			// It keeps its place in the list, as a struct in which nothing passed.
			value = &Value{Node: &syntax.Node{Kind: syntax.Map, Source: item.Source, Alias: -1}, Path: itemPath}
		}
		v.Items = append(v.Items, value)
		faulty = faulty || bad
	}
	return v, faulty
}

func elemOf(t *schema.Type) *schema.Type {
	if t == nil {
		return nil
	}
	return t.Elem
}

func fieldType(t *schema.Type, name string) *schema.Type {
	if t == nil {
		return nil
	}
	if f := t.Field(name); f != nil {
		return f.Type
	}
	return t.Values
}

func (w *walker) structure(n *syntax.Node, t *schema.Type, p Place, path string) (*Value, bool) {
	if w.rfcShape(n, t, path) {
		return nil, true
	}
	v, faulty := w.newValue(Value{Node: n, Path: path, Fields: w.newFields(len(n.Entries))}), false
	keys := w.resolveKeys(n, t, p, path)
	for i, e := range n.Entries {
		k := keys.of(i, n)
		faulty = faulty || k.faulty
		if k.name == "" && k.faulty {
			continue
		}
		value, bad := k.value, false
		if !k.checked {
			value, bad = w.value(e.Value, fieldType(t, k.name), p.Field(k.name), w.path(step{path, e.Key.Value, -1}))
		}
		faulty = faulty || bad
		if e.Overridden && w.kubernetes {
			w.add(w.doc.KeyDiagnostic(diag.DuplicateKey, e.Key, syntax.JoinKey(path, e.Key.Value),
				fmt.Sprintf("the merge key behind %q has it too, and Kubernetes takes that one; put << first", e.Key.Value)))
			faulty = true
		}
		if t != nil && t.Values != nil {
			bad = w.oldKey(e.Key, path) || bad
			faulty = faulty || bad
		}
		if bad && isAtomic(fieldType(t, k.name)) {
			continue
		}
		if value != nil {
			v.Fields = append(v.Fields, ValueField{k.name, value})
		}
	}
	for _, name := range p.Required() {
		if !keys.stand(n, name) {
			w.missing(n, t, name, path)
			faulty = true
		}
	}
	return v, faulty
}

// oldKey reports a key of a map of texts that Kubernetes reads as a boolean or as
// a number in another spelling.
func (w *walker) oldKey(key *syntax.Node, path string) bool {
	if c := key.Value; len(c) > 5 && c[0] >= 'a' && c[0] <= 'z' {
		return false // as most keys
	}
	_, old := syntax.OldBoolean(key.Value)
	if !w.kubernetes || !key.Plain || w.doc.Format != syntax.YAML || !old && !otherNumber().MatchString(key.Value) && !isLongInteger(key.Value) {
		return false
	}
	d := w.doc.KeyDiagnostic(diag.WrongType, key, syntax.JoinKey(path, key.Value), fmt.Sprintf("found the key %s, which Kubernetes reads as a boolean or a number; wanted a string", key.Value))
	d.Fix = w.offered(&diag.Fix{Title: "put it in quotes", Edits: []diag.Edit{{Span: key.Span(), Text: strconv.Quote(key.Value)}}}, key)
	w.add(d)
	return true
}

// otherNumber matches numbers that are written in another way than JSON's.
var otherNumber = pattern.Lazy(`^[-+]?(0[0-9xXoObB_]|[0-9][0-9_]*[.eE_]|\.[0-9])|^(\+[0-9]+|-0)$|^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$`)

// isLongInteger reports whether a text is a whole number that does not fit into 64 bits,
// which Kubernetes rounds.
func isLongInteger(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return errors.Is(err, strconv.ErrRange)
}

func isAtomic(t *schema.Type) bool { return t != nil && t.Atomic }

// rfcShape reports an MCPWebhookConfig in the shape of ToolHive's THV-0017,
// which had one webhook in each object.
func (w *walker) rfcShape(n *syntax.Node, t *schema.Type, path string) bool {
	if t == nil || t.Definition != "MCPWebhookConfigSpec" {
		return false
	}
	for _, e := range n.Entries {
		if e.Key.Value == "type" {
			w.add(w.doc.KeyDiagnostic(diag.WrongDialect, e.Key, syntax.JoinKey(path, "type"),
				`found the shape of THV-0017, one webhook in "spec"; an MCPWebhookConfig has the lists "validating" and "mutating" (thvctl convert rewrites it)`))
			w.inexact = true
			w.dialects++
			return true
		}
	}
	return false
}

func (w *walker) add(d diag.Diagnostic) { w.found = append(w.found, d) }

// report adds a finding at a value.
func (w *walker) report(rule diag.Rule, n *syntax.Node, path string, fix *diag.Fix, format string, args ...any) {
	d := n.Source.DiagnosticAt(rule, n.Span(), fmt.Sprintf(format, args...))
	d.Path = w.doc.ShownPath(path)
	if n.Alias >= 0 {
		d.Related = w.doc.Diagnostic(rule, path, "").Related
	}
	d.Fix = w.offered(fix, n)
	w.add(d)
}

// offered returns a fix where one may be offered at all: not for a value that an
// alias leads to, and not in CUE, where values are computed.
func (w *walker) offered(fix *diag.Fix, at *syntax.Node) *diag.Fix {
	if at.Alias >= 0 || w.doc.Format == syntax.CUE {
		return nil
	}
	return fix
}

// mismatch reports a value of the wrong kind.
func (w *walker) mismatch(n *syntax.Node, t *schema.Type, p Place, path string) {
	wanted := describeKinds(p.Kinds(), t)
	switch {
	case t != nil && t.IsDuration() && n.Kind == syntax.Int:
		w.numericTimeout(n, path)
	case n.Kind == syntax.Map && isReference(t):
		n.Hide() // it may hold the secret itself
		w.report(diag.BadSecretRef, n, path, nil, "found a mapping, allowed here is %s", t.Constraints[0].Message)
	case n.Kind == syntax.Null && strings.HasSuffix(path, "]"):
		w.report(diag.WrongType, n, path, nil, "found a null list entry, wanted %s", wanted)
	case n.Kind == syntax.List || n.Kind == syntax.Map:
		n.HideAll() // nobody knows what it is
		w.report(diag.WrongType, n, path, nil, "found %s, wanted %s", n.Kind, wanted)
	case n.Kind == syntax.Null:
		w.report(diag.WrongType, n, path, nil, "found null, wanted %s", wanted)
	case t != nil && t.Definition == "SecretKeyRef" && n.Kind == syntax.String:
		n.Hide() // it may be the secret itself
		w.report(diag.WrongType, n, path, nil, "found a string, wanted a mapping with the name of a Secret and a key in it")
	case n.Kind == syntax.String && (strings.Contains(wanted, syntax.Map.String()) || strings.Contains(wanted, syntax.List.String())):
		n.Hide() // a text in place of a structure may be anything
		w.report(diag.WrongType, n, path, nil, "found a string, wanted %s", wanted)
	default:
		w.report(diag.WrongType, n, path, w.quoteFix(n, t, p), "found %s %s, wanted %s", n.Kind, sourceText(n), wanted)
	}
}

// sourceText returns a scalar as it is written.
func sourceText(n *syntax.Node) string {
	if n.Kind == syntax.String {
		return n.Show()
	}
	text := n.Source.Text(n.Start, n.End)
	if len(text) > 60 {
		text = text[:60] + "…"
	}
	return text
}

// isReference reports whether the type is that of a reference to a secret.
func isReference(t *schema.Type) bool {
	return t != nil && len(t.Constraints) > 0 && t.Constraints[0].Rule == diag.BadSecretRef.ID
}

func describeKinds(kinds schema.KindSet, t *schema.Type) string {
	var names []string
	number := "a whole number"
	if t != nil && t.IsDuration() {
		number = "whole nanoseconds"
	}
	for _, k := range []struct {
		kind schema.KindSet
		name string
	}{
		{schema.StringKind, "a string"}, {schema.IntKind, number}, {schema.BoolKind, "true or false"},
		{schema.ListKind, "a list"}, {schema.StructKind, "a mapping"},
	} {
		if kinds.Has(k.kind) {
			names = append(names, k.name)
		}
	}
	return strings.Join(names, " or ")
}

// missing reports a required field that is not there.
func (w *walker) missing(n *syntax.Node, t *schema.Type, name, path string) {
	if w.quiet {
		return
	}
	message := fmt.Sprintf("the required field %q is missing", name)
	var fix *diag.Fix
	if f := t.Field(name); f != nil && f.Safe != "" {
		message += fmt.Sprintf(", allowed are %s", quoteList(f.Type.Enum))
		fix = insertFix(n, name, f.Safe)
	}
	d := w.doc.Diagnostic(diag.MissingField, syntax.JoinKey(path, name), message)
	d.Fix = w.offered(fix, n)
	w.add(d)
}

func quoteAll(values []string) []string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	return quoted
}

func quoteList(values []string) string {
	quoted := quoteAll(values)
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " and " + quoted[len(quoted)-1]
}

// scalar reports a scalar that breaks a rule of its own.
func (w *walker) scalar(rule string, n *syntax.Node, t *schema.Type, path string) {
	if rule == diag.BadSecretRef.ID && (w.kind != model.Project || strings.HasSuffix(path, ".name")) {
		n.Hide() // it may be the secret itself
	}
	switch {
	case rule == diag.BadValue.ID && t != nil && len(t.Enum) > 0:
		w.report(diag.BadValue, n, path, enumFix(n, t), "found %s, allowed %s %s%s", n.Show(), plural(t.Enum), quoteList(t.Enum), meant(n, t))
	case rule == diag.BadDuration.ID:
		w.badDuration(n, path)
	default:
		w.report(schemaRule(rule), n, path, nil, "found %s, allowed is %s", n.Show(), allowed(rule, n, t))
	}
}

func plural(values []string) string {
	if len(values) == 1 {
		return "is"
	}
	return "are"
}

// allowed says what the first constraint that a string fails allows.
func allowed(rule string, n *syntax.Node, t *schema.Type) string {
	if t != nil && n.Kind == syntax.Int && t.Bounds != nil {
		return t.Bounds.Describe()
	}
	if t != nil {
		for _, c := range t.Constraints {
			if c.Rule == rule && broken([]*schema.Constraint{c}, n.Value) != nil {
				return c.Message
			}
		}
	}
	return "something else"
}

// schemaRule returns the rule of an id that the schema names.
func schemaRule(id string) diag.Rule {
	for _, r := range []diag.Rule{
		diag.NoWebhooks, diag.MissingField, diag.NotHTTPS, diag.BadURL, diag.TimeoutRange, diag.BadDuration,
		diag.BadValue, diag.BadName, diag.HalfClientCert, diag.BadSecretRef,
	} {
		if r.ID == id {
			return r
		}
	}
	return diag.Schema
}
