package toolhive

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stacklok/toolhive/pkg/secrets"
	"github.com/stacklok/toolhive/pkg/vmcp"
	vmcpauth "github.com/stacklok/toolhive/pkg/vmcp/auth"
	"github.com/stacklok/toolhive/pkg/vmcp/auth/strategies"
	authtypes "github.com/stacklok/toolhive/pkg/vmcp/auth/types"
	vmcpclient "github.com/stacklok/toolhive/pkg/vmcp/client"
	"github.com/stacklok/toolhive/pkg/vmcp/headerforward"
	"github.com/stacklok/toolhive/pkg/vmcp/headerforward/wirefmt"
)

// consumed are cases of the fixture whose variables a virtual MCP server gets, with
// the headers that its backend then gets. The value of a secret is its name and key.
var consumed = map[string]http.Header{
	"github-copilot":                         {"X-Mcp-Toolsets": {"repos,issues,pull_requests"}, "X-Api-Key": {"copilot-credentials/api-key"}},
	"hf-01":                                  {"X-Tenant-Id": {"tenant-123"}, "Authorization": {"internal-api-credentials/bearer-token"}},
	"hf-02":                                  {"X-Mcp-Toolsets": {"projects,issues,pull_requests,users,context"}},
	"an owner with dots, MCPServerEntry":     {"X-A": {"1"}, "X-B": {"s.t/k"}},
	"one header in both, MCPServerEntry":     {"X-A": {"s/k"}},
	"quotes and backslashes, MCPServerEntry": {"X-A": {`"quoted"`}, "X-B": {`C:\dir\n`}, "X-C": {`\u003c`}, "X-D": {"a/b"}, "X-E": {"'"}},
	"characters of HTML, MCPServerEntry":     {"X-A": {"<a href='x'>&amp;</a>"}, "X-B": {"a=1&b=2"}, "X-C": {"->"}},
}

// What the operator makes is what the virtual MCP server reads: the headers arrive.
func TestHeaderForwardConsumed(t *testing.T) {
	text, err := os.ReadFile(headerForwardFixture)
	if err != nil {
		t.Fatal(err)
	}
	var records []headerForwardRecord
	if err := json.Unmarshal(text, &records); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(consumed)) {
		t.Run(name, func(t *testing.T) {
			i := slices.IndexFunc(records, func(r headerForwardRecord) bool { return r.Name == name })
			if i < 0 {
				t.Fatal("the case is gone")
			}
			if diff := gocmp.Diff(consumed[name], forwardedBy(t, records[i])); diff != "" {
				t.Errorf("other headers arrive (-want +got)\n%s", diff)
			}
		})
	}
}

// forwardedBy returns the headers that a request to the one entry of a record gets.
func forwardedBy(t *testing.T, record headerForwardRecord) http.Header {
	entries, _, err := readHeaderForwardObjects(record.Objects)
	if err != nil {
		t.Fatal(err)
	}
	manifest, _ := wirefmt.ManifestEnvVarName(entries[0].Name)
	var config vmcp.HeaderForwardConfig
	for _, variable := range record.Groups[0].Env {
		if variable.Name == manifest {
			if err := json.Unmarshal([]byte(variable.Value), &config); err != nil {
				t.Fatal(err)
			}
		}
		if from := variable.ValueFrom; from != nil {
			t.Setenv(variable.Name, from.SecretKeyRef.Name+"/"+from.SecretKeyRef.Key)
		}
	}
	wire := &lastRequest{}
	tripper, err := headerforward.BuildHeaderForwardTripper(t.Context(), wire, &config, secrets.NewEnvironmentProvider(), entries[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tripper.RoundTrip(httptest.NewRequest(http.MethodPost, "/", nil)); err != nil {
		t.Fatal(err)
	}
	return wire.Header
}

// lastRequest answers requests and keeps the last one.
type lastRequest struct{ *http.Request }

func (l *lastRequest) RoundTrip(r *http.Request) (*http.Response, error) {
	l.Request = r
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

// legacyBackend is an MCP server of the revision with sessions that remembers the
// headers of the requests, by method.
type legacyBackend struct {
	lock     sync.Mutex
	requests map[string]http.Header
}

// answers are what a legacyBackend says to methods. It does not know others.
var answers = map[string]string{
	"initialize": `{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}`,
	"tools/list": `{"jsonrpc":"2.0","id":%s,"result":{"tools":[]}}`,
}

func (b *legacyBackend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var message struct {
		ID     json.RawMessage
		Method string
	}
	json.NewDecoder(r.Body).Decode(&message)
	if r.Method != http.MethodPost {
		message.Method = r.Method
	}
	b.lock.Lock()
	b.requests[message.Method] = r.Header.Clone()
	b.lock.Unlock()
	answer, ok := answers[message.Method]
	if !ok && message.ID != nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if !ok {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Mcp-Session-Id", "session")
	fmt.Fprintf(w, answer, message.ID)
}

// forwardedValue is the value of every header that TestHeaderForwardClient forwards.
const forwardedValue = "forwarded"

// clientHeaders are the headers of the requests of ToolHive's client with all of them
// forwarded, and with an authentication that sets X-Key.
var clientHeaders = map[string]map[string]string{
	"server/discover": {"Accept": "application/json, text/event-stream", "Content-Type": "application/json", "Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "server/discover", "Mcp-Name": forwardedValue, "Mcp-Session-Id": forwardedValue, "User-Agent": forwardedValue, "Accept-Encoding": forwardedValue, "Traceparent": forwardedValue, "Last-Event-Id": forwardedValue, "Authorization": forwardedValue, "X-Key": "auth"},
	"initialize":      {"Accept": "application/json, text/event-stream", "Content-Type": "application/json", "Mcp-Protocol-Version": forwardedValue, "Mcp-Method": forwardedValue, "Mcp-Name": forwardedValue, "Mcp-Session-Id": forwardedValue, "User-Agent": forwardedValue, "Accept-Encoding": forwardedValue, "Traceparent": forwardedValue, "Last-Event-Id": forwardedValue, "Authorization": forwardedValue, "X-Key": "auth"},
	"tools/list":      {"Accept": "application/json, text/event-stream", "Content-Type": "application/json", "Mcp-Protocol-Version": "2025-11-25", "Mcp-Method": forwardedValue, "Mcp-Name": forwardedValue, "Mcp-Session-Id": "session", "User-Agent": forwardedValue, "Accept-Encoding": forwardedValue, "Traceparent": forwardedValue, "Last-Event-Id": forwardedValue, "Authorization": forwardedValue, "X-Key": "auth"},
	http.MethodDelete: {"Accept": forwardedValue, "Content-Type": forwardedValue, "Mcp-Protocol-Version": "2025-11-25", "Mcp-Method": forwardedValue, "Mcp-Name": forwardedValue, "Mcp-Session-Id": "session", "User-Agent": forwardedValue, "Accept-Encoding": forwardedValue, "Traceparent": forwardedValue, "Last-Event-Id": forwardedValue, "Authorization": forwardedValue, "X-Key": "auth"},
}

// Of a virtual MCP server's headers, a forwarded one loses to those that the client
// has set and to authentication, and fills in all others.
func TestHeaderForwardClient(t *testing.T) {
	inKubernetes(t)
	backend := &legacyBackend{requests: map[string]http.Header{}}
	server := httptest.NewServer(backend)
	t.Cleanup(server.Close)
	registry := vmcpauth.NewDefaultOutgoingAuthRegistry()
	if err := registry.RegisterStrategy(authtypes.StrategyTypeHeaderInjection, strategies.NewHeaderInjectionStrategy()); err != nil {
		t.Fatal(err)
	}
	client, err := vmcpclient.NewHTTPBackendClient(registry)
	if err != nil {
		t.Fatal(err)
	}
	forwarded := map[string]string{}
	for name := range clientHeaders["initialize"] {
		forwarded[name] = forwardedValue
	}
	_, err = client.ListCapabilities(t.Context(), &vmcp.BackendTarget{
		WorkloadID: "b", BaseURL: server.URL, TransportType: "streamable-http",
		HeaderForward: &vmcp.HeaderForwardConfig{AddPlaintextHeaders: forwarded},
		AuthConfig: &authtypes.BackendAuthStrategy{
			Type:            authtypes.StrategyTypeHeaderInjection,
			HeaderInjection: &authtypes.HeaderInjectionConfig{HeaderName: "x-key", HeaderValue: "auth"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	backend.lock.Lock()
	defer backend.lock.Unlock()
	for method, want := range clientHeaders {
		got := map[string]string{}
		for name := range backend.requests[method] {
			got[name] = backend.requests[method].Get(name)
		}
		if diff := gocmp.Diff(want, got, cmpopts.IgnoreMapEntries(func(name, _ string) bool { return name == "Content-Length" })); diff != "" {
			t.Errorf("%s: other headers arrive (-want +got)\n%s", method, diff)
		}
	}
}
