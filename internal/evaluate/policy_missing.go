package evaluate

import (
	"slices"
	"strconv"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// missing returns the fields that the value lacks, of those that it is to have.
func (s inspection) missing(v view) []breach {
	var found []breach
	if items, ok := v.data.([]any); ok {
		for i, item := range itemsOf(v.unified) {
			if i < len(items) {
				found = append(found, s.missing(v.step(item, strconv.Itoa(i)))...)
			}
		}
		return found
	}
	entries, ok := v.data.(map[string]any)
	if !ok || v.shape == nil {
		return nil
	}
	for field := range fieldsOf(v.unified, cue.Optional(true)) {
		sel := field.selector
		if sel.LabelType() != cue.StringLabel || sel.ConstraintType() == cue.OptionalConstraint {
			continue
		}
		name := sel.Unquoted()
		next, known := v.step(field.value, name), v.shape.Field(name)
		switch _, there := entries[name]; {
		case there:
			found = append(found, s.missing(next)...)
		case known != nil && known.Implied && sel.ConstraintType() != cue.RequiredConstraint:
		default:
			found = append(found, s.lacks(field.value, next.path))
		}
	}
	return found
}

// lacks is the breach of a field that is not there.
func (s inspection) lacks(v cue.Value, path []string) breach {
	f := breach{path: path, origin: path, missing: true}
	for c := range v.Core().V.LeafConjuncts() {
		field, ok := c.Source().(*ast.Field)
		if !ok || field.Constraint == token.OPTION {
			continue // it does not ask for the field
		}
		if i, given := s.judge.tree().index[field.Pos().Filename()]; given {
			c := s.judge.chainAt(spot{i, field.Pos().Offset()})
			if choice := c.choice(); choice >= 0 {
				return s.ofChoice(path, c, choice) // to have it is but one way to be right
			}
			f.chain = c[:c.field()+1]
			return s.ofHelper(f)
		}
	}
	f.chain = s.unplaced(path).chain
	return f
}

// unread returns the hidden fields whose expressions read what is not there. CUE
// does not count them as errors.
func (s inspection) unread(v view) []breach {
	var found []breach
	if items, ok := v.data.([]any); ok {
		for i, item := range itemsOf(v.unified) {
			if i < len(items) {
				found = append(found, s.unread(v.step(item, strconv.Itoa(i)))...)
			}
		}
		return found
	}
	entries, ok := v.data.(map[string]any)
	if !ok {
		return nil
	}
	for field := range fieldsOf(v.unified, cue.Hidden(true)) {
		switch field.selector.LabelType() {
		case cue.StringLabel:
			name := field.selector.Unquoted()
			if _, there := entries[name]; there {
				found = append(found, s.unread(v.step(field.value, name))...)
			}
		case cue.HiddenLabel:
			if field.value.IncompleteKind() != cue.BottomKind || field.value.Validate() != nil {
				continue
			}
			f := s.lacks(field.value, append(slices.Clone(v.path), field.selector.String()))
			f.path, f.missing, f.undecided = f.chain.reads(f.path), false, true
			found = append(found, f)
		}
	}
	return found
}

// structField is one field of a struct as CUE has it.
type structField struct {
	selector cue.Selector
	value    cue.Value
}

// fieldsOf yields the fields of a value, none where it has none.
func fieldsOf(v cue.Value, options ...cue.Option) func(yield func(structField) bool) {
	return func(yield func(structField) bool) {
		fields, err := v.Fields(options...)
		for err == nil && fields.Next() {
			if !yield(structField{fields.Selector(), fields.Value()}) {
				return
			}
		}
	}
}

// itemsOf yields the elements of a list with their indices, none where it has none.
func itemsOf(v cue.Value) func(yield func(int, cue.Value) bool) {
	return func(yield func(int, cue.Value) bool) {
		items, err := v.List()
		for i := 0; err == nil && items.Next() && yield(i, items.Value()); i++ {
		}
	}
}

// stepInto returns what a value has under one step.
func stepInto(data any, step string) (next any, ok bool) {
	switch data := data.(type) {
	case map[string]any:
		next, ok = data[step]
	case []any:
		if i, err := strconv.Atoi(step); err == nil && 0 <= i && i < len(data) {
			return data[i], true
		}
	}
	return next, ok
}

// pathOf writes the steps of a path below a value.
func pathOf(data any, steps []string) string {
	path := ""
	for _, step := range steps {
		if _, isList := data.([]any); isList {
			i, _ := strconv.Atoi(step)
			path = syntax.JoinIndex(path, i)
		} else {
			path = syntax.JoinKey(path, step)
		}
		data, _ = stepInto(data, step)
	}
	return path
}
