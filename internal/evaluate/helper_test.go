package evaluate

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// testSchema is package schema for the tests.
var testSchema = map[string][]byte{
	"shape.cue": []byte("package schema\n\n#Webhook: {name!: string, timeout: *\"10s\" | string, url?: =~\"^https:\"}\n"),
	"file.cue": []byte(`package schema

// #File has what makes CUE give up a struct for one wrong field: a disjunction,
// and rules in hidden fields.
#File: {
	hooks?: null | [...{name: =~"^[a-z]+$", n?: int}]
	max?: int
	_hooks: [for h in *(hooks & [...]) | [] {_n: *(h.n & int) | 0, _low: (_n + 0) & <9}]
	_max: *(max & int) | 0
	_bound: (_max + 0) & <9
}
`),
	"more.cue": []byte("package schema\n\n#Policy: \"fail\" | \"ignore\"\n"),
}

// files makes request files of a txtar-like text: "-- name --" lines separate
// them; what precedes the first is a.cue.
func files(text string) []syntax.EvaluateFile {
	var out []syntax.EvaluateFile
	name := "a.cue"
	var data strings.Builder
	flush := func() {
		if data.Len() > 0 {
			out = append(out, syntax.EvaluateFile{Name: name, Data: []byte(data.String())})
		}
		data.Reset()
	}
	for line := range strings.Lines(text) {
		if s, ok := strings.CutPrefix(line, "-- "); ok {
			flush()
			name = strings.TrimSuffix(strings.TrimSpace(s), " --")
			continue
		}
		data.WriteString(line)
	}
	flush()
	return out
}

// child evaluates in a real child process.
func newChild() Child {
	return Child{Command: []string{os.Args[0], childMode}, Schema: testSchema}
}

// run evaluates in this process, and fails on a defect.
func run(t *testing.T, request syntax.EvaluateRequest) []syntax.Evaluated {
	t.Helper()
	out, err := evaluate(request, testSchema)
	if err != nil {
		t.Fatal(err)
	}
	name(out, request.Files)
	return out
}

// text returns the text at a place, in brackets, or "-" for no place.
func text(request syntax.EvaluateRequest, p syntax.EvaluatedPlace) string {
	if p.File == "" {
		return "-"
	}
	for _, f := range request.Files {
		if f.Name == p.File {
			if p.Start > p.End || p.End > len(f.Data) {
				return fmt.Sprintf("OUTSIDE %v", p)
			}
			return "[" + string(f.Data[p.Start:p.End]) + "]"
		}
	}
	return fmt.Sprintf("UNKNOWN FILE %v", p)
}

// show writes a result the way that the tests below expect it: one line per
// value, "path [key] kind value @ [text]", and one per problem.
func show(request syntax.EvaluateRequest, out []syntax.Evaluated) string {
	var b strings.Builder
	for _, e := range out {
		fmt.Fprintf(&b, "= %s\n", strings.Join(e.Files, " "))
		for _, p := range e.Problems {
			if p.Tag != "" {
				fmt.Fprintf(&b, "tag %s ", p.Tag)
			}
			fmt.Fprintf(&b, "! %s @ %s\n", p.Message, text(request, p.Place))
		}
		showValue(&b, request, "", e.Value)
	}
	return b.String()
}

func showValue(b *strings.Builder, request syntax.EvaluateRequest, path string, v *syntax.EvaluatedValue) {
	if v == nil {
		return
	}
	if path != "" || v.Kind != syntax.Map {
		kind := strings.TrimPrefix(strings.TrimPrefix(v.Kind.String(), "an "), "a ")
		fmt.Fprintf(b, " %s %s @ %s\n", kind, v.Value, text(request, v.Place))
	}
	for i, item := range v.Items {
		p := syntax.JoinIndex(path, i)
		b.WriteString(p)
		showValue(b, request, p, item)
	}
	for _, e := range v.Entries {
		p := syntax.JoinKey(path, e.Key)
		fmt.Fprintf(b, "%s %s", p, text(request, e.Place))
		showValue(b, request, p, e.Value)
	}
}
