package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/docs/gen/example"
	"github.com/thvctl/thvctl/schema"
)

// checkRules refuses a schema that names a rule which the catalogue lacks.
func checkRules(documents []*schema.Document) error {
	for _, d := range documents {
		for _, t := range schema.Types(d.Type) {
			named := slices.Clone(t.Guards)
			for _, f := range members(t) {
				allowed, guards := f.Allowed(d)
				for _, a := range allowed {
					named = append(named, a.Rule)
				}
				named = append(named, guards...)
			}
			for _, id := range named {
				if _, ok := rule.Lookup(id); !ok {
					return fmt.Errorf("%s: the catalogue has no rule %s", t.Definition, id)
				}
			}
		}
	}
	return nil
}

// finding is a rule that was found at a path.
type finding struct{ Rule, Path string }

// everyField are the rules that may find something at any field. The first page names
// them, once for all.
var everyField = []string{
	diag.DuplicateKey.ID, diag.WrongDialect.ID, diag.Schema.ID, diag.UnknownField.ID,
	diag.MissingField.ID, diag.WrongType.ID, rule.PolicyViolation.ID,
}

// reportedRules returns the rules that the bad examples report at a field, by page and
// field.
func reportedRules(root string, pages []subject) (map[string]map[string][]string, error) {
	found, err := exampleFindings(root)
	if err != nil {
		return nil, err
	}
	all := map[string]map[string][]string{}
	for _, f := range found {
		page, field := firstField(pages, f.Path)
		if page == "" || slices.Contains(everyField, f.Rule) || slices.Contains(all[page][field], f.Rule) {
			continue
		}
		if all[page] == nil {
			all[page] = map[string][]string{}
		}
		all[page][field] = append(all[page][field], f.Rule)
	}
	return all, nil
}

// exampleFindings returns what the bad examples report.
func exampleFindings(root string) ([]finding, error) {
	examples, err := example.Load(filepath.Join(root, "testdata", "rules"))
	if err != nil {
		return nil, err
	}
	var all []finding
	for _, e := range examples {
		if !e.Bad() {
			continue
		}
		found, err := findings(e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

func findings(e example.Example) ([]finding, error) {
	text, err := report(e, "--format", "json", "--severity", "info")
	if err != nil {
		return nil, err
	}
	_, found, ok := strings.Cut(text, "\n{")
	if !ok {
		return nil, errors.New("the report is no JSON")
	}
	var read struct{ Diagnostics []finding }
	err = json.NewDecoder(strings.NewReader("{" + found)).Decode(&read)
	return read.Diagnostics, err
}

// fieldKey names a field, however many paths lead to it.
func fieldKey(owner *schema.Type, name string) string { return owner.Definition + "." + name }

// index matches what a path says of the item of a list; quoted, a key that is no
// name.
var (
	index  = regexp.MustCompile(`\[[0-9]+\]`)
	quoted = regexp.MustCompile(`\["[^"]*"\]`)
)

// firstField returns the first page on which a path leads to a field, in its own keys
// or in those of other dialects, and the field.
func firstField(pages []subject, path string) (page, field string) {
	steps := strings.Split(quoted.ReplaceAllString(index.ReplaceAllString(path, ""), "."+anyKey), ".")
	for _, s := range pages {
		for _, spelt := range []bool{false, true} {
			for _, c := range s.columns {
				if field, ok := follow(c.document.Type, steps, spelt); ok {
					return s.file, field
				}
			}
		}
	}
	return "", ""
}

func follow(t *schema.Type, steps []string, spelt bool) (field string, ok bool) {
	t = t.Item()
	i := slices.IndexFunc(members(t), func(f schema.Field) bool {
		return f.Name == steps[0] || f.Name == anyKey || spelt && slices.ContainsFunc(f.Spellings, func(s schema.Spelling) bool { return s.Key == steps[0] })
	})
	if i < 0 {
		return "", false
	}
	f := members(t)[i]
	if len(steps) == 1 {
		return fieldKey(t, f.Name), true
	}
	return follow(f.Type, steps[1:], spelt)
}
