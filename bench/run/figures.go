package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// median returns the middle value, or the mean of the two in the middle; there has to be
// one.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// measure is one of the three things that are measured.
type measure func(sample) float64

func cpu(s sample) float64    { return s.cpu.Seconds() }
func wall(s sample) float64   { return s.wall.Seconds() }
func memory(s sample) float64 { return float64(s.peak) / (1 << 20) }

// value returns the median of all rounds: seconds, or MiB.
func (m *measurement) value(k key, of measure) (value float64, ok bool) {
	values := m.values(k, of)
	if len(values) == 0 {
		return 0, false
	}
	return median(values), true
}

func (m *measurement) values(k key, of measure) []float64 {
	var values []float64
	for _, s := range m.samples[k] {
		values = append(values, of(s))
	}
	return values
}

// spread is a ratio: the median of those of each round, and the least and the largest.
type spread struct{ middle, least, most float64 }

// ratio compares the sum of some programs with another one, in the rounds in which all
// of them ran.
func (m *measurement) ratio(of measure, below key, above ...key) (spread, bool) {
	rounds := len(m.samples[below])
	for _, k := range above {
		rounds = min(rounds, len(m.samples[k]))
	}
	if rounds == 0 {
		return spread{}, false
	}
	bottom, ratios := m.values(below, of), make([]float64, rounds)
	for _, k := range above {
		top := m.values(k, of)
		for i := range ratios {
			ratios[i] += top[i] / bottom[i]
		}
	}
	return spread{median(ratios), slices.Min(ratios), slices.Max(ratios)}, true
}

// String implements fmt.Stringer.
func (s spread) String() string {
	if s.least == s.most {
		return significant(s.middle)
	}
	return fmt.Sprintf("%s (%s–%s)", significant(s.middle), significant(s.least), significant(s.most))
}

// exponent fits time = a · count^e by least squares over the logarithms, after the time
// for one file was taken off: starting up does not grow, and would make e look smaller.
// ok is false where there are less than two points.
func (m *measurement) exponent(of kind, program string) (e float64, ok bool) {
	start, ok := m.value(key{input{kind: kubernetes, count: 1}.String(), program, 1}, cpu)
	if !ok {
		return 0, false
	}
	var x, y []float64
	for _, count := range m.settings.sizes {
		total, ok := m.value(key{input{kind: of, count: count}.String(), program, 1}, cpu)
		if ok && count >= 100 && total > start {
			x, y = append(x, math.Log(float64(count))), append(y, math.Log(total-start))
		}
	}
	return slope(x, y)
}

func slope(x, y []float64) (float64, bool) {
	if len(x) < 2 {
		return 0, false
	}
	meanX, meanY := mean(x), mean(y)
	var above, below float64
	for i := range x {
		above += (x[i] - meanX) * (y[i] - meanY)
		below += (x[i] - meanX) * (x[i] - meanX)
	}
	return above / below, true
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// significant writes a figure with as many digits as mean something.
func significant(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
}

// seconds writes a time in a unit that suits it.
func seconds(v float64) string {
	if v < 0.1 {
		return significant(v*1000) + " ms"
	}
	return significant(v) + " s"
}

// number writes 10000 as 10,000.
func number(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
