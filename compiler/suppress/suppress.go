// Package suppress keeps findings out of sight that somebody has decided not to
// hear of: by a comment in the file, by an entry of the project file, or by a
// baseline. It notices which of these decisions have no effect.
package suppress

import (
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Ignore is one decision not to hear of some findings.
type Ignore struct {
	By     diag.Suppressor
	Reason string
	// Rules are the identifiers of what it suppresses.
	Rules []string

	// Line is the line that it is about, 1-based; 0 stands for the whole file.
	Line int
	// Files says whether it is about a file of that name.
	Files func(name string) bool
	// ByFile says that Files means certain files rather than all.
	ByFile bool
	// Kind and Name narrow it to a kind of document ("webhook-file",
	// "MCPWebhookConfig", …) and to a webhook or an object of that name.
	Kind, Name string

	// Finding is what is reported where it suppresses nothing; its message and its
	// fix are filled in then.
	Finding diag.Diagnostic
	// without makes the fix that takes some of the rules out.
	without func(rules []string) *diag.Fix

	// source is the text with the comment; nil for an entry of the project file.
	source *syntax.Source
	used   []string // the rules that it has suppressed
}

// Set is all that a run does not want to hear of. The zero value suppresses
// nothing.
type Set struct {
	ignores []*Ignore
	// commented are those of comments, by the findings that they are about, and project
	// those of the project file. Where a finding has come, the first of them is enough.
	commented map[ignored][]*Ignore
	project   []*Ignore
	// last are those of the project file that are about one file, by their rules: the
	// findings of a file mostly come one after the other.
	last struct {
		file   string
		byRule map[string][]*Ignore
	}
	// baseline holds fingerprints, and named returns the name of a file by which
	// the baseline knows it.
	baseline Baseline
	named    func(string) string

	suppressed []diag.Suppressed
	// unsound are the files in which not everything was looked at, and faults the
	// lines of values with an error, which the rules did not see.
	unsound map[string]bool
	faults  map[string][]lineRange
	// faultyCUE says that there is a fault in CUE, which may have kept a whole
	// package from being evaluated.
	faultyCUE bool
	// documents are those that were looked at, where an ignore asks for one.
	documents []knownDocument
}

// ignored are the findings of a rule on a line; on line 0, in the whole file.
type ignored struct {
	file, rule string
	line       int
}

// knownDocument is the kind of a document, with the names of the object and of its
// webhooks.
type knownDocument struct {
	kind  string
	names []string
}

// lineRange is a closed range of lines.
type lineRange struct{ first, last int }

// New makes a set from the ignores of a project file.
func New(project []Ignore) *Set {
	s := &Set{commented: map[ignored][]*Ignore{}, unsound: map[string]bool{}, faults: map[string][]lineRange{}}
	for i := range project {
		s.ignores = append(s.ignores, &project[i])
	}
	s.project = slices.Clone(s.ignores)
	return s
}

// AsksByName reports whether an ignore of the project file is about documents by what they
// are, and wants to know which there were.
func (s *Set) AsksByName() bool {
	return s != nil && slices.ContainsFunc(s.project, func(i *Ignore) bool { return !i.ByFile })
}

// Idle reports whether nothing is suppressed but by comments.
func (s *Set) Idle() bool { return s == nil || len(s.project)+len(s.baseline) == 0 }

// Fresh returns a set with the same ignores of the project file and the same
// baseline, for another run.
func (s *Set) Fresh() *Set {
	if s == nil {
		return nil
	}
	var project []Ignore
	for _, ignore := range s.ignores {
		if ignore.By == diag.InProject {
			again := *ignore
			again.used = nil
			project = append(project, again)
		}
	}
	fresh := New(project)
	fresh.UseBaseline(s.baseline, s.named)
	return fresh
}

// UseBaseline suppresses the findings of a baseline. named gives a file
// the name that the baseline knows it by.
func (s *Set) UseBaseline(known Baseline, named func(string) string) {
	s.baseline, s.named = known, named
}

// Suppressed returns what was suppressed, sorted as a list of findings is.
func (s *Set) Suppressed() []diag.Suppressed {
	slices.SortStableFunc(s.suppressed, func(a, b diag.Suppressed) int { return diag.Compare(a.Diagnostic, b.Diagnostic) })
	return s.suppressed
}

// Filter returns the findings that are not suppressed, and keeps the others. docs
// are the documents that the findings may be about.
func (s *Set) Filter(found diag.List, docs []*model.Document) diag.List {
	if s == nil {
		return found
	}
	byFile := map[string][]*model.Document{}
	for _, d := range docs {
		byFile[d.Source.Name] = append(byFile[d.Source.Name], d)
	}
	s.noteFaults(found, docs, byFile)
	var live diag.List
	for _, d := range found {
		docs := byFile[d.Span.File]
		d.Subject = subject(d, docs)
		if ignore := s.match(d, docs); ignore != nil {
			s.suppressed = append(s.suppressed, diag.Suppressed{Diagnostic: d, By: ignore.By, Reason: ignore.Reason})
			continue
		}
		live = append(live, d)
	}
	return s.filterBaseline(live)
}

func (s *Set) filterBaseline(found diag.List) diag.List {
	if len(s.baseline) == 0 {
		return found
	}
	found.Sort()
	var live diag.List
	for i, fingerprint := range Fingerprints(found, s.named) {
		if s.baseline.has(fingerprint) && !rule.IsFixed(found[i].Rule) {
			s.suppressed = append(s.suppressed, diag.Suppressed{Diagnostic: found[i], By: diag.InBaseline})
			continue
		}
		live = append(live, found[i])
	}
	return live
}

// Fingerprints are those of the findings under the names that a baseline has for
// their files.
func Fingerprints(found diag.List, named func(string) string) []string {
	renamed := slices.Clone(found)
	for i := range renamed {
		renamed[i].Span.File = named(renamed[i].Span.File)
	}
	return diag.Fingerprints(renamed)
}

// noteFaults remembers where faults have kept values from the rules, so that an
// ignore there is not called unused.
func (s *Set) noteFaults(found diag.List, docs []*model.Document, byFile map[string][]*model.Document) {
	s.noteNames(docs)
	for _, d := range found {
		file := d.Span.File
		switch {
		case strings.HasPrefix(d.Rule.ID, "THV2") && isCUE(file):
			s.faultyCUE = true
		case strings.HasPrefix(d.Rule.ID, "THV2"):
			s.faults[file] = append(s.faults[file], extentOf(d, byFile[file]))
		case strings.HasPrefix(d.Rule.ID, "THV1") && d.Severity == diag.Error:
			s.unsound[file] = true
		}
	}
	for _, d := range docs {
		if d.Inexact && d.Root != nil {
			s.unsound[d.Root.Source.Name] = true
		}
	}
}

// noteNames remembers what documents there are, where an entry of the project file may
// ask for one.
func (s *Set) noteNames(docs []*model.Document) {
	if !s.AsksByName() {
		return
	}
	for _, d := range docs {
		n := knownDocument{kindName(d.Kind), []string{d.Name.V}}
		for _, l := range d.AllLists() {
			for _, w := range l.Webhooks {
				n.names = append(n.names, w.Name.V)
			}
		}
		s.documents = append(s.documents, n)
	}
}

// extentOf returns the lines of the value that a finding is about.
func extentOf(d diag.Diagnostic, docs []*model.Document) lineRange {
	lines := lineRange{d.Span.Start.Line, d.Span.End.Line}
	doc := documentAt(d.Span, docs)
	if doc == nil || d.Path == "" {
		return lines
	}
	if _, value, ok := doc.Lookup(d.Path); ok {
		span := value.Span()
		lines = lineRange{min(lines.first, span.Start.Line), max(lines.last, span.End.Line)}
	}
	return lines
}

func isCUE(file string) bool {
	format, _ := syntax.FormatOf(file)
	return format == syntax.CUE
}
