package policy

import (
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// subject is what a value was made of: a webhook, a whole configuration, or the
// header forwarding of a document.
type subject struct {
	webhook *standing
	unit    *unit
	headers *model.Document
}

// subjects returns all that policies are about: of each configuration its
// webhooks, and then itself; and all header forwarding that has a header.
func subjects(docs []*model.Document, merge bool) []subject {
	var out []subject
	for _, u := range units(docs, merge) {
		for _, s := range u.webhooks() {
			out = append(out, subject{webhook: &s})
		}
		out = append(out, subject{unit: u})
	}
	for _, d := range docs {
		if len(d.Remote.HeaderForward.Headers) > 0 {
			out = append(out, subject{headers: d})
		}
	}
	return out
}

// place is a place in a document.
type place struct {
	document *model.Document
	path     string
	// known says that what stands there is what the value was made of: it is sound,
	// or there is nothing.
	known bool
}

// place returns where the source says what a value has at a path.
func (s subject) place(path string) place {
	steps := syntax.SplitPath(path)
	switch {
	case s.webhook != nil:
		return s.webhook.place(steps)
	case s.headers != nil:
		return headersPlace(s.headers, steps)
	}
	whole := s.unit.place()
	if len(steps) == 0 || steps[0] != model.Validating && steps[0] != model.Mutating {
		return whole
	}
	if w := s.webhookAt(path); w != nil {
		return w.place(steps[2:])
	}
	d, at := s.unit.listPlace(steps[0])
	return place{d, at, whole.known}
}

// webhookAt returns the webhook that a path leads to or into, or nil.
func (s subject) webhookAt(path string) *standing {
	if s.webhook != nil {
		return s.webhook
	}
	steps := syntax.SplitPath(path)
	if len(steps) < 2 {
		return nil
	}
	list := *s.unit.list(steps[0])
	if i, err := strconv.Atoi(steps[1]); err == nil && 0 <= i && i < len(list) {
		return &list[i]
	}
	return nil
}

// place returns where a configuration stands: at its first list.
func (u *unit) place() place {
	p := place{known: true}
	for _, d := range u.documents {
		p.known = p.known && !d.Inexact
	}
	for _, s := range u.webhooks() {
		p.known = p.known && !s.webhook.Inexact
	}
	name := model.Validating
	if len(u.validating) == 0 && len(u.mutating) > 0 {
		name = model.Mutating
	}
	p.document, p.path = u.listPlace(name)
	return p
}

// place returns where a webhook says what its value has at the path of the steps.
// The webhook as a whole is found at its name.
func (s standing) place(steps []string) place {
	w := s.webhook
	p := place{s.document, w.Path, !w.Inexact}
	if len(steps) == 0 {
		if w.Name.Set {
			p.path = w.Name.Path
		}
		return p
	}
	field := steps[0]
	if field == "tls" && len(steps) > 1 {
		field += "." + steps[1]
	}
	at, set := s.written(field)
	p.path, p.known = at, p.known || set
	switch field {
	case "timeout":
		p.known = p.known && (w.Timeout.V.Valid || !w.Timeout.Set)
	case "hmac":
		p.path = below(s.document, at, steps[1:])
	case "tls.ca", "tls.clientCert", "tls.clientKey":
		p.path = below(s.document, at, steps[2:])
	}
	return p
}

// written returns where a webhook has a field, or would have it, and whether it
// has one that is sound. What is no field is the webhook.
func (s standing) written(field string) (path string, set bool) {
	w := s.webhook
	switch field {
	case "name":
		path, set = w.Name.Path, w.Name.Set
	case "url":
		path, set = w.URL.Path, w.URL.Set
	case "timeout":
		path, set = w.Timeout.Path, w.Timeout.Set
	case "failurePolicy":
		path, set = w.FailurePolicy.Path, w.FailurePolicy.Set
	case "hmac":
		path, set = w.HMAC.Path, w.HMAC.IsSet()
	case "tls":
		path = w.TLS.Path
	case "tls.ca":
		path, set = w.TLS.CA.Path, w.TLS.CA.IsSet()
	case "tls.clientCert":
		path, set = w.TLS.ClientCert.Path, w.TLS.ClientCert.IsSet()
	case "tls.clientKey":
		path, set = w.TLS.ClientKey.Path, w.TLS.ClientKey.IsSet()
	case "tls.insecureSkipVerify":
		path, set = w.TLS.InsecureSkipVerify.Path, w.TLS.InsecureSkipVerify.Set
	}
	if path != "" {
		return path, set
	}
	return s.wouldBe(field), false
}

// wouldBe returns the path of a field that is not there.
func (s standing) wouldBe(field string) string {
	spelled := inFiles
	if s.document.Kind == model.MCPWebhookConfig {
		spelled = inKubernetes
	}
	name := spelled[field]
	if name == "" {
		return s.webhook.Path
	}
	above := s.webhook.Path
	if strings.HasPrefix(field, "tls.") {
		above, _ = s.written("tls")
	}
	return syntax.JoinKey(above, name)
}

// below returns the path of a part of a reference. In files a reference is one
// text.
func below(d *model.Document, reference string, steps []string) string {
	if d.Kind.IsKubernetes() && len(steps) > 1 && steps[0] == "key" {
		return syntax.JoinKey(reference, steps[1])
	}
	return reference
}

// How the dialects spell the fields of a webhook, by their paths.
var (
	inFiles = map[string]string{
		"name": "name", "url": "url", "timeout": "timeout", "failurePolicy": "failure_policy",
		"hmac": "hmac_secret_ref", "tls": "tls_config",
		"tls.ca": "ca_bundle_path", "tls.clientCert": "client_cert_path", "tls.clientKey": "client_key_path",
		"tls.insecureSkipVerify": "insecure_skip_verify",
	}
	inKubernetes = map[string]string{
		"name": "name", "url": "url", "timeout": "timeout", "failurePolicy": "failurePolicy",
		"hmac": "hmacSecretRef", "tls": "tlsConfig",
		"tls.ca": "caSecretRef", "tls.clientCert": "clientCertSecretRef", "tls.clientKey": "clientKeySecretRef",
		"tls.insecureSkipVerify": "insecureSkipVerify",
	}
)
