// Package webhookfile emits webhook files for thv run --webhook-config.
package webhookfile

import (
	"fmt"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/api/webhookfile"
	"github.com/thvctl/thvctl/compiler/ir"
)

// File renders a unit with every default written out. A reference that has
// neither a name nor a path is a defect: the bind stage rules it out.
func File(u ir.Unit) (webhookfile.File, error) {
	validating, err := webhooks(u.Content.Validating)
	if err != nil {
		return webhookfile.File{}, fmt.Errorf("validating%w", err)
	}
	mutating, err := webhooks(u.Content.Mutating)
	if err != nil {
		return webhookfile.File{}, fmt.Errorf("mutating%w", err)
	}
	return webhookfile.File{Validating: validating, Mutating: mutating}, nil
}

func webhooks(list []ir.Webhook) ([]webhookfile.Webhook, error) {
	var out []webhookfile.Webhook
	for i, w := range list {
		hmac, err := Reference(w.HMAC)
		if err != nil {
			return nil, fmt.Errorf("[%d]: HMAC reference: %w", i, err)
		}
		tls, err := TLS(w.TLS)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		out = append(out, webhookfile.Webhook{
			Name: w.Name, URL: w.URL, Timeout: w.Timeout, FailurePolicy: w.FailurePolicy, TLSConfig: tls, HMACSecretRef: hmac,
		})
	}
	return out, nil
}

// Reference spells a reference as a file does; "" for none.
func Reference(r *ir.Reference) (string, error) {
	switch {
	case r == nil:
		return "", nil
	case r.Name != "":
		return r.Name, nil
	case r.Path != "":
		return r.Path, nil
	}
	return "", fmt.Errorf("the key %q of the Secret %q has no name or path", r.Secret.Key, r.Secret.Name)
}

// TLS spells TLS settings as a file does; nil for none.
func TLS(t *ir.TLS) (*runconfig.TLSConfig, error) {
	if t == nil {
		return nil, nil
	}
	out := &runconfig.TLSConfig{InsecureSkipVerify: t.InsecureSkipVerify}
	for _, f := range []struct {
		reference *ir.Reference
		path      *string
	}{{t.CA, &out.CABundlePath}, {t.ClientCert, &out.ClientCertPath}, {t.ClientKey, &out.ClientKeyPath}} {
		spelled, err := Reference(f.reference)
		if err != nil {
			return nil, err
		}
		*f.path = spelled
	}
	return out, nil
}
