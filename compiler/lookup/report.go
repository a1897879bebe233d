package lookup

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/compiler/token"
	"github.com/thvctl/thvctl/secret"
	"github.com/thvctl/thvctl/secret/verify"
)

// found reports a reference that leads to nothing, or to nobody knows what.
func (c *checker) found(r reference) {
	result := r.result
	if result.Err == nil && len(result.Asked) > 0 && result.Found && !result.NoKey {
		return // most are, and to describe one costs more than to look it up
	}
	what := r.describe()
	switch {
	case result.Err != nil:
		c.report(r, rule.SecretNotFound, "name", fmt.Sprintf("found a reference to the %s, which cannot be looked up: %s", what, r.why()), nil)
	case len(result.Asked) == 0:
		c.report(r, rule.SecretNotFound, "name", fmt.Sprintf("found a reference to the %s, for which no store was asked; %s", what, whichStore(result.Ref)), nil)
	case result.NoKey:
		key := result.Ref.Key
		c.report(r, rule.SecretKeyNotFound, "key", fmt.Sprintf("the Secret %s has no key %s, it has %s", r.quote("name", key.Name), r.quote("key", key.Key), keyList(result.Keys)), c.standing(key))
	default:
		hint, related := c.meant(result.Ref.Key)
		c.report(r, rule.SecretNotFound, "name", fmt.Sprintf("found no %s%s%s", what, askedOf(result), hint), related)
	}
}

// report adds a finding at a part of a reference, or at all of it where it has no
// such part.
func (c *checker) report(r reference, of diag.Rule, part, message string, related []diag.Related) {
	path := r.pathOf(part)
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

// pathOf returns the path of a part of the reference, or of all of it where it has
// no parts.
func (r reference) pathOf(part string) string {
	if r.Secret.Name == "" {
		return r.Path
	}
	return syntax.JoinKey(r.Path, part)
}

// why says why a store cannot tell. That a file was looked up among the files goes
// without saying, and a ToolHive name is not said.
func (r reference) why() string {
	err, ref := r.result.Err, r.result.Ref
	if inner := errors.Unwrap(err); ref.File != "" && inner != nil {
		err = inner
	}
	if ref.Name == "" {
		return err.Error()
	}
	return strings.ReplaceAll(err.Error(), ref.Name, bullets(ref.Name))
}

// describe names what is looked for. It says no ToolHive name that stands in the
// document, because that may be the secret itself.
func (r reference) describe() string {
	const bound = " (bound to this reference)"
	switch ref := r.result.Ref; {
	case ref.Key.Name != "" && r.Secret.Name == "":
		return fmt.Sprintf("Secret %s %s%s", quote(ref.Key.Name), objectOf(ref.Key).Where(), bound)
	case ref.Key.Name != "":
		return fmt.Sprintf("Secret %s %s", r.quote("name", ref.Key.Name), objectOf(ref.Key).Where())
	case ref.Name != "" && r.Name == "":
		return fmt.Sprintf("ToolHive secret %s%s", quote(ref.Name), bound)
	case ref.Name != "":
		return "ToolHive secret of this name"
	case r.File == "":
		return fmt.Sprintf("file %s%s", quote(ref.File), bound)
	}
	return "file " + r.quote("", r.result.Ref.File) // it has no parts
}

// quote names a part of the reference for people, with bullets where it looks like
// a secret in the wrong place or is hidden where it is written.
func (r reference) quote(part, name string) string {
	_, written, ok := r.document.Lookup(r.pathOf(part))
	hidden := ok && written.Value == name && written.Source.Masked(written.Start, written.End)
	if hidden {
		name = bullets(name)
	}
	return quote(name)
}

func quote(name string) string {
	if token.HighEntropy(name) {
		name = bullets(name)
	}
	return strconv.Quote(syntax.HideTokens(name))
}

// bullets has one for each character of a text.
func bullets(text string) string { return strings.Repeat("•", utf8.RuneCountInString(text)) }

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
		names = append(names, quote(key))
	}
	list := strings.Join(names, ", ")
	if len(keys) > most {
		list += fmt.Sprintf(" and %d more", len(keys)-most)
	}
	return list
}

// meant says which Secret of the inputs may be meant by a reference that leads to
// none.
func (c *checker) meant(key secret.Key) (hint string, related []diag.Related) {
	if key == (secret.Key{}) {
		return "", nil
	}
	for _, d := range c.secrets.At(objectOf(key)) {
		related = append(related, diag.Related{Span: d.Span("metadata.name"), Message: "the one among the inputs"})
	}
	if len(related) > 0 {
		return "; there is one among the inputs, where --secret-store manifests looks", related
	}
	return c.secrets.Meant(objectOf(key))
}

// objectOf returns the Secret that a key is in.
func objectOf(key secret.Key) model.Object {
	return model.Object{Namespace: key.Namespace, Name: key.Name}
}

// standing returns where a Secret that lacks a key stands among the inputs. One
// that has the key is not what the store spoke of.
func (c *checker) standing(key secret.Key) []diag.Related {
	var related []diag.Related
	for _, d := range c.secrets.At(objectOf(key)) {
		if !slices.Contains(contentsOf(d.Root).keys(), key.Key) {
			related = append(related, diag.Related{Span: d.Span("metadata.name"), Message: "the Secret"})
		}
	}
	return related
}

// verify judges the values that were found.
func (c *checker) verify() {
	for _, r := range c.references {
		of := ruleOf(r.request.Purpose)
		if !r.result.Value.IsSet() {
			continue
		}
		for _, fault := range verify.Value(r.request.Purpose, r.result.Value, c.options.Now) {
			c.fault(r, of, fault, nil)
		}
		if r.result.Exposed && r.request.Purpose == secret.ClientKey {
			c.fault(r, of, verify.Fault{Message: "the mode of the file lets every user read this private key, chmod 600 lets its owner alone"}, nil)
		}
	}
	for _, p := range c.pairs {
		certificate, key := c.references[p.certificate], c.references[p.key]
		for _, fault := range verify.Pair(certificate.result.Value, key.result.Value) {
			c.fault(key, rule.BadCertificate, fault, []diag.Related{{Span: certificate.document.Span(certificate.Path), Message: "the certificate"}})
		}
	}
}

// ruleOf returns the rule that speaks of the values of a purpose.
func ruleOf(purpose secret.Purpose) diag.Rule {
	switch purpose {
	case secret.HMAC:
		return rule.WeakHMACKey
	case secret.Header:
		return rule.BadHeader
	}
	return rule.BadCertificate
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
