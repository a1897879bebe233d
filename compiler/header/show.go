package header

import (
	"strings"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
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
	if _, secret := rule.CredentialOf(s.Forwarded); secret {
		return strings.Repeat("•", utf8.RuneCountInString(value)), true
	}
	return value, true
}

// Name returns the name of a header as it is written and may be shown; empty for what
// no document says.
func (s Setting) Name() string { return syntax.HideTokens(s.Forwarded.Name.V) }
