package report

import (
	"bytes"
	"errors"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/internal/golden"
)

// on returns a span of one line whose text is ASCII and begins at an offset.
func on(file string, line, from, to, lineOffset int) diag.Span {
	return diag.Span{
		File:  file,
		Start: diag.Position{Line: line, Column: from, Offset: lineOffset + from - 1},
		End:   diag.Position{Line: line, Column: to, Offset: lineOffset + to - 1},
	}
}

var (
	badPolicy = diag.Diagnostic{
		Rule: diag.BadValue, Severity: diag.Error,
		Span: on("policy.yaml", 5, 21, 25, 80), Path: "validating[0].failure_policy",
		Message: `found "Fail", allowed are "fail" and "ignore"`,
		Source:  "    failure_policy: Fail",
		Fix: &diag.Fix{Title: `replace with "fail"`, Edits: []diag.Edit{
			{Span: on("policy.yaml", 5, 21, 25, 80), Text: "fail"},
		}},
	}
	twice = diag.Diagnostic{
		Rule: diag.DuplicateKey, Severity: diag.Error,
		Span: on("policy.yaml", 9, 5, 8, 150), Path: "validating[1].url",
		Message: `found the key "url" twice in one mapping, a key may stand once`,
		Source:  "    url: https://b.example.com",
		Related: []diag.Related{
			{Span: on("policy.yaml", 7, 5, 8, 110), Message: "first here"},
			{Span: diag.Span{File: "base.yaml"}, Message: "merged from here"},
		},
	}
	slow = diag.Diagnostic{
		Rule: diag.Rule{ID: "THV5001", Name: "latency-budget", Severity: diag.Warning}, Severity: diag.Warning,
		Span: on("slow.yaml", 12, 14, 21, 300), Mark: on("slow.yaml", 12, 15, 18, 300), Path: "mutating[0].timeout",
		Message: `found "29s", all webhooks together may take 20s <each & every one>`,
		Source:  `    timeout: "29s 1" # hmm`,
	}
	unreadable = diag.Diagnostic{
		Rule: diag.Unreadable, Severity: diag.Error,
		Span: diag.Span{File: "locked.yaml"}, Message: "permission denied",
	}
	hint = diag.Diagnostic{
		Rule: diag.Rule{ID: "THV5009", Name: "long-document", Severity: diag.Info}, Severity: diag.Info,
		Span: diag.Span{
			File:  "slow.yaml",
			Start: diag.Position{Line: 20, Column: 1, Offset: 500},
			End:   diag.Position{Line: 44, Column: 1, Offset: 1500},
		},
		Message: "the document goes on for 24 lines", Source: "mutating:",
	}
	hostile = diag.Diagnostic{
		Rule: diag.BadEncoding, Severity: diag.Error,
		Span: diag.Span{
			File:  "a\x1b[2J\nb\u202e.yaml",
			Start: diag.Position{Line: 1, Column: 4, Offset: 3},
			End:   diag.Position{Line: 1, Column: 5, Offset: 4},
		},
		Message: "found \x1b]0;owned\a\u009b31m\u2028\u2066\u200f\U000e0041\xff",
		Source:  "a: \x1b[31m\u202e日\u0301\x7f\u0085\xff\r",
		Related: []diag.Related{{Span: diag.Span{File: "\x1bc"}, Message: "\x1b[A"}},
		Fix:     &diag.Fix{Title: "remove \x1b"},
	}
	minified = diag.Diagnostic{
		Rule: diag.NotHTTPS, Severity: diag.Error,
		Span:    on("min.json", 1, 3998, 4016, 0),
		Path:    "validating[99].url",
		Message: `found "http://x.example", the scheme must be https`,
		Source:  strings.Repeat(`{"name":"x"},`, 307) + `"url":"http://x.example",` + strings.Repeat(`"more":true,`, 100),
	}
)

var cases = map[string]Report{
	"clean": {Summary: Summary{Files: 1, Documents: 1}, Version: "1.2.3"},
	"findings": {
		Diagnostics: diag.List{unreadable, badPolicy, twice, slow, hint},
		Summary:     Summary{Files: 3, Documents: 5, Skipped: 4}, Version: "1.2.3",
	},
	"hostile": {
		Diagnostics: diag.List{hostile, minified},
		Summary:     Summary{Files: 2, Documents: 2}, Version: "1.2.3-dev",
	},
}

func TestGolden(t *testing.T) {
	root := filepath.Join("testdata", "golden")
	names := slices.Sorted(maps.Keys(cases))
	golden.Only(t, root, names...)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			files := golden.Dir(t, filepath.Join(root, name))
			for _, f := range Formats {
				got := written(t, f.Name, cases[name], Options{})
				expectHarmless(t, got)
				files.Compare("report."+f.Name, got)
			}
		})
	}
}

// Colour adds sequences to the text and changes nothing else.
func TestColor(t *testing.T) {
	r := Report{Diagnostics: diag.List{badPolicy}, Summary: Summary{Files: 1, Documents: 1}}
	want := "policy.yaml:5:21: \x1b[1;31merror\x1b[0m THV2008 bad-value: found \"Fail\", allowed are \"fail\" and \"ignore\"\n" +
		"    5 |     failure_policy: Fail\n" +
		"      |                     \x1b[1;31m^^^^\x1b[0m\n" +
		"  fix: replace with \"fail\"\n\n" +
		"1 file, 1 document: 1 error, 0 warnings\n"
	if got := string(written(t, "text", r, Options{Color: true})); got != want {
		t.Errorf("found:\n%q\nwant:\n%q", got, want)
	}
	sequence := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	for name, r := range cases {
		for _, f := range Formats {
			colored := sequence.ReplaceAll(written(t, f.Name, r, Options{Color: true}), nil)
			if plain := written(t, f.Name, r, Options{}); !bytes.Equal(colored, plain) {
				t.Errorf("%s as %s: without its colours:\n%s\nwant:\n%s", name, f.Name, colored, plain)
			}
		}
	}
}

// The first line of each finding is for grep and for editors.
func TestTextFirstLines(t *testing.T) {
	text := string(written(t, "text", cases["findings"], Options{}))
	first := regexp.MustCompile(`(?m)^[^ :]+(:\d+:\d+)?: (error|warning|info) THV\d{4} [a-z-]+: .+$`)
	if got, want := len(first.FindAllString(text, -1)), len(cases["findings"].Diagnostics); got != want {
		t.Errorf("found %d first lines, want %d in:\n%s", got, want, text)
	}
}

func TestSummaryLine(t *testing.T) {
	of := func(severities ...diag.Severity) (l diag.List) {
		for _, s := range severities {
			l = append(l, diag.Diagnostic{Severity: s})
		}
		return l
	}
	for want, r := range map[string]Report{
		"0 files, 0 documents: 0 errors, 0 warnings": {},
		"1 file, 1 document: 1 error, 1 warning, 1 info (1 skipped)": {
			Diagnostics: of(diag.Info, diag.Warning, diag.Error), Summary: Summary{1, 1, 1},
		},
		"2 files, 3 documents: 1 error, 2 warnings": {
			Diagnostics: of(diag.Warning, diag.Error, diag.Warning), Summary: Summary{2, 3, 0},
		},
		"2 files, 3 documents: 0 errors, 0 warnings, 2 info": {
			Diagnostics: of(diag.Info, diag.Info), Summary: Summary{2, 3, 0},
		},
		"0 files, 0 documents: 0 errors, 0 warnings (7 skipped)": {Summary: Summary{Skipped: 7}},
	} {
		if got := summaryLine(r); got != want {
			t.Errorf("found %q, want %q", got, want)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, f := range Formats {
		if got, ok := Lookup(f.Name); !ok || got.Name != f.Name || f.Summary == "" {
			t.Errorf("Lookup(%q) = %v, %v", f.Name, got, ok)
		}
	}
	if f, ok := Lookup("yaml"); ok {
		t.Errorf("found the format %v", f)
	}
}

func TestWriteErrors(t *testing.T) {
	for _, f := range Formats {
		if err := f.Write(brokenPipe{}, cases["findings"], Options{}); !errors.Is(err, errPipe) {
			t.Errorf("%s: found the error %v, want %v", f.Name, err, errPipe)
		}
	}
}

var errPipe = errors.New("broken pipe")

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errPipe }

func written(t *testing.T, format string, r Report, o Options) []byte {
	t.Helper()
	f, ok := Lookup(format)
	if !ok {
		t.Fatalf("no format %q", format)
	}
	var out bytes.Buffer
	if err := f.Write(&out, r, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// expectHarmless fails where a report holds what a terminal would obey.
func expectHarmless(t *testing.T, text []byte) {
	t.Helper()
	if !utf8.Valid(text) {
		t.Error("the report is not UTF-8")
	}
	if !bytes.HasSuffix(text, []byte("\n")) {
		t.Error("the report does not end its last line")
	}
	for _, r := range string(text) {
		if r != '\n' && unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) {
			t.Errorf("the report holds %U", r)
		}
	}
}
