package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
)

// writeGitHub writes a workflow command per finding, which GitHub Actions turns
// into an annotation, and the summary line. Of a line that is a command, the log
// shows the text alone, so the text names the place too.
func writeGitHub(w io.Writer, r Report, o Options) error {
	out := bufio.NewWriter(w) // its first error sticks until Flush
	for _, d := range r.Diagnostics {
		fmt.Fprintf(out, "::%s %s::%s\n", githubCommand(d.Severity), githubProperties(d, o), githubData(githubText(d)))
	}
	fmt.Fprintln(out, summaryLine(r))
	return out.Flush()
}

func githubCommand(s diag.Severity) string {
	switch s {
	case diag.Error:
		return "error"
	case diag.Warning:
		return "warning"
	}
	return "notice"
}

func githubProperties(d diag.Diagnostic, o Options) string {
	var properties []string
	add := func(key, value string) {
		properties = append(properties, key+"="+githubProperty(value))
	}
	s := d.Span
	if s.File != "" {
		add("file", Visible(fileName(s.File, o)))
	}
	if s.Start.Line > 0 {
		add("line", strconv.Itoa(s.Start.Line))
		add("endLine", strconv.Itoa(lastLine(s)))
	}
	// The runner drops the columns of a range of several lines.
	if s.Start.Line > 0 && lastLine(s) == s.Start.Line {
		add("col", strconv.Itoa(s.Start.Column))
		if s.End.Line == s.Start.Line { // endColumn is the last column, not the one behind it
			add("endColumn", strconv.Itoa(max(s.Start.Column, s.End.Column-1)))
		}
	}
	add("title", Visible(d.Rule.ID+" "+d.Rule.Name))
	return strings.Join(properties, ",")
}

// githubText is the message, then the place and what else the text format shows.
func githubText(d diag.Diagnostic) string {
	lines := []string{
		Visible(d.Message),
		fmt.Sprintf("%s: %s %s %s", place(d.Span), d.Severity, Visible(d.Rule.ID), Visible(d.Rule.Name)),
	}
	for _, related := range d.Related {
		lines = append(lines, place(related.Span)+": "+Visible(related.Message))
	}
	if d.Fix != nil {
		lines = append(lines, "fix: "+Visible(d.Fix.Title))
	}
	return strings.Join(lines, "\n")
}

// The escapes that the runner undoes (ActionCommand.cs of actions/runner).
var (
	githubDataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func githubData(text string) string      { return githubDataEscapes.Replace(text) }
func githubProperty(value string) string { return githubPropertyEscapes.Replace(value) }
