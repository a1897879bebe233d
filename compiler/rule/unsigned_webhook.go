package rule

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var unsignedWebhook = Rule{
	Rule:    diag.Rule{ID: "THV4007", Name: "unsigned-webhook", Severity: diag.Info},
	Summary: "a webhook is asked with neither an HMAC signature nor a client certificate",
	Doc: "The webhook cannot tell a request of ToolHive from one of anybody else who reaches\n" +
		"it. Where its answers depend on what it has seen, or cost something, that matters.\n\n" +
		"Sign the requests with an HMAC reference, or give a client certificate and its key,\n" +
		"and let the webhook check them.",
	Document: func(p *Pass, d *model.Document) {
		key := "hmac_secret_ref"
		if d.Kind.IsKubernetes() {
			key = "hmacSecretRef"
		}
		webhooks(d, func(_ model.List, w model.Webhook) {
			if d.Inexact || w.Inexact || w.HMAC.IsSet() || w.TLS.ClientCert.IsSet() || w.TLS.ClientKey.IsSet() {
				return
			}
			p.Report(d, w.Path+"."+key, "found neither an HMAC reference nor a client certificate, so the webhook cannot know who asks; one of them is better")
		})
	},
}
