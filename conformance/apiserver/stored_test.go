package apiserver

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Objects that ToolHive's CRD admitted stay when ours is installed over it. The API
// server holds a later write to ours where it changes a value.
func TestStoredObjects(t *testing.T) {
	const name = "stored"
	s := start(t)
	s.install(t, toolhiveCRD(t))
	webhooks := func(timeout string) string {
		return fmt.Sprintf(`"validating":[{"name":"a","url":"http://a.example","timeout":%q}]`, timeout)
	}
	if a := s.create(t, "default", yamlType, objectWith(name, webhooks("1 day")), false); !a.admitted() {
		t.Fatalf("ToolHive's CRD: %d %s", a.code, a.message())
	}
	s.store(t, ourCRD)
	for _, write := range []struct{ what, patch, refused string }{
		{"a label", `{"metadata":{"labels":{"a":"b"}}}`, ""},
		{"another list", `{"spec":{"mutating":[{"name":"b","url":"https://b.example"}]}}`, ""},
		{"another bad value", `{"spec":{` + webhooks("2 days") + `}}`, "THV2007"},
		{"a good value", `{"spec":{"validating":[{"name":"a","url":"https://a.example","timeout":"5s"}]}}`, ""},
		{"the bad value again", `{"spec":{` + webhooks("1 day") + `}}`, "THV2007"},
	} {
		query := url.Values{"fieldManager": {"test"}, "fieldValidation": {"Strict"}}
		a := s.send(t, request{http.MethodPatch, webhookConfigs("default", name), query, "application/merge-patch+json", []byte(write.patch)})
		t.Logf("%s: %d %s", write.what, a.code, a.message())
		if a.admitted() != (write.refused == "") || !strings.Contains(a.message(), write.refused) {
			t.Errorf("%s: %d", write.what, a.code)
		}
	}
}
