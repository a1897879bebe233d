package evaluate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// hostilePolicy puts a source into a package policy beside a sound definition.
func hostilePolicy(source string) string {
	return "package policy\n\n" + source + "\n#Webhook: timeout: string\n"
}

// TestHostilePolicies has policies that would take all memory or all time. The
// answer names the file, whichever it is.
func TestHostilePolicies(t *testing.T) {
	const together = ", of this and the other policies together"
	for _, c := range []struct {
		name, source string
		timeout      time.Duration
		want         []string
	}{
		{"doubling a value", "#Webhook: {name: string, _" + strings.NewReplacer("\nx", "\n_x", " x", " _x", "\"aaaa\"", "name").Replace(doubling()) + "}", time.Minute, []string{tooMuchMemory}},
		{"nested comprehensions", "import \"list\"\n_r: list.Range(0, 1000, 1)\n#Webhook: _x: [for a in _r for b in _r for c in _r if a+b+c < 0 {a}]", 1500 * time.Millisecond, []string{tooLong}},
		{"endless recursion", "#F: {n: int, out: [if n > 0 {(#F & {\"n\": n + 1}).out}]}\n_x: (#F & {n: 1}).out", 1500 * time.Millisecond, []string{tooLong, tooMuchMemory, "evaluation nests too deeply"}},
		{"disjunctions", "#Webhook: {" + disjunctions() + "}", 1500 * time.Millisecond, []string{tooLong, tooMuchMemory}},
		{"choices of a value", manyChoices(), 1500 * time.Millisecond, []string{tooLong, tooMuchMemory}},
		{"long sum", "_x: " + strings.Repeat("1+", 300_000) + "1", time.Minute, []string{"evaluation nests too deeply"}},
		{"deep brackets", "_x: " + strings.Repeat("[", 50_000), time.Minute, []string{"expression exceeds maximum nesting depth of 10000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.want[0] == tooMuchMemory {
				t.Skip("fills a GiB")
			}
			e := newChild()
			e.Timeout = c.timeout
			request := policy.Request{
				Files:  []syntax.EvaluateFile{{Name: "b.cue", Data: []byte("package policy\n#Webhook: hmac?: _\n")}, {Name: "a.cue", Data: []byte(hostilePolicy(c.source))}},
				Values: policyValues(t, "{}\n"),
			}
			start := time.Now()
			a, err := e.CheckPolicies(request)
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > 2*c.timeout+20*time.Second {
				t.Errorf("took %v, with a deadline of %v", took, c.timeout)
			}
			if len(a.Problems) == 0 || a.Problems[0].File != "a.cue" || !slices.Contains(c.want, strings.TrimSuffix(a.Problems[0].Message, together)) {
				t.Errorf("got %s, want one of %q", showAnswer(request, a), c.want)
			}
		})
	}
}

// manyChoices is a policy with 3^30 ways to be right, of which none is.
func manyChoices() string {
	var b strings.Builder
	b.WriteString("#Webhook: {\n")
	for i := range 30 {
		fmt.Fprintf(&b, "{_a%d: 1, name!: _} | {_b%d: 1, url!: _} | {_c%d: 1, timeout!: _}\n", i, i, i)
	}
	return b.String() + "}"
}

// TestPoliciesTogether has policies of which each is fine and that are not so
// together.
func TestPoliciesTogether(t *testing.T) {
	e := newChild()
	e.Timeout = 1500 * time.Millisecond
	request := policy.Request{
		Files: []syntax.EvaluateFile{
			{Name: "a.cue", Data: []byte("package policy\nimport \"list\"\n_n: *1 | int\n_r: list.Range(0, _n, 1)\n#Webhook: _x: [for a in _r for b in _r for c in _r if a+b+c < 0 {a}]\n")},
			{Name: "b.cue", Data: []byte("package policy\n_n: 1000\n#Webhook: hmac?: _\n")},
		},
		Values: policyValues(t, "{}\n"),
	}
	a, err := e.CheckPolicies(request)
	want := "! a.cue: " + tooLong + ", of this and the other policies together @ -\n"
	if got := showAnswer(request, a); err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

// TestCheckPolicies checks that a child process, or several, give what evaluation
// in this one gives.
func TestCheckPolicies(t *testing.T) {
	for _, c := range policyCases {
		request := policy.Request{Files: files(c.files), Values: policyValues(t, c.values)}
		a, err := newChild().CheckPolicies(request)
		if got := showAnswer(request, a); err != nil || strings.TrimSpace(got) != strings.TrimSpace(c.want) {
			t.Errorf("%s: got %s, %v", c.name, got, err)
		}
		if testing.Short() {
			return
		}
	}
}

// TestManyValues has so many values that one process does not take them.
func TestManyValues(t *testing.T) {
	line := `{"name": "` + strings.Repeat("x", 50_000) + `"}` + "\n"
	request := policy.Request{
		Files:  files("package policy\n// Short.\n#Webhook: name: =~\"^.{1,9}$\"\n#Webhooks: {}\n"),
		Values: policyValues(t, "{}\n"+strings.Repeat(line, 50)+"{}\n"),
	}
	a, err := newChild().CheckPolicies(request)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Problems) != 1 || len(a.Violations) != 50 || a.Violations[0].Value != 1 || a.Violations[49].Value != 50 {
		t.Errorf("%d problems, %d violations: %s", len(a.Problems), len(a.Violations), showAnswer(request, a))
	}
	for _, v := range a.Violations {
		if a.Constraints[v.Constraint].Comment != "Short" {
			t.Fatalf("violation %v of %v", v, a.Constraints[v.Constraint])
		}
	}
}

// TestPolicyDefects checks that what is wrong with us is an error, and what a
// policy does to the process is a problem of its file.
func TestPolicyDefects(t *testing.T) {
	for _, c := range []struct {
		name          string
		command       []string
		defect, fault string
	}{
		{"no command", nil, "no command", ""},
		{"another program", []string{"/bin/sh", "-c", "exit 3"}, "no greeting", ""},
		{"a defect that the child saw", shell(`echo '{"Defect":"so it is"}'`), "so it is", ""},
		{"a panic", shell("echo 'panic: secret' >&2; exit 2"), "", crashed},
		{"a panic that was caught", shell(`echo '{"Policies":{"Problems":[{"File":"","Message":"caught"}]}}'`), "", "caught"},
		{"a flood", shell("cat /dev/zero"), "", "evaluation gives more than 128 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, text := range []string{"package policy\n", "package policy\n-- b.cue --\npackage policy\n"} {
				request := policy.Request{Files: files(text), Values: policyValues(t, "{}\n")}
				a, err := Child{Command: c.command, Timeout: time.Minute}.CheckPolicies(request)
				if c.fault == "" {
					if err == nil || !strings.Contains(err.Error(), c.defect) {
						t.Errorf("got %v, want an error with %q", err, c.defect)
					}
					continue
				}
				if want := "! a.cue: " + c.fault + " @ -\n"; err != nil || showAnswer(request, a) != want {
					t.Errorf("got %s, %v, want %s", showAnswer(request, a), err, want)
				}
			}
		})
	}
}

// TestNoPolicies checks that nothing is started for nothing.
func TestNoPolicies(t *testing.T) {
	if a, err := (Child{}).CheckPolicies(policy.Request{Values: policyValues(t, "{}\n")}); len(a.Problems)+len(a.Violations) > 0 || err != nil {
		t.Errorf("got %v, %v", a, err)
	}
}
