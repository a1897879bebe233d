// Package bind makes everything explicit that a source leaves open: defaults,
// names, and which references to secrets are the same in both forms.
package bind

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/api/v1alpha1"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

// Form is where secrets live for the consumer of an artifact.
type Form string

// The forms.
const (
	// CLI is ToolHive's command line: secrets are names and paths.
	CLI Form = "cli"
	// CRD is Kubernetes: secrets are keys of Secrets.
	CRD Form = "crd"
)

// The defaults of ToolHive v0.62.
const (
	defaultTimeout       = "10s"
	defaultFailurePolicy = "fail"
)

// Options say what to bind to.
type Options struct {
	Form Form
	// Bindings are pairs of references that are the same secret; the first that
	// fits is used, in both directions.
	Bindings []model.Binding
	// SecretsDir, if not empty, is the absolute folder where form cli finds the
	// key K of the Secret S as S/K.
	SecretsDir string
	// Merge makes one unit of all webhook files.
	Merge bool
	// KeepsMetadata says that the caller itself carries what form crd has no place
	// for in the metadata of an object, so that nothing of it is lost.
	KeepsMetadata bool
	// Webhooks says that the caller wants the units of webhooks alone.
	Webhooks bool
	// Name and Namespace are those of units without one; an empty Name is derived
	// from the file's.
	Name, Namespace string
}

// Bound is a program in which nothing is left open for one form. It is nil where
// there was an error.
type Bound struct {
	units []Unit
}

// Unit is a unit with the document that it comes from.
type Unit struct {
	ir.Unit
	// Source is the document, the first one of a merged unit.
	Source *model.Document
}

// Units returns the units in input order.
func (b *Bound) Units() []Unit { return b.units }

// Lower returns the program that the emitters read.
func (b *Bound) Lower() *ir.Bundle {
	bundle := &ir.Bundle{}
	for _, u := range b.units {
		bundle.Units = append(bundle.Units, u.Unit)
	}
	return bundle
}

// Bind binds a checked program to a form. The diagnostics name every reference
// that the form cannot express.
func Bind(c *check.Checked, o Options) (*Bound, diag.List) {
	b := binder{options: o}
	bound := &Bound{}
	merged := -1 // the unit of all webhook files
	for _, d := range c.Documents() {
		if d.Kind.IsHeaderOwner() && len(d.Remote.HeaderForward.Headers) > 0 && !o.Webhooks {
			bound.units = append(bound.units, b.headerUnit(d))
			continue
		}
		if d.Kind != model.WebhookFile && d.Kind != model.MCPWebhookConfig {
			continue
		}
		u := b.unit(d)
		if o.Merge && d.Kind == model.WebhookFile {
			if merged >= 0 {
				override(&bound.units[merged].Content, u.Content)
				continue
			}
			merged = len(bound.units)
		}
		bound.units = append(bound.units, u)
	}
	if o.Form == CRD {
		for _, u := range bound.units {
			b.tooMany(u)
		}
	}
	if slices.ContainsFunc(b.found, func(d diag.Diagnostic) bool { return d.Rule == rule.UnboundReference }) {
		return nil, b.found
	}
	return bound, b.found // what else was found may yet be lowered or suppressed
}

// override merges the webhooks of a later file into those of earlier ones as
// ToolHive does: one of the same name is replaced whole, where it stands.
func override(into *ir.Content, later ir.Content) {
	into.Validating = overrideList(into.Validating, later.Validating)
	into.Mutating = overrideList(into.Mutating, later.Mutating)
}

func overrideList(into, later []ir.Webhook) []ir.Webhook {
	for _, w := range later {
		i := slices.IndexFunc(into, func(old ir.Webhook) bool { return old.Name == w.Name })
		if i < 0 {
			into = append(into, w)
			continue
		}
		into[i] = w
	}
	return into
}

type binder struct {
	options Options
	found   diag.List
}

func (b *binder) unit(d *model.Document) Unit {
	u := Unit{Source: d}
	u.Metadata = ir.Metadata{Name: d.Name.V, Namespace: d.Namespace.V, Labels: d.Labels, Annotations: d.Annotations}
	if d.Kind == model.WebhookFile {
		u.Metadata.Name, u.Metadata.Namespace = b.options.Name, b.options.Namespace
		if u.Metadata.Name == "" {
			u.Metadata.Name = DNSLabel(d.Source.Name)
		}
	}
	b.lost(d)
	b.unread(d)
	mounts := &rule.Mounts{}
	u.Content = ir.Content{Validating: b.webhooks(d, model.Validating, mounts), Mutating: b.webhooks(d, model.Mutating, mounts)}
	return u
}

// mount reports where a binding gives two references one name in ToolHive's
// operator. Between references that are keys in the source, the rule did.
func (b *binder) mount(d *model.Document, list string, w model.Webhook, bound ir.Webhook, mounts *rule.Mounts) {
	tls, boundTLS := w.TLS, bound.TLS
	if boundTLS == nil {
		boundTLS = &ir.TLS{}
	}
	for _, r := range []struct {
		purpose toolhive.Purpose
		source  model.Reference
		bound   *ir.Reference
	}{
		{toolhive.HMAC, w.HMAC, bound.HMAC}, {toolhive.CA, tls.CA, boundTLS.CA},
		{toolhive.ClientCert, tls.ClientCert, boundTLS.ClientCert}, {toolhive.ClientKey, tls.ClientKey, boundTLS.ClientKey},
	} {
		if r.bound == nil || r.bound.Secret == nil || d.Kind != model.WebhookFile {
			continue
		}
		message, first := mounts.Claim(list, w.Name.V, r.purpose, v1alpha1.SecretKeyRef(*r.bound.Secret), func() diag.Span { return d.Span(r.source.Path) })
		if message != "" {
			found := d.Diagnostic(rule.IdentifierCollision, r.source.Path, message)
			found.Related = append(found.Related, diag.Related{Span: first, Message: "the other reference"})
			b.found = append(b.found, found)
		}
	}
}

// DNSLabel makes a DNS label of a file's base name. It is empty for a name
// without a letter or digit.
func DNSLabel(file string) string {
	base := path.Base(strings.ReplaceAll(file, "\\", "/"))
	if dot := strings.IndexByte(base, '.'); dot > 0 {
		base = base[:dot]
	}
	label := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, base)
	label = strings.Trim(label, "-")
	return strings.TrimRight(label[:min(len(label), 63)], "-")
}

func (b *binder) webhooks(d *model.Document, name string, mounts *rule.Mounts) []ir.Webhook {
	var out []ir.Webhook
	for _, w := range d.List(name).Webhooks {
		bound := ir.Webhook{
			Name:          w.Name.V,
			URL:           w.URL.V,
			Timeout:       defaultTimeout,
			FailurePolicy: w.FailurePolicy.Or(defaultFailurePolicy),
			TLS:           b.tls(d, w.TLS),
			HMAC:          b.reference(d, w.HMAC, false),
		}
		if w.Timeout.Set {
			bound.Timeout = w.Timeout.V.Duration.String()
		}
		if b.options.Form == CRD {
			b.mount(d, name, w, bound, mounts)
			b.tooLong(d, w.URL)
		}
		out = append(out, bound)
	}
	return out
}

func (b *binder) tls(d *model.Document, t model.TLS) *ir.TLS {
	bound := ir.TLS{
		CA:                 b.reference(d, t.CA, true),
		ClientCert:         b.reference(d, t.ClientCert, true),
		ClientKey:          b.reference(d, t.ClientKey, true),
		InsecureSkipVerify: t.InsecureSkipVerify.V,
	}
	if bound == (ir.TLS{}) {
		return nil
	}
	return &bound
}

// reference binds one reference. A file says that form cli takes only a path
// here, and no secret name.
func (b *binder) reference(d *model.Document, r model.Reference, file bool) *ir.Reference {
	if !r.IsSet() {
		return nil
	}
	bound := b.options.Spell(r, file)
	switch {
	case b.options.Form == CRD && bound.Secret == nil:
		b.unbound(d, r, "form crd needs a key of a Kubernetes Secret", "")
	case b.options.Form == CLI && bound.Name == "" && bound.Path == "":
		needs := "form cli needs a ToolHive secret name or a file path"
		if file {
			needs = "form cli needs a file path"
		}
		b.unbound(d, r, needs, ", or give --secrets-dir")
	}
	return &bound
}

// Spell returns a reference as it is written, and as what it is bound to. A file
// says that a secret name will not do.
func (o Options) Spell(r model.Reference, file bool) ir.Reference {
	bound := ir.Reference{Name: r.Name, Path: r.File}
	if r.Secret.Name != "" {
		bound.Secret = &ir.SecretKey{Name: r.Secret.Name, Key: r.Secret.Key}
		o.spellLocal(&bound, file)
	} else {
		o.spellSecret(&bound)
	}
	return bound
}

// spellLocal finds the name or path of a key of a Secret.
func (o Options) spellLocal(r *ir.Reference, file bool) {
	for _, pair := range o.Bindings {
		if pair.Secret == model.SecretKey(*r.Secret) && (pair.File != "" || !file) {
			r.Name, r.Path = pair.Name, pair.File
			return
		}
	}
	if o.SecretsDir != "" {
		r.Path = path.Join(o.SecretsDir, r.Secret.Name, r.Secret.Key)
	}
}

// spellSecret finds the key of a Secret of a name or path.
func (o Options) spellSecret(r *ir.Reference) {
	for _, pair := range o.Bindings {
		if r.Name != "" && pair.Name == r.Name || r.Path != "" && pair.File == r.Path {
			r.Secret = &ir.SecretKey{Name: pair.Secret.Name, Key: pair.Secret.Key}
			return
		}
	}
}

func (b *binder) unbound(d *model.Document, r model.Reference, needs, also string) {
	_, node, _ := d.Lookup(r.Path)
	what := node.Show()
	if r.Secret.Name != "" {
		what = fmt.Sprintf("the key %q of the Secret %q", r.Secret.Key, r.Secret.Name)
	}
	b.found = append(b.found, d.Diagnostic(rule.UnboundReference, r.Path,
		fmt.Sprintf("found %s, %s; bind the two in secrets.bind of the project file%s", what, needs, also)))
}
