package main

import (
	"fmt"
	"slices"
	"strings"
)

// goal is one line of what was demanded, and what was measured.
type goal struct {
	what, demanded, measured string
	// verdict is met, missed, or why neither can be said.
	verdict string
}

const (
	unmeasured = "not measured"
	unjudged   = "not judged"
)

// goalSize is how large the corpora are that the goals are for. They have no errors.
const goalSize = 10_000

// goals returns all of them, for the largest corpora.
func (m *measurement) goals() []goal {
	n := m.largest()
	var all []goal
	for _, k := range []kind{mixed, kubernetes} {
		in := input{kind: k, count: n}.String()
		all = append(all, m.atMost("lint, "+in+", cold: CPU", "≤ 1.2 × floor", 1.2, cpu, key{in, floor, 1}, key{in, lint, 1}))
	}
	if slices.ContainsFunc(m.programs, func(p program) bool { return p.cold }) {
		for _, k := range []kind{mixed, kubernetes} {
			in := input{kind: k, count: n}.String()
			all = append(all, m.atMost("lint, "+in+", filling a cache: CPU", "≤ 1.2 × floor", 1.2, cpu, key{in, floor, 1}, key{in, coldLint, 1}))
		}
	}
	in := input{kind: kubernetes, count: n}.String()
	for _, peer := range []struct {
		name  string
		times float64
	}{{kubeconform, 2}, {conftest, 4.5}, {cueVet, 7.5}} {
		all = append(all, m.atLeast(in, peer.name, peer.times))
	}
	for _, k := range []kind{mixed, kubernetes} {
		in := input{kind: k, count: n}.String()
		all = append(all, m.atMost("lint, "+in+", two cores: wall", "≤ 0.6 × that of one core", 0.6, wall, key{in, lint, 1}, key{in, lint, 2}))
	}
	for _, k := range []kind{mixed, kubernetes} {
		in := input{kind: k, count: n}.String()
		all = append(all, m.atMost("lint, "+in+", warm cache: CPU", "≤ 2 × reading and hashing", 2, cpu, key{in, readhash, 1}, key{in, warmLint, 1}))
	}
	all = append(all, m.memoryGoal())
	large := input{kind: webhooks, count: n}.String()
	all = append(all, m.atMost("lint, "+large+": peak memory", "≤ 1.5 × floor", 1.5, memory, key{large, floor, 1}, key{large, lint, 1}))
	all = append(all, m.oneFile()...)
	for _, k := range []kind{mixed, kubernetes} {
		in := input{kind: k, count: n}.String()
		all = append(all, m.atMost("compile, "+in+", both forms together: CPU", "≤ 3 × lint", 3, cpu, key{in, lint, 1}, key{in, compileCLI, 1}, key{in, compileCRD, 1}))
	}
	all = append(all, m.growth()...)
	if n != goalSize || m.settings.corpus.Faulty > 0 {
		for i := range all {
			all[i].verdict = unjudged
		}
	}
	return all
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "**missed**"
}

func (m *measurement) atMost(what, demanded string, limit float64, of measure, below key, above ...key) goal {
	got, ok := m.ratio(of, below, above...)
	if !ok {
		return goal{what, demanded, "–", unmeasured}
	}
	return goal{what, demanded, got.String(), verdict(got.middle <= limit)}
}

// atLeast compares a peer with us.
func (m *measurement) atLeast(in, peer string, times float64) goal {
	g := goal{"lint, " + in + ": CPU beside " + peer, fmt.Sprintf("%v × less", times), "–", unmeasured}
	if got, ok := m.ratio(cpu, key{in, lint, 1}, key{in, peer, 1}); ok {
		g.measured, g.verdict = got.String()+" × less", verdict(got.middle >= times)
	}
	return g
}

// memoryGoal looks for the corpus that takes most.
func (m *measurement) memoryGoal() goal {
	most, where := 0.0, ""
	for _, in := range m.inputs {
		for k := range m.samples {
			if k.input != in.String() || in.kind == webhooks && in.count == m.largest() || !strings.HasPrefix(k.program, lint) {
				continue
			}
			if got := slices.Max(m.values(k, memory)); got > most {
				most, where = got, in.String()
			}
		}
	}
	if where == "" {
		return goal{"lint, any corpus: peak memory", "≤ 64 MiB", "–", unmeasured}
	}
	return goal{"lint, any other corpus: peak memory", "≤ 64 MiB", fmt.Sprintf("%s MiB (%s)", significant(most), where), verdict(most <= 64)}
}

func (m *measurement) oneFile() []goal {
	in := input{kind: kubernetes, count: 1}.String()
	what := "lint, one small file: CPU"
	ours, ok := m.value(key{in, lint, 1}, cpu)
	if !ok {
		return []goal{{what, "≤ 12 ms", "–", unmeasured}}
	}
	all := []goal{{what, "≤ 12 ms", seconds(ours), verdict(ours <= 0.012)}}
	for _, peer := range []string{kubeconform, cueVet, conftest} {
		g := goal{what + " beside " + peer, "less", "–", unmeasured}
		if theirs, ok := m.value(key{in, peer, 1}, cpu); ok {
			g.measured, g.verdict = seconds(ours)+" beside "+seconds(theirs), verdict(ours < theirs)
		}
		all = append(all, g)
	}
	return all
}

func (m *measurement) growth() []goal {
	var all []goal
	for _, k := range []kind{mixed, kubernetes, documents, webhooks} {
		g := goal{"growth of lint in " + string(k) + ": exponent", "≤ 1.05", "–", unmeasured}
		if ours, ok := m.exponent(k, lint); ok {
			g.measured, g.verdict = significant(ours), verdict(ours <= 1.05)
			if theirs, ok := m.exponent(k, floor); ok {
				g.measured += " (floor: " + significant(theirs) + ")"
			}
		}
		all = append(all, g)
	}
	return all
}
