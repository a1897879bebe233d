// Package syntax turns bytes into trees in which every value has a span. It
// reads YAML through the nodes of go.yaml.in/yaml/v3, JSON through the tokens of
// encoding/json, and CUE through an evaluator that the caller hands in. It
// bounds size, depth and alias expansion, and knows nothing of any schema.
package syntax

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
)

// Format is how a file is written. The zero value is invalid.
type Format uint8

// The formats.
const (
	YAML Format = iota + 1
	JSON
	CUE
)

// FormatOf returns the format that a file name's extension stands for, in any
// letter case; ok is false for any other extension.
func FormatOf(name string) (f Format, ok bool) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return 0, false
	}
	switch strings.ToLower(name[dot:]) {
	case ".yaml", ".yml":
		return YAML, true
	case ".json":
		return JSON, true
	case ".cue":
		return CUE, true
	}
	return 0, false
}

// File is one input text.
type File struct {
	// Name is the name by which people know the file; reports show it.
	Name   string
	Format Format
	Data   []byte
	// Load, unless it is nil, reads Data, which is then nil. What keeps it from being
	// read is a finding; a file that was left out has neither. It may be called while
	// other files are read.
	Load func() ([]byte, *diag.Diagnostic)
	// Reload is what has read Data, and may read it again; nil where nothing can.
	Reload func() ([]byte, *diag.Diagnostic)
	// Named says that the user gave this very file, rather than a folder that it
	// was found in.
	Named bool
	// Group ties the CUE files of one folder together, so that those of one
	// package are evaluated as one. A CUE file without a group stands alone.
	Group string
}

// Kind is the kind of a value. The zero value is invalid.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota + 1
	Bool
	Int
	Float
	String
	List
	Map
	// Incomplete is a CUE value that is not concrete, or that is in error.
	Incomplete
)

// String returns the kind as a person would name it, with its article.
func (k Kind) String() string {
	names := [...]string{"nothing", "null", "a boolean", "a whole number", "a fractional number", "a string", "a list", "a mapping", "an incomplete value"}
	return names[k]
}

// Node is one value of a document.
type Node struct {
	Kind Kind
	// Plain says that a YAML scalar was written without quotes or block style.
	Plain bool
	// Value is the decoded text of a scalar: a string's characters, a number's
	// literal, "true" or "false". For an Incomplete value it says why.
	Value string
	// Items are the elements of a List.
	Items []*Node
	// Entries are the entries of a Map in source order, merge keys resolved.
	Entries []Entry

	// Source is the text that holds the value.
	Source *Source
	// Start and End are the half-open byte range of the value in Source: of a
	// scalar its whole token with quotes, of a collection from its first to its
	// last content byte.
	Start, End int
	// Alias is where the alias stands through which this value was reached, as a
	// byte offset in Source; -1 for a value reached directly.
	Alias int
}

// Entry is one entry of a Map. Key is always of kind String.
type Entry struct {
	Key, Value *Node
	// Overridden says that a merge key behind this one brings the key as well.
	// ToolHive's reader keeps this value, that of Kubernetes takes the other.
	Overridden bool
}

// Get returns the value under key, or nil.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, e := range n.Entries {
		if e.Key.Value == key {
			return e.Value
		}
	}
	return nil
}

// Text returns the value of a string scalar, and "" for anything else.
func (n *Node) Text() string {
	if n == nil || n.Kind != String {
		return ""
	}
	return n.Value
}

// Span returns the place of the value.
func (n *Node) Span() diag.Span { return n.Source.Span(n.Start, n.End) }

// Document is one document of a file: a YAML document, a JSON value, an item of
// a Kubernetes List, or a value of a CUE source.
type Document struct {
	Source *Source
	Format Format
	// Root is the document's value; nil for a document that was left unparsed.
	Root *Node
	// Index counts the documents of the file from 0, empty ones included.
	Index int
	// Start and End are the half-open byte range of the document in the file,
	// without the marker before it. Both are zero where the document has no text
	// of its own: an item of a List, or a value of a CUE source.
	Start, End int
	// Foreign marks a document that a line scan showed to be an object of
	// another system; it was left unparsed.
	Foreign bool
	// Named is the File's.
	Named bool
}

// Tree is what one file (or one CUE package) holds.
type Tree struct {
	File   File
	Source *Source
	// Others are the texts of the other files of a CUE package.
	Others    []*Source
	Documents []*Document
	// Doubts are what CUE said against a source although it gave a value. They
	// count only where nothing is found in that value, because a finding of the
	// schema says the same better.
	Doubts diag.List
	// Faulty says that a part of the file could not be read.
	Faulty bool
	// Options are those that the file was read with.
	Options Options

	memory memory // of the values, but for those of JSON
}

// Release lets go of the values of the documents, which nobody may hold any more; the
// text, and what of it must not be shown, stay. Where that was not asked for yet, the file
// is parsed again when it is.
func (t *Tree) Release() {
	t.Documents = nil
	t.memory.recycle()
	switch s := t.Source; {
	case s.complete:
		s.trees = nil
	case len(s.trees) > 0:
		s.maskLater(t.File, t.Options)
	}
}

// Settle finds what of the text must not be shown by the values of the documents, as far
// as these were found faulty: nothing but them knows.
func (t *Tree) Settle() { t.Source.settle() }

// SourceOf returns the text of a file that was parsed before, in another run. It is
// parsed again when somebody asks what of it must not be shown.
func SourceOf(file File, o Options) *Source {
	s := &Source{Name: file.Name, Data: file.Data}
	s.maskLater(file, o)
	return s
}

// maskLater puts off the question what in a file must not be shown.
func (s *Source) maskLater(file File, o Options) {
	format, named := file.Format, file.Named // there may be very many of these functions
	s.trees = []func(){func() {
		file := File{Name: s.Name, Format: format, Data: s.Data, Named: named}
		var again *Source
		for part := range Parts(file, o) {
			again = part.Source
			again.findMasks()
			part.memory.recycle()
		}
		if again == nil {
			whole, _ := Parse(file, o)
			again = whole.Source
			again.findMasks()
		}
		s.masks = append(s.masks, again.masks...)
		s.complete = true
	}}
}

// Lookup returns the key and the value at a path such as
// "spec.validating[2].timeout". The key is nil for the root and for list items.
// Where the path leads to nothing, both belong to the deepest value on the way,
// and found is false.
func (d *Document) Lookup(path string) (key, value *Node, found bool) {
	value = d.Root
	for _, step := range SplitPath(path) {
		k, v := child(value, step)
		if v == nil {
			return key, value, false
		}
		key, value = k, v
	}
	return key, value, true
}

func child(n *Node, step string) (key, value *Node) {
	if n.Kind == List {
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= len(n.Items) {
			return nil, nil
		}
		return nil, n.Items[i]
	}
	for _, e := range n.Entries {
		if e.Key.Value == step {
			return e.Key, e.Value
		}
	}
	return nil, nil
}

// Span returns the exact text at a path. Where the path leads to nothing, it
// returns the key of the deepest value on the way, because that is where the
// missing field belongs, and for a list item without a key its first byte up to
// the end of its first key.
func (d *Document) Span(path string) diag.Span {
	key, value, found := d.Lookup(path)
	switch {
	case found:
		return value.Span()
	case key != nil:
		return key.Span()
	case value.Kind == Map && len(value.Entries) > 0 && value.Entries[0].Key.Alias < 0 && value.Entries[0].Key.End > value.Start:
		return value.Source.Span(value.Start, value.Entries[0].Key.End)
	}
	return value.Span()
}

// KeySpan returns the place of the key at a path, or of the value where it has
// no key.
func (d *Document) KeySpan(path string) diag.Span {
	key, value, _ := d.Lookup(path)
	if key != nil {
		return key.Span()
	}
	return value.Span()
}

// JoinKey appends a mapping key to a path. Keys that would be mistaken for more
// than one step are quoted.
func JoinKey(path, key string) string {
	if key == "" || strings.ContainsAny(key, `.[]"`) {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// JoinIndex appends a list index to a path.
func JoinIndex(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}

// SplitPath returns the steps of a path: keys, and indices in decimal.
func SplitPath(path string) []string {
	var steps []string
	for path != "" {
		switch path[0] {
		case '.':
			path = path[1:]
		case '[':
			step, rest := bracketStep(path)
			steps, path = append(steps, step), rest
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			steps, path = append(steps, path[:end]), path[end:]
		}
	}
	return steps
}

func bracketStep(path string) (step, rest string) {
	if quoted, err := strconv.QuotedPrefix(path[1:]); err == nil {
		step, _ = strconv.Unquote(quoted)
		return step, strings.TrimPrefix(path[1+len(quoted):], "]")
	}
	step, rest, _ = strings.Cut(path[1:], "]")
	return step, rest
}

// Text returns the bytes of the document between its markers, ending in a line
// break; nil where it has no text of its own.
func (d *Document) Text() []byte {
	if d.End == 0 {
		return nil
	}
	text := d.Source.Data[d.Start:d.End]
	if line, rest, ok := bytes.Cut(text, []byte("\n")); ok && len(bytes.TrimSpace(line)) == 0 {
		text = rest // of the marker's line
	}
	for _, end := range []string{"\n...\n", "\n...\r\n", "\n..."} {
		if cut, found := bytes.CutSuffix(text, []byte(end)); found {
			text = append(bytes.Clone(cut), '\n')
		}
	}
	if !bytes.HasSuffix(text, []byte("\n")) {
		text = append(bytes.Clone(text), '\n')
	}
	return text
}

// IsObject reports whether the document is a Kubernetes object.
func (d *Document) IsObject() bool {
	return d.Foreign || d.Root.Get("kind").Text() != "" && d.Root.Get("apiVersion").Text() != ""
}
