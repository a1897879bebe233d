package syntax

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/diag"
)

// TestPositions holds the block index against a plain walk over the text.
func TestPositions(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var text strings.Builder
		for range 400 {
			text.WriteString(strings.Repeat("aé日", r.IntN(12)) + strings.Repeat("\n", r.IntN(3)))
		}
		s := &Source{Name: "x", Data: []byte(text.String())}
		want := diag.Position{Line: 1, Column: 1}
		lines := strings.Split(text.String(), "\n")
		for offset, c := range text.String() {
			want.Offset = offset
			if got := s.Position(offset); got != want {
				t.Fatalf("offset %d: got %v, want %v", offset, got, want)
			}
			want.Column++
			if c == '\n' {
				want.Line, want.Column = want.Line+1, 1
			}
		}
		for i, line := range lines {
			if got := s.Line(i + 1); got != line {
				t.Fatalf("line %d: got %q, want %q", i+1, got, line)
			}
		}
		if got := s.Line(len(lines) + 1); got != "" {
			t.Fatalf("there is a line %q behind the last", got)
		}
	}
}

func TestMask(t *testing.T) {
	s := &Source{Data: []byte("a: sécret\nb: c\n")}
	s.Mask(3, 10)
	s.Mask(5, 7)
	if got := s.Line(1); got != "a: ••••••" {
		t.Errorf("got %q", got)
	}
	if got := s.Text(0, len(s.Data)); got != "a: ••••••\nb: c\n" {
		t.Errorf("got %q", got)
	}
	if !s.Masked(4, 9) || s.Masked(0, 5) {
		t.Error("Masked")
	}
}

// TestLineIsMaskedAnew hides a value after its line was shown, and shows another
// part of the text before the line is asked for again.
func TestLineIsMaskedAnew(t *testing.T) {
	s := &Source{Name: "a.yaml", Data: []byte("signing: hunter22\nother: 1\n")}
	s.Line(1)
	s.Mask(9, 17)
	s.Text(18, 23)
	if line := s.Line(1); line != "signing: ••••••••" {
		t.Errorf("the line is shown as %q", line)
	}
}

// TestMasksOneByOne hides random ranges, and looks at the text behind each or only at
// the end: the same is shown.
func TestMasksOneByOne(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := strings.Repeat("abcde ghij", 20)
	for range 500 {
		at, last := Source{Data: []byte(text)}, Source{Data: []byte(text)}
		hidden := []byte(text)
		for range r.IntN(30) {
			start := r.IntN(len(text))
			end := min(len(text), start+r.IntN(12))
			at.Mask(start, end)
			last.Mask(start, end)
			for i := start; i < end; i++ {
				hidden[i] = '.'
			}
			if r.IntN(4) > 0 { // mostly
				at.Text(0, 1)
			}
		}
		want := strings.ReplaceAll(string(hidden), ".", "•")
		if got := at.Text(0, len(text)); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
		if got := last.Text(0, len(text)); got != want {
			t.Fatalf("all at once: got %q, want %q", got, want)
		}
		for i := 1; i < len(at.masks); i++ {
			if at.masks[i].start <= at.masks[i-1].end {
				t.Fatalf("masks are not joined: %v", at.masks)
			}
		}
	}
}
