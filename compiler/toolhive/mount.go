package toolhive

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/thvctl/thvctl/api/v1alpha1"
)

// The two lists of an MCPWebhookConfig, as ToolHive v0.62 spells them in
// identifiers.
const (
	Validating = "validating"
	Mutating   = "mutating"
)

// Purpose is what a webhook needs a secret for, as ToolHive v0.62 spells it in
// identifiers. The zero value is invalid.
type Purpose string

// The purposes, in the order of the fields of a webhook.
const (
	HMAC       Purpose = "hmac"
	CA         Purpose = "tls_ca"
	ClientCert Purpose = "tls_client_cert"
	ClientKey  Purpose = "tls_client_key"
)

// FileName returns the name under which ToolHive v0.62 mounts a secret of this
// purpose, whatever its key is called; "" for a purpose that is none of the
// constants.
func (p Purpose) FileName() string {
	switch p {
	case HMAC:
		return "hmac"
	case CA:
		return "ca.crt"
	case ClientCert:
		return "tls.crt"
	case ClientKey:
		return "tls.key"
	}
	return ""
}

// Identifier returns the name that ToolHive v0.62 derives for one secret of one
// webhook, from which the path and the volume follow. It consists of A-Z, 0-9
// and "_". It is not unique: names that differ in letter case or punctuation
// share it, and the reference enters as a hash of 32 bits.
func Identifier(kind, webhook string, purpose Purpose, ref v1alpha1.SecretKeyRef) string {
	return string(appendIdentifier(make([]byte, 0, 128), kind, webhook, purpose, ref))
}

func appendIdentifier(to []byte, kind, webhook string, purpose Purpose, ref v1alpha1.SecretKeyRef) []byte {
	to = append(to, "WEBHOOK"...)
	for _, part := range [...]string{kind, webhook, string(purpose)} {
		to = append(to, '_')
		for _, r := range part {
			to = append(to, byte(identifierRune(unicode.ToUpper(r))))
		}
	}
	to = append(to, '_')
	start := len(to)
	to = strconv.AppendUint(to, uint64(sum(sum(sum(dumpSum, ref.Name), "/"), ref.Key)), 16)
	for i, b := range to[start:] {
		to[start+i] = byte(identifierRune(unicode.ToUpper(rune(b))))
	}
	return to
}

// identifierRune replaces what an identifier cannot hold, one "_" for each
// character.
func identifierRune(r rune) rune {
	if 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
		return r
	}
	return '_'
}

// MountPath returns the absolute path of the file at which ToolHive v0.62 mounts
// one secret of one webhook into the pod of an MCPServer.
func MountPath(kind, webhook string, purpose Purpose, ref v1alpha1.SecretKeyRef) string {
	return IdentifierPath(Identifier(kind, webhook, purpose, ref), purpose)
}

// IdentifierPath is [MountPath] for an identifier that is known.
func IdentifierPath(identifier string, purpose Purpose) string {
	return "/etc/toolhive/webhooks/" + strings.ToLower(identifier) + "/" + purpose.FileName()
}

// VolumeName returns the name of the pod volume that ToolHive v0.62 makes for an
// identifier: at most 14 characters, and not unique, because it is a hash of 32
// bits.
func VolumeName(identifier string) string { return "whsec-" + StringHash(identifier) }

// VolumeNumber returns the hash that the volume name of an identifier is made of, without
// making either. It is not unique.
func VolumeNumber(kind, webhook string, purpose Purpose, ref v1alpha1.SecretKeyRef) uint32 {
	var room [128]byte
	return sum(dumpSum, appendIdentifier(room[:0], kind, webhook, purpose, ref))
}

// Mount is one secret file that ToolHive's operator puts into the pod of an
// MCPServer.
type Mount struct {
	// Identifier is that of [Identifier].
	Identifier string
	// Kind is Validating or Mutating, Webhook the name of the webhook.
	Kind, Webhook string
	Purpose       Purpose
	// Ref is the Secret key whose value the file holds.
	Ref v1alpha1.SecretKeyRef
	// Volume is the name of the pod volume, Path the absolute path of the file.
	Volume, Path string
}

// Mounts returns the secret files that ToolHive v0.62 mounts for a spec, sorted
// by identifier. Every reference is mounted, even one that the RunConfig then
// leaves out, such as a client certificate without its key.
//
// Of references with one identifier only the first is kept: validating before
// mutating, lists in their order. ToolHive keeps the last, which is the same
// file unless two different references share a 32-bit hash.
func Mounts(spec v1alpha1.MCPWebhookConfigSpec) []Mount {
	mounts := append(mountsOf(Validating, spec.Validating), mountsOf(Mutating, spec.Mutating)...)
	slices.SortStableFunc(mounts, func(a, b Mount) int { return cmp.Compare(a.Identifier, b.Identifier) })
	return slices.CompactFunc(mounts, func(a, b Mount) bool { return a.Identifier == b.Identifier })
}

func mountsOf(kind string, webhooks []v1alpha1.WebhookSpec) []Mount {
	var mounts []Mount
	for _, webhook := range webhooks {
		for _, secret := range secretsOf(webhook) {
			mounts = append(mounts, mountOf(kind, webhook.Name, secret))
		}
	}
	return mounts
}

func mountOf(kind, webhook string, s secret) Mount {
	identifier := Identifier(kind, webhook, s.purpose, *s.ref)
	return Mount{
		Identifier: identifier,
		Kind:       kind,
		Webhook:    webhook,
		Purpose:    s.purpose,
		Ref:        *s.ref,
		Volume:     VolumeName(identifier),
		Path:       IdentifierPath(identifier, s.purpose),
	}
}

type secret struct {
	purpose Purpose
	ref     *v1alpha1.SecretKeyRef
}

// secretsOf lists the references of a webhook that are set.
func secretsOf(w v1alpha1.WebhookSpec) []secret {
	secrets := []secret{{HMAC, w.HMACSecretRef}}
	if tls := w.TLSConfig; tls != nil {
		secrets = append(secrets,
			secret{CA, tls.CASecretRef},
			secret{ClientCert, tls.ClientCertSecretRef},
			secret{ClientKey, tls.ClientKeySecretRef})
	}
	return slices.DeleteFunc(secrets, func(s secret) bool { return s.ref == nil })
}
