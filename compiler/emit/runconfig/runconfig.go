// Package runconfig emits RunConfig JSON for ToolHive's command line.
package runconfig

import (
	"fmt"
	"time"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/compiler/emit/webhookfile"
	"github.com/thvctl/thvctl/compiler/ir"
)

// RunConfig renders a unit in form cli. It has no middleware_configs, because
// ToolHive would read only those. A reference without a name or path, or a
// timeout that does not parse, is a defect.
func RunConfig(u ir.Unit) (runconfig.RunConfig, error) {
	hash, err := u.Content.Hash()
	if err != nil {
		return runconfig.RunConfig{}, err
	}
	out := runconfig.RunConfig{SchemaVersion: runconfig.SchemaVersion, ConfigHash: hash}
	if out.ValidatingWebhooks, err = webhooks(u.Content.Validating); err != nil {
		return runconfig.RunConfig{}, fmt.Errorf("validating%w", err)
	}
	if out.MutatingWebhooks, err = webhooks(u.Content.Mutating); err != nil {
		return runconfig.RunConfig{}, fmt.Errorf("mutating%w", err)
	}
	return out, nil
}

func webhooks(list []ir.Webhook) ([]runconfig.Webhook, error) {
	var out []runconfig.Webhook
	for i, w := range list {
		timeout, err := time.ParseDuration(w.Timeout)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		hmac, err := webhookfile.Reference(w.HMAC)
		if err != nil {
			return nil, fmt.Errorf("[%d]: HMAC reference: %w", i, err)
		}
		tls, err := webhookfile.TLS(w.TLS)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		out = append(out, runconfig.Webhook{
			Name: w.Name, URL: w.URL, Timeout: runconfig.Duration(timeout), FailurePolicy: w.FailurePolicy, TLSConfig: tls, HMACSecretRef: hmac,
		})
	}
	return out, nil
}
