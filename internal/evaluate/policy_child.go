package evaluate

import (
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// maxBatch bounds the values, in bytes of JSON, that one process holds against the
// policies, so that many values do not make a policy look slow: it takes about a
// second where nothing is wrong, and some more where everything is.
const maxBatch = 1 << 20

// CheckPolicies is a [policy.Evaluator]: it evaluates a request in a process of
// its own, or in several, one after the other, where there are very many values.
// Where a process comes to grief it takes one more for each policy, up to the one
// that is to blame. When it returns, all processes are gone.
func (c Child) CheckPolicies(request policy.Request) (policy.Answer, error) {
	var all policy.Answer
	if len(request.Files) == 0 {
		return all, nil
	}
	for start, first := 0, true; first || start < len(request.Values); first = false {
		part := request
		part.Values = batch(request.Values[start:])
		a, fatal, err := c.judge(part)
		if err != nil {
			return policy.Answer{}, fmt.Errorf("evaluate policies: %w", err)
		}
		if fatal != "" {
			return c.blame(part, fatal)
		}
		join(&all, a, start)
		start += len(part.Values)
	}
	at := nameIn(request.Files)
	for i := range all.Problems {
		at(&all.Problems[i].Place)
	}
	for i := range all.Constraints {
		at(&all.Constraints[i].Place)
		at(&all.Constraints[i].Text)
	}
	return all, nil
}

// join adds the answer about the values from an index on.
func join(all *policy.Answer, more policy.Answer, start int) {
	for _, p := range more.Problems {
		if !slices.Contains(all.Problems, p) {
			all.Problems = append(all.Problems, p)
		}
	}
	for _, v := range more.Violations {
		v.Value += start
		v.Constraint += len(all.Constraints)
		all.Violations = append(all.Violations, v)
	}
	all.Constraints = append(all.Constraints, more.Constraints...)
}

// batch returns the first of the values that one process can take, at least one
// if there is one.
func batch(values []policy.Value) []policy.Value {
	size := 0
	for i, v := range values {
		if size += len(v.JSON); size > maxBatch && i > 0 {
			return values[:i]
		}
	}
	return values
}

// judge has one child evaluate a request. A fatal problem is what keeps it from
// an answer.
func (c Child) judge(request policy.Request) (a policy.Answer, fatal string, err error) {
	out, fatal, err := c.ask(task{Policies: &request})
	for _, p := range out.Policies.Problems {
		if p.File == "" {
			fatal = p.Message
		}
	}
	return out.Policies, fatal, err
}

// blame finds out which of the policies a process cannot cope with.
func (c Child) blame(request policy.Request, fatal string) (policy.Answer, error) {
	if len(request.Files) > 1 {
		for _, f := range request.Files {
			alone := request
			alone.Files = []syntax.EvaluateFile{f}
			_, problem, err := c.judge(alone)
			if err != nil {
				return policy.Answer{}, fmt.Errorf("evaluate the policy %s: %w", f.Name, err)
			}
			if problem != "" {
				return fatality(f.Name, problem), nil
			}
		}
		fatal += ", of this and the other policies together"
	}
	return fatality(request.Files[0].Name, fatal), nil
}

func fatality(file, message string) policy.Answer {
	return policy.Answer{Problems: []policy.Problem{{File: file, EvaluateProblem: syntax.EvaluateProblem{Message: message}}}}
}
