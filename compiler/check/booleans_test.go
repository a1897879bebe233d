package check

import (
	"fmt"
	"testing"

	yaml "go.yaml.in/yaml/v3"
	kubernetes "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// TestBooleans holds our words for booleans against the libraries that ToolHive
// and Kubernetes read YAML with.
func TestBooleans(t *testing.T) {
	for _, word := range []string{
		"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF",
		"true", "True", "TRUE", "false", "False", "FALSE", "t", "f", "yEs", "0", "1", "enabled",
	} {
		var typed struct{ A bool }
		err := yaml.Unmarshal([]byte("a: "+word), &typed)
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(word), &node); err != nil {
			t.Fatal(err)
		}
		truth, ours := syntax.OldBooleans[word]
		native := node.Content[0].ShortTag() == "!!bool"
		if (err == nil) != (ours || native) || ours && truth != typed.A {
			t.Errorf("ToolHive reads %q as %v, %v; we have %v, %v", word, typed.A, err, truth, ours)
		}
		var object struct{ A any }
		if err := kubernetes.Unmarshal([]byte("a: "+word), &object); err != nil {
			t.Fatal(err)
		}
		value, isBool := object.A.(bool)
		truth, ours = syntax.OldBooleans[word]
		if isBool != (ours || native) || ours && truth != value {
			t.Errorf("Kubernetes reads %q as %s; we have %v, %v", word, fmt.Sprintf("%T %v", object.A, object.A), truth, ours)
		}
	}
}
