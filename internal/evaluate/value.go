package evaluate

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// budget is what the values of one request may still take.
type budget struct{ nodes, text int }

// fault identifies an error of CUE, which reports one again at every ancestor.
type fault struct{ path, message string }

// converter turns the value of one instance into an [syntax.EvaluatedValue].
type converter struct {
	tree   *tree
	budget *budget
	// told are the errors that the value itself shows.
	told map[fault]bool
	// owed are errors of structs and lists that have a value all the same, with
	// the place of each.
	owed []owed
	// problems are faults that no value shows.
	problems []syntax.EvaluateProblem
	// over is the bound that the value exceeds.
	over *syntax.EvaluateProblem
}

type owed struct {
	err   error
	place syntax.EvaluatedPlace
}

// root converts the value of an instance.
func (c *converter) root(v cue.Value) (*syntax.EvaluatedValue, []syntax.EvaluateProblem) {
	value := c.value(v, c.tree.origin(v, syntax.EvaluatedPlace{}), 0)
	if c.over != nil {
		return nil, []syntax.EvaluateProblem{*c.over}
	}
	if err := v.Err(); err != nil && value.Kind == syntax.Incomplete {
		return nil, c.tree.problems(err)
	}
	if err := v.Validate(cue.Concrete(true)); err != nil {
		c.owed = append(c.owed, owed{err: err})
	}
	return value, c.untold(value)
}

// untold returns the errors that the value does not show, such as those of
// hidden fields.
func (c *converter) untold(value *syntax.EvaluatedValue) []syntax.EvaluateProblem {
	out := c.problems
	for _, o := range c.owed {
		for _, e := range errors.Errors(o.err) {
			if !c.tell(e) {
				continue
			}
			p := syntax.EvaluateProblem{Message: c.tree.explain(e), Place: c.tree.faultPlace(e)}
			if p.Place.File == "" {
				p.Place = o.place
			}
			if p.Place.File == "" {
				v, _ := deepest(value, e.Path())
				p.Place = v.Place
			}
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// tell notes errors as told, and says whether any of them is new.
func (c *converter) tell(err error) bool {
	fresh := false
	for _, e := range errors.Errors(err) {
		f := fault{strings.Join(e.Path(), "\x00"), errors.StringWithConfig(e, &errors.Config{OmitPath: true})}
		fresh = fresh || !c.told[f]
		c.told[f] = true
	}
	return fresh
}

// value converts one value. It returns nil once a bound is exceeded.
func (c *converter) value(v cue.Value, o origin, depth int) *syntax.EvaluatedValue {
	c.budget.nodes--
	switch {
	case c.over != nil:
	case c.budget.nodes < 0:
		c.exceed(o, fmt.Sprintf("evaluation gives more than %d values", maxNodes))
	case depth > maxDepth:
		c.exceed(o, fmt.Sprintf("evaluation gives more than %d levels", maxDepth))
	}
	if c.over != nil {
		return nil
	}
	v, _ = v.Default()
	switch v.Kind() {
	case cue.NullKind, cue.BoolKind, cue.IntKind, cue.FloatKind, cue.StringKind:
		return c.scalar(v, o)
	case cue.BytesKind:
		return c.incomplete(o, "bytes have no place in a configuration; write a string")
	}
	if iterable(v) {
		return c.collection(v, o, depth)
	}
	if out, ok := c.salvaged(v, o, depth); ok {
		return out
	}
	return c.incomplete(o, c.reason(v))
}

// iterable says that a value is a struct or a list, be it one with an error in
// it.
func iterable(v cue.Value) bool {
	if v.Kind() == cue.ListKind {
		return true
	}
	fields, err := v.Fields()
	return err == nil && (v.Err() == nil || fields.Next())
}

func (c *converter) exceed(o origin, message string) {
	c.over = &syntax.EvaluateProblem{Message: message, Place: o.value}
}

// spend takes text from the budget.
func (c *converter) spend(o origin, text string) {
	if c.budget.text -= len(text); c.budget.text < 0 && c.over == nil {
		c.exceed(o, "evaluation gives more than "+size(maxText)+" of text")
	}
}

func (c *converter) scalar(v cue.Value, o origin) *syntax.EvaluatedValue {
	out := &syntax.EvaluatedValue{Place: c.tree.narrowed(o, v)}
	var err error
	switch v.Kind() {
	case cue.NullKind:
		out.Kind = syntax.Null
	case cue.StringKind:
		out.Kind = syntax.String
		out.Value, err = v.String()
	case cue.BoolKind:
		out.Kind = syntax.Bool
		out.Value, err = literalText(v)
	case cue.IntKind:
		out.Kind = syntax.Int
		out.Value, err = integerText(v)
	default:
		out.Kind = syntax.Float
		out.Value, err = literalText(v)
	}
	if err != nil {
		return c.incomplete(o, c.tree.explain(err))
	}
	c.spend(o, out.Value)
	return out
}

// literalText returns a boolean or a number as JSON writes it.
func literalText(v cue.Value) (string, error) {
	text, err := v.MarshalJSON()
	return string(text), err
}

// maxExponent bounds the decimal exponent of a whole number that is written out.
const maxExponent = 1000

// integerText returns a whole number with all its digits, unless it is absurd.
func integerText(v cue.Value) (string, error) {
	if exponent, err := v.MantExp(nil); err != nil || exponent > maxExponent {
		return literalText(v)
	}
	text, err := v.AppendInt(nil, 10)
	return string(text), err
}

// collection converts a struct or a list.
func (c *converter) collection(v cue.Value, o origin, depth int) *syntax.EvaluatedValue {
	o.value = c.tree.narrowed(o, v)
	out := &syntax.EvaluatedValue{Kind: syntax.Map, Place: o.value}
	next := v.Fields
	if v.Kind() == cue.ListKind {
		out.Kind = syntax.List
		next = func(...cue.Option) (*cue.Iterator, error) { i, err := v.List(); return &i, err }
	}
	items, err := next()
	if err != nil {
		return c.incomplete(o, c.tree.explain(err))
	}
	for items.Next() && c.over == nil {
		at := c.tree.origin(items.Value(), o.value)
		item := c.value(items.Value(), at, depth+1)
		if items.Selector().Type() == cue.IndexLabel {
			out.Kind = syntax.List // a list with an error in it is not of kind list
			out.Items = append(out.Items, item)
			continue
		}
		key := items.Selector().Unquoted()
		c.spend(at, key)
		out.Entries = append(out.Entries, syntax.EvaluatedEntry{Key: key, Place: at.key, Value: item})
	}
	if err := v.Err(); err != nil {
		c.owed = append(c.owed, owed{err, o.value})
	}
	return out
}

// incomplete returns what stands for a value that is none.
func (c *converter) incomplete(o origin, reason string) *syntax.EvaluatedValue {
	c.spend(o, reason)
	return &syntax.EvaluatedValue{Kind: syntax.Incomplete, Value: reason, Place: o.value}
}

// reason says why a value is none.
func (c *converter) reason(v cue.Value) string {
	err := v.Validate(cue.Concrete(true))
	if err == nil {
		err = v.Err()
	}
	if err == nil {
		return "incomplete value"
	}
	c.tell(err)
	return c.tree.explain(err)
}
