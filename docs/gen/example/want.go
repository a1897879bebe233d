package example

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
)

// wantFile is the file of an archive that holds what must be found in places
// where no note can stand, one finding a line: FILE[:LINE[:COLUMN]] FINDING. A
// finding without a line is about a file as a whole.
const wantFile = "want"

// Want is a finding that there must be. In a YAML file it is noted at the end of
// its line, in a CUE file with "//" for "#":
//
//	failure_policy: Fail # want THV2008:21 "found \"Fail\"" fix "fail"
//
// that is: the rule, the column, a severity other than the rule's own, a pattern
// of the message, and a pattern of the fix's title where there must be a fix.
// Column and severity may be left out; several findings may follow one another.
type Want struct {
	File string
	// Line and Column are 1-based. No line means the file as a whole, no column
	// any of the line.
	Line, Column int
	// Rule is an id.
	Rule string
	// Severity is none where it is the rule's own.
	Severity diag.Severity
	Message  *regexp.Regexp
	// Fix is nil where there must be no fix.
	Fix *regexp.Regexp
}

// String is the line of a want file.
func (w Want) String() string {
	text := w.File
	for _, n := range []int{w.Line, w.Column} {
		if n > 0 {
			text += ":" + strconv.Itoa(n)
		}
	}
	text += " " + w.Rule
	if w.Severity != 0 {
		text += " " + w.Severity.String()
	}
	text += " " + strconv.Quote(w.Message.String())
	if w.Fix != nil {
		text += " fix " + strconv.Quote(w.Fix.String())
	}
	return text
}

// notes takes the notes out of a file.
func (e *Example) notes(name string, data []byte) (plain []byte, err error) {
	comment := "#"
	switch path.Ext(name) {
	case ".json":
		return data, nil
	case ".cue":
		comment = "//"
	}
	var out bytes.Buffer
	line := 0
	for text := range bytes.Lines(data) {
		line++
		before, note, found := bytes.Cut(text, []byte(comment+" want "))
		if !found {
			out.Write(text)
			continue
		}
		out.Write(bytes.TrimRight(before, " "))
		out.Write(text[len(bytes.TrimRight(text, "\r\n")):])
		for rest := strings.TrimSpace(string(note)); rest != ""; {
			w := Want{File: name, Line: line}
			if rest, err = w.parse(rest); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, line, err)
			}
			rest = strings.TrimPrefix(rest, comment+" want ")
			e.Wants = append(e.Wants, w)
		}
	}
	return out.Bytes(), nil
}

// wantLines takes in a want file.
func (e *Example) wantLines(text string) error {
	for line := range strings.Lines(text) {
		place, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if place == "" {
			continue
		}
		w, err := wantAt(place)
		if err == nil {
			rest, err = w.parse(rest)
		}
		if err == nil && rest != "" {
			err = fmt.Errorf("found %q behind a finding", rest)
		}
		if err != nil {
			return fmt.Errorf("%s: %q: %w", wantFile, line, err)
		}
		e.Wants = append(e.Wants, w)
	}
	return nil
}

func wantAt(place string) (w Want, err error) {
	parts := strings.Split(place, ":")
	w.File = parts[0]
	for i, n := range []*int{&w.Line, &w.Column} {
		if len(parts) > i+1 && err == nil {
			*n, err = strconv.Atoi(parts[i+1])
		}
	}
	return w, err
}

// parse reads a finding up to the next.
func (w *Want) parse(text string) (rest string, err error) {
	word, rest := cutWord(text)
	id, column, hasColumn := strings.Cut(word, ":")
	w.Rule = id
	if hasColumn {
		if w.Column, err = strconv.Atoi(column); err != nil {
			return "", err
		}
	}
	if word, after := cutWord(rest); word != "" {
		if severity, ok := diag.ParseSeverity(word); ok {
			w.Severity, rest = severity, after
		}
	}
	if w.Message, rest, err = cutPattern(rest); err != nil {
		return "", err
	}
	if word, after := cutWord(rest); word == "fix" {
		w.Fix, rest, err = cutPattern(after)
	}
	return rest, err
}

func cutWord(text string) (word, rest string) {
	word, rest, _ = strings.Cut(text, " ")
	return word, strings.TrimLeft(rest, " ")
}

// cutPattern reads a pattern in the quotes of Go.
func cutPattern(text string) (pattern *regexp.Regexp, rest string, err error) {
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return nil, "", fmt.Errorf("found %q, want a pattern in quotes", text)
	}
	unquoted, err := strconv.Unquote(quoted)
	if err != nil {
		return nil, "", err
	}
	pattern, err = regexp.Compile(unquoted)
	return pattern, strings.TrimLeft(text[len(quoted):], " "), err
}
