package check

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// decode fills the typed view of a document from what passed the shape check.
func decode(d *model.Document, root *Value) {
	switch d.Kind {
	case model.WebhookFile:
		d.Lists = lists(root, "validating", "mutating", fileDialect)
		d.Unread = fileDialect.unreadIn(root)
	case model.RunConfig:
		d.Lists = lists(root, "validating_webhooks", "mutating_webhooks", fileDialect)
		d.Chain = chain(root.Field("middleware_configs"))
		decodeRunConfigRemote(d, root)
	case model.MCPWebhookConfig:
		d.Lists = lists(root.Field("spec"), "validating", "mutating", specDialect)
		d.Unread = append(unread(root, "apiVersion", "kind", "metadata", "spec", "status"), specDialect.unreadIn(root.Field("spec"))...)
	case model.MCPServer:
		d.WebhookConfig = text(root.Field("spec").Field("webhookConfigRef").Field("name"))
	case model.MCPServerEntry, model.MCPRemoteProxy:
		decodeRemote(d, root.Field("spec"))
	case model.Project:
		decodeProject(d, root)
	}
	if d.Kind.IsKubernetes() {
		metadata := root.Field("metadata")
		d.Name, d.Namespace = text(metadata.Field("name")), text(metadata.Field("namespace"))
		d.Labels, d.Annotations = texts(metadata.Field("labels")), texts(metadata.Field("annotations"))
	}
}

func text(v *Value) model.Value[string] {
	if v == nil {
		return model.Value[string]{}
	}
	return model.Value[string]{V: v.Node.Value, Path: v.Path, Set: true}
}

func texts(v *Value) map[string]string {
	if v == nil || len(v.Fields) == 0 {
		return nil
	}
	values := map[string]string{}
	for _, f := range v.Fields {
		values[f.Name] = f.Value.Node.Value
	}
	return values
}

func boolean(v *Value) model.Value[bool] {
	if v == nil {
		return model.Value[bool]{}
	}
	return model.Value[bool]{V: v.Node.Value == "true", Path: v.Path, Set: true}
}

func lists(root *Value, validating, mutating string, spelled *dialect) []model.List {
	var out []model.List
	for _, l := range []struct{ name, key string }{{model.Validating, validating}, {model.Mutating, mutating}} {
		if v := root.Field(l.key); v != nil {
			out = append(out, webhookList(l.name, v, spelled))
		}
	}
	return out
}

func webhookList(name string, v *Value, spelled *dialect) model.List {
	list := model.List{Name: name, Path: v.Path, Webhooks: make([]model.Webhook, len(v.Items))}
	for i, item := range v.Items {
		spelled.decode(&list.Webhooks[i], item)
	}
	return list
}

// dialect says how a dialect spells a webhook, and how it refers to secrets.
type dialect struct {
	failurePolicy, hmac, tls            string
	ca, clientCert, clientKey, insecure string
	hmacReference, tlsReference         func(*Value) model.Reference
}

var (
	fileDialect = &dialect{
		"failure_policy", "hmac_secret_ref", "tls_config",
		"ca_bundle_path", "client_cert_path", "client_key_path", "insecure_skip_verify",
		hmacReference, fileReference,
	}
	specDialect = &dialect{
		"failurePolicy", "hmacSecretRef", "tlsConfig",
		"caSecretRef", "clientCertSecretRef", "clientKeySecretRef", "insecureSkipVerify",
		secretReference, secretReference,
	}
)

// decode fills a webhook, which is new.
func (d *dialect) decode(w *model.Webhook, v *Value) {
	w.Path = v.Path
	w.Name = text(v.Field("name"))
	w.URL = text(v.Field("url"))
	w.Timeout = timeout(v.Field("timeout"))
	w.FailurePolicy = text(v.Field(d.failurePolicy))
	w.HMAC = d.hmacReference(v.Field(d.hmac))
	w.Inexact = len(v.Node.Entries) == 0 || !whole(v)
	tls := v.Field(d.tls)
	if tls == nil {
		return
	}
	w.Inexact = w.Inexact || !whole(tls)
	w.TLS.Path = tls.Path
	w.TLS.CA = d.tlsReference(tls.Field(d.ca))
	w.TLS.ClientCert = d.tlsReference(tls.Field(d.clientCert))
	w.TLS.ClientKey = d.tlsReference(tls.Field(d.clientKey))
	w.TLS.InsecureSkipVerify = boolean(tls.Field(d.insecure))
}

// unreadIn returns the paths of what decode does not read in a struct that holds the
// two lists of webhooks. A field that is new in the schema is unread until somebody
// gives it a place.
func (d *dialect) unreadIn(v *Value) []string {
	paths := unread(v, "validating", "mutating")
	for _, name := range []string{"validating", "mutating"} {
		list := v.Field(name)
		if list == nil {
			continue
		}
		for _, webhook := range list.Items {
			paths = append(paths, unread(webhook, "name", "url", "timeout", d.failurePolicy, d.hmac, d.tls)...)
			paths = append(paths, unread(webhook.Field(d.tls), d.ca, d.clientCert, d.clientKey, d.insecure)...)
		}
	}
	return paths
}

// unread returns the paths of the fields of a struct that are none of those read. Keys
// that begin with x- are for anchors alone.
func unread(v *Value, read ...string) []string {
	var paths []string
	if v == nil {
		return nil
	}
	for _, f := range v.Fields {
		if !slices.Contains(read, f.Name) && !strings.HasPrefix(f.Name, "x-") {
			paths = append(paths, f.Value.Path)
		}
	}
	return paths
}

// whole reports whether every entry of a mapping passed that is not null.
func whole(v *Value) bool {
	entries := 0
	for _, e := range v.Node.Entries {
		if e.Value.Kind != syntax.Null {
			entries++
		}
	}
	return len(v.Fields) == entries
}

func timeout(v *Value) model.Value[model.Timeout] {
	if v == nil {
		return model.Value[model.Timeout]{}
	}
	t := model.Timeout{Numeric: v.Node.Kind == syntax.Int}
	if t.Numeric {
		number, fits := v.Node.Integer()
		t.Duration, t.Valid = time.Duration(number), fits
	} else {
		d, err := time.ParseDuration(v.Node.Value)
		t.Duration, t.Valid = d, err == nil
	}
	return model.Value[model.Timeout]{V: t, Path: v.Path, Set: true}
}

// hmacReference reads a reference as ToolHive's resolver does: an absolute path,
// a name with a target that is ignored, or a name.
func hmacReference(v *Value) model.Reference {
	if v == nil {
		return model.Reference{}
	}
	written := v.Node.Value
	if strings.HasPrefix(written, "/") {
		return model.Reference{Path: v.Path, File: written}
	}
	name, target, _ := strings.Cut(written, ",target=")
	return model.Reference{Path: v.Path, Name: name, Target: target}
}

func fileReference(v *Value) model.Reference {
	if v == nil {
		return model.Reference{}
	}
	return model.Reference{Path: v.Path, File: v.Node.Value}
}

func secretReference(v *Value) model.Reference {
	if v == nil {
		return model.Reference{}
	}
	return model.Reference{Path: v.Path, Secret: secretKey(v)}
}

func secretKey(v *Value) model.SecretKey {
	return model.SecretKey{Name: text(v.Field("name")).V, Key: text(v.Field("key")).V}
}

func chain(v *Value) []model.Middleware {
	if v == nil {
		return nil
	}
	var out []model.Middleware
	for _, item := range v.Items {
		m := model.Middleware{Path: item.Path, Type: text(item.Field("type")).V}
		if webhooks := item.Field("parameters").Field("webhooks"); webhooks != nil {
			m.List = webhookList(strings.TrimSuffix(m.Type, "-webhook"), webhooks, fileDialect)
		}
		out = append(out, m)
	}
	return out
}

// environment is the schema of a list of environment variables. The published kind is
// that of one of them.
var environment = sync.OnceValue(func() *schema.Document {
	return &schema.Document{
		Name: "environment", Definition: "Environment",
		Type: &schema.Type{Kinds: schema.ListKind, Elem: schema.DocumentOf("environment-variable").Type},
	}
})

// schemaOf returns the schema of a document, or nil for a kind that is not
// checked.
func schemaOf(kind model.Kind, format syntax.Format) *schema.Document {
	switch kind {
	case model.WebhookFile:
		if format == syntax.JSON {
			return schema.DocumentOf("json-webhook-file")
		}
		return schema.DocumentOf("webhook-file")
	case model.RunConfig:
		return schema.DocumentOf("runconfig")
	case model.MCPWebhookConfig:
		return schema.DocumentOf("mcpwebhookconfig")
	case model.MCPServer:
		return schema.DocumentOf("mcpserver")
	case model.MCPServerEntry:
		return schema.DocumentOf("mcpserverentry")
	case model.MCPRemoteProxy:
		return schema.DocumentOf("mcpremoteproxy")
	case model.Environment:
		return environment()
	case model.Secret:
		return schema.DocumentOf("secret")
	case model.Project:
		return schema.DocumentOf("project")
	}
	return nil
}
