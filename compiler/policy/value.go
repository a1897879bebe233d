package policy

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
)

// What an absent field means in ToolHive v0.62.
const (
	defaultTimeout       = 10 * time.Second
	defaultFailurePolicy = "fail"
)

// compiler makes of webhooks and headers what a compile would make of them, without a form:
// a reference is in key form where it is written so or a binding allows it.
type compiler struct {
	bindings []model.Binding
}

// value returns the value that policies are held against.
func (c compiler) value(s subject) (Value, error) {
	name, content := webhookDefinition, any(nil)
	switch {
	case s.webhook != nil:
		content = c.webhook(s.webhook.webhook)
	case s.headers != nil:
		name, content = headersDefinition, c.headers(s.headers)
	default:
		name = configDefinition
		content = ir.Content{Validating: c.webhooks(s.unit.validating), Mutating: c.webhooks(s.unit.mutating)}
	}
	data, err := json.Marshal(content)
	if err != nil {
		return Value{}, fmt.Errorf("encode a value for the policies: %w", err)
	}
	return Value{name, data}, nil
}

func (c compiler) webhooks(list []standing) []ir.Webhook {
	out := []ir.Webhook{} // never null
	for _, s := range list {
		out = append(out, c.webhook(s.webhook))
	}
	return out
}

func (c compiler) webhook(w model.Webhook) ir.Webhook {
	timeout := defaultTimeout
	if w.Timeout.V.Duration != 0 {
		timeout = w.Timeout.V.Duration
	}
	return ir.Webhook{
		Name:          w.Name.V,
		URL:           w.URL.V,
		Timeout:       timeout.String(),
		FailurePolicy: w.FailurePolicy.Or(defaultFailurePolicy),
		TLS:           c.tls(w.TLS),
		HMAC:          c.reference(w.HMAC),
	}
}

func (c compiler) tls(t model.TLS) *ir.TLS {
	bound := ir.TLS{
		CA:                 c.reference(t.CA),
		ClientCert:         c.reference(t.ClientCert),
		ClientKey:          c.reference(t.ClientKey),
		InsecureSkipVerify: t.InsecureSkipVerify.V,
	}
	if bound == (ir.TLS{}) {
		return nil
	}
	return &bound
}

func (c compiler) reference(r model.Reference) *ir.Reference {
	if !r.IsSet() {
		return nil
	}
	bound := &ir.Reference{Name: r.Name, Path: r.File}
	if r.Secret.Name != "" {
		bound.Secret = &ir.SecretKey{Name: r.Secret.Name, Key: r.Secret.Key}
		return bound
	}
	for _, pair := range c.bindings {
		if r.Name != "" && pair.Name == r.Name || r.File != "" && pair.File == r.File {
			bound.Secret = &ir.SecretKey{Name: pair.Secret.Name, Key: pair.Secret.Key}
			return bound
		}
	}
	return bound
}
