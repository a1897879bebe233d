package check

import (
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// outline is a Kubernetes object with what the rules that look at all files ask of it:
// its names, and what it says of other objects and of headers.
func outline(d *model.Document) *model.Document {
	read := *d.Document
	read.Root = outlined(d.Root, outlines)
	return &model.Document{
		Document: &read, Kind: d.Kind, File: d.File, Name: d.Name, Namespace: d.Namespace,
		WebhookConfig: d.WebhookConfig, Remote: d.Remote, Inexact: d.Inexact,
	}
}

// keys say what is kept of the values of a mapping; nil keeps a value whole, and an empty
// map nothing of what it holds.
type keys map[string]keys

var outlines = keys{
	"apiVersion": nil, "kind": nil,
	"metadata": {"name": nil, "namespace": nil},
	"spec":     {"webhookConfigRef": nil, "groupRef": nil, "headerForward": nil},
}

func outlined(n *syntax.Node, keep keys) *syntax.Node {
	if keep == nil || n == nil {
		return n
	}
	kept := *n
	kept.Items, kept.Entries = nil, nil
	if len(keep) == 0 {
		return &kept
	}
	kept.Entries = make([]syntax.Entry, len(n.Entries))
	for i, e := range n.Entries {
		below, ok := keep[e.Key.Value]
		if !ok {
			below = keys{} // of anything else it is known that it is there
		}
		kept.Entries[i] = syntax.Entry{Key: e.Key, Value: outlined(e.Value, below), Overridden: e.Overridden}
	}
	return &kept
}
