package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	cueliteral "cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/thvctl/thvctl/schema"
)

// sourceOf returns a node as it stands in the source, in one line.
func sourceOf(n ast.Node) string {
	if d, ok := n.(*ast.Comprehension); ok {
		n = &ast.File{Decls: []ast.Decl{d}} // the formatter knows it only in its place
	}
	text, err := format.Node(n)
	if err != nil {
		return "something"
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// operands returns what an operator joins.
func operands(e ast.Expr, operator token.Token) []ast.Expr {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return operands(e.X, operator)
	case *ast.BinaryExpr:
		if e.Op == operator {
			return append(operands(e.X, operator), operands(e.Y, operator)...)
		}
	}
	return []ast.Expr{e}
}

// expression reads what a value may be.
func (r *reader) expression(e ast.Expr) (*schema.Type, error) {
	t := &schema.Type{}
	for _, alternative := range operands(e, token.OR) {
		other, err := r.alternative(alternative)
		if err != nil {
			return nil, err
		}
		if t, err = union(t, other); err != nil {
			return nil, fmt.Errorf("%s has no place in the table: %w", sourceOf(e), err)
		}
	}
	return t, nil
}

// union returns the type of what is of one type or of another. The kind of a value must
// say which of the two it has to fulfil, so only constants may share theirs.
func union(t, other *schema.Type) (*schema.Type, error) {
	shared := t.Kinds & other.Kinds
	// What a struct or a list holds is that of t, the rest is that of both.
	if other.Kinds.Has(schema.StructKind) || t.Kinds&^schema.NullKind == 0 {
		t, other = other, t
	}
	joined := *t
	joined.Kinds |= other.Kinds
	joined.Enum = slices.Concat(t.Enum, other.Enum)
	joined.Constraints = slices.Concat(t.Constraints, other.Constraints)
	joined.Bounds = cmp.Or(t.Bounds, other.Bounds)
	constants := shared == schema.StringKind && len(t.Enum) > 0 && len(other.Enum) > 0
	if shared != 0 && !constants || !isUnion(&joined) {
		return nil, errors.New("beside null, allowed are one type, texts in quotes, #Duration | int, or a struct and texts in quotes")
	}
	if constants && slices.ContainsFunc(t.Enum, func(text string) bool { return slices.Contains(other.Enum, text) }) {
		return nil, errors.New("a text stands twice")
	}
	return &joined, nil
}

// isUnion reports whether all outputs can say a type of these kinds.
func isUnion(t *schema.Type) bool {
	switch t.Kinds &^ schema.NullKind {
	case schema.IntKind | schema.StringKind:
		return len(t.Constraints) == 1 && t.IsDuration() && t.Bounds == nil
	case schema.StructKind | schema.StringKind:
		return len(t.Enum) > 0
	case 0, schema.BoolKind, schema.IntKind, schema.StringKind, schema.ListKind, schema.StructKind, schema.AnyKind:
		return true
	}
	return false
}

// alternative reads an expression without |.
func (r *reader) alternative(e ast.Expr) (*schema.Type, error) {
	switch e := e.(type) {
	case *ast.Ident:
		return r.named(e)
	case *ast.BasicLit:
		return constant(e)
	case *ast.ListLit:
		return r.list(e)
	case *ast.StructLit:
		if sourceOf(e) == "{...}" {
			return &schema.Type{Kinds: schema.StructKind, Open: true}, nil
		}
		return nil, fmt.Errorf("%s has no place in the table: give the struct or map a definition of its own, whose name ends in Shape", sourceOf(e))
	case *ast.BinaryExpr:
		if e.Op == token.AND {
			return r.intersection(e)
		}
	case *ast.UnaryExpr:
		return nil, fmt.Errorf("%s has no place in the table: %s", sourceOf(e), insteadOf(e.Op))
	}
	return nil, fmt.Errorf("%s has no place in the table", sourceOf(e))
}

// insteadOf says what to write in place of an operator before a value.
func insteadOf(op token.Token) string {
	switch op {
	case token.MUL:
		return "say what an absent field means with @default"
	case token.GTR, token.GEQ, token.LSS, token.LEQ:
		return "it bounds no whole number, put int & before it"
	}
	return "give the constraint a definition of its own, with @rule and @message"
}

// named reads the name of a type.
func (r *reader) named(e *ast.Ident) (*schema.Type, error) {
	name, isDefinition := strings.CutPrefix(e.Name, "#")
	switch {
	case isDefinition && isShape(name):
		return r.definition(name)
	case isDefinition:
		t, err := r.text(name)
		if err == nil && isShape(r.open[len(r.open)-1]) {
			r.use(t.Constraints)
		}
		return t, err
	}
	kinds := map[string]schema.KindSet{"bool": schema.BoolKind, "int": schema.IntKind, "string": schema.StringKind, "_": schema.AnyKind}
	if kinds[e.Name] == 0 {
		return nil, fmt.Errorf("%s has no place in the table, allowed are bool, int, string, _ and definitions", e.Name)
	}
	return &schema.Type{Kinds: kinds[e.Name]}, nil
}

// use notes that a field has constraints.
func (r *reader) use(constraints []*schema.Constraint) {
	for _, c := range constraints {
		if !slices.Contains(r.out.constraints, c) {
			r.out.constraints = append(r.out.constraints, c)
		}
	}
}

// constant reads null or a text in quotes.
func constant(e *ast.BasicLit) (*schema.Type, error) {
	if e.Kind == token.NULL {
		return &schema.Type{Kinds: schema.NullKind}, nil
	}
	if e.Kind != token.STRING || strings.HasPrefix(e.Value, "'") {
		return nil, fmt.Errorf("%s has no place in the table, allowed are null and texts as constants", e.Value)
	}
	text, err := cueliteral.Unquote(e.Value)
	return &schema.Type{Kinds: schema.StringKind, Enum: []string{text}}, err
}

// list reads a list of any length.
func (r *reader) list(e *ast.ListLit) (*schema.Type, error) {
	if len(e.Elts) == 1 {
		if rest, ok := e.Elts[0].(*ast.Ellipsis); ok && rest.Type != nil {
			elem, err := r.expression(rest.Type)
			if err == nil && elem.Kinds&(schema.NullKind|schema.AnyKind) != 0 {
				err = fmt.Errorf("%s has no place in the table: the items of a list are of a type, and never null", sourceOf(e))
			}
			return &schema.Type{Kinds: schema.ListKind, Elem: elem}, err
		}
	}
	return nil, fmt.Errorf("%s has no place in the table, allowed is [...TYPE]", sourceOf(e))
}

// intersection reads a whole number in bounds, or a text that fulfils more than one
// constraint.
func (r *reader) intersection(e *ast.BinaryExpr) (*schema.Type, error) {
	parts := operands(e, token.AND)
	if i := slices.IndexFunc(parts, func(e ast.Expr) bool { return sourceOf(e) == "int" }); i >= 0 {
		return bounded(slices.Delete(parts, i, i+1))
	}
	t := &schema.Type{Kinds: schema.StringKind}
	for _, part := range parts {
		other, err := r.alternative(part)
		if err != nil {
			return nil, err
		}
		if other.Kinds != schema.StringKind || len(other.Enum) > 0 {
			return nil, fmt.Errorf("%s has no place in the table, allowed with & are constraints of texts, and int with bounds", sourceOf(e))
		}
		t.Constraints = append(t.Constraints, other.Constraints...)
	}
	return t, nil
}

// bounded reads the bounds of a whole number.
func bounded(parts []ast.Expr) (*schema.Type, error) {
	b := &schema.Bounds{Min: math.MinInt64, Max: math.MaxInt64}
	for _, part := range parts {
		e, ok := part.(*ast.UnaryExpr)
		if !ok {
			return nil, fmt.Errorf("int & %s has no place in the table, allowed are bounds", sourceOf(part))
		}
		limit, err := strconv.ParseInt(strings.ReplaceAll(sourceOf(e.X), "_", ""), 10, 64)
		if err != nil || limit == math.MinInt64 || limit == math.MaxInt64 {
			return nil, fmt.Errorf("%s has no place in the table, allowed is a whole number within 64 bits", sourceOf(e))
		}
		switch e.Op {
		case token.GEQ:
			b.Min = max(b.Min, limit)
		case token.GTR:
			b.Min = max(b.Min, limit+1)
		case token.LEQ:
			b.Max = min(b.Max, limit)
		case token.LSS:
			b.Max = min(b.Max, limit-1)
		default:
			return nil, fmt.Errorf("int & %s has no place in the table, allowed are bounds", sourceOf(e))
		}
	}
	if b.Min > b.Max {
		return nil, fmt.Errorf("no whole number is within %d and %d", b.Min, b.Max)
	}
	return &schema.Type{Kinds: schema.IntKind, Bounds: b}, nil
}

// text returns the type of a definition of a text.
func (r *reader) text(name string) (*schema.Type, error) {
	if t, ok := r.texts[name]; ok {
		return t, nil
	}
	if err := r.enter(name); err != nil {
		return nil, err
	}
	defer r.leave()
	t, err := r.textOf(name, r.sources[name].Value)
	if err == nil && t.Kinds != schema.StringKind {
		err = errors.New("it is no text: a definition whose name does not end in Shape holds for texts alone")
	}
	if err != nil {
		return nil, fmt.Errorf("#%s: %w", name, err)
	}
	r.texts[name] = t
	return t, nil
}

func (r *reader) textOf(name string, source ast.Expr) (*schema.Type, error) {
	if pattern, ok := source.(*ast.UnaryExpr); ok && pattern.Op == token.MAT {
		c, err := r.constraint(name, pattern.X)
		return &schema.Type{Kinds: schema.StringKind, Constraints: []*schema.Constraint{c}}, err
	}
	if attributes := r.sources[name].Attrs; len(attributes) > 0 {
		return nil, fmt.Errorf("%s has no place here, attributes stand at patterns, structs and fields", attributes[0].Text)
	}
	return r.expression(source)
}

var ruleID = regexp.MustCompile(`^THV[0-9]{4}$`)

// constraint reads a pattern with its diagnostic.
func (r *reader) constraint(name string, source ast.Expr) (*schema.Constraint, error) {
	pattern, err := cueliteral.Unquote(sourceOf(source))
	if err != nil {
		return nil, fmt.Errorf("%s is no text: %w", sourceOf(source), err)
	}
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err
	}
	c := &schema.Constraint{Name: name, Pattern: pattern}
	if err := readAttributes(r.valueOf(name), constraintAttributes, c); err != nil {
		return nil, err
	}
	if c.Rule == "" || c.Message == "" {
		return nil, errors.New("the pattern has no @rule or no @message")
	}
	return c, nil
}
