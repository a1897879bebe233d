// Package model is the typed view of a document: what the rules see and what
// the bind stage lowers. It holds only values that passed the schema.
package model

import (
	"slices"
	"time"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// Kind is the kind of a document. The zero value is a document that is none of
// ours.
type Kind uint8

// The kinds of documents.
const (
	Foreign Kind = iota
	// Empty is a document that holds nothing.
	Empty
	WebhookFile
	MCPWebhookConfig
	MCPServer
	MCPServerEntry
	MCPRemoteProxy
	RunConfig
	Secret
	Project
	// Environment is a list of environment variables for header forwarding, which
	// thvctl writes itself.
	Environment
)

// String names the kind for people.
func (k Kind) String() string {
	return [...]string{"unknown document", "empty document", "webhook file", "MCPWebhookConfig", "MCPServer", "MCPServerEntry", "MCPRemoteProxy", "RunConfig", "Secret", "project file", "environment of header forwarding"}[k]
}

// IsKubernetes reports whether documents of the kind are Kubernetes objects.
func (k Kind) IsKubernetes() bool {
	switch k {
	case MCPWebhookConfig, MCPServer, MCPServerEntry, MCPRemoteProxy, Secret:
		return true
	}
	return false
}

// Document is one document with the values that passed the schema.
type Document struct {
	*syntax.Document
	Kind Kind
	// File is the position of the document's file among the inputs.
	File int

	// Name, Namespace, Labels and Annotations are those of a Kubernetes object.
	Name, Namespace     Value[string]
	Labels, Annotations map[string]string

	// WebhookConfig is the name of the MCPWebhookConfig that an MCPServer refers to.
	WebhookConfig Value[string]
	// Lists are the webhook lists that ToolHive reads from this document, in the
	// order validating, mutating; absent lists are left out.
	Lists []List
	// Chain is the middleware_configs of a RunConfig.
	Chain []Middleware
	// Remote is the remote MCP server of an MCPServerEntry, an MCPRemoteProxy or a
	// RunConfig.
	Remote Remote
	// Project is what a project file says; nil for every other document.
	Project *ProjectFile

	// Inexact says that a part of the document could not be understood, so that
	// nothing may be concluded from what is absent.
	Inexact bool
	// Unread are the paths of fields that the schema has and this type has no place
	// for.
	Unread []string
}

// Value is a value with its place. Set says that it is present and valid.
type Value[T any] struct {
	V    T
	Path string
	Set  bool
}

// Or returns the value, or other where it is not set.
func (v Value[T]) Or(other T) T {
	if v.Set {
		return v.V
	}
	return other
}

// The names of the webhook lists.
const (
	Validating = "validating"
	Mutating   = "mutating"
)

// List is one webhook list.
type List struct {
	// Name is Validating or Mutating.
	Name     string
	Path     string
	Webhooks []Webhook
}

// Webhook is one webhook. A field that is not Set was absent or faulty.
type Webhook struct {
	Path          string
	Name          Value[string]
	URL           Value[string]
	Timeout       Value[Timeout]
	FailurePolicy Value[string]
	TLS           TLS
	HMAC          Reference
	// Inexact says that a part of the webhook was faulty or not understood, so
	// that nothing may be concluded from what is absent.
	Inexact bool
}

// Timeout is a timeout as it was written.
type Timeout struct {
	// Duration is its length; it is 0 for a text that Go cannot parse or that does
	// not fit.
	Duration time.Duration
	// Valid says that Duration is what was written.
	Valid bool
	// Numeric says that it was written as whole nanoseconds.
	Numeric bool
}

// TLS says how a connection is secured. Path is empty where there is no mapping
// or where a part of it is faulty.
type TLS struct {
	Path                      string
	CA, ClientCert, ClientKey Reference
	InsecureSkipVerify        Value[bool]
}

// Reference is a reference to a secret as a source spells it. At most one of
// Secret, Name and File is set; none is for an absent reference.
type Reference struct {
	// Path is where the reference stands in its document.
	Path string
	// Secret is a key of a Kubernetes Secret.
	Secret SecretKey
	// Name is a ToolHive secret name.
	Name string
	// File is the path of a file.
	File string
	// Target is the target that ToolHive ignores ("name,target=VAR").
	Target string
}

// IsSet reports whether there is a reference.
func (r Reference) IsSet() bool { return r.Secret.Name != "" || r.Name != "" || r.File != "" }

// SecretKey names a key of a Kubernetes Secret.
type SecretKey struct {
	Name, Key string
}

// Middleware is one entry of a RunConfig's chain.
type Middleware struct {
	Path string
	Type string
	// List holds the webhooks among the parameters.
	List List
}

// List returns the list of a name, or an empty one.
func (d *Document) List(name string) List {
	for _, l := range d.Lists {
		if l.Name == name {
			return l
		}
	}
	return List{Name: name}
}

// AllLists returns the webhook lists of the document and those in its chain.
func (d *Document) AllLists() []List {
	if len(d.Chain) == 0 {
		return d.Lists
	}
	return append(slices.Clone(d.Lists), d.chainLists()...)
}

// ObeyedLists returns the lists that ToolHive asks: those in the middleware chain
// of a RunConfig that has one. Whoever compares webhooks with each other uses it,
// so that what stands in both places is not counted twice.
func (d *Document) ObeyedLists() []List {
	if len(d.Chain) == 0 {
		return d.Lists
	}
	return d.chainLists()
}

func (d *Document) chainLists() []List {
	lists := make([]List, len(d.Chain))
	for i, m := range d.Chain {
		lists[i] = m.List
	}
	return lists
}
