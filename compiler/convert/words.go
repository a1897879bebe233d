package convert

import (
	"slices"
	"strings"

	"github.com/thvctl/thvctl/schema"
)

// words are the keys of a dialect, in the order of the schema.
type words struct {
	name, url, timeout, policy, tls, hmac string
	ca, clientCert, clientKey, insecure   string
}

var (
	fileWords = words{
		"name", "url", "timeout", "failure_policy", "tls_config", "hmac_secret_ref",
		"ca_bundle_path", "client_cert_path", "client_key_path", "insecure_skip_verify",
	}
	objectWords = words{
		"name", "url", "timeout", "failurePolicy", "tlsConfig", "hmacSecretRef",
		"caSecretRef", "clientCertSecretRef", "clientKeySecretRef", "insecureSkipVerify",
	}
)

// fileWebhook and objectWebhook are the types of one webhook in the two dialects.
func fileWebhook() *schema.Type {
	return schema.DocumentOf("webhook-file").Type.Field("validating").Type.Elem
}

func objectWebhook() *schema.Type {
	return schema.DocumentOf("mcpwebhookconfig").Type.Field("spec").Type.Field("validating").Type.Elem
}

// place returns where the value of a key belongs in a struct, as the steps of a
// path; nil for a key that no dialect knows.
func place(t *schema.Type, key string) []string {
	if f := fieldOf(t, key); f != nil {
		return []string{f.Name}
	}
	for _, other := range []*schema.Type{t, counterpart(t)} {
		if other == nil {
			continue
		}
		i := slices.IndexFunc(other.Elsewhere, func(s schema.Spelling) bool { return s.Key == key })
		if i >= 0 {
			return translate(t, strings.Split(other.Elsewhere[i].Path, "."))
		}
	}
	return nil
}

// fieldOf returns the field that a key stands for by its own name or in another
// dialect, or nil.
func fieldOf(t *schema.Type, key string) *schema.Field {
	if f := t.Field(key); f != nil {
		return f
	}
	i := slices.IndexFunc(t.Fields, func(f schema.Field) bool {
		return slices.ContainsFunc(f.Spellings, func(s schema.Spelling) bool { return s.Key == key && s.Path == "" })
	})
	if i < 0 {
		return nil
	}
	return &t.Fields[i]
}

// counterpart returns the type of a webhook in the other dialect; nil for any
// other type. An older key that one of them knows is understood in both.
func counterpart(t *schema.Type) *schema.Type {
	switch t.Definition {
	case objectWebhook().Definition:
		return fileWebhook()
	case fileWebhook().Definition, "RunConfigWebhook":
		return objectWebhook()
	}
	return nil
}

// translate spells the steps of a path as a struct does; nil where it has no such
// field.
func translate(t *schema.Type, steps []string) []string {
	var out []string
	for _, step := range steps {
		f := fieldOf(t, step)
		if f == nil {
			return nil
		}
		out, t = append(out, f.Name), f.Type
	}
	return out
}

// isFileReference reports whether a field of a file refers to a secret.
func isFileReference(name string) bool {
	return name == fileWords.hmac || name == fileWords.ca || name == fileWords.clientCert || name == fileWords.clientKey
}

// isSecretKeyRef reports whether a type is that of a reference in Kubernetes.
func isSecretKeyRef(t *schema.Type) bool { return t.Definition == "SecretKeyRef" }
