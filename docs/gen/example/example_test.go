package example

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	const archive = "lint --merge a.yaml b.json\n" +
		"-- a.yaml --\n" +
		"x: 1 # a comment\n" +
		"y: 2 # want THV2001:1 \"unknown\" fix \"rename\" THV2003 warning \"number \\\"2\\\"\" # want THV2005 \"a\"\n" +
		"-- b.json --\n" +
		"{\"x\": \"# want nothing\"}\n" +
		"-- want --\n" +
		"b.json:1:7 THV2003 info \"x\"\n" +
		"c.yaml THV1001 \"gone\"\n"
	e, err := parse("THV2001", "bad-topic.txtar", []byte(archive))
	if err != nil {
		t.Fatal(err)
	}
	var wants []string
	for _, w := range e.Wants {
		wants = append(wants, w.String())
	}
	got := strings.Join(wants, "\n")
	want := `a.yaml:2:1 THV2001 "unknown" fix "rename"
a.yaml:2 THV2003 warning "number \"2\""
a.yaml:2 THV2005 "a"
b.json:1:7 THV2003 info "x"
c.yaml THV1001 "gone"`
	if got != want {
		t.Errorf("wants:\n%s\nwant:\n%s", got, want)
	}
	if got := strings.Join(e.Args, " "); got != "lint --merge a.yaml b.json" || !e.Own || !e.Bad() {
		t.Errorf("args %q, own %v, bad %v", got, e.Own, e.Bad())
	}
	if got := string(e.Files[0].Data) + string(e.Files[1].Data); got != "x: 1 # a comment\ny: 2\n{\"x\": \"# want nothing\"}\n" {
		t.Errorf("files without notes: %q", got)
	}
}

func TestParseDefaults(t *testing.T) {
	for _, c := range []struct{ base, data, args string }{
		{"good.yaml", "x: 1\n", "lint good.yaml"},
		{"good-two.txtar", "-- thvctl.yaml --\nform: cli\n-- b.yaml --\n-- a.json --\n", "lint b.yaml a.json"},
	} {
		e, err := parse("THV2001", c.base, []byte(c.data))
		if got := strings.Join(e.Args, " "); err != nil || got != c.args || e.Own || e.Bad() {
			t.Errorf("%s: args %q, own %v, bad %v, error %v; want %q", c.base, got, e.Own, e.Bad(), err, c.args)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ base, data, message string }{
		{"worse.yaml", "", "the name"},
		{"bad.toml", "", "the extension"},
		{"bad.yaml", "x: 1 # want THV2001\n", "a pattern in quotes"},
		{"bad.yaml", "x: 1 # want THV2001:x \"a\"\n", "invalid syntax"},
		{"bad.yaml", "x: 1 # want THV2001 \"(\"\n", "missing closing"},
		{"bad.yaml", "x: 1 # want THV2001 \"a\" fix\n", "a pattern in quotes"},
		{"bad.txtar", "rm -r .\n-- a.yaml --\n", "no command line"},
		{"bad.txtar", "lint a.yaml\nlint b.yaml\n-- a.yaml --\n", "no command line"},
		{"bad.txtar", "-- want --\na.yaml:x THV2001 \"a\"\n", "invalid syntax"},
		{"bad.txtar", "-- want --\na.yaml:1 THV2001 \"a\" THV2002 \"b\"\n", "behind a finding"},
	} {
		_, err := parse("THV2001", c.base, []byte(c.data))
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s %q: error %v, want one with %q", c.base, c.data, err, c.message)
		}
	}
}
