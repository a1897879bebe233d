package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/thvctl/thvctl/internal/pattern"
)

// The errors of an answer in JSON. They say what is wrong, and show nothing of it.
var (
	errNoObject = errors.New("its answer is not one JSON object")
	errUTF8     = errors.New("its answer is not UTF-8")
	errTwice    = errors.New("its answer has a field twice")
	errBase64   = errors.New("its answer has a value that is not base64")
)

// object is a JSON object whose fields are still to be read.
type object map[string]json.RawMessage

// decodeObject reads exactly one JSON object. encoding/json alone would take the
// last of two fields with one name, fields in other letter case, and what is not
// UTF-8.
func decodeObject(data []byte) (object, error) {
	if !utf8.Valid(data) {
		return nil, errUTF8
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errNoObject
	}
	fields := object{}
	for decoder.More() {
		token, err := decoder.Token()
		name, ok := token.(string)
		var value json.RawMessage
		if err != nil || !ok || decoder.Decode(&value) != nil {
			return nil, errNoObject
		}
		if _, twice := fields[name]; twice {
			return nil, errTwice
		}
		fields[name] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, errNoObject
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errNoObject
	}
	return fields, nil
}

// field reads a field; ok is false where there is none, or one of another type.
func field[T any](o object, name string) (value T, ok bool) {
	raw, there := o[name]
	if !there || string(raw) == "null" {
		return value, false
	}
	return value, json.Unmarshal(raw, &value) == nil
}

// decodeBase64 decodes the standard alphabet with padding, and takes neither line
// breaks nor stray bits.
func decodeBase64(text string) (Value, error) {
	if bytes.ContainsAny([]byte(text), "\r\n") { // the decoder would skip them
		return Value{}, errBase64
	}
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return Value{}, errBase64
	}
	return NewValue(data), nil
}

// Bounds of Kubernetes: the keys of a Secret are 1 to 253 of these characters
// (IsConfigMapKey), and its name and namespace are DNS names.
var (
	dataKey   = pattern.Lazy(`^[-._a-zA-Z0-9]{1,253}$`)
	subdomain = pattern.Lazy(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	label     = pattern.Lazy(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
)

// maxKeys bounds the keys of one answer. A Secret of 1 MiB could hold more, and
// nobody would read the list.
const maxKeys = 1000

func isDataKey(name string) bool { return dataKey().MatchString(name) }
