package evaluate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// plainWebhook is a webhook without anything optional.
const plainWebhook = `{"name":"check","url":"https://h.example/v","timeout":"10s","failurePolicy":"fail"}`

// policyValues makes values of lines "Definition JSON". A line without a
// definition is fields that are put into plainWebhook.
func policyValues(t *testing.T, lines string) []policy.Value {
	t.Helper()
	var values []policy.Value
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		name, data, _ := strings.Cut(line, " ")
		if line == "" {
			continue
		}
		if strings.HasPrefix(line, "{") {
			name, data = "Webhook", line
			webhook := map[string]any{}
			for _, text := range []string{plainWebhook, line} {
				if err := json.Unmarshal([]byte(text), &webhook); err != nil {
					t.Fatal(err)
				}
			}
			out, err := json.Marshal(webhook)
			if err != nil {
				t.Fatal(err)
			}
			data = string(out)
		}
		values = append(values, policy.Value{Definition: name, JSON: json.RawMessage(data)})
	}
	return values
}

// showAnswer writes an answer the way that the tests below expect it: problems as
// "! message @ [text]", violations as "value path @ [text] <what is wanted>
// comment".
func showAnswer(request policy.Request, a policy.Answer) string {
	files := syntax.EvaluateRequest{Files: request.Files}
	var b strings.Builder
	for _, p := range a.Problems {
		unread := ""
		if p.Unread {
			unread = "unread "
		}
		fmt.Fprintf(&b, "! %s%s: %s @ %s\n", unread, p.File, p.Message, text(files, p.Place))
	}
	for _, v := range a.Violations {
		c := a.Constraints[v.Constraint]
		undecided := ""
		if v.Undecided {
			undecided = "undecided "
		}
		wanted := ""
		if c.Text.File != "" {
			wanted = " <" + strings.Trim(text(files, c.Text), "[]") + ">"
		}
		comment := ""
		if c.Comment != "" {
			comment = " // " + c.Comment
		}
		fmt.Fprintf(&b, "%d %s%s @ %s%s%s\n", v.Value, undecided, v.Path, text(files, c.Place), wanted, comment)
	}
	return b.String()
}

// judged answers a request in this process, and fails on a defect.
func judged(t *testing.T, request policy.Request) policy.Answer {
	t.Helper()
	a, err := judgePolicies(request, testSchema)
	if err != nil {
		t.Fatal(err)
	}
	at := nameIn(request.Files)
	for i := range a.Problems {
		at(&a.Problems[i].Place)
	}
	for i := range a.Constraints {
		at(&a.Constraints[i].Place)
		at(&a.Constraints[i].Text)
	}
	return a
}

func TestPolicies(t *testing.T) {
	for _, c := range slices.Concat(policyCases, headerPolicyCases) {
		t.Run(c.name, func(t *testing.T) {
			request := policy.Request{Files: files(c.files), Values: policyValues(t, c.values)}
			got := showAnswer(request, judged(t, request))
			if strings.TrimSpace(got) != strings.TrimSpace(c.want) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
