package rule

import (
	"regexp"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

var ignoredTarget = Rule{
	Rule:    diag.Rule{ID: "THV3012", Name: "ignored-target", Severity: diag.Warning},
	Fixable: true,
	Summary: "a reference to a secret has a target, which ToolHive ignores here",
	Doc: "In `thv run --secret name,target=VAR` the target is the variable that the server\n" +
		"gets the secret in. The secret of a webhook goes into no variable: ToolHive takes\n" +
		"the name and drops the target.\n\n" +
		"Write the name alone.",
	Document: func(p *Pass, d *model.Document) {
		webhooks(d, func(_ model.List, w model.Webhook) {
			if w.HMAC.Target != "" {
				reportTarget(p, d, w.HMAC)
			}
		})
	},
}

func reportTarget(p *Pass, d *model.Document, hmac model.Reference) {
	_, n, found := d.Lookup(hmac.Path)
	if !found {
		return
	}
	written := model.Value[string]{V: n.Value, Path: hmac.Path, Set: true}
	f := Finding{
		Document: d, Path: hmac.Path,
		Message: "found a target in the reference to a secret, which ToolHive ignores here; allowed is the name alone",
		Mark:    part(d, written, len(hmac.Name), len(n.Value)),
	}
	if !isPlain(d, hmac.Path) || staysText(hmac.Name) {
		f.Fix = removal("take out the target", f.Mark)
	}
	p.Add(f)
}

// plainName matches names that YAML reads as texts without quotes, but for a few
// words.
var plainName = regexp.MustCompile(`^[A-Za-z]([A-Za-z0-9._/:-]*[A-Za-z0-9._/-])?$`)

// staysText reports whether a name can stand without quotes. A null would drop
// the signature.
func staysText(name string) bool {
	words := []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
	return plainName.MatchString(name) && !slices.Contains(words, strings.ToLower(name))
}
