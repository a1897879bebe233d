package secret

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"testing"
)

// holder has a value in every place where one may end up.
type holder struct {
	Exported   Value
	unexported Value
	Pointer    *Value
	pointer    *Value
	Any        any
	any        any
	Map        map[string]Value
	slice      []Value
	Inner      struct{ inner Value }
	Answer     Answer
	err        error
	channel    chan Value
	function   func() Value
}

func newHolder() holder {
	value := NewValue([]byte(canary))
	channel := make(chan Value, 1)
	channel <- value
	return holder{
		Exported: value, unexported: value, Pointer: &value, pointer: &value, Any: value, any: &value,
		Map: map[string]Value{"a": value}, slice: []Value{value}, Inner: struct{ inner Value }{value},
		Answer: Answer{Found: true, Value: value}, err: valueError{value}, channel: channel,
		function: func() Value { return value },
	}
}

// valueError is an error that carries a value, as none should.
type valueError struct{ value Value }

func (e valueError) Error() string { return fmt.Sprint("failed with ", e.value) }

func TestValueIsHidden(t *testing.T) {
	h := newHolder()
	value := h.Exported
	for _, thing := range []any{
		value, &value, h, &h, h.err, []any{value, &value, h}, map[Key]any{{}: h}, [1]Value{value},
		fmt.Errorf("wrapped: %w", h.err), errors.Join(h.err, fmt.Errorf("%w and %v", h.err, value)),
		fmt.Errorf("%s %q %x %d %v %+v %#v", value, value, value, value, h, h, h), struct{ Value }{value},
	} {
		if shown := everyPrint(thing); strings.Contains(shown, canary) || strings.Contains(shown, fmt.Sprintf("%x", canary)) || strings.Contains(shown, encodedCanary) {
			t.Errorf("%T shows the value: %s", thing, shown)
		}
	}
	for _, verb := range "vsqxXdobcUteEfFgGTp!" {
		for _, flag := range []string{"", "+", "#", "-20", "020", " ", ".3", "20.2"} {
			if shown := fmt.Sprintf("%"+flag+string(verb), value); strings.Contains(shown, canary[:3]) || verb != 'T' && verb != 'p' && verb != '!' && shown != "[redacted]" {
				t.Errorf("%%%s%c shows %s", flag, verb, shown)
			}
		}
	}
}

func TestValueIsHiddenWhenEncoded(t *testing.T) {
	value := NewValue([]byte(canary))
	data, err := json.Marshal(map[string]any{"a": value, "b": &value, "c": Answer{Value: value}})
	if err != nil || strings.Count(string(data), `"[redacted]"`) != 3 || strings.Contains(string(data), canary) {
		t.Errorf("JSON: got %s, %v", data, err)
	}
	if text, err := value.MarshalText(); err != nil || string(text) != "[redacted]" {
		t.Errorf("text: got %s, %v", text, err)
	}
	if node, err := value.MarshalYAML(); err != nil || node != "[redacted]" {
		t.Errorf("YAML: got %v, %v", node, err)
	}
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(value); bytes.Contains(out.Bytes(), []byte(canary)) {
		t.Errorf("gob: got %q, %v", out.Bytes(), err)
	}
	out.Reset()
	if err := xml.NewEncoder(&out).Encode(value); err != nil || bytes.Contains(out.Bytes(), []byte(canary)) {
		t.Errorf("XML: got %q, %v", out.Bytes(), err)
	}
}

// TestValueIsHiddenInAPanic prints what the runtime and a recovering caller would.
func TestValueIsHiddenInAPanic(t *testing.T) {
	defer func() {
		failure := recover()
		if shown := everyPrint(failure) + string(debug.Stack()); strings.Contains(shown, canary) {
			t.Errorf("the panic shows the value: %s", shown)
		}
	}()
	panic(newHolder().err)
}

func TestValue(t *testing.T) {
	data := []byte(canary)
	value := NewValue(data)
	data[0] = 'X'
	value.Reveal()[1] = 'X'
	if got := string(value.Reveal()); got != canary || !value.IsSet() {
		t.Errorf("got %q", got)
	}
	for _, empty := range []Value{NewValue(nil), NewValue([]byte{})} {
		if got := empty.Reveal(); !empty.IsSet() || got == nil || len(got) != 0 {
			t.Errorf("empty: got %v, set %t", got, empty.IsSet())
		}
	}
	var none Value
	if none.IsSet() || none.Reveal() != nil || fmt.Sprint(none) != "[redacted]" {
		t.Errorf("the zero value is %v, set %t", none.Reveal(), none.IsSet())
	}
}
