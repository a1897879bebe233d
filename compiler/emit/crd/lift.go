package crd

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/thvctl/thvctl/api/v1alpha1"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

// What ToolHive v0.62 does where a field is absent, and its inclusive bounds.
const (
	defaultTimeout       = 10 * time.Second
	minTimeout           = 1 * time.Second
	maxTimeout           = 30 * time.Second
	defaultFailurePolicy = "fail"
)

// Lift reads an object back into the unit that it means, and is the inverse of
// [Manifest] for units whose references have no spelling but the Secret. Defaults
// become explicit, the two hash annotations go, and what is empty becomes nil.
// Nothing in the unit is shared with the object.
//
// The error says what an operator must not run on, although the API server may
// have admitted it, and names the first such webhook: a failure policy other than "fail" and "ignore", a timeout
// outside 1s to 30s, or half of a client certificate pair. Lift judges nothing
// else: names, URLs and references are taken as they are.
func Lift(object v1alpha1.MCPWebhookConfig) (ir.Unit, error) {
	validating, err := liftList(toolhive.Validating, object.Spec.Validating)
	if err != nil {
		return ir.Unit{}, err
	}
	mutating, err := liftList(toolhive.Mutating, object.Spec.Mutating)
	if err != nil {
		return ir.Unit{}, err
	}
	return ir.Unit{
		Metadata: ir.Metadata{
			Name:        object.Metadata.Name,
			Namespace:   object.Metadata.Namespace,
			Labels:      copyWithout(object.Metadata.Labels),
			Annotations: copyWithout(object.Metadata.Annotations, HashAnnotation, ToolHiveHashAnnotation),
		},
		Content: ir.Content{Validating: validating, Mutating: mutating},
	}, nil
}

// copyWithout copies a map without some keys; a copy that is empty is nil.
func copyWithout(m map[string]string, keys ...string) map[string]string {
	rest := maps.Clone(m)
	for _, key := range keys {
		delete(rest, key)
	}
	if len(rest) == 0 {
		return nil
	}
	return rest
}

func liftList(kind string, specs []v1alpha1.WebhookSpec) ([]ir.Webhook, error) {
	var webhooks []ir.Webhook
	for i, spec := range specs {
		webhook, err := liftWebhook(spec)
		if err != nil {
			return nil, fmt.Errorf("lift %s[%d] %q: %w", kind, i, spec.Name, err)
		}
		webhooks = append(webhooks, webhook)
	}
	return webhooks, nil
}

func liftWebhook(spec v1alpha1.WebhookSpec) (ir.Webhook, error) {
	timeout, err := liftTimeout(spec.Timeout)
	if err != nil {
		return ir.Webhook{}, err
	}
	policy, err := liftFailurePolicy(spec.FailurePolicy)
	if err != nil {
		return ir.Webhook{}, err
	}
	tls, err := liftTLS(spec.TLSConfig)
	if err != nil {
		return ir.Webhook{}, err
	}
	return ir.Webhook{
		Name:          spec.Name,
		URL:           spec.URL,
		Timeout:       timeout,
		FailurePolicy: policy,
		TLS:           tls,
		HMAC:          liftReference(spec.HMACSecretRef),
	}, nil
}

func liftTimeout(timeout *v1alpha1.Duration) (string, error) {
	if timeout == nil {
		return defaultTimeout.String(), nil
	}
	if timeout.Duration < minTimeout || timeout.Duration > maxTimeout {
		return "", fmt.Errorf("timeout %s, allowed are %s to %s", timeout, minTimeout, maxTimeout)
	}
	return timeout.String(), nil
}

func liftFailurePolicy(policy string) (string, error) {
	switch policy {
	case "":
		return defaultFailurePolicy, nil
	case "fail", "ignore":
		return policy, nil
	}
	return "", fmt.Errorf(`failure policy %q, allowed are "fail" and "ignore"`, policy)
}

func liftTLS(tls *v1alpha1.WebhookTLSConfig) (*ir.TLS, error) {
	if tls == nil || *tls == (v1alpha1.WebhookTLSConfig{}) {
		return nil, nil
	}
	if (tls.ClientCertSecretRef == nil) != (tls.ClientKeySecretRef == nil) {
		return nil, errors.New("half of a client certificate pair, allowed are certificate and key or neither")
	}
	return &ir.TLS{
		CA:                 liftReference(tls.CASecretRef),
		ClientCert:         liftReference(tls.ClientCertSecretRef),
		ClientKey:          liftReference(tls.ClientKeySecretRef),
		InsecureSkipVerify: tls.InsecureSkipVerify,
	}, nil
}

func liftReference(ref *v1alpha1.SecretKeyRef) *ir.Reference {
	if ref == nil {
		return nil
	}
	key := ir.SecretKey(*ref)
	return &ir.Reference{Secret: &key}
}
