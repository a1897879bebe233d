package cli

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestDiffApplies changes random lines of random texts: the diff, applied, gives
// the changed text.
func TestDiffApplies(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		before := randomLines(r, r.IntN(60))
		after := changed(r, before)
		a, b := strings.Join(before, ""), strings.Join(after, "")
		diff := string(maskedDiff("x", [2]string{a, a}, [2]string{b, b}))
		if got := applied(t, before, diff); got != b {
			t.Fatalf("%q\nbecomes %q\nwant    %q\n%s", a, got, b, diff)
		}
	}
}

func randomLines(r *rand.Rand, n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %d\n", r.IntN(12))
	}
	return lines
}

func changed(r *rand.Rand, lines []string) []string {
	out := slices.Clone(lines)
	for range r.IntN(6) {
		at := r.IntN(len(out) + 1)
		switch r.IntN(3) {
		case 0:
			out = slices.Insert(out, at, randomLines(r, 1+r.IntN(3))...)
		case 1:
			out = slices.Delete(out, at, min(len(out), at+1+r.IntN(3)))
		default:
			if at < len(out) {
				out[at] = "changed\n"
			}
		}
	}
	return out
}

var wholeHeader = regexp.MustCompile(`^@@ -([0-9]+)(?:,([0-9]+))? \+([0-9]+)(?:,([0-9]+))? @@\n$`)

// applied applies a diff strictly: numbers, counts and context must be right.
func applied(t *testing.T, lines []string, diff string) string {
	t.Helper()
	var out []string
	at, left, right := 0, 0, 0
	for line := range strings.Lines(diff) {
		if strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+++") {
			continue
		}
		if m := wholeHeader.FindStringSubmatch(line); m != nil {
			if left != 0 || right != 0 {
				t.Fatalf("a hunk is %d and %d lines short:\n%s", left, right, diff)
			}
			number := func(i, other int) int {
				if m[i] == "" {
					return other
				}
				n, _ := strconv.Atoi(m[i])
				return n
			}
			left, right = number(2, 1), number(4, 1)
			start, startRight := number(1, 0), number(3, 0)
			if left > 0 {
				start--
			}
			if right > 0 {
				startRight--
			}
			out = append(out, lines[at:start]...)
			at = start
			if len(out) != startRight {
				t.Fatalf("a hunk begins at line %d of the right side, which has %d:\n%s", startRight, len(out), diff)
			}
			continue
		}
		switch line[0] {
		case ' ', '-':
			if line[1:] != lines[at] {
				t.Fatalf("found %q, the text has %q:\n%s", line, lines[at], diff)
			}
			at++
			left--
		}
		switch line[0] {
		case ' ', '+':
			out = append(out, line[1:])
			right--
		}
	}
	return strings.Join(append(out, lines[at:]...), "")
}
