package layout

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

func TestFormat(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{
			"keys in the order of the schema, unknown ones behind",
			"mutating: []\nunknown: 1\nvalidating:\n  - failurePolicy: fail\n    url: u\n    name: n\n",
			"validating:\n  - name: n\n    url: u\n    failurePolicy: fail\nmutating: []\nunknown: 1\n",
		}, {
			"indentation of two spaces",
			"validating:\n-   name: n\n    tls_config:\n        ca_bundle_path: c\n-\n     name: m\n",
			"validating:\n  - name: n\n    tls_config:\n      ca_bundle_path: c\n  -\n    name: m\n",
		}, {
			"sequences in sequences",
			"validating: []\nx-a:\n-   -   b\n    -   c: d\n        e: f\n",
			"x-a:\n  - - b\n    - c: d\n      e: f\nvalidating: []\n",
		}, {
			"durations in their quotes",
			"validating:\n  - {timeout: 60s}\n  - {timeout: \"0.5m\"}\n  - {timeout: '1000ms'}\n  - {timeout: soon}\n  - {timeout: 5}\n  - {timeout: \"\\x35ms\"}\n  - {name: 60s}\n",
			"validating:\n  - {timeout: 1m0s}\n  - {timeout: \"30s\"}\n  - {timeout: '1s'}\n  - {timeout: soon}\n  - {timeout: 5}\n  - {timeout: \"\\x35ms\"}\n  - {name: 60s}\n",
		}, {
			"a duration that something else shares stays",
			"validating:\n  - name: &t 60s\n    timeout: *t\n  - timeout: &u 60s\n    name: *u\n  - timeout: &v 60s\n  - timeout: *v\n  - timeout: &w 60s\n    *w : x\n",
			"validating:\n  - name: &t 60s\n    timeout: *t\n  - timeout: &u 60s\n    name: *u\n  - timeout: &v 1m0s\n  - timeout: *v\n  - timeout: &w 60s\n    *w : x\n",
		}, {
			"comments go with the entry below them",
			"validating:\n  # the first\n  - url: u # where\n    # who\n    name: n\n    # the foot\n  # the second\n  - name: m\n# the end\n",
			"validating:\n  # the first\n  # who\n  - name: n\n    url: u # where\n    # the foot\n  # the second\n  - name: m\n# the end\n",
		}, {
			"comments that are indented deeper go with the entry above them",
			"validating:\n  - url: u # long,\n           # longer\n    name: n\n    tls_config:\n      # ca_bundle_path: c\n",
			"validating:\n  - name: n\n    url: u # long,\n           # longer\n    tls_config:\n      # ca_bundle_path: c\n",
		}, {
			"a comment at the head stays behind a blank line",
			"# of the file\n\n# of mutating\nmutating: []\n\n# of validating\nvalidating: []\n",
			"# of the file\n\n# of validating\nvalidating: []\n\n# of mutating\nmutating: []\n",
		}, {
			"a comment about the whole file stays at its head",
			"# yaml-language-server: $schema=x\n# of mutating\nmutating: []\nvalidating: []\n",
			"# yaml-language-server: $schema=x\nvalidating: []\n# of mutating\nmutating: []\n",
		}, {
			"blank lines stay, white space at the end of lines goes",
			"\nvalidating:  \n\n  - name: n\t\n  \n\n  - name: m # c \n\n\n",
			"\nvalidating:\n\n  - name: n\n\n\n  - name: m # c\n",
		}, {
			"line breaks and a byte order mark",
			"\ufeffvalidating:\r\n- url: u\r\n  name: n",
			"\ufeffvalidating:\r\n  - name: n\r\n    url: u\r\n",
		}, {
			"a comment at the end is that of the file",
			"validating:\n- name: n\n# end\n",
			"validating:\n  - name: n\n# end\n",
		}, {
			"comments between a key and its value",
			"validating: # a\n# b\n- # c\n  # d\n  name: # e\n    # f\n    n\n",
			"validating: # a\n  # b\n  - # c\n    # d\n    name: # e\n      # f\n      n\n",
		}, {
			"block scalars",
			"validating:\n- hmac_secret_ref: |\n        a\n          b\n  url: >2-\n      c\n    d\n  name: n\n",
			"validating:\n  - name: n\n    url: >2-\n        c\n      d\n    hmac_secret_ref: |\n      a\n        b\n",
		}, {
			"block scalars with blank lines, or nothing else",
			"validating:\n- name: |\n            a\n          \n            b\n  url: |\n          \n  tls_config: >1\n    a\n      \n",
			"validating:\n  - name: |\n      a\n      \n      b\n    url: |\n\n    tls_config: >1\n      a\n        \n",
		}, {
			"nothing moves beside a scalar that keeps blank lines",
			"validating:\n- url: |+\n    a\n\n  name: n\n",
			"validating:\n  - url: |+\n      a\n\n    name: n\n",
		}, {
			"scalars of several lines",
			"validating:\n-   name: a\n        b\n    url: 'c\n\n      d  # e\n\n    f'\n",
			"validating:\n  - name: a\n        b\n    url: 'c\n\n      d  # e\n\n    f'\n",
		}, {
			"lines of a scalar stay behind the column of its mapping",
			"validating:\n- url:\n          a\n   b\n",
			"validating:\n  - url:\n      a\n     b\n",
		}, {
			"a flow collection makes no marker of its lines",
			"validating:\n    - [a,\n --- b]\n",
			"validating:\n  - [a,\n --- b]\n",
		}, {
			"comments and quotes in a flow collection",
			"validating:\n- [it's, # it's ]\n  'it''s ]', \"\\\"]\"]\n",
			"validating:\n  - [it's, # it's ]\n    'it''s ]', \"\\\"]\"]\n",
		}, {
			"flow collections are moved and not laid out",
			"validating:\n- {url:   u, # c  \n   name: n,   \n  }\n- [ \"a  \n    b\" ]\n",
			"validating:\n  - {url:   u, # c\n     name: n,\n    }\n  - [ \"a  \n      b\" ]\n",
		}, {
			"no alias before its anchor",
			"mutating:\n  - &m\n    url: u\n    name: n\nvalidating:\n  - *m\n",
			"mutating:\n  - &m\n    name: n\n    url: u\nvalidating:\n  - *m\n",
		}, {
			"no alias behind another anchor of its name",
			"x-a: &a 1\nvalidating:\n  - url: &b u\n    name: *b\n  - url: *b\n    name: &b n\n",
			"x-a: &a 1\nvalidating:\n  - url: &b u\n    name: *b\n  - url: *b\n    name: &b n\n",
		}, {
			"merge keys and anchors first",
			"validating:\n  - url: u\n    <<: {name: n}\nx-a: &a 1\n",
			"x-a: &a 1\nvalidating:\n  - <<: {name: n}\n    url: u\n",
		}, {
			"a merge key that Kubernetes reads in its place",
			"validating:\n  - url: u\n    <<: {url: v}\n    name: n\n",
			"validating:\n  - url: u\n    <<: {url: v}\n    name: n\n",
		}, {
			"a Kubernetes object",
			"status: {}\nspec:\n  validating:\n  - timeout: 60s\n    name: n\nkind: MCPWebhookConfig\nmetadata:\n  labels:\n    z: 1\n    a: 2\n  finalizers: []\n  name: o\napiVersion: toolhive.stacklok.dev/v1alpha1\n",
			"apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata:\n  name: o\n  finalizers: []\n  labels:\n    z: 1\n    a: 2\nspec:\n  validating:\n    - name: n\n      timeout: 1m0s\nstatus: {}\n",
		}, {
			"an object whose fields are mostly ToolHive's",
			"status: {}\nkind: MCPServerEntry\nspec:\n    b: 1\n    a: [x]\nmetadata: {name: e}\napiVersion: toolhive.stacklok.dev/v1beta1\n",
			"apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPServerEntry\nmetadata: {name: e}\nspec:\n  b: 1\n  a: [x]\nstatus: {}\n",
		}, {
			"documents of others stay byte for byte",
			"# a  \nkind: Pod\napiVersion: v1\nb:  \n-  c\n---  \n# d  \nspec: {}\nkind: MCPServer\napiVersion: toolhive.stacklok.dev/v1beta1\n---\nkind: Secret\napiVersion: v1\ndata: \n    e: f  \n\n\n",
			"# a  \nkind: Pod\napiVersion: v1\nb:  \n-  c\n---\n# d\napiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPServer\nspec: {}\n---\nkind: Secret\napiVersion: v1\ndata: \n    e: f  \n\n\n",
		}, {
			"directives and markers",
			"%YAML 1.1  \n# a  \n---   # b  \nvalidating:\n- name: n\n...  \n# c  \n\n\n",
			"%YAML 1.1\n# a\n---   # b\nvalidating:\n  - name: n\n...\n# c\n",
		}, {
			"the items of a List that are ours",
			"kind: List\nitems:\n-   kind: Secret\n    apiVersion: v1   \n-   spec:\n        validating: []\n    kind: MCPWebhookConfig  \n    apiVersion: toolhive.stacklok.dev/v1alpha1\napiVersion: v1\n",
			"kind: List\nitems:\n-   kind: Secret\n    apiVersion: v1   \n-   apiVersion: toolhive.stacklok.dev/v1alpha1\n    kind: MCPWebhookConfig\n    spec:\n      validating: []\napiVersion: v1\n",
		}, {
			"blank lines behind an item of a List",
			"kind: List\napiVersion: v1\nitems:\n- kind: MCPServer\n  spec:\n        a: >\n                b\n        \n",
			"kind: List\napiVersion: v1\nitems:\n- kind: MCPServer\n  spec:\n    a: >\n      b\n\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			result, found := checkFormat(t, syntax.File{Name: "x", Format: syntax.YAML, Data: []byte(test.in), Named: true})
			if diff := cmp.Diff(test.want, string(result.Data)); diff != "" {
				t.Error(diff)
			}
			if len(found) > 0 || len(result.Left) > 0 || result.Documents == 0 {
				t.Errorf("found %v, left %v, %d documents", found, result.Left, result.Documents)
			}
		})
	}
}

func TestFormatJSON(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{
			"a webhook file",
			"\n{\"mutating\":[],\"validating\":[{\"timeout\":\"60s\",\"url\":\"\\u0061\",\"name\":1.0e1,\"tls_config\":{ }},{\"timeout\":60000000000}]}",
			"{\n  \"validating\": [\n    {\n      \"name\": 1.0e1,\n      \"url\": \"\\u0061\",\n      \"timeout\": \"1m0s\",\n      \"tls_config\": {}\n    },\n    {\n      \"timeout\": 60000000000\n    }\n  ],\n  \"mutating\": []\n}\n",
		}, {
			"a RunConfig in its own order",
			"\ufeff{\"validating_webhooks\":[{\"url\":\"u\",\"timeout\":\"60s\",\"name\":\"n\"}],\r\n\"schema_version\":\"v0.1.0\"}",
			"\ufeff{\r\n  \"validating_webhooks\": [\r\n    {\r\n      \"url\": \"u\",\r\n      \"timeout\": \"60s\",\r\n      \"name\": \"n\"\r\n    }\r\n  ],\r\n  \"schema_version\": \"v0.1.0\"\r\n}\r\n",
		}, {
			"a List with a Secret",
			"{\"kind\":\"List\",\"items\":[{ \"kind\":\"Secret\", \"apiVersion\":\"v1\" },{\"kind\":\"MCPServer\",\"apiVersion\":\"toolhive.stacklok.dev/v1beta1\"}],\"apiVersion\":\"v1\"}",
			"{\n  \"kind\": \"List\",\n  \"items\": [\n    { \"kind\":\"Secret\", \"apiVersion\":\"v1\" },\n    {\n      \"apiVersion\": \"toolhive.stacklok.dev/v1beta1\",\n      \"kind\": \"MCPServer\"\n    }\n  ],\n  \"apiVersion\": \"v1\"\n}\n",
		}, {
			"values one after the other, as compile writes them",
			"{\"validating\":[]} { \"somebody\": \"else's\" } \n\n{\"mutating\":[]}",
			"{\n  \"validating\": []\n}\n{ \"somebody\": \"else's\" } \n\n{\n  \"mutating\": []\n}\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			result, found := checkFormat(t, syntax.File{Name: "x.json", Format: syntax.JSON, Data: []byte(test.in), Named: true})
			if diff := cmp.Diff(test.want, string(result.Data)); diff != "" {
				t.Error(diff)
			}
			if len(found) > 0 {
				t.Errorf("found %v", found)
			}
		})
	}
}

// TestUntouched has files of ours that stay as they are, and why.
func TestUntouched(t *testing.T) {
	for _, test := range []struct {
		name, in string
		format   syntax.Format
		why      string
	}{
		{"syntax", "validating:\n- [\n", syntax.YAML, "THV1003"},
		{"a key twice", "validating:\n-   name: a\n    name: b\n", syntax.YAML, "THV1004"},
		{"one document of two", "validating:\n-   name: a\n---\n}\n", syntax.YAML, "THV1003"},
		{"JSON syntax", `{"validating":[}`, syntax.JSON, "THV1003"},
		{"data behind the value", `{"validating":[]} x`, syntax.JSON, "THV1006"},
		{"values of others", `{"a":[]} {}`, syntax.JSON, "THV1006"},
		{"somebody else's", "a:\n-   b\n", syntax.YAML, "THV1008"},
		{"a Secret", "kind: Secret\napiVersion: v1\ndata: \n    a: b\n", syntax.YAML, ""},
		{"nothing", "# a  \n\n\n", syntax.YAML, ""},
		{"an explicit key", "? validating\n: []\n", syntax.YAML, `a key behind "?"`},
		{"an anchor on its own line", "validating:\n  &a\n  - name: b\n", syntax.YAML, "an anchor or a tag on a line of its own"},
		{"a scalar that would take the last line break", "validating:\n- name: |\n    a", syntax.YAML, "a block scalar at its end without a line break"},
		{"carriage returns", "validating:\r- name: a\r", syntax.YAML, "a line break that is no line feed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			result, found := checkFormat(t, syntax.File{Name: "x", Format: test.format, Data: []byte(test.in), Named: true})
			if diff := cmp.Diff(test.in, string(result.Data)); diff != "" {
				t.Error(diff)
			}
			why := ""
			for _, d := range found {
				why += d.Rule.ID
			}
			for _, l := range result.Left {
				why += l.Reason
			}
			if why != test.why {
				t.Errorf("because of %q, want %q", why, test.why)
			}
		})
	}
}

// TestTooLarge lays out a document that then is over a bound which it was under.
func TestTooLarge(t *testing.T) {
	f := syntax.File{Name: "x.json", Format: syntax.JSON, Data: []byte(`{"validating":[{"name":"a"}]}`)}
	result, found, err := Format(f, syntax.Options{Limits: syntax.Limits{Document: 40}})
	if err != nil || len(found) != 1 || found[0].Rule != diag.TooComplex || string(result.Data) != string(f.Data) {
		t.Errorf("%q, %v, %v", result.Data, found, err)
	}
}

// TestOurOwn demands that what we write ourselves is in its canonical layout. The
// last document of passing-through passed through.
func TestOurOwn(t *testing.T) {
	documents := 0
	for _, pattern := range []string{"*.manifest.yaml", "*.runconfig.json"} {
		files, err := filepath.Glob("../../golden/*/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "/passing-through/crd.manifest.yaml") {
				continue
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			format, _ := syntax.FormatOf(name)
			result, found, err := Format(syntax.File{Name: name, Format: format, Data: data}, syntax.Options{})
			if err != nil || len(found) > 0 || len(result.Left) > 0 {
				t.Errorf("%s: %v, found %v, left %v", name, err, found, result.Left)
			}
			if diff := cmp.Diff(string(data), string(result.Data)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			documents += result.Documents
		}
	}
	if documents == 0 {
		t.Error("found no document of ours")
	}
}
