package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
)

// writeText writes the report as text. The sequences of ANSI colours aside, it
// writes no control character but the line feed, whatever the source holds.
func writeText(w io.Writer, r Report, o Options) error {
	out := bufio.NewWriter(w) // its first error sticks until Flush
	at := new(cursor)
	for _, d := range r.Diagnostics {
		writeFinding(out, at, d, o)
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, summaryLine(r))
	return out.Flush()
}

func writeFinding(out io.Writer, at *cursor, d diag.Diagnostic, o Options) {
	fmt.Fprintf(out, "%s: %s %s %s: %s\n", place(d.Span), paint(d.Severity.String(), d.Severity, o),
		Visible(d.Rule.ID), Visible(d.Rule.Name), Visible(d.Message))
	if d.Span.Start.Line > 0 && d.Source != "" {
		start, end := marked(d)
		s := newSnippet(at, d.Source, start, end)
		number := fmt.Sprintf("%5d", d.Span.Start.Line)
		fmt.Fprintf(out, "%s | %s\n", number, s.text)
		fmt.Fprintf(out, "%*s | %*s%s\n", len(number), "", s.indent, "", paint(strings.Repeat("^", s.carets), d.Severity, o))
	}
	for _, related := range d.Related {
		fmt.Fprintf(out, "  %s: %s\n", place(related.Span), Visible(related.Message))
	}
	if d.Fix != nil {
		fmt.Fprintf(out, "  fix: %s\n", Visible(d.Fix.Title))
	}
}

// place returns "file:line:col", or "file" for the file as a whole.
func place(s diag.Span) string {
	if s.Start.Line == 0 {
		return Visible(s.File)
	}
	return fmt.Sprintf("%s:%d:%d", Visible(s.File), s.Start.Line, s.Start.Column)
}

// marked returns the columns on the line of Source that the carets stand under,
// half-open, 1-based.
func marked(d diag.Diagnostic) (start, end int) {
	s := d.Span
	if d.Mark.Start.Line == s.Start.Line {
		s = d.Mark
	}
	if s.End.Line > s.Start.Line {
		return s.Start.Column, utf8.RuneCountInString(strings.TrimRight(d.Source, " \t")) + 1
	}
	return s.Start.Column, s.End.Column
}

// paint colours a text by severity.
func paint(text string, s diag.Severity, o Options) string {
	if !o.Color {
		return text
	}
	color := "36" // cyan
	switch s {
	case diag.Error:
		color = "31" // red
	case diag.Warning:
		color = "33" // yellow
	}
	return "\x1b[1;" + color + "m" + text + "\x1b[0m"
}

// summaryLine is the last line of every text report, which scripts may search:
// "2 files, 3 documents: 1 error, 0 warnings[, 4 info][, 6 suppressed][ (5 skipped)]".
func summaryLine(r Report) string {
	line := fmt.Sprintf("%s, %s: %s, %s",
		plural(r.Summary.Files, "file"), plural(r.Summary.Documents, "document"),
		plural(r.Diagnostics.Count(diag.Error), "error"), plural(r.Diagnostics.Count(diag.Warning), "warning"))
	if n := r.Diagnostics.Count(diag.Info); n > 0 {
		line += fmt.Sprintf(", %d info", n)
	}
	if n := len(r.Suppressed); n > 0 {
		line += fmt.Sprintf(", %d suppressed", n)
	}
	if n := r.Summary.Skipped; n > 0 {
		line += fmt.Sprintf(" (%d skipped)", n)
	}
	return line
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
