package check

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// Documents returns the documents of a file that hold something, in order, by
// their kinds alone: nothing in them is checked. The diagnostics are what is wrong
// with the file as a whole.
func Documents(tree *syntax.Tree) (all []*model.Document, found diag.List) {
	for _, d := range tree.Documents {
		if d.Foreign || d.Root != nil && !isEmpty(d.Root) {
			all = append(all, expandAny(d, 0)...)
		}
	}
	if tree.Faulty {
		return all, nil
	}
	return all, fileProblems(tree, known(all), len(all) > 0)
}

// TypeOf returns the schema of a kind of document as a format spells it; nil
// where the schema says nothing of the kind.
func TypeOf(kind model.Kind, format syntax.Format) *schema.Type {
	document := schemaOf(kind, format)
	if document == nil {
		return nil
	}
	return document.Type
}
