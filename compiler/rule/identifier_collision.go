package rule

import (
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/api/v1alpha1"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

var identifierCollision = Rule{
	Rule:    diag.Rule{ID: "THV3003", Name: "identifier-collision", Severity: diag.Error},
	Summary: "two references of one configuration get one mount path or volume name",
	Doc: `ToolHive's operator mounts each referenced Secret key under a name that ends in a
hash of 32 bits. Two different references whose names come out alike would share
one mount: one webhook would be given the secret of the other, or the pod would
not start. The names are computed here as the operator computes them.

Rename one of the webhooks, or one of the Secret keys.`,
	Document: func(p *Pass, d *model.Document) {
		if d.Kind != model.MCPWebhookConfig {
			return
		}
		var numbers []uint32
		references(d, func(list, webhook string, r mountable) {
			numbers = append(numbers, toolhive.VolumeNumber(list, webhook, r.purpose, r.ref()))
		})
		slices.Sort(numbers)
		if len(slices.Compact(numbers)) == len(numbers) {
			return // references that share a path share a volume as well
		}
		var mounts Mounts
		references(d, func(list, webhook string, r mountable) {
			place := func() diag.Span { return d.Span(r.reference.Path) }
			if message, first := mounts.Claim(list, webhook, r.purpose, r.ref(), place); message != "" {
				p.Add(Finding{
					Document: d, Path: r.reference.Path, Message: message,
					Related: []diag.Related{{Span: first, Message: "the other reference"}},
				})
			}
		})
	},
}

// IdentifierCollision is reported by the bind stage as well, because a binding
// may give a webhook file the keys that collide.
var IdentifierCollision = identifierCollision.Rule

// mountable is a reference that ToolHive's operator mounts.
type mountable struct {
	purpose   toolhive.Purpose
	reference *model.Reference
}

func (m mountable) ref() v1alpha1.SecretKeyRef {
	return v1alpha1.SecretKeyRef{Name: m.reference.Secret.Name, Key: m.reference.Secret.Key}
}

// references visits the references of the webhooks that have a name.
func references(d *model.Document, visit func(list, webhook string, r mountable)) {
	for _, list := range d.Lists {
		for i := range list.Webhooks {
			w := &list.Webhooks[i]
			for _, r := range [...]mountable{
				{toolhive.HMAC, &w.HMAC}, {toolhive.CA, &w.TLS.CA},
				{toolhive.ClientCert, &w.TLS.ClientCert}, {toolhive.ClientKey, &w.TLS.ClientKey},
			} {
				if w.Name.Set && r.reference.Secret.Name != "" {
					visit(list.Name, w.Name.V, r)
				}
			}
		}
	}
}

// Mounts are the names that ToolHive's operator gives the references of one
// configuration: mount paths and volume names. The zero value has none.
type Mounts struct {
	claimed []mounted
	// byPath and byVolume are the first references of each name, as places in claimed.
	byPath   map[mountPath]int
	byVolume map[string]int
}

// mountPath is what a mount path is made of.
type mountPath struct {
	identifier string
	purpose    toolhive.Purpose
}

// mounted is a reference with the place where it stands.
type mounted struct {
	ref        v1alpha1.SecretKeyRef
	identifier string
	at         func() diag.Span
}

// Claim gives a reference its names. Where another reference has one of them
// already, it says so and where that one stands; otherwise the message is empty.
func (m *Mounts) Claim(list, webhook string, purpose toolhive.Purpose, ref v1alpha1.SecretKeyRef, at func() diag.Span) (message string, first diag.Span) {
	if m.byPath == nil {
		m.byPath, m.byVolume = map[mountPath]int{}, map[string]int{}
	}
	identifier := toolhive.Identifier(list, webhook, purpose, ref)
	path, volume := mountPath{identifier, purpose}, toolhive.VolumeName(identifier)
	m.claimed = append(m.claimed, mounted{ref, identifier, at})
	if i, taken := m.byPath[path]; !taken {
		m.byPath[path] = len(m.claimed) - 1
	} else if other := m.claimed[i]; other.ref != ref {
		return collision("mount path", toolhive.IdentifierPath(identifier, purpose)), other.at()
	}
	if i, taken := m.byVolume[volume]; !taken {
		m.byVolume[volume] = len(m.claimed) - 1
	} else if other := m.claimed[i]; other.ref != ref || other.identifier != identifier {
		return collision("volume name", volume), other.at()
	}
	return "", diag.Span{}
}

func collision(what, name string) string {
	return fmt.Sprintf("two references get the %s %q in ToolHive's operator, each needs its own", what, name)
}
