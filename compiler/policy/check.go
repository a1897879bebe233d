package policy

import (
	"errors"
	"fmt"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Options say how to check.
type Options struct {
	// Evaluate evaluates the policies; it is needed where there are any.
	Evaluate Evaluator
	// Bindings are pairs of references that are the same secret.
	Bindings []model.Binding
	// Merge makes one configuration of all webhook files.
	Merge bool
}

// Check holds the webhooks, the configurations and the header forwarding of the
// documents against the policies in the files. What breaks one is found where the source says it, and
// what is wrong with a policy in the policy's file; the diagnostics are sorted.
// Without files it does nothing. The error is a defect.
func Check(docs []*model.Document, files []syntax.EvaluateFile, o Options) (diag.List, error) {
	if len(files) == 0 {
		return nil, nil
	}
	if o.Evaluate == nil {
		return nil, errors.New("check the policies: no evaluator")
	}
	c := checker{sources: map[string]*syntax.Source{}}
	request := Request{Files: c.read(files)}
	compiled := compiler{o.Bindings}
	for _, s := range subjects(docs, o.Merge) {
		v, err := compiled.value(s)
		if err != nil {
			return nil, err
		}
		c.subjects = append(c.subjects, s)
		request.Values = append(request.Values, v)
	}
	if len(request.Files) == 0 {
		return c.found, nil
	}
	answer, err := o.Evaluate(request)
	if err != nil {
		return nil, fmt.Errorf("check the policies: %w", err)
	}
	c.problems(answer.Problems, request.Files)
	if err := c.violations(answer); err != nil {
		return nil, err
	}
	c.found.Sort()
	return c.found, nil
}

// checker turns an answer into diagnostics.
type checker struct {
	subjects []subject
	// sources are the policies, by the names of their files.
	sources map[string]*syntax.Source
	found   diag.List
}

// read keeps the files that are text, and reports the others.
func (c *checker) read(files []syntax.EvaluateFile) []syntax.EvaluateFile {
	var sound []syntax.EvaluateFile
	for _, f := range files {
		tree, found := syntax.Parse(syntax.File{Name: f.Name, Format: syntax.CUE, Data: f.Data, Named: true}, syntax.Options{})
		c.sources[f.Name] = tree.Source
		c.found = append(c.found, found...)
		if !found.Has(diag.Error) {
			sound = append(sound, f)
		}
	}
	return sound
}

// problems reports the faults of the policies, those of each file in its own text.
func (c *checker) problems(problems []Problem, files []syntax.EvaluateFile) {
	for _, f := range files {
		e := syntax.Evaluated{Files: []string{f.Name}}
		for _, p := range problems {
			if p.File == f.Name {
				e.Problems = append(e.Problems, p.EvaluateProblem)
			}
		}
		tree, found := syntax.FromCUE(e, []syntax.File{{Name: f.Name, Format: syntax.CUE, Data: f.Data, Named: true}})
		c.sources[f.Name] = tree.Source // it masks what looks like a secret
		c.found = append(c.found, found...)
	}
}

// finding identifies what would be said twice where one definition of a policy
// refers to another.
type finding struct {
	source     *syntax.Source
	path       string
	constraint syntax.EvaluatedPlace
}

func (c *checker) violations(a Answer) error {
	told := map[finding]bool{}
	for _, v := range a.Violations {
		if v.Value < 0 || v.Value >= len(c.subjects) || v.Constraint < 0 || v.Constraint >= len(a.Constraints) {
			return errors.New("check the policies: the answer is about nothing that was asked")
		}
		at, constraint := c.subjects[v.Value].place(v.Path), a.Constraints[v.Constraint]
		f := finding{at.document.Source, at.path, constraint.Place}
		if !at.known || told[f] {
			continue
		}
		told[f] = true
		c.found = append(c.found, c.violation(at, v, constraint))
	}
	return nil
}

func (c *checker) violation(at place, v Violation, broken Constraint) diag.Diagnostic {
	message := c.subjects[v.Value].shown(at, v.Path)
	if v.Undecided {
		message += ", without which the policy cannot be decided"
	} else if wanted := c.text(broken.Text); wanted != "" {
		message += ", the policy wants " + wanted
	}
	if broken.Comment != "" {
		message = broken.Comment + ": " + message
	}
	d := at.document.Diagnostic(rule.PolicyViolation, at.path, message)
	if s := c.sources[broken.Place.File]; s != nil {
		d.Related = append(d.Related, diag.Related{Span: s.Span(broken.Place.Start, broken.Place.End), Message: "the policy"})
	}
	return d
}

// text returns what a policy says at a place; nothing where that looks like a
// secret.
func (c *checker) text(p syntax.EvaluatedPlace) string {
	s := c.sources[p.File]
	if s == nil || p.Start < 0 || p.Start > p.End || p.End > len(s.Data) {
		return ""
	}
	text := s.Text(p.Start, p.End)
	if text != string(s.Data[p.Start:p.End]) {
		return ""
	}
	return text
}
