package header

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// proxy returns the headers that the proxy of a remote MCP server sends. It passes on
// what its client sends, and adds headers nearly last.
func proxy(d *model.Document, auth []Setting) Backend {
	all := settings{}
	for _, name := range protocolHeaders {
		all.add(name, Setting{Origin: Protocol})
	}
	for _, s := range auth {
		all.add("Authorization", s)
	}
	all.forward(d, d.Remote.HeaderForward.Headers)
	return Backend{Document: d, Headers: all.decided(decideProxy), Notes: []string{"all other headers of the client pass through"}}
}

// referredAuth returns the external auth references of an MCPRemoteProxy.
func referredAuth(d *model.Document) []Setting {
	var all []Setting
	for _, a := range d.Remote.Auth {
		s := Setting{Origin: Auth, By: fmt.Sprintf("MCPExternalAuthConfig %q", a.V), Place: d.Span(a.Path)}
		if strings.Contains(a.Path, "authServerRef") {
			s.order = beforeHeaders
		}
		all = append(all, s)
	}
	return all
}

func decideProxy(name string, all []Setting) {
	forwarded, others := split(all)
	left := rivals(name, forwarded, "ToolHive refuses it, so that the proxy does not start", sameSpelling)
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
		winAlone(left, "headers are added to what the client sends, and replace it")
	}
}

// decideAuth decides between what authenticates and what is forwarded.
func decideAuth(auth, left []*Setting) {
	last := slices.IndexFunc(auth, func(s *Setting) bool { return s.order == afterHeaders })
	unknown := slices.ContainsFunc(auth, func(s *Setting) bool { return s.order == dependsOnType })
	switch {
	case last >= 0:
		settle(slices.Concat(auth, left), false, "replaced by the token, which is set last")
		settle(auth[last:last+1], true, "the token is set last")
	case len(left) > 0 && unknown:
		settle(auth, false, "replaced by the forwarded header, unless the MCPExternalAuthConfig has the type bearerToken, which comes later")
		winAlone(left, "headers are added after authentication, unless that has the type bearerToken")
	case len(left) > 0:
		settle(auth, false, "replaced by the forwarded header")
		winAlone(left, "headers are added after authentication")
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

// sameSpelling reports whether two headers have names that are equal byte for byte,
// without which a proxy takes them for two.
func sameSpelling(a, b *Setting) bool { return a.Forwarded.Name.V == b.Forwarded.Name.V }

// runConfig returns the headers that ToolHive's runner sends by a RunConfig; remote is
// false for one that speaks of no remote MCP server.
func runConfig(d *model.Document) (b Backend, remote bool) {
	if d.Remote.URL.V != "" {
		b = proxy(d, configuredAuth(d))
		b.Notes = append(b.Notes, chainNotes(d)...)
		return b, true
	}
	all := settings{}
	all.forward(d, d.Remote.HeaderForward.Headers)
	return Backend{Document: d, Headers: all.decided(func(_ string, s []Setting) {
		forwarded, _ := split(s)
		settle(forwarded, false, "without a remote_url ToolHive adds no headers")
	})}, len(all) > 0
}

// configuredAuth returns what authenticates by a RunConfig. Its token of a remote server
// is set last, but not where tokens are exchanged.
func configuredAuth(d *model.Document) []Setting {
	var all []Setting
	for _, key := range []string{"remote_auth_config", "token_exchange_config", "upstream_swap_config", "aws_sts_config"} {
		n := d.Root.Get(key)
		if n == nil || n.Kind != syntax.Map {
			continue
		}
		s := Setting{Origin: Auth, By: key, Place: d.KeySpan(key), order: beforeHeaders}
		if key == "remote_auth_config" && d.Root.Get("token_exchange_config") == nil {
			s.order = afterHeaders
		}
		all = append(all, s)
	}
	return all
}

// chainNotes says what the middleware chain of a RunConfig adds by itself.
func chainNotes(d *model.Document) []string {
	var notes []string
	for _, m := range d.Chain {
		_, n, found := d.Lookup(syntax.JoinKey(syntax.JoinKey(m.Path, "parameters"), "add_headers"))
		if m.Type == "header-forward" && found && len(n.Entries) > 0 {
			notes = append(notes, fmt.Sprintf("%s adds headers as well (%d); header_forward replaces those of the same names", m.Path, len(n.Entries)))
		}
	}
	return notes
}
