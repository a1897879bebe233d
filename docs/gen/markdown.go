package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/thvctl/thvctl/compiler/rule"
)

// writeTable writes a table. Rows and columns that say nothing are left out, and
// so is a table without rows.
func writeTable(out *strings.Builder, head []string, rows [][]string) {
	labelled := head[0] == ""
	said := make([]bool, len(head))
	var kept [][]string
	for _, cells := range rows {
		says := false
		for i, cell := range cells {
			if cell != "" && !(labelled && i == 0) {
				says, said[i] = true, true
			}
		}
		if says {
			kept = append(kept, cells)
		}
	}
	if len(kept) == 0 {
		return
	}
	said[0] = said[0] || labelled
	writeCells(out, head, said)
	fmt.Fprintf(out, "%s|\n", strings.Repeat("|---", count(said)))
	for _, cells := range kept {
		writeCells(out, cells, said)
	}
	out.WriteString("\n")
}

func writeCells(out *strings.Builder, cells []string, said []bool) {
	for i, cell := range cells {
		if said[i] {
			fmt.Fprintf(out, "| %s ", strings.ReplaceAll(cell, "|", `\|`))
		}
	}
	out.WriteString("|\n")
}

// prose is a text in which nothing is markup.
func prose(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	var out strings.Builder
	for i, r := range runes {
		inWord := i > 0 && i < len(runes)-1 && isWord(runes[i-1]) && isWord(runes[i+1])
		if strings.ContainsRune("*<[]`\\", r) || r == '_' && !inWord {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// code is a text as it stands in a file; no text remains none.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

func codes(texts []string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, code(text))
	}
	return all
}

func count(all []bool) int {
	n := 0
	for _, yes := range all {
		if yes {
			n++
		}
	}
	return n
}

func link(text, to string) string { return "[" + text + "](" + to + ")" }

// ruleLink leads from a page of the reference to that of a rule.
func ruleLink(id string) string {
	name := id
	if r, ok := rule.Lookup(id); ok {
		name += " " + r.Name
	}
	return link(name, rulePath(id))
}

func rulePath(id string) string { return "../rules/" + id + ".md" }

// slug is the anchor that GitHub gives a heading: its letters, digits, hyphens and
// underscores, in lower case, with hyphens for spaces.
func slug(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

// visiblePattern returns a pattern of the same meaning in which every character
// can be seen.
func visiblePattern(pattern string) string {
	var out strings.Builder
	for _, r := range pattern {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) {
			fmt.Fprintf(&out, `\x{%04x}`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
