package evaluate

import (
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// tags are the tags that files declare.
type tags struct {
	// keys are those of @tag(key), which take a value, by source.
	keys []map[string]bool
	// shorthands are those of @tag(key,short=a|b), by source.
	shorthands []map[string]bool
	// conditions are those of @if, in any file of the request.
	conditions map[string]bool
}

// declaredTags collects the tags of all sources. It costs nothing where the
// request has no tags.
func (s *session) declaredTags() tags {
	n := len(s.sources)
	t := tags{make([]map[string]bool, n), make([]map[string]bool, n), map[string]bool{}}
	if len(s.request.Tags) == 0 {
		return t
	}
	ctx := cuecontext.New()
	for i, src := range s.sources {
		t.keys[i], t.shorthands[i] = map[string]bool{}, map[string]bool{}
		if src.syntax == nil {
			continue
		}
		ast.Walk(src.syntax, func(n ast.Node) bool {
			if a, ok := n.(*ast.Attribute); ok && a.Name() == "tag" {
				t.declare(i, attribute(ctx, a))
			}
			return true
		}, nil)
	}
	for _, name := range conditions(s.request) {
		t.conditions[name] = true
	}
	return t
}

// attribute parses an attribute the way that CUE does.
func attribute(ctx *cue.Context, a *ast.Attribute) cue.Attribute {
	return ctx.CompileString("x: _ " + a.Text).LookupPath(cue.ParsePath("x")).Attribute(a.Name())
}

func (t tags) declare(source int, a cue.Attribute) {
	if key, err := a.String(0); err == nil {
		t.keys[source][key] = true
	}
	short, found, err := a.Lookup(1, "short")
	if err != nil || !found {
		return
	}
	for name := range strings.SplitSeq(short, "|") {
		t.shorthands[source][name] = true
	}
}

// undeclaredTags reports the tags of the request that no file declares. A @tag
// in an imported package does not count: CUE sets it in the evaluated one only.
// A file that does not parse may declare anything.
func (s *session) undeclaredTags() []syntax.EvaluateProblem {
	if slices.ContainsFunc(s.sources, func(src *source) bool { return src.problems != nil }) {
		return nil
	}
	var problems []syntax.EvaluateProblem
	for _, tag := range s.request.Tags {
		if len(s.accepted([]string{tag}, s.sources)) == 1 {
			continue
		}
		key, _, valued := strings.Cut(tag, "=")
		p := syntax.EvaluateProblem{Tag: tag, Message: `no file declares the tag "` + key + `"`}
		if !valued && s.tags.hasKey(key, s.sources) {
			p.Message = `the tag "` + key + `" needs a value: ` + key + `=…`
		}
		problems = append(problems, p)
	}
	return problems
}

// accepted returns those of the tags that an instance of the sources may be
// given; CUE refuses to load one with any other.
func (s *session) accepted(tags []string, sources []*source) []string {
	return slices.DeleteFunc(slices.Clone(tags), func(tag string) bool {
		if key, _, valued := strings.Cut(tag, "="); valued {
			return !s.tags.hasKey(key, sources)
		}
		return !s.tags.conditions[tag] && !slices.ContainsFunc(sources, func(src *source) bool {
			return s.tags.shorthands[src.index][tag]
		})
	})
}

func (t tags) hasKey(key string, sources []*source) bool {
	return slices.ContainsFunc(sources, func(src *source) bool { return t.keys[src.index][key] })
}

// conditions returns the names in the @if attributes of all given files, in
// order. Imported packages of the user's module obey them too.
func conditions(request syntax.EvaluateRequest) []string {
	names := map[string]bool{}
	for _, f := range slices.Concat(request.Files, request.Support) {
		if !strings.Contains(string(f.Data), "@if") {
			continue
		}
		file, _ := parser.ParseFile("", f.Data, parser.PackageClauseOnly)
		for _, decl := range file.Decls {
			a, ok := decl.(*ast.Attribute)
			if !ok || a.Name() != "if" {
				continue
			}
			_, body := a.Split()
			expr, err := parser.ParseExpr("", body)
			if err != nil {
				continue
			}
			ast.Walk(expr, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					names[id.Name] = true
				}
				return true
			}, nil)
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// conditionsFile is a file that CUE never includes, and that mentions all
// conditions: CUE refuses to load an instance with a tag that it does not meet,
// and would not meet those that only a package mentions that is not imported.
func conditionsFile(request syntax.EvaluateRequest) []byte {
	all := strings.Join(append(conditions(request), "never"), " || ")
	return []byte("@if((" + all + ") && !(" + all + "))\n")
}
