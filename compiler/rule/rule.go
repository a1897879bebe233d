// Package rule is the registry of rules. A rule is metadata, prose and a
// function; each has a file of its own. Rules see typed values and report at a
// path. They know no CUE and do no input or output.
package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Rule is one entry of the catalogue.
type Rule struct {
	diag.Rule
	// Fixable says that a safe automatic fix may be offered.
	Fixable bool
	// HasMax says that the project file may set a bound, Setting.Max.
	HasMax bool
	// Summary is one line: what the rule finds.
	Summary string
	// Doc is the prose of the rule's page: why it matters and what to do, in
	// Markdown.
	Doc string
	// Document looks at one document; nil for a rule that does not. Rules of the
	// families 1xxx and 2xxx have neither function: the stages that read and check
	// report them.
	Document func(*Pass, *model.Document)
	// Unit looks at configurations one by one, each of which is a document or, with
	// --merge, all webhook files; nil for a rule that does not.
	Unit func(*Pass, []*model.Document)
	// Inputs looks at all documents, in input order; nil for a rule that does not.
	Inputs func(*Pass, []*model.Document)
}

// Options are what a run tells the rules. The zero value is a plain lint.
type Options struct {
	// Merge says that all webhook files make one unit, AllowOverride that a later
	// file may replace a webhook of an earlier one.
	Merge, AllowOverride bool
	// Partial says that an input could not be read whole, so nothing follows from
	// what is absent.
	Partial bool
	// Settings are what the project file says of the rules.
	Settings Settings
}

// Pass is one rule at work.
type Pass struct {
	Rule    *Rule
	Options Options
	found   diag.List
}

// Finding is what a rule has to say about one place.
type Finding struct {
	Document *model.Document
	// Path is where the finding stands.
	Path string
	// Severity replaces the rule's default; 0 keeps it.
	Severity diag.Severity
	Message  string
	Related  []diag.Related
	// Mark is the part of the value that offends; the zero Span means all of it.
	Mark diag.Span
	// Fix is a safe automatic change, or nil. It is tried before it is offered.
	Fix *diag.Fix
}

// Report adds a finding at a path with the rule's default severity.
func (p *Pass) Report(d *model.Document, path, format string, args ...any) {
	p.Add(Finding{Document: d, Path: path, Message: fmt.Sprintf(format, args...)})
}

// Add adds a finding.
func (p *Pass) Add(f Finding) {
	severity := f.Severity
	if severity == 0 {
		severity = p.Rule.Severity
	}
	found := f.Document.Diagnostic(p.Rule.Rule, f.Path, f.Message)
	found.Severity = severity
	found.Related = append(f.Related, found.Related...)
	found.Mark = f.Mark
	if _, value, ok := f.Document.Lookup(f.Path); ok && value.Alias < 0 && f.Document.Format != syntax.CUE {
		found.Fix = f.Fix // never through an alias, and not in CUE, where values are computed
	}
	p.found = append(p.found, found)
}

// RunFile applies the rules of the registry whose severity is at least lowest to the
// documents of one file, as far as they need no other file, and returns what they found.
// The severities of the settings are applied later, to the findings of all stages alike
// (see [Settings.Apply]).
func RunFile(docs []*model.Document, o Options, lowest diag.Severity) diag.List {
	return run(o, lowest, func(r *Rule, pass *Pass) {
		if r.Document != nil {
			for _, d := range docs {
				r.Document(pass, d)
			}
		}
		if r.Unit != nil && !o.Merge {
			r.Unit(pass, docs)
		}
	})
}

// RunInputs applies what RunFile leaves, to the documents of all files.
func RunInputs(docs []*model.Document, o Options, lowest diag.Severity) diag.List {
	return run(o, lowest, func(r *Rule, pass *Pass) {
		if r.Unit != nil && o.Merge {
			r.Unit(pass, docs)
		}
		if r.Inputs != nil {
			r.Inputs(pass, docs)
		}
	})
}

func run(o Options, lowest diag.Severity, apply func(*Rule, *Pass)) diag.List {
	pass := Pass{Options: o}
	for i := range All {
		r := &All[i]
		if r.Document == nil && r.Unit == nil && r.Inputs == nil || !o.Settings.Runs(r.Rule, lowest) {
			continue
		}
		pass.Rule = r
		apply(r, &pass)
	}
	return pass.found
}

// Lookup finds a rule by its id or its name.
func Lookup(idOrName string) (Rule, bool) {
	i := slices.IndexFunc(All, func(r Rule) bool { return r.ID == idOrName || r.Name == idOrName })
	if i < 0 {
		return Rule{}, false
	}
	return All[i], true
}

// Nearest returns the identifier or the name of a rule that a text may have been
// meant for: one that differs in letter case alone or in at most three edits, or
// that goes on where the text ends.
func Nearest(text string) (near string, ok bool) {
	best := 4
	for _, r := range All {
		for _, known := range []string{r.ID, r.Name} {
			if strings.EqualFold(known, text) {
				return known, true
			}
			if len(text) >= 4 && len(text) < len(known) && strings.HasPrefix(known, strings.ToLower(text)) {
				best, near = 1, known
			}
			if len(text) >= len(known)+best || len(known) >= len(text)+best {
				continue // at least as many edits
			}
			if d := diag.Distance(strings.ToLower(known), strings.ToLower(text)); d < best && d*2 < len(known) {
				best, near = d, known
			}
		}
	}
	return near, near != ""
}

// webhooks calls visit for every webhook that ToolHive reads from the document.
func webhooks(d *model.Document, visit func(model.List, model.Webhook)) {
	for _, list := range d.AllLists() {
		for _, w := range list.Webhooks {
			visit(list, w)
		}
	}
}
