package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thvctl/thvctl/bench/corpus"
)

// made returns a measurement of three rounds, in which the floor and lint take the times
// that are given for a corpus.
func made(sizes []int, took func(count int) time.Duration, lintTook func(count, round int) time.Duration) *measurement {
	m := &measurement{workshop: &workshop{}, settings: settings{rounds: 3, sizes: sizes}, samples: map[key][]sample{}}
	for _, count := range sizes {
		in := input{kind: kubernetes, count: count}
		m.inputs = append(m.inputs, in)
		for round := range m.settings.rounds {
			for name, t := range map[string]time.Duration{floor: took(count), lint: lintTook(count, round)} {
				k := key{in.String(), name, 1}
				m.samples[k] = append(m.samples[k], sample{cpu: t, wall: t, peak: 32 << 20})
			}
		}
	}
	return m
}

func TestGoals(t *testing.T) {
	second := func(int) time.Duration { return time.Second }
	for middle, want := range map[time.Duration]string{1200 * time.Millisecond: "met", 1300 * time.Millisecond: "**missed**"} {
		m := made([]int{10000}, second, func(_, round int) time.Duration {
			return []time.Duration{5 * time.Second, middle, 100 * time.Millisecond}[round]
		})
		for _, g := range m.goals() {
			switch {
			case g.what == "lint, 10,000 MCPWebhookConfigs, cold: CPU":
				if g.verdict != want || !strings.HasSuffix(g.measured, " (0.10–5.00)") {
					t.Errorf("a median of %v is %q, %s", middle, g.measured, g.verdict)
				}
			case strings.Contains(g.what, "mixed") && g.verdict != unmeasured:
				t.Errorf("%s: %s, and nothing was measured", g.what, g.verdict)
			}
		}
	}
}

// TestExponent fits times that are known: a start and what grows.
func TestExponent(t *testing.T) {
	for _, want := range []float64{1, 1.3} {
		lintTook := func(count, _ int) time.Duration {
			if count == 1 {
				return 10 * time.Millisecond
			}
			return 10*time.Millisecond + time.Duration(1e5*math.Pow(float64(count), want))
		}
		m := made([]int{1, 100, 1000, 10000}, func(int) time.Duration { return time.Second }, lintTook)
		if got, ok := m.exponent(kubernetes, lint); !ok || math.Abs(got-want) > 0.01 {
			t.Errorf("got %v, %v, want %v", got, ok, want)
		}
		if got, ok := m.exponent(mixed, lint); ok {
			t.Errorf("got %v of nothing", got)
		}
	}
}

func TestMedian(t *testing.T) {
	if got := median([]float64{9, 1, 2}); got != 2 {
		t.Errorf("got %v of three", got)
	}
	if got := median([]float64{4, 1, 2, 9}); got != 3 {
		t.Errorf("got %v of four", got)
	}
}

// TestBound demands that every secret of the corpora is bound, in both spellings.
func TestBound(t *testing.T) {
	project := string(corpus.Project())
	for f := range (corpus.Options{Seed: 3}).Mixed(200) {
		for line := range strings.Lines(string(f.Data)) {
			_, path, ok := strings.Cut(line, "_path: ")
			if ok && !strings.Contains(project, "path: "+strings.TrimSpace(path)+"}") {
				t.Errorf("%s is not bound", path)
			}
		}
	}
}

// TestCorpora demands one folder for a corpus of files, and one file for the others.
func TestCorpora(t *testing.T) {
	folder := t.TempDir()
	inputs, err := writeCorpora(folder, settings{sizes: []int{1, 150}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, in := range inputs {
		got = append(got, in.String())
		for _, name := range in.files {
			if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
				t.Error(err)
			}
		}
	}
	const want = "1 MCPWebhookConfig, 1 mixed file, 150 MCPWebhookConfigs, 150 mixed files, 150 documents in one file, 150 webhooks in one document"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got %s", text)
	}
}

// TestKept demands that a new page keeps what was written below the old one.
func TestKept(t *testing.T) {
	m := made([]int{1}, func(int) time.Duration { return time.Second }, func(int, int) time.Duration { return time.Second })
	m.folder = t.TempDir()
	name := filepath.Join(m.folder, "benchmarks.md")
	if err := os.WriteFile(name, []byte("old\n"+byHand+"\nWhy it is so.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := m.write(name); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(got); strings.Contains(text, "old\n") || !strings.HasSuffix(text, byHand+"\nWhy it is so.\n") {
		t.Errorf("got %s", text)
	}
}
