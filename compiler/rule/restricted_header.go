package rule

import (
	"fmt"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

var restrictedHeader = Rule{
	Rule:    diag.Rule{ID: "THV7001", Name: "restricted-header", Severity: diag.Error},
	Summary: "a header that ToolHive adds to no request",
	Doc: "ToolHive keeps a list of headers that belong to the connection, to proxies or to the\n" +
		"address of a request, and adds none of them: `Host`, `Connection`, `Transfer-Encoding`,\n" +
		"`Content-Length`, `Forwarded`, `X-Forwarded-For`, `X-Real-Ip` and others. The API server\n" +
		"takes them; then every call to the backend of an MCPServerEntry fails, and the proxy of an\n" +
		"MCPRemoteProxy or RunConfig does not start.\n\n" +
		"Names are compared as HTTP does, in any letter case. Take the header out.",
	Document: eachHeader(func(p *Pass, d *model.Document, h model.Header) {
		if toolhive.IsRestrictedHeader(h.Name.V) {
			p.reportHeader(d, h, fmt.Sprintf("found the header %s, which ToolHive refuses to add to a request; allowed is any that does not belong to the connection or to a proxy", showHeader(d, h)))
		}
	}),
}
