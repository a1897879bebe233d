package layout

import (
	"bytes"
	"slices"
)

// parser builds the block structure of one document, which is known to be valid
// YAML. It understands all but the rarest; what it does not, it leaves alone.
type parser struct {
	data []byte // up to the end of the document's content
	// at is the offset of the next token, line that of its line, and column its
	// 0-based column, -1 at the end.
	at, line, column int
	// pending are the lines before that token that nobody has claimed.
	pending []trivia
	// afterBlock says that the last value was a block scalar.
	afterBlock bool

	words    []word
	comments []string
	// scalars maps where each scalar starts to where it ends.
	scalars map[int]int
	flows   []span
	// keeps says that a block scalar keeps the blank lines behind it.
	keeps bool

	// failure says what was not understood, at an offset; empty where all was.
	failure   string
	failureAt int
}

// The failures: that of what no document is known to have, and what people may
// write but hardly ever do.
const (
	strange     = "a layout that is not understood"
	explicitKey = `a key behind "?"`
)

func (p *parser) fail(at int, why string) {
	if p.failure == "" {
		p.failure, p.failureAt = why, at
	}
	p.at, p.line, p.column, p.pending = len(p.data), len(p.data), -1, nil
}

// parse reads the document whose content is data[start:end]. marked says that its
// marker stands on the line that start is in.
func parse(data []byte, start, end int, marked bool) *document {
	p := &parser{data: data[:end], scalars: map[int]int{}}
	d := &document{parser: p, marked: marked, root: &node{}}
	if marked {
		p.line = start
		d.root = p.value(start, -1, false, false)
	} else {
		d.root.own = true
		p.skip(start)
		p.block(d.root, -1)
	}
	if p.column >= 0 {
		p.fail(p.at, strange)
	}
	d.trailing = p.pending
	return d
}

// endLine ends the line of a token that ends at an offset, and goes on to the
// next token.
func (p *parser) endLine(at int) ending {
	end, next := cutLine(p.data, at)
	rest := bytes.TrimRight(p.data[at:end], " \t")
	if comment := bytes.TrimLeft(rest, " \t"); len(comment) > 0 {
		if comment[0] != '#' {
			p.fail(at, strange)
			return ending{}
		}
		p.comments = append(p.comments, string(comment))
	}
	p.skip(next)
	return ending{string(rest), string(p.data[end:next])}
}

// skip goes to the first token from the start of a line on.
func (p *parser) skip(at int) {
	for at < len(p.data) {
		end, next := cutLine(p.data, at)
		text := skipBlanks(p.data, at)
		switch {
		case text == end:
			p.pending = append(p.pending, trivia{start: at, column: -1, stop: string(p.data[end:next])})
		case p.data[text] == '#':
			comment := string(bytes.TrimRight(p.data[text:end], " \t"))
			p.comments = append(p.comments, comment)
			p.pending = append(p.pending, trivia{at, text - at, comment, string(p.data[end:next])})
		case spaces(p.data, at) != text-at:
			p.fail(text, "a tab in the indentation")
			return
		default:
			p.at, p.line, p.column = text, at, text-at
			return
		}
		at = next
	}
	p.at, p.line, p.column = len(p.data), len(p.data), -1
}

// claim takes the pending lines up to the last comment of those, from the first
// on, that satisfy a condition.
func (p *parser) claim(of func(column int) bool) []trivia {
	count := 0
	for i, t := range p.pending {
		if t.column < 0 {
			continue
		}
		if !of(t.column) {
			break
		}
		count = i + 1
	}
	claimed := p.pending[:count:count]
	p.pending = p.pending[count:]
	return claimed
}

func (p *parser) claimAll() []trivia {
	claimed := p.pending
	p.pending = nil
	return claimed
}

// isIndicator reports whether one of the indicators "-", "?" and ":" stands at an
// offset.
func (p *parser) isIndicator(at int, b byte) bool {
	return at < len(p.data) && p.data[at] == b && isEnd(p.data, at+1)
}

// properties returns the offset of what follows the anchor and the tag at an
// offset, on the same line.
func (p *parser) properties(at int, note bool) int {
	for at < len(p.data) && (p.data[at] == '&' || p.data[at] == '!') {
		end := wordEnd(p.data, at, false)
		if note && p.data[at] == '&' {
			p.words = append(p.words, word{at, string(p.data[at+1 : end]), true})
		}
		at = skipBlanks(p.data, end)
	}
	return at
}

// value reads the value behind an indicator that ends at from. column is that of
// the collection which it belongs to. dashes says that a sequence may stand at
// that very column, compact that a collection may start on the same line.
func (p *parser) value(from, column int, dashes, compact bool) *node {
	n := &node{}
	first := skipBlanks(p.data, from)
	at := p.properties(first, false)
	if at >= len(p.data) || lineBreak(p.data[at:]) > 0 || p.data[at] == '#' {
		p.properties(first, true)
		n.opener = span{from, p.propertiesEnd(from)}
		n.opening = p.endLine(n.opener.end)
		p.afterBlock = false
		if p.column > column || dashes && p.column == column && p.isIndicator(p.at, '-') {
			n.own = true
			p.block(n, column)
		}
		return n
	}
	if p.isIndicator(first, '-') || p.keyEnd(first) > 0 {
		if !compact || spaces(p.data, from) != first-from {
			p.fail(first, strange)
			return n
		}
		n.opener = span{from, first}
		p.at, p.column = first, first-p.line
		p.block(n, column)
		return n
	}
	p.properties(first, true)
	n.opener = span{from, at}
	n.start, n.column = at, first-p.line
	p.leaf(n, at, column)
	return n
}

// propertiesEnd is the offset behind the last property at an offset, without the
// white space that follows it; from where there is none.
func (p *parser) propertiesEnd(from int) int {
	end := from
	for at := skipBlanks(p.data, from); at < len(p.data) && (p.data[at] == '&' || p.data[at] == '!'); at = skipBlanks(p.data, end) {
		end = wordEnd(p.data, at, false)
	}
	return end
}

// block reads the value that starts at the next token.
func (p *parser) block(n *node, column int) {
	if p.column < 0 {
		p.fail(p.at, strange)
		return
	}
	n.start, n.column = p.at, p.column
	switch {
	case p.isIndicator(p.at, '?'):
		p.fail(p.at, explicitKey)
	case p.isIndicator(p.at, '-'):
		n.kind = sequence
		p.collection(n, column == p.column)
	case p.keyEnd(p.at) > 0:
		n.kind = mapping
		p.collection(n, false)
	default:
		n.lead = p.claimAll()
		at := p.properties(p.at, true)
		if at >= len(p.data) || lineBreak(p.data[at:]) > 0 || p.data[at] == '#' {
			p.fail(p.at, "an anchor or a tag on a line of its own")
			return
		}
		p.leaf(n, at, column)
	}
}

// keyEnd returns the offset behind the colon of the key that starts at an offset,
// or 0 where none does.
func (p *parser) keyEnd(start int) int {
	at := p.properties(start, false)
	if at >= len(p.data) {
		return 0
	}
	end := at
	switch p.data[at] {
	case '"', '\'':
		end = quotedEnd(p.data, at)
		if line, _ := cutLine(p.data, at); line < end {
			return 0
		}
	case '*':
		end = wordEnd(p.data, at, false)
	case '[', '{', '|', '>', '#', '%', '@', '`':
		return 0
	default:
		var colon bool
		if end, colon = plainLineEnd(p.data, at, false); !colon {
			return 0
		}
	}
	colon := skipBlanks(p.data, end)
	if end == at || !p.isIndicator(colon, ':') {
		return 0
	}
	return colon + 1
}

// collection reads the mapping or sequence whose first token is the next.
// indentless says that it is a sequence in the column of the mapping around it.
func (p *parser) collection(n *node, indentless bool) {
	for p.column == n.column && p.isIndicator(p.at, '-') == (n.kind == sequence) {
		e := &entry{lead: p.claimAll(), key: span{p.at, p.at + 1}}
		n.entries = append(n.entries, e)
		line := p.line
		if n.kind == sequence {
			e.value = p.value(e.key.end, n.column, false, true)
		} else {
			e.key.end = p.keyEnd(p.at)
			if p.isIndicator(p.at, '?') {
				p.fail(p.at, explicitKey)
			}
			if e.key.end == 0 {
				p.fail(p.at, strange)
			}
			if p.failure != "" {
				return
			}
			p.noteKey(e.key)
			e.value = p.value(e.key.end, n.column, true, false)
		}
		if p.failure != "" {
			return
		}
		if p.line == line { // nothing was read: never to happen
			p.fail(p.at, strange)
			return
		}
		if !p.afterBlock {
			e.tail = p.claim(func(column int) bool { return column > n.column && column > p.column })
		}
	}
	ends := p.column < n.column || indentless && p.column == n.column
	if !ends {
		p.fail(p.at, strange)
		return
	}
	if !indentless {
		n.foot = p.claim(func(column int) bool { return column >= n.column && column > p.column })
	}
	n.until = p.line
	if len(p.pending) > 0 {
		n.until = p.pending[0].start
	}
}

// noteKey records the anchor or alias and the text of a key.
func (p *parser) noteKey(key span) {
	at := p.properties(key.start, true)
	end := key.end - 1
	for isBlank(p.data[end-1]) {
		end--
	}
	if p.data[at] == '*' {
		p.words = append(p.words, word{at, string(p.data[at+1 : end]), false})
		return
	}
	p.scalars[at] = end
}

// leaf reads a value that is no collection in block style, and whose text starts
// at an offset.
func (p *parser) leaf(n *node, at, column int) {
	n.kind, p.afterBlock = leaf, false
	switch b := p.data[at]; {
	case b == '|' || b == '>':
		p.blockScalar(n, at, column)
		return
	case b == '[' || b == '{':
		n.kind, n.flow = flow, scanFlow(p.data, at)
		n.end = n.flow.end
		p.flows = append(p.flows, span{at, n.end})
		p.words = append(p.words, n.flow.words...)
		p.comments = append(p.comments, n.flow.comments...)
	case b == '"' || b == '\'':
		n.end = quotedEnd(p.data, at)
		p.scalars[at] = n.end
	case b == '*':
		n.end = wordEnd(p.data, at, false)
		p.words = append(p.words, word{at, string(p.data[at+1 : n.end]), false})
	case p.isIndicator(at, '?') || p.isIndicator(at, ':') || p.isIndicator(at, '-') || bytes.IndexByte([]byte("%@`,]}"), b) >= 0:
		p.fail(at, strange)
		return
	default:
		n.end = plainEnd(p.data, at, column)
		p.scalars[at] = n.end
	}
	n.closing = p.endLine(n.end)
}

func (p *parser) blockScalar(n *node, at, column int) {
	n.kind, n.block = block, scanBlock(p.data, at, column)
	n.end = n.block.end
	p.keeps = p.keeps || n.block.keep
	p.scalars[at] = n.end
	p.afterBlock = true
	if i := bytes.IndexByte(p.data[at:n.block.header], '#'); i >= 0 {
		p.comments = append(p.comments, string(bytes.TrimRight(p.data[at+i:n.block.header], " \t")))
	}
	p.skip(n.end)
}

// wordsIn returns the anchors and aliases in a range of the text.
func (p *parser) wordsIn(s span) []word {
	from, _ := slices.BinarySearchFunc(p.words, s.start, func(w word, at int) int { return w.at - at })
	to, _ := slices.BinarySearchFunc(p.words, s.end, func(w word, at int) int { return w.at - at })
	return p.words[from:to]
}
