package rule

import (
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

var unusedConfig = Rule{
	Rule:    diag.Rule{ID: "THV5004", Name: "unused-config", Severity: diag.Info},
	Summary: "no MCPServer of the inputs uses an MCPWebhookConfig",
	Doc: "Its webhooks are never asked. Either a server lacks its `webhookConfigRef`, and so runs\n" +
		"without the gate that somebody wrote for it, or the configuration is left over.\n\n" +
		"The rule looks at all inputs together, and only where they hold an MCPServer. It is\n" +
		"silent where a file, or what an MCPServer refers to, could not be read.",
	Inputs: func(p *Pass, docs []*model.Document) {
		servers := model.OfKind(docs, model.MCPServer)
		if len(servers) == 0 || p.Options.Partial {
			return
		}
		used := map[model.Object]bool{}
		for _, server := range servers {
			if !hasKnownReference(server) {
				return // it may refer to any
			}
			if config, refers := configOf(server); refers {
				used[config] = true
			}
		}
		for _, d := range model.OfKind(docs, model.MCPWebhookConfig) {
			if o := d.Object(); isIdentified(d) && !used[o] {
				p.Report(d, "metadata.name", "found the MCPWebhookConfig %q %s, to which no MCPServer of the inputs refers", o.Name, o.Where())
			}
		}
	},
}

// hasKnownReference reports whether it is known which MCPWebhookConfig a server
// refers to, or that it refers to none.
func hasKnownReference(server *model.Document) bool {
	if server.WebhookConfig.Set {
		return hasKnownNamespace(server)
	}
	spec := server.Root.Get("spec")
	if server.Inexact || !isMapping(spec) {
		return false
	}
	if spec == nil {
		return true
	}
	return !slices.ContainsFunc(spec.Entries, func(e syntax.Entry) bool {
		const slip = 2 // the edits at which the schema takes a key for this one
		near := diag.Distance(strings.ToLower(e.Key.Value), "webhookconfigref") <= slip
		return near && e.Value.Kind != syntax.Null
	})
}
