package layout

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// sameValues compares the values of two files, the order of keys aside, and the
// texts of what is not laid out. An error says how they differ, and quotes
// nothing.
func sameValues(before, after *file) error {
	return compare(before, after, func(a, b *syntax.Node) bool { return a.Value == b.Value })
}

// sameButDurations is sameValues for files whose durations may be written in
// another way.
func sameButDurations(before, after *file) error {
	return compare(before, after, func(a, b *syntax.Node) bool {
		if a.Value == b.Value {
			return true
		}
		x, err := time.ParseDuration(a.Value)
		y, other := time.ParseDuration(b.Value)
		return a.Kind == syntax.String && err == nil && other == nil && x == y
	})
}

// sameText is sameValues, and demands that the texts hold the same characters,
// comments, anchors and aliases, in any order, white space aside.
func sameText(before, after *file) error {
	if err := sameValues(before, after); err != nil {
		return err
	}
	if characters(before.Data) != characters(after.Data) {
		return errors.New("the result has other characters")
	}
	for i, p := range before.parts {
		if p.known == 0 || p.reason != "" || before.Format != syntax.YAML {
			continue
		}
		a, _ := before.structure(p)
		b, _ := after.structure(after.parts[i])
		if b.failure != "" {
			return fmt.Errorf("the result is not understood: %s", b.failure)
		}
		if !slices.Equal(sorted(a.comments), sorted(b.comments)) {
			return errors.New("the result has other comments")
		}
		if !slices.Equal(a.names(), b.names()) {
			return errors.New("the result has other anchors and aliases")
		}
	}
	return nil
}

func compare(before, after *file, same func(a, b *syntax.Node) bool) error {
	if len(before.parts) != len(after.parts) {
		return errors.New("the result has another number of documents")
	}
	for i, p := range before.parts {
		q := after.parts[i]
		if p.Foreign != q.Foreign || (p.Root == nil) != (q.Root == nil) || p.known != q.known || p.others != q.others {
			return errors.New("the result has other kinds of documents")
		}
		if p.known == 0 || p.reason != "" {
			if !bytes.Equal(before.Data[p.Start:p.End], after.Data[q.Start:q.End]) {
				return errors.New("the result changes a document of somebody else")
			}
			continue
		}
		if !sameTree(p.Root, q.Root, same) {
			return errors.New("the result has other values")
		}
	}
	return nil
}

// sameTree compares two values, the order of keys aside.
func sameTree(a, b *syntax.Node, same func(a, b *syntax.Node) bool) bool {
	if a.Kind != b.Kind || a.Plain != b.Plain || (a.Alias < 0) != (b.Alias < 0) ||
		len(a.Items) != len(b.Items) || len(a.Entries) != len(b.Entries) || !same(a, b) {
		return false
	}
	for i, item := range a.Items {
		if !sameTree(item, b.Items[i], same) {
			return false
		}
	}
	entries := make(map[string]syntax.Entry, len(b.Entries))
	for _, e := range b.Entries {
		entries[e.Key.Value] = e
	}
	for _, e := range a.Entries {
		other, ok := entries[e.Key.Value]
		if !ok || e.Overridden != other.Overridden || e.Key.Plain != other.Key.Plain || !sameTree(e.Value, other.Value, same) {
			return false
		}
	}
	return true
}

// characters counts the bytes of a text that are no white space.
func characters(data []byte) (counts [256]int) {
	for _, b := range data {
		if b != ' ' && b != '\t' && b != '\r' && b != '\n' {
			counts[b]++
		}
	}
	return counts
}

func sorted(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return texts
}

// names returns the anchors and aliases of a document, sorted.
func (d *document) names() []string {
	var names []string
	for _, w := range d.words {
		names = append(names, fmt.Sprint(w.anchor, w.name))
	}
	return sorted(names)
}
