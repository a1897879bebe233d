// Package lookup asks for the secrets that documents refer to, and judges what is
// found. It knows references and their places; the stores are its caller's.
package lookup

import (
	"time"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/secret"
)

// Strength is how closely references to secrets are looked at. The zero value is
// Syntax.
type Strength uint8

// The strengths.
const (
	// Syntax looks nothing up.
	Syntax Strength = iota
	// Exists asks whether the secrets are there.
	Exists
	// Verify reads their values, too, and judges what they are good for.
	Verify
)

// ParseStrength reads "syntax", "exists" or "verify"; ok is false for any other
// text.
func ParseStrength(text string) (s Strength, ok bool) {
	switch text {
	case "syntax":
		return Syntax, true
	case "exists":
		return Exists, true
	case "verify":
		return Verify, true
	}
	return 0, false
}

// Options say how to look. The zero value looks nothing up.
type Options struct {
	Strength Strength
	// Lookup answers requests, one result for each in their order. inputs are the
	// Secrets among the documents. An error ends the run.
	Lookup func(inputs []secret.Manifest, requests []secret.Request) ([]secret.Result, error)
	// Now is the time at which certificates have to be valid.
	Now time.Time
}

// Check looks up what the documents refer to, spelled as the form of to spells it
// or, without a form, as it is written. The diagnostics are in no order.
func Check(docs []*model.Document, o Options, to bind.Options) (diag.List, error) {
	if o.Strength == Syntax {
		return nil, nil
	}
	secrets := model.OfKind(docs, model.Secret)
	c := checker{options: o, to: to, secrets: rule.NewObjects(secrets)}
	for _, d := range docs {
		for _, list := range d.AllLists() {
			for _, w := range list.Webhooks {
				c.webhook(d, w)
			}
		}
		for _, h := range d.Remote.HeaderForward.Headers {
			c.reference(d, h.Secret, secret.Header)
		}
	}
	requests := make([]secret.Request, len(c.references))
	for i, r := range c.references {
		requests[i] = r.request
	}
	results, err := o.Lookup(Manifests(secrets), requests)
	if err != nil {
		return nil, err
	}
	for i := range c.references {
		c.references[i].result = results[i]
		c.found(c.references[i])
	}
	if o.Strength == Verify {
		c.verify()
	}
	return c.diagnostics, nil
}

// checker looks up the references of one run.
type checker struct {
	options     Options
	to          bind.Options
	secrets     *rule.Objects
	references  []reference
	pairs       []pair
	diagnostics diag.List
}

// reference is a reference to a secret, and what came of it.
type reference struct {
	document *model.Document
	model.Reference
	request secret.Request
	result  secret.Result
}

// pair is a client certificate with its key, as indices of checker.references.
type pair struct{ certificate, key int }

func (c *checker) webhook(d *model.Document, w model.Webhook) {
	c.reference(d, w.HMAC, secret.HMAC)
	c.reference(d, w.TLS.CA, secret.CA)
	certificate := c.reference(d, w.TLS.ClientCert, secret.ClientCert)
	key := c.reference(d, w.TLS.ClientKey, secret.ClientKey)
	if certificate >= 0 && key >= 0 {
		c.pairs = append(c.pairs, pair{certificate, key})
	}
}

// reference takes in a reference and returns its index, -1 where there is none.
func (c *checker) reference(d *model.Document, r model.Reference, purpose secret.Purpose) int {
	if !r.IsSet() {
		return -1
	}
	spellings := c.spellings(d, r, purpose)
	c.references = append(c.references, reference{document: d, Reference: r, request: secret.Request{
		Ref: spellings[0], Others: spellings[1:], Purpose: purpose, Value: c.options.Strength == Verify,
	}})
	return len(c.references) - 1
}

// spellings returns how a reference may be spelled: as the form has it, because that
// is what an artifact holds, and without a form first as it is written.
func (c *checker) spellings(d *model.Document, r model.Reference, purpose secret.Purpose) []secret.Ref {
	to := c.to
	if d.Kind == model.RunConfig { // nothing binds what is compiled already
		to = bind.Options{}
	}
	bound := to.Spell(r, purpose != secret.HMAC)
	if purpose == secret.Header {
		bound = to.SpellName(r)
	}
	var key, local []secret.Ref
	if bound.Secret != nil {
		namespace := d.Object().Namespace
		if d.Kind == model.WebhookFile {
			namespace = to.Namespace
		}
		key = []secret.Ref{{Key: secret.Key{Namespace: namespace, Name: bound.Secret.Name, Key: bound.Secret.Key}}}
	}
	if bound.Name != "" || bound.Path != "" {
		local = []secret.Ref{{Name: bound.Name, File: bound.Path}}
	}
	switch {
	case to.Form == bind.CRD && key != nil:
		return key
	case to.Form == bind.CLI && local != nil:
		return local
	case r.Secret.Name != "":
		return append(key, local...)
	}
	return append(local, key...)
}
