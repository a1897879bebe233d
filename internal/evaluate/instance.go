package evaluate

import (
	"path"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// instance evaluates one instance. CUE's evaluator is known to panic on some
// sources; that is a fault of the source as far as people are concerned.
func (s *session) instance(sources []*source) (value *syntax.EvaluatedValue, problems []syntax.EvaluateProblem) {
	defer func() {
		if recover() != nil {
			value, problems = nil, []syntax.EvaluateProblem{{Message: crashed}}
		}
	}()
	t := sources[0].tree
	inst := s.load(sources, parse)
	if excluded(inst) {
		return &syntax.EvaluatedValue{Kind: syntax.Map}, nil
	}
	if inst.Err != nil {
		return nil, unread(t.problems(inst.Err))
	}
	if inst.ResolutionErr != nil {
		return nil, unread(t.problems(inst.ResolutionErr))
	}
	// A context of its own: one for all would keep every instance in memory.
	v := cuecontext.New().BuildInstance(inst)
	c := converter{tree: t, budget: &s.budget, told: map[fault]bool{}}
	return c.root(v)
}

// unread marks problems that keep a source from being evaluated at all.
func unread(problems []syntax.EvaluateProblem) []syntax.EvaluateProblem {
	for i := range problems {
		problems[i].Unread = true
	}
	return problems
}

// fileParser is what [load.Config.ParseFile] is.
type fileParser = func(name string, data any, config parser.Config) (*ast.File, error)

// load has CUE load the sources as one instance.
func (s *session) load(sources []*source, parse fileParser) *build.Instance {
	t := sources[0].tree
	args := []string{"/" + path.Join(givenDir, conditionsName)}
	for _, src := range sources {
		args = append(args, t.given(src.index))
	}
	return load.Instances(args, &load.Config{
		FS:         t.fsys,
		Dir:        "/",
		ModuleRoot: "/",
		Env:        []string{},
		Registry:   t,
		ParseFile:  parse,
		Tags:       s.accepted(s.request.Tags, sources),
	})[0]
}

// excluded says that every file of an instance opted out, with @if, @ignore, or
// a name that ends in _test.cue or _tool.cue. That is an empty source, no fault.
func excluded(inst *build.Instance) bool {
	all := errors.Errors(inst.Err)
	var none *load.NoFilesError
	return len(inst.BuildFiles) == 0 && len(all) == 1 && errors.As(all[0], &none)
}
