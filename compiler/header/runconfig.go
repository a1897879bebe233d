package header

import (
	"slices"

	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// runConfig returns the headers that ToolHive's runner sends by a RunConfig; added is
// false for one that speaks neither of a remote MCP server nor of headers.
func runConfig(d *model.Document) (b Backend, added bool) {
	if d.Remote.URL.V != "" {
		all := configuredAuth(d)
		all.chain(d)
		return proxy(d, all), true
	}
	all := settings{}
	all.forward(d, d.Remote.HeaderForward.Headers)
	all.chain(d)
	return Backend{Document: d, Headers: all.decided(func(name string, s []Setting) {
		forwarded, _ := split(s)
		var own, chained []*Setting
		for _, o := range forwarded {
			if o.chained {
				chained = append(chained, o)
			} else {
				own = append(own, o)
			}
		}
		settle(own, false, "without a remote_url ToolHive adds no headers of header_forward")
		decideAdded(name, chained)
	})}, len(all) > 0
}

// chain adds the headers that stand in the middleware chain itself.
func (s settings) chain(d *model.Document) {
	for _, m := range d.Chain {
		if m.Type != "header-forward" {
			continue
		}
		path := syntax.JoinKey(syntax.JoinKey(m.Path, "parameters"), "add_headers")
		_, n, found := d.Lookup(path)
		if !found {
			continue
		}
		for _, e := range n.Entries {
			at := syntax.JoinKey(path, e.Key.Value)
			h := model.Header{
				Name: model.Value[string]{V: e.Key.Value, Path: at, Set: true}, Keyed: true,
				Value: model.Value[string]{V: e.Value.Value, Path: at, Set: true},
			}
			s.add(h.Name.V, Setting{Origin: Plaintext, Forwarded: h, Place: e.Key.Span(), chained: true})
		}
	}
}

// configuredAuth returns what authenticates by a RunConfig: by its middleware chain where
// it has one, and otherwise by its fields. The token of a remote server is set last, but
// not where tokens are exchanged.
func configuredAuth(d *model.Document) settings {
	all := settings{}
	exchanged := false
	for _, a := range []struct{ field, middleware string }{
		{"token_exchange_config", "tokenexchange"}, {"embedded_auth_server_config", "upstreamswap"}, {"aws_sts_config", "awssts"},
	} {
		path, there := a.field, isMapping(d.Root.Get(a.field))
		if len(d.Chain) > 0 {
			i := slices.IndexFunc(d.Chain, func(m model.Middleware) bool { return m.Type == a.middleware })
			if there = i >= 0; there {
				path = d.Chain[i].Path
			}
		}
		if there {
			exchanged = exchanged || a.middleware == "tokenexchange"
			all.add("Authorization", Setting{Origin: Auth, By: path, Place: d.KeySpan(path)})
		}
	}
	if remote := d.Root.Get("remote_auth_config"); isMapping(remote) && !exchanged {
		s := Setting{Origin: Auth, By: "remote_auth_config", Place: d.KeySpan("remote_auth_config"), later: "the remote server asks for OAuth"}
		if remote.Get("bearer_token").Text() != "" || remote.Get("bearer_token_file").Text() != "" {
			s.later = always
		}
		all.add("Authorization", s)
	}
	return all
}

func isMapping(n *syntax.Node) bool { return n != nil && n.Kind == syntax.Map }
