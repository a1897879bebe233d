// Package crd turns units into MCPWebhookConfig objects and back: the artifacts
// of form crd for the compiler, and the way in for an operator. It writes plain
// structs and links no Kubernetes library.
package crd

import (
	"fmt"
	"maps"
	"time"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/api/v1alpha1"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

const (
	// HashAnnotation holds the hash of the unit, [ir.Content.Hash].
	HashAnnotation = "thvctl.dev/config-hash"
	// ToolHiveHashAnnotation holds [toolhive.ConfigHash] of the spec beside it,
	// which ToolHive writes to status.configHash of the live object.
	ToolHiveHashAnnotation = "thvctl.dev/toolhive-config-hash"
)

// lastAppliedAnnotation is kubectl's copy of what it applied; in a source it is
// the residue of an export and describes another object.
const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration"

// Manifest returns the unit as an object ready for kubectl apply: every default
// is written out, and the annotations are those of the source, without what
// kubectl left there, and the two hashes. Nothing in it is shared with the unit.
//
// An error is a defect of an earlier stage, as for [Spec].
func Manifest(u ir.Unit) (v1alpha1.MCPWebhookConfig, error) {
	spec, err := Spec(u.Content)
	if err != nil {
		return v1alpha1.MCPWebhookConfig{}, err
	}
	hash, err := u.Content.Hash()
	if err != nil {
		return v1alpha1.MCPWebhookConfig{}, err
	}
	annotations := make(map[string]string, len(u.Metadata.Annotations)+2)
	maps.Copy(annotations, u.Metadata.Annotations)
	delete(annotations, lastAppliedAnnotation)
	annotations[HashAnnotation] = hash
	annotations[ToolHiveHashAnnotation] = toolhive.ConfigHash(spec)
	return v1alpha1.MCPWebhookConfig{
		APIVersion: "toolhive.stacklok.dev/v1alpha1",
		Kind:       "MCPWebhookConfig",
		Metadata: v1alpha1.ObjectMeta{
			Name:        u.Metadata.Name,
			Namespace:   u.Metadata.Namespace,
			Labels:      maps.Clone(u.Metadata.Labels),
			Annotations: annotations,
		},
		Spec: spec,
	}, nil
}

// RunConfig returns the RunConfig that ToolHive's operator renders from the
// unit's manifest, as far as it concerns webhooks, with the unit's hash.
//
// An error is a defect of an earlier stage, as for [Spec].
func RunConfig(u ir.Unit) (runconfig.RunConfig, error) {
	spec, err := Spec(u.Content)
	if err != nil {
		return runconfig.RunConfig{}, err
	}
	hash, err := u.Content.Hash()
	if err != nil {
		return runconfig.RunConfig{}, err
	}
	validating, mutating := toolhive.RunConfigLists(spec)
	return runconfig.RunConfig{
		SchemaVersion:      runconfig.SchemaVersion,
		ConfigHash:         hash,
		ValidatingWebhooks: validating,
		MutatingWebhooks:   mutating,
	}, nil
}

// Spec returns the content as the spec of an MCPWebhookConfig, with every
// default written out. An empty list becomes nil.
//
// An error is a defect of an earlier stage: a reference without a Secret, which
// the bind stage rules out, or a timeout that is no duration.
func Spec(content ir.Content) (v1alpha1.MCPWebhookConfigSpec, error) {
	validating, err := emitList(toolhive.Validating, content.Validating)
	if err != nil {
		return v1alpha1.MCPWebhookConfigSpec{}, err
	}
	mutating, err := emitList(toolhive.Mutating, content.Mutating)
	if err != nil {
		return v1alpha1.MCPWebhookConfigSpec{}, err
	}
	return v1alpha1.MCPWebhookConfigSpec{Validating: validating, Mutating: mutating}, nil
}

func emitList(kind string, webhooks []ir.Webhook) ([]v1alpha1.WebhookSpec, error) {
	var specs []v1alpha1.WebhookSpec
	for i, webhook := range webhooks {
		spec, err := emitWebhook(webhook)
		if err != nil {
			return nil, fmt.Errorf("emit %s[%d] %q: %w", kind, i, webhook.Name, err)
		}
		specs = append(specs, spec)
	}
	return specs, nil
}

func emitWebhook(w ir.Webhook) (v1alpha1.WebhookSpec, error) {
	timeout, err := time.ParseDuration(w.Timeout)
	if err != nil {
		return v1alpha1.WebhookSpec{}, fmt.Errorf("read the timeout: %w", err)
	}
	tls, err := emitTLS(w.TLS)
	if err != nil {
		return v1alpha1.WebhookSpec{}, err
	}
	hmac, err := emitReference("HMAC", w.HMAC)
	if err != nil {
		return v1alpha1.WebhookSpec{}, err
	}
	return v1alpha1.WebhookSpec{
		Name:          w.Name,
		URL:           w.URL,
		Timeout:       &v1alpha1.Duration{Duration: timeout},
		FailurePolicy: w.FailurePolicy,
		TLSConfig:     tls,
		HMACSecretRef: hmac,
	}, nil
}

func emitTLS(tls *ir.TLS) (*v1alpha1.WebhookTLSConfig, error) {
	if tls == nil {
		return nil, nil
	}
	ca, err := emitReference("CA bundle", tls.CA)
	if err != nil {
		return nil, err
	}
	cert, err := emitReference("client certificate", tls.ClientCert)
	if err != nil {
		return nil, err
	}
	key, err := emitReference("client key", tls.ClientKey)
	if err != nil {
		return nil, err
	}
	return &v1alpha1.WebhookTLSConfig{
		CASecretRef:         ca,
		ClientCertSecretRef: cert,
		ClientKeySecretRef:  key,
		InsecureSkipVerify:  tls.InsecureSkipVerify,
	}, nil
}

func emitReference(purpose string, r *ir.Reference) (*v1alpha1.SecretKeyRef, error) {
	if r == nil {
		return nil, nil
	}
	if r.Secret == nil {
		return nil, fmt.Errorf("%s reference has no Secret, form crd needs one", purpose)
	}
	ref := v1alpha1.SecretKeyRef(*r.Secret)
	return &ref, nil
}
