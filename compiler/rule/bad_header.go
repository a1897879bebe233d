package rule

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

// BadHeader is reported by the stage lookup as well, which sees the values of secrets.
var BadHeader = diag.Rule{ID: "THV7003", Name: "bad-header", Severity: diag.Error}

var badHeader = Rule{
	Rule:    BadHeader,
	Summary: "a header whose name or value HTTP does not allow",
	Doc: "The name of a header is a token of RFC 9110: letters, digits and ``!#$%&'*+-.^_`|~``. A\n" +
		"value is one line of text without control characters. ToolHive's command line looks at\n" +
		"both, its RunConfig and its Kubernetes resources at neither: every request to the remote\n" +
		"server then fails when it is sent.\n\n" +
		"A frequent cause is a block scalar (`|`), whose value ends in a line break, or a Secret\n" +
		"made of a file that ends in one. With `--secrets=verify` the values of Secrets are looked\n" +
		"at, too; they are never shown.\n\n" +
		"A warning is a plain value of an MCPServerEntry with `$(` or `$$`, which Kubernetes\n" +
		"replaces in the environment of a pod: the header would be another than the one that is\n" +
		"written.",
	Document: eachHeader(func(p *Pass, d *model.Document, h model.Header) {
		reportBadName(p, d, h)
		if what := badValueOf(h.Value.V); what != "" {
			p.Report(d, h.Value.Path, "found %s the value of the header %s, allowed is one line without control characters", what, showHeader(d, h))
		}
		reportExpansion(p, d, h)
	}),
}

// reportExpansion warns of a value that does not arrive as it is written: the headers of
// an MCPServerEntry are handed to a pod in its environment.
func reportExpansion(p *Pass, d *model.Document, h model.Header) {
	if d.Kind != model.MCPServerEntry || !strings.Contains(h.Value.V, "$(") && !strings.Contains(h.Value.V, "$$") {
		return
	}
	p.Add(Finding{
		Document: d, Path: h.Value.Path, Severity: diag.Warning,
		Message: fmt.Sprintf("found \"$(\" or \"$$\" in the value of the header %s, which Kubernetes replaces in the environment of a pod; allowed is what arrives as it is written", showHeader(d, h)),
	})
}

// longestHeaderName is how many characters ToolHive's custom resources give a name.
const longestHeaderName = 255

func reportBadName(p *Pass, d *model.Document, h model.Header) {
	const allowed = "allowed are letters, digits and the signs !#$%&'*+-.^_`|~"
	name := h.Name.V
	at := strings.IndexFunc(name, func(r rune) bool { return !isTokenRune(r) })
	switch {
	case name == "":
		p.reportHeader(d, h, "found an empty header name, "+allowed)
	case at >= 0:
		if mayHoldValue(name[at:]) {
			nameOf(d, h).Hide()
		}
		r, _ := utf8.DecodeRuneInString(name[at:])
		p.reportHeader(d, h, fmt.Sprintf("found %q in a header name%s, %s", r, codePoint(r), allowed))
	case !h.Keyed && len(name) > longestHeaderName:
		p.reportHeader(d, h, fmt.Sprintf("found a header name of %d characters, allowed are at most %d", len(name), longestHeaderName))
	}
}

// codePoint names a character that may look like another.
func codePoint(r rune) string {
	if r < utf8.RuneSelf {
		return ""
	}
	return fmt.Sprintf(" (%U)", r)
}

// mayHoldValue reports whether the rest of a name, from the first sign on that is in no
// name, may be the value of a header that stands in place of its name.
func mayHoldValue(rest string) bool {
	const shortestValue = 8
	return len(rest) >= shortestValue || strings.Trim(rest, ":= ") != "" && strings.ContainsAny(rest[:1], ":=")
}

// isTokenRune reports whether a token of RFC 9110 may hold a character.
func isTokenRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r < 0x80 && strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// badValueOf says what the value of a header holds that net/http refuses to send, and
// with a preposition where; "" for nothing.
func badValueOf(value string) string {
	for i, r := range value {
		switch {
		case (r == '\r' || r == '\n') && strings.TrimRight(value, "\r\n") == value[:i]:
			return "a line break at the end of"
		case r == '\r' || r == '\n':
			return "a line break in"
		case r < ' ' && r != '\t' || r == 0x7F:
			return fmt.Sprintf("the control character U+%04X in", r)
		}
	}
	return ""
}

// IsSendable reports whether HTTP allows the name and, where it is known, the value of
// a header.
func IsSendable(h model.Header) bool { return IsHeaderName(h.Name.V) && badValueOf(h.Value.V) == "" }

// IsHeaderName reports whether HTTP allows a name for a header.
func IsHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return !isTokenRune(r) })
}
