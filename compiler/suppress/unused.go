package suppress

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
)

// Unused returns a finding for every ignore that has suppressed nothing although
// its rule ran. files are the names of the inputs.
func (s *Set) Unused(ran func(rule string) bool, files []string) diag.List {
	var found diag.List
	for file, lines := range s.faults {
		s.faults[file] = mergeRanges(lines)
	}
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
	if i.source != nil {
		files = []string{i.source.Name}
	}
	for _, f := range files {
		if !i.Files(f) {
			continue
		}
		if s.unsound[f] || s.faultyCUE && isCUE(f) || wide && len(s.faults[f]) > 0 || isIn(s.faults[f], i.Line) {
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

// mergeRanges sorts ranges of lines, and joins those that overlap.
func mergeRanges(all []lineRange) []lineRange {
	slices.SortFunc(all, func(a, b lineRange) int { return a.first - b.first })
	var merged []lineRange
	for _, r := range all {
		if last := len(merged) - 1; last >= 0 && r.first <= merged[last].last {
			merged[last].last = max(merged[last].last, r.last)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// isIn reports whether a line is in one of merged ranges.
func isIn(ranges []lineRange, line int) bool {
	i := sort.Search(len(ranges), func(i int) bool { return ranges[i].last >= line })
	return i < len(ranges) && ranges[i].first <= line
}
