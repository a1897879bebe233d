package rule

import (
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var urlFragment = Rule{
	Rule:    diag.Rule{ID: "THV3010", Name: "url-fragment", Severity: diag.Warning},
	Fixable: true,
	Summary: "a URL has a fragment, which is never sent",
	Doc: "What stands behind `#` is for browsers. ToolHive asks the URL without it, so the\n" +
		"webhook never sees it. If it should choose something, it belongs into the path or\n" +
		"the query; a `#` that is part of the path is written `%23`.",
	Document: func(p *Pass, d *model.Document) {
		webhooks(d, func(_ model.List, w model.Webhook) {
			if w.URL.Set {
				checkFragment(p, d, w.URL)
			}
		})
	},
}

func checkFragment(p *Pass, d *model.Document, address model.Value[string]) {
	hash := strings.IndexByte(address.V, '#')
	if hash < 0 {
		return
	}
	f := Finding{
		Document: d, Path: address.Path,
		Message: "found a fragment in a URL, which is not sent to the webhook; allowed is a URL without one",
		Mark:    part(d, address, hash, len(address.V)),
	}
	if !strings.HasSuffix(address.V[:hash], ":") || !isPlain(d, address.Path) { // a colon would make it a key
		f.Fix = removal("take out the fragment", f.Mark)
	}
	p.Add(f)
}
