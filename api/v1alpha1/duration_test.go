package v1alpha1_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/thvctl/thvctl/api/v1alpha1"
)

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		`"1m30s"`: 90 * time.Second,
		`"0"`:     0,
		`null`:    time.Hour, // what was there
	} {
		d := v1alpha1.Duration{Duration: time.Hour}
		if err := json.Unmarshal([]byte(text), &d); err != nil || d.Duration != want {
			t.Errorf("%s: got %v, %v, want %v", text, d, err, want)
		}
	}
	for _, text := range []string{`5000000000`, `true`, `""`, `"5"`, `{}`} {
		var d v1alpha1.Duration
		if err := json.Unmarshal([]byte(text), &d); err == nil {
			t.Errorf("%s is read as %v", text, d)
		}
	}
}

func TestDurationWritten(t *testing.T) {
	got, err := json.Marshal(v1alpha1.Duration{Duration: time.Minute})
	if err != nil || string(got) != `"1m0s"` {
		t.Errorf("got %s, %v", got, err)
	}
}

// What kubectl writes of more than one object is read.
func TestList(t *testing.T) {
	const text = `{"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": [
		{"kind": "MCPWebhookConfig", "metadata": {"name": "a"}, "spec": {"validating": [{"name": "w", "url": "https://a.example", "timeout": null}]}}]}`
	var list v1alpha1.MCPWebhookConfigList
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Items) != 1 {
		t.Fatalf("got %+v, %v", list, err)
	}
	if item := list.DeepCopy().Items[0]; item.Metadata.Name != "a" || item.Spec.Validating[0].Timeout != nil {
		t.Errorf("got %+v", item)
	}
}
