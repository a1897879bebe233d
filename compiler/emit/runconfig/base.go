package runconfig

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/api/runconfig"
)

// The keys and middleware types of ToolHive v0.62 that concern webhooks and headers.
const (
	validatingKey  = "validating_webhooks"
	mutatingKey    = "mutating_webhooks"
	chainKey       = "middleware_configs"
	validatingType = "validating-webhook"
	mutatingType   = "mutating-webhook"
	parserType     = "mcp-parser"
	headerKey      = "header_forward"
	headerType     = "header-forward"
)

// ErrNoParser is the error of a base whose middleware chain hands no parsed
// request to the webhooks.
var ErrNoParser = errors.New(`the chain has no "mcp-parser" before the place of the webhooks, so they would be asked nothing`)

// Insert puts the webhooks of a RunConfig into a whole one. Every other value,
// unknown fields and the order of the keys stay as they are in base; the layout
// is ToolHive's. The error is [ErrNoParser], or that base is no JSON object.
func Insert(base []byte, config runconfig.RunConfig) ([]byte, error) {
	root, err := readObject(base)
	if err != nil {
		return nil, err
	}
	if err := root.setChain(func(c *chain) error { return c.setWebhooks(config) }); err != nil {
		return nil, err
	}
	root.setHash(config)
	root.setList(validatingKey, config.ValidatingWebhooks)
	root.setList(mutatingKey, config.MutatingWebhooks)
	return root.layout()
}

// InsertHeaders does the same with the header forwarding of a RunConfig. ToolHive adds
// the middleware for it to any chain when it starts, so that none is inserted; one that
// stands in the chain already is given the headers in plain text, as ToolHive's operator
// does.
func InsertHeaders(base []byte, config runconfig.RunConfig) ([]byte, error) {
	root, err := readObject(base)
	if err != nil {
		return nil, err
	}
	if err := root.setChain(func(c *chain) error { c.setHeaders(config.HeaderForward); return nil }); err != nil {
		return nil, err
	}
	root.setHash(config)
	root.set(headerKey, config.HeaderForward, func(o *object) int { return o.before("embedded_auth_server_config", "scaling_config") })
	return root.layout()
}

// setHash notes the hash of what is inserted.
func (o *object) setHash(config runconfig.RunConfig) {
	o.set("config_hash", config.ConfigHash, afterKey("schema_version"))
	if !o.has("schema_version") {
		o.insert(0, "schema_version", mustJSON(config.SchemaVersion))
	}
}

// object is a JSON object that keeps the order and the text of its members.
type object struct {
	members []member
}

type member struct {
	key string
	// written is the key as the text has it; nil for one of ours.
	written json.RawMessage
	value   json.RawMessage
}

func readObject(text []byte) (*object, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	decoder := json.NewDecoder(bytes.NewReader(text))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("the base is no JSON object")
	}
	o := &object{}
	for decoder.More() {
		start := decoder.InputOffset()
		key, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("read the base: %w", err)
		}
		written := bytes.TrimLeft(text[start:decoder.InputOffset()], ", \t\r\n")
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, fmt.Errorf("read the base: %w", err)
		}
		o.members = append(o.members, member{key.(string), written, value})
	}
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("read the base: %w", err)
	}
	return o, nil
}

func (o *object) index(key string) int {
	return slices.IndexFunc(o.members, func(m member) bool { return m.key == key })
}

func (o *object) has(key string) bool { return o.index(key) >= 0 }

func (o *object) text(key string) string {
	var text string
	if i := o.index(key); i >= 0 {
		_ = json.Unmarshal(o.members[i].value, &text) // not a string: none
	}
	return text
}

func (o *object) insert(at int, key string, value json.RawMessage) {
	o.members = slices.Insert(o.members, at, member{key: key, value: value})
}

// set replaces a value where it stands, or inserts it at a position.
func (o *object) set(key string, value any, position func(*object) int) {
	if i := o.index(key); i >= 0 {
		o.members[i].value = mustJSON(value)
		return
	}
	o.insert(position(o), key, mustJSON(value))
}

func afterKey(key string) func(*object) int {
	return func(o *object) int { return o.index(key) + 1 }
}

// setList sets a webhook list, or removes it where it is empty, as ToolHive
// writes it. A new list stands where ToolHive's own order puts it.
func (o *object) setList(key string, webhooks []runconfig.Webhook) {
	if len(webhooks) > 0 {
		o.set(key, webhooks, func(o *object) int { return o.listPosition(key) })
		return
	}
	if i := o.index(key); i >= 0 {
		o.members = slices.Delete(o.members, i, i+1)
	}
}

func (o *object) listPosition(key string) int {
	following := []string{"endpoint_prefix", "runtime_config", headerKey, "embedded_auth_server_config", "scaling_config"}
	if key == validatingKey {
		following = slices.Insert(following, 0, mutatingKey)
	}
	return o.before(following...)
}

// before returns the position of the first member of one of these keys, or the end.
func (o *object) before(following ...string) int {
	i := slices.IndexFunc(o.members, func(m member) bool { return slices.Contains(following, m.key) })
	if i < 0 {
		return len(o.members)
	}
	return i
}

// layout writes the object as ToolHive does.
func (o *object) layout() ([]byte, error) {
	var compact bytes.Buffer
	compact.WriteByte('{')
	for i, m := range o.members {
		if i > 0 {
			compact.WriteByte(',')
		}
		if m.written == nil {
			m.written = mustJSON(m.key)
		}
		compact.Write(m.written)
		compact.WriteByte(':')
		compact.Write(m.value)
	}
	compact.WriteByte('}')
	var escaped, out bytes.Buffer
	json.HTMLEscape(&escaped, compact.Bytes())
	if err := json.Indent(&out, escaped.Bytes(), "", "  "); err != nil {
		return nil, fmt.Errorf("lay out the base: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// mustJSON encodes a value of ours, which always has a JSON form.
func mustJSON(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
