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
		seen := collisions{paths: map[string]mounted{}, volumes: map[string]mounted{}}
		for _, list := range d.Lists {
			for _, w := range list.Webhooks {
				seen.webhook(p, d, list.Name, w)
			}
		}
	},
}

// mounted is a reference with the name that the operator mounts it under.
type mounted struct {
	ref        v1alpha1.SecretKeyRef
	path       string
	identifier string
}

type collisions struct {
	paths, volumes map[string]mounted
}

func (c collisions) webhook(p *Pass, d *model.Document, list string, w model.Webhook) {
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
		m := mounted{ref, r.reference.Path, toolhive.Identifier(list, w.Name.V, r.purpose, ref)}
		path := toolhive.MountPath(list, w.Name.V, r.purpose, ref)
		if !c.collides(p, d, c.paths, path, "mount path", m) {
			c.collides(p, d, c.volumes, toolhive.VolumeName(m.identifier), "volume name", m)
		}
	}
}

// collides records a name and reports it where another reference has it.
func (c collisions) collides(p *Pass, d *model.Document, names map[string]mounted, name, what string, m mounted) bool {
	first, taken := names[name]
	if !taken {
		names[name] = m
		return false
	}
	if first.ref == m.ref && first.identifier == m.identifier {
		return false // one reference under one name: harmless
	}
	p.Add(Finding{
		Document: d, Path: m.path,
		Message: fmt.Sprintf("two references get the %s %q in ToolHive's operator, each needs its own", what, name),
		Related: []diag.Related{{Span: d.Span(first.path), Message: "the other reference"}},
	})
	return true
}
