package report

import (
	"strings"
	"unicode/utf8"
)

// Bounds of a snippet, in terminal columns.
const (
	// snippetWidth is the longest text shown of a line, its two ellipses included.
	snippetWidth = 160
	// snippetLead is how much of a longer line is shown before the carets, so
	// that they are within sight on a narrow terminal too.
	snippetLead = 40
	tabStop     = 4
	// maxMarks is how many combining marks a character may carry; writing
	// systems need no more, and a line of marks alone would have no width.
	maxMarks = 4
)

// snippet is a source line made fit for a terminal.
type snippet struct {
	text string
	// indent columns stand before the first of the carets.
	indent, carets int
}

// newSnippet shows the line around the columns from start to end, half-open,
// 1-based, in characters. An end at or before start means one character, and a
// start behind the line its end. at is where the last snippet was.
func newSnippet(at *cursor, line string, start, end int) snippet {
	first := max(0, start-1-snippetWidth) // the character that cells begin with
	line = at.skip(line, first)
	from := max(0, start-1-first)
	to := max(from+1, end-1-first)
	cells, whole := cut(line, from)
	lo, hi := window(cells, from)

	var s snippet
	var text strings.Builder
	column := 0
	put := func(part string, width int) {
		text.WriteString(part)
		column += width
	}
	if first > 0 || lo > 0 {
		put("…", 1)
	}
	for _, c := range cells[lo:hi] {
		if c.at < to && from < c.at+c.characters {
			if s.carets == 0 {
				s.indent = column
			}
			s.carets += c.width
		}
		put(c.text, c.width)
	}
	if s.carets == 0 {
		s.indent, s.carets = column, 1
	}
	if hi < len(cells) || !whole {
		put("…", 1)
	}
	s.text = text.String()
	return s
}

// cell is what stands together on a terminal: a character with its marks, or
// the spaces or the escape shown in its place.
type cell struct {
	text  string
	width int // in columns, at least 1
	// at is how many characters of the line stand before the cell.
	at, characters int
}

// cut splits a line into cells until a window's width behind the character
// from; whole says whether that was all of it.
func cut(line string, from int) (cells []cell, whole bool) {
	at, column, behind := 0, 0, 0
	for line != "" && behind <= snippetWidth {
		c, size := nextCell(line, column)
		c.at = at
		cells = append(cells, c)
		line = line[size:]
		at += c.characters
		column += c.width
		if at > from {
			behind += c.width
		}
	}
	return cells, line == ""
}

func nextCell(line string, column int) (c cell, size int) {
	r, size := utf8.DecodeRuneInString(line)
	if r == '\t' {
		width := tabStop - column%tabStop
		return cell{text: strings.Repeat(" ", width), width: width, characters: 1}, size
	}
	width := displayWidth(r)
	if hidden(r, size) || width == 0 { // a mark without a base
		text := escape(line[:size], r)
		return cell{text: text, width: len(text), characters: 1}, size
	}
	c = cell{width: width, characters: 1}
	for c.characters <= maxMarks {
		mark, n := utf8.DecodeRuneInString(line[size:])
		if n == 0 || hidden(mark, n) || displayWidth(mark) > 0 {
			break
		}
		size += n
		c.characters++
	}
	c.text = line[:size]
	return c, size
}

// window returns the half-open range of cells to show: the one that holds the
// character from, a lead before it, and then as many as fit.
func window(cells []cell, from int) (lo, hi int) {
	for hi < len(cells) && cells[hi].at+cells[hi].characters <= from {
		hi++
	}
	const room = snippetWidth - 2 // for the ellipses
	lo, used := hi, 0
	grow := func(limit int) {
		for lo > 0 && used+cells[lo-1].width <= limit {
			lo--
			used += cells[lo].width
		}
	}
	grow(snippetLead)
	for hi < len(cells) && used+cells[hi].width <= room {
		used += cells[hi].width
		hi++
	}
	grow(room)
	return lo, hi
}

// cursor is a place in a line, in characters and in bytes. The next that is asked for
// is mostly behind it, and a very long line with many findings is not counted from its
// start for each.
type cursor struct {
	line              string
	characters, bytes int
}

// skip returns the line without its first n characters.
func (c *cursor) skip(line string, n int) string {
	if n < c.characters || line != c.line {
		*c = cursor{line: line}
	}
	for ; c.characters < n && c.bytes < len(line); c.characters++ {
		_, size := utf8.DecodeRuneInString(line[c.bytes:])
		c.bytes += size
	}
	return line[c.bytes:]
}
