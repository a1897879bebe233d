package runconfig

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/api/runconfig"
)

// setChain changes the middleware chain, where there is one.
func (o *object) setChain(change func(*chain) error) error {
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
	if err := change(c); err != nil {
		return err
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

// setWebhooks puts the webhooks into the chain. Where there is one, ToolHive reads the
// webhooks from it alone.
func (c *chain) setWebhooks(config runconfig.RunConfig) error {
	c.place(validatingType, config.ValidatingWebhooks)
	c.place(mutatingType, config.MutatingWebhooks)
	if !c.parsesFirst() {
		return ErrNoParser
	}
	return nil
}

// setHeaders gives the headers in plain text to the entry that adds headers, and takes
// out any further ones.
func (c *chain) setHeaders(forward *runconfig.HeaderForward) {
	at := c.index(headerType)
	if at < 0 {
		return
	}
	c.entries = slices.DeleteFunc(c.entries, func(m middleware) bool { return m.kind == headerType })
	type parameters struct {
		AddHeaders map[string]string `json:"add_headers"` // null where there are none, as ToolHive has it
	}
	var plain parameters
	if len(forward.AddPlaintextHeaders) > 0 {
		plain.AddHeaders = forward.AddPlaintextHeaders
	}
	c.entries = slices.Insert(c.entries, at, middleware{headerType, entryOf(headerType, plain)})
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
	return entryOf(kind, parameters{webhooks, c.serverName, c.transport})
}

func entryOf(kind string, parameters any) json.RawMessage {
	return mustJSON(struct {
		Type       string `json:"type"`
		Parameters any    `json:"parameters"`
	}{kind, parameters})
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
