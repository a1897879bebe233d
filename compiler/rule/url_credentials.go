package rule

import (
	"fmt"
	"net/url"
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
			if what, found := credentialIn(w.URL.V); w.URL.Set && found {
				p.Report(d, w.URL.Path, "found %s in a URL, a URL must hold no credentials", what)
			}
		})
	},
}

// credentialIn says which credential a URL holds, for people. What the mask of source
// lines takes for one is one here, too.
func credentialIn(address string) (what string, found bool) {
	if !strings.ContainsAny(address, "@?#;&%") {
		return "", false
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return "", false // THV2005
	}
	if parsed.User != nil {
		return "user info", true
	}
	name, found := syntax.CredentialIn(address)
	return fmt.Sprintf("the query parameter %q", name), found
}
