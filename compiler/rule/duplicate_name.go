package rule

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var duplicateName = Rule{
	Rule:    diag.Rule{ID: "THV3001", Name: "duplicate-name", Severity: diag.Error},
	Summary: "a webhook name stands twice in one list",
	Doc: `ToolHive keys the webhooks of a list by name when it merges its files, and it
merges even a single one: of two webhooks with one name, the later replaces the
earlier without a word. A gate that was closed is then open, or gone.

Give each webhook of a list a name of its own. Names are compared byte for byte,
and one name may stand in both lists.`,
	Document: func(p *Pass, d *model.Document) {
		for _, list := range d.AllLists() {
			reportDuplicates(p, d, list)
		}
	},
}

func reportDuplicates(p *Pass, d *model.Document, list model.List) {
	first := make(map[string]int, len(list.Webhooks))
	for i := range list.Webhooks {
		w := &list.Webhooks[i]
		if !w.Name.Set {
			continue
		}
		at, twice := first[w.Name.V]
		if !twice {
			first[w.Name.V] = i
			continue
		}
		earlier := list.Webhooks[at]
		p.Add(Finding{
			Document: d, Path: w.Name.Path,
			Message: "found the name " + quote(w.Name.V) + " twice in one list, ToolHive would keep only the last of the two",
			Related: []diag.Related{{Span: d.Span(earlier.Name.Path), Message: "first here"}},
		})
	}
}
