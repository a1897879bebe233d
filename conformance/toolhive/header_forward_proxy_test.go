package toolhive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/adrg/xdg"
	"github.com/stacklok/toolhive/pkg/container/runtime"
	"github.com/stacklok/toolhive/pkg/core"
	"github.com/stacklok/toolhive/pkg/runner"
	"github.com/stacklok/toolhive/pkg/workloads/statuses"
)

// backend is a remote MCP server that remembers the headers of its last request.
type backend struct {
	*httptest.Server
	lock    sync.Mutex
	headers http.Header
}

func newBackend(t *testing.T) *backend {
	b := &backend{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.lock.Lock()
		b.headers = r.Header.Clone()
		b.lock.Unlock()
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":{}}`)
	}))
	t.Cleanup(b.Close)
	return b
}

// got returns the headers that wanted names, those that did not come as absent.
func (b *backend) got(wanted map[string]string) map[string]string {
	b.lock.Lock()
	defer b.lock.Unlock()
	got := map[string]string{}
	for name := range wanted {
		got[name] = absent
		if values := b.headers.Values(name); len(values) > 0 {
			got[name] = strings.Join(values, " | ")
		}
	}
	return got
}

// absent stands for a header that does not arrive.
const absent = "(absent)"

// inKubernetes makes ToolHive behave as in a pod with two secrets and a home of its
// own: it would write to the configuration of who runs the test.
func inKubernetes(t *testing.T) {
	t.Cleanup(xdg.Reload)
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"} {
		t.Setenv(name, t.TempDir())
	}
	xdg.Reload()
	for name, value := range map[string]string{
		"TOOLHIVE_RUNTIME":                 "kubernetes",
		"TOOLHIVE_USAGE_METRICS_ENABLED":   "false",
		"TOOLHIVE_SECRETS_PROVIDER":        "environment",
		"TOOLHIVE_SECRET_HEADER_FORWARD_X": "secret value",
		"TOOLHIVE_SECRET_b":                "token value",
	} {
		t.Setenv(name, value)
	}
}

// startProxy runs a RunConfig as the proxy of a pod does. It returns its address, and
// a function that waits for its end, which gives the reason.
func startProxy(t *testing.T, url, members string) (address string, stopped func() error) {
	port := freePort(t)
	text := fmt.Sprintf(`{"name": "p", "base_name": "p", "remote_url": %q, "transport": "streamable-http", "host": "127.0.0.1", "port": %d, %s}`, url, port, members)
	config, err := runner.ReadJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- runner.NewRunner(config, noStatuses{}).Run(ctx) }()
	stopped = sync.OnceValue(func() error {
		select {
		case err := <-done:
			return err
		case <-time.After(10 * time.Second):
			return errors.New("it still runs")
		}
	})
	t.Cleanup(func() { cancel(); stopped() })
	return fmt.Sprintf("http://127.0.0.1:%d/mcp", port), stopped
}

func freePort(t *testing.T) int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// send posts a body, as soon as someone listens, and returns the status.
func send(t *testing.T, address, body string, headers map[string]string) (int, error) {
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		request.Header.Set("Content-Type", "application/json")
		for _, name := range slices.Sorted(maps.Keys(headers)) {
			request.Header.Set(name, headers[name])
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			response.Body.Close()
			return response.StatusCode, nil
		}
		if time.Now().After(deadline) {
			return 0, err
		}
	}
}

// noStatuses forgets what becomes of workloads.
type noStatuses struct{ statuses.StatusManager }

func (noStatuses) GetWorkload(context.Context, string) (core.Workload, error) {
	return core.Workload{}, runtime.ErrWorkloadNotFound
}

func (noStatuses) SetWorkloadStatus(context.Context, string, runtime.WorkloadStatus, string) error {
	return nil
}
func (noStatuses) SetWorkloadPID(context.Context, string, int) error          { return nil }
func (noStatuses) ResetWorkloadPIDIfMatch(context.Context, string, int) error { return nil }
