package toolhive

import (
	"net/http"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// initialize and list are bodies of requests to an MCP server.
const (
	initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`
	list       = `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}`
)

// wireCase is a RunConfig of a remote server, and a request through its proxy.
type wireCase struct {
	// members are members of the RunConfig besides those that every one has.
	members string
	// client are headers of the client, wanted those at the server.
	client, wanted map[string]string
	body           string
	status         int
}

// wireCases tell who wins where a forwarded header meets another one.
var wireCases = map[string]wireCase{
	"no chain, over the client's header": {
		members: `"header_forward": {"add_plaintext_headers": {"x-a": "forwarded"}, "add_headers_from_secret": {"X-Secret": "HEADER_FORWARD_X"}}`,
		client:  map[string]string{"X-A": "client", "X-B": "client"},
		wanted:  map[string]string{"X-A": "forwarded", "X-B": "client", "X-Secret": "secret value"},
	},
	"a chain without an entry": {
		members: `"header_forward": {"add_plaintext_headers": {"X-A": "new"}, "add_headers_from_secret": {"X-Secret": "HEADER_FORWARD_X"}}, "middleware_configs": [{"type": "mcp-parser", "parameters": {}}, {"type": "recovery", "parameters": null}]`,
		wanted:  map[string]string{"X-A": "new", "X-Secret": "secret value"},
	},
	"a chain with an old entry": {
		members: `"header_forward": {"add_plaintext_headers": {"X-A": "new"}}, "middleware_configs": [{"type": "bodylimit", "parameters": {"max_bytes": 1000000}}, {"type": "mcp-parser", "parameters": {}}, {"type": "header-forward", "parameters": {"add_headers": {"X-A": "old", "X-Stale": "old"}}}, {"type": "recovery", "parameters": null}]`,
		wanted:  map[string]string{"X-A": "new", "X-Stale": "old"},
	},
	"a chain with an old entry, and no header_forward": {
		members: `"middleware_configs": [{"type": "header-forward", "parameters": {"add_headers": {"X-Stale": "old"}}}, {"type": "recovery", "parameters": null}]`,
		wanted:  map[string]string{"X-Stale": "old"},
	},
	"a chain with an empty entry": {
		members: `"header_forward": {"add_headers_from_secret": {"X-Secret": "HEADER_FORWARD_X"}}, "middleware_configs": [{"type": "header-forward", "parameters": {"add_headers": null}}, {"type": "recovery", "parameters": null}]`,
		wanted:  map[string]string{"X-Secret": "secret value"},
	},
	"headers of the protocol": {
		members: `"header_forward": {"add_plaintext_headers": {"Accept": "text/plain", "Content-Type": "text/x", "Mcp-Protocol-Version": "1", "Mcp-Method": "m", "User-Agent": "u", "Traceparent": "t", "Accept-Encoding": "e", "X-Forwarded-Port": "1"}}`,
		client:  map[string]string{"Accept": "application/json", "Traceparent": "client", "Accept-Encoding": "br"},
		wanted:  map[string]string{"Accept": "text/plain", "Content-Type": "text/x", "Mcp-Protocol-Version": "1", "Mcp-Method": "m", "User-Agent": "u", "Traceparent": "t", "Accept-Encoding": "e", "X-Forwarded-Port": "1"},
	},
	"headers of the proxy itself": {
		members: `"name": "p"`,
		client:  map[string]string{"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Host": "h", "Forwarded": "for=x", "Te": "trailers", "Mcp-Method": "m", "Accept": "a", "Traceparent": "c", "Cookie": "a=b", "Authorization": "Bearer client", "X-Real-Ip": "9.9.9.9"},
		wanted:  map[string]string{"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": absent, "X-Forwarded-Proto": "http", "Forwarded": absent, "Te": "trailers", "Mcp-Method": "m", "Accept": "a", "Traceparent": "c", "Cookie": "a=b", "Authorization": "Bearer client", "X-Real-Ip": "9.9.9.9"},
	},
	"a session of its own, at the start": {
		members: `"header_forward": {"add_plaintext_headers": {"Mcp-Session-Id": "fixed"}}`,
		body:    initialize,
		wanted:  map[string]string{"Mcp-Session-Id": absent},
	},
	"a session of its own, after that": {
		members: `"header_forward": {"add_plaintext_headers": {"Mcp-Session-Id": "fixed"}}`,
		status:  http.StatusNotFound,
	},
	"a client that takes a header away": {
		members: `"header_forward": {"add_plaintext_headers": {"X-A": "forwarded"}}`,
		client:  map[string]string{"Connection": "X-A"},
		wanted:  map[string]string{"X-A": absent},
	},
	"Authorization over the client's": {
		members: `"header_forward": {"add_plaintext_headers": {"authorization": "forwarded"}}`,
		client:  map[string]string{"Authorization": "Bearer client"},
		wanted:  map[string]string{"Authorization": "forwarded"},
	},
	"Authorization behind strip-auth": {
		members: `"header_forward": {"add_plaintext_headers": {"Authorization": "forwarded"}}, "middleware_configs": [{"type": "strip-auth", "parameters": {}}, {"type": "recovery", "parameters": null}]`,
		client:  map[string]string{"Authorization": "Bearer client"},
		wanted:  map[string]string{"Authorization": "forwarded"},
	},
	"Authorization and a bearer token": {
		members: `"header_forward": {"add_plaintext_headers": {"Authorization": "forwarded"}}, "remote_auth_config": {"bearer_token": "b,target=bearer_token"}`,
		wanted:  map[string]string{"Authorization": "Bearer token value"},
	},
	"an empty value": {
		members: `"header_forward": {"add_plaintext_headers": {"X-A": ""}}`,
		client:  map[string]string{"X-A": "client"},
		wanted:  map[string]string{"X-A": ""},
	},
	"a line break": {
		members: `"header_forward": {"add_plaintext_headers": {"X-A": "a\r\nX-B: b"}}`,
		status:  http.StatusBadGateway,
	},
	"no token of a name": {
		members: `"header_forward": {"add_plaintext_headers": {"X A": "a"}}`,
		status:  http.StatusBadGateway,
	},
}

func TestHeaderForwardWire(t *testing.T) {
	inKubernetes(t)
	for name, c := range wireCases {
		t.Run(name, func(t *testing.T) {
			server := newBackend(t)
			address, stopped := startProxy(t, server.URL, c.members)
			body := c.body
			if body == "" {
				body = list
			}
			status, err := send(t, address, body, c.client)
			if err != nil {
				t.Fatalf("%v; the proxy says %v", err, stopped())
			}
			if want := max(c.status, http.StatusOK); status != want {
				t.Errorf("got status %d, want %d", status, want)
			}
			if diff := gocmp.Diff(c.wanted, server.got(c.wanted)); c.wanted != nil && diff != "" {
				t.Errorf("other headers arrive (-want +got)\n%s", diff)
			}
		})
	}
}

// refusals are RunConfigs that ToolHive does not start, and what it says.
var refusals = map[string]struct{ members, want string }{
	"plaintext":                {`"header_forward": {"add_plaintext_headers": {"host": "a"}}`, `header "Host" is restricted`},
	"secret":                   {`"header_forward": {"add_headers_from_secret": {"X-Real-IP": "HEADER_FORWARD_X"}}`, `header "X-Real-Ip" is restricted`},
	"an entry of the chain":    {`"middleware_configs": [{"type": "header-forward", "parameters": {"add_headers": {"te": "a"}}}]`, `header "Te" is restricted`},
	"a secret that is missing": {`"header_forward": {"add_headers_from_secret": {"X-A": "HEADER_FORWARD_NONE"}}`, "failed to resolve header secret"},
}

func TestHeaderForwardRefused(t *testing.T) {
	inKubernetes(t)
	for name, c := range refusals {
		t.Run(name, func(t *testing.T) {
			_, stopped := startProxy(t, "http://127.0.0.1:1", c.members)
			if err := stopped(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
