package rule

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var failOpenGate = Rule{
	Rule:    diag.Rule{ID: "THV4006", Name: "fail-open-gate", Severity: diag.Warning},
	Summary: "a validating webhook lets requests pass when it gives no answer",
	Doc: "With `ignore` every request passes while the webhook is down, so whoever can stop\n" +
		"it opens the gate.\n\n" +
		"Use `fail`, or make the webhook a mutating one if it decides nothing.",
	Document: func(p *Pass, d *model.Document) {
		webhooks(d, func(list model.List, w model.Webhook) {
			if list.Name == model.Validating && w.FailurePolicy.V == "ignore" {
				p.Report(d, w.FailurePolicy.Path, `found "ignore" in a validating webhook, no gate during an outage; allowed is "fail"`)
			}
		})
	},
}
