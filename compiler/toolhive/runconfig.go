package toolhive

import (
	"cmp"
	"strings"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/api/v1alpha1"
)

// RunConfigLists returns the webhooks of a RunConfig as the operator of ToolHive
// v0.62 renders them from a spec: secrets become the paths of mounted files, an
// absent timeout becomes 0 (which the runtime takes for 10s), and an absent
// failure policy becomes "fail". A client certificate or key without the other
// is left out, as ToolHive does without a word. An empty list is nil.
func RunConfigLists(spec v1alpha1.MCPWebhookConfigSpec) (validating, mutating []runconfig.Webhook) {
	return renderList(Validating, spec.Validating), renderList(Mutating, spec.Mutating)
}

func renderList(kind string, specs []v1alpha1.WebhookSpec) []runconfig.Webhook {
	var webhooks []runconfig.Webhook
	for _, spec := range specs {
		webhooks = append(webhooks, render(kind, spec))
	}
	return webhooks
}

func render(kind string, spec v1alpha1.WebhookSpec) runconfig.Webhook {
	webhook := runconfig.Webhook{
		Name:          spec.Name,
		URL:           spec.URL,
		FailurePolicy: strings.ToLower(cmp.Or(spec.FailurePolicy, "fail")),
		TLSConfig:     renderTLS(kind, spec),
	}
	if spec.Timeout != nil {
		webhook.Timeout = runconfig.Duration(spec.Timeout.Duration)
	}
	if spec.HMACSecretRef != nil {
		webhook.HMACSecretRef = MountPath(kind, spec.Name, HMAC, *spec.HMACSecretRef)
	}
	return webhook
}

func renderTLS(kind string, spec v1alpha1.WebhookSpec) *runconfig.TLSConfig {
	if spec.TLSConfig == nil {
		return nil
	}
	ca, cert, key := spec.TLSConfig.CASecretRef, spec.TLSConfig.ClientCertSecretRef, spec.TLSConfig.ClientKeySecretRef
	tls := &runconfig.TLSConfig{InsecureSkipVerify: spec.TLSConfig.InsecureSkipVerify}
	if ca != nil {
		tls.CABundlePath = MountPath(kind, spec.Name, CA, *ca)
	}
	if cert != nil && key != nil {
		tls.ClientCertPath = MountPath(kind, spec.Name, ClientCert, *cert)
		tls.ClientKeyPath = MountPath(kind, spec.Name, ClientKey, *key)
	}
	return tls
}
