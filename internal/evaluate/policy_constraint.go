package evaluate

import (
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// constraint returns the index in the answer of what a breach breaks.
func (s inspection) constraint(f breach) int {
	if f.node() == nil && len(s.parts) > 0 {
		f.chain = chain{s.parts[0]}
	}
	c := policy.Constraint{Comment: s.comment(f)}
	switch node := f.node().(type) {
	case *ast.Field:
		c.Place, _ = s.judge.tree().nodePlace(node.Label)
		c.Text = s.judge.text(node.Value)
	case *ast.Comprehension:
		c.Place = s.judge.text(node.Clauses[0])
	case ast.Expr:
		if c.Text = s.judge.text(node); !f.chain.isValue() {
			c.Place = c.Text
		}
	}
	if i := f.chain.field(); i >= 0 && c.Place.File == "" {
		c.Place, _ = s.judge.tree().nodePlace(f.chain[i].(*ast.Field).Label)
	}
	return s.judge.index(c)
}

// comment returns what the policy says about a breach: at what is broken, or, where
// that is a helper, at what refers to it.
func (s inspection) comment(f breach) string {
	c := f.chain
	if len(c) > 0 && s.isPart(c[0]) && !c.leads(f.origin) {
		c = c[c.helper():]
	}
	if text := c.comment(); text != "" {
		return text
	}
	var helper ast.Node
	if len(c) > 0 {
		helper = c[0]
	}
	for _, at := range s.declared(f.path) {
		if helper == nil || refersTo(at[len(at)-1], label(helper)) {
			return at.comment()
		}
	}
	return ""
}

// refersTo says that a name stands somewhere in a node.
func refersTo(n ast.Node, name string) (refers bool) {
	ast.Walk(n, func(n ast.Node) bool {
		x, ok := n.(*ast.Ident)
		refers = refers || ok && x.Name == name
		return !refers
	}, nil)
	return refers
}

// index returns the index of a constraint in the answer.
func (j *judge) index(c policy.Constraint) int {
	i, known := j.constraints[c]
	if !known {
		i = len(j.answer.Constraints)
		j.constraints[c] = i
		j.answer.Constraints = append(j.answer.Constraints, c)
	}
	return i
}

// maxConstraint bounds the text of a constraint that is shown, in bytes.
const maxConstraint = 80

// text returns the place of an expression that tells a reader in a few words what
// is allowed; of any other, no place.
func (j *judge) text(x ast.Node) syntax.EvaluatedPlace {
	switch x := x.(type) {
	case *ast.StructLit, *ast.BottomLit:
		return syntax.EvaluatedPlace{}
	case *ast.Ident:
		if x.Name == "_" {
			return syntax.EvaluatedPlace{}
		}
	}
	place, ok := j.tree().nodePlace(x)
	i, given := j.tree().index[x.Pos().Filename()]
	if !ok || !given || place.End-place.Start > maxConstraint || isError(x) {
		return syntax.EvaluatedPlace{}
	}
	if text := j.session.request.Files[i].Data[place.Start:place.End]; strings.ContainsAny(string(text), "\r\n") {
		return syntax.EvaluatedPlace{}
	}
	return place
}
