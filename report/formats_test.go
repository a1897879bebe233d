package report

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/thvctl/thvctl/compiler/diag"
)

// finding is what every format says of a diagnostic.
type finding struct {
	rule, severity string
	line           int // 0 for a file as a whole
}

// Every format shows the same findings in the same order.
func TestSameFindings(t *testing.T) {
	readers := map[string]func(*testing.T, []byte) []finding{
		"text": textFindings, "json": jsonFindings, "sarif": sarifFindings, "junit": junitFindings, "github": githubFindings, "gitlab": gitlabFindings,
	}
	for _, f := range Formats {
		read := readers[f.Name]
		if read == nil {
			t.Errorf("nobody reads the format %s", f.Name)
			continue
		}
		for name, r := range cases {
			var want []finding
			for _, d := range r.Diagnostics {
				line := d.Span.Start.Line
				if f.Name == "gitlab" {
					line = max(1, line)
				}
				want = append(want, finding{d.Rule.ID, d.Severity.String(), line})
			}
			if diff := cmp.Diff(want, read(t, written(t, f.Name, r, Options{})), cmp.AllowUnexported(finding{})); diff != "" {
				t.Errorf("%s as %s (-want +got)\n%s", name, f.Name, diff)
			}
		}
	}
}

// The examples of the documentation are what is written.
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "reports.md"))
	if err != nil {
		t.Fatal(err)
	}
	one := Report{Diagnostics: diag.List{badPolicy}, Summary: Summary{Files: 1, Documents: 1}, Version: "1.2.3"}
	second := twice
	second.Related = twice.Related[:1]
	two := Report{Diagnostics: diag.List{badPolicy, second}, Summary: Summary{Files: 1, Documents: 2}}
	for _, f := range Formats {
		if !strings.Contains(string(page), "\n## "+f.Name+"\n") || !strings.Contains(string(page), "(#"+f.Name+")") {
			t.Errorf("docs/reports.md does not describe %s", f.Name)
		}
		example := string(written(t, f.Name, one, Options{}))
		switch f.Name {
		case "sarif":
			continue // too long to be read
		case "text":
			example = string(written(t, f.Name, two, Options{}))
		}
		if f.Name == "text" || f.Name == "github" {
			example = regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(example, "    $1")
		}
		if !strings.Contains(string(page), "\n"+example) {
			t.Errorf("docs/reports.md does not show this as %s:\n%s", f.Name, example)
		}
	}
}

// firstLine is the first line of a finding, as text.
var firstLine = regexp.MustCompile(`^[^ ].*?(?::(\d+):\d+)?: (error|warning|info) (THV\d{4}) |^: (error) (THV\d{4}) `)

func textFindings(_ *testing.T, text []byte) (found []finding) {
	for line := range strings.Lines(string(text)) {
		if m := firstLine.FindStringSubmatch(line); m != nil {
			number, _ := strconv.Atoi(m[1])
			found = append(found, finding{m[3] + m[5], m[2] + m[4], number})
		}
	}
	return found
}

func jsonFindings(t *testing.T, text []byte) (found []finding) {
	var report struct {
		Diagnostics []struct {
			Rule, Severity string
			Start          struct{ Line int }
		}
	}
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	for _, d := range report.Diagnostics {
		found = append(found, finding{d.Rule, d.Severity, d.Start.Line})
	}
	return found
}

func sarifFindings(t *testing.T, text []byte) (found []finding) {
	var log sarifLog
	if err := json.Unmarshal(text, &log); err != nil {
		t.Fatal(err)
	}
	for _, result := range log.Runs[0].Results {
		if len(result.Suppressions) > 0 {
			continue
		}
		f := finding{rule: result.RuleID, severity: strings.Replace(result.Level, "note", "info", 1)}
		if len(result.Locations) > 0 && result.Locations[0].PhysicalLocation.Region != nil {
			f.line = result.Locations[0].PhysicalLocation.Region.StartLine
		}
		found = append(found, f)
	}
	return found
}

func junitFindings(t *testing.T, text []byte) (found []finding) {
	var report junitReport
	if err := xml.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	for _, s := range report.Suites {
		for _, c := range s.Cases {
			for _, problem := range []*junitProblem{c.Failure, c.Error} {
				if problem != nil {
					found = append(found, textFindings(t, []byte(problem.Text))...)
				}
			}
		}
	}
	return found
}

func githubFindings(_ *testing.T, text []byte) (found []finding) {
	for line := range strings.Lines(string(text)) {
		if a, ok := readGitHub(line); ok {
			rule, _, _ := strings.Cut(a.properties["title"], " ")
			number, _ := strconv.Atoi(a.properties["line"])
			found = append(found, finding{rule, strings.Replace(a.command, "notice", "info", 1), number})
		}
	}
	return found
}

func gitlabFindings(t *testing.T, text []byte) (found []finding) {
	var issues []gitlabIssue
	if err := json.Unmarshal(text, &issues); err != nil {
		t.Fatal(err)
	}
	severities := map[string]string{"major": "error", "minor": "warning", "info": "info"}
	for _, issue := range issues {
		found = append(found, finding{issue.CheckName, severities[issue.Severity], issue.Location.Lines.Begin})
	}
	return found
}
