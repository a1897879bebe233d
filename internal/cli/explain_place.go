package cli

import (
	"slices"
	"strings"

	"github.com/thvctl/thvctl/schema"
)

// anyKey stands in a path for the keys of a struct of any names.
const anyKey = "NAME"

// fieldPlace is a field of the schema with the way to it.
type fieldPlace struct {
	dialect  string
	document *schema.Document
	// steps lead from the root of the document, lists marked with "[]".
	steps []string
	field schema.Field
	// elsewhere are keys of other dialects for this field, or one below it, that stand
	// further out.
	elsewhere []elsewhere
	// observed says that ToolHive's operator writes the field, and nothing is checked.
	observed bool
}

// elsewhere is a key of another dialect, with the steps that are left to its field.
type elsewhere struct {
	steps []string
	schema.Spelling
}

func (p fieldPlace) path() string { return strings.Join(p.steps, ".") }

// follow goes down from a place. Lists are passed through.
func (p fieldPlace) follow(steps []string) (fieldPlace, bool) {
	for _, step := range steps {
		fields := p.fields()
		i := slices.IndexFunc(fields, func(f schema.Field) bool { return f.Name == step || f.Name == anyKey })
		if i < 0 {
			return p, false
		}
		p = p.step(fields[i])
	}
	return p, true
}

// step goes down to a field of what the place holds.
func (p fieldPlace) step(f schema.Field) fieldPlace {
	t := p.field.Seen()
	next := fieldPlace{dialect: p.dialect, document: p.document, steps: slices.Clone(p.steps), field: f, observed: p.observed || f.Observed != nil}
	for ; t.Elem != nil; t = t.Elem {
		next.steps[len(next.steps)-1] += "[]"
	}
	next.steps = append(next.steps, f.Name)
	all := slices.Clone(p.elsewhere)
	for _, s := range t.Elsewhere {
		all = append(all, elsewhere{strings.Split(s.Path, "."), s})
	}
	for _, e := range all {
		if len(e.steps) > 0 && e.steps[0] == f.Name {
			next.elsewhere = append(next.elsewhere, elsewhere{e.steps[1:], e.Spelling})
		}
	}
	return next
}

// below returns the places below this one whose path ends in some steps.
func (p fieldPlace) below(steps []string) []fieldPlace {
	var found []fieldPlace
	for _, f := range p.fields() {
		next := p.step(f)
		if above := len(next.steps) - len(steps); above >= 0 && slices.EqualFunc(next.steps[above:], steps, isStep) {
			found = append(found, next)
		}
		found = append(found, next.below(steps)...)
	}
	return found
}

// fields returns the fields of what the place holds, and one that stands for any key.
func (p fieldPlace) fields() []schema.Field {
	t := p.field.Seen().Item()
	if t.Values == nil {
		return t.Fields
	}
	return append(slices.Clone(t.Fields), schema.Field{Name: anyKey, Doc: t.Values.Doc, Type: t.Values})
}

// isStep compares a step of a place with one that was asked for.
func isStep(step, asked string) bool { return strings.TrimRight(step, "[]") == asked }

// spellings are the keys of other dialects for the field.
func (p fieldPlace) spellings() []schema.Spelling {
	all := slices.Clone(p.field.Spellings)
	for _, e := range p.elsewhere {
		if len(e.steps) == 0 {
			all = append(all, e.Spelling)
		}
	}
	return all
}
