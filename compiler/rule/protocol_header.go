package rule

import (
	"fmt"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

var protocolHeader = Rule{
	Rule:    diag.Rule{ID: "THV7006", Name: "protocol-header", Severity: diag.Error},
	Summary: "a header by which MCP, HTTP or ToolHive itself says what a request is",
	Doc: "`Mcp-Session-Id`, `Mcp-Protocol-Version`, `Mcp-Method` and all other `Mcp-*` headers,\n" +
		"`Content-Type`, `Accept`, `Content-Encoding` and `X-ToolHive-*` are set for each request\n" +
		"by whoever makes it. A fixed value ties all requests to one session, or contradicts the\n" +
		"body, which servers refuse; in a VirtualMCPServer it may never be sent at all.\n\n" +
		"Take the header out.",
	Document: eachHeader(func(p *Pass, d *model.Document, h model.Header) {
		if IsProtocolHeader(h.Name.V) {
			p.reportHeader(d, h, fmt.Sprintf("found the header %s, which is set anew for each request and breaks with a fixed value; allowed are headers that are the same in all requests", showHeader(d, h)))
		}
	}),
}

// IsProtocolHeader reports whether a header is one by which MCP, HTTP and ToolHive say
// what a request is. The name is taken in canonical form.
func IsProtocolHeader(name string) bool {
	canonical := toolhive.CanonicalHeader(name)
	switch canonical {
	case "Content-Type", "Accept", "Content-Encoding":
		return true
	}
	return strings.HasPrefix(canonical, "Mcp-") || strings.HasPrefix(canonical, "X-Toolhive-")
}
