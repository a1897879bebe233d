package secret

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
)

// FuzzExecAnswer reads answers of a command. What is found must be found by
// encoding/json as well, which is less strict, and say the same there.
func FuzzExecAnswer(f *testing.F) {
	for _, c := range execAnswers {
		f.Add([]byte(c.answer), "a", true)
		f.Add([]byte(c.answer), "", false)
	}
	f.Fuzz(func(t *testing.T, data []byte, key string, value bool) {
		ref := Ref{Name: "NAME"}
		if key != "" {
			ref = Ref{Key: Key{"", "hooks", key}}
		}
		got, err := readAnswer(data, ref, value)
		if err != nil {
			if got.Found || got.Value.IsSet() {
				t.Fatalf("found, and an error: %+v, %v", got, err)
			}
			return
		}
		if err := sound(got, question{ref, HMAC, value}); err != nil {
			t.Fatal(err)
		}
		var second struct {
			Version int
			Found   bool
			Keys    *[]string
			Value   *[]byte
		}
		if err := json.Unmarshal(data, &second); err != nil || second.Version != 1 || second.Found != got.Found {
			t.Fatalf("%q is taken as %+v: %+v, %v", data, got, second, err)
		}
		if (second.Keys != nil) != (got.Found && key != "") || (second.Value != nil) != got.Value.IsSet() {
			t.Fatalf("%q is taken as %+v", data, got)
		}
		if second.Keys != nil && slices.Contains(*second.Keys, key) == got.NoKey {
			t.Fatalf("%q is taken as %+v", data, got)
		}
		if second.Value != nil && string(*second.Value) != string(got.Value.Reveal()) {
			t.Fatalf("%q: got the value %q, want %q", data, got.Value.Reveal(), *second.Value)
		}
	})
}

// FuzzClusterAnswer reads answers of kubectl, in the same way.
func FuzzClusterAnswer(f *testing.F) {
	for _, c := range clusterAnswers {
		f.Add([]byte(c.answer), "one", "team")
		f.Add([]byte(c.answer), "one", "")
	}
	f.Fuzz(func(t *testing.T, data []byte, name, namespace string) {
		got, err := readSecret(data, manifestName{namespace, name})
		if err != nil {
			if got.found || len(got.data) > 0 {
				t.Fatalf("found, and an error: %+v, %v", got, err)
			}
			return
		}
		// Into a map encoding/json takes names of fields as they are.
		var fields map[string]json.RawMessage
		var kind string
		var metadata map[string]any
		var values map[string]string
		if err := errors.Join(json.Unmarshal(data, &fields), json.Unmarshal(fields["kind"], &kind), json.Unmarshal(fields["metadata"], &metadata)); err != nil {
			t.Fatalf("%q is taken as %+v: %v", data, got, err)
		}
		if raw := fields["data"]; raw != nil {
			if err := json.Unmarshal(raw, &values); err != nil {
				t.Fatalf("%q is taken as %+v: %v", data, got, err)
			}
		}
		if kind != "Secret" || metadata["name"] != name || namespace != "" && metadata["namespace"] != nil && metadata["namespace"] != namespace {
			t.Fatalf("%q is taken for %q of %q", data, name, namespace)
		}
		if len(values) != len(got.data) || !slices.IsSorted(got.keys) || len(got.keys) != len(got.data) {
			t.Fatalf("%q is taken as %+v", data, got)
		}
		for key, encoded := range values {
			if string(got.data[key].Reveal()) != encoded {
				t.Fatalf("%q: key %q has %q", data, key, got.data[key].Reveal())
			}
		}
	})
}
