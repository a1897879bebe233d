package header

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/model"
)

// proxy returns the headers that the proxy of a remote MCP server sends. It passes on
// what its client sends, and adds headers nearly last.
func proxy(d *model.Document, all settings) Backend {
	all.forward(d, d.Remote.HeaderForward.Headers)
	all.protocol()
	b := Backend{Document: d, Headers: all.decided(decideProxy)}
	b.Notes = append(all.spoiled(), "most other headers of the client pass through; not those of the connection and of proxies")
	return b
}

// referredAuth returns the external auth references of an MCPRemoteProxy.
func referredAuth(d *model.Document) settings {
	all := settings{}
	for _, a := range d.Remote.Auth {
		s := Setting{Origin: Auth, By: fmt.Sprintf("MCPExternalAuthConfig %q", a.V), Place: d.Span(a.Path)}
		if !strings.Contains(a.Path, "authServerRef") {
			s.later = "the MCPExternalAuthConfig has the type bearerToken"
		}
		all.add("Authorization", s)
	}
	return all
}

var proxyRules = rules{
	refused: "ToolHive refuses it, so that the proxy does not start",
	alone:   "added to the request, in place of what the client may send",
	// A proxy takes names that are not equal byte for byte for two headers.
	alike: func(a, b *Setting) bool { return a.Forwarded.Name.V == b.Forwarded.Name.V },
}

func decideProxy(name string, all []Setting) {
	forwarded, others := split(all)
	left := decideAdded(name, forwarded)
	switch {
	case len(others) == 0:
	case others[0].Origin == Auth:
		decideAuth(others, left)
	case len(left) == 0:
		settle(others, true, "as the client sends it")
	case name == "Mcp-Session-Id":
		settle(others, false, "replaced by the forwarded header")
		settle(left, false, "the proxy knows no such session, so that it refuses every request but the first")
	default:
		settle(others, false, "replaced by the forwarded header")
	}
}

// decideAdded decides between what header_forward adds and what a middleware chain does,
// which comes before.
func decideAdded(name string, forwarded []*Setting) []*Setting {
	var own, chained []*Setting
	for _, s := range forwarded {
		if s.chained {
			chained = append(chained, s)
		} else {
			own = append(own, s)
		}
	}
	left, others := proxyRules.rivals(name, own), proxyRules.rivals(name, chained)
	if len(left) > 0 || len(others) == 0 {
		settle(others, false, "replaced by header_forward, whose headers are added last")
		return left
	}
	last := len(others) - 1
	settle(others[:last], false, "replaced by a later entry of the chain")
	settle(others[last:], true, "added by the middleware chain, whatever header_forward says")
	return others[last:]
}

// decideAuth decides between what authenticates and what is forwarded.
func decideAuth(auth, left []*Setting) {
	last := slices.IndexFunc(auth, func(s *Setting) bool { return s.later == always })
	perhaps := slices.IndexFunc(auth, func(s *Setting) bool { return s.later != "" })
	switch {
	case last >= 0:
		settle(slices.Concat(auth, left), false, "replaced by the token, which is set last")
		settle(auth[last:last+1], true, "the token is set last")
	case len(left) > 0 && perhaps >= 0:
		settle(auth, false, "replaced by the forwarded header, unless "+auth[perhaps].later)
		winAlone(left, "added after authentication, and replaced by it only where "+auth[perhaps].later)
	case len(left) > 0:
		settle(auth, false, "replaced by the forwarded header")
		winAlone(left, "added after authentication")
	case len(auth) > 1:
		settle(auth, false, "which of these sets the header in the end depends on their types")
	default:
		settle(auth, true, "most types set this header")
	}
}

// winAlone says why a forwarded setting wins over what else is set. Of several, chance
// decides, which was said.
func winAlone(left []*Setting, why string) {
	if len(left) == 1 {
		settle(left, true, why)
	}
}
