package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/docs"
	"github.com/thvctl/thvctl/schema"
)

// dialects are the short names of the kinds of documents whose fields can be
// explained, and where in them a path starts that leads to nothing at the root.
var dialects = []dialect{
	{"file", "webhook-file", ""},
	{"json", "json-webhook-file", ""},
	{"crd", "mcpwebhookconfig", "spec"},
	{"server", "mcpserver", "spec"},
	{"entry", "mcpserverentry", "spec"},
	{"proxy", "mcpremoteproxy", "spec"},
	{"runconfig", "runconfig", ""},
	{"secret", "secret", ""},
	{"project", "project", ""},
	{"unit", "unit", ""},
	{"header-unit", "header-forward-unit", ""},
	{"environment", "environment-variable", ""},
}

type dialect struct{ name, kind, inside string }

func explainCommand(env Environment) *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE|FIELD",
		Short: "Print the page of a rule, or of a schema field",
		Long: `Print the page of a rule, by identifier or name, or what the schema says of a
field, which is a dialect and a path, or the end of one. Without the dialect it is
looked for in all. The dialects are ` + dialectNames() + `.`,
		Example: `  thvctl explain THV4006
  thvctl explain fail-open-gate
  thvctl explain crd.validating.timeout
  thvctl explain hmac_secret_ref`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeRules,
		RunE: func(_ *cobra.Command, args []string) error {
			return explain(env.Stdout, args[0])
		},
	}
}

func dialectNames() string {
	var names []string
	for _, d := range dialects {
		names = append(names, d.name)
	}
	return strings.Join(names, ", ")
}

func completeRules(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, r := range rule.All {
		names = append(names, r.ID, r.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func explain(w io.Writer, what string) error {
	if r, ok := lookupRule(what); ok {
		page, ok := docs.RulePage(r.ID)
		if !ok {
			return defectError{fmt.Errorf("there is no page of %s", r.ID)}
		}
		_, err := io.WriteString(w, page)
		return err
	}
	places := findFields(what)
	if len(places) == 0 {
		return nothingToExplain(what)
	}
	_, err := io.WriteString(w, pages(places))
	return err
}

// pages are the pages of fields; those that say the same are one, under several
// titles.
func pages(places []fieldPlace) string {
	var titles, texts []string
	for _, p := range places {
		text := p.page()
		if i := slices.Index(texts, text); i >= 0 {
			titles[i] += p.title() + "\n"
			continue
		}
		titles, texts = append(titles, p.title()+"\n"), append(texts, text)
	}
	for i := range texts {
		texts[i] = titles[i] + "\n" + texts[i]
	}
	return strings.Join(texts, "\n")
}

// lookupRule finds a rule in any letter case.
func lookupRule(text string) (rule.Rule, bool) {
	if r, ok := rule.Lookup(strings.ToUpper(text)); ok {
		return r, true
	}
	return rule.Lookup(strings.ToLower(text))
}

func nothingToExplain(what string) error {
	near, ok := rule.Nearest(what)
	if field := nearestField(what); field != "" {
		near, ok = field, true
	}
	message := fmt.Sprintf("%q is neither a rule nor a field", what)
	if ok {
		message += fmt.Sprintf(", did you mean %q", near)
	}
	return errors.New(message + "; thvctl rules lists the rules, and thvctl explain file, crd and so on the fields")
}

// findFields returns the fields that a text names.
func findFields(text string) []fieldPlace {
	steps := splitField(text)
	if strings.EqualFold(steps[0], "cli") {
		steps[0] = "file" // as --form and --to call it
	}
	for _, d := range dialects {
		if strings.EqualFold(d.name, steps[0]) || strings.EqualFold(d.kind, steps[0]) {
			if found := d.find(steps[1:]); len(found) > 0 {
				return found
			}
		}
	}
	var all []fieldPlace
	for _, d := range dialects {
		all = append(all, d.find(steps)...)
	}
	return all
}

// splitField splits a path at its dots; indices count for nothing.
func splitField(text string) []string {
	var steps []string
	for _, step := range strings.Split(text, ".") {
		step, _, _ = strings.Cut(step, "[")
		if step != "" {
			steps = append(steps, step)
		}
	}
	if len(steps) == 0 {
		return []string{text}
	}
	return steps
}

// find returns the place to which steps lead from the root, or from where paths may
// start as well, or else all places whose path ends in them.
func (d dialect) find(steps []string) []fieldPlace {
	document := schema.DocumentOf(d.kind)
	root := fieldPlace{dialect: d.name, document: document, field: schema.Field{Type: document.Type}}
	if p, ok := root.follow(steps); ok {
		return []fieldPlace{p}
	}
	if p, ok := root.follow(append([]string{d.inside}, steps...)); ok && d.inside != "" {
		return []fieldPlace{p}
	}
	return root.below(steps)
}

// nearestField returns a field whose name is what was asked for but for one letter.
func nearestField(text string) string {
	steps := splitField(text)
	last := steps[len(steps)-1]
	best, near := 2, ""
	for _, d := range dialects {
		for _, t := range schema.Types(schema.DocumentOf(d.kind).Type) {
			for _, f := range t.Fields {
				if distance := diag.Distance(strings.ToLower(f.Name), strings.ToLower(last)); distance < best {
					best, near = distance, f.Name
				}
			}
		}
	}
	return near
}
