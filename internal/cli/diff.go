package cli

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/report"
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
	return maskedDiff(strings.TrimPrefix(f.Name, "/"), [2]string{string(f.Data), shown}, [2]string{string(after), shownAfter}), nil
}

// hiddenTexts returns the stretches of a line that are not shown. The line comes as
// it is and as it is shown, character for character.
func hiddenTexts(line, shown string) []string {
	is, seen := []rune(line), []rune(shown)
	var found []string
	for i := 0; i < len(is); i++ {
		start := i
		for i < len(is) && i < len(seen) && is[i] != seen[i] {
			i++
		}
		if text := strings.Trim(string(is[start:i]), `"' `); text != "" {
			found = append(found, text)
		}
	}
	return found
}

var hunkStart = regexp.MustCompile(`^@@ -([0-9]+)(?:,[0-9]+)? `)

// maskedDiff compares two texts by what they hold and prints what may be shown of
// them. Both texts come as they are and as they are shown, line for line.
func maskedDiff(name string, before, after [2]string) []byte {
	name = report.Visible(name)
	text := udiff.Unified("a/"+name, "b/"+name, before[0], after[0])
	p := diffPrinter{is: strings.SplitAfter(before[0], "\n"), left: strings.SplitAfter(before[1], "\n"), right: strings.SplitAfter(after[1], "\n"), at: 1, atRight: 1}
	body := false
	for line := range strings.Lines(text) {
		if m := hunkStart.FindStringSubmatch(line); m != nil {
			start, _ := strconv.Atoi(m[1])
			p.begin(start)
			body = true
			continue
		}
		if !body {
			p.out.WriteString(line)
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
	out bytes.Buffer
	// is are the lines of the left side as they are, left and right those that are
	// shown.
	is, left, right []string
	// change are the lines, signs included, that are taken out and put in at this
	// place: the former as they are printed. hidden is what those hide that are taken out. A fix may turn an
	// unknown key, whose value is hidden, into one that is known.
	change []string
	hidden []string
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
		p.hidden = append(p.hidden, hiddenTexts(p.is[p.at-1], p.left[p.at-1])...)
		p.change = append(p.change, shownLine('-', p.left[p.at-1], p.at))
		p.at++
	case '+':
		p.change = append(p.change, "+"+p.right[p.atRight-1])
		p.atRight++
	case ' ':
		p.endChange()
		p.hunk.WriteString(shownLine(' ', p.left[p.at-1], p.at))
		p.at++
		p.atRight++
	default: // "\ No newline at end of file"
		p.change = append(p.change, line)
	}
}

// endChange prints the change at hand. All that is put in is looked through at once.
func (p *diffPrinter) endChange() {
	var added []string
	for _, line := range p.change {
		if line[0] == '+' {
			added = append(added, line[1:])
		}
	}
	first := p.atRight - len(added)
	added = hideTexts(added, p.hidden)
	next := 0
	for _, line := range p.change {
		if line[0] == '+' {
			line = shownLine('+', added[next], first+next)
			next++
		}
		p.hunk.WriteString(line)
	}
	p.change, p.hidden = nil, nil
}

// end prints the hunk at hand.
func (p *diffPrinter) end() {
	p.endChange()
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

// shownLine is a line of a diff. It ends as that of the text does, and begins with the
// mark of the text, so that the diff can be applied.
func shownLine(sign byte, line string, number int) string {
	const mark = "\ufeff"
	text := strings.TrimRight(line, "\r\n")
	end := line[len(text):]
	if !strings.HasSuffix(end, "\n") {
		end += "\n"
	}
	if rest, marked := strings.CutPrefix(text, mark); marked && number == 1 {
		return string(sign) + mark + printable(rest) + end
	}
	return string(sign) + printable(text) + end
}
