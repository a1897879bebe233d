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
	rules, err := os.ReadFile(filepath.Join(dir, "rules.cue"))
	if err != nil {
		return err
	}
	sets, err := readRules(rules, shapes)
	if err != nil {
		return fmt.Errorf("read the rules layer: %w", err)
	}
	addGuards(shapes, sets)
	files := map[string][]byte{"table_gen.go": table(shapes)}
	if err := addCRDs(files, shapes, sets); err != nil {
		return err
	}
	for _, d := range shapes.documents {
		files["jsonschema/"+d.Name+".json"] = jsonSchema(d)
	}
	types, err := wireTypes(shapes)
	if err != nil {
		return fmt.Errorf("write the wire types: %w", err)
	}
	for name, text := range types {
		files["../api/"+name+"/types_gen.go"] = text
	}
	for _, name := range slices.Sorted(mapKeys(files)) {
		if err := write(filepath.Join(dir, name), files[name]); err != nil {
			return err
		}
	}
	return nil
}

// addCRDs adds the definition of each kind of document that is one of the API's, in
// our shape and in ToolHive's.
func addCRDs(files map[string][]byte, s shapes, rules map[string]*ruleSet) error {
	for _, d := range s.documents {
		names := s.resources[d.Definition]
		if names == nil {
			continue
		}
		for suffix, compat := range map[string]bool{"": false, "-compat": true} {
			text, err := crd(s, rules, d, compat)
			if err != nil {
				return fmt.Errorf("write the CRD of %s: %w", d.Name, err)
			}
			files["crd/"+names.plural+suffix+".yaml"] = text
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
	// keywords are those that a field has in Kubernetes alone, by "Definition.field",
	// and resources what the API server calls a kind of document, by definition.
	keywords  map[string]keywords
	resources map[string]*resource
	// goTypes are the Go types of fields that name one.
	goTypes map[*schema.Type]string
}
