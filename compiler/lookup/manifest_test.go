package lookup_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/lookup"
)

const aSecret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: team}\n"

func TestManifests(t *testing.T) {
	docs := documents(t, "a.yaml", webhookConfig+"---\n"+aSecret+"data: {b: eA==, a: eA==}\nstringData: {c: x, a: y}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: empty}\ndata:\n")
	found := lookup.Manifests(docs)
	if len(found) != 2 {
		t.Fatalf("found %d Secrets", len(found))
	}
	if m := found[0]; m.Namespace != "team" || m.Name != "s" || !cmp.Equal(m.Keys, []string{"a", "b", "c"}) {
		t.Errorf("found %s/%s with the keys %q", m.Namespace, m.Name, m.Keys)
	}
	if m := found[1]; m.Namespace != "" || m.Name != "empty" || len(m.Keys) > 0 {
		t.Errorf("found %s/%s with the keys %q", m.Namespace, m.Name, m.Keys)
	}
}

// TestManifestValues takes values as the API server does, and none that stand for
// others.
func TestManifestValues(t *testing.T) {
	const (
		noString = "error: its value in data is no string"
		noBase64 = "error: its value in data is no base64"
		sealed   = "error: it is encrypted, which an exec store can decrypt"
	)
	for _, c := range []struct{ name, text, want string }{
		{"data", "data: {k: Y2FuYXJ5}", "canary"},
		{"data in quotes", "data: {k: 'Y2FuYXJ5'}", "canary"},
		{"data in lines", "data:\n  k: |\n    Y2Fu\n    YXJ5\n", "canary"},
		{"data of bytes", "data: {k: //79}", "\xff\xfe\xfd"},
		{"data with a line break", "data: {k: Y2FuYXJ5Cg==}", "canary\n"},
		{"data with stray bits", "data: {k: Y2FuYXJ5Ch==}", "canary\n"},
		{"no data", "data: {k: ''}", ""},
		{"null", "data: {k: null}", ""},
		{"null of YAML", "data: {k: }", ""},
		{"a key that is not there", "data: {other: Y2FuYXJ5}", ""},
		{"stringData", "stringData: {k: canary}", "canary"},
		{"stringData in lines", "stringData:\n  k: |\n    canary\n", "canary\n"},
		{"stringData wins", "data: {k: b3RoZXI=}\nstringData: {k: canary}", "canary"},
		{"stringData wins over what is broken", "data: {k: '!'}\nstringData: {k: canary}", "canary"},
		{"an alias", "data: {a: &a Y2FuYXJ5, k: *a}", "canary"},
		{"a merge key", "data: {<<: {k: Y2FuYXJ5}}", "canary"},

		{"a number", "data: {k: 12345678}", noString},
		{"a number in stringData", "stringData: {k: 12345678}", "error: its value in stringData is no string"},
		{"null in stringData", "data: {k: Y2FuYXJ5}\nstringData: {k: null}", "error: its value in stringData is no string"},
		{"a list", "data: {k: [Y2FuYXJ5]}", noString},
		{"a mapping", "data: {k: {a: Y2FuYXJ5}}", noString},
		{"text", "data: {k: 'canary!'}", noBase64},
		{"without padding", "data: {k: Y2FuYXJ5Cg}", noBase64},
		{"of another alphabet", "data: {k: __79}", noBase64},
		{"sops", "data: {k: Y2FuYXJ5}\nsops: {mac: x}", "error: it is encrypted with sops, which an exec store can decrypt"},
		{"sealed", "stringData: {k: 'ENC[AES256_GCM,data:canary]'}", sealed},
		{"sealed in data", "data: {k: RU5DW0FFUzI1Nl0=}", sealed},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := lookup.Manifests(documents(t, "a.yaml", aSecret+c.text+"\n"))
			if len(found) != 1 {
				t.Fatalf("found %d Secrets", len(found))
			}
			value, err := found[0].Value("k")
			got := string(value.Reveal())
			if err != nil {
				got = "error: " + err.Error()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if err != nil && (value.IsSet() || strings.Contains(err.Error(), "canary")) {
				t.Errorf("a value beside or in the error %q", err)
			}
		})
	}
}
