package convert_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/convert"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// TestCommentsAnywhere strews comments and empty lines over documents, wherever
// YAML takes them, and converts what comes of it.
func TestCommentsAnywhere(t *testing.T) {
	files := inputs(t)
	random := rand.New(rand.NewPCG(1, 2))
	tried := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := files[name]
		if f.Format != syntax.YAML || len(f.Data) > 3000 || strings.Contains(name, "/rules/") && random.IntN(20) > 0 {
			continue
		}
		f.Data = strewn(random, f.Data)
		t.Run(name, func(t *testing.T) {
			if checkConversions(t, f) {
				tried++
			}
		})
	}
	if tried < 50 {
		t.Errorf("only %d documents could be converted", tried)
	}
}

// strewn adds comments to a text that leave its values what they are.
func strewn(random *rand.Rand, text []byte) []byte {
	want, ok := values(text)
	if !ok {
		return text
	}
	lines := strings.SplitAfter(string(text), "\n")
	for i := range 2 + random.IntN(20) {
		at := random.IntN(len(lines))
		changed := slices.Clone(lines)
		note := fmt.Sprintf("# note %d", i)
		switch line := changed[at]; random.IntN(5) {
		case 0, 1:
			body := strings.TrimRight(line, "\r\n")
			changed[at] = body + " " + note + line[len(body):]
		case 2:
			changed = slices.Insert(changed, at, "\n")
		default:
			changed = slices.Insert(changed, at, strings.Repeat(" ", random.IntN(10))+note+"\n")
		}
		next := []byte(strings.Join(changed, ""))
		if got, ok := values(next); ok && bytes.Equal(got, want) {
			lines = changed
		}
	}
	return []byte(strings.Join(lines, ""))
}

// values are those of all documents of a text; ok is false for one that cannot be
// read.
func values(text []byte) (data []byte, ok bool) {
	tree, found := syntax.Parse(syntax.File{Format: syntax.YAML, Data: text, Named: true}, syntax.Options{})
	if found.Has(diag.Error) {
		return nil, false
	}
	for _, d := range tree.Documents {
		part, err := json.Marshal(d.Root)
		if err != nil {
			return nil, false
		}
		data = append(data, part...)
	}
	return data, true
}

// TestStrewnCommentsKeepTheirOrder strews comments over a file in canonical order,
// where none may pass another.
func TestStrewnCommentsKeepTheirOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		f := syntax.File{Name: "everywhere.yaml", Format: syntax.YAML, Data: strewn(random, []byte(everywhere)), Named: true}
		for _, form := range []bind.Form{bind.CLI, bind.CRD} {
			o := options(form)
			o.Bind.Bindings = bindingsFor(t, f)
			want, got := convert.Comments(parse(f.Data)), convert.Comments(parse(joined(converted(t, f, o))))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("to %s (-source +converted)\n%s\n%s", form, diff, f.Data)
			}
		}
	}
}
