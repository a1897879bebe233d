package syntax

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/internal/pattern"
)

// Diagnostic makes a finding at a path of the document. A value that was reached
// through an alias is found at its anchor, with the alias as related place.
func (d *Document) Diagnostic(rule diag.Rule, path, message string) diag.Diagnostic {
	_, value, _ := d.Lookup(path)
	found := value.Source.DiagnosticAt(rule, d.Span(path), message)
	found.Path = d.ShownPath(path)
	found.Related = aliasPlace(value)
	return found
}

// ShownPath returns a path with bullets in place of the keys that must not be shown.
func (d *Document) ShownPath(path string) string {
	shown, at := "", d.Root
	for _, step := range SplitPath(path) {
		key, value := child(at, step)
		switch {
		case value == nil:
			return path // it leads to nothing that stands in the document
		case at.Kind == List:
			shown += "[" + step + "]"
		case key.Source.Masked(key.Start, key.End):
			shown = JoinKey(shown, "•••")
		default:
			shown = JoinKey(shown, step)
		}
		at = value
	}
	return shown
}

// KeyDiagnostic makes a finding at the key of an entry of the document.
func (d *Document) KeyDiagnostic(rule diag.Rule, key *Node, path, message string) diag.Diagnostic {
	found := key.Source.DiagnosticAt(rule, key.Span(), message)
	found.Path = path
	if key.Source.Masked(key.Start, key.End) {
		parent := strings.TrimSuffix(strings.TrimSuffix(path, JoinKey("", key.Value)), ".")
		found.Path = JoinKey(parent, "•••")
	}
	found.Related = aliasPlace(key)
	return found
}

func aliasPlace(n *Node) []diag.Related {
	if n.Alias < 0 {
		return nil
	}
	end := n.Alias + 1
	for end < len(n.Source.Data) && !isYAMLSpace(rune(n.Source.Data[end])) && n.Source.Data[end] != ',' {
		end++
	}
	return []diag.Related{{Span: n.Source.Span(n.Alias, end), Message: "reached through this alias"}}
}

// Show returns the text of a value for a message: quoted, shortened, and masked
// where it holds a secret.
func (n *Node) Show() string {
	const longest = 60
	if n.Kind == List || n.Kind == Map {
		return n.Kind.String()
	}
	text := n.Value
	if shown := n.Source.Text(n.Start, n.End); shown != string(n.Source.Data[n.Start:n.End]) {
		text = strings.Trim(shown, `"'`)
	}
	text = HideTokens(text)
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	if n.Kind != String {
		return text
	}
	return strconv.Quote(text)
}

// OldBooleans are the words of YAML 1.1 that go.yaml.in/yaml/v3 takes for a typed
// boolean, and sigs.k8s.io/yaml for any plain scalar, beside those of YAML 1.2.
var OldBooleans = map[string]bool{
	"y": true, "Y": true, "yes": true, "Yes": true, "YES": true, "on": true, "On": true, "ON": true,
	"n": false, "N": false, "no": false, "No": false, "NO": false, "off": false, "Off": false, "OFF": false,
}

// OldBoolean returns the value of one of [OldBooleans].
func OldBoolean(word string) (truth, ok bool) {
	if len(word) > len("false") { // as most texts
		return false, false
	}
	truth, ok = OldBooleans[word]
	return truth, ok
}

var decimal = pattern.Lazy(`^-?(0|[1-9][0-9]*)$`)

// AsKubernetes returns the value as Kubernetes reads it, which takes more plain
// words for booleans.
func (n *Node) AsKubernetes() *Node {
	read := *n
	if truth, old := OldBoolean(n.Value); old && n.Plain && n.Kind == String {
		read.Kind, read.Value = Bool, strconv.FormatBool(truth)
	}
	read.Items, read.Entries = nil, nil
	for _, item := range n.Items {
		read.Items = append(read.Items, item.AsKubernetes())
	}
	for _, e := range n.Entries {
		read.Entries = append(read.Entries, Entry{Key: e.Key, Value: e.Value.AsKubernetes()})
	}
	return &read
}

// MarshalJSON writes the value as JSON, keys in the order of the source.
func (n *Node) MarshalJSON() ([]byte, error) {
	switch n.Kind {
	case List:
		if n.Items == nil {
			return []byte("[]"), nil
		}
		return json.Marshal(n.Items)
	case Map:
		return n.objectJSON()
	case Null:
		return []byte("null"), nil
	case Bool:
		return []byte(n.Value), nil
	case Int:
		if decimal().MatchString(n.Value) {
			return []byte(n.Value), nil
		}
		if number, ok := n.Integer(); ok {
			return json.Marshal(number)
		}

	case Float:
		if number, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return json.Marshal(number)
		}
	}
	return json.Marshal(n.Value)
}

func (n *Node) objectJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, e := range n.Entries {
		if i > 0 {
			out.WriteByte(',')
		}
		key, err := json.Marshal(e.Key.Value)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(e.Value)
		if err != nil {
			return nil, err
		}
		out.Write(key)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
