package rule

import (
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// part returns the place of a half-open byte range of a text; the zero Span
// where the text is not written as it is read, but with escapes or as a block.
func part(d *model.Document, text model.Value[string], start, end int) diag.Span {
	_, n, found := d.Lookup(text.Path)
	if !found || start >= end {
		return diag.Span{}
	}
	at := n.Start
	switch written := string(n.Source.Bytes()[n.Start:n.End]); written {
	case text.V:
	case `"` + text.V + `"`, "'" + text.V + "'":
		at++
	default:
		return diag.Span{}
	}
	return n.Source.Span(at+start, at+end)
}

// removal returns the fix that takes a part out of a text, nil for the zero
// Span.
func removal(title string, part diag.Span) *diag.Fix {
	if part == (diag.Span{}) {
		return nil
	}
	return &diag.Fix{Title: title, Edits: []diag.Edit{{Span: part}}}
}

// isPlain reports whether the text at a path stands in YAML without quotes, where
// it could be read as something else once it is changed.
func isPlain(d *model.Document, path string) bool {
	_, n, found := d.Lookup(path)
	return found && d.Format == syntax.YAML && n.Plain
}
