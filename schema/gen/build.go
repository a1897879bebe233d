package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// apiPath is the import path below which the packages of wire types are.
const apiPath = "github.com/thvctl/thvctl/api/"

// standard imports the packages of the standard library, each once.
var standard = importer.Default()

// builder type-checks the generated files together with those that people wrote beside
// them. It imports packages of wire types.
type builder struct {
	dir   string
	files map[string][]byte
	// packages are those that are checked; nil for one that is being checked.
	packages map[string]*types.Package
}

// build demands of generated Go that it compiles. The generator itself imports it, so a
// mistake must be found before it is written.
func build(dir string, files map[string][]byte) error {
	b := builder{dir, files, map[string]*types.Package{}}
	for _, name := range packages() {
		if _, err := b.Import(apiPath + name); err != nil {
			return err
		}
	}
	_, err := b.check("schema", "table_gen.go", "table.go")
	return err
}

// Import returns a package of wire types or of the standard library.
func (b builder) Import(path string) (*types.Package, error) {
	name, isAPI := strings.CutPrefix(path, apiPath)
	if !isAPI {
		return standard.Import(path)
	}
	if p, ok := b.packages[name]; ok {
		if p == nil {
			return nil, fmt.Errorf("the package %s imports itself, by way of others", name)
		}
		return p, nil
	}
	b.packages[name] = nil
	names := []string{"../api/" + name + "/types_gen.go"}
	written, err := filepath.Glob(filepath.Join(b.dir, "../api", name, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, path := range written {
		if base := filepath.Base(path); base != "types_gen.go" && !strings.HasSuffix(base, "_test.go") {
			names = append(names, "../api/"+name+"/"+base)
		}
	}
	p, err := b.check(path, names...)
	b.packages[name] = p
	return p, err
}

// check type-checks the files of one package.
func (b builder) check(path string, names ...string) (*types.Package, error) {
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		text, ok := b.files[name]
		if !ok {
			var err error
			if text, err = os.ReadFile(filepath.Join(b.dir, name)); err != nil {
				return nil, err
			}
		}
		file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	config := types.Config{Importer: b}
	return config.Check(path, set, files, nil)
}
