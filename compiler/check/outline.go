package check

import (
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// outline is a Kubernetes object with what the rules that look at all files ask of it:
// its names, and what it says of other objects and of headers. It shares nothing with
// the document, which can then be let go of.
func outline(d *model.Document) *model.Document {
	read := *d.Document
	read.Root = outlined(d.Root, outlines[d.Kind])
	return &model.Document{
		Document: &read, Kind: d.Kind, File: d.File, Name: d.Name, Namespace: d.Namespace,
		WebhookConfig: d.WebhookConfig, Remote: d.Remote, Inexact: d.Inexact,
	}
}

// keys say what is kept of the values of a mapping; nil keeps a value whole.
type keys map[string]keys

// names are what every object is known by.
var names = keys{"name": nil, "namespace": nil}

// outlines are what is kept of each kind of object.
var outlines = map[model.Kind]keys{
	model.MCPWebhookConfig: {"metadata": names},
	model.Secret:           {"metadata": names},
	model.MCPServer:        {"metadata": names, "spec": {"webhookConfigRef": nil, "groupRef": nil, others: {}}},
	model.MCPServerEntry:   {"metadata": names, "spec": {"groupRef": nil, "headerForward": nil}},
	model.MCPRemoteProxy:   {"metadata": names, "spec": {"groupRef": nil, "headerForward": nil}},
}

// others stands for all further keys of a mapping. Of an MCPServer they may be meant for
// one that counts.
const others = ""

func outlined(n *syntax.Node, keep keys) *syntax.Node {
	if n == nil {
		return nil
	}
	kept := *n
	kept.Items, kept.Entries = nil, nil
	if keep == nil {
		for _, item := range n.Items {
			kept.Items = append(kept.Items, outlined(item, nil))
		}
	}
	for _, e := range n.Entries {
		below, ok := keep[e.Key.Value]
		if !ok {
			below, ok = keep[others]
		}
		if ok || keep == nil {
			kept.Entries = append(kept.Entries, syntax.Entry{Key: outlined(e.Key, nil), Value: outlined(e.Value, below), Overridden: e.Overridden})
		}
	}
	return &kept
}
