// Package report shows diagnostics, to people and to programs.
package report

import (
	"io"
	"slices"

	"github.com/thvctl/thvctl/compiler/diag"
)

// Report is what a run found.
type Report struct {
	// Diagnostics are shown in the order given; the caller sorts them.
	Diagnostics diag.List
	// Suppressed are the findings that a comment, the project file or a baseline
	// keeps out of Diagnostics. Only formats that have a place for them show them.
	Suppressed []diag.Suppressed
	Summary    Summary
	// Rules is the catalogue, for the formats that carry it.
	Rules []Rule
	// Version is that of thvctl, for the formats that name their tool.
	Version string
}

// Rule is an entry of the catalogue.
type Rule struct {
	diag.Rule
	// Summary is one line: what the rule finds. Doc is its page in Markdown.
	Summary, Doc string
}

// Summary counts what a run looked at.
type Summary struct {
	// Files and Documents count what was checked.
	Files, Documents int
	// Skipped counts the files and documents that were left out because they
	// belong to others.
	Skipped int
}

// Options say how a report is shown. The zero value suits a file.
type Options struct {
	// Color permits ANSI colour sequences, in the formats that have a use for
	// them.
	Color bool
	// Folder is the absolute path that relative file names start from; empty where
	// it is not known.
	Folder string
	// Root is the absolute path of the repository around Folder; empty where there
	// is none, and then Folder takes its place. Formats whose readers know the
	// repository write the names of files below it relative to it.
	Root string
}

// Format is one way to show a report.
type Format struct {
	// Name is what --format takes.
	Name string
	// Summary says in a few words whom the format is for.
	Summary string
	// Write writes a whole report. Its only errors are those of w.
	Write func(w io.Writer, r Report, o Options) error
}

// Formats are all formats, the default first.
var Formats = []Format{
	{"text", "for people: the source line, a caret under the fault, the fix", writeText},
	{"json", "for programs: documented, versioned, with a JSON Schema", writeJSON},
	{"sarif", "for code scanning: SARIF 2.1.0", writeSARIF},
	{"junit", "for CI: a test case per finding, in JUnit's XML", writeJUnit},
	{"github", "for GitHub Actions: annotations, as workflow commands", writeGitHub},
	{"gitlab", "for GitLab: a Code Quality report", writeGitLab},
}

// Lookup returns the format of a name; ok is false where there is none.
func Lookup(name string) (f Format, ok bool) {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return Formats[i], true
}
