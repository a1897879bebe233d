package cli

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema/diff"
)

// schemaLimits bound a schema. Those of large CustomResourceDefinitions have more
// values than any document that we check.
var schemaLimits = syntax.Limits{Document: 4 << 20, Nodes: 100_000}

// schemaFiles returns the files of a folder that are schemas by their names, with
// slashes and in order.
func schemaFiles(folder string) ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && slices.Contains([]string{".json", ".yaml", ".yml"}, filepath.Ext(name)) {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// readSchema reads the one document of a file as a schema.
func readSchema(env Environment, path string) (*diff.Schema, error) {
	file, err := readNamed(env, path)
	if err != nil {
		return nil, err
	}
	if file.Format == syntax.CUE {
		return nil, fmt.Errorf("%s is CUE, allowed are JSON and YAML", path)
	}
	tree, found := syntax.Parse(file, syntax.Options{Limits: schemaLimits})
	for _, d := range found {
		if d.Severity == diag.Error {
			return nil, fmt.Errorf("%s:%d:%d: %s", path, d.Span.Start.Line, d.Span.Start.Column, withoutFlags(d.Message))
		}
	}
	var roots []*syntax.Node
	for _, document := range tree.Documents {
		if document.Root != nil && document.Root.Kind != syntax.Null {
			roots = append(roots, document.Root)
		}
	}
	if len(roots) != 1 {
		return nil, fmt.Errorf("%s holds %d documents, a schema is one", path, len(roots))
	}
	read, err := diff.Read(decoded(roots[0]))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return read, nil
}

// readNamed reads one file, or standard input for "-".
func readNamed(env Environment, path string) (syntax.File, error) {
	in := inputs{stdin: env.Stdin, maxSize: int64(schemaLimits.Document), limits: schemaLimits, seen: map[string]int{}}
	info, err := os.Stat(path)
	switch {
	case path == "-":
		in.readStdin()
	case err != nil:
		return syntax.File{}, fmt.Errorf("%s: %s", path, reason(err))
	case info.IsDir():
		return syntax.File{}, fmt.Errorf("%s is a folder, allowed is a file", path)
	default:
		format, known := syntax.FormatOf(path)
		if !known {
			format = syntax.YAML
		}
		in.read(path, realPath(path), info.Mode(), syntax.File{Name: filepath.ToSlash(path), Format: format, Named: true})
	}
	if len(in.found) > 0 {
		return syntax.File{}, fmt.Errorf("%s: %s", path, withoutFlags(in.found[0].Message))
	}
	return in.files[0], nil
}

var flagHint = regexp.MustCompile(` \(--max-[a-z, -]+\)$`)

// withoutFlags takes the hint at the flags of other commands from a message.
func withoutFlags(message string) string { return flagHint.ReplaceAllString(message, "") }

// decoded returns a value as encoding/json would with UseNumber.
func decoded(n *syntax.Node) any {
	switch n.Kind {
	case syntax.String:
		return n.Value
	case syntax.Bool:
		return n.Value == "true"
	case syntax.Int, syntax.Float:
		if number, ok := n.Integer(); ok { // 0x400 and +1 are no JSON
			return json.Number(strconv.FormatInt(number, 10))
		}
		return json.Number(n.Value)
	case syntax.List:
		list := make([]any, 0, len(n.Items))
		for _, item := range n.Items {
			list = append(list, decoded(item))
		}
		return list
	case syntax.Map:
		entries := make(map[string]any, len(n.Entries))
		for _, e := range n.Entries {
			entries[e.Key.Value] = decoded(e.Value)
		}
		return entries
	}
	return nil
}
