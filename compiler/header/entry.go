package header

import (
	"fmt"

	"github.com/thvctl/thvctl/compiler/model"
)

// entry returns the headers that a VirtualMCPServer sends to an MCPServerEntry. What
// the MCP client in it has set stays, and authentication comes last.
func entry(d *model.Document) Backend {
	all := settings{}
	for _, a := range d.Remote.Auth {
		all.add("Authorization", Setting{Origin: Auth, By: fmt.Sprintf("MCPExternalAuthConfig %q", a.V), Place: d.Span(a.Path)})
	}
	all.forward(d, d.Remote.HeaderForward.Headers)
	all.protocol()
	b := Backend{Document: d, Headers: all.decided(decideEntry)}
	b.Notes = all.spoiled()
	if !d.Remote.Group.Set {
		b.Notes = append(b.Notes, "without a groupRef no VirtualMCPServer sends requests to it")
	}
	return b
}

var entryRules = rules{
	refused: "ToolHive refuses it, so that every call to this backend fails",
	alone:   "nothing else sets it",
	alike:   func(_, _ *Setting) bool { return true },
}

func decideEntry(name string, all []Setting) {
	forwarded, others := split(all)
	left := entryRules.rivals(name, forwarded)
	switch {
	case len(others) == 0:
	case others[0].Origin == Auth:
		settle(others, true, "authentication comes last; most types set this header, headerInjection another one")
		settle(left, false, "replaced by the authentication; sent where that sets none, as in some health checks")
	case name == "Accept" || name == "Content-Type":
		settle(others, true, "set by the MCP client with each request that has a body or wants an answer")
		settle(left, false, "kept out where the MCP client has set it")
	default:
		settle(others, true, "set by the MCP client where the protocol asks for it")
		settle(left, false, "kept out where the MCP client has set it; sent with all other requests, which may break them")
	}
}
