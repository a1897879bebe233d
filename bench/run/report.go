package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

const introduction = `What a check costs, beside what people would use instead. Every figure is also given as a
ratio to the **floor**, a program that reads the same files and decodes them to YAML nodes,
and does nothing else ([bench/floor](../bench/floor/main.go)). Figures differ from machine
to machine, ratios much less.
`

//go:embed reading.md
var reading string

// byHand divides the page: what follows it is kept when the page is written anew.
const byHand = "<!-- What follows is written by hand. -->\n"

// write writes the page, and keeps what was added to it by hand.
func (m *measurement) write(name string) error {
	before, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_, kept, _ := strings.Cut(string(before), byHand)
	say("writing %s", name)
	return os.WriteFile(name, []byte(m.page()+byHand+kept), 0o644)
}

func (m *measurement) page() string {
	var b strings.Builder
	b.WriteString("<!-- Written by make bench. -->\n\n# Benchmarks\n\n" + introduction + "\n")
	m.writeMachine(&b)
	b.WriteString("## Goals\n\n")
	if m.largest() != goalSize || m.settings.corpus.Faulty > 0 {
		fmt.Fprintf(&b, "**The goals are for corpora of %s without errors; here %v of the files are faulty.**\n\n", number(goalSize), m.settings.corpus.Faulty)
	}
	b.WriteString("| what | goal | measured | |\n|---|---|---|---|\n")
	for _, g := range m.goals() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", g.what, g.demanded, g.measured, g.verdict)
	}
	b.WriteString("\nHostile inputs have their limits in tests, and no figure here.\n\n")
	for _, cores := range m.cores() {
		fmt.Fprintf(&b, "## Figures on %s\n\n", plural(cores, "core"))
		for _, in := range m.inputs {
			m.writeTable(&b, in, cores)
		}
	}
	b.WriteString(m.commands() + reading)
	return b.String()
}

func (m *measurement) writeTable(b *strings.Builder, in input, cores int) {
	base := key{in.String(), floor, cores}
	if len(m.samples[base]) == 0 {
		return
	}
	fmt.Fprintf(b, "### %s\n\n| | CPU | ÷ floor | wall | ÷ floor | peak MiB | ÷ floor |\n|---|--:|--:|--:|--:|--:|--:|\n", in)
	for _, p := range m.programs {
		k := key{in.String(), p.name, cores}
		if len(m.samples[k]) == 0 {
			continue
		}
		fmt.Fprintf(b, "| %s", p.name)
		for _, of := range []struct {
			measure measure
			write   func(float64) string
		}{{cpu, seconds}, {wall, seconds}, {memory, significant}} {
			value, _ := m.value(k, of.measure)
			ratio, _ := m.ratio(of.measure, base, k)
			fmt.Fprintf(b, " | %s | %s", of.write(value), ratio)
		}
		b.WriteString(" |\n")
	}
	b.WriteString("\n")
}

func (m *measurement) writeMachine(b *strings.Builder) {
	fmt.Fprintf(b, "Measured on %s with %s", time.Now().UTC().Format(time.DateOnly), machine())
	fmt.Fprintf(b, ", %s, %s; thvctl %s", runtime.Version(), plural(m.settings.rounds, "round"), revision())
	for _, name := range []string{kubeconform, conftest, "cue"} {
		if version := m.version(name); version != "" {
			fmt.Fprintf(b, ", %s %s", name, version)
		}
	}
	fmt.Fprintf(b, "; seed %d. ", m.settings.corpus.Seed)
	if m.bound {
		b.WriteString("`taskset` keeps each process to its cores, and `GOMAXPROCS` says how many they are.\n\n")
	} else {
		b.WriteString("There was no `taskset`, so `GOMAXPROCS` alone says how many cores a process uses.\n\n")
	}
	for _, line := range m.absent {
		fmt.Fprintf(b, "Left out: %s.\n\n", line)
	}
	if least, err := m.leastPeak(); err == nil {
		fmt.Fprintf(b, "A peak of %s MiB or less cannot be told from that of the program that measures.\n\n", significant(least))
	}
}

// machine says what this one is, as far as it says so itself.
func machine() string {
	text := fmt.Sprintf("%s/%s, %s", runtime.GOOS, runtime.GOARCH, plural(runtime.NumCPU(), "core"))
	if model := field("/proc/cpuinfo", "model name"); model != "" {
		text += " of " + model
	}
	if kB, err := strconv.Atoi(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB")); err == nil {
		text += fmt.Sprintf(", %.1f GiB of memory", float64(kB)/(1<<20))
	}
	return text
}

// field returns a value of a file of lines "name : value", or "".
func field(file, name string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return "" // no Linux
	}
	for line := range strings.Lines(string(data)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// revision says what was built.
func revision() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty=, changed").Output()
	if err != nil {
		return "of no known revision"
	}
	return strings.TrimSpace(string(out))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}

// commands shows what was run, on the largest corpus of each kind.
func (m *measurement) commands() string {
	var b strings.Builder
	b.WriteString("## Commands\n\n| | |\n|---|---|\n")
	for _, p := range m.programs {
		in := input{kind: p.kinds[0], path: "PATH", files: []string{"FILE…"}}
		if i := slices.Index(p.kinds, kubernetes); i >= 0 {
			in.kind = kubernetes
		}
		fmt.Fprintf(&b, "| %s | `%s` |\n", p.name, strings.Join(p.arguments(in), " "))
	}
	return b.String() + "\n"
}
