package rule

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/compiler/token"
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
		"VirtualMCPServer. Members of a group whose names are one but for `.` and `-`, such as `a.b`\n" +
		"and `a-b`, also share the variable that lists the headers, MCPServers and MCPRemoteProxies\n" +
		"of the group among them: a backend without headers of its own is sent the other's. An MCPRemoteProxy has a pod of\n" +
		"its own, in which only its own headers can meet. Objects that say no namespace belong\n" +
		"together.\n\n" +
		"Rename one of the owners, or one of the headers.",
	Inputs: func(p *Pass, docs []*model.Document) {
		pods := map[headerPod]variables{}
		of := func(pod headerPod) variables {
			if pods[pod] == nil {
				pods[pod] = variables{}
			}
			return pods[pod]
		}
		for _, d := range byPlace(docs) {
			if !d.Name.Set {
				continue
			}
			if group := groupOf(d); group != "" && hasKnownNamespace(d) {
				shared := of(headerPod{namespace: d.Object().Namespace, group: group})
				shared.claimManifest(p, d)
				if d.Kind == model.MCPServerEntry {
					shared.claimSecrets(p, d)
				}
			}
			if d.Kind == model.MCPRemoteProxy {
				of(headerPod{proxy: d}).claimSecrets(p, d)
			}
		}
	},
}

// byPlace returns documents in the order of their files' names, so that of two places
// the same is the finding in whatever order the files are named.
func byPlace(docs []*model.Document) []*model.Document {
	docs = slices.Clone(docs)
	slices.SortStableFunc(docs, func(a, b *model.Document) int {
		return cmp.Or(cmp.Compare(a.Source.Name, b.Source.Name), cmp.Compare(a.Index, b.Index), cmp.Compare(a.Root.Start, b.Root.Start))
	})
	return docs
}

// groupOf returns the group whose VirtualMCPServers send requests to what a document
// describes; empty for none.
func groupOf(d *model.Document) string {
	switch d.Kind {
	case model.MCPServerEntry:
		return d.Remote.Group.V
	case model.MCPServer, model.MCPRemoteProxy:
		return d.Root.Get("spec").Get("groupRef").Get("name").Text()
	}
	return ""
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

// claimManifest gives a member of a group the variable by which ToolHive looks up its
// headers. A member without headers is given those of another as well.
func (v variables) claimManifest(p *Pass, d *model.Document) {
	name := toolhive.NamesOfHeader(d.Name.V, "").Manifest
	earlier, taken := v[name]
	if !taken {
		v[name] = claimed{document: d}
		return
	}
	other := earlier.document
	if other.Kind == d.Kind && other.Name.V == d.Name.V || !hasManifest(d) && !hasManifest(other) {
		return // THV1010, or nothing to mix up
	}
	p.Add(Finding{
		Document: d, Path: d.Name.Path,
		Message: fmt.Sprintf("found the %s %q beside the %s %q, for both of which ToolHive takes the list of headers in the variable %s; both backends would be sent the headers and secrets of one of them",
			d.Kind, d.Name.V, other.Kind, other.Name.V, name),
		Related: []diag.Related{{Span: other.Span(other.Name.Path), Message: "the other one"}},
	})
}

// hasManifest reports whether ToolHive makes a list of headers for a member of a group.
func hasManifest(d *model.Document) bool {
	return d.Kind == model.MCPServerEntry && len(d.Remote.HeaderForward.Headers) > 0
}

// claimSecrets gives each header of an owner that comes from a secret its variable.
func (v variables) claimSecrets(p *Pass, d *model.Document) {
	for _, h := range inOrder(d, d.Remote.HeaderForward.Headers) {
		v.claimSecret(p, d, h)
	}
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
	return fmt.Sprintf("the pod keeps one value, so either %s would be sent %s, or %s %s", c.receiver(other), other.secret(), other.receiver(c), c.secret())
}

// secret names for people the secret of the header. What is hidden where it stands is
// hidden here as well, which may be in another file.
func (c claimed) secret() string {
	shown := func(part string) string {
		_, n, _ := c.document.Lookup(syntax.JoinKey(c.header.Secret.Path, part))
		if token.HighEntropy(n.Value) {
			return quote("•••")
		}
		return n.Show()
	}
	return fmt.Sprintf("the key %s of the Secret %s", shown("key"), shown("name"))
}

// receiver names for people who is sent the secret of another.
func (c claimed) receiver(other claimed) string {
	if c.document == other.document {
		return fmt.Sprintf("in %s the backend of %q", showHeader(c.document, c.header), c.document.Name.V)
	}
	return fmt.Sprintf("the backend of %q", c.document.Name.V)
}
