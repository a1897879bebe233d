package evaluate

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
)

// A constraint that needs a computation stands in a hidden field, which no value
// has. People look for what it is about: the fields that it reads.

// reads returns the path that a breach at a path is about: the path itself, or of
// a hidden field the first field of a value that it reads. The chain leads to what
// is broken.
func (c chain) reads(path []string) []string {
	h := slices.IndexFunc(path, isHidden)
	if h < 0 {
		return path
	}
	base := path[:h]
	for k, n := range slices.Backward(c) {
		if field, ok := n.(*ast.Field); ok && label(field) == path[h] {
			r := resolver{base: base, chain: c[:k]}
			found := r.expression(field.Value)
			for i := k - 1; i >= 0 && len(found) == 0; i-- {
				if x, ok := c[i].(*ast.Comprehension); ok {
					found = r.clauses(x)
				}
			}
			if len(found) > 0 {
				return found[0]
			}
		}
	}
	return base
}

// condition returns the index of the comprehension in whose clauses the chain
// ends, and the path of what is read there, given the path of the struct that
// holds the comprehension; -1 where the chain ends elsewhere.
func (c chain) condition(path []string) (index int, about []string) {
	for i, n := range slices.Backward(c) {
		switch n.(type) {
		case *ast.StructLit:
			return -1, nil
		case *ast.IfClause, *ast.ForClause:
			r := resolver{base: path, chain: c[:i-1]}
			for _, inner := range c[i+1:] {
				if x, ok := inner.(ast.Expr); ok {
					if found := r.expression(x); len(found) > 0 {
						return i - 1, found[0]
					}
				}
			}
			return i - 1, path
		}
	}
	return -1, nil
}

// isHidden says that a label of a path is that of a hidden field or a definition.
func isHidden(label string) bool {
	return strings.HasPrefix(label, "_") || strings.HasPrefix(label, "#")
}

// resolver finds the fields of a value that an expression of a policy reads.
type resolver struct {
	// chain leads to the struct, or to the comprehension in it, that holds the
	// expression; base is the path of the struct.
	chain chain
	base  []string
	depth int
}

// maxFollow bounds how many names are followed from one to the next.
const maxFollow = 16

// expression returns the paths that an expression reads, each once, in its order.
func (r resolver) expression(x ast.Node) [][]string {
	var found [][]string
	add := func(paths [][]string) {
		for _, p := range paths {
			if !slices.ContainsFunc(found, func(other []string) bool { return slices.Equal(p, other) }) {
				found = append(found, p)
			}
		}
	}
	ast.Walk(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			add(r.expression(n.Value))
			return false
		case *ast.SelectorExpr, *ast.IndexExpr:
			if name, steps, ok := selected(n); ok {
				add(r.name(name, steps))
				return false
			}
		case *ast.Ident:
			add(r.name(n.Name, nil))
		}
		return true
	}, nil)
	return found
}

func (r resolver) clauses(x *ast.Comprehension) [][]string {
	var found [][]string
	for _, clause := range x.Clauses {
		switch clause := clause.(type) {
		case *ast.IfClause:
			found = append(found, r.expression(clause.Condition)...)
		case *ast.ForClause:
			found = append(found, r.expression(clause.Source)...)
		}
	}
	return found
}

// selected takes a.b.c apart, and a.b["c"].
func selected(x ast.Node) (name string, steps []string, ok bool) {
	var root, step ast.Node
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name, nil, true
	case *ast.SelectorExpr:
		root, step = x.X, x.Sel
	case *ast.IndexExpr:
		root, step = x.X, x.Index
		if _, isText := step.(*ast.BasicLit); !isText {
			return "", nil, false
		}
	default:
		return "", nil, false
	}
	label, _ := step.(ast.Label)
	text, _, err := ast.LabelName(label)
	if err != nil {
		return "", nil, false
	}
	name, steps, ok = selected(root)
	return name, append(steps, text), ok
}

// name returns what a name and the steps behind it read: of an enclosing struct,
// the field at its path, or what a hidden field or a let clause reads.
func (r resolver) name(name string, steps []string) [][]string {
	if r.depth > maxFollow {
		return nil
	}
	base := r.base
	for i, n := range slices.Backward(r.chain) {
		switch n := n.(type) {
		case *ast.Field:
			base = base[:max(0, len(base)-1)]
		case *ast.ListLit:
			if !r.chain[:i].isArgument() {
				base = base[:max(0, len(base)-1)]
			}
		case *ast.StructLit:
			within := resolver{r.chain[:i+1], base, r.depth + 1}
			if found, ok := within.declared(n.Elts, name, steps); ok {
				return found
			}
		case *ast.Comprehension:
			within := resolver{r.chain[:i], base, r.depth + 1}
			if source := sourceOf(n, name); source != nil {
				return within.expression(source)
			}
		}
	}
	return nil
}

// declared returns what a name reads that one of the declarations declares.
func (r resolver) declared(decls []ast.Decl, name string, steps []string) (found [][]string, ok bool) {
	for _, decl := range decls {
		switch x := decl.(type) {
		case *ast.LetClause:
			if x.Ident.Name == name {
				return r.expression(x.Expr), true
			}
		case *ast.Field:
			if label(x) != name {
				continue
			}
			if isHidden(name) {
				return r.expression(x.Value), true
			}
			return [][]string{slices.Concat(r.base, []string{name}, steps)}, true
		}
	}
	return nil, false
}

// sourceOf returns what a comprehension takes a variable from, or nil.
func sourceOf(x *ast.Comprehension, name string) ast.Expr {
	for _, clause := range x.Clauses {
		switch clause := clause.(type) {
		case *ast.ForClause:
			if clause.Value.Name == name || clause.Key != nil && clause.Key.Name == name {
				return clause.Source
			}
		case *ast.LetClause:
			if clause.Ident.Name == name {
				return clause.Expr
			}
		}
	}
	return nil
}
