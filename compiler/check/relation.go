package check

import (
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// listFaults reports whether a finding may be why there seem to be no webhooks:
// an unknown key, or a list that is none.
func listFaults(found diag.List) bool {
	for _, f := range found {
		switch f.Rule.ID {
		case diag.UnknownField.ID, diag.WrongDialect.ID, diag.WrongType.ID, diag.DuplicateKey.ID:
			return true
		}
	}
	return false
}

// relation reports a broken relation.
func (w *walker) relation(d *model.Document, v Violation) {
	broken := schemaRule(v.Rule)
	if broken == diag.NoWebhooks {
		w.noWebhooks(d)
		return
	}
	_, n, found := d.Lookup(v.Path)
	if !found {
		w.add(d.Diagnostic(broken, v.Path, "the schema refuses this value"))
		return
	}
	switch broken {
	case diag.NotHTTPS:
		w.report(broken, n, v.Path, nil, "found %s, only https is allowed", n.Show())
	case diag.BadURL:
		w.report(broken, n, v.Path, nil, "found %s, which is no valid URL", n.Show())
	case diag.TimeoutRange:
		w.timeoutRange(n, v.Path)
	case diag.HalfClientCert:
		w.report(broken, n, v.Path, nil, "found a client %s, a certificate and its key go together", otherHalf(v.Path))
	case diag.MissingField:
		w.report(broken, n, v.Path, nil, "found a binding with %s, a binding has either a name or a path", countLocal(n))
	default:
		w.report(broken, n, v.Path, nil, "the schema refuses this value")
	}
}

func (w *walker) timeoutRange(n *syntax.Node, path string) {
	what := sourceText(n)
	if n.Kind == syntax.Int {
		what += " nanoseconds"
	}
	zero := ""
	if t := timeout(&Value{Node: n}).V; t.Valid && t.Duration == 0 {
		zero = " (ToolHive takes 0 for its default without a word)"
	}
	w.report(diag.TimeoutRange, n, path, nil, "found %s, allowed are %s to %s%s", what, minTimeout, maxTimeout, zero)
}

func otherHalf(path string) string {
	if isKeyPath(path) {
		return "key without its certificate"
	}
	return "certificate without its key"
}

// otherHalfStands reports whether the other half of a client certificate is
// there after all, and only faulty, which was reported itself.
func otherHalfStands(d *model.Document, path string) bool {
	dot := strings.LastIndexByte(path, '.')
	_, tls, _ := d.Lookup(path[:dot])
	for _, pair := range [][2]string{{"client_cert_path", "client_key_path"}, {"clientCertSecretRef", "clientKeySecretRef"}} {
		if tls.Get(pair[0]) != nil && tls.Get(pair[1]) != nil {
			return tls.Get(pair[0]).Kind != syntax.Null && tls.Get(pair[1]).Kind != syntax.Null
		}
	}
	return false
}

func isKeyPath(path string) bool {
	steps := syntax.SplitPath(path)
	last := steps[len(steps)-1]
	return last == "client_key_path" || last == "clientKeySecretRef"
}

// noWebhooks reports a document without a webhook, at the first list that is
// there but empty, or else where a list would belong.
func (w *walker) noWebhooks(d *model.Document) {
	const message = "no webhooks, ToolHive would load none without a word; at least one is needed"
	path := ""
	if d.Kind == model.MCPWebhookConfig {
		path = "spec.validating"
	}
	if len(d.Lists) > 0 {
		path = d.Lists[0].Path
	}
	w.add(d.Diagnostic(diag.NoWebhooks, path, message))
}

// countLocal says how many of its two local spellings a binding has.
func countLocal(n *syntax.Node) string {
	if n.Get("name") != nil {
		return "both a name and a path"
	}
	return "neither a name nor a path"
}
