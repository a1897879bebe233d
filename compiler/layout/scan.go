package layout

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// lineBreak returns the size of the line break that text begins with, or 0. A
// document with any other line break that YAML knows is not laid out.
func lineBreak(text []byte) int {
	switch {
	case bytes.HasPrefix(text, []byte("\n")):
		return 1
	case bytes.HasPrefix(text, []byte("\r\n")):
		return 2
	}
	return 0
}

// otherBreak returns the offset of the first line break that is none of those, or
// -1.
func otherBreak(text []byte) int {
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '\r':
			if at+1 == len(text) || text[at+1] != '\n' {
				return at
			}
		case 0xC2, 0xE2:
			if r, _ := utf8.DecodeRune(text[at:]); r == 0x85 || r == 0x2028 || r == 0x2029 {
				return at
			}
		}
	}
	return -1
}

// cutLine returns where the line ends that at lies in, and where the next one
// starts.
func cutLine(data []byte, at int) (end, next int) {
	for end = at; end < len(data); end++ {
		if size := lineBreak(data[end:]); size > 0 {
			return end, end + size
		}
	}
	return end, end
}

// isEnd reports whether a word ends at an offset: white space or the end.
func isEnd(data []byte, at int) bool {
	return at >= len(data) || isBlank(data[at]) || lineBreak(data[at:]) > 0
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' }

// skipBlanks returns the offset behind the spaces and tabs at an offset.
func skipBlanks(data []byte, at int) int {
	for at < len(data) && isBlank(data[at]) {
		at++
	}
	return at
}

// spaces counts the spaces at an offset.
func spaces(data []byte, at int) int {
	start := at
	for at < len(data) && data[at] == ' ' {
		at++
	}
	return at - start
}

// wordEnd returns the offset behind an anchor, an alias or a tag. In a flow
// collection its punctuation ends them too.
func wordEnd(data []byte, at int, flow bool) int {
	for !isEnd(data, at) && !(flow && bytes.IndexByte([]byte(",[]{}"), data[at]) >= 0) {
		at++
	}
	return at
}

// quotedEnd returns the offset behind the quoted scalar at an offset.
func quotedEnd(data []byte, at int) int {
	quote := data[at]
	for at++; at < len(data); at++ {
		switch {
		case quote == '"' && data[at] == '\\':
			at++
		case quote == '\'' && data[at] == quote && at+1 < len(data) && data[at+1] == quote:
			at++
		case data[at] == quote:
			return at + 1
		}
	}
	return len(data)
}

// plainLineEnd returns the offset behind the part of a plain scalar that stands
// on the line of an offset. key says that a colon ended it.
func plainLineEnd(data []byte, at int, flow bool) (end int, key bool) {
	for end = at; at < len(data) && lineBreak(data[at:]) == 0; {
		b := data[at]
		switch {
		case b == ':' && isEnd(data, at+1):
			return end, true
		case flow && bytes.IndexByte([]byte(",?[]{}"), b) >= 0:
			return end, false
		case isBlank(b):
			at = skipBlanks(data, at)
			if at < len(data) && data[at] == '#' {
				return end, false
			}
			continue
		}
		_, size := utf8.DecodeRune(data[at:])
		at += size
		end = at
	}
	return end, false
}

// plainEnd returns the offset behind a plain scalar in block style, whose further
// lines are indented by more than the column of the collection around it.
func plainEnd(data []byte, at, column int) int {
	end, _ := plainLineEnd(data, at, false)
	if after := skipBlanks(data, end); after < len(data) && lineBreak(data[after:]) == 0 {
		return end // a comment follows
	}
	for _, next := cutLine(data, end); next < len(data); {
		indent := spaces(data, next)
		text := skipBlanks(data, next)
		lineEnd, following := cutLine(data, text)
		switch {
		case text == lineEnd: // blank, and perhaps a break inside the scalar
		case indent <= column || data[text] == '#':
			return end
		default:
			end, _ = plainLineEnd(data, text, false)
			if skipBlanks(data, end) < lineEnd {
				return end
			}
		}
		next = following
	}
	return end
}

// flowScan is what there is to know of a flow collection.
type flowScan struct {
	end      int
	words    []word
	comments []string
	// trims are the ends of lines with white space that is part of no scalar.
	trims map[int]bool
}

// word is an anchor or an alias.
type word struct {
	at     int
	name   string
	anchor bool
}

// scanFlow looks through the flow collection at an offset.
func scanFlow(data []byte, at int) flowScan {
	s := flowScan{trims: map[int]bool{}}
	depth := 0
	for at < len(data) {
		b := data[at]
		switch {
		case b == '[' || b == '{':
			depth++
			at++
		case b == ']' || b == '}':
			depth--
			at++
			if depth == 0 {
				s.end = at
				return s
			}
		case b == '"' || b == '\'':
			at = quotedEnd(data, at)
		case b == '#':
			end, _ := cutLine(data, at)
			s.comments = append(s.comments, string(bytes.TrimRight(data[at:end], " \t")))
			s.trims[end] = true
			at = end
		case b == '&' || b == '*':
			end := wordEnd(data, at, true)
			s.words = append(s.words, word{at, wordName(data[at+1 : end]), b == '&'})
			at = end
		case b == '!':
			at = wordEnd(data, at, true)
		case isBlank(b):
			at = skipBlanks(data, at)
		case lineBreak(data[at:]) > 0:
			s.trims[at] = true
			at += lineBreak(data[at:])
		case b == ',' || b == ':' || b == '?':
			at++
		default:
			end, _ := plainLineEnd(data, at, true)
			at = max(end, at+1)
		}
	}
	s.end = at
	return s
}

// wordName is the name of an anchor or alias; punctuation behind it is not part
// of it.
func wordName(text []byte) string {
	end := bytes.IndexFunc(text, func(r rune) bool {
		return !(r == '-' || r == '_' || r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)))
	})
	if end >= 0 {
		text = text[:end]
	}
	return string(text)
}

// blockScan is what there is to know of a block scalar.
type blockScan struct {
	// header is where its first line ends, and end where it ends: behind a line
	// break, or at the end of the text.
	header, end int
	// content is the column at which its text starts, -1 where it has none.
	content int
	// digit is the indentation that the header gives, 0 where it gives none.
	digit int
	// keep says that the scalar keeps the blank lines behind it.
	keep bool
}

// scanBlock looks through the block scalar at an offset. column is that of the
// collection around it.
func scanBlock(data []byte, at, column int) blockScan {
	s := blockScan{content: -1}
	var next int
	s.header, next = cutLine(data, at)
	s.end = next
	if s.keep, s.digit = syntax.BlockHeader(data[at:s.header]); s.digit > 0 {
		s.content = max(column, 0) + s.digit
	}
	widest := max(column+1, 1)
	for next < len(data) {
		start := next
		var end int
		end, next = cutLine(data, start)
		indent := min(spaces(data, start), end-start)
		if indent == end-start && (s.content < 0 || indent <= s.content) {
			widest = max(widest, indent)
			if s.keep {
				s.end = next
			}
			continue
		}
		if s.content < 0 {
			if indent < widest {
				return s
			}
			s.content = indent
		}
		if indent < s.content {
			return s
		}
		s.end = next
	}
	return s
}
