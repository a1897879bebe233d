package cli_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/docs/gen/example"
	"github.com/thvctl/thvctl/internal/cli"
	"github.com/thvctl/thvctl/internal/evaluate"
	"github.com/thvctl/thvctl/schema"
)

const ruleExamples = "../../testdata/rules"

// ruleCanary stands in every made-up secret of the examples. No report may show
// it.
const ruleCanary = "canary"

// TestRuleCatalogue refuses a rule without examples, examples without a rule,
// and an identifier that stands for two.
func TestRuleCatalogue(t *testing.T) {
	have := map[string]bool{}
	for _, e := range loadExamples(t) {
		have[e.String()] = true
		if r, ok := rule.Lookup(e.Rule); !ok || r.ID != e.Rule {
			t.Errorf("%s: the folder is named for no rule of rule.All", e)
		}
	}
	seen := map[string]string{}
	for _, r := range rule.All {
		for _, known := range []string{r.ID, r.Name} {
			if other, twice := seen[known]; twice {
				t.Errorf("%s and %s are both called %q", other, r.ID, known)
			}
			seen[known] = r.ID
		}
		for _, name := range []string{"bad", "good"} {
			if !have[r.ID+"/"+name] {
				t.Errorf("%s %s has no example %q, write %s/%s/%s.{yaml,json,txtar}", r.ID, r.Name, name, ruleExamples, r.ID, name)
			}
		}
	}
	if !slices.IsSortedFunc(rule.All, func(a, b rule.Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("rule.All is not in the order of the identifiers")
	}
}

// TestRules runs every example. The findings must be those that it notes and no
// others; an example that is good has none at all.
func TestRules(t *testing.T) {
	for _, e := range loadExamples(t) {
		t.Run(e.String(), func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeExample(t, e)
			got := runExample(t, e)
			compareFindings(t, e, got.findings)
			if want := wantedCode(e); got.code != want {
				t.Errorf("exit code %d, want %d", got.code, want)
			}
			if e.Bad() != slices.ContainsFunc(got.findings, func(f ruleFinding) bool { return f.Rule == e.Rule }) {
				t.Errorf("found by %s: %v", e.Rule, !e.Bad())
			}
			if !e.Bad() && len(e.Wants) > 0 {
				t.Error("a good example notes findings")
			}
			for _, f := range got.findings {
				checkFinding(t, f)
			}
			for line := range bytes.Lines(got.reports) {
				if bytes.Contains(line, []byte(ruleCanary)) {
					t.Errorf("a report shows a secret: %s", bytes.TrimSpace(line))
				}
			}
			withCUE := runExample(t, e, "--engine", "cue")
			compareFindings(t, e, withCUE.findings)
		})
	}
}

// TestRuleFixes makes each fix that is reported for an example and runs it
// again: the finding must be gone, and there must be fewer errors.
func TestRuleFixes(t *testing.T) {
	fixed := map[string]bool{}
	for _, e := range loadExamples(t) {
		t.Run(e.String(), func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeExample(t, e)
			before := runExample(t, e).findings
			for _, f := range before {
				if f.Fix == nil {
					continue
				}
				fixed[f.Rule] = true
				writeExample(t, e)
				applyFix(t, f)
				after := runExample(t, e).findings
				if !better(before, after) {
					t.Errorf("%s: %s\nmakes it no better:\n%s", f, f.Fix.Title, listFindings(after))
				}
				if slices.ContainsFunc(after, f.isAt) {
					t.Errorf("%s: %s\nis still found:\n%s", f, f.Fix.Title, listFindings(after))
				}
			}
		})
	}
	for _, r := range rule.All {
		if r.Fixable != fixed[r.ID] {
			t.Errorf("%s %s: Fixable is %v, and an example with a fix was found: %v", r.ID, r.Name, r.Fixable, fixed[r.ID])
		}
	}
}

// TestRuleUnreadable covers what no example can hold: files that are none.
func TestRuleUnreadable(t *testing.T) {
	const policy = "validating:\n  - {name: policy, url: https://policy.example.com/v1, failure_policy: fail, hmac_secret_ref: policy-hmac}\n"
	e := example.Example{Files: []example.File{{Name: "in/policy.yaml", Data: []byte(policy)}, {Name: "out/policy.yaml", Data: []byte(policy)}}}
	cases := []struct {
		name  string
		make  func() error
		args  []string
		wants []string // of the message; none for no finding
	}{
		{"fifo", func() error { return syscall.Mkfifo("pipe.yaml", 0o600) }, []string{"lint", "pipe.yaml"}, []string{"FIFO.* -"}},
		{"fifo-found", func() error { return syscall.Mkfifo("in/pipe.yaml", 0o600) }, []string{"lint", "in"}, []string{"FIFO"}},
		{"link-out", func() error { return os.Symlink("../out/policy.yaml", "in/link.yaml") }, []string{"lint", "in"}, []string{"leads out of in"}},
		{"folder-link-out", func() error { return os.Symlink("../out", "in/link") }, []string{"lint", "in"}, []string{"leads out of in"}},
		{"link-inside", func() error { return os.Symlink("policy.yaml", "in/link.yaml") }, []string{"lint", "in"}, nil},
		{"link-named", func() error { return os.Symlink("out/policy.yaml", "link.yaml") }, []string{"lint", "link.yaml"}, nil},
		{"link-broken", func() error { return os.Symlink("gone.yaml", "in/link.yaml") }, []string{"lint", "in"}, []string{"no such file"}},
		{"link-loop", func() error { return os.Symlink(".", "in/loop") }, []string{"lint", "in"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeExample(t, e)
			if err := c.make(); err != nil {
				t.Fatal(err)
			}
			e := example.Example{Args: c.args}
			for _, w := range c.wants {
				e.Wants = append(e.Wants, example.Want{File: c.args[1], Rule: "THV1001", Message: regexp.MustCompile(w)})
			}
			got := runExample(t, e)
			for i := range got.findings {
				got.findings[i].File = c.args[1] // which file it is, the message says
			}
			compareFindings(t, e, got.findings)
			if want := wantedCode(e); got.code != want {
				t.Errorf("exit code %d, want %d", got.code, want)
			}
		})
	}
}

// ruleRun is what one run of an example gave.
type ruleRun struct {
	code     int
	findings []ruleFinding
	reports  []byte // as text and as JSON
}

// ruleFinding is a finding as the JSON report has it.
type ruleFinding struct {
	Rule, Severity, File, Path, Message, Source string

	Start   *rulePosition
	Related []struct {
		File  string
		Start *rulePosition
	}
	Fix *struct {
		Title, File string
		Edits       []struct {
			Start, End rulePosition
			Text       string
		}
	}
}

type rulePosition struct{ Line, Column, Offset int }

// String is the line that a want file would have for the finding.
func (f ruleFinding) String() string {
	w := example.Want{File: f.File, Rule: f.Rule, Message: regexp.MustCompile(regexp.QuoteMeta(f.Message))}
	w.Severity, _ = diag.ParseSeverity(f.Severity)
	if f.Start != nil {
		w.Line, w.Column = f.Start.Line, f.Start.Column
	}
	if f.Fix != nil {
		w.Fix = regexp.MustCompile(regexp.QuoteMeta(f.Fix.Title))
	}
	return w.String()
}

// meets reports whether the finding is the one that is wanted.
func (f ruleFinding) meets(w example.Want) bool {
	severity := w.Severity
	if r, ok := rule.Lookup(w.Rule); ok && severity == 0 {
		severity = r.Severity
	}
	if f.Start == nil && w.Line > 0 || f.Start != nil && w.Line != f.Start.Line {
		return false
	}
	if w.Column > 0 && w.Column != f.Start.Column {
		return false
	}
	if (f.Fix != nil) != (w.Fix != nil) || f.Fix != nil && !w.Fix.MatchString(f.Fix.Title) {
		return false
	}
	return f.Rule == w.Rule && f.File == w.File && f.Severity == severity.String() && w.Message.MatchString(f.Message)
}

// isAt reports whether another finding is of the same rule at the same value.
func (f ruleFinding) isAt(other ruleFinding) bool {
	if f.Rule != other.Rule || f.File != other.File || f.Path != other.Path {
		return false
	}
	return f.Path != "" || *f.Start == *other.Start
}

func loadExamples(t *testing.T) []example.Example {
	t.Helper()
	examples, err := example.Load(ruleExamples)
	if err != nil {
		t.Fatal(err)
	}
	return examples
}

func writeExample(t *testing.T, e example.Example) {
	t.Helper()
	if err := e.Write("."); err != nil {
		t.Fatal(err)
	}
}

// lowestSeverity is how much of an example is looked at: all of a good one, and of
// a bad one what its rule needs, so that it does not have to be perfect otherwise.
func lowestSeverity(e example.Example) diag.Severity {
	if r, ok := rule.Lookup(e.Rule); ok && e.Bad() {
		return min(r.Severity, diag.Warning)
	}
	return diag.Info
}

// runExample runs an example in the working folder and reads its JSON report.
func runExample(t *testing.T, e example.Example, flags ...string) ruleRun {
	t.Helper()
	flags = append(flags, "--severity", lowestSeverity(e).String())
	out := e.Run(evaluators(), append(flags, "--format", "text", "--format", "json=report.json")...)
	data, err := os.ReadFile("report.json")
	if err != nil {
		t.Fatalf("no report: %v\nstderr: %s", err, out.Stderr)
	}
	if err := os.Remove("report.json"); err != nil {
		t.Fatal(err)
	}
	switch {
	case e.Args[0] == "lint" && len(out.Stderr) > 0:
		t.Errorf("standard error: %s", out.Stderr)
	case e.Args[0] == "compile" && (len(out.Stdout) == 0) != (out.Code != 0):
		t.Errorf("exit code %d and %d bytes of artifacts", out.Code, len(out.Stdout))
	}
	var report struct{ Diagnostics []ruleFinding }
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatalf("the report is no JSON: %v", err)
	}
	return ruleRun{out.Code, report.Diagnostics, append(out.Report(e), data...)}
}

// evaluators evaluate CUE in a child process that is this test binary.
func evaluators() cli.Environment {
	child := evaluate.Child{Command: []string{os.Args[0], "-test.run=^TestRuleEvaluator$", "evaluate-cue"}, Schema: schema.Sources()}
	return cli.Environment{Evaluate: child.Evaluate, EvaluatePolicies: child.CheckPolicies}
}

// TestRuleEvaluator is the child of evaluators, and nothing otherwise.
func TestRuleEvaluator(t *testing.T) {
	if flag.Arg(0) != "evaluate-cue" {
		return
	}
	answer := os.Stdout
	os.Stdout = os.Stderr // for what package testing has to say
	if err := evaluate.Run(os.Stdin, answer); err != nil {
		t.Fatal(err)
	}
}

// wantedCode is the exit code that the wanted findings make.
func wantedCode(e example.Example) int {
	code := 0
	for _, w := range e.Wants {
		r, _ := rule.Lookup(w.Rule)
		switch severity := max(w.Severity, 0); {
		case r.ID == diag.Unreadable.ID:
			return 2
		case severity == diag.Error, severity == 0 && r.Severity == diag.Error:
			code = 1
		}
	}
	return code
}

// compareFindings reports what is missing and what is too much.
func compareFindings(t *testing.T, e example.Example, found []ruleFinding) {
	t.Helper()
	found = slices.Clone(found)
	for _, w := range e.Wants {
		i := slices.IndexFunc(found, func(f ruleFinding) bool { return f.meets(w) })
		if i < 0 {
			t.Errorf("missing: %s", w)
			continue
		}
		found = slices.Delete(found, i, i+1)
	}
	for _, f := range found {
		t.Errorf("too much: %s", f)
	}
}

// checkFinding holds a finding against what the catalogue says of its rule.
func checkFinding(t *testing.T, f ruleFinding) {
	t.Helper()
	r, _ := rule.Lookup(f.Rule)
	if f.Fix != nil && !r.Fixable {
		t.Errorf("%s has a fix, and its rule offers none", f)
	}
	if !slices.Contains([]string{"THV1004", "THV1010", "THV3001", "THV3002", "THV3003", "THV3004", "THV3007"}, f.Rule) {
		return
	}
	if len(f.Related) == 0 || f.Related[0].File == f.File && f.Related[0].Start.Offset >= f.Start.Offset {
		t.Errorf("%s does not show the earlier place", f)
	}
}

// better reports whether a fix left fewer errors, or as many and fewer findings.
func better(before, after []ruleFinding) bool {
	count := func(found []ruleFinding) (errors int) {
		for _, f := range found {
			if f.Severity == diag.Error.String() {
				errors++
			}
		}
		return errors
	}
	was, is := count(before), count(after)
	return is < was || is == was && len(after) < len(before)
}

func listFindings(found []ruleFinding) string {
	var lines []string
	for _, f := range found {
		lines = append(lines, f.String())
	}
	return strings.Join(lines, "\n")
}

// applyFix makes a fix in the working folder.
func applyFix(t *testing.T, f ruleFinding) {
	t.Helper()
	data, err := os.ReadFile(f.Fix.File)
	if err != nil {
		t.Fatal(err)
	}
	edits := slices.Clone(f.Fix.Edits)
	slices.Reverse(edits) // from the end, so that offsets stay true
	for _, e := range edits {
		if e.Start.Offset > e.End.Offset || e.End.Offset > len(data) {
			t.Fatalf("%s: an edit is outside the file", f)
		}
		data = slices.Replace(data, e.Start.Offset, e.End.Offset, []byte(e.Text)...)
	}
	if err := os.WriteFile(f.Fix.File, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
