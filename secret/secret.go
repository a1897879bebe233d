// Package secret looks references to secrets up, and holds what it finds in a
// type that cannot print itself. What a value is good for is judged in package
// verify, the only one that may look at it.
package secret

import (
	"context"
	"fmt"
	"time"
)

// Ref is a reference to one secret. Exactly one of the three is set.
type Ref struct {
	// Key is a key of a Kubernetes Secret.
	Key Key
	// Name is the name of a ToolHive secret.
	Name string
	// File is the path of a file, as the operating system takes it.
	File string
}

// Key names a key of a Kubernetes Secret.
type Key struct {
	// Namespace is that of the Secret; empty for the one that kubectl would take.
	Namespace string
	Name, Key string
}

// Purpose is what a secret is for.
type Purpose string

// The purposes, as the exec protocol spells them.
const (
	// HMAC is a key that signs requests.
	HMAC Purpose = "hmac"
	// CA is a bundle of certificates that are trusted.
	CA Purpose = "ca"
	// ClientCert is a certificate that a client shows, with its chain.
	ClientCert Purpose = "client-cert"
	// ClientKey is the private key of a ClientCert.
	ClientKey Purpose = "client-key"
	// Header is the value of a header that ToolHive adds to requests.
	Header Purpose = "header"
)

// Request asks for one secret.
type Request struct {
	Ref Ref
	// Others are further spellings of the same secret. One is taken where no store
	// can hold those before it.
	Others  []Ref
	Purpose Purpose
	// Value asks for the value, and not only whether it is there.
	Value bool
}

// Answer is what a store knows of a reference.
type Answer struct {
	// Found says that the Secret, the name or the file is there.
	Found bool
	// NoKey says that the Secret is there and lacks the key. Keys are then those it
	// has, sorted.
	NoKey bool
	Keys  []string
	// Value is set where it was asked for and found.
	Value Value
	// Exposed says that the reference is the path of a file that every user of the
	// machine can read. Of keys and names it says nothing: who can read a mounted
	// Secret is up to the pod.
	Exposed bool
}

// Store is a place where secrets are kept.
type Store interface {
	// String names the store as people give it, such as "dir:/run/secrets".
	fmt.Stringer
	// Holds reports whether the store can hold such a reference at all.
	Holds(Ref) bool
	// Look answers for a reference that the store can hold. An error says that the
	// store cannot tell: it holds no value, and no text that the store itself did
	// not write. Look returns soon after the context is done.
	Look(context.Context, Ref, Purpose, bool) (Answer, error)
}

// Result is what came of a request.
type Result struct {
	// Answer is the first in which the secret is found, or else the first in which
	// the Secret is there without the key. It is empty where Err is set.
	Answer
	// Ref is the spelling that was looked up.
	Ref Ref
	// Asked names the stores that were asked, in order; none where no store can
	// hold such a reference.
	Asked []string
	// Err says that a store could not tell, so that nothing is known. It names the
	// store.
	Err error
}

// Patience is how long a store may take for one answer.
const Patience = 10 * time.Second

// Manifest is a Secret that was read from a Kubernetes manifest.
type Manifest struct {
	Namespace, Name string
	// Keys are those of its data, sorted.
	Keys []string
	// Value returns the value of one of them. The error says why it cannot be told,
	// in words of its own.
	Value func(key string) (Value, error)
}
