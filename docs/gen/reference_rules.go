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

// check is a rule that looks at a field.
type check struct {
	rule rule.Rule
	// allowed says what the rule allows, where the schema has words for it.
	allowed []string
	// in are the columns in which the rule looks at the field.
	in []int
}

// checks returns the rules of a field, by id: those of the schema that stand beside
// no attribute, and those that are reported beside them. The error is a rule that
// the catalogue lacks.
func checks(r row, reported map[string][]string) ([]check, error) {
	byID := map[string]*check{}
	for i, p := range r {
		if p == nil {
			continue
		}
		for id, allowed := range schemaChecks(p) {
			if byID[id] == nil {
				byID[id] = &check{}
			}
			c := byID[id]
			c.in = append(c.in, i)
			for _, text := range allowed {
				if !slices.Contains(c.allowed, text) {
					c.allowed = append(c.allowed, text)
				}
			}
		}
	}
	for _, p := range r {
		if p == nil {
			continue
		}
		for _, id := range reported[fieldKey(p.owner, p.field.Name)] {
			if byID[id] == nil {
				byID[id] = &check{in: columnsOf(r)} // an example of one kind speaks for all
			}
		}
	}
	return inCatalogue(byID, r)
}

// inCatalogue looks rules up, in the order of their ids, and leaves out those that
// stand beside an attribute.
func inCatalogue(byID map[string]*check, r row) ([]check, error) {
	var all []check
	for _, id := range sortedKeys(byID) {
		known, ok := rule.Lookup(id)
		if !ok {
			return nil, fmt.Errorf("%s: the catalogue has no rule %s", r.title(), id)
		}
		c := *byID[id]
		c.rule = known
		if !saidBefore(c) {
			all = append(all, c)
		}
	}
	return all, nil
}

// columnsOf returns the columns that have a field.
func columnsOf(r row) []int {
	var all []int
	for i, p := range r {
		if p != nil {
			all = append(all, i)
		}
	}
	return all
}

// schemaChecks returns the diagnostics of the schema at a field, with what they
// allow.
func schemaChecks(p *place) map[string][]string {
	all := map[string][]string{}
	if p.observed {
		return all
	}
	add := func(id string, allowed ...string) { all[id] = append(all[id], allowed...) }
	t, _ := strip(p.field.Type, "")
	if !t.Kinds.Has(schema.AnyKind) {
		add(diag.WrongType.ID)
	}
	if p.field.Required {
		add(diag.MissingField.ID)
	}
	if len(p.field.Spellings) > 0 || slices.ContainsFunc(p.elsewhere, func(s schema.Spelling) bool { return s.Path == "" }) {
		add(diag.WrongDialect.ID)
	}
	if len(t.Enum) > 0 {
		add(diag.BadValue.ID)
	}
	for _, c := range t.Constraints {
		add(c.Rule, prose(c.Message))
	}
	for _, id := range p.field.Guards {
		add(id)
		if id == diag.TimeoutRange.ID {
			add(id, schema.MinTimeout+" to "+schema.MaxTimeout)
		}
	}
	return all
}

// fieldKey names a field, however many paths lead to it.
func fieldKey(owner *schema.Type, name string) string { return owner.Definition + "." + name }

// reportedRules returns the rules whose bad examples report at a field, by page and
// field. Families 1 and 2 are left out, for the schema knows them better, and so is
// 8: a policy may be about anything.
func reportedRules(root string, pages []subject) (map[string]map[string][]string, error) {
	examples, err := example.Load(filepath.Join(root, "testdata", "rules"))
	if err != nil {
		return nil, err
	}
	all := map[string]map[string][]string{}
	for _, e := range examples {
		if !e.Bad() || strings.ContainsAny(e.Rule[3:4], "128") {
			continue
		}
		paths, err := reportedPaths(e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e, err)
		}
		for _, path := range paths {
			page, field := firstField(pages, path)
			if page == "" || slices.Contains(all[page][field], e.Rule) {
				continue
			}
			if all[page] == nil {
				all[page] = map[string][]string{}
			}
			all[page][field] = append(all[page][field], e.Rule)
		}
	}
	return all, nil
}

// reportedPaths returns the paths at which an example's own rule is reported.
func reportedPaths(e example.Example) ([]string, error) {
	text, err := report(e, "--format", "json", "--severity", "info")
	if err != nil {
		return nil, err
	}
	_, found, ok := strings.Cut(text, "\n{")
	if !ok {
		return nil, errors.New("the report is no JSON")
	}
	var read struct {
		Diagnostics []struct{ Rule, Path string }
	}
	if err := json.NewDecoder(strings.NewReader("{" + found)).Decode(&read); err != nil {
		return nil, err
	}
	var paths []string
	for _, d := range read.Diagnostics {
		if d.Rule == e.Rule {
			paths = append(paths, d.Path)
		}
	}
	return paths, nil
}

// index matches the places of a path that say which item or key of many it is.
var index = regexp.MustCompile(`\[[0-9]+\]`)

// firstField returns the first page on which a path leads to a field, and the
// field.
func firstField(pages []subject, path string) (page, field string) {
	steps := strings.Split(index.ReplaceAllString(path, ""), ".")
	for _, s := range pages {
		for _, c := range s.columns {
			if field, ok := follow(c.document.Type, steps); ok {
				return s.file, field
			}
		}
	}
	return "", ""
}

func follow(t *schema.Type, steps []string) (field string, ok bool) {
	t, _ = strip(t, "")
	name := steps[0]
	f := t.Field(name)
	if f == nil && t.Values != nil {
		name, f = anyKey, &schema.Field{Type: t.Values}
	}
	if f == nil {
		return "", false
	}
	if len(steps) == 1 {
		return fieldKey(t, name), true
	}
	return follow(f.Type, steps[1:])
}
