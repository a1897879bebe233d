package convert

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Ambiguous reports the references of form cli that would be read as another key
// of a Secret than they come from, because two bindings share a name or path.
func Ambiguous(bound *bind.Bound, bindings []model.Binding) diag.List {
	var found diag.List
	for _, u := range bound.Units() {
		for _, list := range []struct {
			name     string
			webhooks []ir.Webhook
		}{{model.Validating, u.Content.Validating}, {model.Mutating, u.Content.Mutating}} {
			for i, w := range u.Source.List(list.name).Webhooks {
				eachReference(w, list.webhooks[i], func(source model.Reference, bound *ir.Reference) {
					if other, ok := readAs(*bound, bindings); ok && source.Secret.Name != "" && other != source.Secret {
						found = append(found, u.Source.Diagnostic(rule.UnboundReference, source.Path,
							fmt.Sprintf("found the key %q of the Secret %q, bound to %q, which secrets.bind of the project file binds to the key %q of the Secret %q first",
								source.Secret.Key, source.Secret.Name, bound.Name+bound.Path, other.Key, other.Name)))
					}
				})
			}
		}
	}
	return found
}

// readAs returns the key of a Secret that the bindings make of a name or path.
func readAs(r ir.Reference, bindings []model.Binding) (key model.SecretKey, ok bool) {
	i := slices.IndexFunc(bindings, func(b model.Binding) bool {
		return r.Name != "" && b.Name == r.Name || r.Path != "" && b.File == r.Path
	})
	if i < 0 {
		return model.SecretKey{}, false
	}
	return bindings[i].Secret, true
}

// eachReference visits the references of a webhook that are there.
func eachReference(w model.Webhook, bound ir.Webhook, visit func(model.Reference, *ir.Reference)) {
	tls := bound.TLS
	if tls == nil {
		tls = &ir.TLS{}
	}
	for _, r := range []struct {
		source model.Reference
		bound  *ir.Reference
	}{{w.HMAC, bound.HMAC}, {w.TLS.CA, tls.CA}, {w.TLS.ClientCert, tls.ClientCert}, {w.TLS.ClientKey, tls.ClientKey}} {
		if r.bound != nil {
			visit(r.source, r.bound)
		}
	}
}

// Verify reads a part that is a unit back, and wants it to be valid and to mean
// what the unit means. A finding is a document that is beyond the bounds in the
// other dialect, an error a defect of ours.
func Verify(p Part, o syntax.Options, b bind.Options) (diag.List, error) {
	d := p.Unit.Source
	o.Foreign, o.Claim = check.Foreign, check.Claim
	tree, found := syntax.Parse(syntax.File{Name: d.Source.Name, Format: syntax.YAML, Data: p.Text, Named: true}, o)
	for _, f := range found {
		if f.Rule == diag.TooComplex {
			return diag.List{d.Diagnostic(diag.TooComplex, "", "what this document is in the other dialect is beyond the bounds: "+f.Message)}, nil
		}
	}
	if found.Has(diag.Error) {
		return nil, fmt.Errorf("what was converted does not parse: %s", found[0].Message)
	}
	const none = diag.Error + 1 // a rule of the registry may be lowered or suppressed in the source
	checked, _, found, err := check.Check([]*syntax.Tree{tree}, check.Options{Lowest: none})
	if err != nil {
		return nil, err
	}
	if checked == nil {
		return nil, fmt.Errorf("what was converted is not valid: %s: %s", found[0].Path, found[0].Message)
	}
	b.Bindings = append(slices.Clone(b.Bindings), used(p.Unit)...)
	bound, _ := bind.Bind(checked, b)
	if bound == nil || len(bound.Units()) != 1 {
		return nil, fmt.Errorf("what was converted does not bind")
	}
	want, err := p.Unit.Content.Canonical()
	if err != nil {
		return nil, err
	}
	got, err := bound.Units()[0].Content.Canonical()
	if err == nil && !bytes.Equal(got, want) {
		err = fmt.Errorf("what was converted means something else than its source")
	}
	return nil, err
}

// used returns the pairs that a unit was bound by. Those of a folder of secrets are
// in no project file.
func used(u *bind.Unit) []model.Binding {
	var out []model.Binding
	for _, w := range slices.Concat(u.Content.Validating, u.Content.Mutating) {
		eachReference(model.Webhook{}, w, func(_ model.Reference, r *ir.Reference) {
			if r.Secret != nil && r.Name+r.Path != "" {
				out = append(out, model.Binding{Secret: model.SecretKey(*r.Secret), Name: r.Name, File: r.Path})
			}
		})
	}
	return out
}
