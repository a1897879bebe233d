package layout

// kind is the kind of a node of the block structure.
type kind uint8

const (
	absent  kind = iota // a value that is not there
	leaf                // a scalar of one of the flow styles, or an alias
	flow                // a flow collection
	block               // a literal or folded scalar
	mapping             // in block style, as is sequence
	sequence
)

// span is a half-open byte range.
type span struct{ start, end int }

// trivia is a line between tokens that holds a comment or nothing.
type trivia struct {
	start int
	// column is that of the comment, -1 for a blank line.
	column        int
	comment, stop string // the text, and the line break
}

// ending is what follows the last token of a line: a comment, with the white
// space before it, and the line break.
type ending struct{ comment, stop string }

// node is a value as it is laid out.
type node struct {
	kind kind
	// opener is the text behind the indicator that the value belongs to, '-' or
	// ':', up to the value, or up to the last property where the value does not
	// follow on the line: white space, an anchor, a tag.
	opener span
	// own says that the value starts on a line of its own; opening is then the end
	// of the indicator's line, as for an absent value.
	own     bool
	opening ending
	// lead is what stands between that line and a value that is no collection.
	lead []trivia

	start, end int
	// column is where the value starts, 0-based.
	column int
	// closing is the end of the last line of a leaf or flow collection.
	closing ending
	flow    flowScan
	block   blockScan

	// entries are those of a collection in block style, foot the comments behind
	// the last one.
	entries []*entry
	foot    []trivia
	// until is the offset of the first line that is not part of the collection.
	until int
}

// entry is one entry of a mapping or sequence in block style.
type entry struct {
	lead []trivia
	// key is a key with its anchor, tag and colon; of a sequence the '-'.
	key   span
	value *node
	// tail is comments that are indented deeper than the collection.
	tail []trivia
}

// document is the block structure of one document.
type document struct {
	*parser
	// marked says that the document's marker stands on the line where it starts.
	marked bool
	root   *node
	// trailing are the lines behind the root.
	trailing []trivia
}
