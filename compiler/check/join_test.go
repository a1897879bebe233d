package check

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/thvctl/thvctl/compiler/diag"
)

// TestJoin adds random edits to others: they are taken when all of them can be made in a
// text, in the order in which they came, and only then.
func TestJoin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 50)
	taken := 0
	for range 1000 {
		var edits []diag.Edit
		for range 10 {
			var more []diag.Edit
			for range 1 + r.IntN(3) {
				start := r.IntN(len(text))
				end := min(len(text), start+r.IntN(5))
				more = append(more, diag.Edit{Span: diag.Span{Start: diag.Position{Offset: start}, End: diag.Position{Offset: end}}, Text: string(rune('a' + r.IntN(26)))})
			}
			together := slices.Concat(edits, more)
			_, want := Apply(text, together)
			joined, ok := Join(slices.Clone(edits), more)
			if !want {
				together = edits
			}
			if ok != want || !slices.Equal(joined, together) {
				t.Fatalf("%v and %v: got %v, %v", edits, more, joined, ok)
			}
			edits = joined
			if ok {
				taken++
			}
		}
	}
	if taken < 1000 {
		t.Errorf("only %d were taken", taken)
	}
}
