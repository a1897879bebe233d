package evaluate

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"

	"github.com/thvctl/thvctl/compiler/policy"
)

// breach is one way in which a value breaks a policy.
type breach struct {
	// path is what is at fault, in steps below the value.
	path []string
	// origin is the path that CUE has for it.
	origin []string
	// chain leads to what is broken: its last node is a choice, a condition, or part
	// of the field. It is empty where CUE does not say.
	chain chain
	// missing says that there is nothing at path, and that there must be.
	missing bool
	// undecided says that the policy reads what is not there.
	undecided bool
}

// same says that two breaches are one: of the same constraint at the same path.
func (f breach) same(other breach) bool {
	return slices.Equal(f.path, other.path) && f.node() == other.node()
}

// node is what is broken: a choice or a condition, or else a field; nil where CUE
// does not say.
func (f breach) node() ast.Node {
	for _, n := range slices.Backward(f.chain) {
		switch n.(type) {
		case *ast.Field, *ast.Comprehension:
			return n
		}
		if isChoice(n) {
			return n
		}
	}
	return nil
}

// inspection looks for the breaches of one value.
type inspection struct {
	judge      *judge
	definition cue.Path
	// parts are the declarations of the definition, as they are written.
	parts []*ast.Field
	// whole is the value, not unified with anything.
	whole view
	// seen is what showed under some waivers, by their names.
	seen map[string][]breach
}

// view is a part of the value beside what it is after it was unified with a
// definition.
type view struct {
	unified cue.Value
	data    any
	shape   *policy.Shape
	path    []string
}

// step returns the view of a field or of an element of a list.
func (v view) step(unified cue.Value, step string) view {
	next := view{unified: unified, path: append(slices.Clone(v.path), step)}
	next.data, _ = stepInto(v.data, step)
	if known := v.shape.Field(step); known != nil {
		next.shape = known.Shape
	} else if v.shape != nil {
		next.shape = v.shape.Elem
	}
	return next
}

// breaches returns everything that a view shows at once.
func (s inspection) breaches(v view) []breach {
	missing := s.missing(v)
	conflicts := slices.DeleteFunc(s.conflicts(v), func(f breach) bool { return f.undecided && within(f.path, missing) })
	return append(conflicts, missing...)
}

// conflicts returns what CUE has against the value, beside fields that are missing:
// conflicts, and constraints that cannot be decided.
func (s inspection) conflicts(v view) []breach {
	every := errors.Errors(v.unified.Validate(cue.Concrete(true)))
	if len(every) == 0 {
		return nil
	}
	certain := errors.Errors(v.unified.Validate())
	var found []breach
	for _, e := range every {
		path, spots := errorPath(e), s.judge.spots(e)
		isCertain := slices.ContainsFunc(certain, func(c errors.Error) bool { return sameError(c, e) })
		switch {
		case says(e, "errors in empty disjunction:") && len(every) > 1: // the errors of the alternatives follow
		case says(e, "field is required but not present") && len(spots) == 0: // [inspection.missing] finds it
		case says(e, "field not allowed"):
			found = append(found, s.closed(path)...)
		case len(spots) > 0:
			f := s.ofHelper(s.breach(path, spots))
			f.undecided = !isCertain && !isChoice(f.node())
			found = append(found, f)
		case !isCertain && startsWith(path, v.path):
			found = append(found, s.undetermined(v, path)...)
		default:
			found = append(found, s.unplaced(path))
		}
	}
	return found
}

// undetermined returns what is wrong at a path below a view where CUE has no
// definite value. Where the value fits several alternatives of a disjunction, that
// is nothing: CUE cannot choose, and need not. Where it fits none, it is what the
// one that it fits best has against it.
func (s inspection) undetermined(v view, path []string) []breach {
	for _, step := range path[len(v.path):] {
		v = v.step(lookup(v.unified, step), step)
	}
	op, alternatives := v.unified.Eval().Expr()
	if op != cue.OrOp {
		return []breach{s.unplaced(path)}
	}
	var best []breach
	for i, a := range alternatives {
		v.unified = a
		if found := s.breaches(v); i == 0 || len(found) < len(best) {
			best = found
		}
	}
	return best
}

// unplaced is a breach for which CUE names no place in a policy.
func (s inspection) unplaced(path []string) breach {
	f := breach{path: path, origin: path}
	if all := s.declared(path); len(all) > 0 {
		f.chain = all[0]
	}
	return f
}

// closed returns the breaches of what may forbid a field because it is closed. CUE
// names the places that allow the field, and not that one.
func (s inspection) closed(path []string) []breach {
	var found []breach
	for _, c := range s.declared(path[:max(0, len(path)-1)]) {
		if refers(c[len(c)-1].(*ast.Field).Value) {
			found = append(found, breach{path: path, origin: path, chain: c})
		}
	}
	if len(found) == 0 {
		return []breach{s.unplaced(path)}
	}
	return found
}

// refers says that a name stands in the value of a field, not in that of a field
// below. Every struct without one is open.
func refers(x ast.Node) (refers bool) {
	ast.Walk(x, func(n ast.Node) bool {
		name, isName := n.(*ast.Ident)
		_, isField := n.(*ast.Field)
		refers = refers || isName && name.Name != "_"
		return !refers && !isField
	}, nil)
	return refers
}

// says says that the text of an error ends so.
func says(e errors.Error, text string) bool {
	format, _ := e.Msg()
	return strings.HasSuffix(format, text)
}

// sameError says that two errors say the same of the same path.
func sameError(a, b errors.Error) bool {
	format, _ := a.Msg()
	other, _ := b.Msg()
	return format == other && slices.Equal(a.Path(), b.Path()) && a.Position() == b.Position()
}

// errorPath returns the path of an error below the definition.
func errorPath(e errors.Error) []string { return stepsBelow(e.Path()) }

// stepsBelow returns the steps of a path below the definition that it begins with.
func stepsBelow(path []string) []string {
	if len(path) > 0 && strings.HasPrefix(path[0], "#") {
		path = path[1:]
	}
	steps := slices.Clone(path)
	for i, step := range steps {
		if text, err := strconv.Unquote(step); err == nil {
			steps[i] = text
		}
	}
	return steps
}

// breach returns the breach at a path that CUE names some places of the policies
// for.
func (s inspection) breach(path []string, spots []spot) breach {
	var chains []chain
	for _, at := range spots {
		if c := s.judge.chainAt(at); len(c) > 0 {
			chains = append(chains, c)
		}
	}
	if len(chains) == 0 {
		return s.unplaced(path)
	}
	matches := func(c chain) bool {
		i := c.field()
		return i >= 0 && len(path) > 0 && label(c[i]) == path[len(path)-1]
	}
	plain := func(c chain) bool { return c.choice() < 0 }
	best := chains[0]
	if i := slices.IndexFunc(chains, func(c chain) bool { return plain(c) && matches(c) }); i >= 0 {
		best = chains[i]
	} else if i := slices.IndexFunc(chains, func(c chain) bool { return !plain(c) }); i >= 0 {
		return s.ofChoice(path, chains[i], chains[i].choice())
	}
	if i, about := best.condition(path); i >= 0 && (!s.isPart(best[0]) || best[1:i].steps() == len(path)) {
		return breach{path: about, origin: path, chain: best[:i+1]}
	}
	if i := best.field(); i >= 0 {
		best = best[:i+1]
	}
	if written := best.path(); s.isPart(best[0]) && startsWith(written, path) && s.has(written) {
		path = written // CUE blames the struct for a field that may not be there
	}
	return breach{path: s.reads(best, path), origin: path, chain: best}
}

// ofChoice returns the breach of the choice at an index of a chain: it is about
// the field that the choice is the value of.
func (s inspection) ofChoice(path []string, c chain, choice int) breach {
	above := path[:max(0, len(path)-c[choice:].steps())]
	if s.isPart(c[0]) && c[:choice].leads(path) {
		above = path[:c[1:choice].steps()]
	}
	c = c[:choice+1]
	return breach{path: s.reads(c, above), origin: above, chain: c}
}

// reads returns the path that a breach at a path is about, as [chain.reads] does.
func (s inspection) reads(c chain, path []string) []string {
	if h := slices.IndexFunc(path, isHidden); h >= 0 && s.has(path[:h+1]) {
		return path // the name of a header looks like that of a hidden field
	}
	return c.reads(path)
}

// ofHelper returns the breach of a choice in place of that of a helper which is one
// of its alternatives.
func (s inspection) ofHelper(f breach) breach {
	if len(f.chain) == 0 || s.isPart(f.chain[0]) {
		return f
	}
	for end := range len(f.origin) + 1 {
		for _, p := range s.parts {
			for _, c := range descend(chain{p}, p.Value, f.origin[:end]) {
				if x := choiceOf(c[len(c)-1].(*ast.Field).Value, label(f.chain[0])); x != nil {
					return breach{path: f.origin[:end], origin: f.origin[:end], chain: append(c, x)}
				}
			}
		}
	}
	return f
}

// choiceOf returns the choice in the value of a field, not in that of a field
// below, that refers to a name.
func choiceOf(x ast.Expr, name string) (found ast.Node) {
	ast.Walk(x, func(n ast.Node) bool {
		if _, ok := n.(*ast.Field); ok || found != nil {
			return false
		}
		if isChoice(n) && refersTo(n, name) {
			found = n
		}
		return true
	}, nil)
	return found
}

// isPart says that a node is one of the declarations.
func (s inspection) isPart(n ast.Node) bool {
	return slices.ContainsFunc(s.parts, func(p *ast.Field) bool { return p == n })
}

// declared returns the chains to the fields in which the declarations of the
// definition say something at a path, or at the longest part of it that they speak
// of.
func (s inspection) declared(path []string) []chain {
	for end := len(path); end >= 0; end-- {
		var found []chain
		for _, p := range s.parts {
			found = append(found, descend(chain{p}, p.Value, path[:end])...)
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// descend returns the chains along a path through the structs of an expression.
func descend(c chain, x ast.Node, path []string) []chain {
	if len(path) == 0 {
		return []chain{c}
	}
	var found []chain
	ast.Walk(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if label(n) == path[0] || fits(n, path[0]) {
				found = append(found, descend(append(slices.Clone(c), n), n.Value, path[1:])...)
			}
			return false
		case *ast.ListLit:
			if _, err := strconv.Atoi(path[0]); err == nil {
				for _, item := range n.Elts {
					found = append(found, descend(c, item, path[1:])...)
				}
				return false
			}
		}
		return true
	}, nil)
	return found
}

// lookup returns what is under a regular field or an index of a list.
func lookup(v cue.Value, step string) cue.Value {
	if i, err := strconv.Atoi(step); err == nil && v.IncompleteKind() == cue.ListKind {
		return v.LookupPath(cue.MakePath(cue.Index(i)))
	}
	return v.LookupPath(cue.MakePath(cue.Str(step)))
}
