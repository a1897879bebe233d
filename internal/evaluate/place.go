package evaluate

import (
	"slices"
	"strconv"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// origin is where in the given files a value was written.
type origin struct {
	key, value syntax.EvaluatedPlace
	// expr is the expression at value; nil where value is that of an ancestor.
	expr ast.Node
}

// origin returns where a value was written, or its parent's place where no given
// file holds it. Of several expressions that were unified it takes the most
// literal, and of those one within the parent's: a reader looks there, and not at
// the definition.
func (t *tree) origin(v cue.Value, parent syntax.EvaluatedPlace) origin {
	best, most := origin{key: parent, value: parent}, 0
	// Value.Expr would tell the same, but evaluates each conjunct anew.
	for c := range v.Core().V.LeafConjuncts() {
		label, expr := written(c.Source())
		place, ok := t.nodePlace(expr)
		if !ok {
			continue
		}
		weight := 2 * literalness(expr)
		if place.File == parent.File && parent.Start <= place.Start && place.End <= parent.End {
			weight++
		}
		if weight <= most {
			continue
		}
		most = weight
		best = origin{key: parent, value: place, expr: expr}
		if key, ok := t.nodePlace(label); ok {
			best.key = key
		}
	}
	return best
}

// narrowed returns the place of the literal within the expression that a
// concrete value comes from: of "5s" in string & "5s", or of the struct in
// #Webhook & {…}.
func (t *tree) narrowed(o origin, v cue.Value) syntax.EvaluatedPlace {
	if o.expr == nil {
		return o.value
	}
	if value := v.Core().V.Value(); value != nil {
		if lit, ok := value.Source().(*ast.BasicLit); ok {
			if p, ok := t.nodePlace(lit); ok && p.File == o.value.File && o.value.Start <= p.Start && p.End <= o.value.End {
				return p
			}
		}
	}
	var literals []ast.Node
	for _, x := range operands(o.expr) {
		if literalness(x) == showsValue {
			literals = append(literals, x)
		}
	}
	if len(literals) == 1 {
		if p, ok := t.nodePlace(literals[0]); ok {
			return p
		}
	}
	return o.value
}

// written returns the label, if any, and the expression of what CUE names as the
// source of a value.
func written(n ast.Node) (label, expr ast.Node) {
	if file, ok := n.(*ast.File); ok {
		first, last := content(file)
		if only, ok := first.(*ast.EmbedDecl); ok && first == last {
			return nil, only.Expr
		}
	}
	f, ok := n.(*ast.Field)
	if !ok {
		return nil, n
	}
	// An injected tag is unified with the expression, and has no position.
	if x, ok := f.Value.(*ast.BinaryExpr); ok && !x.Y.Pos().IsValid() {
		return f.Label, x.X
	}
	return f.Label, f.Value
}

// How much of a value an expression shows.
const (
	showsKind = iota + 1
	showsOrigin
	showsValue
)

// literalness says how much of a value an expression shows.
func literalness(n ast.Node) int {
	switch x := n.(type) {
	case *ast.BasicLit, *ast.ListLit, *ast.Interpolation, *ast.File:
		return showsValue
	case *ast.StructLit:
		if len(x.Elts) > 0 && !slices.ContainsFunc(x.Elts, isField) {
			return showsOrigin
		}
		return showsValue
	case *ast.ParenExpr:
		return literalness(x.X)
	case *ast.UnaryExpr:
		if x.Op == token.SUB || x.Op == token.ADD {
			return literalness(x.X)
		}
		return showsKind
	case *ast.BinaryExpr:
		switch x.Op {
		case token.OR:
			return showsKind
		case token.AND:
			return max(literalness(x.X), literalness(x.Y))
		}
	case *ast.Ident:
		switch x.Name {
		case "_", "bool", "bytes", "float", "int", "number", "string":
			return showsKind
		}
	}
	return showsOrigin
}

// isField says that a declaration is a field with a name.
func isField(decl ast.Decl) bool {
	f, ok := decl.(*ast.Field)
	if !ok {
		return false
	}
	_, pattern := f.Label.(*ast.ListLit)
	return !pattern
}

// operands returns what a unification unifies.
func operands(n ast.Node) []ast.Node {
	switch x := n.(type) {
	case *ast.ParenExpr:
		return operands(x.X)
	case *ast.BinaryExpr:
		if x.Op == token.AND {
			return append(operands(x.X), operands(x.Y)...)
		}
	}
	return []ast.Node{n}
}

// nodePlace returns the place of a node; ok is false outside of the given files.
func (t *tree) nodePlace(n ast.Node) (place syntax.EvaluatedPlace, ok bool) {
	if n == nil {
		return place, false
	}
	first, last := n, n
	if file, ok := n.(*ast.File); ok {
		if first, last = content(file); first == nil {
			i, ok := t.index[file.Filename]
			return t.place(i, 0, 0), ok
		}
	}
	start, end := first.Pos(), last.End()
	if !start.IsValid() || !end.IsValid() {
		return place, false
	}
	i, ok := t.index[start.Filename()]
	if !ok {
		return place, false
	}
	return t.place(i, start.Offset(), t.rawEnd(i, last, end.Offset())), true
}

// content returns the first and the last declaration of a file that is part of
// its value.
func content(file *ast.File) (first, last ast.Node) {
	for _, decl := range file.Decls {
		switch decl.(type) {
		case *ast.Package, *ast.ImportDecl, *ast.CommentGroup, *ast.Attribute:
			continue
		}
		if first == nil {
			first = decl
		}
		last = decl
	}
	return first, last
}

// rawEnd corrects the end of a node whose last token is a literal of several
// lines that end in CR LF: CUE counts the literal's bytes without the CRs.
func (t *tree) rawEnd(file int, n ast.Node, end int) int {
	if !t.returns[file] {
		return end
	}
	data := t.files[file].Data
	ast.Walk(n, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.End().Offset() == end {
			start := min(lit.Pos().Offset(), len(data))
			end = start + rawLength(data[start:], lit.Value)
			return false
		}
		return true
	}, nil)
	return end
}

// rawLength returns how many bytes of text a literal takes that starts there and
// that was stripped of CRs.
func rawLength(text []byte, lit string) int {
	n := 0
	for i := 0; i < len(lit) && n < len(text); n++ {
		if text[n] == lit[i] {
			i++
		}
	}
	return n
}

// place returns a place, within the bounds of its file.
func (t *tree) place(file, start, end int) syntax.EvaluatedPlace {
	size, mark := len(t.files[file].Data), t.marks[file]
	start = min(start, size)
	return syntax.EvaluatedPlace{File: strconv.Itoa(file), Start: mark + start, End: mark + min(max(start, end), size)}
}
