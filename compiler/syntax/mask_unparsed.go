package syntax

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/thvctl/thvctl/compiler/token"
	"github.com/thvctl/thvctl/internal/pattern"
)

var (
	secretLine     = pattern.Lazy(`(?i)` + secretWords + `[A-Za-z0-9_-]*["']?\s*[:=]\s*(.+)`)
	credentialLine = pattern.Lazy(`[?&;#][A-Za-z0-9_.%-]*(?i:token|key|secret|sig|pass|pwd|auth|code|credential|jwt|hmac)[A-Za-z0-9_.%\[\]-]*=([^&;#\s"']+)`)
	secretHeader   = pattern.Lazy(`(?i)` + secretWords + `[A-Za-z0-9_-]*["']?\s*:\s*(?:[|>][-+0-9]*\s*)?(?:\s#.*)?$`)
	kindSecret     = pattern.Lazy(`["']?kind["']?\s*:\s*["']?Secret(?:List)?\b`)
	secretData     = pattern.Lazy(`(?i)["']?(?:string)?data["']?\s*:`)
	// keyLine matches a line that begins with a key.
	keyLine = pattern.Lazy(`^[ \t]*(?:- +)*(?:"[^"]*"|'[^']*'|[^\s"'\[{#-][^"'\[{#]*?)\s*:(?:\s|$)`)
)

// hasSecretWord reports whether a line may hold one of secretWords. A look by a pattern
// costs much more.
func hasSecretWord(line string) bool {
	if strings.IndexByte(line, ':') < 0 && strings.IndexByte(line, '=') < 0 {
		return false // it stands in a key
	}
	lower := strings.ToLower(strings.ReplaceAll(line, "ſ", "s"))
	for _, word := range [...]string{"secret", "token", "pass", "hmac", "key", "credential", "authorization", "bearer"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// maskUnparsed hides, by its lines alone, what may be secret in a text that has
// no tree. It hides rather too much than too little.
func maskUnparsed(s *Source, start, end int) {
	s.hidden = append(s.hidden, func() {
		maskLines(s, start, end)
		maskUnknown(s, start, end)
	})
}

// firstKey matches the key that a line begins with, and flowKey one behind a brace or
// comma; the first group is the key.
var (
	firstKey = pattern.Lazy(`^[ \t]*(?:- +)*["']?([^"':{}\[\],#]+?)["']?[?!]?[ \t]*:(?:[ \t\r\n"'\[{]|$)`)
	flowKey  = pattern.Lazy(`[{,\[][ \t]*["']?([^"':{}\[\],#]+?)["']?[?!]?[ \t]*:(?:[ \t\r\n"'\[{]|$)`)
)

// maskUnknown hides what stands behind keys that nobody knows, in a text that has
// no tree: up to the next key of the line, and where nothing stands there the lines
// below that are indented further.
func maskUnknown(s *Source, start, end int) {
	below := -1 // the indentation of an unknown key whose value is in the next lines
	for line := range bytes.Lines(s.Data[start:end]) {
		indent := len(line) - len(bytes.TrimLeft(line, " \t"))
		switch blank := len(bytes.TrimSpace(line)) == 0; {
		case blank:
		case below >= 0 && (indent > below || indent == below && line[indent] == '-'):
			s.Mask(start+indent, start+len(bytes.TrimRight(line, "\r\n")))
		default:
			below = -1
			if maskUnknownIn(s, start, line) {
				below = indent
			}
		}
		start += len(line)
	}
}

// maskUnknownIn does so in one line, and reports whether it ends with an unknown key
// without a value.
func maskUnknownIn(s *Source, start int, line []byte) (open bool) {
	if len(line) > longestLine {
		return true // all of it is hidden
	}
	if bytes.IndexByte(line, ':') < 0 {
		return false
	}
	key := firstKey()
	for at := 0; ; {
		m := key.FindSubmatchIndex(line[at:])
		if m == nil && key == firstKey() {
			key = flowKey()
			continue
		}
		if m == nil {
			return open
		}
		key = flowKey()
		known := plainFields[string(line[at+m[2]:at+m[3]])]
		at += m[3] + bytes.IndexByte(line[at+m[3]:], ':') + 1
		value := valueIn(line[at:])
		blank := len(value) - len(bytes.TrimLeft(value, " \t"))
		if !known {
			s.Mask(start+at+blank, start+at+len(value))
		}
		open = !known && blank == len(value)
		at += len(value)
	}
}

// valueIn returns what stands before the next key of a line. What looks like a key
// inside the quotes that a value begins with is none.
func valueIn(rest []byte) []byte {
	begin := len(rest) - len(bytes.TrimLeft(rest, " \t[{"))
	from := 0
	if begin < len(rest) && (rest[begin] == '"' || rest[begin] == '\'') {
		closing := bytes.IndexByte(rest[begin+1:], rest[begin])
		if closing < 0 {
			return bytes.TrimRight(rest, " \t\r\n")
		}
		from = begin + closing + 2
	}
	until := len(rest)
	if m := flowKey().FindIndex(rest[from:]); m != nil {
		until = from + m[0]
	}
	return bytes.TrimRight(rest[:until], " \t\r\n]},{[")
}

func maskLines(s *Source, start, end int) {
	text := string(s.Data[start:end])
	if strings.Contains(text, "kind") && strings.Contains(text, "Secret") {
		if at := secretData().FindStringIndex(text); at != nil && kindSecret().MatchString(text) {
			s.Mask(start+at[1], end)
			text, end = text[:at[1]], start+at[1]
		}
	}
	below := -1 // the indentation of a secret's key whose value may go on
	fresh := false
	for offset := start; offset < end; {
		line, rest, _ := strings.Cut(text, "\n")
		maskLine(s, line, offset)
		trimmed := strings.TrimLeft(line, " \t")
		indent := len(line) - len(trimmed)
		within := indent > below || strings.TrimSpace(line) == "" || indent == below && strings.HasPrefix(trimmed, "- ") || fresh && !keyLine().MatchString(line)
		var secret []string
		header := false
		if hasSecretWord(line) {
			whole := strings.TrimRight(line, "\r")
			secret, header = secretLine().FindStringSubmatch(whole), secretHeader().MatchString(whole)
		}
		switch {
		case below >= 0 && within:
			s.Mask(offset, offset+len(line))
			fresh = fresh && strings.TrimSpace(line) == ""
		case header:
			below, fresh = indent, true
		case secret != nil && opens(secret[1]):
			s.Mask(offset, end) // nobody knows where it ends
			return
		case secret != nil:
			below, fresh = indent, false
		default:
			below, fresh = -1, false
		}
		offset += len(line) + 1
		text = rest
	}
}

// opens reports whether a value begins with a quote or bracket that its line does
// not close.
func opens(value string) bool {
	value = strings.TrimSpace(value)
	for _, pair := range []string{`""`, `''`, "[]", "{}"} {
		if strings.HasPrefix(value, pair[:1]) {
			return !strings.Contains(value[1:], pair[1:])
		}
	}
	return false
}

// bareWord matches what stands between white space and the marks of YAML and JSON.
var bareWord = pattern.Lazy("[^\\s\"'`,:\\[\\]{}]{16,}")

// longestLine is the longest line, in bytes, of which only parts are hidden.
const longestLine = 64 << 10

func maskLine(s *Source, line string, offset int) {
	if len(line) > longestLine {
		s.Mask(offset, offset+len(line))
		return
	}
	mask := func(p *regexp.Regexp) {
		for _, m := range p.FindAllStringSubmatchIndex(line, -1) {
			s.Mask(offset+m[2], offset+m[3])
		}
	}
	if strings.Contains(line, "@") {
		mask(userInfo())
		mask(longUserInfo())
	}
	if strings.Contains(line, "=") {
		mask(credentialLine())
	}
	if hasSecretWord(line) {
		mask(secretLine())
	}
	for _, m := range bareWord().FindAllStringIndex(line, -1) {
		if token.IsNoName(line[m[0]:m[1]]) {
			s.Mask(offset+m[0], offset+m[1])
		}
	}
}
