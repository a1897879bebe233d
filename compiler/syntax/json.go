package syntax

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
)

func parseJSON(tree *Tree, o Options) diag.List {
	s := tree.Source
	base := 0
	if bytes.HasPrefix(s.Data, []byte(byteOrderMark)) {
		base = len(byteOrderMark)
	}
	text := s.Data[base:]
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	if what := tooComplex(text, o.Limits); what != "" {
		maskUnparsed(s, 0, len(s.Data))
		return diag.List{s.Diagnostic(diag.TooComplex, base, base+1, "%s", what)}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	var whole json.RawMessage
	if err := decoder.Decode(&whole); err != nil {
		maskUnparsed(s, 0, len(s.Data))
		return diag.List{jsonSyntax(s, base, err)}
	}
	end := base + int(decoder.InputOffset())
	r := jsonReader{source: s, base: base, budget: budget{limit: o.Limits.nodes()}}
	r.decoder = json.NewDecoder(bytes.NewReader(whole))
	r.decoder.UseNumber()
	r.base = end - len(whole)
	doc := &Document{Source: s, Format: JSON, Start: base, End: end, Named: tree.File.Named}
	if passed := guard(s, func() { doc.Root = r.value(r.token(), 0) }); passed != nil {
		maskUnparsed(s, 0, len(s.Data))
		return diag.List{*passed}
	}
	tree.Documents = []*Document{doc}
	maskSecrets(doc)
	if rest := bytes.TrimLeft(s.Data[end:], " \t\r\n"); len(rest) > 0 && o.claims(tree.File, text) {
		at := len(s.Data) - len(rest)
		maskUnparsed(s, at, len(s.Data))
		r.found = append(r.found, s.Diagnostic(diag.ExtraDocument, at, at+1, "found data after the JSON value, a JSON file holds one value"))
	}
	return r.found
}

func jsonSyntax(s *Source, base int, err error) diag.Diagnostic {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at := base + max(0, int(syntax.Offset)-1)
		return s.Diagnostic(diag.Syntax, at, at+1, "%s", syntax.Error())
	}
	end := len(bytes.TrimRight(s.Data, " \t\r\n"))
	return s.Diagnostic(diag.Syntax, end, end, "the JSON text ends before its value does")
}

// jsonReader builds nodes from the tokens of a text that is known to be valid.
type jsonReader struct {
	source  *Source
	base    int // offset of the decoder's text in the source
	decoder *json.Decoder
	budget  budget
	found   diag.List
	start   int // of the last token
}

// token returns the next token and records where it starts.
func (r *jsonReader) token() json.Token {
	at := r.base + int(r.decoder.InputOffset())
	for strings.IndexByte(" \t\r\n,:", r.source.Data[at]) >= 0 {
		at++
	}
	r.start = at
	token, err := r.decoder.Token()
	if err != nil {
		panic(err) // the text was decoded once already
	}
	return token
}

func (r *jsonReader) end() int { return r.base + int(r.decoder.InputOffset()) }

func (r *jsonReader) value(token json.Token, depth int) *Node {
	r.budget.spend(r.start, depth)
	n := &Node{Source: r.source, Start: r.start, Alias: -1}
	switch t := token.(type) {
	case nil:
		n.Kind = Null
	case bool:
		n.Kind, n.Value = Bool, "false"
		if t {
			n.Value = "true"
		}
	case json.Number:
		n.Kind, n.Value = Int, t.String()
		if strings.ContainsAny(n.Value, ".eE") {
			n.Kind = Float
		}
	case string:
		n.Kind, n.Value = String, t
	case json.Delim:
		if t == '[' {
			r.list(n, depth)
		} else {
			r.mapping(n, depth)
		}
		r.token() // the closing bracket
	}
	n.End = r.end()
	return n
}

func (r *jsonReader) list(n *Node, depth int) {
	n.Kind = List
	for r.decoder.More() {
		n.Items = append(n.Items, r.value(r.token(), depth+1))
	}
}

func (r *jsonReader) mapping(n *Node, depth int) {
	n.Kind = Map
	seen := map[string]*Node{}
	for r.decoder.More() {
		text := r.token().(string)
		r.budget.spend(r.start, depth)
		key := &Node{Kind: String, Value: text, Source: r.source, Start: r.start, End: r.end(), Alias: -1}
		value := r.value(r.token(), depth+1)
		if first, twice := seen[text]; twice {
			r.found = append(r.found, duplicateKey(first, key))
			maskDropped(key, value)
			continue
		}
		seen[text] = key
		n.Entries = append(n.Entries, Entry{Key: key, Value: value})
	}
}
