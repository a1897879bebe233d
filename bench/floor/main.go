// Command floor reads files and decodes them to YAML nodes, and does nothing else: what
// any check of YAML costs that knows where its values stand. The benchmarks give every
// figure as a ratio to its own.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"

	"github.com/thvctl/thvctl/bench/inputs"
)

func main() {
	if err := inputs.Each(os.Args[1:], decode); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

// decode reads all documents of a text; JSON is YAML too.
func decode(data []byte) error {
	for decoder := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var document yaml.Node
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
