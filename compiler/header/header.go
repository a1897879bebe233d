// Package header says which headers the requests to a remote MCP server carry, where
// each comes from, and which wins where several set one. The facts are those of
// ToolHive v0.62.
package header

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

// Origin is where a header comes from.
type Origin string

// The origins.
const (
	// Plaintext is a header whose value stands in the document.
	Plaintext Origin = "plaintext"
	// Secret is a header whose value is a secret.
	Secret Origin = "secret"
	// Auth is what authenticates to the remote MCP server.
	Auth Origin = "auth"
	// Protocol is what MCP, HTTP or the client of a proxy sets by itself.
	Protocol Origin = "protocol"
)

// Backend is a remote MCP server with the headers of the requests to it.
type Backend struct {
	// Document is the MCPServerEntry, MCPRemoteProxy or RunConfig.
	Document *model.Document
	// Headers are sorted by name.
	Headers []Header
	// Notes say what holds for all requests, for people.
	Notes []string
}

// Header is one header, with all that set it.
type Header struct {
	// Name is in canonical form, as it may be shown.
	Name string
	// Settings are never empty; one that wins is the first.
	Settings []Setting
}

// Setting is one thing that sets a header.
type Setting struct {
	Origin Origin
	// Forwarded is the header of the document, with the name as it is written; it is
	// empty for Auth and Protocol.
	Forwarded model.Header
	// Variable is the environment variable that holds a secret in the pod; empty where
	// there is none.
	Variable string
	// By names what authenticates, for people.
	By string
	// Place is where the document says it; the zero Span for Protocol.
	Place diag.Span
	// Wins says that this value is sent where others are set as well. None wins where
	// chance decides, or where nothing is sent.
	Wins bool
	// Why says for people why it wins or not.
	Why string

	// later says of Auth in a proxy when its header replaces a forwarded one: never
	// where it is empty, always, or on a condition for people.
	later string
	// chained says that the middleware chain of a RunConfig adds the header.
	chained bool
	// spoils says that nothing is sent because of it.
	spoils bool
}

// always is the condition of what comes last in any case.
const always = "always"

// Backends returns the remote MCP servers of the documents, in their order.
func Backends(docs []*model.Document) []Backend {
	var all []Backend
	for _, d := range docs {
		switch d.Kind {
		case model.MCPServerEntry:
			all = append(all, entry(d))
		case model.MCPRemoteProxy:
			all = append(all, proxy(d, referredAuth(d)))
		case model.RunConfig:
			if b, remote := runConfig(d); remote {
				all = append(all, b)
			}
		}
	}
	return all
}

// settings are all settings of a backend, by the canonical name of the header.
type settings map[string][]Setting

func (s settings) add(name string, setting Setting) {
	canonical := toolhive.CanonicalHeader(name)
	s[canonical] = append(s[canonical], setting)
}

// forward adds the headers of a document.
func (s settings) forward(d *model.Document, headers []model.Header) {
	for _, h := range headers {
		setting := Setting{Origin: Plaintext, Forwarded: h, Place: d.KeySpan(h.Name.Path)}
		if !h.Keyed {
			setting.Place = d.Span(h.Name.Path)
		}
		if !h.Value.Set {
			setting.Origin = Secret
			if d.Kind.IsHeaderOwner() {
				setting.Variable = toolhive.NamesOfHeader(d.Name.V, h.Name.V).Secret
			}
		}
		s.add(h.Name.V, setting)
	}
}

// protocol adds what the protocol sets: what every session has, and what a request may
// have where one of its headers is forwarded as well.
func (s settings) protocol() {
	for name := range s {
		if slices.Contains([]string{"Mcp-Method", "Mcp-Name", "Last-Event-Id"}, name) || strings.HasPrefix(name, "Mcp-Param-") {
			s.add(name, Setting{Origin: Protocol})
		}
	}
	for _, name := range []string{"Accept", "Content-Type", "Mcp-Protocol-Version", "Mcp-Session-Id"} {
		s.add(name, Setting{Origin: Protocol})
	}
}

// decided returns the headers, sorted, after decide has said of the settings of each
// which wins.
func (s settings) decided(decide func(name string, all []Setting)) []Header {
	var headers []Header
	for _, name := range slices.Sorted(maps.Keys(s)) {
		decide(name, s[name])
		slices.SortStableFunc(s[name], func(a, b Setting) int { return cmp.Compare(rank(a), rank(b)) })
		headers = append(headers, Header{shownName(name), s[name]})
	}
	return headers
}

// spoiled says that nothing is sent because of one header; nothing where all can be.
func (s settings) spoiled() []string {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if slices.ContainsFunc(s[name], func(o Setting) bool { return o.spoils }) {
			return []string{"no request is sent, because of " + shownName(name)}
		}
	}
	return nil
}

// rank puts the setting that wins first.
func rank(s Setting) int {
	if s.Wins {
		return 0
	}
	return 1
}

// split parts what is forwarded from what else sets a header.
func split(all []Setting) (forwarded, others []*Setting) {
	for i := range all {
		if s := &all[i]; s.Origin == Plaintext || s.Origin == Secret {
			forwarded = append(forwarded, s)
		} else {
			others = append(others, s)
		}
	}
	return forwarded, others
}

// settle says of several settings why they win or lose.
func settle(list []*Setting, wins bool, why string) {
	for _, s := range list {
		s.Wins, s.Why = wins, why
	}
}
