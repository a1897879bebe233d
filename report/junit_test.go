package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/thvctl/thvctl/compiler/diag"
)

// xmlElement is what the schema says of an element, or what a report has.
type xmlElement struct {
	attributes, required, children []string
}

// Elements and attributes are those of the schema. It also says in which order
// elements stand, which no report has more than one of to put in order.
func TestJUnitSchema(t *testing.T) {
	schema := junitSchema(t)
	for name, r := range cases {
		for _, complaint := range junitComplaints(t, schema, written(t, "junit", r, Options{})) {
			t.Errorf("%s: %s", name, complaint)
		}
	}
}

// The check must be able to refuse.
func TestJUnitSchemaRefuses(t *testing.T) {
	schema := junitSchema(t)
	good := string(written(t, "junit", cases["findings"], Options{}))
	for old, replacement := range map[string]string{
		`<testcase name=`:  `<testcase title=`,
		` tests="2"`:       ``,
		`<failure `:        `<failure file="x" `,
		"<failure type":    "<skipped><failure type",
		"</testsuite>":     "<failure></failure></testsuite>",
		"<testsuites name": "<testsuites line=\"1\" name",
	} {
		bad := strings.Replace(good, old, replacement, 1)
		if strings.Contains(replacement, "<skipped>") {
			bad = strings.Replace(bad, "</failure>", "</failure></skipped>", 1)
		}
		if bad == good || len(junitComplaints(t, schema, []byte(bad))) == 0 {
			t.Errorf("%s in place of %s is accepted", replacement, old)
		}
	}
}

func TestJUnitCounts(t *testing.T) {
	for name, r := range cases {
		var report junitReport
		if err := xml.Unmarshal(written(t, "junit", r, Options{}), &report); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var all junitReport
		names := map[string]bool{}
		for _, s := range report.Suites {
			counted := junitSuite{Name: s.Name}
			for _, c := range s.Cases {
				counted.add(c)
				key := s.Name + "\x00" + c.Classname + "\x00" + c.Name
				if names[key] || c.Name == "" || c.Classname == "" {
					t.Errorf("%s: the test case %q stands twice or has no name", name, key)
				}
				names[key] = true
			}
			if diff := cmp.Diff(counted, *s); diff != "" {
				t.Errorf("%s: suite %q (-counted +said)\n%s", name, s.Name, diff)
			}
			all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
		}
		if report.Tests != all.Tests || report.Failures != all.Failures || report.Errors != all.Errors {
			t.Errorf("%s: found %d tests, %d failures, %d errors, counted %+v", name, report.Tests, report.Failures, report.Errors, all)
		}
		if got, want := report.Failures+report.Errors, len(r.Diagnostics); got != want || report.Tests != max(1, want) {
			t.Errorf("%s: found %d problems in %d tests, want %d", name, got, report.Tests, want)
		}
	}
}

// The text of a problem is what the text format shows, to the character.
func TestJUnitText(t *testing.T) {
	for name, r := range cases {
		var report junitReport
		if err := xml.Unmarshal(written(t, "junit", r, Options{}), &report); err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, s := range report.Suites {
			for _, c := range s.Cases {
				for _, problem := range []*junitProblem{c.Failure, c.Error} {
					if problem != nil {
						got.WriteString(problem.Text + "\n")
					}
				}
			}
		}
		got.WriteString(summaryLine(r) + "\n")
		if diff := cmp.Diff(string(written(t, "text", r, Options{})), got.String()); diff != "" {
			t.Errorf("%s (-text +junit)\n%s", name, diff)
		}
	}
}

func TestJUnitKinds(t *testing.T) {
	for _, c := range []struct {
		d              diag.Diagnostic
		failure, error string
	}{
		{badPolicy, "error", ""}, {slow, "warning", ""}, {hint, "info", ""}, {unreadable, "", "error"},
	} {
		got := junitFinding(new(cursor), c.d, "x")
		kind := func(p *junitProblem) string {
			if p == nil {
				return ""
			}
			return p.Type
		}
		if kind(got.Failure) != c.failure || kind(got.Error) != c.error {
			t.Errorf("%s: found the failure %+v and the error %+v", c.d.Rule.ID, got.Failure, got.Error)
		}
	}
}

// Whatever a message holds, the report is XML that says the same.
func FuzzJUnit(f *testing.F) {
	for _, d := range []diag.Diagnostic{hostile, markup, multibyte} {
		f.Add(d.Span.File, d.Message, d.Source)
	}
	f.Fuzz(func(t *testing.T, file, message, source string) {
		d := badPolicy
		d.Span.File, d.Message, d.Source = file, message, source
		text := written(t, "junit", Report{Diagnostics: diag.List{d}}, Options{})
		var report junitReport
		if err := xml.Unmarshal(text, &report); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if got := report.Suites[0].Cases[0].Failure.Message; got != Visible(message) {
			t.Errorf("found %q, want %q", got, Visible(message))
		}
	})
}

func junitSchema(t *testing.T) map[string]xmlElement {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "jenkins-junit.xsd"))
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Elements []struct {
			Name     string `xml:"name,attr"`
			Children []struct {
				Ref string `xml:"ref,attr"`
			} `xml:"complexType>sequence>element"`
			Attributes []struct {
				Name string `xml:"name,attr"`
				Use  string `xml:"use,attr"`
			} `xml:"complexType>attribute"`
		} `xml:"element"`
	}
	if err := xml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	schema := map[string]xmlElement{"": {children: []string{"testsuites"}}}
	for _, e := range document.Elements {
		var element xmlElement
		for _, child := range e.Children {
			element.children = append(element.children, child.Ref)
		}
		for _, a := range e.Attributes {
			element.attributes = append(element.attributes, a.Name)
			if a.Use == "required" {
				element.required = append(element.required, a.Name)
			}
		}
		schema[e.Name] = element
	}
	return schema
}

// junitComplaints returns what a report has that the schema does not allow.
func junitComplaints(t *testing.T, schema map[string]xmlElement, text []byte) (complaints []string) {
	t.Helper()
	open := []string{""}
	for decoder := xml.NewDecoder(bytes.NewReader(text)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return complaints
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name, parent := token.Name.Local, open[len(open)-1]
			if !slices.Contains(schema[parent].children, name) {
				complaints = append(complaints, name+" in "+parent)
			}
			var attributes []string
			for _, a := range token.Attr {
				attributes = append(attributes, a.Name.Local)
				if !slices.Contains(schema[name].attributes, a.Name.Local) {
					complaints = append(complaints, a.Name.Local+" of "+name)
				}
			}
			for _, required := range schema[name].required {
				if !slices.Contains(attributes, required) {
					complaints = append(complaints, "no "+required+" of "+name)
				}
			}
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}
