package bind

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
)

// headerUnit is the unit of the header forwarding of an object.
func (b *binder) headerUnit(d *model.Document) Unit {
	b.unread(d)
	forward := d.Remote.HeaderForward
	if b.options.Form == CRD && d.Kind == model.MCPServerEntry && !d.Remote.Group.Set {
		b.found = append(b.found, Unit{Source: d}.LostHeaders("found headers of an MCPServerEntry without a groupRef, no VirtualMCPServer would send them"))
	}
	content := &ir.HeaderForward{Plaintext: map[string]string{}, FromSecret: map[string]ir.Reference{}}
	for _, h := range forward.Headers {
		if h.Value.Set {
			content.Plaintext[h.Name.V] = h.Value.V
		} else if r := b.headerReference(d, h.Secret); r != nil {
			content.FromSecret[h.Name.V] = *r
		}
	}
	u := Unit{Source: d}
	u.Metadata = ir.Metadata{Name: d.Name.V, Namespace: d.Namespace.V, Labels: d.Labels, Annotations: d.Annotations}
	u.HeaderForward = content
	if d.Kind == model.MCPServerEntry {
		u.Metadata.Group = d.Remote.Group.V
	}
	return u
}

// LostHeaders says of a unit of header forwarding why its headers would be lost.
func (u Unit) LostHeaders(why string) diag.Diagnostic {
	path := u.Source.Remote.HeaderForward.Path
	key, _, _ := u.Source.Lookup(path)
	return u.Source.KeyDiagnostic(rule.LostInForm, key, path, why)
}

// headerReference binds the reference of a header. Form cli takes only a secret name
// here, and no path of a file.
func (b *binder) headerReference(d *model.Document, r model.Reference) *ir.Reference {
	if !r.IsSet() {
		return nil
	}
	bound := b.options.SpellName(r)
	if b.options.Form == CLI && bound.Name == "" {
		b.unbound(d, r, "form cli needs a ToolHive secret name for a header", "")
	}
	return &bound
}

// SpellName is [Options.Spell] for what takes a ToolHive secret name and no path of a
// file.
func (o Options) SpellName(r model.Reference) ir.Reference {
	bound := ir.Reference{Name: r.Name}
	if r.Secret.Name == "" {
		o.spellSecret(&bound)
		return bound
	}
	bound.Secret = &ir.SecretKey{Name: r.Secret.Name, Key: r.Secret.Key}
	for _, pair := range o.Bindings {
		if pair.Secret == r.Secret && pair.Name != "" {
			bound.Name = pair.Name
			break
		}
	}
	return bound
}
