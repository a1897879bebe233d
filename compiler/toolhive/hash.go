// Package toolhive reproduces the algorithms that ToolHive v0.62 applies to an
// MCPWebhookConfig: its hash, the names and paths of its secrets in a pod, and
// the lists of a RunConfig. Nothing here judges its input: a spec that ToolHive
// would refuse is hashed and named all the same.
package toolhive

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/api/v1alpha1"
)

// ConfigHash returns what ToolHive v0.62 writes to status.configHash of an
// MCPWebhookConfig: 1 to 8 lower-case hexadecimal digits, not padded. ToolHive
// hashes the object as the API server stores it, so defaults must be filled in
// and a nil list differs from an empty one.
//
// The 32 bits detect a change; they identify nothing, because the text that is
// hashed does not quote its strings and different specs can share it.
func ConfigHash(spec v1alpha1.MCPWebhookConfigSpec) string { return hash(dumpSpec(spec)) }

// StringHash returns ToolHive v0.62's hash of a single string, which it uses in
// the names of mounted secrets. The form is that of [ConfigHash].
func StringHash(s string) string { return hash(dumpString(s)) }

// hash is FNV-1a, 32 bits, over a dump.
func hash(dump string) string { return strconv.FormatUint(uint64(sum(noSum, dump)), 16) }

// sum takes more text into a sum of hash/fnv, which wants it in one piece.
func sum[T string | []byte](of uint32, text T) uint32 {
	const prime = 16777619
	for i := range len(text) {
		of = (of ^ uint32(text[i])) * prime
	}
	return of
}

// noSum is the sum of no text, and dumpSum that of what the dump of a string begins with.
const noSum uint32 = 2166136261

var dumpSum = sum(noSum, dumpString(""))

// The dump functions write what go-spew's %#v makes of ToolHive's own types, in
// the configuration that ToolHive's CalculateConfigHash uses. The Go type names
// are part of the text and of the hash: ToolHive keeps these types in its
// package v1beta1, although the API version of the kind is v1alpha1.

func dumpSpec(spec v1alpha1.MCPWebhookConfigSpec) string {
	return "(v1beta1.MCPWebhookConfigSpec){Validating:" + dumpWebhooks(spec.Validating) +
		" Mutating:" + dumpWebhooks(spec.Mutating) + "}"
}

func dumpWebhooks(webhooks []v1alpha1.WebhookSpec) string {
	const typeName = "([]v1beta1.WebhookSpec)"
	if webhooks == nil {
		return typeName + "<nil>"
	}
	elements := make([]string, len(webhooks))
	for i, webhook := range webhooks {
		elements[i] = dumpWebhook(webhook)
	}
	return typeName + "[" + strings.Join(elements, " ") + "]"
}

func dumpWebhook(w v1alpha1.WebhookSpec) string {
	return "{Name:" + dumpString(w.Name) +
		" URL:" + dumpString(w.URL) +
		" Timeout:" + dumpTimeout(w.Timeout) +
		" FailurePolicy:(v1beta1.WebhookFailurePolicy)" + w.FailurePolicy +
		" TLSConfig:" + dumpTLS(w.TLSConfig) +
		" HMACSecretRef:" + dumpRef(w.HMACSecretRef) + "}"
}

func dumpTimeout(timeout *v1alpha1.Duration) string {
	const typeName = "(*v1.Duration)"
	if timeout == nil {
		return typeName + "<nil>"
	}
	return fmt.Sprintf("%s{Duration:(time.Duration)%d}", typeName, timeout.Nanoseconds())
}

func dumpTLS(tls *v1alpha1.WebhookTLSConfig) string {
	const typeName = "(*v1beta1.WebhookTLSConfig)"
	if tls == nil {
		return typeName + "<nil>"
	}
	return typeName + "{CASecretRef:" + dumpRef(tls.CASecretRef) +
		" ClientCertSecretRef:" + dumpRef(tls.ClientCertSecretRef) +
		" ClientKeySecretRef:" + dumpRef(tls.ClientKeySecretRef) +
		" InsecureSkipVerify:(bool)" + strconv.FormatBool(tls.InsecureSkipVerify) + "}"
}

func dumpRef(ref *v1alpha1.SecretKeyRef) string {
	const typeName = "(*v1beta1.SecretKeyRef)"
	if ref == nil {
		return typeName + "<nil>"
	}
	return typeName + "{Name:" + dumpString(ref.Name) + " Key:" + dumpString(ref.Key) + "}"
}

func dumpString(s string) string { return "(string)" + s }
