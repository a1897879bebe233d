package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
)

// There is no standard. These elements and attributes are what all versions of the
// schema of Jenkins know, the first and strictest of which the tests use.
type (
	junitReport struct {
		XMLName  xml.Name      `xml:"testsuites"`
		Name     string        `xml:"name,attr"`
		Tests    int           `xml:"tests,attr"`
		Failures int           `xml:"failures,attr"`
		Errors   int           `xml:"errors,attr"`
		Suites   []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		Classname string        `xml:"classname,attr"`
		Failure   *junitProblem `xml:"failure"`
		Error     *junitProblem `xml:"error"`
		Skipped   string        `xml:"skipped,omitempty"`
	}
	junitProblem struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",cdata"`
	}
)

// writeJUnit writes a suite per file with findings and a test case per finding.
// All texts are made visible first, so no character is left that XML cannot hold.
func writeJUnit(w io.Writer, r Report, o Options) error {
	out := junitReport{Name: "thvctl", Suites: junitSuites(r, o)}
	for _, s := range out.Suites {
		out.Tests += s.Tests
		out.Failures += s.Failures
		out.Errors += s.Errors
	}
	text, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

func junitSuites(r Report, o Options) []*junitSuite {
	if len(r.Diagnostics) == 0 {
		return []*junitSuite{junitClean(r)}
	}
	var suites []*junitSuite
	names := map[[2]string]int{}
	at := new(cursor)
	for i, d := range r.Diagnostics {
		file := Visible(cmp.Or(fileName(d.Span.File, o), "thvctl"))
		if i == 0 || d.Span.File != r.Diagnostics[i-1].Span.File {
			suites = append(suites, &junitSuite{Name: file})
		}
		c := junitFinding(at, d, file)
		// Readers tell test cases apart by their names alone.
		names[[2]string{file, c.Name}]++
		if n := names[[2]string{file, c.Name}]; n > 1 {
			c.Name += fmt.Sprintf(" (%d)", n)
		}
		suites[len(suites)-1].add(c)
	}
	return suites
}

// junitClean is for a run without findings, because readers take a report
// without test cases for a broken one. Where no document was looked at, nothing
// passed either.
func junitClean(r Report) *junitSuite {
	c := junitCase{Name: "no findings", Classname: "thvctl"}
	if r.Summary.Documents == 0 {
		c.Skipped = summaryLine(r)
	}
	s := &junitSuite{Name: "thvctl"}
	s.add(c)
	return s
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != "":
		s.Skipped++
	}
}

// junitFinding names the case by rule and path, which outlast a change of lines.
// A file that could not be read is an error in JUnit's words: nothing was tested.
func junitFinding(at *cursor, d diag.Diagnostic, file string) junitCase {
	var text strings.Builder
	writeFinding(&text, at, d, Options{})
	problem := &junitProblem{Type: d.Severity.String(), Message: Visible(d.Message), Text: text.String()}
	c := junitCase{Name: Visible(strings.TrimSpace(d.Rule.ID + " " + d.Rule.Name + " " + d.Path)), Classname: file}
	if d.Rule.ID == diag.Unreadable.ID {
		c.Error = problem
	} else {
		c.Failure = problem
	}
	return c
}
