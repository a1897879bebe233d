package compiler

import (
	"slices"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/header"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Headers checks the files as [Lint] does, and says which headers the requests to the
// remote MCP servers in them carry. What could be read is there although other parts
// are at fault.
func Headers(files []syntax.File, o Options) (Result, []header.Backend, error) {
	var backends []header.Backend
	o.Check.Judges = append(slices.Clone(o.Check.Judges), func(docs []*model.Document) (diag.List, error) {
		backends = header.Backends(docs)
		return nil, nil
	})
	result, err := Lint(files, o)
	for i := range backends {
		if b := &backends[i]; isMisread(b.Document, result.Diagnostics) {
			b.Notes = append(b.Notes, "the file has mistakes, so that ToolHive may read other headers in it than these")
		}
	}
	return result, backends, err
}

// isMisread reports whether a document may mean to ToolHive something else than it does
// to us, who read a misspelt key as the right one.
func isMisread(d *model.Document, found diag.List) bool {
	return slices.ContainsFunc(found, func(f diag.Diagnostic) bool {
		return f.Severity == diag.Error && f.Rule.ID < "THV3" && f.Span.File == d.Source.Name
	})
}
