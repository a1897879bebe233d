package rule

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var insecureTransport = Rule{
	Rule:    diag.Rule{ID: "THV4003", Name: "insecure-transport", Severity: diag.Error},
	Summary: "a webhook is asked over http, or its certificate is not checked",
	Doc: `One switch in ToolHive means two things: with insecure-skip-verify a webhook may be
asked over http, and the certificate of an https webhook is not checked. Either
way, whoever sits between can read every request and can allow it.

Over http this is an error; on https it is a warning. Give the webhook a
certificate and name its CA instead.`,
	Document: func(p *Pass, d *model.Document) {
		webhooks(d, func(_ model.List, w model.Webhook) {
			if !w.URL.Set || !w.TLS.InsecureSkipVerify.V {
				return
			}
			if !isHTTPS(w.URL) {
				p.Report(d, w.URL.Path, "found an http URL, requests and answers can be read and changed on the way; only https is safe")
				return
			}
			p.Add(Finding{
				Document: d, Path: w.TLS.InsecureSkipVerify.Path, Severity: diag.Warning,
				Message: "the webhook's certificate is not checked, whoever sits between can answer in its place",
			})
		})
	},
}
