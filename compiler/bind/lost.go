package bind

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// lost reports what form crd leaves out of an object's metadata.
func (b *binder) lost(d *model.Document) {
	if b.options.Form != CRD || d.Kind != model.MCPWebhookConfig || b.options.KeepsMetadata {
		return
	}
	for _, e := range d.Root.Get("metadata").Entries {
		key := e.Key.Value
		if slices.Contains([]string{"name", "namespace", "labels", "annotations"}, key) || IsServerOwned(key) || isEmpty(e.Value) || key == "finalizers" && operators(e.Value) {
			continue
		}
		b.found = append(b.found, d.KeyDiagnostic(rule.LostInForm, e.Key, syntax.JoinKey("metadata", key),
			fmt.Sprintf("found %q, which form crd does not carry; it carries the name, namespace, labels and annotations of an object", key)))
	}
}

// unread reports the fields of a document that the program has no place for.
func (b *binder) unread(d *model.Document) {
	for _, path := range d.Unread {
		b.found = append(b.found, d.Diagnostic(rule.LostInForm, path,
			"found a field that the schema has, and no artifact of this version of thvctl carries"))
	}
}

// webhookSpec and configSpec are the types of the Kubernetes dialect, whose limits
// form crd has to keep.
var (
	configSpec  = schema.DocumentOf("mcpwebhookconfig").Type.Field("spec").Type
	webhookSpec = configSpec.Field(model.Validating).Type.Elem
)

// tooMany reports the lists of a unit that are longer than a Kubernetes object may
// have them.
func (b *binder) tooMany(u Unit) {
	for _, l := range []struct {
		name  string
		count int
	}{{model.Validating, len(u.Content.Validating)}, {model.Mutating, len(u.Content.Mutating)}} {
		if limit := configSpec.Field(l.name).Limit; l.count > limit {
			b.found = append(b.found, u.Source.Diagnostic(rule.LostInForm, u.Source.List(l.name).Path,
				fmt.Sprintf("found %d webhooks in one list, the CRD of form crd holds at most %d", l.count, limit)))
		}
	}
}

// tooLong reports a URL that is longer than a Kubernetes object may have it.
func (b *binder) tooLong(d *model.Document, url model.Value[string]) {
	count, limit := utf8.RuneCountInString(url.V), webhookSpec.Field("url").Limit
	if count > limit {
		b.found = append(b.found, d.Diagnostic(rule.LostInForm, url.Path,
			fmt.Sprintf("found a URL of %d characters, the CRD of form crd holds at most %d", count, limit)))
	}
}

// IsServerOwned reports whether a key of an object's metadata is the API server's
// to write, and in a source only the residue of an export.
func IsServerOwned(key string) bool {
	return slices.Contains([]string{
		"creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid",
	}, key)
}

// operators reports whether all finalizers are those of ToolHive's operator, which
// it sets on every object by itself.
func operators(finalizers *syntax.Node) bool {
	return !slices.ContainsFunc(finalizers.Items, func(n *syntax.Node) bool {
		domain, _, _ := strings.Cut(n.Text(), "/")
		return domain != "toolhive.stacklok.dev" && !strings.HasSuffix(domain, ".toolhive.stacklok.dev")
	})
}

func isEmpty(n *syntax.Node) bool {
	return n.Kind == syntax.Null || (n.Kind == syntax.List || n.Kind == syntax.Map) && len(n.Items)+len(n.Entries) == 0
}
