package apiserver

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// storedFaults are specs that ToolHive's CRD admits and ours refuses.
var storedFaults = map[string]string{
	"timeout":        `"spec":{"validating":[{"name":"a","url":"https://a.example","timeout":"1 day"}]}`,
	"range":          `"spec":{"validating":[{"name":"a","url":"https://a.example","timeout":"31s"}]}`,
	"http":           `"spec":{"validating":[{"name":"a","url":"http://a.example"}]}`,
	"name":           `"spec":{"validating":[{"name":"-a","url":"https://a.example"}]}`,
	"names":          `"spec":{"validating":[{"name":"a","url":"https://a.example"},{"name":"a","url":"https://b.example"}]}`,
	"certificate":    `"spec":{"validating":[{"name":"a","url":"https://a.example","tlsConfig":{"clientCertSecretRef":{"name":"s","key":"k"}}}]}`,
	"secret":         `"spec":{"validating":[{"name":"a","url":"https://a.example","hmacSecretRef":{"name":"S","key":"a b"}}]}`,
	"no-spec":        ``,
	"many":           `"spec":{` + manyHooks(200) + `}`,
	"long":           `"spec":{"validating":[{"name":"a","url":"https://a.example/` + strings.Repeat("p", 2000) + `"}]}`,
	"several-faults": `"spec":{"validating":[{"name":"-a","url":"http://a.example","timeout":"1 day"}]}`,
}

func manyHooks(count int) string {
	var list []string
	for i := range count {
		list = append(list, fmt.Sprintf(`{"name":"a%d","url":"https://a.example"}`, i))
	}
	return `"validating":[` + strings.Join(list, ",") + `]`
}

// Objects that ToolHive's CRD admitted stay when ours is installed over it, and its
// operator can still write their status and take its finalizer off.
func TestStoredObjects(t *testing.T) {
	s := start(t)
	s.install(t, toolhiveCRD(t))
	for name, spec := range storedFaults {
		object := `{"apiVersion":"toolhive.stacklok.dev/v1alpha1","kind":"MCPWebhookConfig","metadata":{"name":"` + name + `","finalizers":["mcpwebhookconfig.toolhive.stacklok.dev/finalizer"]}`
		if spec != "" {
			object += "," + spec
		}
		if a := s.create(t, "default", jsonType, []byte(object+"}"), false); !a.admitted() {
			t.Fatalf("%s, ToolHive's CRD: %d %s", name, a.code, a.message())
		}
	}
	s.exchange(t)
	for name, spec := range storedFaults {
		t.Run(name, func(t *testing.T) { testStored(t, s, name, spec) })
	}
}

// testStored writes a faulty object in all the ways in which others write it.
func testStored(t *testing.T, s server, name, spec string) {
	mustPatch := func(what, path, patch string) {
		t.Helper()
		if a := s.merge(t, path, patch); !a.admitted() {
			t.Errorf("%s: %d %s", what, a.code, a.message())
		}
	}
	path := webhookConfigs("default", name)
	mustPatch("a label", path, `{"metadata":{"labels":{"a":"b"}}}`)
	mustPatch("the status", path+"/status", `{"status":{"configHash":"1","observedGeneration":1,"conditions":[{"type":"Valid","status":"False","reason":"ValidationFailed","message":"m","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}`)
	if spec != "" {
		mustPatch("the other list", path, `{"spec":{"mutating":[{"name":"b","url":"https://b.example"}]}}`)
		if a := s.create(t, "default", jsonType, []byte(`{"apiVersion":"toolhive.stacklok.dev/v1alpha1","kind":"MCPWebhookConfig","metadata":{"name":"new"},`+spec+`}`), true); a.admitted() {
			t.Error("a new object with this fault is admitted")
		}
	}
	s.delete(t, "default", name)
	mustPatch("no finalizer", path, `{"metadata":{"finalizers":null}}`)
	if a := s.get(t, "default", name); a.code != http.StatusNotFound {
		t.Errorf("after it was deleted: %d", a.code)
	}
}

// exchange puts our CRD in the place of ToolHive's, and waits until the API server
// holds objects to it.
func (s server) exchange(t *testing.T) {
	t.Helper()
	s.store(t, ourCRD)
	object := objectWith("exchange", webhook("timeout: 1 day"))
	for end := time.Now().Add(time.Minute); s.create(t, "default", yamlType, object, true).admitted(); time.Sleep(time.Second / 20) {
		if time.Now().After(end) {
			t.Fatal("the API server still admits what our CRD refuses")
		}
	}
}

// merge sends a JSON merge patch.
func (s server) merge(t *testing.T, path, patch string) answer {
	t.Helper()
	query := url.Values{"fieldManager": {"test"}, "fieldValidation": {"Strict"}}
	return s.send(t, request{http.MethodPatch, path, query, "application/merge-patch+json", []byte(patch)})
}

// A write that changes a bad value is held to our CRD.
func TestChangedValues(t *testing.T) {
	const name = "changed"
	s := start(t)
	s.install(t, toolhiveCRD(t))
	list := func(timeout string) string {
		return fmt.Sprintf(`"validating":[{"name":"a","url":"http://a.example","timeout":%q}]`, timeout)
	}
	if a := s.create(t, "default", yamlType, objectWith(name, list("1 day")), false); !a.admitted() {
		t.Fatalf("ToolHive's CRD: %d %s", a.code, a.message())
	}
	s.exchange(t)
	for _, write := range []struct{ what, patch, refused string }{
		{"another bad value", `{"spec":{` + list("2 days") + `}}`, "THV2007"},
		{"a duplicate name", `{"spec":{"validating":[{"name":"a","url":"https://a.example"},{"name":"a","url":"https://b.example"}]}}`, "THV3001"},
		{"no webhooks", `{"spec":null}`, "THV1007"},
		{"a good value", `{"spec":{"validating":[{"name":"a","url":"https://a.example","timeout":"5s"}]}}`, ""},
		{"the bad value again", `{"spec":{` + list("1 day") + `}}`, "THV2007"},
	} {
		a := s.merge(t, webhookConfigs("default", name), write.patch)
		if a.admitted() != (write.refused == "") || !strings.Contains(a.message(), write.refused) {
			t.Errorf("%s: %d %s", write.what, a.code, a.message())
		}
	}
}

// Where the list of webhooks was applied as a whole before, the API server knows
// nobody who owns its items: the first server-side apply after the CRDs were exchanged
// removes none. Applied once unchanged, they have an owner again.
func TestApplyAcrossCRDs(t *testing.T) {
	s := start(t)
	s.install(t, toolhiveCRD(t))
	s.mustApply(t, "manager-a", "changed-at-once", hooks("a", "b"))
	s.mustApply(t, "manager-a", "unchanged-first", hooks("a", "b"))
	s.exchange(t)
	if got := s.mustApply(t, "manager-a", "changed-at-once", hooks("a")); got.webhooks != "a=a b=b" {
		t.Errorf("changed at once: stored %q; the documents say that b stays", got.webhooks)
	}
	s.mustApply(t, "manager-a", "unchanged-first", hooks("a", "b"))
	if got := s.mustApply(t, "manager-a", "unchanged-first", hooks("a")); got.webhooks != "a=a" {
		t.Errorf("applied unchanged first: stored %q", got.webhooks)
	}
}
