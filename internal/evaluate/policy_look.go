package evaluate

import (
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/policy"
)

// lookAround reports what is wrong in the files although CUE has nothing against
// it.
func (j *judge) lookAround() {
	used := map[string]bool{}
	for _, src := range j.sources {
		labels := map[ast.Node]bool{}
		ast.Walk(src.syntax, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.Field:
				labels[x.Label] = true
			case *ast.Ident:
				used[x.Name] = used[x.Name] || !labels[x]
			case *ast.CallExpr:
				j.closing(src.index, x)
			case *ast.UnaryExpr:
				j.pattern(src.index, x.Op, x.X)
			case *ast.BinaryExpr:
				j.pattern(src.index, x.Op, x.Y)
			}
			return true
		}, nil)
	}
	for _, src := range j.sources {
		for _, decl := range src.syntax.Decls {
			if field, ok := decl.(*ast.Field); ok {
				j.name(src.index, field, used)
			}
		}
	}
}

// pattern reports a regular expression that is none. CUE says so only where a
// text is held against it.
func (j *judge) pattern(file int, op token.Token, x ast.Expr) {
	lit, ok := x.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING || op != token.MAT && op != token.NMAT {
		return
	}
	text, err := literal.Unquote(lit.Value)
	if err != nil {
		return
	}
	if _, err := regexp.Compile(text); err != nil {
		j.problemAt(file, lit, "found a regular expression that cannot be read: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
}

// closing reports a call of close that closes nothing, because what it is given is
// open (see [judge.rewrite]).
func (j *judge) closing(file int, x *ast.CallExpr) {
	name, ok := x.Fun.(*ast.Ident)
	if !ok || name.Name != "close" || len(x.Args) != 1 {
		return
	}
	switch x.Args[0].(type) {
	case *ast.Ident, *ast.BinaryExpr:
		j.problemAt(file, x.Args[0], "found a close that closes nothing, it takes the struct itself: close({…})")
	}
}

// name reports a field of a policy that looks like a definition and is none.
func (j *judge) name(file int, field *ast.Field, used map[string]bool) {
	name, identifier, err := ast.LabelName(field.Label)
	if err != nil {
		return
	}
	if j.definition(field) != "" || identifier && used[name] {
		return
	}
	if near := j.near(strings.TrimLeft(name, "_#")); near != "" {
		j.problemAt(file, field.Label, "found %q, which constrains nothing; did you mean #%s", name, near)
	}
}

// near returns the definition that a name may have been meant for, or "".
func (j *judge) near(name string) string {
	best, nearest := 3, ""
	name = strings.ToLower(name)
	for _, d := range j.definitions {
		known := strings.ToLower(d.Name)
		distance := diag.Distance(name, known)
		if distance >= 3 && strings.Contains(name, known) {
			distance = 2
		}
		if distance < best || distance == best && nearest != "" && len(d.Name) > len(nearest) {
			best, nearest = distance, d.Name
		}
	}
	return nearest
}

// looker walks the expressions of a policy beside the shape of the values, to see
// which fields they name. It follows references within the policies.
type looker struct {
	judge *judge
	// seen are the declarations that were followed for a shape, and whether they ask
	// for anything.
	seen map[followed]bool
	// lenient counts the helpers on the way that are no definitions. They may serve
	// as plain data elsewhere, which a '!' would break.
	lenient int
}

type followed struct {
	decl  ast.Decl
	shape *policy.Shape
}

// scope is a struct that encloses an expression, innermost first.
type scope struct {
	decls []ast.Decl
	outer *scope
}

// value looks at an expression for a value of a shape, and returns whether it asks
// for more than a value has that is left out.
func (l *looker) value(file int, n ast.Expr, shape *policy.Shape, in *scope) (asks bool) {
	switch x := n.(type) {
	case *ast.StructLit:
		return l.structure(file, x, shape, &scope{x.Elts, in})
	case *ast.ListLit:
		l.elements(file, x, shape.Elem, in)
		return true
	case *ast.BinaryExpr:
		if x.Op != token.AND && x.Op != token.OR {
			return false
		}
		first, second := l.value(file, x.X, shape, in), l.value(file, x.Y, shape, in)
		return first && second || x.Op == token.AND && (first || second)
	case *ast.UnaryExpr:
		return x.Op == token.MUL && l.value(file, x.X, shape, in)
	case *ast.ParenExpr:
		return l.value(file, x.X, shape, in)
	case *ast.Alias:
		return l.value(file, x.Expr, shape, in)
	case *ast.Ident:
		return l.reference(file, x.Name, shape, in)
	case *ast.CallExpr:
		l.call(file, x, shape, in)
	case *ast.BasicLit:
		return x.Kind == token.TRUE // of a field that is false where it is left out
	}
	return false
}

// validators are the functions whose arguments are constraints of the value, or
// lists of such.
var validators = []string{"close", "and", "or", "matchN", "matchIf"}

func isValidator(x *ast.CallExpr) bool {
	name, ok := x.Fun.(*ast.Ident)
	return ok && slices.Contains(validators, name.Name)
}

func (l *looker) call(file int, x *ast.CallExpr, shape *policy.Shape, in *scope) {
	if !isValidator(x) {
		return
	}
	for _, arg := range x.Args {
		if list, ok := arg.(*ast.ListLit); ok {
			l.elements(file, list, shape, in)
			continue
		}
		l.value(file, arg, shape, in)
	}
}

// elements looks at the elements of a list, each for a value of a shape.
func (l *looker) elements(file int, x *ast.ListLit, shape *policy.Shape, in *scope) {
	if shape == nil {
		return
	}
	for _, item := range x.Elts {
		switch item := item.(type) {
		case *ast.Ellipsis:
			if item.Type != nil {
				l.value(file, item.Type, shape, in)
			}
		case *ast.Comprehension:
			l.value(file, item.Value, shape, in)
		default:
			l.value(file, item, shape, in)
		}
	}
}

func (l *looker) structure(file int, x *ast.StructLit, shape *policy.Shape, in *scope) (asks bool) {
	for _, decl := range x.Elts {
		switch decl := decl.(type) {
		case *ast.EmbedDecl:
			asks = l.value(file, decl.Expr, shape, in) || asks
		case *ast.Comprehension:
			l.value(file, decl.Value, shape, in)
			if decl.Fallback != nil {
				l.value(file, decl.Fallback.Body, shape, in)
			}
		case *ast.Field:
			asks = l.field(file, decl, shape, in) || asks
		}
	}
	return asks
}

// field looks at a field. One that stands without '?' and '!' must be there: it
// gets the '!'. One that is left out where it has its zero value gets it where it
// asks for more, and otherwise the '?', so that CUE does not put it there, where
// another policy asks for it.
func (l *looker) field(file int, x *ast.Field, shape *policy.Shape, in *scope) (asks bool) {
	name, identifier, err := ast.LabelName(x.Label)
	switch {
	case isPattern(x) && shape.Values != nil:
		l.value(file, x.Value, shape.Values, in)
		return false
	case err != nil && shape.Values == nil, isPattern(x), identifier && isHidden(name):
		return false
	}
	known := shape.Field(name)
	if known == nil {
		l.unknown(file, x, name, shape)
		l.judge.presence[spot{file, x.Pos().Offset()}] = false // once is enough
		return false
	}
	asks = l.value(file, x.Value, known.Shape, in) || !known.Implied
	if x.Constraint != token.ILLEGAL {
		return x.Constraint == token.NOT
	}
	if l.lenient == 0 {
		l.judge.presence[spot{file, x.Pos().Offset()}] = asks
	}
	return asks
}

// unknown reports a field that no value has.
func (l *looker) unknown(file int, x *ast.Field, name string, shape *policy.Shape) {
	if len(shape.Fields) == 0 {
		return // no struct at all; CUE finds that in every value
	}
	var names []string
	best, near := 3, ""
	for _, f := range shape.Fields {
		names = append(names, f.Name)
		if d := diag.Distance(strings.ToLower(name), strings.ToLower(f.Name)); d < best {
			best, near = d, f.Name
		}
	}
	hint := "the fields are " + strings.Join(names, ", ")
	if near != "" {
		hint = "did you mean " + near
	}
	l.judge.problemAt(file, x.Label, "found the field %q, which no value has; %s (the name of a helper begins with \"_\")", name, hint)
}

// reference looks at what a name stands for: a field or a let clause of an
// enclosing struct, or else of the package.
func (l *looker) reference(file int, name string, shape *policy.Shape, in *scope) (asks bool) {
	for s := in; s != nil; s = s.outer {
		if found, asks := l.follow(file, name, s.decls, shape, s); found {
			return asks
		}
	}
	for _, src := range l.judge.sources {
		_, more := l.follow(src.index, name, src.syntax.Decls, shape, nil)
		asks = asks || more
	}
	return asks
}

// follow looks at what the declarations say of a name, and returns whether they
// declare it.
func (l *looker) follow(file int, name string, decls []ast.Decl, shape *policy.Shape, in *scope) (found, asks bool) {
	for _, decl := range decls {
		var stands ast.Expr
		switch x := decl.(type) {
		case *ast.LetClause:
			if x.Ident.Name == name {
				stands = x.Expr
			}
		case *ast.Field:
			if label(x) == name {
				stands = x.Value
			}
		}
		if stands == nil {
			continue
		}
		found = true
		f := followed{decl, shape}
		more, known := l.seen[f]
		if !known {
			l.seen[f] = false // until it is known, and for good where it refers to itself
			more = l.helper(name, func() bool { return l.value(file, stands, shape, in) })
			l.seen[f] = more
		}
		asks = asks || more
	}
	return found, asks
}

// helper looks at what a name stands for.
func (l *looker) helper(name string, look func() bool) (asks bool) {
	if strings.HasPrefix(name, "#") {
		return look()
	}
	l.lenient++
	defer func() { l.lenient-- }()
	return look()
}
