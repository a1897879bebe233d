package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/schema"
)

// constantOf returns the one text that a field may be, or "".
func constantOf(t *schema.Type, name string) string {
	if f := t.Field(name); f != nil && len(f.Type.Enum) == 1 {
		return f.Type.Enum[0]
	}
	return ""
}

// check refuses what a CRD cannot say of a kind of document, and rules that no API server
// takes: it wants to know the most that a rule may cost.
func (w crdWriter) check(d *schema.Document) error {
	if group, version, _ := strings.Cut(constantOf(d.Type, "apiVersion"), "/"); group == "" || version == "" {
		return errors.New("apiVersion is no constant, allowed is GROUP/VERSION")
	}
	if constantOf(d.Type, "kind") == "" {
		return errors.New("kind is no constant")
	}
	if spec := d.Type.Field("spec"); spec == nil || spec.Type.Kinds&^schema.NullKind != schema.StructKind || spec.Type.Definition == "" {
		return errors.New("spec is no struct with a definition")
	}
	if w.document == nil {
		return fmt.Errorf("the rules layer has no #%sRules", d.Definition)
	}
	if err := w.checkRules(); err != nil {
		return err
	}
	for _, f := range d.Type.Fields {
		if slices.Contains(kubernetesOwn, f.Name) {
			continue
		}
		if err := w.checkField(d.Type, f, f.Name); err != nil {
			return err
		}
	}
	return nil
}

// checkRules refuses rules that the API server is not told.
func (w crdWriter) checkRules() error {
	rules := slices.Clone(w.document.relations)
	for _, path := range slices.Sorted(maps.Keys(w.document.lists)) {
		items := w.document.lists[path]
		if len(items.lists)+len(items.names) > 0 {
			return fmt.Errorf("@list(%s): an API server cannot be told rules of a list in a list", path)
		}
		rules = append(rules, items.all(w.rules)...)
	}
	for _, path := range slices.Sorted(maps.Keys(w.document.names)) {
		rules = append(rules, w.document.names[path])
	}
	for _, r := range rules {
		if len(r.tests) == 0 {
			return fmt.Errorf("the rule %s at %q has no @cel: the API server would not be told", r.id, r.path)
		}
	}
	return nil
}

func (w crdWriter) checkField(parent *schema.Type, f schema.Field, path string) error {
	if f.Observed != nil {
		w, f.Type = crdWriter{shapes: w.shapes}, f.Observed // nothing of ours is demanded there
	}
	ours := w.shapes.details[parent.Definition+"."+f.Name].ours
	if i := slices.IndexFunc(ours, isDemand); i >= 0 && w.cel {
		return fmt.Errorf("%s: @openapi(%s) demands what the check of a source does not", path, ours[i].key)
	}
	if err := w.checkValue(f.Type, path, f.Limit); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, t := range []*schema.Type{f.Type, itemsOf(f.Type)} {
		if t == nil {
			continue
		}
		for _, f := range t.Fields {
			if err := w.checkField(t, f, path+"."+f.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

func isDemand(keyword member) bool {
	return !slices.Contains([]string{"default", "format", "nullable"}, keyword.key)
}

// checkValue refuses a value that a CRD has no word for, and a list without a limit
// that rules look at. What rules of its own look at has one by now, see setLimits.
func (w crdWriter) checkValue(t *schema.Type, path string, limit int) error {
	switch kinds := t.Kinds &^ schema.NullKind; {
	case t.Extension != "":
		return fmt.Errorf("a CRD cannot say that keys may begin with %s", t.Extension)
	case kinds&(kinds-1) != 0:
		return fmt.Errorf("a CRD cannot say that a value is %s", t.Describe())
	}
	items := itemsOf(t)
	list, each := w.listRules(path)
	switch {
	case items == nil || !w.cel:
		return nil
	case limit == 0 && len(list)+len(each) > 0:
		return errors.New("say with @limit how many items it has at most: rules look at each")
	case itemsOf(items) != nil && hasRules(items):
		return errors.New("a list or map of lists or maps has no limit: give the inner one a struct around it")
	}
	return w.checkValue(items, "", 0)
}

// itemsOf returns the type of the items of a list or of the values of a map, or nil.
func itemsOf(t *schema.Type) *schema.Type {
	if t.Elem != nil {
		return t.Elem
	}
	return t.Values
}

// hasRules reports whether the API server is told a rule of a value or of one below it.
func hasRules(t *schema.Type) bool {
	if t == nil {
		return false
	}
	if len(t.Enum) > 0 || len(t.Constraints) > 0 || hasRules(t.Elem) || hasRules(t.Values) {
		return true
	}
	for _, f := range t.Fields {
		if hasRules(f.Type) {
			return true
		}
	}
	return false
}
