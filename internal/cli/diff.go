package cli

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// difference returns the unified diff of two texts of one file, with every secret
// masked that the file holds before or after; nil where they are the same.
func difference(f syntax.File, after []byte, o compiler.Options) ([]byte, error) {
	shown, err := compiler.Show(f, o)
	if err != nil {
		return nil, err
	}
	changed := f
	changed.Data = after
	shownAfter, err := compiler.Show(changed, o)
	if err != nil {
		return nil, err
	}
	left, right := [2]string{string(f.Data), shown}, [2]string{string(after), shownAfter}
	left[1], right[1] = hideAlike(left, right), hideAlike(right, left)
	return maskedDiff(strings.TrimPrefix(f.Name, "/"), left, right), nil
}

// hideAlike returns a text as it is shown, where what another text hides is hidden
// as well: a fix can turn an unknown key, whose value is hidden, into one that is
// known. Both come as they are and as they are shown, character for character.
func hideAlike(text, other [2]string) string {
	hidden := hiddenTexts(other)
	if len(hidden) == 0 {
		return text[1]
	}
	var pairs []string
	for _, h := range hidden {
		pairs = append(pairs, h, strings.Repeat("•", utf8.RuneCountInString(h)))
	}
	shown := []rune(text[1])
	for i, r := range []rune(strings.NewReplacer(pairs...).Replace(text[0])) {
		if r == '•' {
			shown[i] = r
		}
	}
	return string(shown)
}

// hiddenTexts returns the stretches of a text that are not shown, those that begin
// with others before them. Short ones say little, and stand everywhere.
func hiddenTexts(text [2]string) []string {
	const shortest = 8
	is, shown := []rune(text[0]), []rune(text[1])
	var found []string
	for i := 0; i < len(is); i++ {
		start := i
		for i < len(is) && is[i] != shown[i] {
			i++
		}
		for _, part := range []string{string(is[start:i]), strings.Trim(string(is[start:i]), `"'`)} {
			if utf8.RuneCountInString(part) >= shortest {
				found = append(found, part)
			}
		}
	}
	slices.SortFunc(found, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(found)
}

var hunkStart = regexp.MustCompile(`^@@ -([0-9]+)(?:,[0-9]+)? `)

// maskedDiff compares two texts by what they hold and prints what may be shown of
// them. Both texts come as they are and as they are shown, line for line.
func maskedDiff(name string, before, after [2]string) []byte {
	text := udiff.Unified("a/"+name, "b/"+name, before[0], after[0])
	p := diffPrinter{left: strings.SplitAfter(before[1], "\n"), right: strings.SplitAfter(after[1], "\n"), at: 1, atRight: 1}
	body := false
	for line := range strings.Lines(text) {
		if m := hunkStart.FindStringSubmatch(line); m != nil {
			start, _ := strconv.Atoi(m[1])
			p.begin(start)
			body = true
			continue
		}
		if !body {
			p.out.WriteString(printable(line))
			continue
		}
		p.line(line)
	}
	p.end()
	return p.out.Bytes()
}

// diffPrinter prints the hunks of a diff from the shown texts. It counts the lines
// of the right side itself: go-udiff v0.4.1 miscounts them behind a hunk that
// joins two changes.
type diffPrinter struct {
	out         bytes.Buffer
	left, right []string
	// at and atRight are the next lines, 1-based.
	at, atRight int
	// first and firstRight are where the hunk at hand begins.
	first, firstRight int
	hunk              bytes.Buffer
}

// begin starts a hunk at a line of the left side. What lies between it and the
// last is the same on both sides.
func (p *diffPrinter) begin(start int) {
	p.end()
	skipped := max(start, 1) - p.at // 0 stands for an empty left side
	p.at += skipped
	p.atRight += skipped
	p.first, p.firstRight = p.at, p.atRight
}

func (p *diffPrinter) line(line string) {
	switch line[0] {
	case '-':
		p.hunk.WriteString(shownLine('-', p.left, p.at))
		p.at++
	case '+':
		p.hunk.WriteString(shownLine('+', p.right, p.atRight))
		p.atRight++
	case ' ':
		p.hunk.WriteString(shownLine(' ', p.left, p.at))
		p.at++
		p.atRight++
	default: // "\ No newline at end of file"
		p.hunk.WriteString(line)
	}
}

// end prints the hunk at hand.
func (p *diffPrinter) end() {
	if p.hunk.Len() == 0 {
		return
	}
	fmt.Fprintf(&p.out, "@@ -%s +%s @@\n", hunkRange(p.first, p.at), hunkRange(p.firstRight, p.atRight))
	p.out.Write(p.hunk.Bytes())
	p.hunk.Reset()
}

// hunkRange is the half-open range of lines as a hunk's header has it.
func hunkRange(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from-1)
	case 1:
		return strconv.Itoa(from)
	}
	return fmt.Sprintf("%d,%d", from, to-from)
}

// shownLine is a line of a diff; lines are counted from 1. It ends as the text
// does, so that the diff can be applied.
func shownLine(sign byte, lines []string, number int) string {
	text := strings.TrimRight(lines[number-1], "\r\n")
	end := lines[number-1][len(text):]
	if !strings.HasSuffix(end, "\n") {
		end += "\n"
	}
	return string(sign) + printable(text) + end
}
