package evaluate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"

	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// policyPackage is the package that every policy belongs to.
const policyPackage = "policy"

// judge holds values against policies.
type judge struct {
	session     *session
	sources     []*source // those that parse
	definitions []policy.Definition
	parts       []part
	// presence says of the labels of fields that have no '?' or '!', or the wrong one,
	// which of the two they get: true is '!'.
	presence map[spot]bool
	chains   map[spot]chain
	// packages are the policies as evaluated, by the names of what is waived.
	packages map[string]cue.Value

	answer      policy.Answer
	constraints map[policy.Constraint]int
	told        map[told]bool
}

// spot is a byte offset in the file of an index, without its byte order mark.
type spot struct{ file, offset int }

// part is one field of a policy's file that declares a definition.
type part struct {
	definition string
	file       int
	field      *ast.Field
}

// told identifies a problem, because CUE reports one again at every ancestor.
type told struct {
	file, message string
	place         syntax.EvaluatedPlace
}

// judgePolicies answers a request in this process, without limits. In the answer,
// places name a file by its index, and a problem of no file is one that the
// evaluator has with all of them.
func judgePolicies(request policy.Request, schema map[string][]byte) (policy.Answer, error) {
	s, err := newSession(syntax.EvaluateRequest{Files: request.Files}, schema)
	if err != nil {
		return policy.Answer{}, err
	}
	j := &judge{
		session: s, definitions: policy.Definitions(),
		presence: map[spot]bool{}, chains: map[spot]chain{}, packages: map[string]cue.Value{},
		constraints: map[policy.Constraint]int{}, told: map[told]bool{},
	}
	j.read()
	if len(j.sources) > 0 {
		err = j.judge(request.Values)
	}
	j.sort()
	return j.answer, err
}

// read looks at the files as texts.
func (j *judge) read() {
	for _, src := range j.session.sources {
		if src.problems == nil {
			src.problems = src.packageProblem()
		}
		if src.problems == nil {
			j.sources = append(j.sources, src)
			continue
		}
		for _, p := range src.problems {
			j.problem(src.index, p)
		}
	}
	for _, src := range j.sources {
		j.declare(src)
	}
	j.lookAround()
	for _, p := range j.parts {
		l := looker{judge: j, seen: map[followed]bool{}}
		l.value(p.file, p.field.Value, j.shape(p.definition), nil)
	}
}

// packageClause returns the package clause of a file, or nil.
func (s *source) packageClause() *ast.Package {
	for _, decl := range s.syntax.Decls {
		if clause, ok := decl.(*ast.Package); ok {
			return clause
		}
	}
	return nil
}

// packageProblem says what is wrong with the package of a file, if anything is.
func (s *source) packageProblem() []syntax.EvaluateProblem {
	p := syntax.EvaluateProblem{Message: "found no package"}
	if clause := s.packageClause(); clause != nil {
		if clause.Name.Name == policyPackage {
			return nil
		}
		p.Message = fmt.Sprintf("found the package %q", clause.Name.Name)
		p.Place, _ = s.tree.nodePlace(clause.Name)
	}
	p.Message += fmt.Sprintf(", a policy begins with \"package %s\"", policyPackage)
	return []syntax.EvaluateProblem{p}
}

// shape returns the shape of the values of a definition; nil for what is none.
func (j *judge) shape(definition string) *policy.Shape {
	for _, d := range j.definitions {
		if d.Name == definition {
			return d.Shape
		}
	}
	return nil
}

// problem adds a fault of the policy in the file of an index.
func (j *judge) problem(file int, p syntax.EvaluateProblem) {
	name := j.session.request.Files[file].Name
	t := told{name, p.Message, p.Place}
	if !j.told[t] {
		j.told[t] = true
		j.answer.Problems = append(j.answer.Problems, policy.Problem{File: name, EvaluateProblem: p})
	}
}

// problemAt adds a fault at a node of a file.
func (j *judge) problemAt(file int, n ast.Node, format string, args ...any) {
	place, _ := j.tree().nodePlace(n)
	j.problem(file, syntax.EvaluateProblem{Message: fmt.Sprintf(format, args...), Place: place})
}

// problems adds the faults that an error of CUE holds: each in the file that it
// has a place in, or else in the first.
func (j *judge) problems(err error, unread bool) {
	for _, p := range j.tree().problems(err) {
		p.Unread = unread
		if len(j.sources) < len(j.session.sources) && unresolved(p) {
			continue // it may be in the file that does not parse
		}
		j.problem(j.fileOf(p.Place), p)
	}
}

func (j *judge) fileOf(p syntax.EvaluatedPlace) int {
	for _, src := range j.sources {
		if p.File == fmt.Sprint(src.index) {
			return src.index
		}
	}
	return j.sources[0].index
}

// tree is the one that all policies are in: they have no modules.
func (j *judge) tree() *tree { return j.session.sources[0].tree }

// judge evaluates the policies and holds the values against them. CUE's evaluator
// is known to panic on some sources; that is a fault of the source as far as
// people are concerned.
func (j *judge) judge(values []policy.Value) (err error) {
	defer func() {
		if recover() != nil {
			j.answer.Problems = append(j.answer.Problems, policy.Problem{EvaluateProblem: syntax.EvaluateProblem{Message: crashed}})
		}
	}()
	inst := j.load(nil)
	if j.excluded(inst) {
		return nil
	}
	if inst.Err != nil {
		j.problems(inst.Err, true)
		return nil
	}
	if inst.ResolutionErr != nil {
		j.problems(inst.ResolutionErr, true)
		return nil
	}
	pkg := cuecontext.New().BuildInstance(inst)
	if before := len(j.answer.Problems); j.ownFaults(pkg) > before {
		return nil
	}
	j.packages[""] = pkg
	for i, v := range values {
		if err := j.value(i, v); err != nil {
			return err
		}
	}
	return nil
}

// load has CUE load the policies, some of their constraints waived.
func (j *judge) load(waived waivers) *build.Instance {
	return j.session.load(j.sources, func(name string, data any, config parser.Config) (*ast.File, error) {
		file, err := parse(name, data, config)
		if index, given := j.tree().index[name]; given && err == nil {
			j.rewrite(index, file, waived)
		}
		return file, err
	})
}

// maxPackages bounds how many variants of the policies are kept. Mostly many values
// break the same few constraints.
const maxPackages = 32

// evaluated returns the policies, some of their constraints waived.
func (j *judge) evaluated(waived waivers) cue.Value {
	name := waived.name()
	pkg, known := j.packages[name]
	if !known {
		if len(j.packages) > maxPackages {
			j.packages = map[string]cue.Value{"": j.packages[""]} // all but the whole
		}
		pkg = cuecontext.New().BuildInstance(j.load(waived))
		j.packages[name] = pkg
	}
	return pkg
}

// excluded reports the files that CUE leaves out, with @if, @ignore, or for a name
// that ends in _test.cue or _tool.cue: they would constrain nothing.
func (j *judge) excluded(inst *build.Instance) bool {
	built := map[string]bool{}
	for _, f := range inst.BuildFiles {
		built[f.Filename] = true
	}
	found := false
	for _, src := range j.sources {
		if excluded(inst) || inst.Err == nil && !built[j.tree().given(src.index)] {
			j.problem(src.index, syntax.EvaluateProblem{Message: "CUE leaves this file out, because of @if, @ignore, or a name that ends in _test.cue or _tool.cue"})
			found = true
		}
	}
	return found
}

// ownFaults reports what is wrong with the policies whatever the values are, and
// returns how many problems there are then.
func (j *judge) ownFaults(pkg cue.Value) int {
	if err := pkg.Validate(); err != nil {
		j.problems(err, false)
	}
	for _, name := range j.definitionsWritten() {
		j.contradictions(pkg.LookupPath(cue.MakePath(cue.Def(name))), 0)
	}
	if len(j.answer.Problems) == 0 && !slices.ContainsFunc(j.definitions, func(d policy.Definition) bool {
		return pkg.LookupPath(definitionPath(d.Name)).Exists()
	}) {
		first := j.sources[0]
		j.problemAt(first.index, first.packageClause(), "found none of %s, so the policies constrain nothing", j.names())
	}
	return len(j.answer.Problems)
}

// contradictions reports what no value can ever be right for. CUE does not look
// for it below fields with a '!'; below those with a '?' it is how a policy forbids
// a field.
func (j *judge) contradictions(v cue.Value, depth int) {
	if err := v.Validate(); err != nil {
		j.problems(err, false)
		return
	}
	if depth > maxDepth || !v.Exists() {
		return
	}
	for field := range fieldsOf(v, cue.Optional(true)) {
		if field.selector.ConstraintType() != cue.OptionalConstraint {
			j.contradictions(field.value, depth+1)
		}
	}
	if elements := v.LookupPath(cue.MakePath(cue.AnyIndex)); v.IncompleteKind() == cue.ListKind && elements.Exists() {
		j.contradictions(elements, depth+1) // a closed list has none
	}
}

// definitionsWritten returns the names of the definitions of the package, as they
// are after [judge.rewrite]. A package in which one is faulty lists none.
func (j *judge) definitionsWritten() []string {
	var names []string
	for _, src := range j.sources {
		for _, decl := range src.syntax.Decls {
			if name := label(decl); strings.HasPrefix(name, "#") && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func definitionPath(name string) cue.Path { return cue.MakePath(cue.Def("#" + name)) }

// names lists the definitions.
func (j *judge) names() string {
	var names []string
	for _, d := range j.definitions {
		names = append(names, "#"+d.Name)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// sort puts the answer into an order that does not depend on CUE's.
func (j *judge) sort() {
	slices.SortStableFunc(j.answer.Problems, func(a, b policy.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Place.Start, b.Place.Start), cmp.Compare(a.Message, b.Message))
	})
	slices.SortStableFunc(j.answer.Violations, func(a, b policy.Violation) int {
		x, y := j.answer.Constraints[a.Constraint].Place, j.answer.Constraints[b.Constraint].Place
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Path, b.Path), cmp.Compare(x.File, y.File), cmp.Compare(x.Start, y.Start))
	})
}

// spots returns where in the policies an error of CUE points.
func (j *judge) spots(e errors.Error) []spot {
	var out []spot
	for _, pos := range append(errors.Positions(e), e.Position()) {
		if !pos.IsValid() {
			continue
		}
		if i, ok := j.tree().index[pos.Filename()]; ok && !slices.Contains(out, spot{i, pos.Offset()}) {
			out = append(out, spot{i, pos.Offset()})
		}
	}
	return out
}
