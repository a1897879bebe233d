package cli

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

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
	return maskedDiff(strings.TrimPrefix(f.Name, "/"), [2]string{string(f.Data), shown}, [2]string{string(after), shownAfter}), nil
}

var hunk = regexp.MustCompile(`^@@ -([0-9]+)(?:,[0-9]+)? \+([0-9]+)(?:,[0-9]+)? @@`)

// maskedDiff compares two texts by what they hold and prints what may be shown of
// them. Both texts come as they are and as they are shown, line for line.
func maskedDiff(name string, before, after [2]string) []byte {
	text := udiff.Unified("a/"+name, "b/"+name, before[0], after[0])
	left, right := strings.SplitAfter(before[1], "\n"), strings.SplitAfter(after[1], "\n")
	var out bytes.Buffer
	at, atRight := 0, 0
	body := false
	for line := range strings.Lines(text) {
		if m := hunk.FindStringSubmatch(line); m != nil {
			at, _ = strconv.Atoi(m[1])
			atRight, _ = strconv.Atoi(m[2])
			body = true
			out.WriteString(line)
			continue
		}
		switch {
		case !body:
			out.WriteString(printable(line))
		case line[0] == '-':
			out.WriteString(shownLine('-', left, at))
			at++
		case line[0] == '+':
			out.WriteString(shownLine('+', right, atRight))
			atRight++
		case line[0] == ' ':
			out.WriteString(shownLine(' ', left, at))
			at++
			atRight++
		default: // "\ No newline at end of file"
			out.WriteString(line)
		}
	}
	return out.Bytes()
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
