package evaluate

import (
	"encoding/json"
	"testing"
	"time"

	"cuelang.org/go/cue/literal"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// TestPlaceRaw checks places in texts that CUE's parser counts differently: with
// a byte order mark, with CR LF, and with characters of several bytes.
func TestPlaceRaw(t *testing.T) {
	source := "\ufeffa: \"ä\"\r\nb: \"\"\"\r\n\tx\r\n\ty\r\n\t\"\"\"\r\nc: [\"\"\"\r\n\tz\r\n\t\"\"\"]\r\nd: 1 & 2 // é\r\ne: \"ü\" & \"x\"\r\n"
	request := syntax.EvaluateRequest{Files: []syntax.EvaluateFile{{Name: "a.cue", Data: []byte(source)}}}
	want := "= a.cue\na [a] string ä @ [\"ä\"]\n" +
		"b [b] string x\ny @ [\"\"\"\r\n\tx\r\n\ty\r\n\t\"\"\"]\n" +
		"c [c] list  @ [[\"\"\"\r\n\tz\r\n\t\"\"\"]]\nc[0] string z @ [\"\"\"\r\n\tz\r\n\t\"\"\"]\n" +
		"d [d] incomplete value conflicting values 2 and 1 @ [1 & 2]\n" +
		"e [e] incomplete value conflicting values \"x\" and \"ü\" @ [\"ü\" & \"x\"]\n"
	if got := show(request, run(t, request)); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// FuzzEvaluate evaluates small sources. A child process and this one give the
// same result, every place is in the file, and where a place holds a plain string
// literal, that is the value.
func FuzzEvaluate(f *testing.F) {
	for _, c := range evaluateCases {
		f.Add(files(c.files)[0].Data)
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		if len(source) > 2<<10 {
			t.Skip("only small sources")
		}
		request := syntax.EvaluateRequest{Files: []syntax.EvaluateFile{{Name: "a.cue", Data: source}}}
		e := newChild()
		e.Timeout = 2 * time.Second
		out, err := e.Evaluate(request)
		if err != nil {
			t.Fatal(err)
		}
		checkPlaces(t, source, out)
		if len(out) == 1 && out[0].Value == nil && out[0].Problems[0].Place.File == "" {
			return // the process was ended, as this one would be
		}
		got, _ := json.Marshal(out)
		want, _ := json.Marshal(run(t, request))
		if string(got) != string(want) {
			t.Errorf("%s\nand\n%s", got, want)
		}
	})
}

func checkPlaces(t *testing.T, source []byte, out []syntax.Evaluated) {
	t.Helper()
	check := func(p *syntax.EvaluatedPlace) {
		if p.Start < 0 || p.Start > p.End || p.End > len(source) || (p.File == "") != (*p == syntax.EvaluatedPlace{}) || p.File != "" && p.File != "a.cue" {
			t.Errorf("place %v in %d bytes", *p, len(source))
		}
	}
	for _, e := range out {
		if e.Value == nil && len(e.Problems) == 0 {
			t.Error("neither value nor problem")
		}
		for i := range e.Problems {
			check(&e.Problems[i].Place)
		}
		eachPlace(e.Value, check)
		checkStrings(t, source, e.Value)
	}
}

func checkStrings(t *testing.T, source []byte, v *syntax.EvaluatedValue) {
	if v == nil || t.Failed() {
		return
	}
	if v.Kind == syntax.String && v.Place.File != "" {
		text := string(source[v.Place.Start:v.Place.End])
		if s, err := literal.Unquote(text); err == nil && s != v.Value {
			t.Errorf("value %q at %q", v.Value, text)
		}
	}
	for _, item := range v.Items {
		checkStrings(t, source, item)
	}
	for _, e := range v.Entries {
		checkStrings(t, source, e.Value)
	}
}
