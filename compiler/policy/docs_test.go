package policy_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/policy"
)

var fenced = regexp.MustCompile("(?ms)^```(cue|yaml|text)\n(.*?)^```$")

// TestDocumentation runs the examples of the documentation: a policy, a file and
// what is found in it, one after the other.
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile("../../docs/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := fenced.FindAllStringSubmatch(string(page), -1)
	examples := 0
	for i := 0; i+2 < len(blocks); i++ {
		if blocks[i][1] != "cue" || blocks[i+1][1] != "yaml" || blocks[i+2][1] != "text" {
			continue
		}
		examples++
		name, _, _ := strings.Cut(blocks[i+2][2], ":")
		docs, policies := inputs(t, "-- policy.cue --\n"+blocks[i][2]+"-- "+name+" --\n"+blocks[i+1][2])
		found, err := policy.Check(docs, policies, policy.Options{Evaluate: child().CheckPolicies})
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, d := range found {
			fmt.Fprintf(&got, "%s:%d:%d: %s\n", d.Span.File, d.Span.Start.Line, d.Span.Start.Column, d.Message)
		}
		if got.String() != blocks[i+2][2] {
			t.Errorf("got\n%s\nthe page says\n%s", got.String(), blocks[i+2][2])
		}
	}
	if want := strings.Count(string(page), "```cue"); examples != want || want < 3 {
		t.Errorf("%d examples, %d of them complete", want, examples)
	}
}
