package report

import (
	"bytes"
	"errors"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/internal/golden"
)

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
		"0 files, 0 documents: 0 errors, 0 warnings (7 skipped)":   {Summary: Summary{Skipped: 7}},
		"0 files, 0 documents: 0 errors, 0 warnings, 1 suppressed": {Suppressed: make([]diag.Suppressed, 1)},
		"0 files, 0 documents: 0 errors, 0 warnings, 1 info, 2 suppressed (3 skipped)": {
			Diagnostics: of(diag.Info), Suppressed: make([]diag.Suppressed, 2), Summary: Summary{Skipped: 3},
		},
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
