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
	_, node, found := at.document.Lookup(at.path)
	if !found || node.Kind == syntax.Null {
		return "found no " + nameOf(at.path) + meaning(path)
	}
	switch node.Kind {
	case syntax.List:
		return "found " + count(len(node.Items))
	case syntax.Map:
		if w := s.webhookAt(path); w != nil && w.webhook.Path == at.path {
			return "found the webhook " + w.nameShown()
		}
		if at.path == "" {
			return "found this configuration"
		}
	}
	return "found " + node.Show()
}

// webhookAt returns the webhook that a path leads to or into, or nil.
func (s subject) webhookAt(path string) *standing {
	if s.webhook != nil {
		return s.webhook
	}
	steps := syntax.SplitPath(path)
	if len(steps) < 2 {
		return nil
	}
	list := *s.unit.list(steps[0])
	if i, ok := index(steps[1], len(list)); ok {
		return &list[i]
	}
	return nil
}

func (s standing) nameShown() string {
	if _, node, found := s.document.Lookup(s.webhook.Name.Path); found && s.webhook.Name.Set {
		return node.Show()
	}
	return "without a name"
}

// nameOf returns the last key of a path.
func nameOf(path string) string {
	steps := syntax.SplitPath(path)
	if len(steps) == 0 {
		return "value"
	}
	return fmt.Sprintf("%q", steps[len(steps)-1])
}

func meaning(path string) string {
	steps := syntax.SplitPath(path)
	for i := range steps {
		if means := whatAbsentMeans[strings.Join(steps[i:], ".")]; means != "" {
			return ", which means " + means
		}
	}
	return ""
}

func count(n int) string {
	if n == 1 {
		return "1 webhook"
	}
	return fmt.Sprintf("%d webhooks", n)
}
