package header

import (
	"strings"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/compiler/token"
)

// Address returns the address of the server as it may be shown: without credentials.
func (b Backend) Address() string {
	remote := b.Document.Remote.URL
	_, n, found := b.Document.Lookup(remote.Path)
	if !remote.Set || !found {
		return ""
	}
	if n.Source.Masked(n.Start, n.End) {
		return strings.Trim(n.Source.Text(n.Start, n.End), `"'`)
	}
	return syntax.HideTokens(remote.V)
}

// Value returns the value of a header in plain text as it may be shown, with one bullet
// in place of each character of what looks like a secret; ok is false for any other
// header.
func (s Setting) Value() (text string, ok bool) {
	if s.Origin != Plaintext {
		return "", false
	}
	value := s.Forwarded.Value.V
	if rule.MayBeCredential(s.Forwarded) {
		return strings.Repeat("•", utf8.RuneCountInString(value)), true
	}
	return syntax.HideTokens(value), true
}

// Reference returns the secret of a header as it may be shown: the name and the key of a
// Secret, or the name of a ToolHive secret without a key. What looks like a secret in
// the wrong place has bullets; ok is false for any other header.
func (s Setting) Reference() (name, key string, ok bool) {
	switch r := s.Forwarded.Secret; {
	case r.Secret.Name != "":
		return hidden(r.Secret.Name, token.HighEntropy), hidden(r.Secret.Key, token.HighEntropy), true
	case r.Name != "":
		return hidden(r.Name, token.IsNoName), "", true
	}
	return "", "", false
}

// hidden returns a name as it may be shown.
func hidden(name string, isSecret func(string) bool) string {
	if isSecret(name) {
		return strings.Repeat("•", utf8.RuneCountInString(name))
	}
	return syntax.HideTokens(name)
}

// Name returns the name of a header as it is written and may be shown; empty for what
// no document says.
func (s Setting) Name() string { return shownName(s.Forwarded.Name.V) }

// shownName returns the name of a header, with bullets in place of one that HTTP does not
// allow: it may hold the value as well.
func shownName(name string) string {
	if name != "" && !rule.IsHeaderName(name) {
		return strings.Repeat("•", utf8.RuneCountInString(name))
	}
	return syntax.HideTokens(name)
}
