package rule

import (
	"strconv"
	"strings"
)

// asciiHost spells a host as it is looked up: in lower case, without a dot at its
// end, and with ASCII in place of the characters that stand for it. Go's client
// maps those before it connects (UTS #46). All digits and dots are known here, and
// of the letters those that come as a whole alphabet.
func asciiHost(host string) string {
	var out strings.Builder
	for _, r := range host {
		if !isIgnored(r) {
			out.WriteString(asciiText(r))
		}
	}
	return strings.TrimSuffix(strings.ToLower(out.String()), ".")
}

// isIgnored reports whether a character is dropped from a host: soft hyphens,
// joiners and variation selectors.
func isIgnored(r rune) bool {
	switch {
	case r == 0xad, r == 0x34f, r >= 0x180b && r <= 0x180f, r >= 0x200b && r <= 0x200d, r == 0x2060, r == 0x2064,
		r >= 0xfe00 && r <= 0xfe0f, r == 0xfeff, r >= 0xe0100 && r <= 0xe01ef:
		return true
	}
	return false
}

// numerals are characters in a row that stand for numbers in a row.
var numerals = []struct {
	first, last rune
	number      int
}{
	{'０', '９', 0},
	{'¹', '¹', 1}, {'²', '³', 2}, {'⁰', '⁰', 0}, {'⁴', '⁹', 4}, {'₀', '₉', 0},
	{'⓪', '⓪', 0}, {'①', '⑳', 1}, {'㉑', '㉟', 21}, {'㊱', '㊿', 36},
	{0x1d7ce, 0x1d7d7, 0}, {0x1d7d8, 0x1d7e1, 0}, {0x1d7e2, 0x1d7eb, 0}, {0x1d7ec, 0x1d7f5, 0}, {0x1d7f6, 0x1d7ff, 0}, // mathematical
	{0x1fbf0, 0x1fbf9, 0}, // segmented
}

// alphabets are characters in a row that stand for a to z, some of them several
// times over.
var alphabets = []struct{ first, last rune }{
	{'Ａ', 'Ｚ'}, {'ａ', 'ｚ'}, {'Ⓐ', 'Ⓩ'}, {'ⓐ', 'ⓩ'},
	{0x1d400, 0x1d6a3}, // mathematical
}

// asciiText returns the ASCII that a character stands for, or the character.
func asciiText(r rune) string {
	switch {
	case r < 0x80:
		return string(r)
	case r == '。', r == '．', r == '｡':
		return "."
	case r == '－':
		return "-"
	}
	for _, n := range numerals {
		if r >= n.first && r <= n.last {
			return strconv.Itoa(n.number + int(r-n.first))
		}
	}
	for _, a := range alphabets {
		if r >= a.first && r <= a.last {
			return string('a' + (r-a.first)%26)
		}
	}
	return string(r)
}
