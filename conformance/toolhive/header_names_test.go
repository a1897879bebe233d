package toolhive_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stacklok/toolhive/pkg/transport/middleware"
	"github.com/stacklok/toolhive/pkg/vmcp/headerforward/wirefmt"

	"github.com/thvctl/thvctl/compiler/toolhive"
)

// TestHeaderNames compares the names of variables and identifiers with those that
// ToolHive makes, of random owners and headers, odd ones among them.
func TestHeaderNames(t *testing.T) {
	alphabet := []rune("aAzZ09-_.!#$%&'*+^`|~ /:\u00df\u0131\u017f\u212a\u00e9\u65e5\U0001f600\ufffd")
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		runes := make([]rune, r.IntN(12))
		for i := range runes {
			runes[i] = alphabet[r.IntN(len(alphabet))]
		}
		if r.IntN(20) == 0 {
			return string(runes) + "\xff"
		}
		return string(runes)
	}
	for range 20000 {
		owner, header := text(), text()
		secret, identifier := wirefmt.SecretEnvVarName(owner, header)
		manifest, _ := wirefmt.ManifestEnvVarName(owner)
		want := toolhive.HeaderNames{Identifier: identifier, Secret: secret, Manifest: manifest}
		if got := toolhive.NamesOfHeader(owner, header); got != want {
			t.Fatalf("%q of %q: got %v, want %v", header, owner, got, want)
		}
	}
}

// TestRestrictedHeaders compares the headers that ToolHive refuses. Close is one since
// a later version than the one at hand.
func TestRestrictedHeaders(t *testing.T) {
	for name := range middleware.RestrictedHeaders {
		if !toolhive.IsRestrictedHeader(name) {
			t.Errorf("%s is not restricted", name)
		}
	}
	for _, name := range []string{"Authorization", "Cookie", "X-Forwarded-Port", "Mcp-Session-Id", "Content-Type"} {
		if toolhive.IsRestrictedHeader(name) != middleware.RestrictedHeaders[name] {
			t.Errorf("%s: restricted is %v", name, toolhive.IsRestrictedHeader(name))
		}
	}
}
