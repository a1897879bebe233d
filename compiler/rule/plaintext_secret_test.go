package rule

import (
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/model"
)

// harmlessHeaders are plain headers of real servers and of companies' own, one a
// line, in which nothing is secret.
const harmlessHeaders = `
X-Tenant-ID: tenant-123
X-Tenant-ID: 550e8400-e29b-41d4-a716-446655440000
X-Tenant-Id: 9f2c47a1d8e03b56c1f4a7e29d80b35c
X-Org-Id: 4711
X-Organization: acme-corp
X-Account-ID: 123456789012345678
X-Project-ID: prj_7Hq2
X-MCP-Toolsets: repos,issues
X-MCP-Toolsets: projects,issues,pull_requests,users,context
X-MCP-Readonly: true
X-MCP-Tools: get_file_contents,search_code,create_pull_request_review
X-MCP-Lockdown: false
X-GitHub-Api-Version: 2022-11-28
X-Api-Version: 2025-06-18
Anthropic-Version: 2023-06-01
OpenAI-Organization: acme-research
Notion-Version: 2022-06-28
Accept-Language: de-CH, de;q=0.9, en;q=0.8
User-Agent: thvctl/1.4.2 (+https://github.com/thvctl/thvctl; linux/amd64)
Referer: https://portal.example.com/start?tab=mcp
Origin: https://portal.example.com
X-Base-URL: https://api.example.com/v2/mcp?tenant=blue
X-Callback-Url: https://hooks.example.com/9fceb02d0ae598e95dc970b74767f19372d6156b/done
X-Request-Id: 4bf92f3577b34da6a3ce929d0e0e4736
X-Correlation-ID: 7c9e6679-7425-40de-944b-e07fc1f90ae7
Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
X-B3-TraceId: 80f198ee56343ba864fe8b2a57d3eff7
X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678
X-Datadog-Trace-Id: 1234567890123456789
X-Commit: 9fceb02d0ae598e95dc970b74767f19372d6156b
X-Image-Digest: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
X-Build: 2025.06.18-rc.3+build.4711
X-Feature-Flags: new-parser=on;beta=off;ui=v2
X-Feature: EnableV2ParserForAllTenants
X-Region: eu-central-1
X-Datacenter: fra3-az2
X-Environment: production
X-Cluster: k8s-prod-eu1-blue
X-Namespace: team-a-8h7k2mt5gf
X-Forwarded-Prefix: /mcp/v1
X-Priority: 1
X-Timeout-Ms: 30000
X-Debug: 0
X-Empty:
X-Team: Platform Engineering
X-Contact: platform-team@example.com
X-Cost-Center: CC-4711-0815
X-Atlassian-Cloud-Id: 1a2b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d
X-Atlassian-Token: no-check
X-Workspace: T024BE7LD
X-Airtable-Base: appG7hT2kLm9PqRsX
X-Dataset: analytics.events_2025_q3
X-Database-Schema: public
X-Warehouse: COMPUTE_WH_XL
X-Model: claude-3-5-sonnet-20241022
X-Cache-Key: 7c9e6679-7425-40de-944b-e07fc1f90ae7
Idempotency-Key: 550e8400-e29b-41d4-a716-446655440000
X-Partition-Key: 9f2c47a1d8e03b56c1f4a7e29d80b35c
X-Project-Key: PLATFORM
X-Key-Id: 3f2504e0-4f89-41d3-9a0c-0305e82c3301
X-Api-Key-Id: key-2025-06
X-Api-Key-Version: v2
X-Api-Key: ${COPILOT_API_KEY}
X-Api-Key: <your key>
X-Api-Key: changeme
X-Signature-Algorithm: hmac-sha256
X-Auth-Mode: oauth2-token-exchange
X-Auth-Provider: keycloak-prod-eu1
X-Auth-Tenant: 550e8400-e29b-41d4-a716-446655440000
X-Auth-Project-Id: 9f2c47a1d8e03b56c1f4a7e29d80b35c
X-Auth-Client-Id: 3f2504e0-4f89-41d3-9a0c-0305e82c3301
X-Auth-Scopes: repo,read:org,workflow
X-Token-Type: urn:ietf:params:oauth:token-type:access_token
X-Token-Issuer: https://login.example.com/realms/mcp
X-Session-Affinity: cookie
X-Secret-Name: webhook-secrets-8h7k2mt5gf
X-Keyword: kubernetes
X-Monkey: bananas-7421-AbCdEfG
X-Author: Ada Lovelace
X-Path: /srv/data/9fceb02d0ae598e95dc970b7/index
X-Pattern: ^[A-Za-z0-9]{3,63}$
X-Cookie-Consent: accepted
X-Authorization-Mode: proxy
`

// credentialHeaders are plain headers that hold a credential, one a line; all are
// made up.
const credentialHeaders = `
Authorization: Bearer ghp_K3xQ9vB7mW2zR5tY8uP1sD4fG6hJ0qA1b2C3
Authorization: Bearer abc
authorization: Basic dXNlcjpwYXNz
AUTHORIZATION: Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b
Authorization: hunter2
Authorization: ${TOKEN}
Cookie: theme=dark
cookie: session=abc; path=/
X-Upstream: ghp_K3xQ9vB7mW2zR5tY8uP1sD4fG6hJ0qA1b2C3
X-Project: glpat-K3xQ9vB7mW2zRq5tY8uP
X-Note: see whsec_K3xQ9vB7mW2zR5tY8uP1sD4fG6hJ0qA1b2C3
X-Aws: AKIAIOSFODNN7EXAMPLE
X-User: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.K3xQ9vB7mW2zR5tY8uP1sD4fG6hJ0qA1b2C3d4E5f6G
X-Forwarded-Authorization: Bearer 7d1f9c2ab3e84c55
X-Custom: Basic dXNlcjpwYXNzd29yZA==
X-Figma: figd_K3xQ9vB7mW2zR5tY8uP1sD4fG6hJ0qA1b2C3d4E5
X-API-Key: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
x-api-key: 9f2c47a1d8e03b56c1f4a7e29d80b35c
Api-Key: 550e8400-e29b-41d4-a716-446655440000
ApiKey: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
X-ApiKey: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
AccessKey: 7c9e6679-7425-40de-944b-e07fc1f90ae7
DD-APPLICATION-KEY: 9f2c47a1d8e03b56c1f4a7e29d80b35c9f2c47a1
Ocp-Apim-Subscription-Key: 9f2c47a1d8e03b56c1f4a7e29d80b35d
X-Functions-Key: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5RdTz==
X-Auth-Token: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
X-Auth: Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b
X-Access-Token: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
Private-Token: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
X-Vault-Token: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
X-MyToken: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
X-Client-Secret: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
X-Shared_Secret: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
X-Password: Xk9#mP2$vL8@qR5!zT
X-Passphrase: Xk9#mP2$vL8@qR5!zT
X-Session: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
X-Session-ID: 7c9e6679-7425-40de-944b-e07fc1f90ae7
X-Hub-Signature: 9f2c47a1d8e03b56c1f4a7e29d80b35c9f2c47a1
X-Jwt: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
X-Credentials: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
X-Upstream-PAT: q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd
`

func TestCredentialOf(t *testing.T) {
	for _, c := range []struct {
		lines string
		least int
		found bool
	}{{harmlessHeaders, 60, false}, {credentialHeaders, 30, true}} {
		lines := strings.Split(strings.TrimSpace(c.lines), "\n")
		if len(lines) < c.least {
			t.Errorf("%d headers, want %d", len(lines), c.least)
		}
		for _, line := range lines {
			name, value, _ := strings.Cut(line, ":")
			what, found := CredentialOf(plainHeader(name, strings.TrimPrefix(value, " ")))
			if found != c.found || found != (what != "") {
				t.Errorf("%s: found %q, %v; want %v", line, what, found, c.found)
			}
		}
	}
}

// TestCredentialName holds a finding to the token that is to be changed, where its
// kind is known.
func TestCredentialName(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"Authorization", "Bearer ghp_K3xQ9vB7mW2zR5tY8uP1sD4fG6hJ0qA1b2C3", "a GitHub personal access token"},
		{"Authorization", "ghp_K3xQ9vB7mW2zR5tY8uP1sD4fG6hJ0qA1b2C3", "a GitHub personal access token"},
		{"Authorization", "Bearer 7d1f9c2ab3e84c55", "a credential"},
		{"X-Upstream", "Bearer 7d1f9c2ab3e84c55", "the value of an Authorization header"},
		{"X-API-Key", "q8ZwarnyX7k2Qm9Zt4Lp1Vb8Nc5Rd\n", "what looks like a random secret"},
	} {
		if what, _ := CredentialOf(plainHeader(c.name, c.value)); what != c.want {
			t.Errorf("%s: %s is %q, want %q", c.name, c.value, what, c.want)
		}
	}
	if what, found := CredentialOf(model.Header{Name: model.Value[string]{V: "Authorization", Set: true}}); found {
		t.Errorf("a header from a secret is %q", what)
	}
}

func plainHeader(name, value string) model.Header {
	return model.Header{
		Name:  model.Value[string]{V: name, Set: true},
		Keyed: true,
		Value: model.Value[string]{V: value, Set: true},
	}
}
