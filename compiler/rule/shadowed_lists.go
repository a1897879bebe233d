package rule

import (
	"fmt"
	"strings"
	"time"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var shadowedLists = Rule{
	Rule:    diag.Rule{ID: "THV3011", Name: "shadowed-lists", Severity: diag.Error},
	Summary: "the middleware chain of a RunConfig disagrees with its webhook lists",
	Doc: "Where `middleware_configs` of a RunConfig is not empty, ToolHive runs that chain\n" +
		"and never looks at `validating_webhooks` and `mutating_webhooks`. An edit of the\n" +
		"lists alone changes nothing: a webhook that was added is not asked, one that was\n" +
		"removed still is.\n\n" +
		"Edit both, or let `thvctl compile --base FILE` write both.",
	Document: func(p *Pass, d *model.Document) {
		if d.Kind != model.RunConfig || len(d.Chain) == 0 || d.Inexact {
			return
		}
		for _, name := range []string{model.Validating, model.Mutating} {
			reportShadowed(p, d, name)
		}
	},
}

func reportShadowed(p *Pass, d *model.Document, name string) {
	var chained []model.Webhook
	place := "middleware_configs"
	for _, m := range d.Chain {
		if m.Type == name+"-webhook" {
			chained = append(chained, m.List.Webhooks...)
			place = m.Path
		}
	}
	list := d.List(name)
	if sameWebhooks(list.Webhooks, chained) {
		return
	}
	path := list.Path
	if path == "" {
		path = place
	}
	p.Add(Finding{
		Document: d, Path: path,
		Message: fmt.Sprintf("found %s in %q and %s in the middleware chain; ToolHive obeys the chain alone, the two must agree",
			countWebhooks(list.Webhooks), name+"_webhooks", describeChain(list.Webhooks, chained)),
		Related: []diag.Related{{Span: d.KeySpan("middleware_configs"), Message: "the chain"}},
	})
}

func countWebhooks(webhooks []model.Webhook) string {
	switch len(webhooks) {
	case 0:
		return "no webhook"
	case 1:
		return "1 webhook"
	}
	return fmt.Sprintf("%d webhooks", len(webhooks))
}

func describeChain(listed, chained []model.Webhook) string {
	if len(listed) == len(chained) {
		return "others"
	}
	return countWebhooks(chained)
}

func sameWebhooks(a, b []model.Webhook) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if meaning(a[i]) != meaning(b[i]) {
			return false
		}
	}
	return true
}

// meaning is a webhook without the places of its parts and with its defaults.
func meaning(w model.Webhook) [10]string {
	timeout := w.Timeout.V.Duration
	if timeout == 0 {
		timeout = 10 * time.Second
	}
	address, _, _ := strings.Cut(w.URL.V, "#") // the fragment is not sent
	return [...]string{
		w.Name.V, address, timeout.String(), w.FailurePolicy.V, w.TLS.CA.File, w.TLS.ClientCert.File, w.TLS.ClientKey.File,
		fmt.Sprint(w.TLS.InsecureSkipVerify.V), w.HMAC.Name, w.HMAC.File,
	}
}
