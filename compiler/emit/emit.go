// Package emit has what all emitters share: artifacts, and the two ways to write
// them down.
package emit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	yaml "go.yaml.in/yaml/v3"
)

// Artifact is one output.
type Artifact struct {
	// Name is the unit's name, for people; empty for what passes through.
	Name string
	// File is the base name in an output folder.
	File string
	// Source is the file that the artifact passes through from; empty for a unit's.
	Source string
	// Schema is the kind of document that the artifact is, or empty for what
	// passes through.
	Schema string
	// Items says that the artifact is a list, whose items are of that kind.
	Items bool
	// YAML says that Data is YAML rather than JSON.
	YAML bool
	Data []byte
}

// JSON writes a value in ToolHive's own layout: indented by two spaces, with
// HTML escaping and one trailing newline.
func JSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	return out.Bytes(), nil
}

// YAML writes a value through its JSON form: keys in the order of the JSON,
// indented by two spaces, and every string that any reader of YAML 1.1 or 1.2
// would take for something else in quotes. A comment goes before the document.
func YAML(value any, comment string) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	node, err := yamlNode(decoder)
	if err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	var out bytes.Buffer
	if comment != "" {
		out.WriteString("# " + comment + "\n")
	}
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(node); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return out.Bytes(), nil
}

// yamlNode reads the next JSON value.
func yamlNode(decoder *json.Decoder) (*yaml.Node, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return yamlCollection(decoder, &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"})
		}
		return yamlCollection(decoder, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"})
	case string:
		return yamlString(t), nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: t.String()}, nil
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(t)}, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
}

func yamlCollection(decoder *json.Decoder, node *yaml.Node) (*yaml.Node, error) {
	for decoder.More() {
		child, err := yamlNode(decoder)
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, child)
	}
	if len(node.Content) == 0 {
		node.Style = yaml.FlowStyle
	}
	_, err := decoder.Token() // the closing bracket
	return node, err
}

var (
	plainDuration = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(ms|s|m|h)([0-9]+(\.[0-9]+)?(ms|s|m))*$`)
	otherWords    = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null)$`)
)

// yamlString leaves a string without quotes only where it begins like a word,
// is none of the words that some reader takes for a boolean or null, or is a
// duration. The writer itself quotes what the syntax demands.
func yamlString(text string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.DoubleQuotedStyle}
	first := strings.IndexFunc(text, func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '/'
	})
	if strings.Contains(text, `"`) && !strings.Contains(text, "'") && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		node.Style = yaml.SingleQuotedStyle // JSON in it stays readable
	}
	if first == 0 && !otherWords.MatchString(text) && !strings.ContainsAny(text, "\n\r\t\u0085\u2028\u2029") || plainDuration.MatchString(text) {
		node.Style = 0
	}
	return node
}
