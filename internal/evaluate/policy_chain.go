package evaluate

import (
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// chain is the nodes of a policy that enclose a place, outermost first. The first
// is a declaration of the package.
type chain []ast.Node

// chainAt returns the chain at a place, as the file is written.
func (j *judge) chainAt(at spot) chain {
	if known, ok := j.chains[at]; ok {
		return known
	}
	var found chain
	var open []ast.Node
	ast.Walk(j.session.sources[at.file].syntax, func(n ast.Node) bool {
		if _, ok := n.(*ast.CommentGroup); ok {
			return false
		}
		if _, ok := n.(*ast.File); !ok {
			if !encloses(n, at.offset) {
				return false
			}
			open = append(open, n)
			if len(open) >= len(found) {
				found = slices.Clone(open)
			}
		}
		return true
	}, func(n ast.Node) {
		if len(open) > 0 && open[len(open)-1] == n {
			open = open[:len(open)-1]
		}
	})
	j.chains[at] = found
	return found
}

func encloses(n ast.Node, offset int) bool {
	start, end := n.Pos(), n.End()
	return start.IsValid() && start.Offset() <= offset && (!end.IsValid() || offset < end.Offset())
}

// field returns the index of the innermost field, or -1.
func (c chain) field() int {
	for i, n := range slices.Backward(c) {
		if _, ok := n.(*ast.Field); ok {
			return i
		}
	}
	return -1
}

// choice returns the index of the outermost choice, or -1.
func (c chain) choice() int { return slices.IndexFunc(c, isChoice) }

// isChoice says that a node is a disjunction, or a call of a function that is like
// one. What is inside of it is but one of several ways to be right.
func isChoice(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.BinaryExpr:
		return x.Op == token.OR
	case *ast.CallExpr:
		name, ok := x.Fun.(*ast.Ident)
		return ok && slices.Contains([]string{"or", "matchN", "matchIf"}, name.Name)
	}
	return false
}

// leads says that a chain which begins with the declaration of a definition leads
// along a path, and not to a helper within the declaration.
func (c chain) leads(path []string) bool {
	for i, n := range c {
		if i == 0 {
			continue
		}
		switch n := n.(type) {
		case *ast.Field:
			name := label(n)
			if len(path) == 0 || name != "" && name != path[0] {
				return false
			}
			path = path[1:]
		case *ast.ListLit:
			if i+1 < len(c) && !c[:i].isArgument() {
				if len(path) == 0 {
					return false
				}
				path = path[1:]
			}
		}
	}
	return true
}

// steps counts the nodes of a chain that take one step into a value: fields, and
// elements of lists.
func (c chain) steps() int {
	n := 0
	for i, node := range c {
		switch node.(type) {
		case *ast.Field:
			n++
		case *ast.ListLit:
			if i+1 < len(c) && !c[:i].isArgument() {
				n++
			}
		}
	}
	return n
}

// helper returns the index of the outermost definition or hidden field below the
// first node, or 0.
func (c chain) helper() int {
	return max(0, slices.IndexFunc(c, func(n ast.Node) bool { return n != c[0] && isHidden(label(n)) }))
}

// path returns the labels of the fields below the first node, up to the first
// that is not known from the text alone.
func (c chain) path() []string {
	var path []string
	for i, n := range c {
		switch n := n.(type) {
		case *ast.Field:
			name := label(n)
			if name == "" {
				return path
			}
			if i > 0 {
				path = append(path, name)
			}
		case *ast.ListLit:
			return path
		}
	}
	return path
}

// isArgument says that what follows is an argument of a function that takes
// constraints.
func (c chain) isArgument() bool {
	if len(c) == 0 {
		return false
	}
	call, ok := c[len(c)-1].(*ast.CallExpr)
	return ok && isValidator(call)
}

// isValue says that the last node is all that the field before it has for a value.
func (c chain) isValue() bool {
	if len(c) < 2 {
		return false
	}
	field, ok := c[len(c)-2].(*ast.Field)
	return ok && field.Value == c[len(c)-1]
}

// label returns the name of a field as CUE writes it in paths.
func label(n ast.Node) string {
	field, ok := n.(*ast.Field)
	if !ok {
		return ""
	}
	name, _, _ := ast.LabelName(field.Label)
	return name
}

// isPattern says that a field speaks of all that fit its label.
func isPattern(x *ast.Field) bool {
	_, pattern := x.Label.(*ast.ListLit)
	return pattern
}

// fits says that a name is one of those that a pattern speaks of, as far as its text
// tells.
func fits(x *ast.Field, name string) bool {
	list, _ := x.Label.(*ast.ListLit)
	if list == nil || len(list.Elts) != 1 || isHidden(name) {
		return false
	}
	pattern, _ := list.Elts[0].(*ast.UnaryExpr)
	if pattern == nil || pattern.Op != token.MAT && pattern.Op != token.NMAT {
		return true
	}
	lit, _ := pattern.X.(*ast.BasicLit)
	if lit == nil {
		return true
	}
	matches, err := regexp.MatchString(unquoted(lit), name)
	return err == nil && matches == (pattern.Op == token.MAT)
}

// comment returns what the policy itself says about the innermost node of the
// chain that has something said about it: its comment, or the text of an error.
func (c chain) comment() string {
	for _, n := range slices.Backward(c) {
		if text := commentOf(n); text != "" {
			return text
		}
		if field, ok := n.(*ast.Field); ok {
			if text := errorText(field.Value); text != "" {
				return text
			}
		}
	}
	return ""
}

// commentOf returns the first paragraph of the comment above a node, or of the one
// behind it on its line, without the full stop.
func commentOf(n ast.Node) string {
	var above, behind string
	for _, group := range ast.Comments(n) {
		switch {
		case group.Doc || group.Position == 0 && !group.Line:
			above = group.Text()
		case group.Line:
			behind = group.Text()
		}
	}
	if above == "" {
		above = behind
	}
	paragraph, _, _ := strings.Cut(strings.TrimSpace(above), "\n\n")
	text := strings.Join(strings.Fields(paragraph), " ")
	return shorten(strings.TrimSuffix(text, "."))
}

// isError says that a node is error("text").
func isError(n ast.Node) bool {
	x, ok := n.(ast.Expr)
	return ok && errorText(x) != ""
}

// errorText returns the text of error("text").
func errorText(n ast.Expr) string {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return ""
	}
	name, ok := call.Fun.(*ast.Ident)
	lit, isLit := call.Args[0].(*ast.BasicLit)
	if !ok || name.Name != "error" || !isLit {
		return ""
	}
	return shorten(strings.TrimSuffix(unquoted(lit), "."))
}

// unquoted returns the text of a string literal, "" for anything else.
func unquoted(lit *ast.BasicLit) string {
	text, err := literal.Unquote(lit.Value)
	if lit.Kind != token.STRING || err != nil {
		return ""
	}
	return text
}
