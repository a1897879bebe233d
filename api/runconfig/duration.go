package runconfig

import (
	"encoding/json"
	"fmt"
	"time"
)

// Duration is a length of time whose JSON form is a whole number of
// nanoseconds. ToolHive reads a Go duration string as well.
type Duration time.Duration

// MarshalJSON writes nanoseconds.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(int64(d)) }

// UnmarshalJSON reads nanoseconds or a Go duration string. Null changes nothing.
func (d *Duration) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var text string
	if json.Unmarshal(data, &text) == nil {
		parsed, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("read a duration: %w", err)
		}
		*d = Duration(parsed)
		return nil
	}
	var nanoseconds int64
	if err := json.Unmarshal(data, &nanoseconds); err != nil {
		return fmt.Errorf("read a duration: %w", err)
	}
	*d = Duration(nanoseconds)
	return nil
}
