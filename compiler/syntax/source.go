package syntax

import (
	"bytes"
	"hash/maphash"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
)

const byteOrderMark = "\ufeff"

// Source is one text and knows its lines.
type Source struct {
	// Name is the name by which people know the text.
	Name string
	Data []byte
	// asleep says how Data, which is then nil, was read.
	asleep *asleep

	breaks  []int    // line feeds before each block of the text; nil until needed
	masks   []mask   // sorted and not overlapping once settled
	hidden  []func() // adds to masks; run when the text is first shown
	trees   []func() // the same, of the values of documents; see Tree.Release
	scanned bool     // the text was looked through for tokens

	settled  int      // how many masks were sorted and joined already
	complete bool     // masks has those of all documents
	quoted   []string // how messages may quote what is masked; nil until needed

	claimed *bool // whether the text is ours to complain about; nil until it is asked

	// directives says whether a comment may speak to thvctl; nil until it is asked.
	directives *bool

	// near is the last position that was asked for: the next is mostly behind it,
	// and a very long line is not counted from its start each time.
	near      diag.Position
	shownLine int    // the last line that was shown, and its text: a long line with
	shown     string // many findings is copied once
}

// mask is a half-open byte range that is not shown. A soft one is no secret by the looks
// of it, and its text may be shown elsewhere.
type mask struct {
	start, end int
	soft       bool
}

// asleep is a text that is not held.
type asleep struct {
	load   func() ([]byte, *diag.Diagnostic)
	size   int
	digest uint64
}

var seed = maphash.MakeSeed()

// Sleep lets go of the text, which load has read and, when somebody asks for it, reads
// again. A text for which there is no load stays.
func (s *Source) Sleep(load func() ([]byte, *diag.Diagnostic)) {
	if load != nil && s.asleep == nil {
		s.asleep = &asleep{load, len(s.Data), maphash.Bytes(seed, s.Data)}
		s.Data, s.breaks = nil, nil
	}
}

// Size is how many bytes the text has.
func (s *Source) Size() int {
	if s.asleep != nil {
		return s.asleep.size
	}
	return len(s.Data)
}

// Bytes returns the text, which is read again where it was let go of. Of one that has
// changed meanwhile nothing is shown.
func (s *Source) Bytes() []byte {
	if was := s.asleep; was != nil {
		s.asleep = nil
		s.Data, _ = was.load()
		if len(s.Data) != was.size || maphash.Bytes(seed, s.Data) != was.digest {
			s.Data = bytes.Repeat([]byte{' '}, was.size)
		}
	}
	return s.Data
}

// MayHoldDirectives reports whether a comment in the text may speak to thvctl.
func (s *Source) MayHoldDirectives() bool {
	if s.directives == nil {
		may := bytes.Contains(s.Data, []byte("vctl:")) // of "thvctl:"; a "t" stands everywhere
		s.directives = &may
	}
	return *s.directives
}

// blockSize is how much text is looked through to find a line. Lines are counted
// by blocks, because a text of many short lines would have an index larger than
// itself.
const blockSize = 4 << 10

func (s *Source) blocks() []int {
	s.Bytes()
	if s.breaks == nil {
		count := 0
		for at := 0; ; at += blockSize {
			s.breaks = append(s.breaks, count)
			if at+blockSize >= len(s.Data) {
				break
			}
			count += bytes.Count(s.Data[at:at+blockSize], []byte{'\n'})
		}
	}
	return s.breaks
}

// lineStart returns the offset at which a 1-based line starts; ok is false
// beyond the last line.
func (s *Source) lineStart(line int) (offset int, ok bool) {
	if line <= 1 {
		return 0, line == 1
	}
	blocks := s.blocks()
	wanted := line - 1 // line feeds before it
	block, _ := slices.BinarySearch(blocks, wanted)
	block--
	at := block * blockSize
	for left := wanted - blocks[block]; left > 0; left-- {
		i := bytes.IndexByte(s.Data[at:], '\n')
		if i < 0 {
			return 0, false
		}
		at += i + 1
	}
	return at, true
}

// Position returns the line and column of a byte offset.
func (s *Source) Position(offset int) diag.Position {
	blocks := s.blocks()
	offset = max(0, min(offset, len(s.Data)))
	block := min(offset/blockSize, len(blocks)-1)
	line := blocks[block] + bytes.Count(s.Data[block*blockSize:offset], []byte{'\n'}) + 1
	at, column := s.near.Offset, s.near.Column
	if s.near.Line != line || at > offset {
		at, column = bytes.LastIndexByte(s.Data[:offset], '\n')+1, 1
		if at == 0 && s.HasByteOrderMark() {
			at = min(len(byteOrderMark), offset)
		}
	}
	s.near = diag.Position{Line: line, Column: column + utf8.RuneCount(s.Data[at:offset]), Offset: offset}
	return s.near
}

// Span returns the place of a half-open byte range.
func (s *Source) Span(start, end int) diag.Span {
	return diag.Span{File: s.Name, Start: s.Position(start), End: s.Position(end)}
}

// Line returns the text of a 1-based line without its line break, with one
// bullet in place of each character that must not be shown.
func (s *Source) Line(line int) string {
	start, ok := s.lineStart(line)
	if !ok {
		return ""
	}
	if line == s.shownLine && s.isSettled() {
		return s.shown
	}
	end := len(s.Data)
	if i := bytes.IndexByte(s.Data[start:], '\n'); i >= 0 {
		end = start + i
	}
	text := strings.TrimSuffix(s.Text(start, end), "\r")
	if line == 1 {
		text = strings.TrimPrefix(text, byteOrderMark)
	}
	s.shownLine, s.shown = line, text
	return text
}

// Text returns the text of a half-open byte range, with one bullet in place of
// each character that must not be shown.
func (s *Source) Text(start, end int) string {
	s.settle()
	var out strings.Builder
	at := start
	for _, m := range s.masks[s.maskBehind(start):] {
		if m.start >= end {
			break
		}
		from, to := max(m.start, at), min(m.end, end)
		out.Write(s.Data[at:from])
		for _, r := range string(s.Data[from:to]) {
			if r == '\n' || r == '\r' {
				out.WriteRune(r)
			} else {
				out.WriteRune('•')
			}
		}
		at = to
	}
	out.Write(s.Data[at:end])
	return out.String()
}

// Mask hides a half-open byte range from [Source.Line] and [Source.Text].
func (s *Source) Mask(start, end int) {
	if start < end {
		s.hidden = append(s.hidden, func() { s.masks = append(s.masks, mask{start, end, false}) })
	}
}

// MaskAll hides the whole text, of which nobody need know any more what it holds.
func (s *Source) MaskAll() {
	s.masks, s.settled = []mask{{0, len(s.Data), false}}, 1
	s.hidden, s.trees, s.scanned, s.complete = nil, nil, true, true
	s.shownLine, s.quoted = 0, nil
}

// settle brings the masks up to date. Finding them costs more than reading the
// text, so it waits until somebody looks.
func (s *Source) settle() {
	if s.isSettled() {
		return
	}
	s.Bytes()
	s.shownLine, s.quoted = 0, nil // more may be masked now
	s.maskTokens()
	s.findMasks()
	s.mergeFresh()
	s.settled = len(s.masks)
}

// mergeFresh brings the masks behind the settled ones among them.
func (s *Source) mergeFresh() {
	const few = 4
	fresh := s.masks[s.settled:]
	sortMasks(fresh)
	switch {
	case s.settled == 0 || len(fresh) == 0 || fresh[0].start >= s.masks[s.settled-1].start:
		// Of a file that is read in parts, the masks of each come behind those of the last.
		kept := max(0, s.settled-1)
		s.masks = append(s.masks[:kept], mergeMasks(s.masks[kept:])...)
	case len(fresh) <= few:
		// A check hides an unknown key and shows it at once, and so on to the last.
		fresh = slices.Clone(fresh)
		s.masks = s.masks[:s.settled]
		for _, m := range fresh {
			s.insertMask(m)
		}
	default:
		sortMasks(s.masks)
		s.masks = mergeMasks(s.masks)
	}
}

// insertMask brings a mask among those that are sorted and joined.
func (s *Source) insertMask(m mask) {
	from := sort.Search(len(s.masks), func(i int) bool { return s.masks[i].end >= m.start })
	to := sort.Search(len(s.masks), func(i int) bool { return s.masks[i].start > m.end })
	touched := append(slices.Clone(s.masks[from:to]), m)
	sortMasks(touched)
	s.masks = slices.Replace(s.masks, from, to, mergeMasks(touched)...)
}

func sortMasks(masks []mask) {
	slices.SortFunc(masks, func(a, b mask) int { return a.start - b.start })
}

// findMasks runs what adds to the masks.
func (s *Source) findMasks() {
	for _, list := range []*[]func(){&s.trees, &s.hidden} {
		for len(*list) > 0 {
			find := (*list)[0]
			*list = (*list)[1:]
			find()
		}
	}
}

func (s *Source) isSettled() bool { return s.scanned && len(s.hidden)+len(s.trees) == 0 }

// mergeMasks joins sorted masks in place.
func mergeMasks(masks []mask) []mask {
	merged := masks[:0]
	for _, m := range masks {
		if last := len(merged) - 1; last >= 0 && (m.start < merged[last].end || m.start == merged[last].end && m.soft == merged[last].soft) {
			merged[last].end = max(merged[last].end, m.end)
			merged[last].soft = merged[last].soft && m.soft
			continue
		}
		merged = append(merged, m)
	}
	return merged
}

// Masked reports whether the whole byte range is hidden.
func (s *Source) Masked(start, end int) bool {
	s.settle()
	i := s.maskBehind(start)
	return i < len(s.masks) && s.masks[i].start <= start && end <= s.masks[i].end
}

// maskBehind returns the index of the first mask that ends behind an offset.
func (s *Source) maskBehind(offset int) int {
	return sort.Search(len(s.masks), func(i int) bool { return s.masks[i].end > offset })
}

// HasByteOrderMark reports whether the text begins with a byte order mark.
func (s *Source) HasByteOrderMark() bool { return bytes.HasPrefix(s.Bytes(), []byte(byteOrderMark)) }

// ByteOrderMark returns the place of the mark that the text begins with. It has
// bytes but no characters.
func (s *Source) ByteOrderMark() diag.Span { return s.Span(0, len(byteOrderMark)) }
