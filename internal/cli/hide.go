package cli

import (
	"index/suffixarray"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what is searched for hidden texts. Above them nothing is shown of it.
const (
	mostSearched = 4 << 20 // bytes
	mostMatches  = 16      // per byte
)

// hideTexts returns lines with one bullet in place of each character of the texts that
// stand in them as words of their own. Several texts and lines cost as much as they are
// long: all lines are searched at once by an index. It sorts the texts.
func hideTexts(lines, texts []string) []string {
	if len(texts) == 0 || len(lines) == 0 {
		return lines
	}
	slices.Sort(texts)
	h := hiding{text: string([]rune(strings.Join(lines, "\n")))} // each foreign byte is a character, as in hiddenTexts
	h.find(slices.Compact(texts))
	hidden := make([]string, len(lines))
	at := 0
	for i, line := range lines {
		end := at + len(string([]rune(line)))
		hidden[i] = h.shown(at, end)
		at = end + len("\n")
	}
	return hidden
}

// hiding is a text and what is to be hidden of it.
type hiding struct {
	text string
	// all says that everything is hidden.
	all bool
	// opens has for each byte how many matches begin there less how many end.
	opens []int32
	// hidden has for each byte whether it is.
	hidden []bool
}

// find marks where texts stand in the text.
func (h *hiding) find(texts []string) {
	if h.all = len(h.text) > mostSearched; h.all {
		return
	}
	index := suffixarray.New([]byte(h.text))
	h.opens = make([]int32, len(h.text)+1)
	h.hidden = make([]bool, len(h.text))
	left := mostMatches * len(h.text)
	// A text without a letter stands alone as well where its neighbours are hidden.
	for _, letters := range []bool{true, false} {
		for _, text := range texts {
			if strings.ContainsFunc(text, isLetter) != letters {
				continue
			}
			found := index.Lookup([]byte(text), left+1)
			if left -= len(found); left < 0 {
				h.all = true
				return
			}
			for _, at := range found {
				if end := at + len(text); h.splits(at, letters) && h.splits(end, letters) {
					h.opens[at]++
					h.opens[end]--
				}
			}
		}
		h.settle()
	}
}

// settle marks the bytes that lie in a match.
func (h *hiding) settle() {
	open := int32(0)
	for i := range h.hidden {
		open += h.opens[i]
		h.hidden[i] = open > 0
	}
}

// splits reports whether a match may begin or end at an offset. One with letters may not
// cut a word in two. One without would be found between all words, so both sides have to
// be free of words that are shown.
func (h *hiding) splits(offset int, letters bool) bool {
	before, _ := utf8.DecodeLastRuneInString(h.text[:offset])
	behind, _ := utf8.DecodeRuneInString(h.text[offset:])
	if letters {
		return !isLetter(before) || !isLetter(behind)
	}
	return (!isLetter(before) || h.hidden[offset-1]) && (!isLetter(behind) || h.hidden[offset])
}

// isLetter reports whether a character is part of a word.
func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// shown returns a half-open byte range as it may be shown. Line breaks stay.
func (h *hiding) shown(start, end int) string {
	var out strings.Builder
	for at, r := range h.text[start:end] {
		if (h.all || h.hidden[start+at]) && r != '\n' && r != '\r' {
			r = '•'
		}
		out.WriteRune(r)
	}
	return out.String()
}
