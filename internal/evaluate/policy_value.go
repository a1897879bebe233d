package evaluate

import (
	"encoding/json"
	"fmt"
	"slices"

	"cuelang.org/go/cue/ast"

	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// maxViolations bounds an answer.
const maxViolations = 100_000

// value holds one value against its definition.
func (j *judge) value(index int, v policy.Value) error {
	if j.shape(v.Definition) == nil || !j.evaluated(nil).LookupPath(definitionPath(v.Definition)).Exists() || len(j.answer.Violations) > maxViolations {
		return nil
	}
	s := inspection{judge: j, definition: definitionPath(v.Definition), seen: map[string][]breach{}, whole: view{shape: j.shape(v.Definition)}}
	if err := json.Unmarshal(v.JSON, &s.whole.data); err != nil {
		return fmt.Errorf("read a value: %w", err)
	}
	for _, p := range j.parts {
		if p.definition == v.Definition {
			s.parts = append(s.parts, p.field)
		}
	}
	for _, f := range s.inspect() {
		j.answer.Violations = append(j.answer.Violations, policy.Violation{
			Value: index, Constraint: s.constraint(f), Path: pathOf(s.whole.data, f.path), Undecided: f.undecided,
		})
	}
	if len(j.answer.Violations) > maxViolations {
		j.problem(j.sources[0].index, syntax.EvaluateProblem{Message: fmt.Sprintf("found more than %d violations, the others are not looked for", maxViolations)})
	}
	return nil
}

// inspect returns everything that the policies have against the value. Some errors
// of CUE hide others, so what is found is waived, and the value held against the
// rest, until nothing more is found.
func (s inspection) inspect() []breach {
	var all []breach
	var waived waivers
	for {
		found, ok := s.under(waived)
		if !ok {
			break
		}
		absent := missing(append(slices.Clone(found), all...))
		fresh := slices.DeleteFunc(found, func(f breach) bool {
			return f.node() != nil && waived.has(s.judge.key(f.node())) || slices.ContainsFunc(all, f.same) || f.undecided && within(f.path, absent)
		})
		if len(fresh) == 0 {
			break
		}
		all = append(all, distinct(fresh)...)
		for _, f := range fresh {
			if f.node() != nil {
				what := whole
				if f.missing {
					what = presence
				}
				waived = waived.with(s.judge.key(f.node()), what)
			}
		}
	}
	all = distinct(all)
	if sure := s.ensure(all, waived); len(sure) > 0 {
		return distinct(sure)
	}
	return all
}

// ensure looks at each broken constraint without the others. It may seem broken
// because another one is, or be broken at a path where another one has hidden it.
func (s inspection) ensure(all []breach, waived waivers) []breach {
	var sure []breach
	for _, f := range all {
		node := f.node()
		switch x, _ := node.(ast.Expr); {
		case x != nil && s.hasAlternative(x, waived):
		case node != nil && len(waived) > 1:
			sure = append(sure, s.alone(f, waived)...)
		default:
			sure = append(sure, f)
		}
	}
	return sure
}

// hasAlternative says that with one of the alternatives of a disjunction nothing
// else is wrong than without all. CUE 0.17 takes an alternative that lacks a field
// for one that may lack it, and then sees the first alone.
func (s inspection) hasAlternative(x ast.Expr, waived waivers) bool {
	key := s.judge.key(x)
	for i := range alternatives(x) {
		if found, ok := s.beside(waived.with(key, chosen+waiver(i)), waived); ok && len(found) == 0 {
			return true
		}
	}
	return false
}

// alone returns how the constraint of a breach is broken where all others are
// waived that seem to be.
func (s inspection) alone(f breach, waived waivers) []breach {
	found, ok := s.beside(waived.without(s.judge.key(f.node())), waived)
	if !ok {
		return []breach{f}
	}
	own := slices.DeleteFunc(slices.Clone(found), func(other breach) bool { return other.node() != f.node() })
	if len(own) == 0 && len(found) > 0 {
		return []breach{f} // CUE names another place for it
	}
	return own
}

// beside returns what shows with some constraints waived and not with all.
func (s inspection) beside(some, all waivers) (found []breach, ok bool) {
	before, _ := s.under(all)
	found, ok = s.under(some)
	return slices.DeleteFunc(found, func(f breach) bool { return slices.ContainsFunc(before, f.same) }), ok
}

// under returns what the policies, with some constraints waived, show against the
// value at once. ok is false where the policies make no sense any more.
func (s inspection) under(waived waivers) (found []breach, ok bool) {
	name := waived.name()
	if known, again := s.seen[name]; again {
		return slices.Clone(known), true
	}
	pkg := s.judge.evaluated(waived)
	if !pkg.LookupPath(s.definition).Exists() {
		return nil, false
	}
	v := s.whole
	v.unified = pkg.LookupPath(s.definition).Unify(pkg.Context().Encode(v.data))
	found = append(s.breaches(v), s.unread(v)...)
	for i, f := range found {
		if f.undecided {
			found[i].path = s.firstMissing(f.path)
		}
	}
	s.seen[name] = found
	return slices.Clone(found), true
}

// missing returns those of the breaches that are about missing fields.
func missing(all []breach) []breach {
	return slices.DeleteFunc(slices.Clone(all), func(f breach) bool { return !f.missing })
}

func startsWith(path, prefix []string) bool {
	return len(path) >= len(prefix) && slices.Equal(path[:len(prefix)], prefix)
}

// within says that a path is one of those of the breaches, or below one.
func within(path []string, all []breach) bool {
	return slices.ContainsFunc(all, func(f breach) bool { return startsWith(path, f.path) })
}

// distinct returns the breaches without those that say again what another says of
// the same place or of one above.
func distinct(all []breach) []breach {
	var out []breach
	for i, f := range all {
		again := slices.ContainsFunc(all[:i], f.same) || slices.ContainsFunc(all, func(other breach) bool {
			return len(other.path) < len(f.path) && startsWith(f.path, other.path) && f.node() == other.node()
		})
		if !again {
			out = append(out, f)
		}
	}
	return out
}

// has says that the value has something at a path.
func (s inspection) has(path []string) bool {
	data, ok := s.whole.data, true
	for i := 0; i < len(path) && ok; i++ {
		data, ok = stepInto(data, path[i])
	}
	return ok
}

// firstMissing cuts a path behind the first step that the value does not have.
func (s inspection) firstMissing(path []string) []string {
	data := s.whole.data
	for i, step := range path {
		next, ok := stepInto(data, step)
		if !ok {
			if _, isStruct := data.(map[string]any); isStruct {
				return path[:i+1]
			}
			return path[:i]
		}
		data = next
	}
	return path
}
