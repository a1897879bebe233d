package policy_test

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// inputs divides an archive into the documents and the policies, which are the
// files with the extension .cue.
func inputs(t *testing.T, archive string) (docs []*model.Document, policies []syntax.EvaluateFile) {
	t.Helper()
	var trees []*syntax.Tree
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if path.Ext(f.Name) == ".cue" {
			policies = append(policies, syntax.EvaluateFile{Name: f.Name, Data: f.Data})
			continue
		}
		format, _ := syntax.FormatOf(f.Name)
		tree, found := syntax.Parse(syntax.File{Name: f.Name, Format: format, Data: f.Data, Named: true}, syntax.Options{})
		if len(found) > 0 {
			t.Fatalf("%+v", found)
		}
		trees = append(trees, tree)
	}
	checked, _, found, err := check.Check(trees, check.Options{Lowest: diag.Error, Rules: rule.Options{Settings: rule.Settings{"THV4001": {Off: true}, "THV7002": {Off: true}}}})
	if err != nil || checked == nil {
		t.Fatalf("%+v, %v", found, err)
	}
	return checked.Documents(), policies
}

// show writes findings one a line: the place, the rule, the text at the place, the
// path and the message, and then the related places.
func show(archive string, found diag.List) string {
	texts := map[string]string{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		texts[f.Name] = string(f.Data)
	}
	var b strings.Builder
	for _, d := range found {
		fmt.Fprintf(&b, "%s:%d:%d %s [%s] %s: %s\n", d.Span.File, d.Span.Start.Line, d.Span.Start.Column, d.Rule.ID, cut(texts, d.Span), d.Path, d.Message)
		for _, r := range d.Related {
			fmt.Fprintf(&b, "  %s: %s:%d:%d [%s]\n", r.Message, r.Span.File, r.Span.Start.Line, r.Span.Start.Column, cut(texts, r.Span))
		}
	}
	return b.String()
}

func cut(texts map[string]string, s diag.Span) string {
	return strings.ReplaceAll(texts[s.File][s.Start.Offset:s.End.Offset], "\n", "⏎")
}

func TestCheck(t *testing.T) {
	for _, c := range slices.Concat(checkCases, headerCases) {
		t.Run(c.name, func(t *testing.T) {
			docs, policies := inputs(t, c.archive)
			found, err := policy.Check(docs, policies, policy.Options{Evaluate: child().CheckPolicies, Merge: c.merge, Bindings: c.bindings})
			if err != nil {
				t.Fatal(err)
			}
			if got := show(c.archive, found); strings.TrimSpace(got) != strings.TrimSpace(c.want) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestNothing checks that nothing is asked without policies, and that policies are
// looked at without documents.
func TestNothing(t *testing.T) {
	asked := 0
	evaluate := func(r policy.Request) (policy.Answer, error) { asked++; return policy.Answer{}, nil }
	docs, policies := inputs(t, checkCases[0].archive)
	if found, err := policy.Check(docs, nil, policy.Options{}); found != nil || err != nil || asked != 0 {
		t.Errorf("without policies: %v, %v", found, err)
	}
	if found, err := policy.Check(nil, policies, policy.Options{Evaluate: evaluate}); found != nil || err != nil || asked != 1 {
		t.Errorf("without documents: %v, %v, asked %d times", found, err, asked)
	}
	if _, err := policy.Check(docs, policies, policy.Options{}); err == nil {
		t.Error("no error without an evaluator")
	}
	broken := func(policy.Request) (policy.Answer, error) { return policy.Answer{}, errors.New("so it is") }
	if _, err := policy.Check(docs, policies, policy.Options{Evaluate: broken}); err == nil || !strings.Contains(err.Error(), "so it is") {
		t.Errorf("error %v", err)
	}
	for _, v := range []policy.Violation{{Value: 99}, {Value: -1}, {Constraint: 1}, {Constraint: -1}} {
		foreign := func(policy.Request) (policy.Answer, error) {
			return policy.Answer{Constraints: []policy.Constraint{{}}, Violations: []policy.Violation{v}}, nil
		}
		if _, err := policy.Check(docs, policies, policy.Options{Evaluate: foreign}); err == nil {
			t.Errorf("no error for %+v", v)
		}
	}
}

// TestPlaces checks where each path of a value is found, in each kind of document,
// where it stands and where it is missing. The paths that the source does not have
// are found at what is nearest.
func TestPlaces(t *testing.T) {
	for _, c := range slices.Concat(placeCases, headerPlaceCases) {
		t.Run(c.name, func(t *testing.T) {
			docs, _ := inputs(t, c.archive)
			a := policy.Answer{Constraints: []policy.Constraint{{Comment: "Broken"}}}
			for line := range strings.Lines(c.paths) {
				a.Violations = append(a.Violations, policy.Violation{Value: c.value, Path: strings.TrimSpace(line)})
			}
			var got strings.Builder
			for i := range a.Violations {
				one := policy.Answer{Constraints: a.Constraints, Violations: a.Violations[i : i+1]}
				found, err := policy.Check(docs, []syntax.EvaluateFile{{Name: "p.cue"}}, policy.Options{
					Evaluate: func(policy.Request) (policy.Answer, error) { return one, nil },
				})
				if err != nil || len(found) != 1 || found[0].Rule != rule.PolicyViolation {
					t.Fatalf("%s: %v, %v", a.Violations[i].Path, found, err)
				}
				got.WriteString(a.Violations[i].Path + " = " + strings.ReplaceAll(show(c.archive, found), "THV8001 ", ""))
			}
			if strings.TrimSpace(got.String()) != strings.TrimSpace(c.want) {
				t.Errorf("got\n%s\nwant\n%s", got.String(), c.want)
			}
		})
	}
}
