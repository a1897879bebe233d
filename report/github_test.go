package report

import (
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/diag"
)

// githubAnnotation is what the runner makes of a command.
type githubAnnotation struct {
	command, data string
	properties    map[string]string
}

// readGitHub reads a line as the runner does (TryParseV2 in ActionCommand.cs of
// actions/runner); ok is false for a line that is no command.
func readGitHub(line string) (a githubAnnotation, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "::")
	if !ok {
		return a, false
	}
	head, data, ok := strings.Cut(rest, "::")
	if !ok {
		return a, false
	}
	unescape := func(s string, last ...string) string {
		for _, pair := range append([]string{"%0D\r", "%0A\n"}, append(last, "%25%")...) {
			s = strings.ReplaceAll(s, pair[:3], pair[3:])
		}
		return s
	}
	a = githubAnnotation{data: unescape(data), properties: map[string]string{}}
	var properties string
	a.command, properties, _ = strings.Cut(head, " ")
	for property := range strings.SplitSeq(strings.TrimSpace(properties), ",") {
		if key, value, ok := strings.Cut(property, "="); ok {
			a.properties[key] = unescape(value, "%3A:", "%2C,")
		}
	}
	return a, true
}

func TestGitHubProperties(t *testing.T) {
	span := func(file string, line, column, endLine, endColumn int) diag.Diagnostic {
		return diag.Diagnostic{
			Rule: diag.Rule{ID: "THV1", Name: "x,y:z"},
			Span: diag.Span{File: file, Start: diag.Position{Line: line, Column: column}, End: diag.Position{Line: endLine, Column: endColumn}},
		}
	}
	const title = ",title=THV1 x%2Cy%3Az"
	for _, c := range []struct {
		name string
		d    diag.Diagnostic
		want string
	}{
		{"one line", span("a.yaml", 5, 3, 5, 7), "file=a.yaml,line=5,endLine=5,col=3,endColumn=6" + title},
		{"one character", span("a.yaml", 5, 3, 5, 4), "file=a.yaml,line=5,endLine=5,col=3,endColumn=3" + title},
		{"no character", span("a.yaml", 5, 3, 5, 3), "file=a.yaml,line=5,endLine=5,col=3,endColumn=3" + title},
		{"several lines", span("a.yaml", 5, 3, 8, 2), "file=a.yaml,line=5,endLine=8" + title},
		{"up to a line break", span("a.yaml", 5, 3, 8, 1), "file=a.yaml,line=5,endLine=7" + title},
		{"the rest of a line", span("a.yaml", 5, 3, 6, 1), "file=a.yaml,line=5,endLine=5,col=3" + title},
		{"a file", span("a.yaml", 0, 0, 0, 0), "file=a.yaml" + title},
		{"no file", span("", 0, 0, 0, 0), "title=THV1 x%2Cy%3Az"},
		{"below the folder", span("/repo/a/b.yaml", 0, 0, 0, 0), "file=a/b.yaml" + title},
		{"beside the folder", span("../b.yaml", 0, 0, 0, 0), "file=/b.yaml" + title},
		{"an odd name", span("a,b:c=50%\n.yaml", 0, 0, 0, 0), `file=a%2Cb%3Ac=50%25\n.yaml` + title},
	} {
		if got := githubProperties(c.d, Options{Folder: "/repo"}); got != c.want {
			t.Errorf("%s: found %s, want %s", c.name, got, c.want)
		}
	}
}

func TestGitHubText(t *testing.T) {
	want := "found the key \"url\" twice in one mapping, a key may stand once\n" +
		"policy.yaml:9:5: error THV1004 duplicate-key\n" +
		"policy.yaml:7:5: first here\n" +
		"base.yaml: merged from here"
	if got := githubText(twice); got != want {
		t.Errorf("found:\n%s\nwant:\n%s", got, want)
	}
}

// The last line is for people, and no text of a file is a command of its own.
func TestGitHubLines(t *testing.T) {
	for name, r := range cases {
		lines := strings.Split(strings.TrimSuffix(string(written(t, "github", r, Options{})), "\n"), "\n")
		if last := lines[len(lines)-1]; last != summaryLine(r) || len(lines) != len(r.Diagnostics)+1 {
			t.Errorf("%s: found %d lines, the last %q", name, len(lines), last)
		}
		for i, d := range r.Diagnostics {
			a, ok := readGitHub(lines[i])
			if !ok || a.command != githubCommand(d.Severity) || a.data != githubText(d) {
				t.Errorf("%s: line %d is read as %+v", name, i, a)
			}
		}
	}
}

func FuzzGitHub(f *testing.F) {
	for _, name := range append(oddNames, hostile.Span.File, "%250A%0a::x::\r\n") {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line := "::error file=" + githubProperty(text) + ",title=x::" + githubData(text)
		if strings.ContainsAny(line, "\r\n") {
			t.Errorf("%q becomes several lines: %q", text, line)
		}
		a, ok := readGitHub(line)
		if !ok || a.data != text || a.properties["file"] != text || a.properties["title"] != "x" {
			t.Errorf("%q: %q is read as %+v", text, line, a)
		}
	})
}
