// Package cueengine is the schema engine that asks CUE itself, where the default
// engine walks the generated table. CUE hides some errors behind others, so it
// is asked about each value on its own, and about the relations between values
// on what is left.
package cueengine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// renewal is how many documents one CUE context serves: a context grows with
// all that it has seen.
const renewal = 256

// Engine implements [check.Engine]. It is not safe for concurrent use.
type Engine struct {
	root      cue.Value
	rules     map[string]relation
	documents int
}

// New returns an engine. The schema is compiled on first use.
func New() *Engine { return &Engine{} }

// schemaRoot returns the compiled schema, in a new context where the old one has
// served long enough.
func (e *Engine) schemaRoot() cue.Value {
	if e.documents%renewal == 0 {
		e.root = cuecontext.New().CompileString(schema.CUE(), cue.Filename("schema.cue"))
	}
	return e.root
}

// Place implements [check.Engine].
func (e *Engine) Place(kind *schema.Document) check.Place {
	root := e.schemaRoot()
	e.documents++
	return place{root, root.LookupPath(cue.MakePath(cue.Def(kind.Definition + "Shape")))}
}

// place is a value of the shape layer.
type place struct {
	root, value cue.Value
}

// Kinds implements [check.Place].
func (p place) Kinds() schema.KindSet {
	kinds := p.value.IncompleteKind()
	if kinds == cue.TopKind {
		return schema.AnyKind
	}
	var set schema.KindSet
	for _, k := range []struct {
		cue cue.Kind
		set schema.KindSet
	}{
		{cue.NullKind, schema.NullKind}, {cue.BoolKind, schema.BoolKind}, {cue.IntKind, schema.IntKind},
		{cue.StringKind, schema.StringKind}, {cue.ListKind, schema.ListKind}, {cue.StructKind, schema.StructKind},
	} {
		if kinds&k.cue != 0 {
			set |= k.set
		}
	}
	return set
}

// Field implements [check.Place].
func (p place) Field(key string) check.Place {
	s := p.branch(cue.StructKind)
	for _, selector := range []cue.Selector{cue.Str(key).Optional(), cue.Str(key).Required()} {
		if v := s.LookupPath(cue.MakePath(selector)); v.Exists() {
			return place{p.root, v}
		}
	}
	if !s.Allows(cue.Str(key)) {
		return nil
	}
	if v := s.LookupPath(cue.MakePath(cue.AnyString)); v.Exists() {
		return place{p.root, v}
	}
	return place{p.root, p.root.Context().CompileString("_")}
}

// Required implements [check.Place].
func (p place) Required() []string {
	var names []string
	fields, err := p.branch(cue.StructKind).Fields(cue.Optional(true))
	if err != nil {
		return nil
	}
	for fields.Next() {
		if fields.Selector().ConstraintType() == cue.RequiredConstraint {
			names = append(names, fields.Selector().Unquoted())
		}
	}
	return names
}

// Elem implements [check.Place].
func (p place) Elem() check.Place {
	return place{p.root, p.branch(cue.ListKind).LookupPath(cue.MakePath(cue.AnyIndex))}
}

// branch returns the alternative of a kind, of a value that may also be null.
func (p place) branch(kind cue.Kind) cue.Value {
	if op, args := p.value.Expr(); op == cue.OrOp {
		for _, arg := range args {
			if arg.IncompleteKind()&kind != 0 {
				return cue.Dereference(arg)
			}
		}
	}
	return cue.Dereference(p.value)
}

// Scalar implements [check.Place]: it asks CUE about the value, and where CUE
// refuses it, about each constraint on its own, in order.
func (p place) Scalar(n *syntax.Node) string {
	value := p.root.Context().Encode(scalar(n))
	if p.value.Unify(value).Validate(cue.Concrete(true)) == nil {
		return ""
	}
	if rule := p.broken(p.value, value); rule != "" {
		return rule
	}
	if n.Kind == syntax.String && enumerates(p.value) {
		return diag.BadValue.ID
	}
	return diag.Schema.ID
}

// enumerates reports whether a value lists the texts that it allows.
func enumerates(v cue.Value) bool {
	v = cue.Dereference(v)
	if op, args := v.Expr(); op == cue.OrOp {
		return slices.ContainsFunc(args, enumerates)
	}
	_, err := v.String()
	return err == nil
}

// broken returns the rule of the first definition that a value does not satisfy.
func (p place) broken(constraint, value cue.Value) string {
	if root, path := constraint.ReferencePath(); len(path.Selectors()) == 1 && path.Selectors()[0].IsDefinition() {
		definition := root.LookupPath(path)
		if rule := attribute(definition, "rule"); rule != "" {
			if definition.Unify(value).Validate(cue.Concrete(true)) != nil {
				return rule
			}
			return ""
		}
		constraint = cue.Dereference(constraint)
	}
	op, args := constraint.Expr()
	if op != cue.AndOp && op != cue.OrOp {
		return ""
	}
	for _, arg := range args {
		if rule := p.broken(arg, value); rule != "" {
			return rule
		}
	}
	return ""
}

func attribute(v cue.Value, name string) string {
	a := v.Attribute(name)
	if a.Err() != nil {
		return ""
	}
	return a.Contents()
}

// scalar returns the Go value of a scalar node.
func scalar(n *syntax.Node) any {
	switch n.Kind {
	case syntax.Bool:
		return n.Value == "true"
	case syntax.Int:
		if number, ok := n.Integer(); ok {
			return number
		}
		number, _ := new(big.Int).SetString(strings.ReplaceAll(n.Value, "_", ""), 0)
		return number
	}
	return n.Value
}

// Relations implements [check.Engine].
func (e *Engine) Relations(kind *schema.Document, root *check.Value, _ *model.Document) ([]check.Violation, error) {
	if e.rules == nil {
		rules, err := relations()
		if err != nil {
			return nil, fmt.Errorf("read the rules layer: %w", err)
		}
		e.rules = rules
	}
	var all []check.Violation
	definition := e.root.LookupPath(cue.MakePath(cue.Def(kind.Definition + "Rules")))
	if !definition.Exists() {
		return nil, nil
	}
	rest := remainder{root: root, removed: map[*check.Value]bool{}}
	for range maxRounds {
		found, err := e.round(definition, rest)
		if err != nil {
			return nil, err
		}
		fresh := false
		for _, v := range found {
			if !contains(all, v) {
				all, fresh = append(all, v), true
			}
			rest.remove(v.Path)
		}
		if !fresh {
			break
		}
	}
	if len(all) == 0 && len(rest.removed) == 0 {
		return e.whole(kind, root)
	}
	return all, nil
}

// maxRounds bounds how often CUE is asked again without what it found, because
// one broken relation may hide another.
const maxRounds = 16

func contains(all []check.Violation, v check.Violation) bool {
	for _, known := range all {
		if known == v {
			return true
		}
	}
	return false
}

// whole asks CUE about the document as a whole. Where it refuses one in which no
// fault was found, that is a finding too: CUE has the last word.
func (e *Engine) whole(kind *schema.Document, root *check.Value) ([]check.Violation, error) {
	value, err := e.compile(remainder{root: root})
	if err != nil {
		return nil, err
	}
	definition := e.root.LookupPath(cue.MakePath(cue.Def(kind.Definition)))
	if definition.Unify(value).Validate(cue.Concrete(true)) != nil {
		return []check.Violation{{Rule: diag.Schema.ID}}, nil
	}
	return nil, nil
}

func (e *Engine) compile(rest remainder) (cue.Value, error) {
	text, err := json.Marshal(rest.value(rest.root))
	if err != nil {
		return cue.Value{}, fmt.Errorf("encode the document: %w", err)
	}
	// CUE refuses a byte order mark anywhere in a text, even inside a string.
	text = bytes.ReplaceAll(text, []byte("\ufeff"), []byte(`\ufeff`))
	value := e.root.Context().CompileBytes(text)
	return value, value.Err()
}
