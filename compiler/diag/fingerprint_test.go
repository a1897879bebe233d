package diag

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func found() Diagnostic {
	return Diagnostic{
		Rule: BadValue, Severity: Error,
		Span:    Span{File: "policy.yaml", Start: Position{Line: 5, Column: 21, Offset: 100}, End: Position{Line: 5, Column: 25, Offset: 104}},
		Path:    "validating[0].failure_policy",
		Message: `found "Fail", allowed are "fail" and "ignore"`,
		Source:  "    failure_policy: Fail",
	}
}

func changed(change func(*Diagnostic)) Diagnostic {
	d := found()
	change(&d)
	return d
}

// The recipe is a promise to baselines and to those who keep reports: another one
// needs another version there.
func TestFingerprintsStay(t *testing.T) {
	want := []string{"96a93d1a3772bc7015314934899a4e28", "1b144c5fa06fbaff830c04f829fc838a", "5190ca60c58cf967beb823141f7d79c6"}
	got := Fingerprints(List{found(), found(), {Rule: Unreadable, Span: Span{File: "locked.yaml"}, Message: "permission denied"}})
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	for _, print := range got {
		if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(print) {
			t.Errorf("found %q, which is not 32 hexadecimal digits", print)
		}
	}
}

func TestFingerprints(t *testing.T) {
	before := Fingerprints(List{found()})[0]
	for _, c := range []struct {
		name string
		d    Diagnostic
		same bool
	}{
		{"moved down", changed(func(d *Diagnostic) { d.Span.Start.Line, d.Span.End.Line = 90, 90 }), true},
		{"moved to the right", changed(func(d *Diagnostic) {
			d.Source, d.Span.Start.Column, d.Span.End.Column = "  "+d.Source, 23, 27
		}), true},
		{"another index", changed(func(d *Diagnostic) { d.Path = "validating[12].failure_policy" }), true},
		{"another severity", changed(func(d *Diagnostic) { d.Severity = Warning }), true},
		{"a comment on the line", changed(func(d *Diagnostic) { d.Source += " # soon" }), true},
		{"a related place", changed(func(d *Diagnostic) { d.Related = []Related{{Message: "first here"}} }), true},
		{"another rule", changed(func(d *Diagnostic) { d.Rule = BadName }), false},
		{"another file", changed(func(d *Diagnostic) { d.Span.File = "x.yaml" }), false},
		{"another field", changed(func(d *Diagnostic) { d.Path = "mutating[0].failure_policy" }), false},
		{"another message", changed(func(d *Diagnostic) { d.Message = "found another" }), false},
		{"another value", changed(func(d *Diagnostic) { d.Source = "    failure_policy: Open" }), false},
	} {
		if same := Fingerprints(List{c.d})[0] == before; same != c.same {
			t.Errorf("%s: the fingerprint is the same: %v, want %v", c.name, same, c.same)
		}
	}
}

// Findings that are alike are told apart by their order, and one that is taken
// away takes none of the others' fingerprints but the last.
func TestFingerprintsOfTheSame(t *testing.T) {
	other := changed(func(d *Diagnostic) { d.Rule = BadName })
	three := Fingerprints(List{found(), other, found(), found()})
	two := Fingerprints(List{found(), found(), other})
	sorted := slices.Sorted(slices.Values(three))
	if len(slices.Compact(sorted)) != 4 {
		t.Errorf("two findings have one fingerprint: %q", three)
	}
	if two[0] != three[0] || two[1] != three[2] || two[2] != three[1] {
		t.Errorf("found %q, then %q", three, two)
	}
	if got := Fingerprints(nil); len(got) != 0 {
		t.Errorf("found %q of nothing", got)
	}
}

// No place is too odd: an end before the start, a start behind the line, a line of
// several bytes a character, a minified file.
func TestMarkedText(t *testing.T) {
	for _, c := range []struct {
		source                                string
		startLine, column, endLine, endColumn int
		want                                  string
	}{
		{"failure: Fail", 5, 10, 5, 14, "Fail"},
		{"größe: 日本 # x", 5, 8, 5, 10, "日本"},
		{"validating: [", 5, 13, 9, 2, "["},
		{"short", 5, 3, 5, 99, "ort"},
		{"short", 5, 99, 5, 104, ""},
		{"short", 5, 4, 5, 2, ""},
		{"short", 5, 0, 5, 0, ""},
		{"short", 0, 0, 0, 0, ""},
		{"", 5, 1, 5, 3, ""},
		{strings.Repeat("x", longestSource), 5, 1, 5, 3, "xx"},
		{strings.Repeat("x", longestSource+1), 5, 1, 5, 3, ""},
	} {
		d := Diagnostic{Source: c.source, Span: Span{Start: Position{Line: c.startLine, Column: c.column}, End: Position{Line: c.endLine, Column: c.endColumn}}}
		if got := markedText(d); got != c.want {
			t.Errorf("%.20q from %d:%d to %d:%d: found %q, want %q", c.source, c.startLine, c.column, c.endLine, c.endColumn, got, c.want)
		}
	}
}
