package syntax

import (
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/diag"
)

// FuzzMask shows findings in texts that do not parse. Nothing behind a key that
// nobody knows is shown, whatever the rest of the text is.
func FuzzMask(f *testing.F) {
	for _, seed := range []string{"a: b\n", "zzz: \"x: y\", name: [\n", "- zzz:\n  'q\n", "{\"zzz\":\"x\",", "ü: {a: \"", ": :\n", "\"\": x"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const secret = "winterreise"
		for _, line := range []string{"\nzzz: " + secret + "\n", "\n{\"zzz\": \"" + secret + "\", \"name\": 1}\n"} {
			s := &Source{Name: "a.yaml", Data: append(append([]byte{}, data...), line...)}
			maskUnparsed(s, 0, len(s.Data))
			at := len(data) + 1
			d := s.Diagnostic(diag.Syntax, at, at+1, "found %q", secret)
			s.Show(&d)
			if strings.Contains(d.Source, secret) || strings.Contains(d.Message, secret) {
				t.Errorf("shown: %q", d.Source)
			}
		}
	})
}
