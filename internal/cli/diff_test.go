package cli

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
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

// hiddenOneByOne hides texts by an expression for each, which is slow.
func hiddenOneByOne(line string, texts []string) string {
	for _, text := range texts {
		word := regexp.MustCompile(`(^|[^\pL\pN])` + regexp.QuoteMeta(text) + `($|[^\pL\pN])`)
		line = word.ReplaceAllString(line, "${1}"+strings.Repeat("•", utf8.RuneCountInString(text))+"${2}")
	}
	return line
}

// TestHideTextsAtLeast holds the search for all texts at once against one for each:
// it hides what that hides, and the rest is as it was.
func TestHideTextsAtLeast(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	letters := []rune("aab1é日,.:/ -")
	text := func(longest int) string {
		out := make([]rune, 1+r.IntN(longest))
		for i := range out {
			out[i] = letters[r.IntN(len(letters))]
		}
		return string(out)
	}
	hid := 0
	for range 1000 {
		var texts, lines []string
		for range r.IntN(8) {
			texts = append(texts, text(4))
		}
		for range 1 + r.IntN(4) {
			lines = append(lines, text(24)+"\n")
		}
		for i, got := range hideTexts(lines, slices.Clone(texts)) {
			is, want, shown := []rune(lines[i]), []rune(hiddenOneByOne(lines[i], texts)), []rune(got)
			if len(shown) != len(is) {
				t.Fatalf("%q is shown as %q", lines[i], got)
			}
			for at, c := range shown {
				if want[at] == '•' && c != '•' || c != '•' && c != is[at] {
					t.Fatalf("%q without %q is shown as %q, want at least %q", lines[i], texts, got, string(want))
				}
				if want[at] == '•' {
					hid++
				}
			}
		}
	}
	if hid < 500 {
		t.Errorf("only %d characters were hidden", hid)
	}
}

func TestHideTexts(t *testing.T) {
	for _, c := range []struct{ line, texts, want string }{
		{"a: hunter2\n", "hunter2", "a: •••••••\n"},
		{"a: hunter22, b: hunter2", "hunter2", "a: hunter22, b: •••••••"},
		{"abc abc abc\r\n", "abc", "••• ••• •••\r\n"},
		{"pässe: pässe, passe", "pässe", "•••••: •••••, passe"},
		{"a: b, c: \"-\"", "-", "a: b, c: \"•\""},
		{"a: b-c", "-", "a: b-c"},
		{"x$ecret", "$ecret", "x••••••"},
		{"a b c d", "a b|b c", "••••• d"},
		{"a \xff b", "\uFFFD", "a • b"},
		{"+a: b", "+a", "••: b"},
	} {
		got := hideTexts([]string{c.line, "a\n"}, strings.Split(c.texts, "|"))
		if want := []string{c.want, "a\n"}; !slices.Equal(got, want) {
			t.Errorf("%q without %q: got %q, want %q", c.line, c.texts, got, want)
		}
	}
}

// TestHideTextsTooMany has texts that stand in a line in too many places to look at:
// nothing of the line is shown.
func TestHideTextsTooMany(t *testing.T) {
	var texts []string
	for i := range 100 {
		texts = append(texts, strings.Repeat("a", i+1))
	}
	got := hideTexts([]string{strings.Repeat("a", 300) + "\r\n", "b: c\n"}, texts)
	if want := []string{strings.Repeat("•", 300) + "\r\n", "••••\n"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
