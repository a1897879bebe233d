package check

import (
	"regexp"
	"strings"
	"sync"

	"github.com/thvctl/thvctl/schema"
)

// matches reports whether a text fulfils a constraint.
func matches(c *schema.Constraint, text string) bool {
	m := matchers()[c]
	if m == nil { // of a table that is not ours
		m = newMatcher(c)
	}
	return m.plain != nil && m.plain(text) || m.pattern().MatchString(text)
}

// matcher decides whether a text fulfils a constraint.
type matcher struct {
	// plain knows at little cost most texts that do; nil for a constraint for which
	// nobody has written it. The pattern has the last word.
	plain   func(string) bool
	pattern func() *regexp.Regexp
}

func newMatcher(c *schema.Constraint) *matcher {
	return &matcher{plain[c.Name], sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(c.Pattern) })}
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

// plain says, by the name of a constraint, which texts surely fulfil its pattern. A
// pattern costs a microsecond, and a file has dozens of texts that nobody doubts.
var plain = map[string]func(string) bool{
	"WebhookName": isPlainName, "Duration": isPlainDuration,
	"AbsoluteURL": isPlainURL, "WebScheme": isPlainURL, "URLHost": isPlainURL, "URLPort": isPlainURL, "URLFragment": isPlainURL, "URLText": isPlainURL,
	"SecretReference": isPlainReference, "NoRelativePath": isPlainReference, "SecretNameInToolHive": isPlainName,
	"Path": isPlainPath, "AbsolutePath": isPlainPath,
	"ObjectNameText": isPlainLabel, "ObjectNameLength": isPlainLabel, "NamespaceName": isPlainLabel,
	"SecretNameText": isPlainLabel, "SecretNameLength": isPlainLabel, "SecretDataKeyText": isPlainLabel, "NoDotsKey": isPlainLabel,
}

// isPlainName reports whether a text has 1 to 63 letters, digits and, between them, "-"
// and "_".
func isPlainName(text string) bool {
	return len(text) > 0 && len(text) <= 63 && isAlphanumeric(text[0]) && isAlphanumeric(text[len(text)-1]) && consistsOf(text, "-_")
}

// isPlainLabel reports whether a text is a DNS label.
func isPlainLabel(text string) bool { return isPlainName(text) && isLower(text) }

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
// and ".", without a port, and a path of these, "_" and "/".
func isPlainURL(text string) bool {
	rest, ok := strings.CutPrefix(text, "https://")
	if !ok || rest == "" || !isAlphanumeric(rest[0]) {
		return false
	}
	host, path, _ := strings.Cut(rest, "/")
	return consistsOf(host, "-.") && consistsOf(path, "/-_.")
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
