package rule

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

var urlCredentials = Rule{
	Rule:    diag.Rule{ID: "THV4001", Name: "url-credentials", Severity: diag.Error},
	Summary: "a URL holds a user, a password, or a query parameter that names a credential",
	Doc: "URLs are no place for secrets: they are stored in ConfigMaps, shown by `kubectl`\n" +
		"and written to logs. Sign the requests with an HMAC reference, or let the webhook\n" +
		"ask for a client certificate, and take the credential out of the URL.",
	Document: func(p *Pass, d *model.Document) {
		webhooks(d, func(_ model.List, w model.Webhook) {
			if w.URL.Set {
				checkCredentials(p, d, w.URL)
			}
		})
	},
}

func checkCredentials(p *Pass, d *model.Document, address model.Value[string]) {
	parsed, err := url.Parse(address.V)
	if err != nil {
		return // THV2005
	}
	if parsed.User != nil {
		p.Report(d, address.Path, "found user info in a URL, a URL must hold no credentials")
		return
	}
	for _, name := range slices.Sorted(maps.Keys(parsed.Query())) {
		if syntax.IsCredential(name) && strings.Join(parsed.Query()[name], "") != "" {
			p.Report(d, address.Path, "found the query parameter %q in a URL, a URL must hold no credentials", name)
			return
		}
	}
}
