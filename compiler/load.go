package compiler

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// load reads a file that was not read yet. ok is false for one that was left out or
// cannot be read.
func load(f *syntax.File) (problem diag.List, ok bool) {
	if f.Load == nil {
		return nil, true
	}
	data, why := f.Load()
	f.Data, f.Load, f.Reload = data, nil, f.Load
	if why != nil {
		return diag.List{*why}, false
	}
	return nil, data != nil
}

// loadAll reads all files that were not read yet, and returns those that could be.
func loadAll(files []syntax.File) (read []syntax.File, found diag.List) {
	for _, f := range files {
		problem, ok := load(&f)
		found = append(found, problem...)
		if ok {
			read = append(read, f)
		}
	}
	return read, found
}
