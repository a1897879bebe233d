package apiserver

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/conformance/sample"
)

// testPassing wants each object that forwards headers and compiles to pass through as
// it is, to be admitted where the object itself is, and to be stored with the headers
// that the document says and that compile hands to ToolHive.
func testPassing(t *testing.T, s server, documents []sample.Document) {
	compiled, stored, forwarding := 0, 0, 0
	for _, d := range documents {
		passed := compileOwner(t, d, compiler.EmitManifest)
		if passed == nil {
			continue
		}
		compiled++
		// kubectl sends JSON, so that aliases and merges never reach the API server.
		written := passed
		if d.Format == syntax.YAML {
			var err error
			if written, err = kyaml.YAMLToJSON(passed); err != nil {
				t.Errorf("%s: what passes through cannot be read: %v", d.Name, err)
				continue
			}
		}
		a := s.createOwner(t, sample.Document{Name: d.Name, Format: syntax.JSON, Data: written}, false)
		if !a.admitted() {
			if a.code == http.StatusConflict || s.createOwner(t, d, true).admitted() {
				t.Errorf("%s: %d %s\n%s", d.Name, a.code, a.message(), passed)
			}
			continue
		}
		stored++
		_, name := identity(a.object(t))
		path := ownersPath(d) + "/" + name
		if checkStored(t, d, written, s.send(t, request{method: http.MethodGet, path: path})) {
			forwarding++
		}
		for _, a := range []answer{s.merge(t, path, `{"metadata":{"finalizers":null}}`), s.send(t, request{method: http.MethodDelete, path: path})} {
			if !a.admitted() {
				t.Fatalf("delete %s: %d %s", path, a.code, a.message())
			}
		}
	}
	t.Logf("%d documents compile, %d of them are stored, %d of these with headers", compiled, stored, forwarding)
	if stored < 500 || forwarding < 450 {
		t.Error("these are too few to prove anything")
	}
}

// checkStored wants the headers that are read back to be those that were written, and
// those that compile hands to ToolHive. It reports whether there are any.
func checkStored(t *testing.T, d sample.Document, written []byte, read answer) (forwards bool) {
	t.Helper()
	stored := headersOf(t, read.body)
	if diff := cmp.Diff(headersOf(t, written), stored); diff != "" {
		t.Errorf("%s: what is read back differs (-sent +read)\n%s", d.Name, diff)
	}
	ours := headers{}
	if made := compileOwner(t, d, compiler.EmitRunConfig); made != nil {
		ours = compiledHeaders(t, made)
	}
	if diff := cmp.Diff(storedHeaders(t, stored), ours); diff != "" {
		t.Errorf("%s: compile forwards others than are stored (-stored +compiled)\n%s", d.Name, diff)
	}
	return len(ours) > 0
}

// compileOwner is what compile makes of a document for Kubernetes, or nil where there
// is an error. An object that forwards nothing has no other artifact than itself.
func compileOwner(t *testing.T, d sample.Document, emit string) []byte {
	t.Helper()
	name := map[syntax.Format]string{syntax.YAML: "object.yaml", syntax.JSON: "object.json"}[d.Format]
	file := syntax.File{Name: name, Format: d.Format, Data: d.Data, Named: true}
	result, err := compiler.Compile([]syntax.File{file}, compiler.Options{Bind: bind.Options{Form: bind.CRD}, Emit: emit})
	if err != nil {
		t.Fatalf("%s: %v", d.Name, err)
	}
	if result.Diagnostics.Has(diag.Error) || len(result.Artifacts) == 0 {
		return nil
	}
	if len(result.Artifacts) != 1 {
		t.Fatalf("%s: %d artifacts", d.Name, len(result.Artifacts))
	}
	return result.Artifacts[0].Data
}

// headersOf is the field headerForward of an object in JSON, as an API server keeps
// it: without what is null.
func headersOf(t *testing.T, object []byte) any {
	t.Helper()
	var read struct{ Spec struct{ HeaderForward any } }
	if err := json.Unmarshal(object, &read); err != nil {
		t.Fatal(err)
	}
	return withoutNulls(read.Spec.HeaderForward)
}

func withoutNulls(value any) any {
	if fields, isObject := value.(map[string]any); isObject {
		maps.DeleteFunc(fields, func(_ string, field any) bool { return withoutNulls(field) == nil })
	}
	return value
}

// headers are what is added to requests: values by "plaintext NAME", and nothing by
// "secret NAME", whose reference ToolHive has in other places.
type headers map[string]string

// storedHeaders are the headers of a field headerForward.
func storedHeaders(t *testing.T, headerForward any) headers {
	t.Helper()
	data, err := json.Marshal(headerForward)
	if err != nil {
		t.Fatal(err)
	}
	var field struct {
		AddPlaintextHeaders  map[string]string
		AddHeadersFromSecret []struct{ HeaderName string }
	}
	if err := json.Unmarshal(data, &field); err != nil {
		t.Fatal(err)
	}
	out := plaintextHeaders(field.AddPlaintextHeaders)
	for _, item := range field.AddHeadersFromSecret {
		out["secret "+item.HeaderName] = ""
	}
	return out
}

func plaintextHeaders(values map[string]string) headers {
	out := headers{}
	for name, value := range values {
		out["plaintext "+name] = value
	}
	return out
}

// compiledHeaders are the headers of a RunConfig, or of the variables of a pod.
func compiledHeaders(t *testing.T, artifact []byte) headers {
	t.Helper()
	var plaintext, secret map[string]string
	var variables []struct{ Name, Value string }
	if kyaml.Unmarshal(artifact, &variables) == nil {
		for _, variable := range variables {
			if !strings.HasPrefix(variable.Name, "TOOLHIVE_HEADER_FORWARD_") {
				continue
			}
			var value struct{ AddPlaintextHeaders, AddHeadersFromSecret map[string]string }
			if err := json.Unmarshal([]byte(variable.Value), &value); err != nil {
				t.Fatal(err)
			}
			plaintext, secret = value.AddPlaintextHeaders, value.AddHeadersFromSecret
		}
	} else {
		var config struct {
			HeaderForward runconfig.HeaderForward `json:"header_forward"`
		}
		if err := json.Unmarshal(artifact, &config); err != nil {
			t.Fatalf("%v in %s", err, artifact)
		}
		plaintext, secret = config.HeaderForward.AddPlaintextHeaders, config.HeaderForward.AddHeadersFromSecret
	}
	out := plaintextHeaders(plaintext)
	for name := range secret {
		out["secret "+name] = ""
	}
	return out
}
