package rule

import (
	"cmp"
	"slices"
	"time"

	"github.com/thvctl/thvctl/compiler/model"
)

// The timeouts of ToolHive v0.62: what an absent one means, and the bounds of
// THV2006.
const (
	defaultTimeout = 10 * time.Second
	minTimeout     = time.Second
	maxTimeout     = 30 * time.Second
)

// standing is a webhook with the document that it stands in.
type standing struct {
	document *model.Document
	webhook  model.Webhook
	// offset is where the webhook begins in its file.
	offset int
}

func newStanding(d *model.Document, w model.Webhook) standing {
	_, n, _ := d.Lookup(w.Path)
	return standing{d, w, n.Start}
}

// unit holds the webhooks that ToolHive asks about one request.
type unit struct {
	// lists are the webhooks by the name of their list.
	lists map[string][]standing
	// named are the places in a list of the webhooks of a name, and indexed is how many
	// webhooks of a list it knows: those of the document that is being added come later.
	named   map[webhookName][]int
	indexed map[string]int
}

// webhookName is a webhook as ToolHive tells it from others.
type webhookName struct{ list, name string }

func newUnit() *unit {
	return &unit{lists: map[string][]standing{}, named: map[webhookName][]int{}, indexed: map[string]int{}}
}

// units returns the configurations of the inputs: each document is one, and with
// --merge all webhook files together are one.
func units(p *Pass, docs []*model.Document) []*unit {
	var found []*unit
	var merged *unit
	for _, d := range docs {
		into := newUnit()
		if p.Options.Merge && d.Kind == model.WebhookFile {
			if merged == nil {
				merged = into
				found = append(found, merged)
			}
			into = merged
		} else {
			found = append(found, into)
		}
		for _, list := range d.ObeyedLists() {
			into.add(d, list)
		}
	}
	return found
}

// add appends the webhooks of a list. As in ToolHive's merge, one of another
// document whose name is there already replaces it.
func (u *unit) add(d *model.Document, list model.List) {
	u.index(d, list.Name)
	for _, w := range list.Webhooks {
		known := u.lists[list.Name]
		others := u.named[webhookName{list.Name, w.Name.V}]
		i := slices.IndexFunc(others, func(i int) bool { return known[i].document != d })
		if !w.Name.Set || i < 0 {
			u.lists[list.Name] = append(known, newStanding(d, w))
			continue
		}
		known[others[i]] = newStanding(d, w)
	}
}

// index takes in the names of a list up to the webhooks of a document.
func (u *unit) index(d *model.Document, list string) {
	known := u.lists[list]
	for i := u.indexed[list]; i < len(known) && known[i].document != d; i++ {
		if name := known[i].webhook.Name; name.Set {
			u.named[webhookName{list, name.V}] = append(u.named[webhookName{list, name.V}], i)
		}
		u.indexed[list] = i + 1
	}
}

// webhooks returns those of both lists, in the order of the inputs.
func (u *unit) webhooks() []standing {
	all := slices.Concat(u.lists[model.Validating], u.lists[model.Mutating])
	slices.SortStableFunc(all, standing.compare)
	return all
}

// compare orders webhooks by where they stand in the inputs.
func (s standing) compare(other standing) int {
	return cmp.Or(
		cmp.Compare(s.document.File, other.document.File),
		cmp.Compare(s.document.Index, other.document.Index),
		cmp.Compare(s.offset, other.offset),
	)
}

// timeout is how long ToolHive may wait for a webhook; 0 where that is not
// known, because what is written there is refused.
func (s standing) timeout() time.Duration {
	written := s.webhook.Timeout
	switch {
	case !written.Set && (s.webhook.Inexact || s.document.Inexact):
		return 0
	case !written.Set, written.V.Valid && written.V.Duration == 0 && s.document.Kind == model.RunConfig:
		return defaultTimeout
	case !timeoutAllowed(written.V):
		return 0
	}
	return written.V.Duration
}

// timeoutAllowed reports whether a timeout is none of those of THV2006.
func timeoutAllowed(t model.Timeout) bool {
	return t.Valid && t.Duration >= minTimeout && t.Duration <= maxTimeout
}
