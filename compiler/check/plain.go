package check

import (
	"regexp"
	"strings"
	"sync"

	"github.com/thvctl/thvctl/internal/pattern"
	"github.com/thvctl/thvctl/schema"
)

// broken returns the first of constraints that a text does not fulfil, or nil.
func broken(constraints []*schema.Constraint, text string) *schema.Constraint {
	var plain *plainTexts // of which the text is one
	for _, c := range constraints {
		m := matchers()[c]
		if m == nil { // of a table that is not ours
			m = newMatcher(c)
		}
		switch {
		case plain != nil && m.plain == plain:
		case m.plain != nil && m.plain.have(text):
			plain = m.plain
		case !m.pattern().MatchString(text):
			return c
		}
	}
	return nil
}

// matcher decides whether a text fulfils a constraint.
type matcher struct {
	// plain are texts that surely do; nil for a constraint for which nobody has
	// written it. The pattern has the last word.
	plain   *plainTexts
	pattern func() *regexp.Regexp
}

// plainTexts are texts that are known at little cost. A pattern costs a microsecond, and a
// file has dozens of texts that nobody doubts.
type plainTexts struct{ have func(string) bool }

var (
	nameTexts      = &plainTexts{isPlainName}
	labelTexts     = &plainTexts{isPlainLabel}
	dataKeyTexts   = &plainTexts{isPlainDataKey}
	urlTexts       = &plainTexts{isPlainURL}
	durationTexts  = &plainTexts{isPlainDuration}
	referenceTexts = &plainTexts{isPlainReference}
	pathTexts      = &plainTexts{isPlainPath}
)

func newMatcher(c *schema.Constraint) *matcher {
	return &matcher{plain[c.Name], pattern.Lazy(c.Pattern)}
}

// matchers are those of all constraints of the schema. A pattern is compiled when it is
// first asked.
var matchers = sync.OnceValue(func() map[*schema.Constraint]*matcher {
	all := map[*schema.Constraint]*matcher{}
	for _, d := range schema.Documents {
		for _, t := range schema.Types(d.Type) {
			for _, c := range t.Constraints {
				if all[c] == nil {
					all[c] = newMatcher(c)
				}
			}
		}
	}
	return all
})

// plain says, by the name of a constraint, which texts surely fulfil its pattern.
var plain = map[string]*plainTexts{
	"WebhookName": nameTexts, "Duration": durationTexts,
	"AbsoluteURL": urlTexts, "WebScheme": urlTexts, "URLHost": urlTexts, "URLPort": urlTexts, "URLFragment": urlTexts, "URLText": urlTexts,
	"SecretReference": referenceTexts, "NoRelativePath": referenceTexts, "SecretNameInToolHive": nameTexts,
	"Path": pathTexts, "AbsolutePath": pathTexts,
	"ObjectNameText": labelTexts, "ObjectNameLength": labelTexts, "NamespaceName": labelTexts,
	"SecretNameText": labelTexts, "SecretNameLength": labelTexts, "SecretDataKeyText": dataKeyTexts, "NoDotsKey": dataKeyTexts,
}

// isPlainName reports whether a text has 1 to 63 letters, digits and, between them, "-"
// and "_".
func isPlainName(text string) bool {
	return len(text) > 0 && len(text) <= 63 && isAlphanumeric(text[0]) && isAlphanumeric(text[len(text)-1]) && consistsOf(text, "-_")
}

// isPlainLabel reports whether a text is a DNS label.
func isPlainLabel(text string) bool { return isPlainName(text) && isLower(text) }

// isPlainDataKey reports whether a text has 1 to 63 letters, digits and, behind the first,
// "-", "_" and ".".
func isPlainDataKey(text string) bool {
	return len(text) > 0 && len(text) <= 63 && isAlphanumeric(text[0]) && consistsOf(text, "-_.")
}

// isPlainReference reports whether a text is a plain name or an absolute path.
func isPlainReference(text string) bool { return isPlainName(text) || isPlainPath(text) }

// isPlainPath reports whether a text is an absolute path of letters, digits and a few
// signs.
func isPlainPath(text string) bool {
	return len(text) > 1 && text[0] == '/' && consistsOf(text, "/-_.")
}

// isPlainDuration reports whether a text is a whole number of up to 9 digits with one of
// the units s, m and h.
func isPlainDuration(text string) bool {
	last := len(text) - 1
	if last < 1 || last > 9 || strings.IndexByte("smh", text[last]) < 0 {
		return false
	}
	for i := range last {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// isPlainURL reports whether a text is an https URL with a host of letters, digits, "-"
// and ".", perhaps a port of up to four digits, and a path of these, "_" and "/".
func isPlainURL(text string) bool {
	rest, ok := strings.CutPrefix(text, "https://")
	if !ok || rest == "" || !isAlphanumeric(rest[0]) {
		return false
	}
	host, path, _ := strings.Cut(rest, "/")
	if host, port, ok := strings.Cut(host, ":"); ok {
		return consistsOf(host, "-.") && isPlainPort(port) && consistsOf(path, "/-_.")
	}
	return consistsOf(host, "-.") && consistsOf(path, "/-_.")
}

func isPlainPort(text string) bool {
	if len(text) < 1 || len(text) > 4 || text[0] == '0' {
		return false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// consistsOf reports whether a text has letters and digits of ASCII and signs alone.
func consistsOf(text, signs string) bool {
	for i := range len(text) {
		if !isAlphanumeric(text[i]) && strings.IndexByte(signs, text[i]) < 0 {
			return false
		}
	}
	return true
}

func isLower(text string) bool {
	for i := range len(text) {
		if text[i] >= 'A' && text[i] <= 'Z' || text[i] == '_' {
			return false
		}
	}
	return true
}

func isAlphanumeric(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z'
}
