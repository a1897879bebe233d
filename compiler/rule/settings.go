package rule

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/thvctl/thvctl/compiler/diag"
)

// Settings are what a project file says of the rules, by identifier. A rule that
// is not among them is as the catalogue has it.
type Settings map[string]Setting

// Setting is what a project file says of one rule.
type Setting struct {
	// Off says that the rule does not run.
	Off bool
	// Severity replaces every severity of the rule; 0 keeps them.
	Severity diag.Severity
	// Max is the bound of a rule that has one; 0 keeps its own.
	Max time.Duration
}

// Runs reports whether a rule runs where nothing below the severity lowest is
// wanted.
func (s Settings) Runs(r diag.Rule, lowest diag.Severity) bool {
	set := s[r.ID]
	return !set.Off && cmp.Or(set.Severity, r.Severity) >= lowest
}

// Apply gives findings the severities of the settings and drops those of rules
// that are off.
func (s Settings) Apply(found diag.List) diag.List {
	if len(s) == 0 {
		return found
	}
	kept := found[:0]
	for _, d := range found {
		set := s[d.Rule.ID]
		if set.Off {
			continue
		}
		d.Severity = cmp.Or(set.Severity, d.Severity)
		kept = append(kept, d)
	}
	return kept
}

// IsFixed reports whether findings of a rule can be neither lowered nor
// suppressed, because a compile must never go on over them.
func IsFixed(r diag.Rule) bool {
	return strings.HasPrefix(r.ID, "THV1") || strings.HasPrefix(r.ID, "THV2") ||
		slices.Contains([]string{"THV3001", "THV6001", diag.BadIgnore.ID}, r.ID)
}
