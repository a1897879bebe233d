package rule

import (
	"fmt"
	"strconv"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

var numericTimeout = Rule{
	Rule:    diag.Rule{ID: "THV3008", Name: "numeric-timeout", Severity: diag.Warning},
	Fixable: true,
	Summary: "a timeout in a JSON webhook file is a number of nanoseconds",
	Doc: "ToolHive's JSON reader takes a number for nanoseconds, its YAML reader refuses it,\n" +
		"and few people see at once that `5000000000` is five seconds. A duration such as\n" +
		"`\"5s\"` means the same to both.\n\n" +
		"In a RunConfig nanoseconds are what ToolHive writes itself, and are no finding.",
	Document: func(p *Pass, d *model.Document) {
		if d.Kind != model.WebhookFile || d.Format != syntax.JSON {
			return
		}
		webhooks(d, func(_ model.List, w model.Webhook) {
			if w.Timeout.Set && w.Timeout.V.Numeric && timeoutAllowed(w.Timeout.V) {
				reportNumericTimeout(p, d, w.Timeout)
			}
		})
	},
}

func reportNumericTimeout(p *Pass, d *model.Document, timeout model.Value[model.Timeout]) {
	duration := strconv.Quote(timeout.V.Duration.String())
	f := Finding{
		Document: d, Path: timeout.Path,
		Message: fmt.Sprintf("found %d nanoseconds, which ToolHive takes in JSON alone; allowed everywhere is a duration: %s", timeout.V.Duration.Nanoseconds(), duration),
	}
	if _, n, found := d.Lookup(timeout.Path); found {
		if f.Fix = n.Replace(duration); f.Fix != nil {
			f.Fix.Title = "replace with " + duration
		}
	}
	p.Add(f)
}
