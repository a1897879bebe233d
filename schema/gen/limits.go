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
		s.setLimitsIn(d.Type, func(f schema.Field) bool { return slices.Contains(kubernetesOwn, f.Name) })
		for _, f := range d.Type.Fields {
			if slices.Contains(kubernetesOwn, f.Name) {
				continue
			}
			for _, t := range schema.Types(f.Type) {
				s.setLimitsIn(t, func(schema.Field) bool { return false })
			}
		}
	}
}

func (s shapes) setLimitsIn(t *schema.Type, not func(schema.Field) bool) {
	for i := range t.Fields {
		f := &t.Fields[i]
		items := f.Type.Elem
		if items == nil {
			items = f.Type.Values
		}
		switch {
		case not(*f):
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
