package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// longest is how long one process may take; what takes more CPU than slow runs in the first
// round alone.
const (
	longest = 10 * time.Minute
	slow    = 30 * time.Second
)

// sample is what one run took, or the mean of several.
type sample struct {
	// cpu is user and system time together.
	cpu, wall time.Duration
	// peak is the most memory that was resident, in bytes.
	peak int64
}

// key says what a sample is of.
type key struct {
	input, program string
	cores          int
}

// measurement is everything that was measured.
type measurement struct {
	*workshop
	settings settings
	inputs   []input
	programs []program
	// samples has one sample a round.
	samples map[key][]sample
	absent  []string
	// bound says that processes were kept to their cores; without taskset only
	// GOMAXPROCS keeps them.
	bound bool
}

func (m *measurement) measure() error {
	if err := m.warmUp(); err != nil {
		return err
	}
	for round := range m.settings.rounds {
		for _, cores := range m.cores() {
			m.bound = bind(cores)
			for _, in := range m.inputs {
				if cores > 1 && (in.count != m.largest() || in.kind == webhooks) {
					continue // what more cores do shows where there is most to do at once
				}
				if err := m.each(in, round, cores); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// cores are the numbers of cores that are measured with.
func (m *measurement) cores() []int {
	if runtime.NumCPU() < 2 {
		return []int{1}
	}
	return []int{1, 2}
}

func (m *measurement) largest() int { return slices.Max(m.settings.sizes) }

// each runs all programs on an input. Each round another one begins.
func (m *measurement) each(in input, round, cores int) error {
	var able []program
	for _, p := range m.programs {
		before := m.samples[key{in.String(), p.name, cores}]
		tooSlow := len(before) > 0 && before[0].cpu > slow
		if slices.Contains(p.kinds, in.kind) && !(p.peer && cores > 1) && !tooSlow {
			able = append(able, p)
		}
	}
	say("round %d of %d, %d core(s): %s", round+1, m.settings.rounds, cores, in)
	for i := range able {
		p := able[(i+round)%len(able)]
		s, err := m.sample(p, in, cores)
		if err != nil {
			return err
		}
		k := key{in.String(), p.name, cores}
		m.samples[k] = append(m.samples[k], s)
	}
	return nil
}

// sample runs a program as often as it takes for a small input to be told from noise.
func (m *measurement) sample(p program, in input, cores int) (sample, error) {
	times := 1
	switch {
	case in.count < 100:
		times = 20
	case in.count < 1000:
		times = 5
	}
	var mean sample
	for range times {
		s, err := m.once(p, in, cores)
		if err != nil {
			return s, err
		}
		mean.cpu += s.cpu / time.Duration(times)
		mean.wall += s.wall / time.Duration(times)
		mean.peak = max(mean.peak, s.peak)
	}
	return mean, nil
}

// once runs a program. Its output goes to a file, as it would in a pipeline: a pipe
// would make us work beside it, and the null device looks like a terminal.
func (m *measurement) once(p program, in input, cores int) (sample, error) {
	if p.cold {
		if err := os.RemoveAll(filepath.Join(m.folder, cacheOf("cold", in))); err != nil {
			return sample{}, err
		}
	}
	out, err := os.Create(filepath.Join(m.folder, "output"))
	if err != nil {
		return sample{}, err
	}
	defer out.Close()
	c := m.command(p.arguments(in), cores)
	c.Stdout, c.Stderr = out, out
	start := time.Now()
	if err := c.Start(); err != nil {
		return sample{}, err
	}
	late := time.AfterFunc(longest, func() { c.Process.Kill() })
	err = c.Wait()
	wall := time.Since(start)
	late.Stop()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !(exited && m.settings.corpus.Faulty > 0 && p.checks && c.ProcessState.ExitCode() > 0) {
		text, _ := os.ReadFile(out.Name())
		return sample{}, fmt.Errorf("%s on %s after %v: %w: %s", p.name, in, wall.Round(time.Millisecond), err, firstLine(text))
	}
	usage := c.ProcessState.SysUsage().(*syscall.Rusage)
	return sample{c.ProcessState.UserTime() + c.ProcessState.SystemTime(), wall, peak(usage)}, nil
}

// peak is in kilobytes on Linux and in bytes on macOS.
func peak(usage *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}

// leastPeak is the least peak that can be told, in MiB: Linux hands that of the process
// that starts another on to it.
func (m *measurement) leastPeak() (float64, error) {
	nothing := program{name: readhash, arguments: func(input) []string { return []string{"readhash"} }}
	s, err := m.once(nothing, input{}, 1)
	return memory(s), err
}

// warmUp reads every file once, so that no round reads from a disk, and fills the
// caches.
func (m *measurement) warmUp() error {
	for _, in := range m.inputs {
		for _, p := range m.programs {
			if p.name != readhash && !p.warm || !slices.Contains(p.kinds, in.kind) {
				continue
			}
			if _, err := m.once(p, in, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// bind keeps this process, and so those that it starts, to the first cores. It reports
// whether it could; there is no taskset on macOS.
func bind(cores int) bool {
	list := "0-" + strconv.Itoa(cores-1)
	return exec.Command("taskset", "-a", "-c", "-p", list, strconv.Itoa(os.Getpid())).Run() == nil
}
