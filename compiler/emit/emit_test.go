package emit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	yaml "go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/compiler/emit"
)

// nasty are strings that a careless writer of YAML changes: words and numbers
// of YAML 1.1 and 1.2, what the syntax gives a meaning, white space at the ends,
// and characters that readers refuse or fold.
var nasty = []string{
	// Words that some reader takes for a boolean or null.
	"y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
	"true", "True", "TRUE", "tRuE", "false", "False", "FALSE", "null", "Null", "NULL", "nUlL", "~", "", "None", "nil",
	// Numbers.
	"0", "-0", "1", "+1", "-1", "010", "0o10", "0x1f", "0X1F", "0b11", "1_000", "1e3", "1E3", "1e+3", ".5", "5.", "1.0", "-.5",
	".inf", "-.inf", "+.Inf", ".nan", ".NaN", "inf", "nan", "NaN", "Infinity", "e3", "9223372036854775808", "18446744073709551616",
	// Base 60, dates and durations.
	"1:30", "12:30:45", "190:20:30", "2026-11-21", "2026-11-21T10:00:00Z", "2026-11-21 10:00:00 +1", "10s", "1m30s", "1.5h", "10ms", "1h2", "s",
	// The syntax.
	"=", "<<", "-", "- a", "-a", "--", "---", "--- a", "...", "... a", "?", "? a", "?a", ":", ": a", ":a", "a:", "a: b", "a:b", "a #b", "a#b", "#a",
	"[", "]", "[a]", "{", "}", "{a}", "{a: b}", ",", "a, b", "&a", "*a", "!a", "!!str a", "|", "|-", ">", ">+", "%", "%YAML 1.1", "@a", "`a`",
	"'", "''", "a'b", "'a'", `"`, `""`, `a"b`, `"a"`, `\`, `\n`, `a\`, `\u0041`, "/", "/etc/x: y", "https://a.example/?a=b&c=<d>#e", "a,b=c",
	// White space.
	" ", "  ", " a", "a ", "\t", "\ta", "a\t", "a\tb", "\n", "\n\n", "a\n", "a\n\n", "\na", "a\nb", "a\n b\n", " a\nb", "a \nb", "a\r\nb", "\r", "a\rb", "a\r",
	"a\u0085b", "\u0085", "a\u00a0b", "\u00a0", "a\u2028b", "a\u2029b", "\u2028", "\u3000", "\v", "\f", "a  b",
	// Characters.
	"\x00", "a\x00b", "\x01", "\x07", "\x1b[31m", "\x7f", "a\x7f", "\u0080", "\u009f", "a\u009f", "\ufeff", "a\ufeff", "\ufffd", "\ufffe", "a\uffff", "\ue000",
	"é", "aé", "ß", "日本", "a日本", "😀", "a😀", "\U0010ffff", "e\u0301", "\u200b", "a\u200bb", "\u202e", "a\u202eb", "\u200e",
	// Long ones, which a writer may fold.
	strings.Repeat("word ", 60) + "end", strings.Repeat("x", 5000), "a" + strings.Repeat(" ", 200) + "b",
}

// checkStrings writes strings in every place where a string can stand, and reads
// them back as ToolHive's command line does (YAML 1.2) and as kubectl does (1.1).
func checkStrings(t *testing.T, texts ...string) {
	t.Helper()
	want := map[string]any{}
	for i, text := range texts {
		list := []any{text, []any{text}, map[string]any{"deep": text}}
		want[fmt.Sprintf("place%d", i)] = map[string]any{"scalar": text, "list": list, "key": map[string]any{"k" + text: "v", text: "w"}}
	}
	data, err := emit.YAML(want, "")
	if err != nil {
		t.Fatalf("%q: %v", texts, err)
	}
	var v3 any
	if err := yaml.Unmarshal(data, &v3); err != nil {
		t.Errorf("%q: yaml/v3 cannot read it: %v\n%s", texts, err, data)
		return
	}
	if diff := cmp.Diff(any(want), v3); diff != "" {
		t.Errorf("yaml/v3 reads something else (-want +got)\n%s\n%s", diff, data)
	}
	var kubernetes any
	if err := kyaml.UnmarshalStrict(data, &kubernetes); err != nil {
		t.Errorf("%q: sigs.k8s.io/yaml cannot read it: %v\n%s", texts, err, data)
		return
	}
	if diff := cmp.Diff(any(want), kubernetes); diff != "" {
		t.Errorf("sigs.k8s.io/yaml reads something else (-want +got)\n%s\n%s", diff, data)
	}
}

func TestYAMLStrings(t *testing.T) {
	for _, text := range nasty {
		checkStrings(t, text)
	}
	checkStrings(t, nasty...)
}

func TestYAMLRandomStrings(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for seed := range 3000 {
		texts := make([]string, 4)
		for i := range texts {
			texts[i] = randomText(r)
		}
		checkStrings(t, texts...)
		if t.Failed() {
			t.Fatalf("round %d", seed)
		}
	}
}

// randomText strings together pieces that mean something to YAML, and characters
// from all over Unicode.
func randomText(r *rand.Rand) string {
	var out strings.Builder
	for range r.IntN(6) {
		switch r.IntN(4) {
		case 0:
			out.WriteString(nasty[r.IntN(len(nasty)-3)])
		case 1:
			out.WriteByte(" \t\n\r:#-?,[]{}&*!|>'\"%@`~=0123456789.eExXyYnN_+/\\"[r.IntN(48)])
		case 2:
			out.WriteRune(rune(r.IntN(0x180)))
		default:
			c := rune(r.IntN(utf8.MaxRune + 1))
			if !utf8.ValidRune(c) {
				c = 'a'
			}
			out.WriteRune(c)
		}
	}
	return out.String()
}

func FuzzYAMLString(f *testing.F) {
	for _, text := range nasty {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip() // no JSON text, and so no artifact, can hold it
		}
		checkStrings(t, text)
	})
}

// The words of our own vocabulary are what people read most: they stay plain.
func TestYAMLLeavesPlainWordsPlain(t *testing.T) {
	for _, text := range []string{"fail", "policy-check", "10s", "1.5s", "https://a.example/v", "/run/secrets/hmac", "ca.crt", "v1alpha1", "MCPWebhookConfig"} {
		data, err := emit.YAML(map[string]string{"key": text}, "")
		if want := "key: " + text + "\n"; err != nil || string(data) != want {
			t.Errorf("got %q, %v, want %q", data, err, want)
		}
	}
}

// Keys keep the order of the JSON, numbers their spelling, and what is empty is
// written in flow style.
func TestYAMLLayout(t *testing.T) {
	value := json.RawMessage(`{"z":1,"a":{"w":[],"x":{}},"list":[{"b":1.50,"a":-3},null,true,[1,["two"]]],"big":9223372036854775807,"exp":1e3}`)
	got, err := emit.YAML(value, "a comment")
	if err != nil {
		t.Fatal(err)
	}
	const want = `# a comment
z: 1
a:
  w: []
  x: {}
list:
  - b: 1.50
    a: -3
  - null
  - true
  - - 1
    - - two
big: 9223372036854775807
exp: 1e3
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestYAMLTwice(t *testing.T) {
	value := map[string]any{}
	for i, text := range nasty {
		value[fmt.Sprint(i, text)] = text
	}
	first, err := emit.YAML(value, "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := emit.YAML(value, "")
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("two writes differ, %v", err)
	}
}

func TestYAMLRefusesWhatJSONCannotSay(t *testing.T) {
	if _, err := emit.YAML(func() {}, ""); err == nil {
		t.Error("a function was written")
	}
	if _, err := emit.JSON(func() {}); err == nil {
		t.Error("a function was written")
	}
}

// The layout is that of ToolHive's own writer.
func TestJSONLayout(t *testing.T) {
	got, err := emit.JSON(struct {
		URL  string   `json:"url"`
		List []string `json:"list"`
	}{"https://a.example/?a=1&b=<é>\u2028", []string{}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "{\n  \"url\": \"https://a.example/?a=1\\u0026b=\\u003cé\\u003e\\u2028\",\n  \"list\": []\n}\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
