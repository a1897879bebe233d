// Package schema is the language that thvctl checks. The CUE files beside this
// one are its only source; the table in table_gen.go, the JSON Schemas and the
// wire types under api/ are generated from their shape layer.
package schema

import (
	"embed"
	"fmt"
	"strings"
)

//go:generate go run ./gen

//go:embed shape.cue rules.cue
var sources embed.FS

//go:embed jsonschema/*.json
var jsonSchemas embed.FS

// ImportPath is how a CUE source imports this package.
const ImportPath = "github.com/thvctl/thvctl/schema"

// Sources returns the CUE files of the package by base name.
func Sources() map[string][]byte {
	files := map[string][]byte{}
	for _, name := range []string{"shape.cue", "rules.cue"} {
		data, err := sources.ReadFile(name)
		if err != nil {
			panic(err) // embedded
		}
		files[name] = data
	}
	return files
}

// CUE returns the whole package as one CUE file, for cue vet.
func CUE() string {
	files := Sources()
	_, shape, _ := strings.Cut(string(files["shape.cue"]), "\npackage schema\n")
	header, _, _ := strings.Cut(string(files["shape.cue"]), "package schema\n")
	_, rules, _ := strings.Cut(string(files["rules.cue"]), "package schema\n")
	comment, rest, _ := strings.Cut(rules, "\nimport (")
	imports, rest, _ := strings.Cut(rest, "\n)\n")
	return header + "package schema\n\nimport (" + imports + "\n)\n" + shape + comment + rest
}

// JSONSchema returns the JSON Schema (2020-12) of a kind of document.
func JSONSchema(kind string) ([]byte, error) {
	data, err := jsonSchemas.ReadFile("jsonschema/" + kind + ".json")
	if err != nil {
		return nil, fmt.Errorf("no JSON Schema for %q, the kinds are %s", kind, strings.Join(Kinds(), ", "))
	}
	return data, nil
}

// Kinds returns the names of the kinds of documents, in the order of the shape
// layer.
func Kinds() []string {
	var names []string
	for _, k := range Documents {
		names = append(names, k.Name)
	}
	return names
}
