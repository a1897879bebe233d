package syntax

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/thvctl/thvctl/internal/pattern"
)

// chunk is the text of one YAML document: bytes [start, end) with its directives
// and marker, and content at [content, end).
type chunk struct {
	start, content, end int
	// index counts the documents before it, empty ones included.
	index int
}

// maxDocuments is how many documents of one file are read.
const maxDocuments = 100_000

// splitYAML cuts a YAML stream into documents by its markers, which are markers
// wherever they begin a line. Comments and blank lines alone make no document; a
// marker makes one, even an empty one, which counts but is left out. It stops
// behind one document more than maxDocuments, which is too many.
func splitYAML(data []byte) (chunks []chunk, tooMany bool) {
	var current chunk
	marked, filled := false, false
	finish := func(end, next int) {
		if filled {
			current.end = end
			chunks = append(chunks, current)
		}
		if marked || filled {
			current = chunk{start: next, content: next, index: current.index + 1}
			marked, filled = false, false
		}
	}
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		current.content = len(byteOrderMark)
	}
	for at := current.content; at < len(data) && current.index <= maxDocuments; {
		next := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		line := data[at:next]
		switch {
		case isMarker(line, "---"):
			finish(at, at)
			marked, current.content = true, at+3
			filled = !isBlank(line[3:])
		case isMarker(line, "..."):
			finish(next, next)
		case !filled && !isBlank(line):
			filled = marked || line[0] != '%'
		}
		at = next
	}
	finish(len(data), len(data))
	return chunks, current.index > maxDocuments
}

func isMarker(line []byte, marker string) bool {
	if !bytes.HasPrefix(line, []byte(marker)) {
		return false
	}
	return len(line) == len(marker) || bytes.IndexByte([]byte(" \t\r\n"), line[len(marker)]) >= 0
}

// isBlank reports whether a line holds nothing but white space and a comment. A
// comment ends at every line break of YAML, those beside the line feed included.
func isBlank(line []byte) bool {
	for {
		trimmed := bytes.TrimLeft(line, " \t\r\n\u0085\u2028\u2029")
		if len(trimmed) == 0 {
			return true
		}
		if trimmed[0] != '#' {
			return false
		}
		end := bytes.IndexAny(trimmed, "\r\u0085\u2028\u2029")
		if end < 0 {
			return true
		}
		line = trimmed[end:]
	}
}

// scanObject finds the apiVersion and kind of a Kubernetes object by its lines
// alone. ok is false where the lines do not show them beyond doubt.
func scanObject(text []byte) (apiVersion, kind string, ok bool) {
	seenVersion, seenKind := 0, 0
	for len(text) > 0 && seenVersion < 2 && seenKind < 2 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		if !isRootLine(line) {
			return "", "", false // inside a quoted scalar of many lines, perhaps
		}
		if value, found := bytes.CutPrefix(line, []byte("apiVersion:")); found {
			apiVersion = simpleScalar(value)
			seenVersion++
		} else if value, found := bytes.CutPrefix(line, []byte("kind:")); found {
			kind = simpleScalar(value)
			seenKind++
		}
	}
	return apiVersion, kind, seenVersion == 1 && seenKind == 1 && apiVersion != "" && kind != ""
}

var rootLine = pattern.Lazy(`^(?:[ \t\r#%]|\xEF\xBB\xBF|-(?:$|[ \t\r-])|\.\.\.|([A-Za-z][A-Za-z0-9_.-]*):(?:[ \t\r]|$))`)

// isRootLine reports whether a line is one that a mapping of plain keys may
// have: indented, a comment, an item of a list, or a key whose value is not the
// beginning of a quoted scalar that goes on.
func isRootLine(line []byte) bool {
	if len(line) > 0 && (line[0] == ' ' || line[0] == '#') {
		return true // as most lines
	}
	colon := plainKeyEnd(line)
	if colon < 0 {
		m := rootLine().FindSubmatchIndex(line)
		if m == nil {
			return len(line) == 0
		}
		if m[2] < 0 {
			return true
		}
		colon = m[3]
	}
	value := bytes.TrimSpace(line[colon+1:])
	if len(value) == 0 || value[0] != '"' && value[0] != '\'' {
		return true
	}
	return len(value) > 1 && bytes.IndexByte(value[1:], value[0]) >= 0
}

// plainKeyEnd returns where the colon stands behind a key of letters that a line begins
// with, -1 for any other line.
func plainKeyEnd(line []byte) int {
	for i, b := range line {
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b == '_' && i > 0:
		case b == ':' && i > 0 && (i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t' || line[i+1] == '\r'):
			return i
		default:
			return -1
		}
	}
	return -1
}

// simpleScalar returns the text of a one-word scalar, or "" for anything less
// plain.
func simpleScalar(text []byte) string {
	value, comment, _ := bytes.Cut(bytes.TrimSpace(text), []byte(" "))
	if len(comment) > 0 && !isBlank(comment) {
		return ""
	}
	for _, quote := range []string{`"`, `'`} {
		if inner, ok := bytes.CutPrefix(value, []byte(quote)); ok {
			value, ok = bytes.CutSuffix(inner, []byte(quote))
			if !ok {
				return ""
			}
			break
		}
	}
	if bytes.ContainsAny(value, "\"'&*!|>{}[]%@`\\") {
		return ""
	}
	return string(value)
}

// tooManyDocuments is said of a file with more than maxDocuments.
var tooManyDocuments = fmt.Sprintf("the file has more than %d documents", maxDocuments)

// Oversize looks through a text without holding it, and says which bound it passes:
// that of the bytes of a document, or of the documents of a file; what is "" where it
// passes none. head is how the text begins.
func Oversize(r io.Reader, f Format, l Limits) (head []byte, what string, err error) {
	const headSize = 64 << 10
	reader := bufio.NewReaderSize(r, headSize)
	head, err = reader.Peek(headSize)
	if err != nil && err != io.EOF {
		return nil, "", err
	}
	head = bytes.Clone(head)
	size, documents, start := 0, 0, true
	for {
		line, err := reader.ReadSlice('\n')
		if start && f == YAML && isMarker(line, "---") {
			documents++
			size = 0
		} else if start && f == YAML && isMarker(line, "...") {
			size = 0
		}
		size += len(line)
		start = err == nil
		switch {
		case size > l.document():
			return head, "a document of the file is larger than the bounds (--max-document, --max-nodes)", nil
		case documents > maxDocuments:
			return head, tooManyDocuments, nil
		case err == io.EOF:
			return head, "", nil
		case err != nil && err != bufio.ErrBufferFull:
			return head, "", err
		}
	}
}
