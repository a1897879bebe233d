package evaluate

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// doubling is a source whose last string has 4·2^40 bytes.
func doubling() string {
	var b strings.Builder
	b.WriteString("x0: \"aaaa\"\n")
	for i := 1; i <= 40; i++ {
		fmt.Fprintf(&b, "x%d: x%d + x%d\n", i, i-1, i-1)
	}
	return b.String()
}

// sharing is a source whose value has 2^40 leaves, with one struct per level.
func sharing() string {
	var b strings.Builder
	b.WriteString("x0: {a: 1, b: 2}\n")
	for i := 1; i <= 40; i++ {
		fmt.Fprintf(&b, "x%d: {a: x%d, b: x%d}\n", i, i-1, i-1)
	}
	return b.String()
}

const (
	tooMuchMemory = "evaluation needs more than 1 GiB of memory"
	tooLong       = "evaluation took longer than 1.5s"
)

// TestHostile has sources that would take all memory or all time.
func TestHostile(t *testing.T) {
	for _, c := range []struct {
		name, source string
		timeout      time.Duration
		// want are the messages that may come; which one depends on the machine
		// where there are two.
		want []string
	}{
		{"doubling strings", doubling(), time.Minute, []string{tooMuchMemory}},
		{"huge list", "import \"list\"\nx: list.Range(0, 1000000000, 1)\n", time.Minute, []string{tooMuchMemory}},
		{"nested comprehensions", "import \"list\"\nr: list.Range(0, 1000, 1)\nx: [for a in r for b in r for c in r if a+b+c < 0 {a}]\n", 1500 * time.Millisecond, []string{tooLong}},
		{"endless recursion", "#F: {n: int, out: [if n > 0 {(#F & {\"n\": n + 1}).out}]}\nx: (#F & {n: 1}).out\n", 1500 * time.Millisecond, []string{tooLong, tooMuchMemory, "evaluation nests too deeply"}},
		{"disjunctions", disjunctions(), 1500 * time.Millisecond, []string{tooLong, tooMuchMemory}},
		{"long sum", "x: " + strings.Repeat("1+", 300_000) + "1", time.Minute, []string{"evaluation nests too deeply"}},
		{"shared structs", sharing(), time.Minute, []string{"evaluation gives more than 200000 values"}},
		{"deep structs", strings.Repeat("a: {", 5000) + strings.Repeat("}", 5000), time.Minute, []string{"evaluation gives more than 64 levels"}},
		{"deep brackets", "x: " + strings.Repeat("[", 50_000), time.Minute, []string{"expression exceeds maximum nesting depth of 10000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.want[0] == tooMuchMemory {
				t.Skip("fills a GiB")
			}
			e := newChild()
			e.Timeout = c.timeout
			request := syntax.EvaluateRequest{Files: []syntax.EvaluateFile{{Name: "a.cue", Data: []byte(c.source)}, {Name: "b.cue", Data: []byte("fine: true")}}}
			start := time.Now()
			out, err := e.Evaluate(request)
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > c.timeout+10*time.Second {
				t.Errorf("took %v, with a deadline of %v", took, c.timeout)
			}
			checkOneProblem(t, request, out, c.want)
		})
	}
}

// disjunctions is a source with 3^30 ways to unify.
func disjunctions() string {
	var b strings.Builder
	for i := range 30 {
		fmt.Fprintf(&b, "x: {a%d: 1} | {a%d: 2} | {b%d: 3}\n", i, i, i)
	}
	return b.String()
}

// checkOneProblem wants one of the messages as the only problem: of all files and
// at no place where the process was ended, of the one file where it was not.
func checkOneProblem(t *testing.T, request syntax.EvaluateRequest, out []syntax.Evaluated, want []string) {
	t.Helper()
	if len(out) == 0 || len(out[0].Problems) != 1 || out[0].Value != nil {
		t.Fatalf("got %s", show(request, out))
	}
	p := out[0].Problems[0]
	known := false
	for _, w := range want {
		known = known || p.Message == w
	}
	if !known {
		t.Errorf("message %q, want one of %q", p.Message, want)
	}
	ended := p.Place == syntax.EvaluatedPlace{}
	if files := strings.Join(out[0].Files, " "); ended != (files == "a.cue b.cue") || ended != (len(out) == 1) {
		t.Errorf("problem of %s at %v", files, p.Place)
	}
}

// TestChild checks that a child process gives what evaluation in this one gives.
func TestChild(t *testing.T) {
	for _, c := range evaluateCases[:5] {
		request := syntax.EvaluateRequest{Files: files(c.files), Support: files(c.support)}
		out, err := newChild().Evaluate(request)
		if got := show(request, out); err != nil || got != show(request, run(t, request)) {
			t.Errorf("%s: got %s, %v", c.name, got, err)
		}
	}
}

// TestChildGone checks that nothing of an evaluation stays behind: no process,
// not even a dead one, and no goroutine.
func TestChildGone(t *testing.T) {
	before := runtime.NumGoroutine()
	e := newChild()
	for _, timeout := range []time.Duration{time.Millisecond, 20 * time.Millisecond, 300 * time.Millisecond} {
		e.Timeout = timeout
		for range 3 {
			if _, err := e.Evaluate(syntax.EvaluateRequest{Files: files(disjunctions())}); err != nil {
				t.Error(err)
			}
		}
	}
	if left := children(t, os.Getpid()); len(left) > 0 {
		t.Errorf("processes left: %v", left)
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}

// children returns the processes whose parent is the given one.
func children(t *testing.T, parent int) []int {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc")
	}
	var out []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		var pid, ppid int
		var state string
		fmt.Sscan(string(text), &pid)
		fmt.Sscan(string(text[strings.LastIndexByte(string(text), ')')+1:]), &state, &ppid)
		if ppid == parent {
			out = append(out, pid)
		}
	}
	return out
}

// TestParentKilled checks that a child does not survive a parent that had no
// time to end it.
func TestParentKilled(t *testing.T) {
	parent := exec.Command(os.Args[0], parentMode)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pids []int
	wait(t, "child", func() bool { pids = children(t, parent.Process.Pid); return len(pids) == 1 })
	time.Sleep(200 * time.Millisecond) // into the evaluation
	parent.Process.Kill()
	parent.Wait()
	wait(t, "end of the child", func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pids[0]))
		return err != nil || strings.Contains(string(stat), ") Z ") // nobody may be there to reap it
	})
}

func wait(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 1000 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("no %s in 10s", what)
}

// TestDefects checks that what is wrong with us is an error, and what a source
// does to the process is a problem.
func TestDefects(t *testing.T) {
	for _, c := range []struct {
		name          string
		command       []string
		defect, fault string
		timeout       time.Duration
	}{
		{"no command", nil, "no command", "", time.Minute},
		{"no such program", []string{"/no/such/program"}, "start the evaluating process", "", time.Minute},
		{"another program", []string{"/bin/sh", "-c", "exit 3"}, "no greeting", "", time.Minute},
		{"a program that only talks", []string{"/bin/sh", "-c", "echo usage"}, "no greeting", "", time.Minute},
		{"garbage", shell("echo '{'"), "decode the evaluating process's answer", "", time.Minute},
		{"a defect that the child saw", shell(`echo '{"Defect":"so it is"}'`), "so it is", "", time.Minute},
		{"a panic", shell("echo 'panic: secret' >&2; exit 2"), "", crashed, time.Minute},
		{"out of memory", shell("echo 'fatal error: runtime: out of memory' >&2; exit 2"), "", tooMuchMemory, time.Minute},
		{"killed", shell("kill -9 $$"), "", "evaluation was killed by the system, which happens when memory is short", time.Minute},
		{"a flood", shell("cat /dev/zero"), "", "evaluation gives more than 128 MiB", time.Minute},
		{"a process that does not end", shell("sleep 60 & sleep 60"), "", tooLong, 1500 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			request := syntax.EvaluateRequest{Files: files("a: 1\n")}
			out, err := Child{Command: c.command, Timeout: c.timeout}.Evaluate(request)
			if c.fault == "" {
				if err == nil || !strings.Contains(err.Error(), c.defect) {
					t.Fatalf("got %v, want an error with %q", err, c.defect)
				}
				return
			}
			if want := "= a.cue\n! " + c.fault + " @ -\n"; err != nil || show(request, out) != want {
				t.Errorf("got %s, %v, want %s", show(request, out), err, want)
			}
		})
	}
}

// shell is a command that greets the way a child does and then runs a script.
func shell(script string) []string {
	return []string{"/bin/sh", "-c", "PATH=/bin:/usr/bin; echo '" + strings.TrimSpace(hello) + "'; " + script}
}

// TestNoFiles checks that nothing is started for nothing.
func TestNoFiles(t *testing.T) {
	if out, err := (Child{}).Evaluate(syntax.EvaluateRequest{}); out != nil || err != nil {
		t.Errorf("got %v, %v", out, err)
	}
}
