package lookup

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/secret"
	"github.com/thvctl/thvctl/secret/verify"
)

// found reports a reference that leads to nothing, or to nobody knows what.
func (c *checker) found(r reference) {
	ref, result := r.result.Ref, r.result
	switch {
	case result.Err != nil:
		c.report(r, rule.SecretNotFound, "name", fmt.Sprintf("found a reference to the %s, which cannot be looked up: %s", describe(ref), why(result)), nil)
	case len(result.Asked) == 0:
		c.report(r, rule.SecretNotFound, "name", fmt.Sprintf("found a reference to the %s, for which no store was asked; %s", describe(ref), whichStore(ref)), nil)
	case result.NoKey:
		c.report(r, rule.SecretKeyNotFound, "key", fmt.Sprintf("the Secret %q has no key %q, it has %s", ref.Key.Name, ref.Key.Key, keyList(result.Keys)), c.standing(ref.Key))
	case !result.Found:
		hint, related := "", []diag.Related(nil)
		if ref.Key.Name != "" {
			hint, related = rule.Meant(model.Object{Namespace: ref.Key.Namespace, Name: ref.Key.Name}, c.secrets)
		}
		c.report(r, rule.SecretNotFound, "name", fmt.Sprintf("found no %s%s%s", describe(ref), askedOf(result), hint), related)
	}
}

// report adds a finding at a part of a reference, or at all of it where it has no
// such part.
func (c *checker) report(r reference, of diag.Rule, part, message string, related []diag.Related) {
	path := r.Path
	if r.Secret.Name != "" {
		path = syntax.JoinKey(path, part)
	}
	if r.Name != "" && of == rule.SecretNotFound {
		// A name that is nowhere known may be the secret itself.
		if _, written, ok := r.document.Lookup(path); ok {
			written.Hide()
		}
	}
	d := r.document.Diagnostic(of, path, message)
	d.Related = append(related, d.Related...)
	c.diagnostics = append(c.diagnostics, d)
}

// why says why a store cannot tell. That a file was looked up among the files goes
// without saying.
func why(result secret.Result) string {
	if inner := errors.Unwrap(result.Err); result.Ref.File != "" && inner != nil {
		return inner.Error()
	}
	return result.Err.Error()
}

// describe names what is looked for. It says no ToolHive name, because what stands
// there may be the secret itself.
func describe(r secret.Ref) string {
	switch {
	case r.Key.Name != "":
		return fmt.Sprintf("Secret %q %s", r.Key.Name, model.Object{Namespace: r.Key.Namespace}.Where())
	case r.Name != "":
		return "ToolHive secret of this name"
	}
	return fmt.Sprintf("file %q", r.File)
}

// askedOf says which stores were asked; for a file that goes without saying.
func askedOf(result secret.Result) string {
	if result.Ref.File != "" {
		return ""
	}
	return " in " + strings.Join(result.Asked, ", ")
}

// whichStore says which stores could hold a reference.
func whichStore(r secret.Ref) string {
	if r.Name != "" {
		return "--secret-store env, dir:PATH and exec:COMMAND hold such names"
	}
	return "--secret-store manifests, dir:PATH, cluster and exec:COMMAND hold Secrets"
}

// keyList names the keys of a Secret, not too many of them.
func keyList(keys []string) string {
	const most = 10
	if len(keys) == 0 {
		return "none"
	}
	var names []string
	for _, key := range keys[:min(len(keys), most)] {
		names = append(names, strconv.Quote(key))
	}
	list := strings.Join(names, ", ")
	if len(keys) > most {
		list += fmt.Sprintf(" and %d more", len(keys)-most)
	}
	return list
}

// standing returns where a Secret stands among the inputs.
func (c *checker) standing(key secret.Key) []diag.Related {
	var related []diag.Related
	for _, d := range c.secrets {
		if d.Object() == (model.Object{Namespace: key.Namespace, Name: key.Name}) {
			related = append(related, diag.Related{Span: d.Span("metadata.name"), Message: "the Secret"})
		}
	}
	return related
}

// verify judges the values that were found.
func (c *checker) verify() {
	for _, r := range c.references {
		of := rule.BadCertificate
		if r.request.Purpose == secret.HMAC {
			of = rule.WeakHMACKey
		}
		if !r.result.Value.IsSet() {
			continue
		}
		for _, fault := range verify.Value(r.request.Purpose, r.result.Value, c.options.Now) {
			c.fault(r, of, fault, nil)
		}
		if r.result.Exposed && r.request.Purpose == secret.ClientKey {
			c.fault(r, of, verify.Fault{Message: "every user of this machine can read the file of a private key, chmod 600 lets its owner alone"}, nil)
		}
	}
	for _, p := range c.pairs {
		certificate, key := c.references[p.certificate], c.references[p.key]
		for _, fault := range verify.Pair(certificate.result.Value, key.result.Value) {
			c.fault(key, rule.BadCertificate, fault, []diag.Related{{Span: certificate.document.Span(certificate.Path), Message: "the certificate"}})
		}
	}
}

func (c *checker) fault(r reference, of diag.Rule, fault verify.Fault, related []diag.Related) {
	d := r.document.Diagnostic(of, r.Path, fault.Message)
	d.Severity = diag.Warning
	if fault.Severe {
		d.Severity = diag.Error
	}
	d.Related = append(related, d.Related...)
	c.diagnostics = append(c.diagnostics, d)
}
