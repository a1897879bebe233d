package suppress

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
)

// Unused returns a finding for every ignore that has suppressed nothing although
// its rule ran. files are the names of the inputs.
func (s *Set) Unused(ran func(rule string) bool, files []string) diag.List {
	var found diag.List
	for _, ignore := range s.ignores {
		if !s.judged(ignore, files) {
			continue
		}
		var unused []string
		for _, r := range ignore.Rules {
			if ran(r) && !slices.Contains(ignore.used, r) && !slices.Contains(unused, r) {
				unused = append(unused, r)
			}
		}
		if len(unused) == 0 {
			continue
		}
		d := ignore.Finding
		d.Message = fmt.Sprintf("found an ignore of %s, which is not found %s; remove it", strings.Join(unused, ", "), ignore.where())
		if ignore.without != nil {
			d.Fix = ignore.without(unused)
		}
		if ignore.source != nil {
			ignore.source.Show(&d)
		}
		found = append(found, d)
	}
	return found
}

func (i *Ignore) where() string {
	switch {
	case i.By == diag.InProject:
		return "in any file that it is about"
	case i.Line > 0:
		return fmt.Sprintf("on line %d", i.Line)
	}
	return "in this file"
}

// judged reports whether all was looked at that an ignore is about, and there
// was something.
func (s *Set) judged(i *Ignore, files []string) bool {
	about := false
	// A policy about a whole configuration is silent where a part of it is faulty.
	wide := i.Line == 0 || slices.Contains(i.Rules, rule.PolicyViolation.ID)
	for _, f := range files {
		if !i.Files(f) {
			continue
		}
		onLine := func(r lineRange) bool { return r.first <= i.Line && i.Line <= r.last }
		if s.unsound[f] || s.faultyCUE && isCUE(f) || wide && len(s.faults[f]) > 0 || slices.ContainsFunc(s.faults[f], onLine) {
			return false
		}
		about = true
	}
	return about && (i.By != diag.InProject || s.hasDocument(i))
}

// hasDocument reports whether a document that an entry of the project file means
// was among the inputs. Where it names files, they were.
func (s *Set) hasDocument(i *Ignore) bool {
	return i.ByFile || slices.ContainsFunc(s.documents, func(d knownDocument) bool {
		return (i.Kind == "" || i.Kind == d.kind) && (i.Name == "" || slices.Contains(d.names, i.Name))
	})
}
