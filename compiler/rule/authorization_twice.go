package rule

import (
	"fmt"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

var authorizationTwice = Rule{
	Rule:    diag.Rule{ID: "THV7007", Name: "authorization-twice", Severity: diag.Warning},
	Summary: "Authorization is forwarded beside an external auth reference, which sets it as well",
	Doc: "An MCPExternalAuthConfig mostly sets `Authorization` itself. One of the two then goes to\n" +
		"nobody, without a word: in a VirtualMCPServer the forwarded header loses, because\n" +
		"authentication comes after it.\n\n" +
		"Keep one of the two. `thvctl headers` shows which is sent.",
	Document: eachHeader(func(p *Pass, d *model.Document, h model.Header) {
		if len(d.Remote.Auth) == 0 || toolhive.CanonicalHeader(h.Name.V) != "Authorization" {
			return
		}
		auth := d.Remote.Auth[0]
		p.reportHeader(d, h, fmt.Sprintf("found the header %s beside an external auth reference, which sets it as well; one of the two is enough", showHeader(d, h)),
			diag.Related{Span: d.Span(auth.Path), Message: "the external auth reference"})
	}),
}
