package lookup

import (
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/secret"
)

// Manifests returns the Secrets among documents as stores take them. Values are
// decoded only when they are asked for.
func Manifests(docs []*model.Document) []secret.Manifest {
	var found []secret.Manifest
	for _, d := range model.OfKind(docs, model.Secret) {
		m := secret.Manifest{Namespace: d.Object().Namespace, Name: d.Object().Name, Keys: keysOf(d)}
		m.Value = func(key string) (secret.Value, error) { return manifestValue(d.Root, key) }
		found = append(found, m)
	}
	return found
}

// keysOf returns the keys of a Secret, sorted.
func keysOf(d *model.Document) []string {
	var keys []string
	for _, field := range []string{"data", "stringData"} {
		if values := d.Root.Get(field); values != nil {
			for _, e := range values.Entries {
				keys = append(keys, e.Key.Value)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// manifestValue returns what the API server would keep under a key: stringData
// wins over data.
func manifestValue(root *syntax.Node, key string) (secret.Value, error) {
	if root.Get("sops") != nil {
		return secret.Value{}, errors.New("it is encrypted with sops, which an exec store can decrypt")
	}
	if text := root.Get("stringData").Get(key); text != nil {
		if text.Kind != syntax.String {
			return secret.Value{}, errors.New("its value in stringData is no string")
		}
		return plainValue(text.Value)
	}
	encoded := root.Get("data").Get(key)
	switch {
	case encoded == nil || encoded.Kind == syntax.Null:
		return secret.NewValue(nil), nil
	case encoded.Kind != syntax.String:
		return secret.Value{}, errors.New("its value in data is no string")
	}
	value, err := base64.StdEncoding.DecodeString(encoded.Value)
	if err != nil {
		return secret.Value{}, errors.New("its value in data is no base64")
	}
	return plainValue(string(value))
}

// placeholder matches what tools fill in when a manifest is applied: shells, Helm and
// Argo CD's plug-in for vaults.
var placeholder = regexp.MustCompile(`(?s)^\s*(?:\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|<path:.*>)\s*$`)

// plainValue refuses what stands for a value that somebody else fills in.
func plainValue(text string) (secret.Value, error) {
	if placeholder.MatchString(text) {
		return secret.Value{}, errors.New("a placeholder stands in the manifest, which something fills in later")
	}
	if strings.HasPrefix(text, "ENC[") {
		return secret.Value{}, errors.New("it is encrypted, which an exec store can decrypt")
	}
	return secret.NewValue([]byte(text)), nil
}
