package diff

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// comparison goes through the places of documents and compares what the two versions
// of a schema say of each.
type comparison struct {
	was, is *tree
	version string
	changes []Change
	// begun are the pairs of schemas that are being compared, which they reach again
	// where they are recursive, and equal those that showed no change.
	begun, equal map[pair]bool
	budget       budget
}

type pair struct{ was, is *schema }

func compareTrees(was, is *tree, version string) []Change {
	c := &comparison{was: was, is: is, version: version, begun: map[pair]bool{}, equal: map[pair]bool{}, budget: fullBudget}
	c.place("", was.root, is.root)
	return c.changes
}

func (c *comparison) add(path string, affects Affected, what, was, is, why string) {
	change := Change{Version: c.version, Path: path, Affects: affects, What: what, Was: was, Is: is, Why: why}
	c.budget.spend(len(path) + len(what) + len(was) + len(is) + len(why))
	c.changes = append(c.changes, change)
}

// place compares what is said of one place. A pair that is begun already is reported
// at the place where it began.
func (c *comparison) place(path string, was, is *schema) {
	c.budget.spend(len(path))
	was, is = c.was.meant(was), c.is.meant(is)
	p := pair{was, is}
	if c.begun[p] || c.equal[p] {
		return
	}
	c.begun[p] = true
	before := len(c.changes)
	a, b := c.was.shape(was), c.is.shape(is)
	c.kinds(path, a, b)
	common := a.kinds & b.kinds
	c.values(path, a, b, common)
	c.limits(path, a, b, common)
	c.conditions(path, a, b, common)
	c.meaning(path, a, b)
	if common&listKind != 0 {
		c.place(path+"[]", cmp.Or(a.items, anything), cmp.Or(b.items, anything))
	}
	if common&objectKind != 0 {
		c.object(path, a, b)
	}
	delete(c.begun, p)
	c.equal[p] = len(c.changes) == before
}

func (c *comparison) kinds(path string, was, is *shape) {
	switch {
	case was.kinds == is.kinds:
	case was.kinds&^is.kinds != 0:
		c.add(path, Writers, "type", was.kinds.String(), is.kinds.String(), "other types are refused")
	default:
		c.add(path, StrictReaders, "type", was.kinds.String(), is.kinds.String(), "values of another type may come")
	}
}

// values compares the lists of the only values, kind by kind.
func (c *comparison) values(path string, was, is *shape, common kinds) {
	for _, k := range common.single() {
		before, now := was.values[k], is.values[k]
		switch {
		case before == nil && now == nil:
		case before == nil:
			c.add(path, Writers, "value", "any "+k.String(), oneOf(now), "others are refused")
		case now == nil:
			c.add(path, StrictReaders, "value", oneOf(before), "any "+k.String(), "others may come")
		default:
			c.listedValues(path, before, now)
		}
	}
}

func (c *comparison) listedValues(path string, before, now map[string]bool) {
	for _, value := range sorted(before) {
		if !now[value] {
			c.add(path, Writers, "value "+value, "allowed", "gone", "documents with it are refused")
		}
	}
	for _, value := range sorted(now) {
		if !before[value] {
			c.add(path, StrictReaders, "value "+value, "unknown", "allowed", "it may come")
		}
	}
}

func oneOf(values map[string]bool) string { return strings.Join(sorted(values), " or ") }

func (c *comparison) limits(path string, was, is *shape, common kinds) {
	for _, keyword := range sorted(limits) {
		l := limits[keyword]
		before, bounded := was.limits[keyword]
		now, bounds := is.limits[keyword]
		switch {
		case l.kinds&common == 0 || before == now:
		case bounds && !(bounded && l.tighter(before, now)):
			c.add(path, Writers, keyword, l.show(before), l.show(now), "values beyond it are refused")
		default:
			c.add(path, StrictReaders, keyword, l.show(before), l.show(now), "values beyond it may come")
		}
	}
}

// understood are the sorts of conditions that refuse values and do nothing else.
var understood = set("$ref", "allOf", "anyOf", "oneOf", "not", "if", "pattern", "format", "multipleOf", "uniqueItems", "contains", "prefixItems", "propertyNames", "patternProperties",
	"dependentRequired", "dependentSchemas", "unevaluated", "CEL rule", "x-kubernetes-embedded-resource")

// conditions compares what can only be equal or not. Where one condition of a sort
// went and one came, it changed.
func (c *comparison) conditions(path string, was, is *shape, common kinds) {
	gone, come := newConditions(was, is, common), newConditions(is, was, common)
	words := append(sorted(gone), sorted(come)...)
	slices.Sort(words)
	for _, word := range slices.Compact(words) {
		before, now := gone[word], come[word]
		if len(before) == 1 && len(now) == 1 {
			c.add(path, Writers, word, before[0], now[0], "what fulfils only the old one is refused")
			continue
		}
		for _, text := range before {
			if understood[word] {
				c.add(path, StrictReaders, word, text, "gone", "what did not fulfil it may come")
			} else {
				c.add(path, Writers, word, text, "gone", "what it did is not known here")
			}
		}
		for _, text := range now {
			c.add(path, Writers, word, "none", text, "what does not fulfil it is refused")
		}
	}
}

// newConditions returns the conditions of one shape that another lacks for values of
// some kinds, by their words and sorted. One that both have, for other kinds, says for
// which.
func newConditions(of, other *shape, common kinds) map[string][]string {
	found := map[string][]string{}
	for _, key := range sorted(of.conditions) {
		condition := of.conditions[key]
		there, both := other.conditions[key]
		lacks := condition.kinds & common &^ there.kinds
		text := condition.text
		if both {
			text += " for " + lacks.String()
		}
		if lacks != 0 {
			found[condition.word] = append(found[condition.word], text)
		}
	}
	return found
}

// meaning compares what documents mean that both versions accept.
func (c *comparison) meaning(path string, was, is *shape) {
	if !maps.Equal(was.defaults, is.defaults) {
		c.add(path, Meaning, "default", cmp.Or(oneOf(was.defaults), "none"), cmp.Or(oneOf(is.defaults), "none"), "documents without the field mean something else")
	}
	if before, now := cmp.Or(was.listType, "atomic"), cmp.Or(is.listType, "atomic"); before != now {
		if now == "atomic" {
			c.add(path, Meaning, "x-kubernetes-list-type", before, now, "who applies an element applies the whole list")
		} else {
			c.add(path, Writers, "x-kubernetes-list-type", before, now, "lists that hold an element twice are refused")
		}
	}
	if before, now := cmp.Or(was.mapType, "granular"), cmp.Or(is.mapType, "granular"); before != now {
		c.add(path, Meaning, "x-kubernetes-map-type", before, now, "server-side apply merges fields in another way")
	}
}

// child appends a field to a path. Names that would be mistaken for more than one step,
// or for all of them, are quoted.
func child(path, name string) string {
	special := func(r rune) bool { return strings.ContainsRune(`.[]() "`, r) || !strconv.IsPrint(r) }
	if name == "" || name == "*" || strings.ContainsFunc(name, special) {
		return path + "[" + strconv.Quote(name) + "]"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}
