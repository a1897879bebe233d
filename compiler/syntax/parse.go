package syntax

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
)

// Limits bound what a document may ask of us. A zero field means its default.
type Limits struct {
	// Document is the largest document in bytes; the default is 1 MiB.
	Document int
	// Nodes is how many values a document may have, aliases expanded; the default
	// is 10,000.
	Nodes int
}

// The defaults of [Limits], and the deepest nesting that is read.
const (
	DefaultMaxDocument = 1 << 20
	DefaultMaxNodes    = 10_000
	maxDepth           = 64
)

func (l Limits) document() int { return cmp.Or(l.Document, DefaultMaxDocument) }
func (l Limits) nodes() int    { return cmp.Or(l.Nodes, DefaultMaxNodes) }

// Options say how files are read. The zero value reads YAML and JSON.
type Options struct {
	Limits Limits
	// Foreign says from the apiVersion and kind that a line scan found whether a
	// document belongs to another system and need not be parsed. Nil means that
	// none does.
	Foreign func(apiVersion, kind string) bool
	// Claim says whether a text that cannot be read is likely one of ours. What
	// was only found in a folder and is not claimed is left out in silence. Nil
	// claims everything.
	Claim func(text []byte) bool
}

func (o Options) claims(f File, text []byte) bool {
	return f.Named || o.Claim == nil || o.Claim(text)
}

// claimed does so for the text of a tree, which is looked through once.
func (t *Tree) claimed() bool {
	s := t.Source
	if s.claimed == nil {
		claimed := t.Options.claims(t.File, s.Data)
		s.claimed = &claimed
	}
	return *s.claimed
}

// Parse reads a YAML or JSON file; of a CUE file it checks the encoding. The tree holds every document that could be
// read; the diagnostics say what is wrong with the others.
func Parse(f File, o Options) (*Tree, diag.List) {
	tree := &Tree{File: f, Source: &Source{Name: f.Name, Data: f.Data}, Options: o}
	found := parse(tree, o)
	if len(tree.Documents) == 0 && found.Has(diag.Error) && !o.claims(f, f.Data) {
		found = tree.LeaveOut()
	}
	tree.Faulty = found.Has(diag.Error)
	return tree, found
}

// LeaveOut makes the file one that belongs to somebody else: it is skipped and
// counted.
func (t *Tree) LeaveOut() diag.List {
	t.Documents = []*Document{{Source: t.Source, Format: t.File.Format, Foreign: true}}
	return nil
}

func parse(tree *Tree, o Options) diag.List {
	f := tree.File
	if at, what := badEncoding(f.Data); what != "" {
		maskUnparsed(tree.Source, 0, len(f.Data))
		if bytes.IndexByte(f.Data, 0) >= 0 {
			tree.Source.Mask(0, len(f.Data)) // between the zeros of UTF-16 no secret is recognised
		}
		return diag.List{tree.Source.Diagnostic(diag.BadEncoding, at, at+1, "%s", what)}
	}
	switch f.Format {
	case JSON:
		return parseJSON(tree, o)
	case YAML:
		return parseYAML(tree, o)
	}
	return nil // CUE is read by an evaluator
}

// Diagnostic makes a finding about a half-open byte range of the text. It has no
// source line before [Show].
func (s *Source) Diagnostic(rule diag.Rule, start, end int, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{
		Rule: rule, Severity: rule.Severity, Span: s.Span(start, max(start, end)),
		Message: HideTokens(fmt.Sprintf(format, args...)),
	}
}

// badEncoding returns the first byte that no YAML or JSON text may hold, and
// what is wrong with it; "" where nothing is.
func badEncoding(data []byte) (offset int, what string) {
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		return 0, "found UTF-16, the encoding must be UTF-8"
	}
	for i := 0; i < len(data); {
		if len(data)-i >= 8 && isPrintable(binary.NativeEndian.Uint64(data[i:])) {
			i += 8
			continue
		}
		if b := data[i]; b < utf8.RuneSelf {
			if b < ' ' && b != '\t' && b != '\n' && b != '\r' || b == 0x7F {
				return i, fmt.Sprintf("found the control character U+%04X, only tabs and line breaks are allowed", b)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return i, fmt.Sprintf("found the byte 0x%02X, the encoding must be UTF-8", data[i])
		case r < 0xA0 && r != 0x85, r == 0xFFFE, r == 0xFFFF:
			return i, fmt.Sprintf("found the control character U+%04X, only tabs and line breaks are allowed", r)
		}
		i += size
	}
	return 0, ""
}

// isPrintable reports whether each of eight bytes is 0x20 to 0x7E. Taken from a byte, a
// number that is larger leaves the highest bit, and so do 1 and a zero.
func isPrintable(eight uint64) bool {
	const each, high = 0x0101010101010101, 0x8080808080808080
	below := (eight - each*0x20) &^ eight
	last := eight ^ each*0x7F // zero where it is 0x7F
	return (eight|below|(last-each)&^last)&high == 0
}

// tooComplex returns why a document may not be parsed at all, or "". The scan
// is linear and bounds what the parser can be made to build.
func tooComplex(text []byte, l Limits) string {
	if len(text) > l.document() {
		return fmt.Sprintf("the document has %d bytes, at most %d are allowed (--max-document)", len(text), l.document())
	}
	if len(text) <= 8*l.nodes() {
		return ""
	}
	structural := 0
	for _, b := range text {
		switch b {
		case ',', ':', '-', '[', ']', '{', '}', '?', '*', '&', '!', '\n':
			structural++
		}
	}
	if limit := 8 * l.nodes(); structural > limit {
		return fmt.Sprintf("the document has %d structural characters, at most %d are allowed (8 for each of --max-nodes)", structural, limit)
	}
	return ""
}

// complexity is the error of a document that passes a bound while it is read.
type complexity struct {
	offset int
	what   string
}

// budget counts the values of one document against the bounds. It panics with a
// complexity when one is passed; the parser's entry point recovers it.
type budget struct {
	limit, used int
}

func (b *budget) spend(offset, depth int) {
	b.used++
	if b.used > b.limit {
		panic(complexity{offset, fmt.Sprintf("the document has more than %d values, aliases expanded (--max-nodes)", b.limit)})
	}
	if depth > maxDepth {
		panic(complexity{offset, fmt.Sprintf("the document nests deeper than %d levels", maxDepth)})
	}
}

// guard runs read and turns a passed bound into a diagnostic.
func guard(s *Source, read func()) (d *diag.Diagnostic) {
	defer func() {
		switch passed := recover().(type) {
		case nil:
		case complexity:
			found := s.Diagnostic(diag.TooComplex, passed.offset, passed.offset+1, "%s", passed.what)
			d = &found
		default:
			panic(passed)
		}
	}()
	read()
	return nil
}

// duplicateKey is the finding about a key that a mapping holds twice.
func duplicateKey(first, second *Node) diag.Diagnostic {
	d := second.Source.Diagnostic(diag.DuplicateKey, second.Start, second.End, "found the key %q twice in one mapping, a key may stand once", second.Value)
	d.Related = []diag.Related{{Span: first.Span(), Message: "first here"}}
	return d
}

// DiagnosticAt makes a finding at a span of the text.
func (s *Source) DiagnosticAt(rule diag.Rule, span diag.Span, message string) diag.Diagnostic {
	return diag.Diagnostic{Rule: rule, Severity: rule.Severity, Span: span, Message: HideTokens(message)}
}
