package rule

import (
	"fmt"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

var envNameCollision = Rule{
	Rule:    diag.Rule{ID: "THV7005", Name: "env-name-collision", Severity: diag.Error},
	Summary: "two headers share one environment variable in a pod, so that a backend gets the other's secret",
	Doc: "ToolHive hands the secrets of headers to a pod in environment variables. The name of a\n" +
		"variable is made of the header's and the owner's: capitals, with `_` for all that is no\n" +
		"letter or digit. Nothing marks where one ends and the other begins, so the header `X-API`\n" +
		"of `key-foo` and the header `X-API-KEY` of `foo` have one variable. The pod keeps one of\n" +
		"the two values, and one backend is sent the secret of the other.\n\n" +
		"All MCPServerEntries of one namespace and group share the pod of their\n" +
		"VirtualMCPServer, where owners whose names differ in `.` and `-` alone, such as `a.b` and\n" +
		"`a-b`, also share the variable that lists their headers. An MCPRemoteProxy has a pod of\n" +
		"its own, in which only its own headers can meet. Objects that say no namespace belong\n" +
		"together.\n\n" +
		"Rename one of the owners, or one of the headers.",
	Inputs: func(p *Pass, docs []*model.Document) {
		pods := map[headerPod]variables{}
		for _, d := range docs {
			if !d.Kind.IsHeaderOwner() || !d.Name.Set || len(d.Remote.HeaderForward.Headers) == 0 {
				continue
			}
			pod := headerPod{proxy: d}
			if d.Kind == model.MCPServerEntry {
				if !d.Remote.Group.Set || !hasKnownNamespace(d) {
					continue
				}
				pod = headerPod{namespace: d.Object().Namespace, group: d.Remote.Group.V}
			}
			if pods[pod] == nil {
				pods[pod] = variables{}
			}
			pods[pod].claimManifest(p, d)
			for _, h := range inOrder(d, d.Remote.HeaderForward.Headers) {
				pods[pod].claimSecret(p, d, h)
			}
		}
	},
}

// headerPod is what a pod is known by: the namespace and the group of MCPServerEntries,
// or the MCPRemoteProxy that it belongs to.
type headerPod struct {
	namespace, group string
	proxy            *model.Document
}

// variables are the environment variables of a pod, by their names.
type variables map[string]claimed

// claimed is who has a variable. The header is empty where the variable is the manifest
// of its owner.
type claimed struct {
	document *model.Document
	header   model.Header
}

// claimManifest gives an MCPServerEntry the variable that lists its headers.
func (v variables) claimManifest(p *Pass, d *model.Document) {
	if d.Kind != model.MCPServerEntry {
		return
	}
	name := toolhive.NamesOfHeader(d.Name.V, "").Manifest
	earlier, taken := v[name]
	if !taken {
		v[name] = claimed{document: d}
		return
	}
	if earlier.document.Name.V == d.Name.V {
		return // THV1010
	}
	p.Add(Finding{
		Document: d, Path: d.Name.Path,
		Message: fmt.Sprintf("found the owner %q, whose headers ToolHive lists in the variable %s as it does those of %q; the pod keeps one list, so both backends would be sent the headers and secrets of one of them",
			d.Name.V, name, earlier.document.Name.V),
		Related: []diag.Related{{Span: earlier.document.Span(earlier.document.Name.Path), Message: "the other owner"}},
	})
}

// claimSecret gives a header from a secret the variable that holds the secret.
func (v variables) claimSecret(p *Pass, d *model.Document, h model.Header) {
	if h.Secret.Secret.Name == "" {
		return
	}
	name := toolhive.NamesOfHeader(d.Name.V, h.Name.V).Secret
	earlier, taken := v[name]
	if !taken {
		v[name] = claimed{d, h}
		return
	}
	sameOwner := earlier.document.Name.V == d.Name.V
	if sameOwner && (earlier.document != d || toolhive.CanonicalHeader(earlier.header.Name.V) == toolhive.CanonicalHeader(h.Name.V)) {
		return // THV1010, THV7002
	}
	if isHidden(d, h) || isHidden(earlier.document, earlier.header) {
		name = "•••" // it has the header's name in it
	}
	p.reportHeader(d, h, fmt.Sprintf("found the header %s of %q, whose secret ToolHive hands to the pod in the variable %s as it does that of the header %s of %q; %s",
		showHeader(d, h), d.Name.V, name, showHeader(earlier.document, earlier.header), earlier.document.Name.V, claimed{d, h}.wrongSecret(earlier)),
		diag.Related{Span: nameOf(earlier.document, earlier.header).Span(), Message: "the other header"})
}

// wrongSecret says which backend would be sent which secret.
func (c claimed) wrongSecret(other claimed) string {
	mine, others := c.header.Secret.Secret, other.header.Secret.Secret
	if mine == others {
		return "today both are one key of one Secret, and a change of either would reach the other"
	}
	return fmt.Sprintf("the pod keeps one value, so either %s would be sent the key %q of the Secret %q, or %s the key %q of the Secret %q",
		c.receiver(other), others.Key, others.Name, other.receiver(c), mine.Key, mine.Name)
}

// receiver names for people who is sent the secret of another.
func (c claimed) receiver(other claimed) string {
	if c.document == other.document {
		return fmt.Sprintf("in %s the backend of %q", showHeader(c.document, c.header), c.document.Name.V)
	}
	return fmt.Sprintf("the backend of %q", c.document.Name.V)
}
