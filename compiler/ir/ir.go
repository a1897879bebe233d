// Package ir is the one target-neutral program that every input becomes and
// every artifact is made of. It has no knowledge of any dialect.
package ir

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/gowebpki/jcs"
)

// Bundle is a whole program: units in input order.
type Bundle struct {
	Units []Unit
}

// Unit is one configuration, the thing that is hashed: webhooks, or the header
// forwarding of one owner.
type Unit struct {
	// Metadata is no part of the content and does not enter the hash.
	Metadata Metadata
	// Content are the webhooks; it is empty where HeaderForward is not nil.
	Content       Content
	HeaderForward *HeaderForward
}

// Metadata names a unit.
type Metadata struct {
	Name      string
	Namespace string // may be empty
	// Labels and Annotations are those of a Kubernetes source; nil otherwise.
	Labels, Annotations map[string]string
	// Group is the group whose pods send the requests of an MCPServerEntry; empty for
	// every other unit.
	Group string
}

// Content is what a unit means. Every default is explicit. The order of a list
// is the order of execution. The fields of this struct and of those in it are in the order
// of their keys, which is that of the canonical form.
type Content struct {
	Mutating   []Webhook `json:"mutating"`
	Validating []Webhook `json:"validating"`
}

// Webhook is one external service that is asked about each MCP request.
type Webhook struct {
	// FailurePolicy is "fail" or "ignore".
	FailurePolicy string `json:"failurePolicy"`
	// HMAC is nil for a webhook whose requests are not signed.
	HMAC *Reference `json:"hmac,omitempty"`
	// Name has 1 to 63 characters and is unique within its list.
	Name string `json:"name"`
	// Timeout is a canonical Go duration string, "1s" to "30s".
	Timeout string `json:"timeout"`
	// TLS is nil where nothing differs from the defaults.
	TLS *TLS `json:"tls,omitempty"`
	// URL is kept as it was written.
	URL string `json:"url"`
}

// HeaderForward are the headers that are added to each request to one remote MCP
// server, by their names as they were written.
type HeaderForward struct {
	// FromSecret says which secrets other headers have as values.
	FromSecret map[string]Reference `json:"addHeadersFromSecret"`
	// Plaintext are the values of headers that are no secret.
	Plaintext map[string]string `json:"addPlaintextHeaders"`
}

// TLS says how the connection is secured. ClientCert and ClientKey are both set
// or both nil. At least one field differs from its zero value.
type TLS struct {
	CA                 *Reference `json:"ca,omitempty"`
	ClientCert         *Reference `json:"clientCert,omitempty"`
	ClientKey          *Reference `json:"clientKey,omitempty"`
	InsecureSkipVerify bool       `json:"insecureSkipVerify"`
}

// Reference is one secret, as each form spells it. At least one side is set;
// both are where a binding says that they are the same secret.
type Reference struct {
	// Secret is the spelling of form crd; nil where nothing binds the other.
	Secret *SecretKey
	// Name is a ToolHive secret name and Path a file path: the spelling of form
	// cli. At most one is set.
	Name, Path string
}

// SecretKey is one key of a Kubernetes Secret.
type SecretKey struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

// MarshalJSON writes the reference as it enters the hash: in key form where it
// has one, because a binding is part of the meaning and the form is not.
func (r Reference) MarshalJSON() ([]byte, error) {
	switch {
	case r.Secret != nil:
		var key keyForm
		key.Key.Key, key.Key.Name = r.Secret.Key, r.Secret.Name
		return json.Marshal(key)
	case r.Name != "":
		return json.Marshal(struct {
			Name string `json:"name"`
		}{r.Name})
	}
	return json.Marshal(struct {
		Path string `json:"path"`
	}{r.Path})
}

// keyForm is a reference to a key, in the order of the canonical form.
type keyForm struct {
	Key struct {
		Key  string `json:"key"`
		Name string `json:"name"`
	} `json:"key"`
}

// hashDomain separates our hashes from any other use of the same bytes. It
// changes with every change of the content's shape.
const hashDomain = "thvctl/ir/v1\n"

// Canonical returns the RFC 8785 canonical JSON of the content. An absent list
// and an empty one are the same. The error is a defect: a content that the
// checker accepted always has a canonical form.
func (c Content) Canonical() ([]byte, error) {
	if c.Validating == nil {
		c.Validating = []Webhook{}
	}
	if c.Mutating == nil {
		c.Mutating = []Webhook{}
	}
	return canonical(c)
}

// Canonical returns the RFC 8785 canonical JSON, as [Content.Canonical] does.
func (h HeaderForward) Canonical() ([]byte, error) {
	if h.Plaintext == nil {
		h.Plaintext = map[string]string{}
	}
	if h.FromSecret == nil {
		h.FromSecret = map[string]Reference{}
	}
	return canonical(h)
}

func canonical(content any) ([]byte, error) {
	data, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("encode the content: %w", err)
	}
	if isPlain(data) {
		return data, nil
	}
	canonical, err := jcs.Transform(data)
	if err != nil {
		return nil, fmt.Errorf("make the content canonical: %w", err)
	}
	return canonical, nil
}

// isPlain reports whether no text in what [json.Marshal] writes of our structs is written
// otherwise in canonical form, or sorted otherwise: there are no numbers.
func isPlain(data []byte) bool {
	for _, b := range data {
		if b == '\\' || b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Hash returns "sha256:" and the lower-case hexadecimal SHA-256 over a domain
// prefix and the canonical form of what the unit is.
func (u Unit) Hash() (string, error) {
	if u.HeaderForward != nil {
		return hash(u.HeaderForward.Canonical())
	}
	return u.Content.Hash()
}

// Hash returns that of a unit of these webhooks, as [Unit.Hash] does.
func (c Content) Hash() (string, error) { return hash(c.Canonical()) }

func hash(canonical []byte, err error) (string, error) {
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte(hashDomain), canonical...))
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}
