// Command run measures thvctl beside what people would use instead, on the same files in
// turn, and writes down what came of it. It has to be started at the top of the
// repository.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/bench/corpus"
)

// settings are the flags.
type settings struct {
	rounds int
	sizes  []int
	corpus corpus.Options
	out    string
	keep   string
}

func main() {
	debug.SetGCPercent(20) // little memory, for the sake of what is measured: see leastPeak
	s, err := readFlags()
	if err == nil {
		err = run(s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func readFlags() (settings, error) {
	var s settings
	var sizes string
	flag.IntVar(&s.rounds, "rounds", 5, "how often everything runs")
	flag.StringVar(&sizes, "sizes", "1,100,1000,10000", "how many files, documents and webhooks the corpora have")
	flag.Uint64Var(&s.corpus.Seed, "seed", 1, "where the random numbers of the corpora start")
	flag.Float64Var(&s.corpus.Faulty, "faulty", 0, "share of faulty files and documents, 0 to 1; the goals are for 0")
	flag.StringVar(&s.out, "o", "docs/benchmarks.md", "the file to write; what stands there by hand is kept")
	flag.StringVar(&s.keep, "keep", "", "make programs and corpora in this folder, and leave them there")
	flag.Parse()
	for text := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return s, fmt.Errorf("-sizes has %q, allowed are whole numbers from 1", text)
		}
		s.sizes = append(s.sizes, n)
	}
	slices.Sort(s.sizes)
	s.sizes = slices.Compact(s.sizes)
	if s.rounds < 1 || flag.NArg() > 0 || s.corpus.Faulty < 0 || s.corpus.Faulty > 1 {
		return s, fmt.Errorf("-rounds is %d and -faulty %v, allowed are 1 or more and 0 to 1, and no further words", s.rounds, s.corpus.Faulty)
	}
	return s, nil
}

func run(s settings) error {
	folder := s.keep
	if folder == "" {
		temporary, err := os.MkdirTemp("", "thvctl-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		folder = temporary
	}
	w, err := newWorkshop(folder)
	if err != nil {
		return err
	}
	if err := w.build(); err != nil {
		return err
	}
	inputs, err := writeCorpora(w.folder, s)
	if err != nil {
		return err
	}
	programs, left := w.programs()
	programs, refused := w.prove(programs)
	m := measurement{workshop: w, settings: s, inputs: inputs, programs: programs, samples: map[key][]sample{}}
	if err := m.measure(); err != nil {
		return err
	}
	m.absent = append(append(w.absent, left...), refused...)
	return m.write(s.out)
}
