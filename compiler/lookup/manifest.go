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
// decoded only when they are asked for; the documents may be let go of before.
func Manifests(docs []*model.Document) []secret.Manifest {
	var found []secret.Manifest
	for _, d := range model.OfKind(docs, model.Secret) {
		held := contentsOf(d.Root)
		found = append(found, secret.Manifest{Namespace: d.Object().Namespace, Name: d.Object().Name, Keys: held.keys(), Value: held.value})
	}
	return found
}

// contents are what a Secret holds.
type contents struct {
	data, stringData []content
	// encrypted says that sops has encrypted the values.
	encrypted bool
}

// content is a value under a key, as it is written.
type content struct {
	key, text string
	kind      syntax.Kind
}

func contentsOf(root *syntax.Node) contents {
	return contents{fieldOf(root, "data"), fieldOf(root, "stringData"), root.Get("sops") != nil}
}

func fieldOf(root *syntax.Node, field string) []content {
	values := root.Get(field)
	if values == nil || len(values.Entries) == 0 {
		return nil
	}
	held := make([]content, len(values.Entries))
	for i, e := range values.Entries {
		held[i] = content{e.Key.Value, e.Value.Value, e.Value.Kind}
	}
	return held
}

// keys returns the keys of a Secret, sorted.
func (c contents) keys() []string {
	var keys []string
	for _, one := range slices.Concat(c.data, c.stringData) {
		keys = append(keys, one.key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func find(held []content, key string) (one content, ok bool) {
	i := slices.IndexFunc(held, func(c content) bool { return c.key == key })
	if i < 0 {
		return content{}, false
	}
	return held[i], true
}

// value returns what the API server would keep under a key: stringData wins over data.
func (c contents) value(key string) (secret.Value, error) {
	if c.encrypted {
		return secret.Value{}, errors.New("it is encrypted with sops, which an exec store can decrypt")
	}
	if plain, ok := find(c.stringData, key); ok {
		if plain.kind != syntax.String {
			return secret.Value{}, errors.New("its value in stringData is no string")
		}
		return plainValue(plain.text)
	}
	encoded, ok := find(c.data, key)
	switch {
	case !ok || encoded.kind == syntax.Null:
		return secret.NewValue(nil), nil
	case encoded.kind != syntax.String:
		return secret.Value{}, errors.New("its value in data is no string")
	}
	value, err := base64.StdEncoding.DecodeString(encoded.text)
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
