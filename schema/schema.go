// Package schema is the language that thvctl checks. The CUE files beside this
// one are its only source; the table in table_gen.go, the JSON Schemas, the CRD
// manifests and the wire types under api/ are generated from them.
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

//go:embed crd/*.yaml
var crds embed.FS

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

// CRD returns the CustomResourceDefinition of a kind of document, as YAML: one that
// refuses what the check of the schema refuses, or with compat one that has the
// shape of ToolHive's own and refuses no more than that.
func CRD(kind string, compat bool) ([]byte, error) {
	d := DocumentOf(kind)
	if d == nil || d.Plural == "" {
		return nil, fmt.Errorf("no CRD for %q, there is one for %s", kind, strings.Join(Resources(), ", "))
	}
	name := "crd/" + d.Plural + ".yaml"
	if compat {
		name = "crd/" + d.Plural + "-compat.yaml"
	}
	return crds.ReadFile(name)
}

// Resources returns the names of the kinds of documents that we write a CRD for.
func Resources() []string {
	var names []string
	for _, d := range Documents {
		if d.Plural != "" {
			names = append(names, d.Name)
		}
	}
	return names
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
