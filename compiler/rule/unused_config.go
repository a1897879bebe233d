package rule

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var unusedConfig = Rule{
	Rule:    diag.Rule{ID: "THV5004", Name: "unused-config", Severity: diag.Info},
	Summary: "no MCPServer of the inputs uses an MCPWebhookConfig",
	Doc: "Its webhooks are never asked. Either a server lacks its `webhookConfigRef`, and so runs\n" +
		"without the gate that somebody wrote for it, or the configuration is left over.\n\n" +
		"The rule looks at all inputs together, and only where they hold an MCPServer.",
	Inputs: func(p *Pass, docs []*model.Document) {
		servers := model.OfKind(docs, model.MCPServer)
		if len(servers) == 0 {
			return
		}
		used := map[model.Object]bool{}
		for _, server := range servers {
			if server.Inexact && !server.WebhookConfig.Set {
				return // what it refers to could not be read
			}
			if config, refers := configOf(server); refers {
				used[config] = true
			}
		}
		for _, d := range model.OfKind(docs, model.MCPWebhookConfig) {
			if o := d.Object(); o.Name != "" && !used[o] {
				p.Report(d, "metadata.name", "found the MCPWebhookConfig %q %s, to which no MCPServer of the inputs refers", o.Name, o.Where())
			}
		}
	},
}
