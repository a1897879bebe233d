package apiserver

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	toolhivev1alpha1 "github.com/stacklok/toolhive/cmd/thv-operator/api/v1alpha1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/conformance/sample"
)

// generatedCount is how many generated configurations are sent to an API server.
const generatedCount = 500

// generated are the generated units, made once.
var generated = sync.OnceValues(func() ([]sample.Unit, error) { return sample.Generated(generatedCount) })

// inadmissible are manifests that Kubernetes refuses whatever the CRD, with the words
// of the API server.
var inadmissible = map[string]string{
	// The label "_" tries how keys of YAML 1.1 are written.
	"golden/labels[0]": "metadata.labels: Invalid value",
}

// manifests are the units that have one and can be admitted, golden and generated.
func manifests(t *testing.T, s server) []sample.Unit {
	t.Helper()
	golden, err := sample.Golden(root)
	if err != nil {
		t.Fatal(err)
	}
	more, err := generated()
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	units := slices.DeleteFunc(append(golden, more...), func(u sample.Unit) bool {
		words, known := inadmissible[u.Name]
		if !known {
			return u.Manifest == nil
		}
		namespace, _ := identity(readManifest(t, u))
		if a := s.create(t, namespace, yamlType, u.Manifest, true); strings.Contains(a.message(), words) {
			refused++
		}
		return true
	})
	if refused != len(inadmissible) {
		t.Errorf("%d of the %d inadmissible manifests are refused for their reason", refused, len(inadmissible))
	}
	if len(units) < 60+generatedCount {
		t.Fatalf("%d manifests, these are too few", len(units))
	}
	return units
}

// testEmitted wants each manifest to be admitted without a warning, and to be read
// back as it was sent.
func testEmitted(t *testing.T, s server) {
	units := manifests(t, s)
	for _, u := range units {
		sent := readManifest(t, u)
		namespace, name := identity(sent)
		a := s.create(t, namespace, yamlType, u.Manifest, false)
		if !a.admitted() || len(a.warnings) > 0 {
			t.Errorf("%s: %d %s, warnings %q\n%s", u.Name, a.code, a.message(), a.warnings, u.Manifest)
			continue
		}
		got := s.get(t, namespace, name).object(t)
		s.delete(t, namespace, name)
		if diff := cmp.Diff(sent, withoutServers(got, sent)); diff != "" {
			t.Errorf("%s: what is read back differs (-sent +read)\n%s", u.Name, diff)
		}
	}
	t.Logf("%d manifests", len(units))
}

func readManifest(t *testing.T, u sample.Unit) (object map[string]any) {
	t.Helper()
	if err := kyaml.UnmarshalStrict(u.Manifest, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// identity is where an object is stored.
func identity(object map[string]any) (namespace, name string) {
	metadata := object["metadata"].(map[string]any)
	name, _ = metadata["name"].(string)
	if namespace, _ = metadata["namespace"].(string); namespace == "" {
		namespace = "default"
	}
	return namespace, name
}

// withoutServers takes out of an object what the API server adds to the metadata.
func withoutServers(object, sent map[string]any) map[string]any {
	metadata := object["metadata"].(map[string]any)
	for _, key := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"} {
		delete(metadata, key)
	}
	if _, named := sent["metadata"].(map[string]any)["namespace"]; !named {
		delete(metadata, "namespace")
	}
	return object
}

// warnings keeps what an API server warns of.
type warnings []string

// HandleWarningHeader implements rest.WarningHandler.
func (w *warnings) HandleWarningHeader(_ int, _ string, text string) { *w = append(*w, text) }

// testTypedClient wants a client that knows ToolHive's types alone to read our
// manifests, one by one and as a list, without a warning.
func testTypedClient(t *testing.T, s server) {
	var warned warnings
	config := rest.CopyConfig(s.config)
	config.WarningHandler = &warned
	scheme := runtime.NewScheme()
	if err := toolhivev1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	typed, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	units := manifests(t, s)
	for _, u := range units {
		namespace, name := identity(readManifest(t, u))
		if a := s.create(t, namespace, yamlType, u.Manifest, false); !a.admitted() {
			t.Fatalf("%s: %d %s", u.Name, a.code, a.message())
		}
		checkTyped(t, typed, u, client.ObjectKey{Namespace: namespace, Name: name})
		s.delete(t, namespace, name)
	}
	if len(warned) > 0 {
		t.Errorf("warnings: %q", warned)
	}
	t.Logf("%d manifests", len(units))
}

func checkTyped(t *testing.T, typed client.Client, u sample.Unit, key client.ObjectKey) {
	t.Helper()
	var want, got toolhivev1alpha1.MCPWebhookConfig
	if err := kyaml.UnmarshalStrict(u.Manifest, &want); err != nil {
		t.Fatal(err)
	}
	if err := typed.Get(context.Background(), key, &got); err != nil {
		t.Fatalf("%s: %v", u.Name, err)
	}
	var list toolhivev1alpha1.MCPWebhookConfigList
	if err := typed.List(context.Background(), &list, client.InNamespace(key.Namespace)); err != nil || len(list.Items) != 1 {
		t.Fatalf("%s: %d in the list, %v", u.Name, len(list.Items), err)
	}
	for _, object := range []toolhivev1alpha1.MCPWebhookConfig{got, list.Items[0]} {
		if diff := cmp.Diff(want.Spec, object.Spec); diff != "" {
			t.Errorf("%s: (-manifest +client)\n%s", u.Name, diff)
		}
	}
}
