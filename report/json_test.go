package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/thvctl/thvctl/compiler/diag"
)

func TestJSONSchema(t *testing.T) {
	schema := strictSchema(t)
	for name, r := range cases {
		if err := schema.Validate(parse(t, written(t, "json", r, Options{}))); err != nil {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

// The schema must be able to refuse.
func TestJSONSchemaRefuses(t *testing.T) {
	findings := cases["findings"]
	findings.Suppressed = cases["suppressed"].Suppressed
	good := string(written(t, "json", findings, Options{}))
	schema := strictSchema(t)
	for old, replacement := range map[string]string{
		`"version": 1,`:               `"version": 2,`,
		`"related": []`:               `"related": null`,
		`"severity": "warning"`:       `"severity": "fatal"`,
		`"rule": "THV2008"`:           `"rule": "2008"`,
		`"line": 5,`:                  `"line": 0,`,
		`"documents": 5`:              `"documents": "5"`,
		`"path": "validating[1].url"`: `"paths": "validating[1].url"`,
		`"title": `:                   `"titel": `,
		`"suppressed": 3`:             `"suppressed": -3`,
		`"by": "baseline"`:            `"by": "nobody"`,
		`"reason": "third party"`:     `"reason": ""`,
	} {
		bad := strings.Replace(good, old, replacement, 1)
		if bad == good {
			t.Errorf("%s does not occur", old)
		}
		if schema.Validate(parse(t, []byte(bad))) == nil {
			t.Errorf("the schema accepts %s", replacement)
		}
	}
}

// Nothing is lost on the way, what the terminal must not see included.
func TestJSONValues(t *testing.T) {
	var got struct {
		Diagnostics []struct {
			File, Message, Source string
			Fix                   struct{ Title string }
		}
	}
	text := written(t, "json", cases["hostile"], Options{})
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	valid := func(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
	d := got.Diagnostics[0]
	if want := []string{hostile.Span.File, valid(hostile.Message), valid(hostile.Source), hostile.Fix.Title}; !slices.Equal([]string{d.File, d.Message, d.Source, d.Fix.Title}, want) {
		t.Errorf("found %q, want %q", d, want)
	}
	if source := got.Diagnostics[1].Source; source != "" {
		t.Errorf("found a source line of %d bytes, it should be left out", len(source))
	}
	if text := written(t, "json", cases["findings"], Options{}); !bytes.Contains(text, []byte("<each & every one>")) {
		t.Errorf("HTML is escaped in:\n%s", text)
	}
}

func TestJSONSourceLimit(t *testing.T) {
	for length, want := range map[int]int{0: 0, 1: 1, maxSource: maxSource, maxSource + 1: 0} {
		if got := len(findingJSON(diag.Diagnostic{Source: strings.Repeat("x", length)}).Source); got != want {
			t.Errorf("of %d bytes found %d, want %d", length, got, want)
		}
	}
}

// Suppressed findings stand apart, and only where there are any.
func TestJSONSuppressed(t *testing.T) {
	var got struct {
		Summary    struct{ Errors, Warnings, Suppressed int }
		Suppressed []struct {
			By, Reason string
			Diagnostic struct{ Rule string }
		}
	}
	if err := json.Unmarshal(written(t, "json", cases["suppressed"], Options{}), &got); err != nil {
		t.Fatal(err)
	}
	if s := got.Summary; s.Errors != 2 || s.Warnings != 0 || s.Suppressed != 3 {
		t.Errorf("found the summary %+v", s)
	}
	var lines []string
	for _, s := range got.Suppressed {
		lines = append(lines, s.By+" "+s.Diagnostic.Rule+" "+s.Reason)
	}
	want := []string{"comment THV2008 a test gateway, {reviewed} 2026-10", "project THV5001 third party", "baseline THV5009 "}
	if !slices.Equal(lines, want) {
		t.Errorf("found %q, want %q", lines, want)
	}
	if text := written(t, "json", cases["clean"], Options{}); bytes.Contains(text, []byte("suppressed")) {
		t.Errorf("nothing is suppressed in:\n%s", text)
	}
}

// The edits of a fix may be in another file than the finding.
func TestJSONFixFile(t *testing.T) {
	d := badPolicy
	d.Fix = &diag.Fix{Title: "x", Edits: []diag.Edit{{Span: on("base.yaml", 1, 2, 2, 0), Text: "y"}}}
	at := &jsonPosition{Line: 1, Column: 2, Offset: 1}
	want := &jsonFix{Title: "x", File: "base.yaml", Edits: []jsonEdit{{jsonRange{at, at}, "y"}}}
	if diff := cmp.Diff(want, fixJSON(d), cmp.AllowUnexported(jsonEdit{})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// strictSchema is the published schema without its room for further fields, so
// that none can be added undocumented.
func strictSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document := parse(t, JSONSchema)
	closeObjects(document)
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft2020
	if err := compiler.AddResource("report.schema.json", bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile("report.schema.json")
}

func closeObjects(schema any) {
	switch s := schema.(type) {
	case []any:
		for _, item := range s {
			closeObjects(item)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(s)) {
			closeObjects(s[key])
		}
		if s["type"] == "object" {
			s["additionalProperties"] = false
		}
	}
}

func parse(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
