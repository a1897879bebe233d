package rule

import (
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/token"
	"github.com/thvctl/thvctl/compiler/toolhive"
	"github.com/thvctl/thvctl/internal/pattern"
)

var plaintextSecret = Rule{
	Rule:    diag.Rule{ID: "THV7004", Name: "plaintext-secret", Severity: diag.Error},
	Summary: "a credential as the plain value of a header",
	Doc: "Headers in plain text stand in the object, in the ConfigMap or the environment of a pod\n" +
		"and in version control. Whoever may read one of them has the credential. Found are\n" +
		"`Authorization` and `Cookie` with any value, tokens of known shapes under any name, and\n" +
		"random values under a name that speaks of a key, a token or a session.\n\n" +
		"Put the value into a Secret and name it in `addHeadersFromSecret`, and change the\n" +
		"credential that stood here: it has been seen. The source line shows bullets in its place.",
	Document: eachHeader(func(p *Pass, d *model.Document, h model.Header) {
		what, found := CredentialOf(h)
		if !found {
			return
		}
		if _, value, ok := d.Lookup(h.Value.Path); ok {
			value.Hide()
		}
		p.Report(d, h.Value.Path, "found %s as the plain value of the header %s, allowed is a reference to a secret", what, showHeader(d, h))
	}),
}

// credentialHeader matches the names of headers that carry credentials.
var credentialHeader = pattern.Lazy(`(?i)(^|[-_.])(x?auth|authentication|authorization|bearer|token|[a-z]*secret|password|passwd|passphrase|pwd|credentials?|api-?_?key|key|jwt|session|signature|pat)([-_.]|$)|(api|access|auth|license|private)key|token$|secret$`)

// passwordHeader matches the names of headers whose values are credentials, whatever
// they look like.
var passwordHeader = pattern.Lazy(`(?i)(^|[-_.])(password|passwd|passphrase|pwd|client[-_.]?secret)$`)

// besideCredential matches the names of headers that say something of a credential
// and carry none, and of keys that open nothing. The values of both are random often.
var besideCredential = pattern.Lazy(`(?i)(^|[-_.])(auth|authentication|authorization|token|secret|credentials?|api-?_?key|key|jwt|signature)([-_.].*)?[-_.](id|uuid|name|type|mode|version|algorithm|digest|provider|issuer|audience|tenant|project|scopes?|realm|url|uri)$` +
	`|(idempotency|cache|surrogate|partition|routing|sort|group|project|public)[-_.]?key$`)

// CredentialOf says, with its article, which credential the plain value of a header
// looks like; found is false for a header from a secret.
func CredentialOf(h model.Header) (what string, found bool) {
	if !h.Value.Set {
		return "", false
	}
	value := strings.TrimSpace(h.Value.V)
	if value == "" {
		return "", false
	}
	_, behind, schemed := strings.Cut(value, " ") // a scheme such as Bearer
	if !schemed {
		behind = value
	}
	if name, found := knownToken(behind); found {
		return name, true
	}
	switch toolhive.CanonicalHeader(h.Name.V) {
	case "Authorization", "Cookie":
		return "a credential", true
	}
	if name, found := knownToken(value); found {
		return name, true
	}
	if strings.Contains(value, "://") {
		if what, found := credentialIn(value); found {
			return what + " in a URL", true
		}
	}
	if mayCarryCredential(h.Name.V) && (token.IsNoName(value) || token.IsNoName(behind)) {
		return "what looks like a random secret", true
	}
	if passwordHeader().MatchString(h.Name.V) || strings.HasPrefix(strings.ToLower(value), "bearer ") {
		return "a credential", true
	}
	return "", false
}

// MayBeCredential reports whether the plain value of a header should not be shown: it
// looks like a credential, or the name speaks of one.
func MayBeCredential(h model.Header) bool {
	_, found := CredentialOf(h)
	return found || mayCarryCredential(h.Name.V)
}

// mayCarryCredential reports whether the name of a header speaks of a credential as
// its value.
func mayCarryCredential(name string) bool {
	return credentialHeader().MatchString(name) && !besideCredential().MatchString(name)
}

// knownToken names the first token in a text that is not made to be shown.
func knownToken(text string) (name string, found bool) {
	for _, m := range token.All(text) {
		if !m.Public {
			return m.Name, true
		}
	}
	return "", false
}
