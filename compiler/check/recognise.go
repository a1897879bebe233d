package check

import (
	"bytes"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/compiler/toolhive"
	"github.com/thvctl/thvctl/internal/pattern"
)

const group = "toolhive.stacklok.dev"

// kindOfObject returns the kind of a Kubernetes object. list says that its
// items are the documents.
func kindOfObject(apiVersion, kind string) (k model.Kind, list bool) {
	objectGroup, _, _ := strings.Cut(apiVersion, "/")
	ours := objectGroup == group
	if near := nearKind(objectGroup, kind); near {
		return model.MCPWebhookConfig, false
	}
	switch {
	case apiVersion == "v1" && kind == "Secret":
		return model.Secret, false
	case apiVersion == "v1" && (kind == "List" || kind == "SecretList"), ours && strings.HasSuffix(kind, "List"):
		return model.Foreign, true
	case ours || apiVersion == "":
		switch kind {
		case "MCPWebhookConfig":
			return model.MCPWebhookConfig, false
		case "MCPServer":
			return model.MCPServer, false
		case "MCPServerEntry":
			return model.MCPServerEntry, false
		case "MCPRemoteProxy":
			return model.MCPRemoteProxy, false
		}
	}
	return model.Foreign, false
}

// nearKind reports whether an object is an MCPWebhookConfig but for a slip of the
// pen in its kind or in its group. No other kind is that near.
func nearKind(objectGroup, kind string) bool {
	const name = "MCPWebhookConfig"
	if kind == name {
		return objectGroup == group || objectGroup != "" && diag.Distance(objectGroup, group) <= 3
	}
	return objectGroup == group && kind != name+"List" && diag.Distance(strings.ToLower(kind), strings.ToLower(name)) <= 2
}

// Foreign reports whether a Kubernetes object is none of ours; the reader leaves
// such documents unparsed.
func Foreign(apiVersion, kind string) bool {
	k, list := kindOfObject(apiVersion, kind)
	return k == model.Foreign && !list
}

// recognise returns what a value is.
func recognise(n *syntax.Node, format syntax.Format) model.Kind {
	switch n.Kind {
	case syntax.Null:
		return model.Empty
	case syntax.List:
		switch {
		case looksLikeWebhooks(n):
			return model.WebhookFile
		case isEnvironment(n):
			return model.Environment
		}
		return model.Foreign
	case syntax.Map:
	default:
		return model.Foreign
	}
	if len(n.Entries) == 0 {
		return model.Empty
	}
	if kind := n.Get("kind"); kind != nil {
		k, _ := kindOfObject(n.Get("apiVersion").Text(), kind.Text())
		return k
	}
	if n.Get("validating") != nil || n.Get("mutating") != nil {
		return model.WebhookFile
	}
	if format == syntax.JSON && isRunConfig(n) {
		return model.RunConfig
	}
	for _, e := range n.Entries {
		if looksLikeWebhooks(e.Value) || nearList(e.Key.Value) && mayHoldWebhooks(e.Value) {
			return model.WebhookFile
		}
	}
	return model.Foreign
}

func isRunConfig(n *syntax.Node) bool {
	for _, key := range []string{"schema_version", "middleware_configs", "validating_webhooks", "mutating_webhooks"} {
		if n.Get(key) != nil {
			return true
		}
	}
	return false
}

// nearList reports whether a root key is a near miss of a webhook list's name.
func nearList(key string) bool {
	key = strings.ToLower(key)
	for _, name := range []string{"validating", "mutating", "validating_webhooks", "mutating_webhooks", "validatingwebhooks", "mutatingwebhooks"} {
		if diag.Distance(key, name) <= 2 {
			return true
		}
	}
	return false
}

// mayHoldWebhooks reports whether a value may be a list of webhooks: null, or a
// list that is empty or of mappings with a url or a name.
func mayHoldWebhooks(n *syntax.Node) bool {
	if n.Kind == syntax.Null {
		return true
	}
	if n.Kind != syntax.List {
		return false
	}
	for _, item := range n.Items {
		if !hasKey(item, "url") && !hasKey(item, "name") {
			return false
		}
	}
	return true
}

// looksLikeWebhooks reports whether a value is a list of mappings that have a
// url and a failure policy in any spelling.
func looksLikeWebhooks(n *syntax.Node) bool {
	if n.Kind != syntax.List || len(n.Items) == 0 {
		return false
	}
	for _, item := range n.Items {
		if !hasKey(item, "url") || !hasKey(item, "failure_policy") && !hasKey(item, "failurePolicy") && !hasKey(item, "failure-policy") {
			return false
		}
	}
	return true
}

// isEnvironment reports whether a list is one of environment variables for header
// forwarding alone, as a compile writes it.
func isEnvironment(n *syntax.Node) bool {
	return len(n.Items) > 0 && !slices.ContainsFunc(n.Items, func(item *syntax.Node) bool {
		return !toolhive.IsHeaderVariable(item.Get("name").Text())
	})
}

func hasKey(n *syntax.Node, key string) bool {
	for _, e := range n.Entries {
		if strings.EqualFold(e.Key.Value, key) {
			return true
		}
	}
	return false
}

// rootKey matches the keys at the start of a line, of YAML or of JSON.
var rootKey = pattern.Lazy(`(?m)^[ \t{\x{feff}]*["']?([A-Za-z_][A-Za-z_-]{5,24})["']?[ \t]*:`)

// Claim reports whether a text that cannot be read is likely meant for us. It is
// generous: a broken webhook file must not pass in silence, and a stranger's
// broken file rarely has these words.
func Claim(text []byte) bool {
	const enough = 64 << 10
	text = text[:min(len(text), enough)]
	if bytes.Contains(text, []byte(group)) {
		return true
	}
	lower := bytes.ToLower(bytes.ReplaceAll(text, []byte{0}, nil))
	for _, word := range []string{"validating", "mutating", "failure_policy", "failurepolicy", "hmac_secret_ref", "thvctl/schema"} {
		if bytes.Contains(lower, []byte(word)) {
			return true
		}
	}
	for _, m := range rootKey().FindAllSubmatch(text, 256) {
		if nearList(string(m[1])) {
			return true
		}
	}
	return false
}

// Is reports whether a document is of a kind.
func Is(d *syntax.Document, kind model.Kind) bool {
	return d.Root != nil && recognise(d.Root, d.Format) == kind
}
