package syntax

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/internal/pattern"
)

// Show makes findings fit to be shown: it sets the source line of each, and hides
// what its message quotes of hidden text. It is done when nothing more will be
// hidden, because a stage may find out late that a value is secret.
func Show(found diag.List, trees ...*Tree) {
	sources := map[string]*Source{}
	for _, tree := range trees {
		for _, s := range append(tree.Others, tree.Source) {
			sources[s.Name] = s
		}
	}
	for i := range found {
		if s := sources[found[i].Span.File]; s != nil {
			s.Show(&found[i])
		}
	}
}

// Show makes one finding about the text fit to be shown.
func (s *Source) Show(d *diag.Diagnostic) {
	d.Source, d.Path = s.Line(d.Span.Start.Line), shownPath(d.Path)
	if s.quoted == nil {
		s.quoted = s.hiddenTexts()
	}
	if len(s.quoted) > 0 {
		d.Message = s.scrub(d.Message)
	}
}

// shownPath returns a path without tokens and keys that are none that people write.
func shownPath(path string) string {
	path = HideTokens(path)
	if !strings.ContainsAny(path, " \t\r\n\"") {
		return path
	}
	shown := ""
	for _, step := range SplitPath(path) {
		switch i, err := strconv.Atoi(step); {
		case err == nil:
			shown = JoinIndex(shown, i)
		case strings.ContainsAny(step, " \t\r\n\""):
			shown = JoinKey(shown, "•••")
		default:
			shown = JoinKey(shown, step)
		}
	}
	return shown
}

// quotation matches what a message quotes.
var quotation = pattern.Lazy("\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|`[^`]*`")

// scrub hides what a message quotes of hidden text. Words of its own are no quotes.
func (s *Source) scrub(message string) string {
	return quotation().ReplaceAllStringFunc(message, func(quote string) string {
		text := quote[1 : len(quote)-1]
		if unquoted, err := strconv.Unquote(quote); err == nil {
			text = unquoted
		}
		for _, hidden := range s.quoted {
			if text == hidden || len(hidden) >= shortestPart && strings.Contains(text, hidden) {
				return quote[:1] + strings.Repeat("•", utf8.RuneCountInString(text)) + quote[len(quote)-1:]
			}
		}
		return quote
	})
}

// Bounds of the hidden texts that messages are searched for, in bytes. A message
// quotes no more than the start of a long text.
const (
	shortestQuoted = 3
	shortestPart   = 6 // a shorter one is part of too many words
	longestQuoted  = 48
	mostQuoted     = 1000
	mostLooked     = 1 << 20 // bytes of hidden text
)

// hiddenTexts returns how messages may quote what is hidden.
func (s *Source) hiddenTexts() []string {
	s.settle()
	texts := []string{}
	add := func(text string) {
		text = strings.Trim(text, " \t\r\n,")
		for len(text) > longestQuoted || !utf8.ValidString(text) {
			text = text[:min(len(text)-1, longestQuoted)]
		}
		if len(text) >= shortestQuoted && len(texts) < mostQuoted {
			texts = append(texts, text)
		}
	}
	looked := 0
	for _, m := range s.masks {
		if m.soft {
			continue
		}
		if len(texts) == mostQuoted || looked > mostLooked {
			break
		}
		raw := string(s.Data[m.start:min(m.end, m.start+mostLooked)])
		looked += len(raw)
		add(strings.Trim(raw, "\"'"))
		for _, quote := range quotation().FindAllString(raw, -1) {
			if text, err := strconv.Unquote(quote); err == nil {
				add(text)
			}
		}
		for line := range strings.Lines(raw) {
			add(line)
		}
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}
