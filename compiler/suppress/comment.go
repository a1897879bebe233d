package suppress

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
)

const (
	ignoreLine = "ignore"
	ignoreFile = "ignore-file"
	form       = `"thvctl:ignore RULE[,RULE] -- reason"`
)

// comment is one comment that speaks to thvctl.
type comment struct {
	source *syntax.Source
	// start and end are the half-open byte range of the comment without what
	// introduces it; wordStart is where its "thvctl:" begins.
	open, start, end int
	// line is where it stands, and alone says that nothing stands before it.
	line  int
	alone bool
	// top says that only comments stand above it.
	top bool
}

// text is the comment behind its "#" or "//".
func (c comment) text() string { return string(c.source.Data[c.start:c.end]) }

// directive matches a comment that speaks to thvctl.
var directive = regexp.MustCompile(`^[# \t]*thvctl:([ \t]*)([A-Za-z_-]*)`)

// Scan reads the comments of a file and returns what is wrong with them. YAML and
// CUE have comments, JSON has none.
func (s *Set) Scan(tree *syntax.Tree) diag.List {
	if s == nil || tree.File.Format == syntax.JSON {
		return nil
	}
	found := s.scan(tree.Source, tree)
	for _, other := range tree.Others {
		found = append(found, s.scan(other, tree)...)
	}
	return found
}

func (s *Set) scan(source *syntax.Source, tree *syntax.Tree) diag.List {
	if !source.MayHoldDirectives() {
		return nil
	}
	var found diag.List
	lines := newLines(source, tree)
	for _, c := range lines.comments() {
		m := directive.FindStringSubmatchIndex(c.text())
		if m == nil {
			continue
		}
		word := c.text()[m[4]:m[5]]
		if m[3] > m[2] && !strings.HasPrefix(word, ignoreLine) {
			continue // "thvctl: " followed by prose
		}
		found = append(found, s.read(c, lines, word, m[5])...)
	}
	return found
}

// read takes in a comment whose arguments begin at an offset of its text.
func (s *Set) read(c comment, lines *lines, word string, arguments int) diag.List {
	at := func(from, to int, format string, args ...any) diag.Diagnostic {
		return c.source.Diagnostic(diag.BadIgnore, c.start+from, c.start+to, format, args...)
	}
	text := c.text()
	first := strings.Index(text, "thvctl:")
	if word != ignoreLine && word != ignoreFile {
		return diag.List{at(first, arguments, "found the comment %q, allowed are thvctl:ignore and thvctl:ignore-file", text[first:arguments])}
	}
	if word == ignoreFile && !c.top {
		return diag.List{at(first, arguments, "found thvctl:ignore-file below the top of the file, it belongs above everything else")}
	}
	if rest := text[arguments:]; strings.TrimLeft(rest, " \t") == rest && rest != "" {
		_, size := utf8.DecodeRuneInString(rest)
		return diag.List{at(first, arguments+size, "found %q, write %s", text[first:arguments+size], form)}
	}
	names, reason, _ := strings.Cut(text[arguments:], "--")
	if strings.TrimSpace(reason) == "" {
		return diag.List{at(first, len(strings.TrimRight(text, " \t")), "found an ignore without a reason, write %s", form)}
	}
	ignore := &Ignore{By: diag.InSource, Reason: strings.TrimSpace(reason), Files: func(name string) bool { return name == c.source.Name }}
	if word == ignoreLine {
		ignore.Line = lines.target(c)
	}
	var found diag.List
	words := ruleWord.FindAllStringIndex(names, mostRules+1)
	if len(words) > mostRules {
		return diag.List{at(first, arguments, "found more than %d rules in one ignore, allowed are %d at most", mostRules, mostRules)}
	}
	for _, m := range words {
		name := names[m[0]:m[1]]
		if why := Refused(name); why != "" {
			found = append(found, at(arguments+m[0], arguments+m[1], "%s", why))
			continue
		}
		r, _ := rule.Lookup(name)
		ignore.Rules = append(ignore.Rules, r.ID)
	}
	if len(ignore.Rules) == 0 && len(found) == 0 {
		return diag.List{at(first, arguments, "found an ignore without a rule, write %s", form)}
	}
	ignore.Finding = at(first, len(strings.TrimRight(text, " \t")), "")
	ignore.Finding.Rule, ignore.Finding.Severity = diag.UnusedIgnore, diag.UnusedIgnore.Severity
	ignore.source = c.source
	ignore.without = func(rules []string) *diag.Fix { return c.without(rules, arguments, names) }
	if len(ignore.Rules) > 0 {
		s.addComment(ignore, c.source.Name)
	}
	return found
}

// mostRules is how many rules one comment may name; there are fewer.
const mostRules = 100

var ruleWord = regexp.MustCompile(`[^\s,]+`)

// Refused says why a rule cannot be ignored, or "".
func Refused(name string) string {
	r, ok := rule.Lookup(name)
	switch {
	case !ok:
		return Unknown(name)
	case rule.IsFixed(r.Rule):
		return fmt.Sprintf("found %q, which can be neither suppressed nor lowered", name)
	}
	return ""
}

// Unknown says that there is no rule of a name, and which may have been meant.
func Unknown(name string) string {
	message := fmt.Sprintf("found %q, which is no rule", name)
	if near, ok := rule.Nearest(name); ok {
		message += fmt.Sprintf(", did you mean %q", near)
	}
	return message + " (thvctl rules lists them)"
}

// without returns the fix that takes rules out of the comment, or the comment out
// of the file where none is left.
func (c comment) without(rules []string, arguments int, names string) *diag.Fix {
	var kept []string
	for _, name := range ruleWord.FindAllString(names, -1) {
		if r, ok := rule.Lookup(name); !ok || !slices.Contains(rules, r.ID) {
			kept = append(kept, name)
		}
	}
	if len(kept) > 0 {
		span := c.source.Span(c.start+arguments, c.start+arguments+len(names))
		return &diag.Fix{Title: "leave only " + strings.Join(kept, ","), Edits: []diag.Edit{{Span: span, Text: " " + strings.Join(kept, ",") + " "}}}
	}
	from, to := c.open, c.end
	data := c.source.Data
	for from > 0 && (data[from-1] == ' ' || data[from-1] == '\t') {
		from--
	}
	if rest := data[to:]; c.alone && bytes.HasPrefix(rest, []byte("\n")) { // the whole line
		to++
	} else if c.alone && bytes.HasPrefix(rest, []byte("\r\n")) {
		to += 2
	}
	return &diag.Fix{Title: "remove the comment", Edits: []diag.Edit{{Span: c.source.Span(from, to)}}}
}
