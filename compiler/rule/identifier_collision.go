package rule

import (
	"fmt"

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
		mounts := Mounts{}
		for _, list := range d.Lists {
			for _, w := range list.Webhooks {
				p.claim(mounts, d, list.Name, w)
			}
		}
	},
}

// IdentifierCollision is reported by the bind stage as well, because a binding
// may give a webhook file the keys that collide.
var IdentifierCollision = identifierCollision.Rule

func (p *Pass) claim(mounts Mounts, d *model.Document, list string, w model.Webhook) {
	if !w.Name.Set {
		return
	}
	for _, r := range []struct {
		purpose   toolhive.Purpose
		reference model.Reference
	}{
		{toolhive.HMAC, w.HMAC}, {toolhive.CA, w.TLS.CA},
		{toolhive.ClientCert, w.TLS.ClientCert}, {toolhive.ClientKey, w.TLS.ClientKey},
	} {
		if r.reference.Secret.Name == "" {
			continue
		}
		ref := v1alpha1.SecretKeyRef{Name: r.reference.Secret.Name, Key: r.reference.Secret.Key}
		if message, first := mounts.Claim(list, w.Name.V, r.purpose, ref, d.Span(r.reference.Path)); message != "" {
			p.Add(Finding{
				Document: d, Path: r.reference.Path, Message: message,
				Related: []diag.Related{{Span: first, Message: "the other reference"}},
			})
		}
	}
}

// Mounts are the names that ToolHive's operator gives the references of one
// configuration: mount paths and volume names.
type Mounts map[string]mounted

// mounted is a reference with the place where it stands.
type mounted struct {
	ref        v1alpha1.SecretKeyRef
	identifier string
	at         diag.Span
}

// Claim gives a reference its names. Where another reference has one of them
// already, it says so and where that one stands; otherwise the message is empty.
func (m Mounts) Claim(list, webhook string, purpose toolhive.Purpose, ref v1alpha1.SecretKeyRef, at diag.Span) (message string, first diag.Span) {
	claimed := mounted{ref, toolhive.Identifier(list, webhook, purpose, ref), at}
	for _, name := range []struct{ what, text string }{
		{"mount path", toolhive.MountPath(list, webhook, purpose, ref)},
		{"volume name", toolhive.VolumeName(claimed.identifier)},
	} {
		other, taken := m[name.text]
		if !taken {
			m[name.text] = claimed
			continue
		}
		if other.ref != ref || other.identifier != claimed.identifier {
			return fmt.Sprintf("two references get the %s %q in ToolHive's operator, each needs its own", name.what, name.text), other.at
		}
	}
	return "", diag.Span{}
}
