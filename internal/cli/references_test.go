package cli_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/docs/gen/example"
)

// referenceConfig is an MCPWebhookConfig that nobody refers to, and
// referenceServer an MCPServer that refers to none that is there.
const (
	referenceConfig = `apiVersion: toolhive.stacklok.dev/v1alpha1
kind: MCPWebhookConfig
metadata: {name: company, namespace: team}
spec:
  validating:
    - {name: policy, url: "https://policy.example.com/", hmacSecretRef: {name: s, key: k}}
`
	referenceServer = `apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServer
metadata: {name: github, namespace: team}
spec: {webhookConfigRef: {name: audit}}
`
)

// TestReferences covers what no example can hold, because it is found by other
// rules as well: THV5003 and THV5004 conclude nothing from what could not be read.
func TestReferences(t *testing.T) {
	config := func(metadata string) string {
		return strings.Replace(referenceConfig, "{name: company, namespace: team}", metadata, 1)
	}
	server := func(metadata, spec string) string {
		return "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPServer\nmetadata: " + metadata + "\nspec: " + spec + "\n"
	}
	const named = "{name: fetch, namespace: team}"
	cases := []struct {
		name string
		more example.File // beside the two above
		want string       // a rule for each finding
	}{
		{"nothing", example.File{}, "THV5003 THV5004"},
		{"config-without-name", example.File{Name: "more.yaml", Data: []byte(config("{generateName: audit-, namespace: team}"))}, "THV5004"},
		{"config-name-list", example.File{Name: "more.yaml", Data: []byte(config("{name: [audit], namespace: team}"))}, "THV5004"},
		{"config-namespace-list", example.File{Name: "more.yaml", Data: []byte(config("{name: audit, namespace: [team]}"))}, "THV5004"},
		{"config-namespace-misspelt", example.File{Name: "more.yaml", Data: []byte(config("{name: audit, nameSpace: team}"))}, "THV5004"},
		{"config-metadata-text", example.File{Name: "more.yaml", Data: []byte(config("audit"))}, "THV5004"},
		{"config-not-concrete", example.File{Name: "more.cue", Data: []byte(`apiVersion: "toolhive.stacklok.dev/v1alpha1", kind: "MCPWebhookConfig", metadata: name: string`)}, "THV5004"},
		{"server-without-reference", example.File{Name: "more.yaml", Data: []byte(server(named, "{webhookConfigRef: null}"))}, "THV5003 THV5004"},
		{"server-namespace-list", example.File{Name: "more.yaml", Data: []byte(server("{name: fetch, namespace: [team]}", "{webhookConfigRef: {name: company}}"))}, "THV5003"},
		{"server-metadata-text", example.File{Name: "more.yaml", Data: []byte(server("fetch", "{webhookConfigRef: {name: company}}"))}, "THV5003"},
		{"server-reference-text", example.File{Name: "more.yaml", Data: []byte(server(named, "{webhookConfigRef: company}"))}, "THV5003"},
		{"server-reference-without-name", example.File{Name: "more.yaml", Data: []byte(server(named, "{webhookConfigRef: {object: company}}"))}, "THV5003"},
		{"server-reference-folded", example.File{Name: "more.yaml", Data: []byte(server(named, "{webhookconfigref: company}"))}, "THV5003"},
		{"server-spec-text", example.File{Name: "more.yaml", Data: []byte(server(named, "company"))}, "THV5003"},
		{"syntax", example.File{Name: "more.yaml", Data: []byte(config("{name: audit, namespace: team"))}, ""},
		{"syntax-of-one-document", example.File{Name: "more.yaml", Data: []byte(server(named, "{}") + "---\n" + config("{name: audit"))}, ""},
		{"duplicate-key", example.File{Name: "more.yaml", Data: []byte(config("{name: other, name: audit, namespace: team}"))}, ""},
		{"syntax-cue", example.File{Name: "more.cue", Data: []byte(`kind: "MCPWebhookConfig", metadata: {`)}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := example.Example{Args: []string{"lint", "config.yaml", "server.yaml"}, Files: []example.File{
				{Name: "config.yaml", Data: []byte(referenceConfig)}, {Name: "server.yaml", Data: []byte(referenceServer)},
			}}
			if c.more.Name != "" {
				e.Files, e.Args = append(e.Files, c.more), append(e.Args, c.more.Name)
			}
			t.Chdir(t.TempDir())
			writeExample(t, e)
			compareReferences(t, e, c.want)
		})
	}
}

// TestReferencesUnread is about a file that the command line cannot read.
func TestReferencesUnread(t *testing.T) {
	t.Chdir(t.TempDir())
	e := example.Example{Args: []string{"lint", "."}, Files: []example.File{{Name: "deploy.yaml", Data: []byte(referenceConfig + "---\n" + referenceServer)}}}
	writeExample(t, e)
	compareReferences(t, e, "THV5003 THV5004")
	if err := os.Symlink("gone.yaml", "link.yaml"); err != nil {
		t.Fatal(err)
	}
	compareReferences(t, e, "")
}

// compareReferences runs an example and compares what THV5003 and THV5004 find.
func compareReferences(t *testing.T, e example.Example, want string) {
	t.Helper()
	var got []string
	for _, f := range runExample(t, e).findings {
		if f.Rule == "THV5003" || f.Rule == "THV5004" {
			got = append(got, f.Rule)
		}
	}
	slices.Sort(got)
	if got := strings.Join(got, " "); got != want {
		t.Errorf("found by %q, want %q", got, want)
	}
}
