package cueengine

import (
	"fmt"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// relation is what the attributes of a hidden field of the rules layer say.
type relation struct {
	// rule is the diagnostic of a failure, at the place of the field at, below
	// the struct that holds the rule.
	rule, at string
	// list is the list of the document that the field stands for, and names the
	// list whose names are the field's keys.
	list, names string
}

// relations reads the attributes of the rules layer. CUE keeps none for fields
// inside comprehensions, so they are read from the source. The hidden fields of
// documents are known by their definition as well, because each document calls
// its lists alike.
func relations() (map[string]relation, error) {
	file, err := parser.ParseFile("rules.cue", schema.Sources()["rules.cue"])
	if err != nil {
		return nil, err
	}
	found := map[string]relation{}
	for _, declaration := range file.Decls {
		definition, ok := declaration.(*ast.Field)
		if !ok {
			continue
		}
		outer, _, _ := ast.LabelName(definition.Label)
		ast.Walk(definition, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok && len(field.Attrs) > 0 {
				name, _, _ := ast.LabelName(field.Label)
				r := readRelation(field.Attrs)
				found[name], found[outer+"."+name] = r, r
			}
			return true
		}, nil)
	}
	return found, nil
}

func readRelation(attributes []*ast.Attribute) relation {
	var r relation
	for _, a := range attributes {
		name, body := a.Split()
		switch name {
		case "rule":
			r.rule, r.at, _ = strings.Cut(body, ",")
		case "list":
			r.list = body
		case "names":
			r.names = body
		}
	}
	return r
}

// round asks CUE once, about what is left of a document.
func (e *Engine) round(definition cue.Value, rest remainder) ([]check.Violation, error) {
	value, err := e.compile(rest)
	if err != nil {
		return nil, err
	}
	var found []check.Violation
	for _, problem := range errors.Errors(definition.Unify(value).Validate(cue.Concrete(true))) {
		steps := problem.Path()
		if len(steps) == 0 {
			continue
		}
		violations, err := e.translate(steps[0], steps[1:], rest)
		if err != nil {
			return nil, fmt.Errorf("%w: %v", err, problem)
		}
		for _, v := range violations {
			if !contains(found, v) {
				found = append(found, v)
			}
		}
	}
	return found, nil
}

// translate turns the path of an error of CUE, which leads through the rules
// layer, into violations at places of the document.
func (e *Engine) translate(definition string, steps []string, rest remainder) ([]check.Violation, error) {
	at := rest.root
	for i, step := range steps {
		r, hidden := e.rules[definition+"."+step]
		if !hidden {
			r, hidden = e.rules[step]
		}
		switch {
		case hidden && r.names != "":
			if i+1 < len(steps) {
				return duplicates(rest, descend(at, r.names), unquote(steps[i+1]), r.rule), nil
			}
			return nil, nil
		case hidden && r.list != "":
			at = descend(at, r.list)
		case hidden && r.rule != "":
			return []check.Violation{{Rule: r.rule, Path: placeOf(descend(at, r.at), at)}}, nil
		case strings.HasPrefix(step, "_"):
			return nil, fmt.Errorf("the rules layer has no attribute for %s", step)
		default:
			if next := descend(at, step); next != nil {
				at = next
				continue
			}
			return []check.Violation{{Rule: e.rules["#SomeWebhook"].rule}}, nil
		}
	}
	return []check.Violation{{Rule: e.rules["#SomeWebhook"].rule}}, nil
}

func placeOf(v, fallback *check.Value) string {
	if v != nil {
		return v.Path
	}
	if fallback != nil {
		return fallback.Path
	}
	return ""
}

func unquote(step string) string {
	if text, err := strconv.Unquote(step); err == nil {
		return text
	}
	return step
}

// descend follows a path below a value.
func descend(v *check.Value, path string) *check.Value {
	for _, step := range syntax.SplitPath(path) {
		if v == nil {
			return nil
		}
		if i, err := strconv.Atoi(step); err == nil && v.Items != nil {
			if i >= len(v.Items) {
				return nil
			}
			v = v.Items[i]
			continue
		}
		v = v.Field(step)
	}
	return v
}

// duplicates returns a violation for every webhook of a list but the first that
// has a name.
func duplicates(rest remainder, list *check.Value, name, rule string) []check.Violation {
	var found []check.Violation
	first := true
	if list == nil {
		return nil
	}
	for _, item := range list.Items {
		field := item.Field("name")
		if field == nil || rest.removed[field] || field.Node.Value != name {
			continue
		}
		if !first {
			found = append(found, check.Violation{Rule: rule, Path: field.Path})
		}
		first = false
	}
	return found
}

// remainder is a document without the values that broke a relation.
type remainder struct {
	root    *check.Value
	removed map[*check.Value]bool
}

// remove takes out the value at a path of the document.
func (r remainder) remove(path string) {
	if path != "" {
		r.removePath(r.root, path)
	}
}

func (r remainder) removePath(v *check.Value, path string) {
	if v.Path == path {
		r.removed[v] = true
		return
	}
	for _, item := range v.Items {
		r.removePath(item, path)
	}
	for _, f := range v.Fields {
		r.removePath(f.Value, path)
	}
}

// value returns what is left as plain Go values.
func (r remainder) value(v *check.Value) any {
	switch v.Node.Kind {
	case syntax.List:
		items := []any{}
		for _, item := range v.Items {
			items = append(items, r.value(item))
		}
		return items
	case syntax.Map:
		fields := map[string]any{}
		for _, f := range v.Fields {
			if !r.removed[f.Value] {
				fields[f.Name] = r.value(f.Value)
			}
		}
		return fields
	}
	return scalar(v.Node)
}
