package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
)

func TestSnippet(t *testing.T) {
	for _, c := range []struct {
		name       string
		line       string
		start, end int
		text       string
		carets     string
	}{
		{"ascii", "policy: Fail", 9, 13, "policy: Fail", "        ^^^^"},
		{"first character", "x: 1", 1, 2, "x: 1", "^"},
		{"empty span", "x: 1", 4, 4, "x: 1", "   ^"},
		{"no end", "x: 1", 4, 0, "x: 1", "   ^"},
		{"end of line", "x:", 3, 3, "x:", "  ^"},
		{"behind the end", "x:", 30, 40, "x:", "  ^"},
		{"far behind the end", "x:", 4000, 4001, "…", " ^"},
		{"to behind the end", "x: 1", 4, 40, "x: 1", "   ^"},
		{"empty line", "", 1, 1, "", "^"},

		{"tab before", "a\tb: 1", 3, 4, "a   b: 1", "    ^"},
		{"tab at a stop", "abcd\te", 6, 7, "abcd    e", "        ^"},
		{"tab marked", "\tb: 1", 1, 2, "    b: 1", "^^^^"},
		{"tab in the middle", "a: b\tc", 4, 7, "a: b    c", "   ^^^^^^"},
		{"tab behind wide", "日\tb", 3, 4, "日  b", "    ^"},

		{"precomposed", "é: café", 4, 8, "é: café", "   ^^^^"},
		{"combining before", "e\u0301: x", 5, 6, "e\u0301: x", "   ^"},
		{"combining in the middle", "a: e\u0301x", 4, 7, "a: e\u0301x", "   ^^"},
		{"combining alone marked", "ae\u0301x", 3, 4, "ae\u0301x", " ^"},
		{"base alone marked", "ae\u0301x", 2, 3, "ae\u0301x", " ^"},
		{"combining without a base", "\u0301x", 2, 3, `\u0301x`, "      ^"},
		{"combining behind a tab", "\t\u0301x", 3, 4, `    \u0301x`, "          ^"},
		{"combining without end", "a\u0301\u0301\u0301\u0301\u0301b", 7, 8, "a\u0301\u0301\u0301\u0301" + `\u0301b`, "       ^"},

		{"wide before", "日本: x", 5, 6, "日本: x", "      ^"},
		{"wide marked", "a: 日本 # c", 4, 6, "a: 日本 # c", "   ^^^^"},
		{"full width", "ａ：x", 3, 4, "ａ：x", "    ^"},
		{"half width", "ｱ: x", 4, 5, "ｱ: x", "   ^"},
		{"hangul syllable", "한: x", 4, 5, "한: x", "    ^"},
		{"hangul jamo", "\u1112\u1161\u11ab: x", 6, 7, "\u1112\u1161\u11ab: x", "    ^"},
		{"emoji", "🚀: x", 4, 5, "🚀: x", "    ^"},
		{"emoji marked", "a: 🚀🎉", 4, 5, "a: 🚀🎉", "   ^^"},
		{"flag", "🇩🇪: x", 5, 6, "🇩🇪: x", "    ^"},
		{"joined emoji", "👩\u200d🚀: x", 6, 7, `👩\u200d🚀: x`, "            ^"},
		{"emoji variation", "⚠\ufe0f: x", 5, 6, `⚠\ufe0f: x`, "         ^"},

		{"escape sequence", "\x1b[31mx", 6, 7, `\x1b[31mx`, "        ^"},
		{"control marked", "a\x00b", 2, 3, `a\x00b`, " ^^^^"},
		{"delete", "\x7fx", 2, 3, `\x7fx`, "    ^"},
		{"carriage return", "a\rx", 3, 4, `a\rx`, "   ^"},
		{"line feed", "a\nx", 3, 4, `a\nx`, "   ^"},
		{"next line", "\u0085x", 2, 3, `\u0085x`, "      ^"},
		{"line separators", "\u2028\u2029x", 3, 4, `\u2028\u2029x`, "            ^"},
		{"bidirectional", "\u202ea\u2066b\u200ec", 6, 7, `\u202ea\u2066b\u200ec`, strings.Repeat(" ", 20) + "^"},
		{"no-break space", "a\u00a0x", 3, 4, `a\u00a0x`, "       ^"},
		{"ideographic space", "a\u3000x", 3, 4, `a\u3000x`, "       ^"},
		{"byte order mark", "a\ufeffx", 3, 4, `a\ufeffx`, "       ^"},
		{"tag character", "a\U000e0041x", 3, 4, `a\U000e0041x`, "           ^"},
		{"not UTF-8", "a\xff\xc3x", 4, 5, `a\xff\xc3x`, "         ^"},
		{"replacement character", "a\ufffdx", 3, 4, "a\ufffdx", "  ^"},
		{"bullets", "token: ••••", 8, 12, "token: ••••", "       ^^^^"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSnippet(new(cursor), c.line, c.start, c.end)
			if got := strings.Repeat(" ", s.indent) + strings.Repeat("^", s.carets); s.text != c.text || got != c.carets {
				t.Errorf("found\n%s\n%s\nwant\n%s\n%s", s.text, got, c.text, c.carets)
			}
		})
	}
}

func TestSnippetOfALongLine(t *testing.T) {
	const fault = "FAULT"
	for _, c := range []struct {
		name          string
		before, after string
		left, right   bool // cut there
	}{
		{"just fits", strings.Repeat("a", 100), strings.Repeat("b", 53), false, false},
		{"too long by one", strings.Repeat("a", 30), strings.Repeat("b", 124), false, true},
		{"at the start", "", strings.Repeat("b", 1000), false, true},
		{"at the end", strings.Repeat("a", 1000), "", true, false},
		{"near the end", strings.Repeat("a", 1000), "bbb", true, false},
		{"in the middle", strings.Repeat("a", 1000), strings.Repeat("b", 1000), true, true},
		{"wide", strings.Repeat("日", 1000), strings.Repeat("本", 1000), true, true},
		{"marks", strings.Repeat("e\u0301\u0301", 1000), strings.Repeat("e\u0301", 1000), true, true},
		{"nothing but marks", strings.Repeat("\u0301", 1000), strings.Repeat("\u0301", 1000), true, true},
		{"tabs", strings.Repeat("\t", 1000), strings.Repeat("\t", 1000), true, true},
		{"escapes", strings.Repeat("\x1b", 1000), strings.Repeat("\U000e0041", 1000), true, true},
		{"a megabyte", strings.Repeat(`{"a":[1]},`, 100_000), strings.Repeat(`{"b":[2]},`, 100_000), true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := utf8.RuneCountInString(c.before) + 1
			s := newSnippet(new(cursor), c.before+fault+c.after, start, start+len(fault))
			if got := strings.HasPrefix(s.text, "…"); got != c.left {
				t.Errorf("cut on the left: %v, want %v", got, c.left)
			}
			if got := strings.HasSuffix(s.text, "…"); got != c.right {
				t.Errorf("cut on the right: %v, want %v", got, c.right)
			}
			if before, _, found := strings.Cut(s.text, fault); !found || columns(before) != s.indent {
				t.Errorf("the carets stand at %d under %q", s.indent, s.text)
			}
			if width := columns(s.text); width > snippetWidth || (c.left || c.right) && width < snippetWidth-11 {
				t.Errorf("the text is %d columns wide", width)
			}
		})
	}
}

// A long run of carets ends with the text that is shown.
func TestSnippetOfALongFault(t *testing.T) {
	s := newSnippet(new(cursor), strings.Repeat("a", 5000), 2001, 4001)
	if s.indent != snippetLead+1 || s.indent+s.carets != snippetWidth-1 || !strings.HasSuffix(s.text, "…") {
		t.Errorf("%d carets from %d under %q", s.carets, s.indent, s.text)
	}
}

func TestMarked(t *testing.T) {
	span := func(line, column, endLine, endColumn int) diag.Span {
		return diag.Span{Start: diag.Position{Line: line, Column: column}, End: diag.Position{Line: endLine, Column: endColumn}}
	}
	for _, c := range []struct {
		name       string
		span, mark diag.Span
		start, end int
	}{
		{"span", span(3, 4, 3, 7), diag.Span{}, 4, 7},
		{"mark", span(3, 4, 3, 7), span(3, 5, 3, 6), 5, 6},
		{"mark on another line", span(3, 4, 5, 7), span(4, 2, 4, 3), 4, 9},
		{"span that goes on", span(3, 4, 5, 2), diag.Span{}, 4, 9},
		{"mark that goes on", span(3, 4, 5, 2), span(3, 6, 4, 1), 6, 9},
	} {
		d := diag.Diagnostic{Span: c.span, Mark: c.mark, Source: "日: | # é \t"}
		if start, end := marked(d); start != c.start || end != c.end {
			t.Errorf("%s: found %d to %d, want %d to %d", c.name, start, end, c.start, c.end)
		}
	}
}

func FuzzSnippet(f *testing.F) {
	f.Add("policy: Fail", 9, 13)
	f.Add("\t日本e\u0301\x1b[31m\u202e👩\u200d🚀\xff", 3, 9)
	f.Add(strings.Repeat("日\u0301\t", 200), 300, 301)
	f.Fuzz(func(t *testing.T, line string, start, end int) {
		start, end = min(max(start, 1), 1<<30), min(max(end, 0), 1<<30)
		s := newSnippet(new(cursor), line, start, end)
		if s.carets < 1 || s.indent+s.carets > max(columns(s.text), s.indent+1) {
			t.Errorf("%d carets from %d under %q", s.carets, s.indent, s.text)
		}
		if columns(s.text) > snippetWidth || len(s.text) > 20*snippetWidth {
			t.Errorf("the text is %d columns wide and has %d bytes", columns(s.text), len(s.text))
		}
		if Visible(s.text) != s.text {
			t.Errorf("%q has hidden characters", s.text)
		}
	})
}

// columns is the display width of a text that is fit for a terminal.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += displayWidth(r)
	}
	return n
}
