package toolhive

import (
	"strings"
	"testing"
)

func TestNamesOfHeader(t *testing.T) {
	type vector struct {
		Owner, Header, Identifier string
		SecretEnv                 string `json:"secret_env"`
		ManifestEnv               string `json:"manifest_env"`
	}
	for _, v := range readVectors[vector](t, "header-forward-names.json") {
		want := HeaderNames{v.Identifier, v.SecretEnv, v.ManifestEnv}
		if got := NamesOfHeader(v.Owner, v.Header); got != want {
			t.Errorf("%s of %s: got %v, want %v", v.Header, v.Owner, got, want)
		}
	}
}

// TestOddNamesOfHeader has names that no vector has. What they become follows from the
// two steps of ToolHive: capitals first, then "_" for each character that is left.
func TestOddNamesOfHeader(t *testing.T) {
	for _, c := range []struct{ owner, header, want string }{
		{"", "", "HEADER_FORWARD__"},
		{"a", "", "HEADER_FORWARD__A"},
		{"9-a.b", "X_a!b", "HEADER_FORWARD_X_A_B_9_A_B"},
		{"a", "x-ß", "HEADER_FORWARD_X___A"},
		{"a", "\u0131\u017f\u212a", "HEADER_FORWARD_IS__A"}, // dotless i and long s have capitals in ASCII, the sign of Kelvin has none
		{"a", "日本", "HEADER_FORWARD____A"},
		{"a", "x\xff\xfey", "HEADER_FORWARD_X__Y_A"},
		{strings.Repeat("a", 253), "h", "HEADER_FORWARD_H_" + strings.Repeat("A", 253)},
	} {
		if got := NamesOfHeader(c.owner, c.header).Identifier; got != c.want {
			t.Errorf("%q of %q: got %s, want %s", c.header, c.owner, got, c.want)
		}
	}
}

func TestRestrictedHeaders(t *testing.T) {
	for _, name := range []string{"host", "HOST", "te", "http2-settings", "x-REAL-ip", "close"} {
		if !IsRestrictedHeader(name) {
			t.Errorf("%s is not restricted", name)
		}
	}
	for _, name := range []string{"Authorization", "Cookie", "X-Forwarded-Port", "X-Forwarded-Prefix", "Host ", ""} {
		if IsRestrictedHeader(name) {
			t.Errorf("%s is restricted", name)
		}
	}
}
