package cli

import (
	"encoding/json"
	"io"

	"github.com/thvctl/thvctl/compiler/header"
	"github.com/thvctl/thvctl/compiler/model"
)

// jsonHeaders is what thvctl headers -o json prints. Its version changes when a field
// goes or changes its meaning; further fields may come without.
type jsonHeaders struct {
	Version  int           `json:"version"`
	Backends []jsonBackend `json:"backends"`
}

// jsonBackend is one remote MCP server.
type jsonBackend struct {
	Kind      string       `json:"kind"`
	Namespace string       `json:"namespace,omitempty"`
	Name      string       `json:"name,omitempty"`
	Group     string       `json:"group,omitempty"`
	URL       string       `json:"url,omitempty"`
	File      string       `json:"file"`
	Line      int          `json:"line"`
	Headers   []jsonHeader `json:"headers"`
	Notes     []string     `json:"notes"`
}

// jsonHeader is one header in canonical spelling, with all that set it, the winner first.
type jsonHeader struct {
	Name     string        `json:"name"`
	Settings []jsonSetting `json:"settings"`
}

// jsonSetting is one thing that sets a header.
type jsonSetting struct {
	// From is plaintext, secret, auth or protocol.
	From string `json:"from"`
	Wins bool   `json:"wins"`
	Why  string `json:"why"`
	// Name is the name as it is written; empty for auth and protocol.
	Name string `json:"name,omitempty"`
	// Value is that of plaintext, with bullets in place of what looks like a secret.
	Value *string `json:"value,omitempty"`
	// Secret is what a secret is known by, and Variable the environment variable of the
	// pod that it is handed over in.
	Secret   *jsonSecret `json:"secret,omitempty"`
	Variable string      `json:"variable,omitempty"`
	// By is what authenticates.
	By string `json:"by,omitempty"`
	// Line and Column are where the document says it; 0 for protocol.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
}

// jsonSecret is a key of a Kubernetes Secret, or the name of a ToolHive secret without
// a key.
type jsonSecret struct {
	Name string `json:"name"`
	Key  string `json:"key,omitempty"`
}

const headersVersion = 1

func writeHeadersJSON(w io.Writer, backends []header.Backend) error {
	out := jsonHeaders{headersVersion, []jsonBackend{}}
	for _, b := range backends {
		out.Backends = append(out.Backends, backendJSON(b))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}

func backendJSON(b header.Backend) jsonBackend {
	d := b.Document
	out := jsonBackend{
		Kind: d.Kind.String(), Namespace: d.Object().Namespace, Name: d.Object().Name, Group: d.Remote.Group.V, URL: b.Address(),
		File: d.Source.Name, Line: startLine(d), Headers: []jsonHeader{}, Notes: append([]string{}, b.Notes...),
	}
	for _, h := range b.Headers {
		settings := []jsonSetting{}
		for _, s := range h.Settings {
			settings = append(settings, settingJSON(s))
		}
		out.Headers = append(out.Headers, jsonHeader{h.Name, settings})
	}
	return out
}

func settingJSON(s header.Setting) jsonSetting {
	out := jsonSetting{
		From: string(s.Origin), Wins: s.Wins, Why: s.Why, Name: s.Name(), Variable: s.Variable, By: s.By,
		Line: s.Place.Start.Line, Column: s.Place.Start.Column,
	}
	if value, ok := s.Value(); ok {
		out.Value = &value
	}
	if name, key, ok := s.Reference(); ok {
		out.Secret = &jsonSecret{name, key}
	}
	return out
}

// startLine is the line on which a document begins.
func startLine(d *model.Document) int {
	return d.Source.Span(d.Root.Start, d.Root.Start).Start.Line
}
