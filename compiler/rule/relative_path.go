package rule

import (
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var relativePath = Rule{
	Rule:    diag.Rule{ID: "THV4008", Name: "relative-path", Severity: diag.Warning},
	Summary: "the path of a certificate or key is relative",
	Doc: "ToolHive looks for it in the folder that its process was started in, not in that\n" +
		"of the file. Started elsewhere it does not find it, or finds what somebody else put\n" +
		"there. A `~` is not expanded.\n\n" +
		"Write the absolute path.",
	Document: func(p *Pass, d *model.Document) {
		webhooks(d, func(_ model.List, w model.Webhook) {
			for _, r := range []model.Reference{w.TLS.CA, w.TLS.ClientCert, w.TLS.ClientKey} {
				if r.File != "" && !strings.HasPrefix(r.File, "/") {
					p.Report(d, r.Path, "found a relative path, which ToolHive looks for in the folder that it was started in; allowed is an absolute path")
				}
			}
		})
	},
}
