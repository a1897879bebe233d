package rule

import (
	"fmt"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

var deadCA = Rule{
	Rule:    diag.Rule{ID: "THV3006", Name: "dead-ca", Severity: diag.Warning},
	Summary: "a CA bundle stands beside insecure-skip-verify, which makes it useless",
	Doc: `A CA says which certificates to trust. With insecure-skip-verify no certificate is
looked at, so the CA does nothing, and whoever reads the file believes otherwise.

Take insecure-skip-verify out; the CA is then enough for a certificate of your own.`,
	Document: func(p *Pass, d *model.Document) {
		webhooks(d, func(_ model.List, w model.Webhook) {
			insecure := w.TLS.InsecureSkipVerify
			if !insecure.V || !w.TLS.CA.IsSet() {
				return
			}
			p.Add(Finding{
				Document: d, Path: w.TLS.CA.Path,
				Message: fmt.Sprintf("found a CA beside %q, which trusts every certificate; allowed is one of the two", lastKey(insecure.Path)),
				Related: []diag.Related{{Span: d.KeySpan(insecure.Path), Message: "no certificate is checked"}},
			})
		})
	},
}

// lastKey returns the key that a path ends in.
func lastKey(path string) string {
	steps := syntax.SplitPath(path)
	return steps[len(steps)-1]
}
