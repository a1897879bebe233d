// Package docs holds the pages of the rules, for thvctl explain.
package docs

import (
	"embed"
	"strings"
)

//go:embed rules/THV*.md
var pages embed.FS

// RulePage returns the page of a rule in Markdown; ok is false where there is
// none for the identifier.
func RulePage(id string) (page string, ok bool) {
	text, err := pages.ReadFile("rules/" + id + ".md")
	if err != nil {
		return "", false
	}
	page = string(text)
	if strings.HasPrefix(page, "<!--") { // what generated it
		_, page, _ = strings.Cut(page, "-->")
	}
	return strings.TrimLeft(page, "\n"), true
}
