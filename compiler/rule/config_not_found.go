package rule

import (
	"fmt"
	"sync"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

var configNotFound = Rule{
	Rule:    diag.Rule{ID: "THV5003", Name: "config-not-found", Severity: diag.Error},
	Summary: "an MCPServer names an MCPWebhookConfig that is not there",
	Doc: "`webhookConfigRef` names an MCPWebhookConfig of the MCPServer's own namespace. Where\n" +
		"there is none, ToolHive's operator fails the server, and where the name is that of\n" +
		"another team's configuration, other webhooks are asked.\n\n" +
		"The rule looks at all inputs together, and only where they hold an MCPWebhookConfig:\n" +
		"otherwise the configurations are kept elsewhere. It is silent where a file, or the name\n" +
		"of an MCPWebhookConfig, could not be read: it may be the one that is named.\n\n" +
		"Objects that say no namespace belong together; one of them and one that names its\n" +
		"namespace do not, because only `kubectl --namespace` could bring them together.",
	Inputs: func(p *Pass, docs []*model.Document) {
		configs := model.OfKind(docs, model.MCPWebhookConfig)
		if len(configs) == 0 || p.Options.Partial {
			return
		}
		there := map[model.Object]bool{}
		for _, d := range configs {
			if !isIdentified(d) {
				return // it may be any
			}
			there[d.Object()] = true
		}
		objects := sync.OnceValue(func() *Objects { return NewObjects(configs) })
		for _, server := range docs {
			wanted, refers := configOf(server)
			if refers && hasKnownNamespace(server) && !there[wanted] {
				reportNoConfig(p, server, wanted, objects())
			}
		}
	},
}

// configOf returns the MCPWebhookConfig that a document refers to.
func configOf(d *model.Document) (config model.Object, refers bool) {
	return model.Object{Namespace: d.Object().Namespace, Name: d.WebhookConfig.V}, d.WebhookConfig.Set
}

// isIdentified reports whether it is known which object a document is.
func isIdentified(d *model.Document) bool {
	return d.Object().Name != "" && hasKnownNamespace(d)
}

// hasKnownNamespace reports whether the namespace of an object could be read, or
// it says none.
func hasKnownNamespace(d *model.Document) bool {
	metadata := d.Root.Get("metadata")
	if !isMapping(metadata) {
		return false
	}
	if namespace := metadata.Get("namespace"); namespace != nil {
		return namespace.Kind == syntax.String || namespace.Kind == syntax.Null
	}
	return !d.Namespace.Set // otherwise its key is misspelt
}

// isMapping reports whether a value is a mapping, or is absent.
func isMapping(n *syntax.Node) bool {
	return n == nil || n.Kind == syntax.Map || n.Kind == syntax.Null
}

func reportNoConfig(p *Pass, server *model.Document, wanted model.Object, configs *Objects) {
	hint, related := configs.Meant(wanted)
	p.Add(Finding{
		Document: server, Path: server.WebhookConfig.Path, Related: related,
		Message: fmt.Sprintf("found %q, but the inputs hold no MCPWebhookConfig of that name %s%s", wanted.Name, wanted.Where(), hint),
	})
}
