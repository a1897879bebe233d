package rule

import (
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

// Meant says which of some objects a reference may be meant for that leads to
// none: those of its name in other namespaces, or else that of the nearest name in
// its own. The hint goes on behind a message; it is empty where none is near.
func Meant(wanted model.Object, candidates []*model.Document) (hint string, related []diag.Related) {
	nearest, best := model.Object{}, 3
	for _, d := range candidates {
		o := d.Object()
		distance := diag.Distance(strings.ToLower(o.Name), strings.ToLower(wanted.Name))
		switch {
		case o.Name == wanted.Name:
			hint = "; there is one " + o.Where()
			related = append(related, diag.Related{Span: d.Span("metadata.name"), Message: "the one " + o.Where()})
		case hint == "" && o.Namespace == wanted.Namespace && distance < best && distance*2 < len(wanted.Name):
			nearest, best = o, distance
		}
	}
	if hint == "" && nearest.Name != "" {
		hint = "; did you mean " + quote(nearest.Name) + "?"
	}
	return hint, related
}
