package apiserver

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

const (
	root = "../.."
	// ourCRD and compatCRD are generated from the schema.
	ourCRD    = root + "/schema/crd/mcpwebhookconfigs.yaml"
	compatCRD = root + "/schema/crd/mcpwebhookconfigs-compat.yaml"
)

// toolhiveFile is the path of a file of ToolHive's module.
func toolhiveFile(t *testing.T, path string) string {
	t.Helper()
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/stacklok/toolhive").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(folder)), path)
}

func toolhiveCRD(t *testing.T) string {
	t.Helper()
	return toolhiveFile(t, "deploy/charts/operator-crds/files/crds/toolhive.stacklok.dev_mcpwebhookconfigs.yaml")
}

// server is an API server.
type server struct {
	config *rest.Config
	client *http.Client
}

// start starts an API server; the end of the test stops it.
func start(t *testing.T) server {
	t.Helper()
	begin := time.Now()
	environment := &envtest.Environment{}
	folder := guarded(t)
	environment.ControlPlane.Etcd = &envtest.Etcd{Path: filepath.Join(folder, "etcd"), DataDir: t.TempDir()}
	api := environment.ControlPlane.GetAPIServer()
	api.Path, api.CertDir = filepath.Join(folder, "kube-apiserver"), t.TempDir()
	// Objects stand in whatever namespace they name; the namespaces themselves are not there.
	api.Configure().Append("disable-admission-plugins", "NamespaceLifecycle")
	t.Cleanup(func() {
		if err := environment.Stop(); err != nil {
			t.Errorf("stop the API server: %v", err)
		}
	})
	config, err := environment.Start()
	if err != nil {
		t.Fatalf("start the API server: %v", err)
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the API server started in %.1f s", time.Since(begin).Seconds())
	return server{config, client}
}

// accepts wants the API server to take a CRD under strict validation, and to have
// nothing to warn of. It stores nothing.
func (s server) accepts(t *testing.T, crd string) {
	t.Helper()
	text, err := os.ReadFile(crd)
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"fieldValidation": {"Strict"}, "dryRun": {"All"}}
	a := s.send(t, request{http.MethodPost, "apis/apiextensions.k8s.io/v1/customresourcedefinitions", query, yamlType, text})
	if !a.admitted() || len(a.warnings) > 0 {
		t.Errorf("%s: %d %s, warnings %q", filepath.Base(crd), a.code, a.message(), a.warnings)
	}
}

// install stores a CRD that is not there yet.
func (s server) install(t *testing.T, crd string) {
	t.Helper()
	s.accepts(t, crd)
	s.store(t, crd)
}

// store stores a CRD, in the place of one that is there, and waits until it is served.
func (s server) store(t *testing.T, crd string) {
	t.Helper()
	begin := time.Now()
	_, err := envtest.InstallCRDs(s.config, envtest.CRDInstallOptions{Paths: []string{crd}, ErrorIfPathMissing: true})
	if err != nil {
		t.Fatalf("install %s: %v", crd, err)
	}
	t.Logf("%s was served after %.1f s", filepath.Base(crd), time.Since(begin).Seconds())
}

// guarded returns a folder in which the programs of the control plane are this
// test, which guards the real ones.
func guarded(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, program := range programs {
		if _, err := os.Stat(filepath.Join(os.Getenv(assets), program)); err != nil || os.Getenv(assets) == "" {
			t.Fatalf("there is no %s in %s=%q: run make in conformance/, which builds it", program, assets, os.Getenv(assets))
		}
		if err := os.Symlink(self, filepath.Join(folder, program)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// answer is what an API server says to a request.
type answer struct {
	code     int
	body     []byte
	warnings []string
}

func (a answer) admitted() bool { return a.code < 300 }

// message is what the API server has against a request.
func (a answer) message() string {
	var status struct{ Message string }
	if err := json.Unmarshal(a.body, &status); err != nil {
		return string(a.body)
	}
	return status.Message
}

// object is the object that the API server answers with.
func (a answer) object(t *testing.T) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(a.body, &object); err != nil || !a.admitted() {
		t.Fatalf("%d: %s, %v", a.code, a.body, err)
	}
	return object
}

// request is a request to an API server.
type request struct {
	method, path string
	query        url.Values
	contentType  string
	body         []byte
}

func (s server) send(t *testing.T, r request) answer {
	t.Helper()
	address := strings.TrimSuffix(s.config.Host, "/") + "/" + r.path + "?" + r.query.Encode()
	sent, err := http.NewRequestWithContext(t.Context(), r.method, address, bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	sent.Header.Set("Content-Type", r.contentType)
	response, err := s.client.Do(sent)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, body, response.Header.Values("Warning")}
}

const (
	yamlType = "application/yaml"
	jsonType = "application/json"
)

// webhookConfigs is the path of the MCPWebhookConfigs of a namespace, or of one of
// them.
func webhookConfigs(namespace string, name ...string) string {
	path := "apis/toolhive.stacklok.dev/v1alpha1/namespaces/" + url.PathEscape(namespace) + "/mcpwebhookconfigs"
	for _, n := range name {
		path += "/" + url.PathEscape(n)
	}
	return path
}

// create sends an object, as it is, to be created under strict validation of its
// fields.
func (s server) create(t *testing.T, namespace, contentType string, body []byte, dryRun bool) answer {
	t.Helper()
	query := url.Values{"fieldValidation": {"Strict"}}
	if dryRun {
		query.Set("dryRun", "All")
	}
	return s.send(t, request{http.MethodPost, webhookConfigs(namespace), query, contentType, body})
}

func (s server) get(t *testing.T, namespace, name string) answer {
	t.Helper()
	return s.send(t, request{method: http.MethodGet, path: webhookConfigs(namespace, name)})
}

func (s server) delete(t *testing.T, namespace, name string) {
	t.Helper()
	if a := s.send(t, request{method: http.MethodDelete, path: webhookConfigs(namespace, name)}); !a.admitted() {
		t.Errorf("delete %s/%s: %d %s", namespace, name, a.code, a.message())
	}
}
