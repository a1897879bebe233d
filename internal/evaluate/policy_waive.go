package evaluate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/token"
)

// constraintKey identifies a constraint by its text and what it is.
type constraintKey struct {
	file, start, end int
	kind             string
}

func (j *judge) key(n ast.Node) constraintKey {
	return keyIn(j.tree().index[n.Pos().Filename()], n)
}

func keyIn(file int, n ast.Node) constraintKey {
	return constraintKey{file, n.Pos().Offset(), n.End().Offset(), fmt.Sprintf("%T", n)}
}

// waiver says what of a constraint is waived.
type waiver int

// The waivers. One of chosen and more waives all alternatives of a disjunction but
// the one of an index that many higher.
const (
	presence waiver = iota // that the field must be there
	whole                  // all
	chosen
)

// waivers are the constraints that are waived.
type waivers map[constraintKey]waiver

// with returns the waivers and one more.
func (w waivers) with(key constraintKey, what waiver) waivers {
	more := maps.Clone(w)
	if more == nil {
		more = waivers{}
	}
	more[key] = max(more[key], what)
	return more
}

// without returns the waivers but one.
func (w waivers) without(key constraintKey) waivers {
	fewer := maps.Clone(w)
	delete(fewer, key)
	return fewer
}

func (w waivers) has(key constraintKey) bool {
	_, has := w[key]
	return has
}

// name identifies the set; it is empty for none.
func (w waivers) name() string {
	var keys []string
	for k, what := range w {
		keys = append(keys, fmt.Sprint(k, int(what)))
	}
	slices.Sort(keys)
	return strings.Join(keys, "")
}

// find returns the nodes of a file that are waived. The file is as it is written.
func (w waivers) find(index int, file *ast.File) map[ast.Node]waiver {
	found := map[ast.Node]waiver{}
	if len(w) == 0 {
		return found
	}
	ast.Walk(file, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.Field, *ast.Comprehension, *ast.BinaryExpr, *ast.CallExpr:
			if what, ok := w[keyIn(index, n)]; ok {
				found[n] = what
			}
		}
		return true
	}, nil)
	return found
}

// waiveAll waives nodes of a file. What is waived stays in the text, where it does
// nothing: CUE refuses imports and let clauses that are not used.
func waiveAll(file *ast.File, nodes map[ast.Node]waiver) {
	if len(nodes) == 0 {
		return
	}
	var idle []ast.Expr
	astutil.Apply(file, nil, func(c astutil.Cursor) bool {
		n := c.Node()
		if what, ok := nodes[n]; ok {
			idle = append(idle, waive(c, n, what)...)
		}
		switch n.(type) {
		case *ast.Field, *ast.EmbedDecl, *ast.Comprehension, *ast.LetClause:
			if len(idle) > 0 && holdsDeclarations(c.Parent()) {
				c.InsertAfter(idly(idle))
				idle = nil
			}
		}
		return true
	})
}

func holdsDeclarations(c astutil.Cursor) bool {
	switch c.Node().(type) {
	case *ast.StructLit, *ast.File:
		return true
	}
	return false
}

// waive waives the constraint at the cursor, and returns what is to stay in the
// text.
func waive(c astutil.Cursor, n ast.Node, what waiver) (idle []ast.Expr) {
	switch x := n.(type) {
	case *ast.Field:
		if name := label(x); !isHidden(name) {
			x.Constraint = token.OPTION
		}
		if what == whole {
			idle = append(idle, x.Value)
			x.Value = ast.NewIdent("_")
		}
	case *ast.Comprehension:
		x.Clauses = append([]ast.Clause{never()}, x.Clauses...)
	case ast.Expr:
		idle = append(idle, x)
		if what >= chosen {
			c.Replace(alternatives(x)[what-chosen])
		} else {
			c.Replace(ast.NewIdent("_"))
		}
	}
	return idle
}

// alternatives returns those of a disjunction, none of anything else.
func alternatives(x ast.Expr) []ast.Expr {
	or, ok := x.(*ast.BinaryExpr)
	if !ok || or.Op != token.OR {
		return nil
	}
	var all []ast.Expr
	for _, side := range []ast.Expr{or.X, or.Y} {
		if more := alternatives(side); more != nil {
			all = append(all, more...)
			continue
		}
		if star, ok := side.(*ast.UnaryExpr); ok && star.Op == token.MUL {
			side = star.X
		}
		all = append(all, side)
	}
	return all
}

func never() ast.Clause { return &ast.IfClause{Condition: ast.NewBool(false)} }

// idly is a declaration that holds expressions and declares nothing.
func idly(idle []ast.Expr) ast.Decl {
	body := &ast.StructLit{}
	for i, x := range idle {
		body.Elts = append(body.Elts, &ast.Field{Label: ast.NewIdent(fmt.Sprintf("_idle_%d", i)), Value: x})
	}
	return &ast.Comprehension{Clauses: []ast.Clause{never()}, Value: body}
}
