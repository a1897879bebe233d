package main

import (
	"errors"
	"fmt"
	"maps"
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
	out := object{{"rule", strings.Join(all, " && ")}}
	if len(r.tests) == 1 {
		// Where the expression of a message fails, and where the rule does, this is shown.
		out = append(out, member{"message", foundValue.ReplaceAllString(r.tests[0].message, "")})
	}
	if len(r.tests) > 1 || foundValue.MatchString(r.tests[0].message) {
		out = append(out, member{"messageExpression", firstFailure(r.tests)})
	}
	if r.path != "" {
		out = append(out, member{"fieldPath", "." + r.path})
	}
	if strings.Contains(r.tests[0].expression, "oldSelf") {
		out = append(out, member{"optionalOldSelf", true}) // a new object has none
	}
	return out
}

// firstFailure writes the expression of the message of the first test that fails.
func firstFailure(tests []celTest) string {
	message := celMessage(tests[0].message)
	if len(tests) == 1 {
		return message
	}
	return "!(" + tests[0].expression + ") ? " + message + " : " + firstFailure(tests[1:])
}

// valuePlace is the place of a value in a message, and foundValue what names it there.
var (
	valuePlace = regexp.MustCompile(`\{self[.a-zA-Z]*\}`)
	foundValue = regexp.MustCompile(`found ` + valuePlace.String() + `, `)
)

// celMessage writes the expression of a message, with {self.x} for a value.
func celMessage(message string) string {
	places := valuePlace.FindAllString(message, -1)
	var parts []string
	for i, text := range valuePlace.Split(message, -1) {
		parts = append(parts, celString(text))
		if i < len(places) {
			parts = append(parts, strings.Trim(places[i], "{}"))
		}
	}
	return strings.Join(parts, " + ")
}

// ruleSet are the rules of one definition of the rules layer, or of the items of a
// list in it.
type ruleSet struct {
	relations []relation
	// lists are the rules of the items of lists, and names the rules of the names in a
	// list, by the path of the list.
	lists map[string]*ruleSet
	names map[string]relation
	// others are the definitions whose rules hold too.
	others []string
}

// readRules reads the rules layer. CUE keeps no attributes of fields inside
// comprehensions, so they are read from the source.
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
		set, err := readSet(definition, s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		sets[strings.TrimPrefix(name, "#")] = set
	}
	return sets, nil
}

// readSet reads the rules of a node, those of the items of its lists apart.
func readSet(root ast.Node, s shapes) (*ruleSet, error) {
	set := &ruleSet{lists: map[string]*ruleSet{}, names: map[string]relation{}}
	var problem error
	ast.Walk(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if placeholder.MatchString(n.Name) {
				set.others = append(set.others, strings.TrimPrefix(n.Name, "#"))
			}
		case *ast.Field:
			attributes, err := attributesOf(n)
			if list, ok := attributes["list"]; ok && err == nil {
				set.lists[list.Contents()], err = readSet(n.Value, s)
				problem = errors.Join(problem, err)
				return false
			}
			problem = errors.Join(problem, err, set.add(attributes, s))
		}
		return problem == nil
	}, nil)
	return set, problem
}

// add takes in what the attributes of a field say.
func (set *ruleSet) add(attributes map[string]cue.Attribute, s shapes) error {
	rule, ok := attributes["rule"]
	if !ok {
		if len(attributes) > 0 {
			return errors.New("@cel and @names go with @rule")
		}
		return nil
	}
	r := relation{}
	r.id, _ = rule.Arg(0)
	if !ruleID.MatchString(r.id) {
		return fmt.Errorf("@rule(%s): allowed is a diagnostic such as THV2000", rule.Contents())
	}
	if rule.NumArgs() > 1 {
		r.path, _ = rule.Arg(1)
	}
	var err error
	if cel, ok := attributes["cel"]; ok {
		err = r.addCEL(cel, s)
	}
	if names, ok := attributes["names"]; ok {
		set.names[names.Contents()] = r
	} else {
		set.relations = append(set.relations, r)
	}
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
func attributesOf(field *ast.Field) (map[string]cue.Attribute, error) {
	text := "x: _"
	for _, a := range field.Attrs {
		text += " " + a.Text
	}
	x := cuecontext.New().CompileString(text).LookupPath(cue.ParsePath("x"))
	attributes := map[string]cue.Attribute{}
	for _, a := range x.Attributes(cue.FieldAttr) {
		if !slices.Contains([]string{"rule", "list", "names", "cel"}, a.Name()) {
			return nil, fmt.Errorf("unknown attribute @%s", a.Name())
		}
		if _, twice := attributes[a.Name()]; twice {
			return nil, fmt.Errorf("@%s stands twice", a.Name())
		}
		attributes[a.Name()] = a
	}
	return attributes, nil
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

// all returns the relations of a set and of the definitions that hold with it.
func (set *ruleSet) all(sets map[string]*ruleSet) []relation {
	relations := slices.Clone(set.relations)
	for _, name := range set.others {
		if other := sets[name]; other != nil && other != set {
			relations = append(relations, other.relations...)
		}
	}
	return relations
}

// addGuards notes at each field and struct the diagnostics that the rules layer
// reports there.
func addGuards(s shapes, sets map[string]*ruleSet) error {
	for _, d := range s.documents {
		set := sets[d.Definition+"Rules"]
		if set == nil {
			continue
		}
		if err := set.guard(d.Type, s, sets); err != nil {
			return fmt.Errorf("#%sRules: %w", d.Definition, err)
		}
	}
	return nil
}

// guard notes the rules of a set at a struct and its fields.
func (set *ruleSet) guard(t *schema.Type, s shapes, sets map[string]*ruleSet) error {
	for _, r := range set.all(sets) {
		if err := r.guard(t, s); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(set.lists)) {
		items := itemsAt(t, path)
		if items == nil {
			return fmt.Errorf("@list(%s): #%sShape has no such list of structs", path, t.Definition)
		}
		if err := set.lists[path].guard(items, s, sets); err != nil {
			return fmt.Errorf("@list(%s): %w", path, err)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(set.names)) {
		items := itemsAt(t, path)
		if items == nil || items.Field("name") == nil {
			return fmt.Errorf("@names(%s): #%sShape has no such list of structs with a name", path, t.Definition)
		}
		name := items.Field("name")
		name.Guards = withID(name.Guards, set.names[path].id)
	}
	return nil
}

// guard notes a rule at the field that it is reported at, or at the struct itself.
func (r relation) guard(t *schema.Type, s shapes) error {
	if r.path == "" {
		i := slices.IndexFunc(s.types, func(d *schema.Type) bool { return d.Definition == t.Definition })
		s.types[i].Guards = withID(s.types[i].Guards, r.id)
		return nil
	}
	f := follow(t, r.path)
	if f == nil {
		return fmt.Errorf("@rule(%s,%s): #%sShape has no such field", r.id, r.path, t.Definition)
	}
	f.Guards = withID(f.Guards, r.id)
	return nil
}

// itemsAt returns what the list at a path below a struct holds, if that are structs with a
// definition, or nil.
func itemsAt(t *schema.Type, path string) *schema.Type {
	f := follow(t, path)
	if f == nil || f.Type.Elem == nil || f.Type.Elem.Definition == "" {
		return nil
	}
	return f.Type.Elem
}

func withID(ids []string, id string) []string {
	if !slices.Contains(ids, id) {
		ids = append(ids, id)
		slices.Sort(ids)
	}
	return ids
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
