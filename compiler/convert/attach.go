package convert

import (
	"sort"
	"strings"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// attachment puts the comments of one text, which may hold several documents, to
// what the values beside them became.
type attachment struct {
	origins []origin
	lines   textLines
	places  map[spot]owner
	// owned holds for each origin the first from it on that became something.
	owned []int
	// pages are what the text became, in its order; there is at least one.
	pages []*page
	// changed says that the result is of another dialect.
	changed bool
	// gap is the origin before which the last comment stood, and lowest the least
	// indentation of those before it: one that is indented more than one above it is
	// not about what stands further up.
	gap, lowest int
}

// mode says where a comment stands to its origin.
type mode int

const (
	above mode = iota
	beside
	below
)

// attach distributes the comments of a part of a text, which holds the document
// root.
func attach(root *syntax.Node, part extent, places map[spot]owner, pages []*page, changed bool) {
	data := root.Source.Data
	a := attachment{lines: newTextLines(data, part.start, part.end), places: places, pages: pages, changed: changed, gap: -1}
	a.origins = originsOf(root, a.lines)
	a.owned = make([]int, len(a.origins)+1)
	a.owned[len(a.origins)] = len(a.origins)
	for i := len(a.origins) - 1; i >= 0; i-- {
		a.owned[i] = a.owned[i+1]
		if a.became(i).element != nil {
			a.owned[i] = i
		}
	}
	found := scanComments(data, part.start, part.end, scalars(root))
	a.space(found)
	head := a.header(found)
	for _, c := range found.comments[:head] {
		a.pages[0].root.above = append(a.pages[0].root.above, remark{c.text, c.blank})
	}
	for _, c := range found.comments[head:] {
		if c.own {
			a.ownLine(c)
		} else {
			a.besideText(c)
		}
	}
	a.part(found)
}

// became returns what an origin became, the zero owner for nothing.
func (a *attachment) became(o int) owner { return a.places[a.origins[o].spot] }

// space puts empty lines where the source has them. Only what begins a line has
// the one before it.
func (a *attachment) space(found scan) {
	last := -1
	for i, o := range a.origins {
		line := a.lines.of(o.spot.offset)
		if line == last || !found.spaced[line] {
			continue
		}
		last = line
		if e := a.became(i); e.element != nil && !e.inner {
			e.element.blank = true
		}
	}
}

// part puts the empty line behind the header of a document, where its source has
// one.
func (a *attachment) part(found scan) {
	root := a.pages[0].root
	if len(a.origins) == 0 || len(root.above) == 0 || len(root.children) == 0 || !found.spaced[a.lines.of(a.origins[0].spot.offset)] {
		return
	}
	first := root.children[0]
	if len(first.above) > 0 {
		first.above[0].blank, first.blank = true, false
		return
	}
	first.blank = true
}

// header returns how many of the first comments are about the document as a whole:
// those with an empty line behind them, and in another dialect all that stand over
// the webhooks.
func (a *attachment) header(found scan) int {
	if len(a.origins) == 0 {
		return 0
	}
	first := a.origins[0].spot
	count := sort.Search(len(found.comments), func(i int) bool { return found.comments[i].start >= first.offset })
	if count == 0 || found.spaced[a.lines.of(first.offset)] {
		return count
	}
	became := a.became(0).element
	for _, c := range found.comments[:count] {
		if strings.Contains(c.text, "thvctl:ignore-file") {
			return count
		}
	}
	for i := count - 1; i > 0; i-- {
		if found.comments[i].blank {
			return i
		}
	}
	if a.changed && became != nil && became == a.pages[0].first {
		return count
	}
	return 0
}

// ownLine places a comment that stands alone on its line: over what follows, or at
// the end of a block that it is indented like.
func (a *attachment) ownLine(c comment) {
	next := a.after(c.start)
	if next > 0 && a.origins[next-1].scalar && c.start < a.origins[next-1].value {
		a.put(next-1, above, c) // between a key and its value
		return
	}
	if flow := a.flowAround(next-1, c.start); flow >= 0 {
		if next < len(a.origins) && a.isInside(next, flow) {
			a.put(next, above, c)
		} else {
			a.put(flow, below, c)
		}
		return
	}
	if block := a.endOf(next, c); block >= 0 {
		a.put(block, below, c)
		return
	}
	if next == len(a.origins) {
		a.atEnd(c)
		return
	}
	if first := next + 1; strings.Contains(c.text, "thvctl:ignore") && first < len(a.origins) && a.origins[first].spot.offset == a.origins[next].spot.offset {
		next = first // it is about the line, so about the entry on that line
	}
	a.put(next, above, c)
}

// endOf returns the block that a comment is at the end of: of those that end before
// what is next, the innermost that is indented no more than the comment. It is -1
// for none.
func (a *attachment) endOf(next int, c comment) int {
	if a.gap != next {
		a.gap, a.lowest = next, c.column
	}
	a.lowest = min(a.lowest, c.column)
	if next < len(a.origins) && a.lowest <= a.origins[next].column {
		return -1
	}
	for o := next - 1; o >= 0; o = a.origins[o].parent {
		if next < len(a.origins) && a.isInside(next, o) {
			return -1
		}
		inner := a.origins[o].inner
		if atRoot := inner == 0 && a.origins[o].parent < 0; inner >= 0 && inner <= a.lowest && !atRoot {
			return o
		}
	}
	return -1
}

// after returns the first origin that starts behind an offset.
func (a *attachment) after(offset int) int {
	return sort.Search(len(a.origins), func(i int) bool { return a.origins[i].spot.offset > offset })
}

// flowAround returns the innermost origin on the way up from o that holds a
// collection in brackets around an offset; -1 for none.
func (a *attachment) flowAround(o, offset int) int {
	for ; o >= 0; o = a.origins[o].parent {
		if a.origins[o].flow && a.origins[o].value < offset && offset < a.origins[o].end {
			return o
		}
	}
	return -1
}

func (a *attachment) isInside(o, around int) bool {
	for ; o >= 0; o = a.origins[o].parent {
		if o == around {
			return true
		}
	}
	return false
}

// besideText places a comment at the end of a line: to the outermost value that is
// complete on it, otherwise to what begins there last, or ends there.
func (a *attachment) besideText(c comment) {
	next := a.after(c.start)
	first := a.after(c.lineStart - 1)
	for o := first; o < next; o++ {
		if a.origins[o].inner < 0 && a.origins[o].end <= c.start {
			a.put(o, beside, c)
			return
		}
	}
	if first < next {
		a.put(next-1, beside, c)
		return
	}
	ended := -1
	for o := next - 1; o >= 0 && (ended < 0 || a.origins[o].flow); o = a.origins[o].parent {
		if a.origins[o].end > c.lineStart && a.origins[o].end <= c.start {
			ended = o
		}
	}
	if ended < 0 {
		a.ownLine(c)
		return
	}
	if a.origins[ended].flow {
		a.put(ended, below, c) // behind its closing bracket
		return
	}
	a.put(ended, beside, c)
}

// put gives a comment to what an origin became, or else to what is nearest.
func (a *attachment) put(o int, m mode, c comment) {
	if became := a.became(o); became.element != nil {
		became.take(m, c)
		return
	}
	parent := a.origins[o].parent
	for parent >= 0 && a.became(parent).element == nil {
		parent = a.origins[parent].parent
	}
	next := a.owned[a.after(c.start)]
	switch {
	case parent >= 0 && (next == len(a.origins) || !a.isInside(next, parent)):
		a.became(parent).take(below, c)
	case next < len(a.origins):
		a.became(next).take(above, c)
	default:
		a.atEnd(c)
	}
}

func (a *attachment) atEnd(c comment) {
	root := a.pages[len(a.pages)-1].root
	root.below = append(root.below, remark{c.text, c.blank})
}

// take adds a comment to an element. The order of the comments of one element is
// that of the source.
func (o owner) take(m mode, c comment) {
	e, r := o.element, remark{c.text, c.blank}
	switch {
	case m == above && (!o.inner || len(e.below) == 0):
		if e.beside != "" { // between a key and its value there is no place now
			e.above, e.beside = append(e.above, remark{text: e.beside}), ""
		}
		e.above = append(e.above, r)
	case m == beside && !o.inner && e.isItem():
		r.blank, e.blank = e.blank, false // the line that it came from is gone
		e.above = append(e.above, r)
	case m == beside && e.beside == "" && len(e.below) == 0:
		e.beside = c.text
	default:
		e.below = append(e.below, r)
	}
}
