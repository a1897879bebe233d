package secret

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
)

// redacted is what a value shows of itself.
const redacted = "[redacted]"

// Value is the value of a secret. However it is printed, logged or encoded, it
// says "[redacted]"; [Value.Reveal] is the only way out. The zero Value is none.
type Value struct {
	// reveal is a function, because reflection and fmt's look at unexported fields
	// end there.
	reveal func() []byte
}

// NewValue returns a value of its own copy of the bytes.
func NewValue(data []byte) Value {
	kept := bytes.Clone(data)
	if kept == nil {
		kept = []byte{}
	}
	return Value{func() []byte { return kept }}
}

// IsSet reports whether there is a value; an empty one is.
func (v Value) IsSet() bool { return v.reveal != nil }

// Reveal returns the bytes, nil for the zero Value. A test names the packages that
// may call it.
func (v Value) Reveal() []byte {
	if v.reveal == nil {
		return nil
	}
	return bytes.Clone(v.reveal())
}

// String implements fmt.Stringer.
func (Value) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Value) GoString() string { return redacted }

// Format implements fmt.Formatter for every verb.
func (Value) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, redacted) }

// LogValue implements slog.LogValuer.
func (Value) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON implements json.Marshaler.
func (Value) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText implements encoding.TextMarshaler.
func (Value) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalYAML implements the marshalers of the YAML libraries.
func (Value) MarshalYAML() (any, error) { return redacted, nil }
