package rule

import (
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
)

// Bounds of what is said of a reference that leads to none: there may be as many of them as
// of what they could be meant for.
const (
	// mostMeant is how many objects of its name are shown.
	mostMeant = 5
	// mostCompared is to how many names it is held.
	mostCompared = 500
)

// Objects finds some objects by what they are called.
type Objects struct {
	at map[model.Object][]*model.Document
	// named are the objects of a name, and names those of a namespace, in order.
	named map[string][]*model.Document
	names map[string][]string
}

// NewObjects returns the objects among documents that are Kubernetes objects.
func NewObjects(docs []*model.Document) *Objects {
	all := &Objects{map[model.Object][]*model.Document{}, map[string][]*model.Document{}, map[string][]string{}}
	for _, d := range docs {
		o := d.Object()
		all.at[o] = append(all.at[o], d)
		all.named[o.Name] = append(all.named[o.Name], d)
		all.names[o.Namespace] = append(all.names[o.Namespace], o.Name)
	}
	return all
}

// At returns the documents that are a certain object, in order.
func (all *Objects) At(o model.Object) []*model.Document { return all.at[o] }

// Meant says which of the objects a reference may be meant for that leads to
// none: those of its name in other namespaces, or else that of the nearest name in
// its own. The hint goes on behind a message; it is empty where none is near.
func (all *Objects) Meant(wanted model.Object) (hint string, related []diag.Related) {
	for i, d := range all.named[wanted.Name] {
		if i == mostMeant {
			break
		}
		where := d.Object().Where()
		hint = "; there is one " + where
		related = append(related, diag.Related{Span: d.Span("metadata.name"), Message: "the one " + where})
	}
	if hint == "" {
		if near := nearest(wanted.Name, all.names[wanted.Namespace]); near != "" {
			hint = "; did you mean " + quote(near) + "?"
		}
	}
	return hint, related
}

// nearest returns the name that is nearest to one, "" where none is near.
func nearest(wanted string, names []string) (near string) {
	best, compared := 3, 0
	for _, name := range names {
		if apart := len(name) - len(wanted); max(apart, -apart) >= best || compared == mostCompared {
			continue
		}
		compared++
		distance := diag.Distance(strings.ToLower(name), strings.ToLower(wanted))
		if distance < best && distance*2 < len(wanted) {
			near, best = name, distance
		}
	}
	return near
}
