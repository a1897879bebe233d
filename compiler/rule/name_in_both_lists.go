package rule

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var nameInBothLists = Rule{
	Rule:    diag.Rule{ID: "THV3004", Name: "name-in-both-lists", Severity: diag.Info},
	Summary: "a validating and a mutating webhook have one name",
	Doc: `ToolHive allows it: the two lists are separate, and each webhook is asked. But
whoever reads the name in a log, or wants to replace the webhook in a later file,
must guess which of the two is meant.

Give each webhook a name of its own, such as ` + "`policy-check`" + ` and ` + "`policy-rewrite`" + `.`,
	Unit: func(p *Pass, docs []*model.Document) {
		for _, u := range units(p, docs) {
			reportNamesInBoth(p, u)
		}
	},
}

func reportNamesInBoth(p *Pass, u *unit) {
	first := map[string]standing{}
	for _, s := range u.lists[model.Validating] {
		if s.webhook.Name.Set {
			first[s.webhook.Name.V] = s
		}
	}
	for _, s := range u.lists[model.Mutating] {
		other, both := first[s.webhook.Name.V]
		if !s.webhook.Name.Set || !both {
			continue
		}
		earlier, later := other, s
		if earlier.compare(later) > 0 {
			earlier, later = later, earlier
		}
		p.Add(Finding{
			Document: later.document, Path: later.webhook.Name.Path,
			Message: "found the name " + quote(later.webhook.Name.V) + " in both lists; allowed, but a log does not say which of the two is meant",
			Related: []diag.Related{{Span: earlier.document.Span(earlier.webhook.Name.Path), Message: "first here"}},
		})
	}
}
