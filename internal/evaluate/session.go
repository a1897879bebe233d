package evaluate

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// session is the evaluation of one request.
type session struct {
	request syntax.EvaluateRequest
	sources []*source
	tags    tags
	budget  budget
}

// source is one of the request's files.
type source struct {
	index    int
	file     syntax.EvaluateFile
	tree     *tree
	syntax   *ast.File
	problems []syntax.EvaluateProblem
}

// newSession lays the files out and parses them.
func newSession(request syntax.EvaluateRequest, schema map[string][]byte) (*session, error) {
	trees, err := layOut(request, schema)
	if err != nil {
		return nil, err
	}
	s := &session{request: request, budget: budget{nodes: maxNodes, text: maxText}}
	for i, f := range request.Files {
		src := &source{index: i, file: f, tree: trees[i]}
		s.sources = append(s.sources, src)
		src.parse()
	}
	s.tags = s.declaredTags()
	return s, nil
}

// parse parses the file, so that its package and its faults are known before
// anything is loaded.
func (s *source) parse() {
	if s.tree.fault != "" {
		s.problems = []syntax.EvaluateProblem{{Message: s.tree.fault, Unread: true}}
		return
	}
	config := parser.NewConfig(parser.ParseComments, parser.AllErrors, parser.Version(s.tree.language))
	file, err := parse(s.tree.given(s.index), s.tree.files[s.index].Data, config)
	s.syntax = file
	if err != nil {
		s.problems = unread(s.tree.problems(err))
	}
}

// parse parses a CUE file and refuses what would reach out of it. It has the
// form that [load.Config.ParseFile] wants.
func parse(name string, data any, config parser.Config) (*ast.File, error) {
	file, err := parser.ParseFile(name, data, config)
	if err != nil {
		return file, err
	}
	return file, refuseExtern(file)
}

// refuseExtern refuses @extern and @embed. CUE's evaluator has the latter built
// in and offers no switch.
func refuseExtern(file *ast.File) error {
	var errs errors.Error
	ast.Walk(file, func(n ast.Node) bool {
		if a, ok := n.(*ast.Attribute); ok && (a.Name() == "extern" || a.Name() == "embed") {
			errs = errors.Append(errs, errors.Newf(a.Pos(), "@%s is not allowed: only given CUE files are read", a.Name()))
		}
		return true
	}, nil)
	if errs == nil {
		return nil
	}
	return errs
}

// evaluate evaluates every instance of the request.
func (s *session) evaluate() []syntax.Evaluated {
	var out []syntax.Evaluated
	if problems := s.undeclaredTags(); len(problems) > 0 {
		out = append(out, syntax.Evaluated{Files: fileNames(s.request.Files), Problems: problems})
	}
	for _, group := range s.groups() {
		out = append(out, s.evaluateGroup(group)...)
	}
	return out
}

// groups returns the files that form one instance each, in the order of the
// request.
func (s *session) groups() [][]*source {
	var groups [][]*source
	at := map[string]int{}
	for _, src := range s.sources {
		pkg := src.pkg()
		i, ok := at[pkg]
		if pkg == "" || !ok {
			i = len(groups)
			groups = append(groups, nil)
			at[pkg] = i
		}
		groups[i] = append(groups[i], src)
	}
	return groups
}

// pkg is the name in the package clause, or "".
func (s *source) pkg() string {
	if s.syntax == nil || s.syntax.PackageName() == "_" {
		return ""
	}
	return s.syntax.PackageName()
}

// evaluateGroup evaluates one instance, and reports files that do not parse on
// their own, so that they do not hide the rest.
func (s *session) evaluateGroup(group []*source) []syntax.Evaluated {
	var out []syntax.Evaluated
	whole := slices.DeleteFunc(slices.Clone(group), func(src *source) bool {
		if src.problems == nil {
			return false
		}
		out = append(out, syntax.Evaluated{Files: []string{src.file.Name}, Problems: src.problems})
		return true
	})
	if len(whole) == 0 {
		return out
	}
	e := syntax.Evaluated{}
	for _, src := range whole {
		e.Files = append(e.Files, src.file.Name)
	}
	e.Value, e.Problems = s.instance(whole)
	if len(whole) < len(group) {
		e.Problems = slices.DeleteFunc(e.Problems, unresolved)
		if e.Value == nil && len(e.Problems) == 0 {
			// All that is wrong is that the other file is.
			out[0].Files = append(out[0].Files, e.Files...)
			return out
		}
	}
	return append(out, e)
}
