package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/compiler/token"
)

var inlineSecret = Rule{
	Rule:    diag.Rule{ID: "THV4002", Name: "inline-secret", Severity: diag.Error},
	Summary: "something that looks like a secret stands where a reference or a plain value belongs",
	Doc: "A document goes into version control, a ConfigMap, a log. Whoever reads it has the\n" +
		"secret from then on. Write the name of a secret, the path of a file, or in\n" +
		"Kubernetes the name and key of a Secret, and change the secret that stood here: it\n" +
		"has been seen.\n\n" +
		"Tokens of known shapes are found everywhere: in values, in keys, in URLs, in\n" +
		"annotations. The shapes are those of [gitleaks](https://github.com/gitleaks/gitleaks),\n" +
		"any PEM block, JSON Web Tokens, `whsec_` secrets of webhooks and the values of\n" +
		"Authorization headers. A certificate is a finding only in a webhook, where its path\n" +
		"belongs. In references, in the paths of certificates and under unknown keys a text is\n" +
		"found too that is too disordered for a name.\n\n" +
		"The source line of a finding shows bullets in place of the secret.",
	Document: func(p *Pass, d *model.Document) {
		switch d.Kind {
		case model.WebhookFile, model.MCPWebhookConfig, model.MCPServer, model.MCPServerEntry, model.MCPRemoteProxy, model.RunConfig:
			s := secretSearch{pass: p, doc: d, path: make([]step, 0, 16)}
			s.value(d.Root, scope{webhooks: d.Kind == model.WebhookFile, kubernetes: d.Kind.IsKubernetes()})
		}
	},
}

// shortestSecret is the length in bytes of the shortest text that is looked at.
const shortestSecret = 12

// secretSearch is a walk over all values of a document, those under unknown keys
// included, which are in no typed view.
type secretSearch struct {
	pass *Pass
	doc  *model.Document
	// path leads from the root to where the walk is.
	path []step
	// seen are the values and keys with a finding: aliases and merge keys lead to a
	// value more than once.
	seen map[place]bool
	// urls are the paths of the URLs at which THV4001 looks; nil until one is asked for.
	urls map[string]bool
}

// step is a key of a mapping, or an index of a list where the key is nil.
type step struct {
	key   *syntax.Node
	index int
}

type place struct {
	source *syntax.Source
	start  int
}

// scope says what is looked for in a value.
type scope struct {
	// webhooks says that the value is one of webhooks or stands beside their lists,
	// where nothing belongs that is secret or looks like it.
	webhooks bool
	// names says that the value names a secret or a file, or that nobody knows what
	// it is, so that disorder in it is a finding too.
	names bool
	// kubernetes says that names are those of objects, which programs make as well.
	kubernetes bool
}

func (s *secretSearch) value(n *syntax.Node, in scope) {
	for i, item := range n.Items {
		s.path = append(s.path, step{index: i})
		s.value(item, in)
		s.path = s.path[:len(s.path)-1]
	}
	for _, e := range n.Entries {
		s.entry(e, in)
	}
	if n.Kind != syntax.List && n.Kind != syntax.Map && len(n.Value) >= shortestSecret {
		s.scalar(n, in)
	}
}

func (s *secretSearch) entry(e syntax.Entry, in scope) {
	key := e.Key.Value
	s.path = append(s.path, step{key: e.Key})
	if len(key) >= shortestSecret {
		s.key(e.Key)
	}
	switch {
	case in.webhooks:
		in.names = in.names || !namelessFields[key] && !strings.HasPrefix(key, "x-")
	default:
		in.webhooks = s.opensReferences()
	}
	s.value(e.Value, in)
	s.path = s.path[:len(s.path)-1]
}

// namelessFields are the fields of webhooks and of the mappings around them that
// name neither a secret nor a file.
var namelessFields = map[string]bool{
	"validating": true, "mutating": true, "validating_webhooks": true, "mutating_webhooks": true,
	"name": true, "url": true, "timeout": true, "headerName": true,
	"failure_policy": true, "failurePolicy": true,
}

// opensReferences reports whether the walk stands where the webhooks of a
// Kubernetes object or of a RunConfig begin, or the headers from secrets.
func (s *secretSearch) opensReferences() bool {
	switch key := s.path[0].key.Value; s.doc.Kind {
	case model.MCPWebhookConfig:
		return key == "spec"
	case model.MCPServerEntry, model.MCPRemoteProxy:
		return s.text() == "spec.headerForward.addHeadersFromSecret"
	case model.RunConfig:
		last := s.path[len(s.path)-1].key
		return key == "validating_webhooks" || key == "mutating_webhooks" ||
			key == "middleware_configs" && len(s.path) == 4 && last != nil && last.Value == "webhooks" ||
			key == "header_forward" && s.text() == "header_forward.add_headers_from_secret"
	}
	return false
}

func (s *secretSearch) key(n *syntax.Node) {
	m, found := token.Find(n.Value)
	if !found || !s.isNew(n) {
		return
	}
	n.Hide()
	message := fmt.Sprintf("found a key that looks like %s, a document must hold no secrets", m.Name)
	s.pass.found = append(s.pass.found, s.doc.KeyDiagnostic(s.pass.Rule.Rule, n, s.text(), message))
}

func (s *secretSearch) scalar(n *syntax.Node, in scope) {
	name, found := judge(n.Value, in)
	if !found || s.isURL(in) && s.hasCredentials(n.Value) || s.isHeaderValue() || !s.isNew(n) {
		return
	}
	n.Hide()
	instead := "a document must hold no secrets"
	switch {
	case s.isURL(in):
		instead = "a URL must hold no credentials"
	case in.names && in.kubernetes:
		instead = "allowed are the name and the key of a Secret"
	case in.names:
		instead = "allowed is the name of a secret or the path of a file"
	}
	s.pass.Report(s.doc, s.text(), "found what looks like %s, %s", name, instead)
}

// judge says what a text looks like.
func judge(text string, in scope) (name string, found bool) {
	for _, m := range token.All(text) {
		if in.webhooks || !m.Public {
			return m.Name, true
		}
	}
	text, _, _ = strings.Cut(text, ",target=")
	if in.names && (token.HighEntropy(text) || !in.kubernetes && token.IsNoName(text)) {
		return "a random secret", true
	}
	return "", false
}

// isURL reports whether the walk stands at the URL of a webhook.
func (s *secretSearch) isURL(in scope) bool {
	last := s.path[len(s.path)-1].key
	return in.webhooks && !in.names && last != nil && last.Value == "url"
}

// hasCredentials reports whether THV4001 says that the URL where the walk stands
// holds credentials.
func (s *secretSearch) hasCredentials(address string) bool {
	if _, found := credentialIn(address); !found {
		return false
	}
	if s.urls == nil {
		s.urls = map[string]bool{}
		webhooks(s.doc, func(_ model.List, w model.Webhook) { s.urls[w.URL.Path] = w.URL.Set })
	}
	return s.urls[s.text()]
}

// isHeaderValue reports whether the walk stands at the plain value of a header, where
// THV7004 looks.
func (s *secretSearch) isHeaderValue() bool {
	headers := s.doc.Remote.HeaderForward.Headers
	return len(headers) > 0 && slices.ContainsFunc(headers, func(h model.Header) bool { return h.Value.Set && h.Value.Path == s.text() })
}

// isNew reports whether a value has no finding yet, and notes that it has one.
func (s *secretSearch) isNew(n *syntax.Node) bool {
	at := place{n.Source, n.Start}
	if s.seen[at] {
		return false
	}
	if s.seen == nil {
		s.seen = map[place]bool{}
	}
	s.seen[at] = true
	return true
}

// text returns the path as documents are asked for it.
func (s *secretSearch) text() string {
	text := ""
	for _, step := range s.path {
		if step.key != nil {
			text = syntax.JoinKey(text, step.key.Value)
		} else {
			text = syntax.JoinIndex(text, step.index)
		}
	}
	return text
}
