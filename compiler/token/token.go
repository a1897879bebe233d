// Package token finds what looks like a secret in a text: tokens of known shapes
// anywhere in it, or a whole value that is too disordered for a name. It imports
// nothing of ours, and holds no text longer than a call.
package token

import (
	"cmp"
	"slices"
	"strings"
)

// Match is the place of what looks like a secret.
type Match struct {
	// Start and End are a half-open byte range of the text.
	Start, End int
	// Name says for people what it looks like, with its article: "a GitHub
	// personal access token".
	Name string
	// Public says that it is made to be shown: a certificate or a public key.
	Public bool
}

// Bounds of one look at a text.
const (
	// longestWord is how much of a text without white space and quotes is matched
	// at once.
	longestWord = 64 << 10
	// mostMatched is how many bytes patterns are matched against in one text. All
	// that is behind is then taken for one secret.
	mostMatched = 4 << 20
	// longestStart is how far a keyword stands behind the start of its token.
	longestStart = 512
)

// Find returns the first token of a known shape. It costs a few nanoseconds a byte
// where there is none.
func Find(text string) (Match, bool) {
	all := All(text)
	if len(all) == 0 {
		return Match{}, false
	}
	return all[0], true
}

// All returns the tokens of known shapes, in the order of the text. They do not
// overlap. Its time is linear in the text, whatever that holds.
func All(text string) []Match {
	x := keywords()
	at := x.next(text, 0)
	if at < 0 {
		return nil
	}
	s := search{text: text}
	s.from(at, x)
	return disjoint(s.found)
}

// disjoint sorts matches and joins those that overlap, under the name of the one
// that starts first, and of these of the longest.
func disjoint(all []Match) []Match {
	slices.SortStableFunc(all, func(a, b Match) int { return cmp.Or(a.Start-b.Start, b.End-a.End) })
	kept := all[:0]
	for _, m := range all {
		if last := len(kept) - 1; last >= 0 && m.Start < kept[last].End {
			kept[last].End = max(kept[last].End, m.End)
			kept[last].Public = kept[last].Public && m.Public
			continue
		}
		kept = append(kept, m)
	}
	return kept
}

// search is one look at a text.
type search struct {
	text  string
	found []Match
	// start and end are the word that was looked at last, and tried the shapes
	// that it was held against. Keywords from again on ask for another look.
	start, end, again int
	tried             []int
	matched           int

	pemEnd int // the next end marker of a PEM block; 0 until it is needed
}

// from looks at all keywords from an offset on, in the order of the text.
func (s *search) from(at int, x *index) {
	for ; at >= 0; at = x.next(s.text, at+1) {
		for _, k := range x.bucket(s.text[at], s.text[at+1]) {
			if hasPrefix(s.text[at:], k.text) && s.at(k.shape, at) {
				return
			}
		}
	}
}

// at looks at a keyword of a shape. done says that there is nothing left to look
// at.
func (s *search) at(shape, offset int) (done bool) {
	if shape >= len(generated)+len(own) {
		if m, ok := special[shape-len(generated)-len(own)].match(s, offset); ok {
			s.found = append(s.found, m)
		}
		return false
	}
	if offset >= s.again {
		s.turnTo(offset)
	}
	if slices.Contains(s.tried, shape) {
		return false
	}
	s.tried = append(s.tried, shape)
	if s.matched += s.end - s.start; s.matched > mostMatched {
		s.found = append(s.found, Match{Start: s.start, End: len(s.text), Name: "more tokens than are looked at"})
		return true
	}
	word := s.text[s.start:s.end]
	for _, span := range matches(shape, word) {
		end := s.start + span[1]
		for end < len(s.text) && isTokenByte(s.text[end]) {
			end++ // a longer one than the rule knew
		}
		s.found = append(s.found, Match{Start: s.start + span[0], End: end, Name: shapeOf(shape).Name})
	}
	return false
}

// wordBreaks are the bytes that no token holds, white space aside.
const wordBreaks = "\"'`<>\\"

// turnTo makes the word around an offset the one that is looked at.
func (s *search) turnTo(offset int) {
	s.start, s.end = offset, offset
	for s.start > max(0, offset-longestStart) && !breaksWord(s.text[s.start-1]) {
		s.start--
	}
	for s.end < len(s.text) && s.end < offset+longestWord && !breaksWord(s.text[s.end]) {
		s.end++
	}
	s.again = s.end
	if s.end == offset+longestWord {
		s.again -= 2 * longestStart // what begins near the end is looked at whole
	}
	s.tried = s.tried[:0]
}

func breaksWord(b byte) bool { return b <= ' ' || strings.IndexByte(wordBreaks, b) >= 0 }

func isTokenByte(b byte) bool { return isAlphanumeric(b) || b == '_' || b == '-' || b == '=' }

func isAlphanumeric(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}
