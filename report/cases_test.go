package report

import (
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
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

var (
	// multibyte begins behind a character of four bytes, and its line has a tab.
	multibyte = diag.Diagnostic{
		Rule: diag.BadName, Severity: diag.Error,
		Span: diag.Span{
			File:  "config/größe.yaml",
			Start: diag.Position{Line: 3, Column: 11, Offset: 48},
			End:   diag.Position{Line: 3, Column: 17, Offset: 62},
		},
		Path:    "validating[0].name",
		Message: `found "日本語😀", a name is 1 to 63 letters, digits, hyphens and underscores`,
		Source:  "\tname: 😀: \"日本語😀\" # é",
	}
	// wholeLine is all of its line.
	wholeLine = diag.Diagnostic{
		Rule: diag.Syntax, Severity: diag.Error,
		Span: on("config/größe.yaml", 4, 1, 5, 70), Message: `found "@é@;"`, Source: "@é@;",
	}
	// insertion has no length, as what is missing at the end of a line.
	insertion = diag.Diagnostic{
		Rule: diag.MissingField, Severity: diag.Error,
		Span: on("config/größe.yaml", 5, 6, 6, 80), Path: "validating[0]", Message: "found no url, a webhook needs one", Source: "- {x:",
		Fix: &diag.Fix{Title: "add {url}", Edits: []diag.Edit{
			{Span: on("config/größe.yaml", 5, 6, 6, 80), Text: "url: }"},
			{Span: on("config/größe.yaml", 7, 1, 3, 90)},
		}},
	}
	// markup has what formats give a meaning to.
	markup = diag.Diagnostic{
		Rule: diag.BadValue, Severity: diag.Warning,
		Span: on("config/größe.yaml", 6, 4, 9, 85), Path: "a[\"<]]>&{0}\"]",
		Message: `found "{0} [here](https://evil.example) ::error::%0A ]]> <b>&amp;", allowed is nothing`,
		Source:  "a: {0}]]>",
		Related: []diag.Related{
			{Span: on("config/größe.yaml", 5, 1, 2, 80), Message: "::warning::{1}, 100%"},
			{Span: on("config/größe.yaml", 5, 1, 2, 80), Message: "::warning::{1}, 100%"},
			{Span: on("config/größe.yaml", 5, 1, 2, 80)},
		},
	}
	nowhere = diag.Diagnostic{Rule: diag.Schema, Severity: diag.Error, Message: "found no file"}
)

// oddNames are names of files that a format may trip over.
var oddNames = []string{
	"../up/x.yaml", "./a//b/../dot.yaml", "/elsewhere/x.yaml", "/repo/config/below.yaml", "/repository.yaml", "<stdin>", "C:/win dows.yaml",
	"a,b=c.yaml", "a:b.yaml", "bad\xffname.yaml", "dir with space/50%#?.yaml", "x%2Fy&\"'<>.yaml", "日本/\u202e.yaml",
}

func named(name string) diag.Diagnostic {
	d := badPolicy
	d.Span.File = name
	d.Fix = &diag.Fix{Title: d.Fix.Title, Edits: slices.Clone(d.Fix.Edits)}
	d.Fix.Edits[0].Span.File = name
	d.Related = []diag.Related{{Span: diag.Span{File: name}, Message: "the file"}}
	return d
}

func oddlyNamed() (l diag.List) {
	for _, name := range oddNames {
		l = append(l, named(name))
	}
	return l
}

// catalogue lacks the made-up rules.
var catalogue = []Rule{
	{Rule: diag.Unreadable, Summary: "a file cannot be read", Doc: "thvctl could not read a file\nthat it was given.\n\nThe run ends with exit code 2."},
	{Rule: diag.Syntax, Summary: "a file is not well-formed", Doc: "# A heading\n\n| a | table |\n\n```yaml\na: {}\n```\n\n`yaml` is meant.\nReally."},
	{Rule: diag.DuplicateObject, Summary: "an object is there twice"},
	{Rule: diag.BadValue, Summary: "a value is not one of those allowed", Doc: strings.Repeat("long ", 300)},
	{Rule: diag.BadName},
}

var cases = map[string]Report{
	"clean":   {Summary: Summary{Files: 1, Documents: 1}, Version: "1.2.3"},
	"nothing": {Summary: Summary{Skipped: 2}, Version: "(devel)"},
	"findings": {
		Diagnostics: diag.List{unreadable, badPolicy, twice, slow, hint},
		Summary:     Summary{Files: 3, Documents: 5, Skipped: 4}, Version: "1.2.3",
	},
	"hostile": {
		Diagnostics: diag.List{hostile, minified},
		Summary:     Summary{Files: 2, Documents: 2}, Version: "1.2.3-dev",
	},
	"multibyte": {
		Diagnostics: diag.List{multibyte, wholeLine, insertion, markup, nowhere},
		Summary:     Summary{Files: 1, Documents: 1}, Rules: catalogue, Version: "v0.3.0-rc.1",
	},
	"names": {Diagnostics: oddlyNamed(), Summary: Summary{Files: len(oddNames), Documents: len(oddNames)}, Version: "1.2.3"},
	"suppressed": {
		Diagnostics: diag.List{badPolicy, badPolicy},
		Suppressed: []diag.Suppressed{
			{Diagnostic: badPolicy, By: diag.InSource, Reason: "a test gateway, {reviewed} 2026-10"},
			{Diagnostic: slow, By: diag.InProject, Reason: "third party"},
			{Diagnostic: hint, By: diag.InBaseline},
		},
		Summary: Summary{Files: 2, Documents: 2}, Rules: catalogue, Version: "1.2.3",
	},
	"all-suppressed": {
		Suppressed: []diag.Suppressed{{Diagnostic: slow, By: diag.InBaseline}},
		Summary:    Summary{Files: 1, Documents: 1}, Version: "1.2.3",
	},
}
