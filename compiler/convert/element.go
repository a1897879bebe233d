package convert

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/thvctl/thvctl/compiler/emit"
)

// element is one entry of a mapping, one item of a list, or a whole document, as
// it will be written.
type element struct {
	// key is as it is written; empty for an item and for a document.
	key string
	// text is a scalar as it is written; empty for a collection.
	text string
	// list says that the children are items.
	list     bool
	children []*element

	// above are the comments over it, beside is the one at the end of its first
	// line, and below are those behind all that it holds.
	above  []remark
	beside string
	below  []remark
	// blank says that an empty line goes before it, behind the comments above.
	blank bool
}

// remark is one line of comment, from its "#" on.
type remark struct {
	text string
	// blank says that an empty line goes before it.
	blank bool
}

// isItem reports whether the element is a collection in a list, whose first line
// is that of its first child.
func (e *element) isItem() bool { return e.key == "" && e.text == "" }

// scalar writes a string as our emitters do, so that no reader of YAML takes it
// for anything else.
func scalar(text string) (string, error) {
	data, err := emit.YAML(text, "")
	return string(bytes.TrimSuffix(data, []byte("\n"))), err
}

// write returns the document as YAML: two spaces a level, comments in their places.
func write(document *element) []byte {
	var w writer
	w.remarks(document.above, "")
	w.block(document, 0, "")
	w.remarks(document.below, "")
	return []byte(w.out.String())
}

type writer struct {
	out strings.Builder
	// opened says that the last line opened a block: no empty line goes behind it.
	opened bool
}

func (w *writer) line(text string) {
	w.out.WriteString(text + "\n")
	w.opened = false
}

func (w *writer) blank(wanted bool) {
	if wanted && w.out.Len() > 0 && !w.opened {
		w.line("")
	}
}

func (w *writer) remarks(remarks []remark, indent string) {
	for _, r := range remarks {
		w.blank(r.blank)
		w.line(indent + r.text)
	}
}

// block writes the children of an element at a column. lead, where it is not
// empty, is what stands on the line of the first one already.
func (w *writer) block(e *element, column int, lead string) {
	for i, child := range e.children {
		indent := strings.Repeat(" ", column)
		if i > 0 {
			lead = ""
		}
		if lead == "" {
			over, blank := child.over()
			w.remarks(over, indent)
			w.blank(blank)
			lead = indent
		}
		w.child(child, e.list, column, lead)
	}
}

// over returns what stands above the first line of an element: of an item also
// what is above its first child, which shares that line.
func (e *element) over() (above []remark, blank bool) {
	above, blank = e.above, e.blank
	if !e.isItem() || len(e.children) == 0 {
		return above, blank
	}
	inner, _ := e.children[0].over()
	if blank && len(inner) > 0 {
		inner = append([]remark(nil), inner...)
		inner[0].blank = true
		blank = false
	}
	return append(above[:len(above):len(above)], inner...), blank
}

func (w *writer) child(e *element, item bool, column int, lead string) {
	if item {
		lead += "- "
	} else if len(e.key) > maxSimpleKey {
		w.line(lead + "? " + e.key)
		lead = strings.Repeat(" ", column) + ":"
	} else {
		lead += e.key + ":"
	}
	beside := ""
	if e.beside != "" {
		beside = " " + e.beside
	}
	text := e.text
	if text == "" && len(e.children) == 0 {
		text = "{}"
		if e.list {
			text = "[]"
		}
	}
	below := strings.Repeat(" ", column)
	switch {
	case text != "" && item:
		w.line(lead + text + beside)
	case text != "":
		w.line(lead + " " + text + beside)
	case item:
		w.block(e, column+2, lead)
		below += "  "
	default:
		w.line(lead + beside)
		w.opened = true
		w.block(e, column+2, "")
		below += "  "
	}
	w.remarks(e.below, below)
}

// maxSimpleKey is the longest key that stands before its colon on one line; YAML
// allows a little more.
const maxSimpleKey = 1000

// marshalled writes a JSON value that is no string, list or mapping.
func marshalled(value json.Marshaler) (string, error) {
	data, err := value.MarshalJSON()
	return string(data), err
}
