package policy

import (
	"fmt"
	"strings"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// whatAbsentMeans says for the fields with a default what an absent one means.
var whatAbsentMeans = map[string]string{
	"timeout":                "10s",
	"failurePolicy":          "fail",
	"tls.insecureSkipVerify": "false",
}

// shown says what was found at a place, in the words of the source. The value
// itself is never shown, because only the source knows what is secret.
func (s subject) shown(at place, path string) string {
	if s.headers != nil {
		return shownHeaders(at, syntax.SplitPath(path))
	}
	w, steps := s.webhookAt(path), syntax.SplitPath(path)
	if w != nil && s.webhook == nil {
		steps = steps[2:] // below the webhook
	}
	switch {
	case w == nil && len(steps) == 0:
		return "found this configuration"
	case w == nil:
		return "found " + count(len(*s.unit.list(steps[0])), steps[0]+" webhook")
	case len(steps) == 0:
		return "found the webhook " + w.shownName()
	}
	_, node, found := at.document.Lookup(at.path)
	means := ""
	if text := whatAbsentMeans[strings.Join(steps, ".")]; text != "" {
		means = ", which means " + text
	}
	switch {
	case !found || node.Kind == syntax.Null:
		return "found no " + nameOf(at.path) + means
	case steps[0] == "timeout" && w.webhook.Timeout.V.Duration == 0:
		return "found " + node.Show() + means
	}
	return "found " + shownNode(node)
}

// shownNode shows a value; a reference to a key of a Secret in words.
func shownNode(n *syntax.Node) string {
	if n.Get("name") != nil && n.Get("key") != nil {
		return fmt.Sprintf("the key %s of the Secret %s", n.Get("key").Show(), n.Get("name").Show())
	}
	return n.Show()
}

func (s standing) shownName() string {
	if _, node, found := s.document.Lookup(s.webhook.Name.Path); found && s.webhook.Name.Set {
		return node.Show()
	}
	return "without a name"
}

// nameOf returns the last key of a path, in quotes.
func nameOf(path string) string {
	steps := syntax.SplitPath(path)
	return fmt.Sprintf("%q", steps[len(steps)-1])
}

// count says how many there are of what a word says.
func count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
