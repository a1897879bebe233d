package check

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/schema"
)

// TestPlainTextsFulfilTheirPatterns holds each shortcut against the pattern that it
// stands in for, with random texts of the characters that matter.
func TestPlainTextsFulfilTheirPatterns(t *testing.T) {
	constraints := map[string]*schema.Constraint{}
	for _, d := range schema.Documents {
		for _, structure := range schema.Types(d.Type) {
			for _, c := range structure.Constraints {
				constraints[c.Name] = c
			}
		}
	}
	r := rand.New(rand.NewPCG(7, 7))
	for name, texts := range plain {
		c := constraints[name]
		if c == nil {
			t.Errorf("no field has the constraint %s", name)
			continue
		}
		pattern, taken := regexp.MustCompile(c.Pattern), 0
		for range 100000 {
			text := randomPlain(r)
			if !texts.have(text) {
				continue
			}
			taken++
			if !pattern.MatchString(text) {
				t.Fatalf("%s: %q passes for plain, and the pattern refuses it", name, text)
			}
			if strings.HasPrefix(name, "URL") && !parses(text+"?") {
				t.Fatalf("%q passes for a plain URL, and does not parse", text)
			}
		}
		if taken < 500 {
			t.Errorf("%s: only %d texts were plain", name, taken)
		}
	}
}

func randomPlain(r *rand.Rand) string {
	const characters = "aZ09-_./:shm@?#% \n\u00e9"
	starts := []string{"", "", "https://", "https://a", "HTTPS://a", "/", "5", "a", "https:/"}
	text := starts[r.IntN(len(starts))]
	for range r.IntN(8) {
		text += string([]rune(characters)[r.IntN(len([]rune(characters)))])
	}
	if r.IntN(10) == 0 {
		text += strings.Repeat("a", r.IntN(260))
	}
	ends := []string{"", "", "", "s", "0s", "a", "-", "."}
	return text + ends[r.IntN(len(ends))]
}
