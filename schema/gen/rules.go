package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"

	"github.com/thvctl/thvctl/schema"
)

// relation is a rule of the rules layer.
type relation struct {
	// id is the diagnostic.
	id string
	// path is the field that a failure is reported at, below the value that the rule
	// is about; empty for that value itself.
	path string
	// tests are what the API server is told; all must hold, and the first that does not
	// is the finding.
	tests []celTest
	// compat is what ToolHive's own CRD demands in this place, or empty.
	compat string
}

// celTest is an expression in CEL, and the diagnostic with what is allowed.
type celTest struct{ expression, message string }

// validation writes the rule for an API server.
func (r relation) validation() object {
	var all []string
	for _, t := range r.tests {
		all = append(all, t.expression)
	}
	out := object{{"rule", strings.Join(all, " && ")}, {"message", r.tests[0].message}}
	if len(r.tests) > 1 {
		out[1] = member{"messageExpression", firstFailure(r.tests)}
	}
	if r.path != "" {
		out = append(out, member{"fieldPath", "." + r.path})
	}
	return out
}

// firstFailure writes the expression of the message of the first test that fails.
func firstFailure(tests []celTest) string {
	if len(tests) == 1 {
		return celString(tests[0].message)
	}
	return "!(" + tests[0].expression + ") ? " + celString(tests[0].message) + " : " + firstFailure(tests[1:])
}

// ruleSet are the rules of one definition of the rules layer.
type ruleSet struct {
	relations []relation
	// lists are the definitions whose rules hold for each item of a list, and names
	// the diagnostics of names that stand twice in a list, by the path of the list.
	lists map[string][]string
	names map[string]string
}

// readRules reads the CEL of the rules layer. CUE keeps no attributes of fields
// inside comprehensions, so they are read from the source.
func readRules(source []byte, s shapes) (map[string]*ruleSet, error) {
	file, err := parser.ParseFile("rules.cue", source)
	if err != nil {
		return nil, err
	}
	sets := map[string]*ruleSet{}
	for _, declaration := range file.Decls {
		definition, ok := declaration.(*ast.Field)
		if !ok {
			continue
		}
		name, _, err := ast.LabelName(definition.Label)
		if err != nil {
			return nil, err
		}
		set := &ruleSet{lists: map[string][]string{}, names: map[string]string{}}
		sets[strings.TrimPrefix(name, "#")] = set
		ast.Walk(definition, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok && err == nil {
				err = set.add(field, s)
			}
			return err == nil
		}, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return sets, nil
}

// add takes in what the attributes of a field say.
func (set *ruleSet) add(field *ast.Field, s shapes) error {
	if len(field.Attrs) == 0 {
		return nil
	}
	attributes := attributesOf(field)
	if list := attributes["list"]; list.Err() == nil {
		set.lists[list.Contents()] = definitionsIn(field.Value)
	}
	rule := attributes["rule"]
	if rule.Err() != nil {
		return nil
	}
	if names := attributes["names"]; names.Err() == nil {
		set.names[names.Contents()] = rule.Contents()
		return nil
	}
	r := relation{}
	r.id, _ = rule.Arg(0)
	if rule.NumArgs() > 1 {
		r.path, _ = rule.Arg(1)
	}
	var err error
	if cel := attributes["cel"]; cel.Err() == nil {
		err = r.addCEL(*cel, s)
	}
	set.relations = append(set.relations, r)
	return err
}

// addCEL takes in the arguments of @cel.
func (r *relation) addCEL(cel cue.Attribute, s shapes) error {
	expression, err := cel.String(0)
	if err != nil {
		return err
	}
	message, err := cel.String(1)
	if err != nil {
		return err
	}
	r.tests = []celTest{{s.fillIn(expression, celString), r.id + ": " + s.fillIn(message, plain)}}
	if cel.NumArgs() > 2 {
		r.compat, err = cel.String(2)
	}
	return err
}

// attributesOf has CUE read the attributes of a field, by name.
func attributesOf(field *ast.Field) map[string]*cue.Attribute {
	text := "x: _"
	for _, a := range field.Attrs {
		text += " " + a.Text
	}
	value := cuecontext.New().CompileString(text).LookupPath(cue.ParsePath("x"))
	attributes := map[string]*cue.Attribute{}
	for _, name := range []string{"rule", "list", "names", "cel"} {
		a := value.Attribute(name)
		attributes[name] = &a
	}
	return attributes
}

// definitionsIn returns the names of the definitions that an expression refers to.
func definitionsIn(expression ast.Node) []string {
	var names []string
	ast.Walk(expression, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && placeholder.MatchString(ident.Name) {
			names = append(names, strings.TrimPrefix(ident.Name, "#"))
		}
		return true
	}, nil)
	return names
}

var placeholder = regexp.MustCompile(`#[A-Z][A-Za-z]*`)

// fillIn puts the value of a scalar definition, or the pattern of a constraint, in
// the place of its name.
func (s shapes) fillIn(text string, quote func(string) string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		switch name {
		case "#MinTimeout":
			return quote(s.minTimeout)
		case "#MaxTimeout":
			return quote(s.maxTimeout)
		}
		for _, c := range s.constraints {
			if "#"+c.Name == name {
				return quote(c.Pattern)
			}
		}
		return name // the API server's compiler will not know it either
	})
}

func plain(text string) string { return text }

// celString writes a literal of CEL, whose escapes are Go's.
func celString(text string) string { return strconv.QuoteToASCII(text) }

// addGuards notes at each field the diagnostics that the rules layer reports there.
func addGuards(s shapes, sets map[string]*ruleSet) {
	for _, d := range s.documents {
		set := sets[d.Definition+"Rules"]
		if set == nil {
			continue
		}
		set.guard(d.Type)
		for list, definitions := range set.lists {
			if f := follow(d.Type, list); f != nil { // the lists of a chain are lists of lists
				for _, definition := range definitions {
					sets[definition].guard(f.Type.Elem)
				}
			}
		}
		for list, id := range set.names {
			if f := follow(d.Type, list); f != nil {
				guard(f.Type.Elem.Field("name"), id)
			}
		}
	}
}

// guard notes the rules of a set at the fields of a struct.
func (set *ruleSet) guard(t *schema.Type) {
	for _, r := range set.relations {
		guard(follow(t, r.path), r.id)
	}
}

func guard(f *schema.Field, id string) {
	if f != nil && !slices.Contains(f.Guards, id) {
		f.Guards = append(f.Guards, id)
		slices.Sort(f.Guards)
	}
}

// follow returns the field at a path below a struct, or nil.
func follow(t *schema.Type, path string) *schema.Field {
	name, rest, deeper := strings.Cut(path, ".")
	f := t.Field(name)
	if f == nil || !deeper {
		return f
	}
	return follow(f.Type, rest)
}
