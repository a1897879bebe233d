package toolhive

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/thvctl/thvctl/api/v1alpha1"
)

// readVectors reads the vectors of one recorded file.
func readVectors[V any](t *testing.T, file string) []V {
	t.Helper()
	data, err := os.ReadFile("../../testdata/toolhive/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct{ Vectors []V }
	if err := json.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	if len(recorded.Vectors) == 0 {
		t.Fatalf("%s holds no vectors", file)
	}
	return recorded.Vectors
}

func TestConfigHash(t *testing.T) {
	type vector struct {
		Name, Dump, Hash string
		Spec             v1alpha1.MCPWebhookConfigSpec
	}
	for _, v := range readVectors[vector](t, "config-hash.json") {
		if v.Name == "empty-slices" { // which the JSON of the recording could not express
			v.Spec.Validating = []v1alpha1.WebhookSpec{}
			v.Spec.Mutating = []v1alpha1.WebhookSpec{}
		}
		t.Run(v.Name, func(t *testing.T) {
			if got := dumpSpec(v.Spec); got != v.Dump {
				t.Errorf("dump\n got %s\nwant %s", got, v.Dump)
			}
			if got := ConfigHash(v.Spec); got != v.Hash {
				t.Errorf("hash: got %s, want %s", got, v.Hash)
			}
		})
	}
}

func TestStringHash(t *testing.T) {
	type vector struct{ In, Dump, Hash string }
	for _, v := range readVectors[vector](t, "string-hash.json") {
		t.Run(v.In, func(t *testing.T) {
			if got := dumpString(v.In); got != v.Dump {
				t.Errorf("dump: got %s, want %s", got, v.Dump)
			}
			if got := StringHash(v.In); got != v.Hash {
				t.Errorf("hash: got %s, want %s", got, v.Hash)
			}
		})
	}
}
