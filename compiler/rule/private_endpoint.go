package rule

import (
	"fmt"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var privateEndpoint = Rule{
	Rule:    diag.Rule{ID: "THV4005", Name: "private-endpoint", Severity: diag.Info},
	Summary: "a webhook is asked at a loopback, private or unspecified address",
	Doc: "`localhost` and `127.0.0.1` are another machine wherever ToolHive runs, and inside a\n" +
		"pod the pod itself. A private address such as `10.0.0.7` exists in one network, is\n" +
		"another machine in the next, and no public authority signs a certificate for it.\n\n" +
		"Use the name of the webhook, in Kubernetes that of its Service. Where the address is\n" +
		"meant, there is nothing to do.",
	Document: func(p *Pass, d *model.Document) {
		targets(d, func(w model.Webhook, t target) {
			if what := privateAddress(t); what != "" {
				p.Add(Finding{
					Document: d, Path: w.URL.Path, Mark: hostPlace(d, w.URL),
					Message: fmt.Sprintf("found %s, %s; allowed, but the name of a webhook works everywhere", t.show(), what),
				})
			}
		})
	},
}

// privateAddress says in what way a host is private; empty for one that is not,
// and for one of THV4004.
func privateAddress(t target) string {
	switch {
	case metadataService(t) != "":
		return ""
	case t.address.IsLoopback(), isLocalName(t.name):
		return "which is the machine or pod that ToolHive runs in"
	case t.address.IsPrivate():
		return "a private address, which is another machine in another network"
	case t.address.IsUnspecified():
		return "which is no machine's address"
	}
	return ""
}

// isLocalName reports whether a name is that of the machine itself: RFC 6761, and
// what Linux distributions have in their hosts files.
func isLocalName(name string) bool {
	switch name {
	case "localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback":
		return true
	}
	return strings.HasSuffix(name, ".localhost")
}
