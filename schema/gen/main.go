// Command gen writes everything that is generated from the shape layer of the
// schema: the table, the JSON Schemas and the Go wire types. It is run in the
// folder schema by go generate.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"slices"

	"github.com/thvctl/thvctl/schema"
)

func main() {
	if err := generate("."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// generate reads the shape layer in dir and writes what follows from it.
func generate(dir string) error {
	source, err := os.ReadFile(filepath.Join(dir, "shape.cue"))
	if err != nil {
		return err
	}
	shapes, err := read(source)
	if err != nil {
		return fmt.Errorf("read the shape layer: %w", err)
	}
	files := map[string][]byte{"table_gen.go": table(shapes)}
	for _, d := range shapes.documents {
		files["jsonschema/"+d.Name+".json"] = jsonSchema(d)
	}
	for name, text := range wireTypes(shapes) {
		files["../api/"+name+"/types_gen.go"] = text
	}
	for _, name := range slices.Sorted(mapKeys(files)) {
		if err := write(filepath.Join(dir, name), files[name]); err != nil {
			return err
		}
	}
	return nil
}

func write(path string, text []byte) error {
	if filepath.Ext(path) == ".go" {
		formatted, err := format.Source(text)
		if err != nil {
			return fmt.Errorf("format %s: %w\n%s", path, err, text)
		}
		text = formatted
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// shapes is the shape layer, read.
type shapes struct {
	documents []*schema.Document
	// types are the definitions of structs, constraints those of strings, both in
	// the order of the source.
	types       []*schema.Type
	constraints []*schema.Constraint
	minTimeout  string
	maxTimeout  string
}
