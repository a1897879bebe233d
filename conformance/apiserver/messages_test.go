package apiserver

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	kyaml "sigs.k8s.io/yaml"
)

// objectWith is an object with the lists, in flow style, of its spec.
func objectWith(name, spec string) []byte {
	return []byte("apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n")
}

// webhook is a list with one webhook, which has more fields than it must.
func webhook(fields string) string {
	return "validating: [{name: a, url: https://a.example, " + fields + "}]"
}

// manyWebhooks is one more than a list may hold.
func manyWebhooks(t *testing.T) string {
	var list []string
	for i := range maxItems(t) + 1 {
		list = append(list, fmt.Sprintf("{name: a%d, url: https://a.example}", i))
	}
	return "validating: [" + strings.Join(list, ", ") + "]"
}

// testMessages wants objects to be refused with the rule that they break, in words
// for people.
func testMessages(t *testing.T, s server) {
	const cert = "tlsConfig: {clientCertSecretRef: {name: s, key: k}}"
	const key = "tlsConfig: {clientKeySecretRef: {name: s, key: k}}"
	for _, test := range []struct{ name, spec, want string }{
		{"5 seconds", webhook(`timeout: 5 seconds`), "THV2007"},
		{"1 day", webhook(`timeout: 1 day`), "THV2007"},
		{"PT5S", webhook(`timeout: PT5S`), "THV2007"},
		{"31s", webhook(`timeout: 31s`), "THV2006"},
		{"999ms", webhook(`timeout: 999ms`), "THV2006"},
		{"0s", webhook(`timeout: 0s`), "THV2006"},
		{"an hour of thousands of years", webhook(`timeout: 99999999h`), "THV2006"},
		{"a certificate without key", webhook(cert), "THV2010"},
		{"a key without certificate", webhook(key), "THV2010"},
		{"http", "validating: [{name: a, url: 'http://a.example'}]", "THV2004"},
		{"another scheme", "validating: [{name: a, url: 'ftp://a.example', tlsConfig: {insecureSkipVerify: true}}]", "THV2004"},
		{"no host", "validating: [{name: a, url: 'https:///v'}]", "THV2005"},
		{"a bad name", "validating: [{name: -a, url: 'https://a.example'}]", "THV2009"},
		{"a bad Secret", webhook(`hmacSecretRef: {name: Secret, key: k}`), "THV2011"},
		{"a policy in capitals", webhook(`failurePolicy: Fail`), "THV2008"},
		{"a duplicate name", "validating: [{name: a, url: 'https://a.example'}, {name: a, url: 'https://b.example'}]", "THV3001"},
		{"too many webhooks", manyWebhooks(t), "Too many"},
		{"no webhooks", "", "THV1007"},
		{"empty lists", "validating: [], mutating: []", "THV1007"},
		{"an unknown field", webhook(`failure_policy: fail`), "unknown field"},
	} {
		a := s.create(t, "default", yamlType, objectWith("a", test.spec), true)
		t.Logf("%s: %s", test.name, a.message())
		if a.code != 422 && a.code != 400 || !strings.Contains(a.message(), test.want) {
			t.Errorf("%s: %d, want to be refused with %q", test.name, a.code, test.want)
		}
	}
}

// testExamples wants ToolHive's own examples to be admitted, and those refused that
// ToolHive means to be.
func testExamples(t *testing.T, s server) {
	good, bad := 0, 0
	for _, e := range toolhiveExamples(t) {
		text, err := kyaml.Marshal(e.object)
		if err != nil {
			t.Fatal(err)
		}
		a := s.create(t, e.namespace, yamlType, text, true)
		if a.admitted() == e.refused {
			t.Errorf("%s: %d %s\n%s", e.file, a.code, a.message(), text)
		}
		if e.refused {
			bad++
		} else {
			good++
		}
	}
	t.Logf("ToolHive has %d good examples and %d bad ones", good, bad)
	if good < 3 || bad < 2 {
		t.Error("these are fewer than ToolHive v0.44.0 has")
	}
}

// example is an MCPWebhookConfig that one of ToolHive's end-to-end tests applies;
// refused says that the test expects an error.
type example struct {
	file, namespace string
	object          map[string]any
	refused         bool
}

func toolhiveExamples(t *testing.T) []example {
	t.Helper()
	var examples []example
	folder := toolhiveFile(t, "test/e2e/chainsaw")
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte("kind: MCPWebhookConfig")) {
			return err
		}
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			var value any
			if err := kyaml.Unmarshal(document, &value); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			examples = append(examples, applied(filepath.Base(filepath.Dir(path)), value)...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return examples
}

// applied finds the objects that a test applies.
func applied(file string, value any) []example {
	var found []example
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			found = append(found, applied(file, item)...)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			found = append(found, applied(file, v[key])...)
		}
		operation, _ := v["apply"].(map[string]any)
		object, _ := operation["resource"].(map[string]any)
		if object["kind"] == "MCPWebhookConfig" {
			metadata, _ := object["metadata"].(map[string]any)
			namespace, _ := metadata["namespace"].(string)
			_, refused := operation["expect"]
			found = append(found, example{file, namespace, object, refused})
		}
	}
	return found
}
