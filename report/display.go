package report

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns a text that a terminal shows as it is: what would be obeyed,
// reordered or not seen is escaped as in a Go string, line breaks included.
func Visible(text string) string {
	var out strings.Builder
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		if hidden(r, size) {
			out.WriteString(escape(text[:size], r))
		} else {
			out.WriteString(text[:size])
		}
		text = text[size:]
	}
	return out.String()
}

// hidden reports whether a character, size bytes long, must not reach a
// terminal: control and format characters (escape sequences, bidirectional
// overrides, joiners), unusual spaces, variation selectors, what Unicode has
// not assigned as far as this Go release knows, and bytes that are not UTF-8.
func hidden(r rune, size int) bool {
	if ' ' <= r && r <= '~' || r == '•' {
		return false // nearly all that there is, at once
	}
	if r == utf8.RuneError && size <= 1 {
		return true
	}
	return !unicode.IsPrint(r) || unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// escape returns an ASCII form of the one character that text holds.
func escape(text string, r rune) string {
	if r == utf8.RuneError && len(text) == 1 {
		return fmt.Sprintf(`\x%02x`, text[0])
	}
	return strings.Trim(strconv.QuoteRuneToASCII(r), "'")
}

// displayWidth returns how many columns a terminal gives to a character that is
// not hidden: 0, 1 or 2.
//
// Terminals disagree, so this has limits. Characters of ambiguous width ("é",
// "…") count 1, and 2 in some terminals set to East Asian text. An emoji with a
// skin tone counts 4, as in a terminal that draws the two side by side. Scripts
// that join letters, as Devanagari or Arabic, count as if they did not.
func displayWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me), r >= 0x1160 && r <= 0x11FF, r >= 0xD7B0 && r <= 0xD7FF:
		return 0 // combining marks; Hangul vowels and finals, drawn into the initial
	}
	i := sort.Search(len(wide), func(i int) bool { return r <= wide[i][1] })
	if i < len(wide) && r >= wide[i][0] {
		return 2
	}
	return 1
}

// wide holds the closed ranges whose East Asian Width is W or F (Unicode 15.0,
// EastAsianWidth.txt). A range may span characters that are hidden or marks.
var wide = [][2]rune{
	{0x1100, 0x115F}, {0x231A, 0x231B}, {0x2329, 0x232A}, {0x23E9, 0x23EC}, {0x23F0, 0x23F0}, {0x23F3, 0x23F3},
	{0x25FD, 0x25FE}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267F, 0x267F}, {0x2693, 0x2693}, {0x26A1, 0x26A1},
	{0x26AA, 0x26AB}, {0x26BD, 0x26BE}, {0x26C4, 0x26C5}, {0x26CE, 0x26CE}, {0x26D4, 0x26D4}, {0x26EA, 0x26EA},
	{0x26F2, 0x26F3}, {0x26F5, 0x26F5}, {0x26FA, 0x26FA}, {0x26FD, 0x26FD}, {0x2705, 0x2705}, {0x270A, 0x270B},
	{0x2728, 0x2728}, {0x274C, 0x274C}, {0x274E, 0x274E}, {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797},
	{0x27B0, 0x27B0}, {0x27BF, 0x27BF}, {0x2B1B, 0x2B1C}, {0x2B50, 0x2B50}, {0x2B55, 0x2B55}, {0x2E80, 0x303E},
	{0x3041, 0x3247}, {0x3250, 0x4DBF}, {0x4E00, 0xA4C6}, {0xA960, 0xA97C}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
	{0xFE10, 0xFE6B}, {0xFF01, 0xFF60}, {0xFFE0, 0xFFE6}, {0x16FE0, 0x1B2FB}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF},
	{0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393},
	{0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440},
	{0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596},
	{0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC}, {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6DF},
	{0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7F0}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF},
	{0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
}
