package runconfig

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/api/runconfig"
)

// The keys and middleware types of ToolHive v0.62 that concern webhooks.
const (
	validatingKey  = "validating_webhooks"
	mutatingKey    = "mutating_webhooks"
	chainKey       = "middleware_configs"
	validatingType = "validating-webhook"
	mutatingType   = "mutating-webhook"
	parserType     = "mcp-parser"
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
	if err := root.setChain(config); err != nil {
		return nil, err
	}
	root.set("config_hash", config.ConfigHash, afterKey("schema_version"))
	if !root.has("schema_version") {
		root.insert(0, "schema_version", mustJSON(config.SchemaVersion))
	}
	root.setList(validatingKey, config.ValidatingWebhooks)
	root.setList(mutatingKey, config.MutatingWebhooks)
	return root.layout()
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
	following := []string{"endpoint_prefix", "runtime_config", "header_forward", "embedded_auth_server_config", "scaling_config"}
	if key == validatingKey {
		following = slices.Insert(following, 0, mutatingKey)
	}
	for i, m := range o.members {
		if slices.Contains(following, m.key) {
			return i
		}
	}
	return len(o.members)
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

// setChain puts the webhooks into the middleware chain. Where that is not
// empty, ToolHive reads the webhooks from it alone.
func (o *object) setChain(config runconfig.RunConfig) error {
	at := o.index(chainKey)
	if at < 0 {
		return nil
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(o.members[at].value, &entries); err != nil {
		return fmt.Errorf("read %s: %w", chainKey, err)
	}
	if len(entries) == 0 {
		return nil
	}
	c := &chain{serverName: o.text("name"), transport: o.text("transport")}
	for _, raw := range entries {
		var entry struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(raw, &entry); err != nil {
			return fmt.Errorf("read %s: %w", chainKey, err)
		}
		c.entries = append(c.entries, middleware{entry.Type, raw})
	}
	c.place(validatingType, config.ValidatingWebhooks)
	c.place(mutatingType, config.MutatingWebhooks)
	if !c.parsesFirst() {
		return ErrNoParser
	}
	o.members[at].value = c.json()
	return nil
}

// chain is a middleware chain, outermost first.
type chain struct {
	entries               []middleware
	serverName, transport string
}

type middleware struct {
	kind string
	raw  json.RawMessage
}

func (c *chain) index(kinds ...string) int {
	return slices.IndexFunc(c.entries, func(m middleware) bool { return slices.Contains(kinds, m.kind) })
}

// place replaces the entry of a kind where it stands, inserts it where ToolHive
// would, or removes it where there are no webhooks.
func (c *chain) place(kind string, webhooks []runconfig.Webhook) {
	at := c.index(kind)
	c.entries = slices.DeleteFunc(c.entries, func(m middleware) bool { return m.kind == kind })
	if len(webhooks) == 0 {
		return
	}
	if at < 0 {
		at = c.position(kind)
	}
	c.entries = slices.Insert(c.entries, at, middleware{kind, c.entry(kind, webhooks)})
}

// position returns where a chain without an entry of the kind gets one. In the
// operator's chains telemetry is outside the webhooks, in the command line's it
// is inside; bodylimit tells them apart. Mutating webhooks go before validating.
func (c *chain) position(kind string) int {
	if kind == mutatingType {
		if at := c.index(validatingType); at >= 0 {
			return at
		}
	}
	inner := []string{"telemetry", "authorization", "recovery"}
	if c.index("bodylimit") >= 0 {
		inner = []string{"usagemetrics", "authorization", "awssts", "header-forward", "recovery"}
	}
	if at := c.index(inner...); at >= 0 {
		return at
	}
	return len(c.entries)
}

func (c *chain) entry(kind string, webhooks []runconfig.Webhook) json.RawMessage {
	type parameters struct {
		Webhooks   []runconfig.Webhook `json:"webhooks"`
		ServerName string              `json:"server_name"`
		Transport  string              `json:"transport"`
	}
	return mustJSON(struct {
		Type       string     `json:"type"`
		Parameters parameters `json:"parameters"`
	}{kind, parameters{webhooks, c.serverName, c.transport}})
}

// parsesFirst reports whether requests are parsed before the first webhook.
func (c *chain) parsesFirst() bool {
	parser, first := c.index(parserType), c.index(validatingType, mutatingType)
	return parser >= 0 && (first < 0 || parser < first)
}

func (c *chain) json() json.RawMessage {
	raws := make([]json.RawMessage, len(c.entries))
	for i, m := range c.entries {
		raws[i] = m.raw
	}
	return mustJSON(raws)
}
