package suppress

import (
	"bytes"
	"slices"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// lines looks at a file line by line.
type lines struct {
	source *syntax.Source
	// marker introduces a comment: "#" or "//".
	marker string
	starts []int
	// opaque are the half-open byte ranges in which nothing is a comment: scalars,
	// and documents that were not read. They are sorted.
	opaque []extent
	// run are the lines of comments alone that were looked at last, 0-based, half-open.
	run extent
}

type extent struct{ start, end int }

func newLines(s *syntax.Source, tree *syntax.Tree) *lines {
	l := &lines{source: s, marker: "#", starts: []int{0}}
	for i, b := range s.Data {
		if b == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	if tree.File.Format == syntax.CUE {
		l.marker = "//"
		l.opaque = cueStrings(s.Data)
		return l
	}
	for _, d := range tree.Documents {
		if d.Root == nil || d.Foreign {
			l.opaque = append(l.opaque, extent{l.content(d.Start, d.End), d.End})
			continue
		}
		l.scalars(d.Root)
	}
	slices.SortFunc(l.opaque, func(a, b extent) int { return a.start - b.start })
	return l
}

func (l *lines) scalars(n *syntax.Node) {
	for _, item := range n.Items {
		l.scalars(item)
	}
	for _, e := range n.Entries {
		l.scalars(e.Key)
		l.scalars(e.Value)
	}
	if n.Kind == syntax.List || n.Kind == syntax.Map || n.Start >= n.End {
		return
	}
	start := n.Start
	if b := l.source.Data[start]; b == '|' || b == '>' { // the line of its header may have a comment
		start += max(0, bytes.IndexByte(l.source.Data[start:n.End], '\n'))
	}
	l.opaque = append(l.opaque, extent{start, n.End})
}

// content returns the offset of the first line of a document that holds more than
// a comment.
func (l *lines) content(start, end int) int {
	for line := range bytes.Lines(l.source.Data[start:end]) {
		if !isPreamble(line) {
			break
		}
		start += len(line)
	}
	return start
}

// isOpaque reports whether an offset lies in what holds no comments. Scalars do
// not overlap, but one may be reached twice.
func (l *lines) isOpaque(offset int) bool {
	i, _ := slices.BinarySearchFunc(l.opaque, offset, func(e extent, at int) int {
		if e.end <= at {
			return -1
		}
		return 1
	})
	return i < len(l.opaque) && l.opaque[i].start <= offset && offset < l.opaque[i].end
}

// comments returns the comments that hold the word "thvctl:".
func (l *lines) comments() []comment {
	var found []comment
	above := true // only comments so far
	for i, start := range l.starts {
		text := l.line(i)
		blank := len(bytes.TrimSpace(text)) == 0
		open := l.commentIn(start, text)
		alone, top := false, above
		if open >= 0 {
			before := bytes.TrimSpace(bytes.TrimPrefix(l.source.Data[start:open], []byte(byteOrderMark)))
			alone = len(before) == 0
			top = top && (alone || bytes.Equal(before, []byte("---")))
		}
		if open >= 0 && bytes.Contains(l.source.Data[open:start+len(text)], []byte("thvctl:")) {
			found = append(found, comment{
				source: l.source, open: open, start: open + len(l.marker), end: start + len(text),
				line: i + 1, alone: alone, top: top,
			})
		}
		above = above && (blank || alone || isPreamble(text))
	}
	return found
}

// isPreamble reports whether a line may stand above the top of a file.
func isPreamble(text []byte) bool {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte(byteOrderMark)))
	rest, marker := bytes.CutPrefix(text, []byte("---"))
	rest = bytes.TrimSpace(rest)
	return len(rest) == 0 || rest[0] == '#' || !marker && rest[0] == '%'
}

const byteOrderMark = "\ufeff"

// otherBreaks are the line breaks of YAML beside the line feed. Lines are counted
// without them, but a comment ends there.
const otherBreaks = "\r\u0085\u2028\u2029"

// line returns the text of a 0-based line up to its first line break.
func (l *lines) line(i int) []byte {
	end := len(l.source.Data)
	if i+1 < len(l.starts) {
		end = l.starts[i+1] - 1
	}
	text := l.source.Data[l.starts[i]:end]
	if other := bytes.IndexAny(text, otherBreaks); other >= 0 {
		text = text[:other]
	}
	return text
}

// commentIn returns the offset at which the comment of a line opens, or -1.
func (l *lines) commentIn(start int, text []byte) int {
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(l.marker))
		if i < 0 {
			return -1
		}
		i += from
		spaced := i == 0 || bytes.IndexByte([]byte(" \t"), text[i-1]) >= 0 || bytes.HasSuffix(text[:i], []byte(byteOrderMark))
		if (spaced || l.marker == "//") && !l.isOpaque(start+i) {
			return start + i
		}
		from = i + len(l.marker)
	}
}

// target returns the line that a comment is about: its own, or for one that
// stands alone the next that holds more than a comment. An empty line between
// the two parts them, and the result is then a line that holds nothing.
func (l *lines) target(c comment) int {
	if !c.alone {
		return c.line
	}
	if c.line < l.run.start || c.line > l.run.end { // the 0-based line behind it
		l.run = extent{c.line, c.line}
		for l.run.end < len(l.starts) && l.isComment(l.run.end) {
			l.run.end++
		}
	}
	if l.run.end == len(l.starts) {
		return c.line
	}
	return l.run.end + 1
}

// isComment reports whether a 0-based line holds nothing but a comment.
func (l *lines) isComment(i int) bool {
	start := l.starts[i]
	open := l.commentIn(start, l.line(i))
	return open >= 0 && len(bytes.TrimSpace(l.source.Data[start:open])) == 0
}

// cueStrings returns where the strings of a CUE text are, as far as its quotes
// tell.
func cueStrings(data []byte) []extent {
	var found []extent
	for i := 0; i < len(data); i++ {
		switch {
		case bytes.HasPrefix(data[i:], []byte("//")):
			for i < len(data) && data[i] != '\n' {
				i++
			}
		case data[i] == '"' || data[i] == '\'':
			hashes := 0
			for hashes < i && data[i-hashes-1] == '#' {
				hashes++
			}
			end := stringEnd(data, i, hashes)
			found = append(found, extent{i, end})
			i = end - 1
		}
	}
	return found
}

// stringEnd returns the offset behind the string that starts at an offset, in as
// many "#" as stand before it.
func stringEnd(data []byte, start, hashes int) int {
	quote := data[start : start+1]
	closing := bytes.Repeat([]byte("#"), hashes)
	if triple := bytes.Repeat(quote, 3); bytes.HasPrefix(data[start:], triple) {
		closing = append(triple, closing...)
		if i := bytes.Index(data[start+3:], closing); i >= 0 {
			return start + 3 + i + len(closing)
		}
		return len(data)
	}
	closing = append(bytes.Clone(quote), closing...)
	for i := start + 1; i < len(data); i++ {
		switch {
		case data[i] == '\\' && hashes == 0:
			i++
		case bytes.HasPrefix(data[i:], closing):
			return i + len(closing)
		case data[i] == '\n':
			return i // it is not closed
		}
	}
	return len(data)
}
