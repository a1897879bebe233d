// Command gen writes everything that is generated from the schema: the table, the JSON
// Schemas, the CRDs and the Go wire types. What it cannot say in all of them alike it
// refuses. It is run in the folder schema by go generate.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if err := generate("."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// generate reads the schema in dir and writes what follows from it: all, or on an error
// nothing.
func generate(dir string) error {
	files, err := generated(dir)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := write(filepath.Join(dir, name), files[name]); err != nil {
			return err
		}
	}
	return nil
}

// generated returns the text of every file that follows from the schema in dir, by its
// name from there.
func generated(dir string) (map[string][]byte, error) {
	shapes, rules, err := readSchema(dir)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"table_gen.go": table(shapes)}
	if err := addCRDs(files, shapes, rules); err != nil {
		return nil, err
	}
	for _, d := range shapes.documents {
		files["jsonschema/"+d.Name+".json"] = jsonSchema(d)
	}
	types, err := wireTypes(shapes)
	if err != nil {
		return nil, fmt.Errorf("write the wire types: %w", err)
	}
	for name, text := range types {
		files["../api/"+name+"/types_gen.go"] = text
	}
	if err := formatGo(files); err != nil {
		return nil, err
	}
	if err := build(dir, files); err != nil {
		return nil, fmt.Errorf("build the generated Go: %w", err)
	}
	return files, nil
}

// readSchema reads both layers.
func readSchema(dir string) (shapes, map[string]*ruleSet, error) {
	shape, err := os.ReadFile(filepath.Join(dir, "shape.cue"))
	if err != nil {
		return shapes{}, nil, err
	}
	rules, err := os.ReadFile(filepath.Join(dir, "rules.cue"))
	if err != nil {
		return shapes{}, nil, err
	}
	s, err := read(shape)
	if err != nil {
		return shapes{}, nil, fmt.Errorf("read the shape layer: %w", err)
	}
	sets, err := readRules(rules, s)
	if err != nil {
		return shapes{}, nil, fmt.Errorf("read the rules layer: %w", err)
	}
	if err := addGuards(s, sets); err != nil {
		return shapes{}, nil, fmt.Errorf("join the two layers: %w", err)
	}
	s.setLimits()
	return s, sets, nil
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

// formatGo formats the Go files.
func formatGo(files map[string][]byte) error {
	for name, text := range files {
		if filepath.Ext(name) != ".go" {
			continue
		}
		formatted, err := format.Source(text)
		if err != nil {
			return fmt.Errorf("format %s: %w\n%s", name, err, text)
		}
		files[name] = formatted
	}
	return nil
}

func write(path string, text []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
