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
var dialects = []struct{ name, kind, inside string }{
	{"file", "webhook-file", ""},
	{"json", "json-webhook-file", ""},
	{"crd", "mcpwebhookconfig", "spec"},
	{"server", "mcpserver", "spec"},
	{"runconfig", "runconfig", ""},
	{"project", "project", ""},
	{"unit", "unit", ""},
}

func explainCommand(env Environment) *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE|FIELD",
		Short: "Print the page of a rule, or of a schema field",
		Long: `Print the page of a rule, by identifier or name, or what the schema says of a
field, which is a dialect and a path. Without the dialect it is looked for in
all. The dialects are ` + dialectNames() + `.`,
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

// fieldPlace is a field of the schema with the way to it.
type fieldPlace struct {
	dialect, kind string
	// steps lead from the root of the document, lists marked with "[]".
	steps []string
	field schema.Field
	// parent is the type that has the field; nil for a document as a whole.
	parent *schema.Type
}

// findFields returns the fields that a text names.
func findFields(text string) []fieldPlace {
	steps := splitField(text)
	if strings.EqualFold(steps[0], "cli") {
		steps[0] = "file" // as --form and --to call it
	}
	for _, d := range dialects {
		if strings.EqualFold(d.name, steps[0]) || strings.EqualFold(d.kind, steps[0]) {
			return inDialect(d.name, d.kind, d.inside, steps[1:])
		}
	}
	var all []fieldPlace
	for _, d := range dialects[:5] { // those that people write webhooks in
		all = append(all, inDialect(d.name, d.kind, d.inside, steps)...)
		all = append(all, anywhere(d.name, d.kind, steps)...)
	}
	return slices.CompactFunc(all, func(a, b fieldPlace) bool { return a.dialect == b.dialect && a.path() == b.path() })
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

func inDialect(dialect, kind, inside string, steps []string) []fieldPlace {
	root := fieldPlace{dialect: dialect, kind: kind, field: schema.Field{Type: schema.DocumentOf(kind).Type}}
	if p, ok := root.follow(steps); ok {
		return []fieldPlace{p}
	}
	if inside == "" {
		return nil
	}
	if p, ok := root.follow(append([]string{inside}, steps...)); ok {
		return []fieldPlace{p}
	}
	return nil
}

// follow goes down from a place. Lists are passed through.
func (p fieldPlace) follow(steps []string) (fieldPlace, bool) {
	for _, step := range steps {
		t := p.field.Type
		for t.Elem != nil {
			t = t.Elem
			p.steps = append(slices.Clone(p.steps[:len(p.steps)-1]), p.steps[len(p.steps)-1]+"[]")
		}
		f := t.Field(step)
		if f == nil && t.Values != nil {
			f = &schema.Field{Name: step, Type: t.Values}
		}
		if f == nil {
			return p, false
		}
		p = fieldPlace{p.dialect, p.kind, append(slices.Clone(p.steps), f.Name), *f, t}
	}
	return p, true
}

// anywhere returns the places in a dialect whose path ends in some steps.
func anywhere(dialect, kind string, steps []string) []fieldPlace {
	var found []fieldPlace
	var visit func(p fieldPlace)
	visit = func(p fieldPlace) {
		t := p.field.Type
		for t.Elem != nil {
			t = t.Elem
		}
		for _, f := range t.Fields {
			next, _ := p.follow([]string{f.Name})
			if above := len(next.steps) - len(steps); above > 0 && slices.EqualFunc(next.steps[above:], steps, isStep) {
				found = append(found, next)
			}
			visit(next)
		}
	}
	visit(fieldPlace{dialect: dialect, kind: kind, field: schema.Field{Type: schema.DocumentOf(kind).Type}})
	return found
}

// isStep compares a step of a place with one that was asked for.
func isStep(step, asked string) bool { return strings.TrimSuffix(step, "[]") == asked }

// nearestField returns a field whose last name is nearly what was asked for.
func nearestField(text string) string {
	steps := splitField(text)
	last := steps[len(steps)-1]
	best, near := 3, ""
	for _, d := range dialects[:5] {
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

func (p fieldPlace) path() string { return strings.Join(p.steps, ".") }
