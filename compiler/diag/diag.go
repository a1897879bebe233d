// Package diag is the vocabulary in which every stage speaks to people: spans,
// severities and diagnostics. It imports nothing but the standard library, so
// that every stage and every report may import it.
package diag

import (
	"cmp"
	"slices"
)

// Position is a place in a source text.
type Position struct {
	// Line is 1-based and counts line feeds, as editors do. Zero means that the
	// position is unknown.
	Line int
	// Column is 1-based and counts characters (Unicode code points), not bytes;
	// a byte order mark is not counted.
	Column int
	// Offset is 0-based and counts bytes from the start of the file.
	Offset int
}

// Span is a half-open stretch of one source text. A Span whose Start.Line is
// zero stands for the file as a whole.
type Span struct {
	// File is the name under which the source was given.
	File       string
	Start, End Position
}

// Severity ranks a diagnostic. The zero value is no severity.
type Severity uint8

// The severities, lowest first.
const (
	Info Severity = iota + 1
	Warning
	Error
)

// String returns "info", "warning" or "error".
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return "none"
}

// ParseSeverity is the inverse of [Severity.String]; ok is false for any other
// text.
func ParseSeverity(s string) (sev Severity, ok bool) {
	for _, sev := range []Severity{Info, Warning, Error} {
		if sev.String() == s {
			return sev, true
		}
	}
	return 0, false
}

// Rule identifies what a diagnostic is about.
type Rule struct {
	// ID is for machines, for example "THV4006". It is never reused.
	ID string
	// Name is for people, for example "fail-open-gate".
	Name string
	// Severity is the default severity.
	Severity Severity
}

// Related is another place that a diagnostic is about.
type Related struct {
	Span    Span
	Message string
}

// Edit replaces the bytes of a span with a text.
type Edit struct {
	Span Span
	Text string
}

// Fix is a safe automatic change. Its edits touch one file and do not overlap.
type Fix struct {
	// Title says what the change does, for example `replace with "fail"`.
	Title string
	Edits []Edit
}

// Diagnostic is one finding in what a user wrote.
type Diagnostic struct {
	Rule     Rule
	Severity Severity
	// Span begins at the whole scalar, or at the key when the key is at fault.
	Span Span
	// Mark is the part of Span that offends; the zero Span means all of it.
	Mark Span
	// Path names the value inside its document ("validating[2].timeout"); it is
	// empty for a finding about a file or a whole document.
	Path string
	// Subject names the object and the webhook that the finding is about, where they
	// have names. It stays when others are put before them.
	Subject string
	// Message says what was found, then what is allowed. It holds no secret.
	Message string
	Related []Related
	// Fix is nil where no safe change is known.
	Fix *Fix
	// Source is the text of the line on which Span starts, without its line
	// break and with every secret in it masked.
	Source string
	// More counts findings like it that were not kept: see [Crowd].
	More int
}

// Suppressed is a finding that somebody decided not to hear of.
type Suppressed struct {
	Diagnostic
	By Suppressor
	// Reason is what they wrote, empty for a baseline.
	Reason string
}

// Suppressor is how a finding was suppressed. The zero value is invalid.
type Suppressor uint8

// The ways to suppress a finding.
const (
	// InSource is a comment in the file itself.
	InSource Suppressor = iota + 1
	// InProject is an entry of the project file.
	InProject
	// InBaseline is the list of what was there before.
	InBaseline
)

// List is a collection of diagnostics. Stages append in any order; whoever
// shows a list sorts it first.
type List []Diagnostic

// Sort orders the list by file, line, column and rule, and then by message, so
// that the order never depends on the order of the work. Equal findings are
// shown once.
func (l *List) Sort() {
	slices.SortStableFunc(*l, Compare)
	*l = slices.CompactFunc(*l, func(a, b Diagnostic) bool { return Compare(a, b) == 0 })
}

// Compare is the order of [List.Sort].
func Compare(a, b Diagnostic) int {
	return cmp.Or(
		cmp.Compare(a.Span.File, b.Span.File),
		cmp.Compare(a.Span.Start.Line, b.Span.Start.Line),
		cmp.Compare(a.Span.Start.Column, b.Span.Start.Column),
		cmp.Compare(a.Rule.ID, b.Rule.ID),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Message, b.Message),
	)
}

// Count returns how many diagnostics have exactly the severity s, those that were not
// kept included.
func (l List) Count(s Severity) int {
	n := 0
	for _, d := range l {
		if d.Severity == s {
			n += 1 + d.More
		}
	}
	return n
}

// Has reports whether a diagnostic is at least as severe as s.
func (l List) Has(s Severity) bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity >= s })
}
