package main

import (
	"slices"

	"github.com/thvctl/thvctl/schema"
)

// The limits of a field of a Kubernetes kind that says none with @limit and that rules
// look at: the API server takes a rule only where it knows the most that it may cost.
const (
	defaultCharacters = 253 // as names of objects have them
	defaultItems      = 32
)

// setLimits gives a limit to each field that a CRD needs one of.
func (s shapes) setLimits() {
	for _, d := range s.documents {
		if s.resources[d.Definition] == nil {
			continue
		}
		s.setLimitsIn(d.Type, kubernetesOwn...)
		for _, f := range d.Type.Fields {
			if slices.Contains(kubernetesOwn, f.Name) {
				continue
			}
			for _, t := range schema.Types(f.Type) {
				s.setLimitsIn(t)
			}
		}
	}
}

// setLimitsIn gives limits to the fields of a struct, but to those that are left out.
func (s shapes) setLimitsIn(t *schema.Type, leftOut ...string) {
	for i := range t.Fields {
		f := &t.Fields[i]
		items := itemsOf(f.Type)
		switch {
		case slices.Contains(leftOut, f.Name):
			continue
		case f.Limit == 0 && len(f.Type.Constraints) > 0:
			f.Limit = defaultCharacters
		case f.Limit == 0 && hasRules(items):
			f.Limit = defaultItems
		}
		key := t.Definition + "." + f.Name
		if words := s.details[key]; items != nil && len(items.Constraints) > 0 && words.itemLimit == 0 {
			words.itemLimit = defaultCharacters
			s.details[key] = words
		}
	}
}
