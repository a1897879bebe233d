package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/thvctl/thvctl/compiler/diag"
)

func TestSARIFSchema(t *testing.T) {
	schema := standardSchema(t)
	for name, r := range cases {
		for _, folder := range []string{"", "/repo", "/"} {
			if err := schema.Validate(parse(t, written(t, "sarif", r, Options{Folder: folder}))); err != nil {
				t.Errorf("%s in %q: %#v", name, folder, err)
			}
		}
	}
}

// The schema must be able to refuse.
func TestSARIFSchemaRefuses(t *testing.T) {
	good := string(written(t, "sarif", cases["suppressed"], Options{})) + string(written(t, "sarif", cases["findings"], Options{}))
	schema := standardSchema(t)
	for old, replacement := range map[string]string{
		`"version": "2.1.0"`:                 `"version": "2.2"`,
		`"name": "thvctl"`:                   `"nam": "thvctl"`,
		`"level": "error"`:                   `"level": "info"`,
		`"startLine": 5`:                     `"startLine": 0`,
		`"endColumn": 25`:                    `"endColumn": "25"`,
		`"columnKind": "unicodeCodePoints"`:  `"columnKind": "bytes"`,
		`"kind": "inSource"`:                 `"kind": "comment"`,
		`"kind": "external"`:                 `"reason": "external"`,
		`"status": "accepted"`:               `"status": "done"`,
		`"deletedRegion"`:                    `"deletedRegions"`,
		`"helpUri": "https://`:               `"helpUri": "not a URI `,
		`"uri": "policy.yaml"`:               `"uri": "%zz"`,
		`"ruleIndex": 3`:                     `"ruleIndex": -2`,
		`"executionSuccessful": true`:        `"successful": true`,
		`"descriptor": {`:                    `"description": {`,
		`"informationUri": "https://github`:  `"informationUri": "%zz`,
		`"suppressions": []`:                 `"suppressions": [{}]`,
		`"text": "found \"Fail\", allowed`:   `"message": "found \"Fail\", allowed`,
		`"id": 2,`:                           `"id": -2,`,
		`"fullyQualifiedName": "validating[`: `"fullName": "validating[`,
	} {
		bad := strings.Replace(good, old, replacement, 1)
		if bad == good {
			t.Errorf("%s does not occur", old)
		}
		refused := false
		for decoder := json.NewDecoder(strings.NewReader(bad)); decoder.More(); {
			var report any
			if err := decoder.Decode(&report); err != nil {
				t.Fatal(err)
			}
			refused = refused || schema.Validate(report) != nil
		}
		if !refused {
			t.Errorf("the schema accepts %s", replacement)
		}
	}
}

// What the standard and GitHub demand beyond the schema.
func TestSARIFRules(t *testing.T) {
	for name, r := range cases {
		run := sarifOf(t, r, Options{}).Runs[0]
		for _, rule := range run.Tool.Driver.Rules {
			for _, text := range []string{rule.ShortDescription.Text, rule.FullDescription.Text, rule.Help.Text} {
				if text == "" || utf8.RuneCountInString(rule.FullDescription.Text) > maxDescription {
					t.Errorf("%s: the rule %s has a text that GitHub refuses", name, rule.ID)
				}
			}
		}
		unreadable := 0
		for i, result := range run.Results {
			if result.RuleIndex != nil && run.Tool.Driver.Rules[*result.RuleIndex].ID != result.RuleID {
				t.Errorf("%s: result %d has the index of another rule", name, i)
			}
			if result.Suppressions == nil || (len(result.Suppressions) > 0) != (i >= len(r.Diagnostics)) {
				t.Errorf("%s: result %d has the suppressions %v", name, i, result.Suppressions)
			}
			if result.RuleID == "THV1001" {
				unreadable++
			}
		}
		if invocation := run.Invocations[0]; len(invocation.Notifications) != unreadable || invocation.ExecutionSuccessful != (unreadable == 0) {
			t.Errorf("%s: %d files were unreadable, found %+v", name, unreadable, invocation)
		}
		if len(run.Tool.Driver.Rules) != len(r.Rules) || len(run.Results) != len(r.Diagnostics)+len(r.Suppressed) {
			t.Errorf("%s: found %d rules and %d results", name, len(run.Tool.Driver.Rules), len(run.Results))
		}
	}
}

func TestSARIFNotification(t *testing.T) {
	index := 1
	want := sarifInvocation{Notifications: []sarifNotification{{
		Descriptor:     sarifReference{ID: "THV1001"},
		AssociatedRule: sarifReference{ID: "THV1001", Index: &index},
		Message:        sarifText{Text: "permission denied"},
		Level:          "error",
		Locations:      []sarifLocation{{PhysicalLocation: &sarifPhysical{ArtifactLocation: sarifArtifact{"locked.yaml", sarifRoot}}}},
	}}}
	r := Report{Diagnostics: diag.List{badPolicy, unreadable}, Rules: []Rule{{Rule: diag.BadValue}, {Rule: diag.Unreadable}}}
	if diff := cmp.Diff(want, sarifInvocationOf(r, Options{})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestSARIFSuppressions(t *testing.T) {
	var got []sarifSuppression
	for _, result := range sarifOf(t, cases["suppressed"], Options{}).Runs[0].Results {
		got = append(got, result.Suppressions...)
	}
	want := []sarifSuppression{
		{"inSource", "accepted", "a test gateway, {reviewed} 2026-10"},
		{"external", "accepted", "third party"},
		{"external", "accepted", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestSARIFArtifacts(t *testing.T) {
	for name, want := range map[string]sarifArtifact{
		"config/a.yaml":       {"config/a.yaml", sarifRoot},
		"/repo/config/a.yaml": {"config/a.yaml", sarifRoot},
		"../a.yaml":           {"file:///a.yaml", ""},
		"/tmp/a b.yaml":       {"file:///tmp/a%20b.yaml", ""},
	} {
		if got := sarifArtifactOf(name, Options{Folder: "/repo"}); got != want {
			t.Errorf("%q: found %v, want %v", name, got, want)
		}
	}
}

func TestSARIFSnippet(t *testing.T) {
	for _, c := range []struct {
		name            string
		from, to        int
		source          string
		region, context bool
	}{
		{"a part", 2, 4, "abcdef", false, true},
		{"from the start", 1, 4, "abcdef", false, true},
		{"up to the end", 2, 7, "abcdef", false, true},
		{"all", 1, 7, "abcdef", true, false},
		{"all, characters of several bytes", 1, 3, "日é", true, false},
		{"a place at the end", 7, 7, "abcdef", false, true},
		{"beyond the line", 5, 9, "abcdef", false, false},
		{"no source", 1, 1, "", false, false},
		{"at the limit", 1, 2, strings.Repeat("x", maxSource), false, true},
		{"too long", 1, 2, strings.Repeat("x", maxSource+1), false, false},
	} {
		d := diag.Diagnostic{Span: on("a.yaml", 7, c.from, c.to, 0), Source: c.source}
		p := sarifLocations(d, Options{})[0].PhysicalLocation
		if (p.Region.Snippet != nil) != c.region || (p.ContextRegion != nil) != c.context {
			t.Errorf("%s: found the region %+v and the context %+v", c.name, p.Region, p.ContextRegion)
		}
		if p.ContextRegion != nil && (p.ContextRegion.StartLine != 7 || p.ContextRegion.Snippet.Text != c.source) {
			t.Errorf("%s: found the context %+v", c.name, p.ContextRegion)
		}
	}
	long := diag.Diagnostic{Span: hint.Span, Source: hint.Source}
	if p := sarifLocations(long, Options{})[0].PhysicalLocation; p.ContextRegion != nil || p.Region.Snippet != nil {
		t.Errorf("the first of several lines is shown as if it were all: %+v", p)
	}
}

// A fix that cannot be said is left out; half of it would do harm.
func TestSARIFFixes(t *testing.T) {
	whole := diag.Edit{Span: diag.Span{File: "a.yaml"}, Text: "x"}
	for name, fix := range map[string]*diag.Fix{
		"none":         nil,
		"no edits":     {Title: "x"},
		"a whole file": {Title: "x", Edits: []diag.Edit{{Span: on("a.yaml", 1, 1, 2, 0)}, whole}},
	} {
		if got := sarifFixes(diag.Diagnostic{Fix: fix}, Options{}); got != nil {
			t.Errorf("%s: found %v", name, got)
		}
	}
}

func TestSARIFVersions(t *testing.T) {
	for version, want := range map[string]string{
		"1.2.3": "1.2.3", "v1.2.3": "1.2.3", "v0.3.0-rc.1+linux.5": "0.3.0-rc.1+linux.5", "1.2.3-0a": "1.2.3-0a",
		"": "", "(devel)": "", "1.2": "", "1.2.3.4": "", "01.2.3": "", "1.2.3-": "", "1.2.3-01": "", "1.2.3-a..b": "", "x1.2.3": "", "1.2.3\n": "",
	} {
		if got := sarifDriverOf(Report{Version: version}); got.SemanticVersion != want || got.Version != version {
			t.Errorf("%q: found %q, want %q", version, got.SemanticVersion, want)
		}
	}
}

func TestSARIFMessages(t *testing.T) {
	for text, want := range map[string]string{
		`found "Fail"`:    `found "Fail"`,
		"found {} at {0}": "found {{}} at {{0}}",
		`a[0]\b`:          `a[0]\b`,
		"[here](1)":       `\[here\](1)`,
		`[a\](b)`:         `\[a\\\](b)`,
		"[a][b](c)":       `\[a\]\[b\](c)`,
	} {
		if got := sarifMessage(text).Text; got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

// A reader that does what the standard says sees the text, and no link.
func FuzzSARIFMessage(f *testing.F) {
	f.Add(markup.Message)
	f.Add(`[a\](b)\\[c](d){{0}}`)
	f.Fuzz(func(t *testing.T, text string) {
		escaped := sarifMessage(text).Text
		plain := strings.NewReplacer("{{", "{", "}}", "}").Replace(escaped)
		if plain != text {
			if strings.Contains(strings.NewReplacer(`\\`, "", `\]`, "").Replace(plain), "](") {
				t.Errorf("%q: %q holds a link", text, escaped)
			}
			plain = strings.NewReplacer(`\\`, `\`, `\[`, "[", `\]`, "]").Replace(plain)
		} else if strings.Contains(text, "](") {
			t.Errorf("%q: %q may hold a link", text, escaped)
		}
		if plain != text {
			t.Errorf("%q: %q reads as %q", text, escaped, plain)
		}
	})
}

func TestSARIFRule(t *testing.T) {
	got := sarifRuleOf(catalogue[0])
	want := sarifRule{
		ID: "THV1001", Name: "unreadable",
		ShortDescription: sarifText{Text: "a file cannot be read"},
		FullDescription:  sarifText{Text: "A file cannot be read. thvctl could not read a file that it was given."},
		HelpURI:          "https://github.com/thvctl/thvctl/blob/main/docs/rules/THV1001.md",
	}
	want.Help.Text = "A file cannot be read.\n\nthvctl could not read a file\nthat it was given.\n\nThe run ends with exit code 2."
	want.Help.Markdown = want.Help.Text
	want.DefaultConfiguration.Level = "error"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestShortened(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat("é", 1025): strings.Repeat("é", 1023) + "…",
		strings.Repeat("é", 1024): strings.Repeat("é", 1024),
	} {
		if got := shortened(text); got != want {
			t.Errorf("found %d characters, want %d", utf8.RuneCountInString(got), utf8.RuneCountInString(want))
		}
	}
}

func TestFirstParagraph(t *testing.T) {
	for markdown, want := range map[string]string{
		"": "", "\n\n": "", "# Only\n\n## headings": "",
		"One\nline.\n\nTwo.":                         "One line.",
		"<!-- x -->\n\n# T\n\n| a |\n\n`x` is\tone.": "`x` is one.",
		"```\ncode\n```\n\nProse.":                   "Prose.",
	} {
		if got := firstParagraph(markdown); got != want {
			t.Errorf("%q: found %q, want %q", markdown, got, want)
		}
	}
}

func sarifOf(t *testing.T, r Report, o Options) (log sarifLog) {
	t.Helper()
	if err := json.Unmarshal(written(t, "sarif", r, o), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

// standardSchema is the schema of the standard, with its formats.
func standardSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "sarif-schema-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	if err := compiler.AddResource("sarif.json", bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile("sarif.json")
}
