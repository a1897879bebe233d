package syntax

import (
	"bytes"
	"iter"

	"github.com/thvctl/thvctl/compiler/diag"
)

// Bounds of a part of a file: it ends with the document that reaches one.
const (
	partDocuments = 64
	partSize      = 256 << 10 // in bytes
)

// Parts reads a YAML file of many documents in parts: each tree has some of the
// documents, as [Parse] gives them, and the text of the whole file. Of any other file
// there are none.
func Parts(f File, o Options) iter.Seq2[*Tree, diag.List] {
	return func(yield func(*Tree, diag.List) bool) {
		marks := bytes.Count(f.Data, []byte("\n---"))
		if f.Format != YAML || marks == 0 || marks < partDocuments && len(f.Data) < 2*partSize {
			return
		}
		if _, what := badEncoding(f.Data); what != "" {
			return
		}
		chunks, tooMany := splitYAML(f.Data)
		if tooMany {
			return
		}
		source := &Source{Name: f.Name, Data: f.Data}
		for len(chunks) > 0 {
			count := partOf(chunks)
			tree := &Tree{File: f, Source: source, Options: o}
			found := parseChunks(tree, chunks[:count], o)
			chunks = chunks[count:]
			tree.Faulty = found.Has(diag.Error)
			if !yield(tree, found) {
				return
			}
		}
	}
}

// partOf returns how many of the documents are the first part.
func partOf(chunks []chunk) int {
	size := 0
	for i, c := range chunks {
		size += c.end - c.start
		if i+1 == partDocuments || size >= partSize {
			return i + 1
		}
	}
	return len(chunks)
}

// textParts cuts a text before markers of documents, and yields each part with its
// offset. What stands in two documents is no one word.
func textParts(data []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		start := 0
		for at := partSize; at < len(data); {
			i := bytes.Index(data[at:], []byte("\n---"))
			if i < 0 {
				break
			}
			at += i + 1
			if !isMarker(data[at:], "---") {
				continue
			}
			if !yield(start, data[start:at]) {
				return
			}
			start, at = at, at+partSize
		}
		yield(start, data[start:])
	}
}
