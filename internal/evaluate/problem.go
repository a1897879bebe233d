package evaluate

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/scanner"
	"cuelang.org/go/cue/token"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// crashed is shown in place of whatever the evaluator had to say when it broke.
const crashed = "evaluation failed: CUE's evaluator cannot cope with this source"

// maxMessage bounds a message, in bytes: CUE prints whole values into some.
const maxMessage = 400

// problems returns the faults that an error of CUE holds.
func (t *tree) problems(err error) []syntax.EvaluateProblem {
	var out []syntax.EvaluateProblem
	for _, e := range errors.Errors(err) {
		p := syntax.EvaluateProblem{Message: t.explain(e) + t.elsewhere(e), Place: t.faultPlace(e)}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// unresolved says that a problem may be due to a file that did not parse.
func unresolved(p syntax.EvaluateProblem) bool {
	return strings.HasPrefix(p.Message, "reference ") && strings.HasSuffix(p.Message, " not found")
}

// explain returns what an error says, without path and position, on one line.
func (t *tree) explain(err error) string {
	all := errors.Errors(err)
	texts := make([]string, 0, len(all))
	for _, e := range all {
		text := errors.StringWithConfig(e, &errors.Config{OmitPath: true})
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	text := err.Error()
	switch {
	case len(texts) > 1 && strings.HasSuffix(texts[0], "errors in empty disjunction:"):
		text = "no alternative fits: " + strings.Join(texts[1:], "; ")
	case len(texts) > 0:
		text = texts[0]
	}
	if head, _, ok := strings.Cut(text, ": cannot find module providing package "); ok {
		text = head + "; packages are not fetched"
	}
	for strings.Contains(text, "import failed: import failed: ") {
		text = strings.Replace(text, "import failed: ", "", 1)
	}
	if t.names != nil {
		text = t.names.Replace(text)
	}
	return shorten(strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "\ufffd"))
}

func shorten(text string) string {
	if len(text) <= maxMessage {
		return text
	}
	end := maxMessage
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// elsewhere names the support file that an error is in, if it is in one.
func (t *tree) elsewhere(err error) string {
	where := ""
	for ; err != nil; err = errors.Unwrap(err) {
		if e, ok := err.(errors.Error); ok && e.Position().IsValid() {
			if name := t.support[e.Position().Filename()]; name != "" {
				where = fmt.Sprintf(" (%s, line %d)", name, e.Position().Line())
			}
		}
	}
	return where
}

// faultPlace returns the token that an error points at, in the first of the
// given files that it has a position in.
func (t *tree) faultPlace(err errors.Error) syntax.EvaluatedPlace {
	for _, pos := range append([]token.Pos{err.Position()}, errors.Positions(err)...) {
		if !pos.IsValid() {
			continue
		}
		if i, ok := t.index[pos.Filename()]; ok {
			return t.tokenPlace(i, pos.Offset())
		}
	}
	return syntax.EvaluatedPlace{}
}

// tokenPlace returns the place of the token that starts at an offset, or of one
// byte where there is none.
func (t *tree) tokenPlace(file, start int) syntax.EvaluatedPlace {
	data := t.files[file].Data
	start = min(start, len(data))
	rest := data[start:]
	var s scanner.Scanner
	s.Init(token.NewFile("", -1, len(rest)), rest, nil, 0)
	pos, tok, lit := s.Scan()
	length := 1
	if pos.Offset() == 0 && tok != token.EOF && lit != "\n" {
		length = max(rawLength(rest, lit), 1)
		if lit == "" {
			length = len(tok.String())
		}
	}
	return t.place(file, start, start+length)
}
