package evaluate

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// declare notes the definitions that a file declares.
func (j *judge) declare(src *source) {
	for _, decl := range src.syntax.Decls {
		if field, ok := decl.(*ast.Field); ok {
			if name := j.definition(field); name != "" {
				j.parts = append(j.parts, part{name, src.index, field})
			}
		}
	}
}

// definition returns which of the definitions a field declares, or "".
func (j *judge) definition(field *ast.Field) string {
	name, identifier, err := ast.LabelName(field.Label)
	if err != nil || !identifier {
		return ""
	}
	for _, d := range j.definitions {
		if name == "#"+d.Name {
			return d.Name
		}
	}
	return ""
}

// rewrite makes of a policy what CUE is to evaluate:
//
//   - Every struct is open. In CUE a definition forbids all that it does not name,
//     but a policy is about a few fields of many.
//   - A field of a value that a policy names must be there, as if it had a '!' (see
//     [looker.field]). Otherwise CUE would fill in what the policy says, and find
//     nothing wrong.
//   - What is forbidden by a pattern is so by an error that CUE finds at the field,
//     and not at the struct around it.
//   - The constraints that are waived constrain nothing.
func (j *judge) rewrite(index int, file *ast.File, waived waivers) {
	nodes := waived.find(index, file)
	for _, decl := range file.Decls {
		if field, ok := decl.(*ast.Field); ok && j.definition(field) != "" {
			field.Constraint = token.ILLEGAL // '#Webhook?: …' constrains as well
		}
	}
	j.settle(index, file)
	open(file)
	waiveAll(file, nodes)
}

// settle puts an error in place of each pattern's _|_, and a '!' or a '?' behind the fields of a file that have neither.
func (j *judge) settle(index int, file *ast.File) {
	ast.Walk(file, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		if bottom, forbidden := field.Value.(*ast.BottomLit); forbidden && isPattern(field) {
			field.Value = &ast.CallExpr{Fun: &ast.Ident{NamePos: bottom.Bottom, Name: "error"}, Args: []ast.Expr{ast.NewString("forbidden here, and asked for elsewhere")}}
		}
		if must, known := j.presence[spot{index, field.Pos().Offset()}]; known && must {
			field.Constraint = token.NOT
		} else if known {
			field.Constraint = token.OPTION
		}
		return true
	}, nil)
}

// open opens every struct of a file, but for one that the policy closes.
func open(file *ast.File) {
	closed := map[ast.Node]bool{}
	ast.Walk(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			if name, ok := x.Fun.(*ast.Ident); ok && name.Name == "close" {
				for _, arg := range x.Args {
					closed[arg] = true
				}
			}
		case *ast.StructLit:
			if !closed[x] && !isOpen(x) {
				x.Elts = append(x.Elts, &ast.Ellipsis{})
			}
		}
		return true
	}, nil)
}

func isOpen(x *ast.StructLit) bool {
	for _, decl := range x.Elts {
		if _, ok := decl.(*ast.Ellipsis); ok {
			return true
		}
	}
	return false
}
