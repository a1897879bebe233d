package rule

import (
	"fmt"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

var headerTwice = Rule{
	Rule:    diag.Rule{ID: "THV7002", Name: "header-twice", Severity: diag.Error},
	Summary: "one header in two spellings, or in plain text and from a secret at once",
	Doc: "HTTP takes no notice of the letter case of a header's name, and ToolHive puts names into\n" +
		"one form before it sends them. Of two spellings in plain text it depends on chance which\n" +
		"is sent, and may change with each start. The same is true of two in a RunConfig, and of\n" +
		"one in plain text and one from a secret in an MCPRemoteProxy. Two from secrets in an\n" +
		"object share one environment variable, of which the pod keeps one value.\n\n" +
		"The secret is sent where a header in plain text has the very same spelling, and in a\n" +
		"VirtualMCPServer always; the plain text is then there for nothing.\n\n" +
		"Keep one of the two.",
	Document: func(p *Pass, d *model.Document) {
		headers := inOrder(d, d.Remote.HeaderForward.Headers)
		alike, sent := map[string][]model.Header{}, map[string]string{}
		for _, h := range headers {
			canonical := toolhive.CanonicalHeader(h.Name.V)
			alike[canonical] = append(alike[canonical], h)
		}
		for canonical, all := range alike {
			if len(all) > 1 {
				sent[canonical] = sentOf(d, all)
			}
		}
		for _, h := range headers {
			canonical := toolhive.CanonicalHeader(h.Name.V)
			if first := alike[canonical][0]; first.Name.Path != h.Name.Path {
				p.reportHeader(d, h, fmt.Sprintf("found the header %s %s, allowed is once; %s", showHeader(d, h), again(d, first, h), sent[canonical]),
					diag.Related{Span: nameOf(d, first).Span(), Message: "first here"})
			}
		}
	},
}

// again says how a header stands there a second time.
func again(d *model.Document, first, h model.Header) string {
	if first.Name.V == h.Name.V {
		return "twice"
	}
	return "beside " + showHeader(d, first) + ", which is the same header"
}

// sentOf says which of the headers of one canonical name is sent. ToolHive v0.44 has
// maps by the spelling until it sends them, in which a header from a secret replaces
// the one in plain text (RunConfig.WithSecrets). A VirtualMCPServer alone takes all in
// plain text before all from secrets.
func sentOf(d *model.Document, all []model.Header) string {
	var plain, secret []model.Header
	for _, h := range all {
		if h.Value.Set {
			plain = append(plain, h)
		} else {
			secret = append(secret, h)
		}
	}
	switch {
	case len(secret) > 1 && secret[0].Name.V == secret[1].Name.V:
		return "Kubernetes refuses the object"
	case len(secret) > 1 && d.Kind.IsHeaderOwner():
		return "the pod keeps the secret of one of them for both"
	case len(secret) == 1 && (d.Kind == model.MCPServerEntry || len(plain) == 1 && plain[0].Name.V == secret[0].Name.V):
		return "ToolHive sends the one from the secret"
	}
	return "it depends on chance which one ToolHive sends"
}
