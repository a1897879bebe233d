package layout

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// mergeKey is the name of the key that brings in the entries of other mappings.
const mergeKey = "<<"

// arrange returns the order in which the keys of a mapping of a type are written,
// as positions in names. object says that the mapping is a Kubernetes object,
// whose unknown keys go behind the known ones; in another mapping that may have
// any keys, they stay where they are and the known ones change places among
// themselves.
func arrange(names []string, t *schema.Type, object bool) []int {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	if t == nil || len(t.Fields) == 0 {
		return order
	}
	ranks := make([]int, len(names))
	for i, name := range names {
		ranks[i] = rank(name, t)
	}
	byRank := func(a, b int) int { return ranks[a] - ranks[b] }
	if !t.Open || object {
		slices.SortStableFunc(order, byRank)
		return order
	}
	slices.SortStableFunc(order, func(a, b int) int { return min(ranks[a], 0) - min(ranks[b], 0) })
	var places, known []int
	for place, i := range order {
		if ranks[i] >= 0 && ranks[i] < len(t.Fields) {
			places, known = append(places, place), append(known, i)
		}
	}
	slices.SortStableFunc(known, byRank)
	for i, place := range places {
		order[place] = known[i]
	}
	return order
}

// rank is the place of a key among those of a type: what may hold anchors comes
// first, because an alias must stand behind its anchor.
func rank(name string, t *schema.Type) int {
	if name == mergeKey || t.Extension != "" && strings.HasPrefix(name, t.Extension) {
		return -1
	}
	if i := slices.IndexFunc(t.Fields, func(f schema.Field) bool { return f.Name == name }); i >= 0 {
		return i
	}
	return len(t.Fields)
}

// orderer brings the keys of a document's mappings into the order of the schema.
type orderer struct {
	*document
	// types are those of the documents: of the root, or of the items of a List.
	types map[*syntax.Node]kindOfRoot
}

// kindOfRoot is what is known of the root of a document.
type kindOfRoot struct {
	schema *schema.Type
	object bool
}

// place is where a node stands, for the order of its keys.
type place struct {
	kindOfRoot
	// root says that the node is the root of its file's document.
	root bool
	// above is where comments go that come to stand before the first key of a
	// mapping that starts on the line of a dash; nil where there is no such place.
	above *[]trivia
}

// node orders the mappings of a value.
func (o *orderer) node(n *node, value *syntax.Node, at place) {
	if value == nil || n.entries == nil {
		return
	}
	if t, root := o.types[value]; root {
		at.kindOfRoot = t
	}
	if n.kind == sequence {
		o.sequence(n, value, at)
		return
	}
	pairs := pair(n, value)
	for i, e := range n.entries {
		if pairs[i].Key != nil {
			o.node(e.value, pairs[i].Value, place{kindOfRoot: kindOfRoot{schema: fieldType(at.schema, pairs[i].Key.Value)}})
		}
	}
	if at.schema != nil {
		o.mapping(n, pairs, at)
	}
}

// fieldType is the type of what stands under a key in a struct; nil where nothing
// is known of it.
func fieldType(t *schema.Type, key string) *schema.Type {
	if t == nil {
		return nil
	}
	if f := t.Field(key); f != nil {
		return f.Type
	}
	return t.Values
}

func (o *orderer) sequence(n *node, value *syntax.Node, at place) {
	below := place{}
	if at.schema != nil {
		below.schema = at.schema.Elem
	}
	for i, e := range n.entries {
		if i >= len(value.Items) {
			return
		}
		below.above = &e.lead
		if i == 0 && !n.own {
			below.above = at.above
		}
		o.node(e.value, value.Items[i], below)
	}
}

// pair returns the entry of the tree for each entry of a mapping; its key is nil
// where the tree has none, as for a merge key.
func pair(n *node, value *syntax.Node) []syntax.Entry {
	var direct []syntax.Entry
	for _, s := range value.Entries {
		if s.Key.Alias < 0 {
			direct = append(direct, s)
		}
	}
	slices.SortStableFunc(direct, func(a, b syntax.Entry) int { return a.Key.Start - b.Key.Start })
	pairs := make([]syntax.Entry, len(n.entries))
	for i, e := range n.entries {
		at, _ := slices.BinarySearchFunc(direct, e.key.start, func(s syntax.Entry, start int) int { return s.Key.Start - start })
		if at < len(direct) && direct[at].Key.Start < e.key.end {
			pairs[i] = direct[at]
		}
	}
	return pairs
}

// mapping orders the entries of one mapping.
func (o *orderer) mapping(n *node, pairs []syntax.Entry, at place) {
	names := make([]string, len(n.entries))
	for i, e := range n.entries {
		switch {
		case pairs[i].Overridden:
			return // where the merge key stands means something to Kubernetes
		case pairs[i].Key != nil:
			names[i] = pairs[i].Key.Value
		case bytes.HasPrefix(o.data[e.key.start:], []byte(mergeKey)):
			names[i] = mergeKey
		default:
			return // a key that is an alias
		}
	}
	order := arrange(names, at.schema, at.object)
	if slices.IsSorted(order) || !o.mayMove(n, order) {
		return
	}
	o.move(n, order, at)
}

// mayMove reports whether entries can change their places: no alias may come to
// stand before its anchor, or behind another one of the same name, and no blank
// lines behind a scalar that would take them for its own.
func (o *orderer) mayMove(n *node, order []int) bool {
	if o.keeps {
		return false
	}
	positions := make([]int, len(order))
	for position, i := range order {
		positions[i] = position
	}
	uses := map[string][]use{}
	for i, e := range n.entries {
		end := n.until
		if i+1 < len(n.entries) {
			end = n.entries[i+1].key.start
		}
		for _, w := range o.wordsIn(span{e.key.start, end}) {
			uses[w.name] = append(uses[w.name], use{positions[i], w.anchor})
		}
	}
	for _, of := range uses {
		if !keepsOrder(of) {
			return false
		}
	}
	return true
}

// use is an anchor or alias in an entry that goes to a place.
type use struct {
	to     int
	anchor bool
}

// keepsOrder reports whether each anchor of one name stays on its side of all
// that stands in other entries.
func keepsOrder(uses []use) bool {
	last := -1 // where the last of the anchors before goes
	for _, u := range uses {
		if u.to < last {
			return false
		}
		if u.anchor {
			last = u.to
		}
	}
	first := math.MaxInt // and the first of those behind
	for _, u := range slices.Backward(uses) {
		if u.to > first {
			return false
		}
		if u.anchor {
			first = u.to
		}
	}
	return true
}

// headline matches comments that say something about the whole file, and so stay
// at its top.
var headline = regexp.MustCompile(`^#+\s*(thvctl:ignore-file|thvctl\.dev/|yaml-language-server:|yamllint |vim?:|-\*-|\$schema|!|SPDX-|Copyright)`)

// move puts the entries of a mapping into an order. Comments go with the entry
// below them, blank lines stay where they are.
func (o *orderer) move(n *node, order []int, at place) {
	before := make([][]trivia, len(n.entries)) // what stays before each place
	for i, e := range n.entries {
		before[i], e.lead = splitLead(e.lead, i == 0, at)
	}
	first := n.entries[order[0]]
	compact := !n.own && !at.root
	if compact && len(first.lead) > 0 {
		if at.above == nil {
			for i, e := range n.entries {
				e.lead = append(before[i], e.lead...)
			}
			return
		}
		*at.above = append(slices.Clip(*at.above), first.lead...)
		first.lead = nil
	}
	moved := make([]*entry, len(order))
	for place, i := range order {
		e := n.entries[i]
		e.lead = append(before[place], e.lead...)
		moved[place] = e
	}
	n.entries = moved
}

// splitLead divides what stands above an entry into what stays there and what
// goes with it. Above the first entry a block of comments stays where a blank
// line parts it from the entry; above a Kubernetes object all stays, because its
// first keys need no comment and the object may.
func splitLead(lead []trivia, first bool, at place) (stays, goes []trivia) {
	cut := 0
	for i, t := range lead {
		switch {
		case t.column < 0 && (first || i == cut), first && at.root && (at.object || headline.MatchString(t.comment)):
			cut = i + 1
		}
	}
	return lead[:cut:cut], lead[cut:]
}
