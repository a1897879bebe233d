package compiler_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// webhooks returns a webhook file with count webhooks that are called prefix0 and
// so on, and URLs of a length in characters.
func webhooks(prefix string, count, url int) syntax.File {
	var text strings.Builder
	text.WriteString("validating:\n")
	for i := range count {
		fmt.Fprintf(&text, "  - {name: %s%d, url: \"https://a.example/%s\", failure_policy: fail}\n", prefix, i, strings.Repeat("é", url-len("https://a.example/")))
	}
	return syntax.File{Name: prefix + ".yaml", Format: syntax.YAML, Data: []byte(text.String()), Named: true}
}

// A compile for Kubernetes finds what the CRD would refuse for its size alone.
func TestLimitsOfTheCRD(t *testing.T) {
	one := func(count, url int) []syntax.File { return []syntax.File{webhooks("a", count, url)} }
	tests := map[string]struct {
		files []syntax.File
		form  bind.Form
		want  string
	}{
		"as many as fit":     {one(128, 30), bind.CRD, ""},
		"one more":           {one(129, 30), bind.CRD, "validating: found 129 webhooks in one list, the CRD of form crd holds at most 128"},
		"one more, no CRD":   {one(129, 30), bind.CLI, ""},
		"as long as fits":    {one(1, 1024), bind.CRD, ""},
		"one longer":         {one(1, 1025), bind.CRD, "validating[0].url: found a URL of 1025 characters, the CRD of form crd holds at most 1024"},
		"one longer, no CRD": {one(1, 1025), bind.CLI, ""},
		"two files that fit": {[]syntax.File{webhooks("a", 64, 30), webhooks("b", 64, 30)}, bind.CRD, ""},
		"too many of them":   {[]syntax.File{webhooks("a", 64, 30), webhooks("b", 65, 30)}, bind.CRD, "validating: found 129 webhooks in one list, the CRD of form crd holds at most 128"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := compiler.Options{Emit: compiler.EmitManifest}
			o.Bind = bind.Options{Form: test.form, Merge: true, Name: "x"}
			o.Check.Rules.Merge = true
			got := ""
			for _, d := range compileTwice(t, test.files, o).Diagnostics {
				if d.Rule == rule.LostInForm {
					got += d.Path + ": " + d.Message
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
