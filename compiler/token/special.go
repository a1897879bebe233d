package token

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/thvctl/thvctl/internal/pattern"
)

// special are the shapes that reach over white space.
var special = [...]struct {
	keyword string
	match   func(s *search, at int) (Match, bool)
}{
	{"-----begin ", (*search).pem},
	{"bearer ", (*search).bearer},
	{"basic ", (*search).basic},
}

var (
	// pemHeader matches the first line of RFC 7468, section 2, and what other
	// programs make of it.
	pemHeader = pattern.Lazy(`^(?i)-----BEGIN ([A-Z0-9 ._-]{1,64}?)-----`)
	// pemLine matches a line of such a block: base64, or a header of RFC 1421. It
	// may be quoted, indented or commented out.
	pemLine = pattern.Lazy(`^[ \t#"'*/|>-]*(?:[A-Za-z0-9+/=\\]*|(?:Proc-Type|DEK-Info): .*)["',\r \t]*$`)
)

const (
	pemBeginMarker = "-----BEGIN "
	pemEndMarker   = "-----END "
)

// pem matches a PEM block of any kind, to the marker at its end or, where that is
// missing, as far as the lines look like it.
func (s *search) pem(at int) (Match, bool) {
	if last := len(s.found) - 1; last >= 0 && at < s.found[last].End {
		return Match{}, false
	}
	header := pemHeader().FindStringSubmatch(s.text[at:min(len(s.text), at+128)])
	if header == nil {
		return Match{}, false
	}
	m := Match{Start: at, End: at + len(header[0])}
	m.Name, m.Public = pemName(strings.ToUpper(header[1]))
	if s.pemEnd < m.End {
		s.pemEnd = len(s.text)
		if i := strings.Index(s.text[m.End:], pemEndMarker); i >= 0 {
			s.pemEnd = m.End + i
		}
	}
	if s.pemEnd < len(s.text) && !strings.Contains(s.text[m.End:s.pemEnd], pemBeginMarker) {
		m.End = s.pemEnd + len(pemEndMarker)
		if i := strings.Index(s.text[m.End:min(len(s.text), m.End+128)], "-----"); i >= 0 {
			m.End += i + len("-----")
		}
		return m, true
	}
	m.End = lineEnd(s.text, m.End)
	for m.End < len(s.text) {
		end := lineEnd(s.text, m.End+1)
		if !pemLine().MatchString(s.text[m.End+1 : end]) {
			break
		}
		m.End = end
	}
	return m, true
}

func pemName(label string) (name string, public bool) {
	switch {
	case strings.Contains(label, "PRIVATE KEY"):
		return "a PEM private key", false
	case strings.HasSuffix(label, "CERTIFICATE"):
		return "a PEM certificate", true
	case strings.HasSuffix(label, "PUBLIC KEY"):
		return "a PEM public key", true
	}
	return "a PEM block", false
}

func lineEnd(text string, at int) int {
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(text)
}

// credentials matches the rest of an Authorization header: the token68 of RFC
// 7235, section 2.1, as long as any that is worth stealing.
var credentials = pattern.Lazy(`^ +([A-Za-z0-9._~+/-]{12,}=*)`)

// longestCredentials bounds how much of a header is looked at.
const longestCredentials = 8 << 10

// header returns where the credentials stand behind a scheme of so many bytes.
func (s *search) header(at, scheme int) (start, end int, ok bool) {
	if at > 0 && isAlphanumeric(s.text[at-1]) {
		return 0, 0, false
	}
	at += scheme
	m := credentials().FindStringSubmatchIndex(s.text[at:min(len(s.text), at+longestCredentials)])
	if m == nil {
		return 0, 0, false
	}
	return at + m[2], at + m[3], true
}

// bearer matches the header of RFC 6750. A token has digits, and is no sentence
// about one.
func (s *search) bearer(at int) (Match, bool) {
	start, end, ok := s.header(at, len("bearer"))
	if !ok || !strings.ContainsAny(s.text[start:end], "0123456789") || isName(s.text[start:end]) {
		return Match{}, false
	}
	return Match{Start: at, End: end, Name: "the value of an Authorization header"}, true
}

// basic matches the header of RFC 7617, whose credentials are a user and a
// password in base64, with a colon between them.
func (s *search) basic(at int) (Match, bool) {
	start, end, ok := s.header(at, len("basic"))
	if !ok {
		return Match{}, false
	}
	pair, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s.text[start:end], "="))
	_, _, found := strings.Cut(string(pair), ":")
	if err != nil || !found || !isPrintable(pair) {
		return Match{}, false
	}
	return Match{Start: at, End: end, Name: "the value of an Authorization header"}, true
}

func isPrintable(text []byte) bool {
	return utf8.Valid(text) && strings.IndexFunc(string(text), func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
