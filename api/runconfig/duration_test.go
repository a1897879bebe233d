package runconfig_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/thvctl/thvctl/api/runconfig"
)

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		`5000000000`: 5 * time.Second,
		`"1m30s"`:    90 * time.Second,
		`0`:          0,
		`null`:       time.Hour, // what was there
	} {
		w := runconfig.Webhook{Timeout: runconfig.Duration(time.Hour)}
		if err := json.Unmarshal([]byte(`{"timeout": `+text+`}`), &w); err != nil || time.Duration(w.Timeout) != want {
			t.Errorf("%s: got %v, %v, want %v", text, time.Duration(w.Timeout), err, want)
		}
	}
	for _, text := range []string{`true`, `""`, `"5"`, `1.5`, `{}`} {
		var d runconfig.Duration
		if err := json.Unmarshal([]byte(text), &d); err == nil {
			t.Errorf("%s is read as %v", text, time.Duration(d))
		}
	}
}

func TestDurationWritten(t *testing.T) {
	got, err := json.Marshal(runconfig.Duration(5 * time.Second))
	if err != nil || string(got) != `5000000000` {
		t.Errorf("got %s, %v", got, err)
	}
}
