package rule

import (
	"fmt"
	"strconv"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

var yamlBoolean = Rule{
	Rule:    diag.Rule{ID: "THV3009", Name: "yaml-1.1-boolean", Severity: diag.Warning},
	Fixable: true,
	Summary: "a boolean is written as yes, no, on, off, y or n",
	Doc: "These are booleans in YAML 1.1 and texts in YAML 1.2. ToolHive and Kubernetes take\n" +
		"them for booleans; other tools that read or rewrite the file need not, and then the\n" +
		"check of a certificate is on for one and off for the other.\n\n" +
		"Write `true` or `false`.",
	Document: func(p *Pass, d *model.Document) {
		webhooks(d, func(_ model.List, w model.Webhook) {
			reportOldBoolean(p, d, w.TLS.InsecureSkipVerify)
		})
	},
}

func reportOldBoolean(p *Pass, d *model.Document, value model.Value[bool]) {
	if !value.Set {
		return
	}
	_, n, found := d.Lookup(value.Path)
	if !found || n.Kind != syntax.String {
		return
	}
	truth := strconv.FormatBool(value.V)
	f := Finding{
		Document: d, Path: value.Path,
		Message: fmt.Sprintf("found %s for a boolean, which other readers of YAML take for a text; allowed are true and false", n.Show()),
	}
	if f.Fix = n.Replace(truth); f.Fix != nil {
		f.Fix.Title, f.Fix.Edits[0].Text = "replace with "+truth, truth // without the quotes that it may have
	}
	p.Add(f)
}
