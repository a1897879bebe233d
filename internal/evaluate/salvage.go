package evaluate

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// cause is what is wrong inside of a value that is in error as a whole.
type cause struct {
	// path leads from the value to the fault, as CUE writes labels.
	path    []string
	message string
}

// salvaged converts what the user wrote of a struct or list that CUE gives up as
// a whole. One wrong field is enough for that where a definition has a
// disjunction or a rule in a hidden field, as the schema's have, and must not
// hide the other fields. ok is false where there is nothing to salvage.
func (c *converter) salvaged(v cue.Value, o origin, depth int) (out *syntax.EvaluatedValue, ok bool) {
	err := v.Validate(cue.Concrete(true))
	causes := c.causes(v, err)
	if len(causes) == 0 {
		return nil, false
	}
	rest, ok := c.salvage(v)
	if !ok {
		return nil, false
	}
	c.tell(err)
	out = c.collection(rest, o, depth)
	if c.over != nil {
		return nil, true
	}
	for _, cause := range causes {
		c.blame(out, cause)
	}
	return out, true
}

// salvage returns what a value is without the definitions of the schema, which
// the checker applies anyway, or else the literals of it alone.
func (c *converter) salvage(v cue.Value) (rest cue.Value, ok bool) {
	op, parts := v.Expr()
	if op != cue.AndOp {
		return v, false
	}
	for _, drop := range []func(cue.Value) bool{isSchema, c.isAbstract} {
		kept := slices.DeleteFunc(slices.Clone(parts), drop)
		if len(kept) == 0 || len(kept) == len(parts) {
			continue
		}
		rest = kept[0]
		for _, part := range kept[1:] {
			rest = rest.Unify(part)
		}
		if iterable(rest) {
			return rest, true
		}
	}
	return v, false
}

// isSchema says that a value is a reference to a definition of the schema.
func isSchema(v cue.Value) bool {
	root, _ := v.ReferencePath()
	inst := root.BuildInstance()
	return inst != nil && strings.HasPrefix(inst.ImportPath, SchemaPath)
}

// isAbstract says that a value is not written out in a given file.
func (c *converter) isAbstract(v cue.Value) bool {
	_, expr := written(v.Source())
	_, ok := c.tree.nodePlace(expr)
	return !ok || literalness(expr) != showsValue
}

// causes returns the deepest errors inside of a value, one for each path.
func (c *converter) causes(v cue.Value, err error) []cause {
	prefix := v.Path().Selectors()
	byPath := map[string]errors.Error{}
	var paths [][]string
	for _, e := range errors.Errors(err) {
		path, ok := below(prefix, e.Path())
		if !ok {
			continue
		}
		key := strings.Join(path, "\x00")
		if byPath[key] == nil {
			paths = append(paths, path)
		}
		byPath[key] = errors.Append(byPath[key], e)
	}
	var out []cause
	for _, path := range paths {
		deeper := func(other []string) bool {
			return len(other) > len(path) && slices.Equal(other[:len(path)], path)
		}
		if !slices.ContainsFunc(paths, deeper) {
			out = append(out, cause{path, c.tree.explain(byPath[strings.Join(path, "\x00")])})
		}
	}
	return out
}

// below returns what of a path follows a prefix.
func below(prefix []cue.Selector, path []string) (rest []string, ok bool) {
	if len(path) <= len(prefix) {
		return nil, false
	}
	for i, s := range prefix {
		if s.String() != path[i] {
			return nil, false
		}
	}
	return path[len(prefix):], true
}

// blame makes the value at a cause's path incomplete. Where the path leads to no
// value, as that of a rule in a hidden field does, the deepest one on the way has
// a problem.
func (c *converter) blame(v *syntax.EvaluatedValue, cause cause) {
	v, exact := deepest(v, cause.path)
	switch {
	case v.Kind == syntax.Incomplete: // it says what is wrong already
	case exact:
		*v = syntax.EvaluatedValue{Kind: syntax.Incomplete, Value: cause.message, Place: v.Place}
	default:
		c.problems = append(c.problems, syntax.EvaluateProblem{Message: cause.message, Place: v.Place})
	}
}

// deepest returns the last value on a path, and whether that is the path's end. A
// hidden field is taken to be about the field of its name.
func deepest(v *syntax.EvaluatedValue, path []string) (last *syntax.EvaluatedValue, exact bool) {
	exact = true
	for _, step := range path {
		next := under(v, step)
		if next == nil {
			exact = false
			next = under(v, strings.TrimPrefix(step, "_"))
		}
		if next == nil {
			break
		}
		v = next
	}
	return v, exact
}

// under returns the value under a label as CUE writes it, or nil.
func under(v *syntax.EvaluatedValue, label string) *syntax.EvaluatedValue {
	if i, err := strconv.Atoi(label); err == nil && 0 <= i && i < len(v.Items) {
		return v.Items[i]
	}
	if s, err := strconv.Unquote(label); err == nil {
		label = s
	}
	for _, e := range v.Entries {
		if e.Key == label {
			return e.Value
		}
	}
	return nil
}
