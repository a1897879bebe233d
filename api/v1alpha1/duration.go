package v1alpha1

import (
	"encoding/json"
	"fmt"
	"time"
)

// Duration is a length of time whose JSON form is a Go duration string, as
// Kubernetes writes it ("5s", "1m0s").
type Duration struct {
	time.Duration
}

// MarshalJSON writes the canonical Go duration string.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads a Go duration string. Null changes nothing; anything else is an
// error.
func (d *Duration) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("read a duration: %w", err)
	}
	parsed, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("read a duration: %w", err)
	}
	d.Duration = parsed
	return nil
}
