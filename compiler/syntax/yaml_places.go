package syntax

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"
)

// yamlLines turns the lines and columns of the YAML library into byte offsets.
// The library breaks lines at more characters than editors do (U+0085, U+2028,
// U+2029 and a lone carriage return) and counts columns in characters.
type yamlLines struct {
	data   []byte
	starts []int
	// The last answer: values are asked for in the order of the text, so that a
	// very long line is walked once and not once a value.
	line, column, at int
	// plain says that each character is a byte.
	plain bool
}

// newYAMLLines looks for the lines of data[start:end]. It may put them into room.
func newYAMLLines(data []byte, start, end int, room []int) *yamlLines {
	if start == 0 && bytes.HasPrefix(data, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	l := &yamlLines{data: data[:end], starts: append(room[:0], start)}
	if l.plain = isPlain(data[start:end]); l.plain {
		for i := bytes.IndexByte(data[start:end], '\n'); i >= 0; i = bytes.IndexByte(data[start:end], '\n') {
			start += i + 1
			l.starts = append(l.starts, start)
		}
		return l
	}
	for i := start; i < end; {
		size := LineBreak(data[i:end])
		if size == 0 {
			i++
			continue
		}
		i += size
		l.starts = append(l.starts, i)
	}
	return l
}

// isPlain reports whether a text breaks its lines at line feeds alone, and each of its
// characters is a byte.
func isPlain(text []byte) bool {
	if bytes.IndexByte(text, '\r') >= 0 {
		return false
	}
	for len(text) >= 8 {
		if binary.NativeEndian.Uint64(text)&0x8080808080808080 != 0 {
			return false
		}
		text = text[8:]
	}
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// LineBreak returns the size in bytes of the line break of YAML that a text, which
// is not empty, begins with, or 0.
func LineBreak(text []byte) int {
	switch text[0] {
	case '\n':
		return 1
	case '\r':
		if len(text) > 1 && text[1] == '\n' {
			return 2
		}
		return 1
	case 0xC2:
		if len(text) > 1 && text[1] == 0x85 {
			return 2
		}
	case 0xE2:
		if len(text) > 2 && text[1] == 0x80 && (text[2] == 0xA8 || text[2] == 0xA9) {
			return 3
		}
	}
	return 0
}

// offset returns the byte offset of a 1-based line and column.
func (l *yamlLines) offset(line, column int) int {
	if line > len(l.starts) {
		return len(l.data) // what is missing at the end stands on the line behind it
	}
	line = max(1, line)
	if l.plain {
		return min(l.starts[line-1]+max(1, column)-1, len(l.data))
	}
	if l.line != line || column < l.column {
		l.line, l.column, l.at = line, 1, l.starts[line-1]
	}
	for l.column < column && l.at < len(l.data) {
		_, size := utf8.DecodeRune(l.data[l.at:])
		l.at += size
		l.column++
	}
	return l.at
}

// skipAnchor returns the offset behind an anchor that stands at start.
func skipAnchor(data []byte, start int, anchor string) int {
	if anchor == "" || !bytes.HasPrefix(data[start:], []byte("&"+anchor)) {
		return start
	}
	return skipSpace(data, start+1+len(anchor))
}

// skipSpace returns the offset of the first content behind white space, line
// breaks and comments.
func skipSpace(data []byte, start int) int {
	for start < len(data) {
		switch {
		case data[start] == ' ' || data[start] == '\t':
			start++
		case LineBreak(data[start:]) > 0:
			start += LineBreak(data[start:])
		case data[start] == '#':
			for start < len(data) && LineBreak(data[start:]) == 0 {
				start++
			}
		default:
			return start
		}
	}
	return start
}

// skipTag returns the offset behind a tag that stands at start, and behind an
// anchor that follows it.
func skipTag(data []byte, start int, anchor string) int {
	if start >= len(data) || data[start] != '!' {
		return start
	}
	return skipAnchor(data, skipSpace(data, tagEnd(data, start)), anchor)
}

// tagEnd returns the offset behind a tag that stands at start, if one does.
func tagEnd(data []byte, start int) int {
	if start >= len(data) || data[start] != '!' {
		return start
	}
	for start < len(data) && data[start] != ' ' && data[start] != '\t' && LineBreak(data[start:]) == 0 {
		start++
	}
	return start
}

// scalarEnd returns the offset behind the scalar whose properties or text start
// at start. indent is the 0-based column of the block collection around it.
func scalarEnd(data []byte, start int, n *yaml.Node, indent int) int {
	text := skipTag(data, start, n.Anchor)
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return doubleQuotedEnd(data, text)
	case n.Style&yaml.SingleQuotedStyle != 0:
		return singleQuotedEnd(data, text)
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return blockEnd(data, text, indent)
	}
	if n.Value == "" {
		return tagEnd(data, start)
	}
	return plainEnd(data, text, n.Value)
}

func doubleQuotedEnd(data []byte, at int) int {
	for at++; at < len(data) && data[at] != '"'; at++ {
		if data[at] == '\\' {
			at++
		}
	}
	return min(at+1, len(data))
}

func singleQuotedEnd(data []byte, at int) int {
	for at++; at < len(data); at++ {
		if data[at] != '\'' {
			continue
		}
		if at+1 < len(data) && data[at+1] == '\'' {
			at++
			continue
		}
		return at + 1
	}
	return len(data)
}

// plainEnd follows the value of a plain scalar through its text: white space in
// either stands for white space in the other, all else is the same.
func plainEnd(data []byte, at int, value string) int {
	if end := at + len(value); end <= len(data) && string(data[at:end]) == value {
		return end
	}
	for value != "" && at < len(data) {
		r, size := utf8.DecodeRuneInString(value)
		if isYAMLSpace(r) {
			value = strings.TrimLeftFunc(value, isYAMLSpace)
			for at < len(data) {
				r, size := utf8.DecodeRune(data[at:])
				if !isYAMLSpace(r) {
					break
				}
				at += size
			}
			continue
		}
		value, at = value[size:], at+size
	}
	return min(at, len(data))
}

func isYAMLSpace(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// blockEnd returns the end of a literal or folded scalar: behind the line break
// of its last line, or behind the blank lines that follow it if it keeps them.
func blockEnd(data []byte, at, indent int) int {
	header, next := cutLine(data, at)
	keep, digit := BlockHeader(header)
	content := -1 // the column at which the content starts
	if digit > 0 {
		content = max(indent, 0) + digit
	}
	end := next
	widest := max(indent+1, 1) // never less than one, even at the root
	for at = next; at < len(data); at = next {
		var line []byte
		line, next = cutLine(data, at)
		trimmed := bytes.TrimLeft(line, " ")
		column := len(line) - len(trimmed)
		if len(trimmed) == 0 && (content < 0 || column <= content) {
			widest = max(widest, column) // the widest blank line before it counts
			if keep {
				end = next
			}
			continue
		}
		if content < 0 {
			content = max(widest, column)
		}
		if column < content {
			return end
		}
		end = next
	}
	return end
}

// BlockHeader reads the first line of a literal or folded scalar, from its "|" or ">" on:
// whether the blank lines behind the scalar are kept, and by how much its text is indented,
// 0 where the line does not say so.
func BlockHeader(line []byte) (keep bool, indent int) {
	for _, b := range line[1:] {
		switch {
		case b == '+':
			keep = true
		case b >= '1' && b <= '9':
			indent = int(b - '0')
		case b != '-':
			return keep, indent // a comment needs no blank before it here
		}
	}
	return keep, indent
}

// cutLine returns the line at an offset without its break, and the offset of
// the next line.
func cutLine(data []byte, at int) (line []byte, next int) {
	for i := at; i < len(data); i++ {
		if size := LineBreak(data[i:]); size > 0 {
			return data[at:i], i + size
		}
	}
	return data[at:], len(data)
}
