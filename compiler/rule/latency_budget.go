package rule

import (
	"cmp"
	"fmt"
	"time"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

// latencyBudgetID is the key of the rule's setting, which has its bound.
const latencyBudgetID = "THV3005"

// defaultBudget is how long the webhooks of a unit may hold up a request in all.
const defaultBudget = 60 * time.Second

// maxShownTimeouts is how many timeouts of a sum are shown beside the finding.
const maxShownTimeouts = 10

var latencyBudget = Rule{
	Rule:    diag.Rule{ID: latencyBudgetID, Name: "latency-budget", Severity: diag.Warning},
	HasMax:  true,
	Summary: "the timeouts of all webhooks together are over the budget of 60s",
	Doc: "ToolHive asks the webhooks of a request one after the other, so in the worst case\n" +
		"a request waits for the sum of their timeouts; there is no bound on the whole. A\n" +
		"webhook without a timeout counts 10s. With `--merge` all webhook files count\n" +
		"together.\n\n" +
		"Shorten the timeouts to what the webhooks need. Another budget is set in the\n" +
		"project file: `latency-budget: {severity: warning, max: 45s}` under `rules`.",
	Unit: func(p *Pass, docs []*model.Document) {
		for _, u := range units(p, docs) {
			checkBudget(p, u.webhooks())
		}
	},
}

// checkBudget reports at the webhook with which the sum crosses the budget.
func checkBudget(p *Pass, webhooks []standing) {
	budget := cmp.Or(p.Options.Settings[latencyBudgetID].Max, defaultBudget)
	var sum time.Duration
	crossed, counted := -1, 0
	for i, s := range webhooks {
		if s.timeout() > 0 {
			counted++
		}
		sum += s.timeout()
		if crossed < 0 && sum > budget {
			crossed = i
		}
	}
	if crossed < 0 {
		return
	}
	at := webhooks[crossed]
	p.Add(Finding{
		Document: at.document, Path: timeoutPath(at.webhook),
		Message: fmt.Sprintf("found timeouts of %s in all, for %s asked one after the other; allowed are %s", seconds(sum), countStanding(counted), seconds(budget)),
		Related: timeoutPlaces(webhooks[:crossed]),
	})
}

func timeoutPath(w model.Webhook) string {
	if w.Timeout.Set {
		return w.Timeout.Path
	}
	return w.Path + ".timeout"
}

func countStanding(n int) string {
	if n == 1 {
		return "1 webhook"
	}
	return fmt.Sprintf("%d webhooks", n)
}

// timeoutPlaces names the webhooks that are part of a sum.
func timeoutPlaces(webhooks []standing) []diag.Related {
	var places []diag.Related
	for _, s := range webhooks[:min(len(webhooks), maxShownTimeouts)] {
		if s.timeout() > 0 {
			places = append(places, diag.Related{Span: s.document.Span(timeoutPath(s.webhook)), Message: seconds(s.timeout()) + " here"})
		}
	}
	return places
}

// seconds spells a duration in seconds, as a budget is read.
func seconds(d time.Duration) string { return fmt.Sprintf("%gs", d.Seconds()) }
