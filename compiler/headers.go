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
	return result, backends, err
}
