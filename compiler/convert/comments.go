package convert

import (
	"bytes"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// comment is one comment of a YAML text.
type comment struct {
	// start is the byte offset of its "#".
	start int
	text  string
	// own says that nothing stands before it on its line, lineStart where that
	// begins, and column how far in it is, in bytes.
	own               bool
	lineStart, column int
	// blank says that an empty line stands before it.
	blank bool
}

// scan is the comments of a part of a YAML text, and the lines that an empty one
// stands before.
type scan struct {
	comments []comment
	// spaced holds where the lines start that an empty line stands before.
	spaced map[int]bool
}

// extent is a half-open range of bytes.
type extent struct{ start, end int }

// scalars returns where the scalars of a value stand, sorted: nothing in them is a
// comment.
func scalars(n *syntax.Node) []extent {
	var out []extent
	var visit func(*syntax.Node)
	visit = func(n *syntax.Node) {
		for _, item := range n.Items {
			visit(item)
		}
		for _, e := range n.Entries {
			visit(e.Key)
			visit(e.Value)
		}
		if n.Kind != syntax.List && n.Kind != syntax.Map && n.Start < n.End {
			out = append(out, extent{n.Start, n.End})
		}
	}
	visit(n)
	slices.SortFunc(out, func(a, b extent) int { return a.start - b.start })
	return slices.Compact(out)
}

// scanner walks through a text. The lines are those of YAML, which breaks them at
// more characters than editors do.
type scanner struct {
	data   []byte
	opaque []extent
	found  scan

	lineStart int
	// filled says that the line has content, noted that it has a comment, and
	// empty that the line before has neither.
	filled, noted, empty bool
}

// scanComments finds the comments in a half-open range of a text.
func scanComments(data []byte, from, to int, opaque []extent) scan {
	s := scanner{data: data, opaque: opaque, lineStart: from, found: scan{spaced: map[int]bool{}}}
	if bytes.HasPrefix(data[from:to], []byte("\ufeff")) {
		from += len("\ufeff")
	}
	for at := from; at < to; {
		at = s.step(at, to)
	}
	return s.found
}

// step takes in what stands at an offset, and returns the offset behind it.
func (s *scanner) step(at, to int) int {
	for len(s.opaque) > 0 && s.opaque[0].end <= at {
		s.opaque = s.opaque[1:]
	}
	if size := syntax.LineBreak(s.data[at:to]); size > 0 {
		s.newLine(at + size)
		return at + size
	}
	if len(s.opaque) > 0 && s.opaque[0].start <= at {
		return s.scalar(at, min(s.opaque[0].end, to))
	}
	switch b := s.data[at]; {
	case b == ' ' || b == '\t':
		return at + 1
	case b == '#' && s.opens(at):
		return s.comment(at, to)
	case (b == '"' || b == '\'') && s.opens(at):
		s.content()
		return quotedEnd(s.data[:to], at) // of a value that a merge left out
	}
	s.content()
	return at + 1
}

// opens reports whether a comment or a quoted text can begin at an offset.
func (s *scanner) opens(at int) bool {
	return at == s.lineStart || strings.IndexByte(" \t\r\n,[]{}:\"'", s.data[at-1]) >= 0 || at >= 3 && bytes.HasSuffix(s.data[:at], []byte("\ufeff"))
}

func (s *scanner) newLine(next int) {
	s.empty = !s.filled && !s.noted
	s.filled, s.noted, s.lineStart = false, false, next
}

func (s *scanner) content() {
	if !s.filled && s.empty {
		s.found.spaced[s.lineStart] = true
	}
	s.filled = true
}

// scalar passes over a scalar. The header of a block scalar may end in a comment.
func (s *scanner) scalar(at, end int) int {
	s.content()
	header := at
	if s.data[at] == '!' || s.data[at] == '&' {
		for header < end && syntax.LineBreak(s.data[header:]) == 0 && s.data[header] != '|' && s.data[header] != '>' {
			header++
		}
	}
	if s.data[header] == '|' || s.data[header] == '>' {
		line := header
		for line < end && syntax.LineBreak(s.data[line:]) == 0 {
			line++
		}
		if i := bytes.Index(s.data[header:line], []byte(" #")); i >= 0 {
			s.comment(header+i+1, line)
		} else if i := bytes.Index(s.data[header:line], []byte("\t#")); i >= 0 {
			s.comment(header+i+1, line)
		}
	}
	for i := at; i < end; {
		size := syntax.LineBreak(s.data[i:end])
		if size > 0 {
			s.lineStart, s.filled, s.noted, s.empty = i+size, false, false, false
		} else {
			s.filled = true
		}
		i += max(size, 1)
	}
	return end
}

// comment takes in a comment, and returns where its line ends.
func (s *scanner) comment(at, to int) int {
	end := at
	for end < to && syntax.LineBreak(s.data[end:to]) == 0 {
		end++
	}
	c := comment{start: at, text: strings.TrimRight(string(s.data[at:end]), " \t"), own: !s.filled, lineStart: s.lineStart, column: at - s.lineStart}
	c.blank = c.own && s.empty
	s.noted = true
	s.found.comments = append(s.found.comments, c)
	return end
}

func quotedEnd(data []byte, at int) int {
	quote := data[at]
	for at++; at < len(data); at++ {
		switch {
		case data[at] == '\\' && quote == '"':
			at++
		case data[at] == quote && quote == '\'' && at+1 < len(data) && data[at+1] == quote:
			at++
		case data[at] == quote:
			return at + 1
		}
	}
	return len(data)
}
