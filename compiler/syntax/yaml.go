package syntax

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	yaml4 "go.yaml.in/yaml/v4"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/internal/pattern"
)

func parseYAML(tree *Tree, o Options) diag.List {
	chunks, tooMany := splitYAML(tree.Source.Data)
	if tooMany {
		return diag.List{tree.Source.Diagnostic(diag.TooComplex, 0, 0, "%s", tooManyDocuments)}
	}
	return parseChunks(tree, chunks, o)
}

func parseChunks(tree *Tree, chunks []chunk, o Options) diag.List {
	var found diag.List
	for _, c := range chunks {
		doc := &Document{Source: tree.Source, Format: YAML, Index: c.index, Start: c.content, End: c.end, Named: tree.File.Named}
		text := tree.Source.Data[c.start:c.end]
		if apiVersion, kind, ok := scanObject(text); ok && o.Foreign != nil && o.Foreign(apiVersion, kind) {
			doc.Foreign = true
			tree.Documents = append(tree.Documents, doc)
			continue
		}
		problems := parseYAMLDocument(doc, c, o.Limits, &tree.memory)
		if problems.Has(diag.Error) && !tree.claimed() {
			doc.Foreign, doc.Root = true, nil
			problems = nil
		}
		found = append(found, problems...)
		tree.Documents = append(tree.Documents, doc)
	}
	return found
}

func parseYAMLDocument(doc *Document, c chunk, l Limits, m *memory) diag.List {
	s := doc.Source
	text := s.Data[c.start:c.end]
	first := c.start + bytes.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune(byteOrderMark+" \t\r\n", r) })
	if what := tooComplex(text, l); what != "" {
		maskUnparsed(s, c.start, c.end)
		return diag.List{s.Diagnostic(diag.TooComplex, first, first+1, "%s", what)}
	}
	var root yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&root); err != nil && err != io.EOF {
		maskUnparsed(s, c.start, c.end)
		return diag.List{yamlSyntax(s, c, err)}
	}
	r := yamlReader{source: s, lines: newYAMLLines(s.Data, c.start, c.end, m.lines()), budget: budget{limit: l.nodes()}, memory: m, once: bytes.IndexByte(text, '*') < 0}
	if len(root.Content) == 0 { // nothing but comments behind a marker
		doc.Root = &Node{Kind: Null, Source: s, Start: first, End: first, Alias: -1}
		return nil
	}
	var built *Node
	passed := guard(s, func() { built, _ = r.value(root.Content[0], place{depth: 0, indent: -1, alias: -1}) })
	if passed != nil {
		maskUnparsed(s, c.start, c.end)
		return append(r.found, *passed)
	}
	doc.Root = built
	maskSecrets(doc)
	if err := decoder.Decode(&root); err != io.EOF {
		r.found = append(r.found, s.Diagnostic(diag.Syntax, first, first+1, "found a document marker behind an unusual line break, use line feeds"))
	}
	return r.found
}

// yamlSyntax places the error of a document that does not parse. The parser of
// our nodes knows at best the line; version 4 of the same library knows the
// exact place, so the one faulty document is read with it once more.
func yamlSyntax(s *Source, c chunk, err error) diag.Diagnostic {
	text := s.Data[c.start:c.end]
	lines := newYAMLLines(s.Data, c.start, c.end, nil)
	var exact *yaml4.LoadError
	var node yaml4.Node
	if errors.As(yaml4.Unmarshal(text, &node), &exact) && exact.Mark.Line > 0 {
		at := lines.offset(exact.Mark.Line, exact.Mark.Column)
		at = min(at, len(bytes.TrimRight(s.Data[:c.end], " \t\r\n")))
		return s.Diagnostic(diag.Syntax, at, at+1, "%s%s", withoutNames(syntaxMessage(exact.Message, exact.ContextMsg)), template(text))
	}
	line, message := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine().FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	at := lines.offset(line, 1)
	return s.Diagnostic(diag.Syntax, at, at+1, "%s%s", withoutNames(message), template(text))
}

// quotedName matches what the parser quotes.
var quotedName = pattern.Lazy("'[^']*'|\"[^\"]*\"|`[^`]*`")

// withoutNames takes what a message repeats of a text out of it, such as the name of
// an anchor: nobody knows what that is in a text that cannot be read. The marks of
// YAML that the parser misses are shorter.
func withoutNames(message string) string {
	const longestMark = 3
	return quotedName().ReplaceAllStringFunc(message, func(quoted string) string {
		if len(quoted) <= longestMark+len("''") {
			return quoted
		}
		return "•••"
	})
}

// template says that a text looks like one that makes YAML rather than being it.
func template(text []byte) string {
	if bytes.Contains(text, []byte("{{")) && bytes.Contains(text, []byte("}}")) {
		return "; this looks like a template, which exclude in the project file leaves out"
	}
	return ""
}

var yamlLine = pattern.Lazy(`^line (\d+): `)

func syntaxMessage(message, context string) string {
	if context == "" {
		return message
	}
	return message + " (" + context + ")"
}

// place says where in a document a value stands.
type place struct {
	depth int
	// indent is the 0-based column of the block collection around the value.
	indent int
	// alias is the byte offset of the outermost alias on the way, or -1.
	alias int
}

// yamlReader builds our nodes from those of the YAML library, which know where
// a value starts but not where it ends.
type yamlReader struct {
	source *Source
	lines  *yamlLines
	budget budget
	found  diag.List
	memory *memory
	// once says that no alias leads to a value again.
	once bool
}

// value builds a node and returns the offset behind the text that stands for it
// here: of an alias that is the alias itself.
func (r *yamlReader) value(n *yaml.Node, p place) (built *Node, end int) {
	start := r.lines.offset(n.Line, n.Column)
	r.budget.spend(start, p.depth)
	if n.Kind == yaml.AliasNode {
		if p.alias < 0 {
			p.alias = start
		}
		p.depth++
		built, _ = r.value(n.Alias, p)
		return built, start + 1 + len(n.Value)
	}
	start = skipAnchor(r.source.Data, start, n.Anchor)
	built = r.memory.node()
	*built = Node{Source: r.source, Start: start, Alias: p.alias}
	switch n.Kind {
	case yaml.MappingNode:
		r.mapping(built, n, p)
	case yaml.SequenceNode:
		r.sequence(built, n, p)
	default:
		r.scalar(built, n, p)
	}
	if r.once {
		n.Content = nil // a large document need not stand there twice
	}
	return built, built.End
}

// inside returns the place of what a collection holds.
func (r *yamlReader) inside(built *Node, n *yaml.Node, p place) place {
	p.depth++
	if n.Style&yaml.FlowStyle == 0 {
		p.indent = n.Column - 1
		if n.Anchor != "" || bytes.HasPrefix(r.source.Data[built.Start:], []byte("!")) { // on the line before, perhaps
			at := skipTag(r.source.Data, built.Start, n.Anchor)
			p.indent = at - 1 - bytes.LastIndexAny(r.source.Data[:at], "\r\n")
		}
	}
	return p
}

func (r *yamlReader) sequence(built *Node, n *yaml.Node, p place) {
	built.Kind = List
	r.checkTag(built, n, "!!seq")
	end := built.Start + 1
	inner := r.inside(built, n, p)
	built.Items = r.memory.items(len(n.Content))
	for _, item := range n.Content {
		value, itemEnd := r.value(item, inner)
		built.Items = append(built.Items, value)
		end = max(end, itemEnd)
	}
	built.End = r.collectionEnd(n, end)
}

func (r *yamlReader) mapping(built *Node, n *yaml.Node, p place) {
	built.Kind = Map
	r.checkTag(built, n, "!!map")
	end := built.Start + 1
	inner := r.inside(built, n, p)
	built.Entries = r.memory.entries(len(n.Content) / 2)
	seen := seenKeys{of: built}
	type merge struct {
		at     int
		source *Node
	}
	var merges []merge
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, keyEnd := r.value(n.Content[i], inner)
		isMerge := n.Content[i].ShortTag() == "!!merge"
		key = r.key(key)
		value, valueEnd := r.value(n.Content[i+1], inner)
		end = max(end, keyEnd, valueEnd)
		if first := seen.get(key.Value); first != nil {
			r.found = append(r.found, duplicateKey(first, key))
			maskDropped(key, value)
			continue
		}
		if isMerge {
			seen.merge = key
			for _, source := range r.mergeSources(value) {
				merges = append(merges, merge{key.Start, source})
			}
			continue
		}
		built.Entries = append(built.Entries, Entry{Key: key, Value: value})
	}
	explicit := len(built.Entries)
	for _, m := range merges {
		for _, e := range m.source.Entries {
			first := seen.get(e.Key.Value)
			if first == nil {
				built.Entries = append(built.Entries, e)
				continue
			}
			for i := range built.Entries[:explicit] {
				if built.Entries[i].Key == first && first.Start < m.at {
					built.Entries[i].Overridden = true
				}
			}
		}
	}
	built.End = r.collectionEnd(n, end)
}

// seenKeys are the keys of a mapping so far by their texts. Of a few it is quicker to look
// at each.
type seenKeys struct {
	of *Node
	// merge is the key of a merge, which is no entry.
	merge *Node
	// byText knows the first entries, as many as it has.
	byText map[string]*Node
}

const fewKeys = 12

func (s *seenKeys) get(text string) *Node {
	if s.merge != nil && s.merge.Value == text {
		return s.merge
	}
	entries := s.of.Entries
	if len(entries) > fewKeys {
		if s.byText == nil {
			s.byText = make(map[string]*Node, cap(entries))
		}
		for _, e := range entries[len(s.byText):] {
			s.byText[e.Key.Value] = e.Key
		}
		return s.byText[text]
	}
	for _, e := range entries {
		if e.Key.Value == text {
			return e.Key
		}
	}
	return nil
}

// mergeSources returns the mappings that a merge key brings in, first wins.
func (r *yamlReader) mergeSources(value *Node) []*Node {
	sources := []*Node{value}
	if value.Kind == List {
		sources = value.Items
	}
	for _, source := range sources {
		if source.Kind != Map {
			d := r.source.Diagnostic(diag.Syntax, value.Start, value.End, "found %s behind the merge key <<, it takes a mapping or a list of mappings", source.Kind)
			d.Related = aliasPlace(value)
			r.found = append(r.found, d)
			return nil
		}
	}
	return sources
}

// key makes a node a mapping key: whatever it is, it is known by its text.
func (r *yamlReader) key(n *Node) *Node {
	if n.Kind == String {
		return n
	}
	key := *n
	key.Kind, key.Entries, key.Items = String, nil, nil
	if n.Kind == Null || n.Kind == List || n.Kind == Map {
		key.Value = string(r.source.Data[n.Start:n.End])
		r.found = append(r.found, r.source.Diagnostic(diag.Syntax, n.Start, max(n.End, n.Start+1), "found %s as a key, a key is a string", n.Kind))
	}
	return &key
}

// collectionEnd returns where a collection ends whose last child ends at end.
func (r *yamlReader) collectionEnd(n *yaml.Node, end int) int {
	if n.Style&yaml.FlowStyle == 0 {
		return end
	}
	data := r.source.Data
	for end < len(data) {
		switch b := data[end]; {
		case b == ']' || b == '}':
			return end + 1
		case b == '#':
			for end < len(data) && data[end] != '\n' {
				end++
			}
		default:
			end++
		}
	}
	return end
}

func (r *yamlReader) scalar(built *Node, n *yaml.Node, p place) {
	built.Value = n.Value
	built.Plain = n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) == 0
	built.Kind = String
	switch tag := n.ShortTag(); tag {
	case "!!null":
		built.Kind = Null
	case "!!bool":
		built.Kind, built.Value = Bool, strings.ToLower(n.Value)
	case "!!int":
		built.Kind = Int
	case "!!float":
		built.Kind = Float
		if decimal().MatchString(n.Value) { // a whole number beyond 64 bits
			built.Kind = Int
		}
	default:
		r.checkTag(built, n, "!!str", "!!timestamp", "!!merge")
	}
	built.End = scalarEnd(r.source.Data, built.Start, n, p.indent)
	if n.Style&yaml.TaggedStyle != 0 {
		var value any
		if err := n.Decode(&value); err != nil {
			r.found = append(r.found, r.source.Diagnostic(diag.Syntax, built.Start, built.End, "found %s on a value that is none such", tagName(n.ShortTag())))
		}
	}
}

// checkTag reports a tag that neither ToolHive nor we give a meaning.
func (r *yamlReader) checkTag(built *Node, n *yaml.Node, known ...string) {
	tag := n.ShortTag()
	for _, k := range known {
		if tag == k {
			return
		}
	}
	r.found = append(r.found, r.source.Diagnostic(diag.Syntax, built.Start, built.Start+len(n.Tag), "found %s, only the tags of plain values are allowed", tagName(tag)))
}

// tagName names a tag for people. One that YAML does not define may be a value
// that nobody put into quotes.
func tagName(tag string) string {
	if !strings.HasPrefix(tag, "!!") {
		return "a tag, which begins with an exclamation mark"
	}
	return fmt.Sprintf("the tag %q", tag)
}

// Integer returns the value of an Int as the YAML and JSON readers of ToolHive
// take it; ok is false where it does not fit 64 bits.
func (n *Node) Integer() (value int64, ok bool) {
	if n.Kind != Int {
		return 0, false
	}
	value, err := strconv.ParseInt(strings.ReplaceAll(n.Value, "_", ""), 0, 64)
	return value, err == nil
}
