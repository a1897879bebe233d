package syntax

import "sync"

// memory is what the values of a tree take, in blocks: they are many, and they live and
// die together.
type memory struct{ blocks []*block }

// block is memory for some values. What is in use comes before what is not.
type block struct {
	nodes   [128]Node
	entries [128]Entry
	items   [64]*Node
	lines   [256]int

	usedNodes, usedEntries, usedItems int
}

// blocks are those that no tree uses.
var blocks = sync.Pool{New: func() any { return new(block) }}

func (m *memory) last() *block {
	if len(m.blocks) == 0 {
		m.add()
	}
	return m.blocks[len(m.blocks)-1]
}

func (m *memory) add() { m.blocks = append(m.blocks, blocks.Get().(*block)) }

// node returns a node, which holds whatever another has left in it.
func (m *memory) node() *Node {
	b := m.last()
	if b.usedNodes == len(b.nodes) {
		m.add()
		b = m.last()
	}
	b.usedNodes++
	return &b.nodes[b.usedNodes-1]
}

// entries returns an empty list for a number of entries.
func (m *memory) entries(count int) []Entry {
	b := m.last()
	if count > len(b.entries)-b.usedEntries {
		return make([]Entry, 0, count)
	}
	start := b.usedEntries
	b.usedEntries += count
	return b.entries[start:start:b.usedEntries]
}

// items returns an empty list for a number of items.
func (m *memory) items(count int) []*Node {
	b := m.last()
	if count > len(b.items)-b.usedItems {
		return make([]*Node, 0, count)
	}
	start := b.usedItems
	b.usedItems += count
	return b.items[start:start:b.usedItems]
}

// lines returns room for the lines of the document that is being read.
func (m *memory) lines() []int { return m.last().lines[:] }

// recycle gives the memory to other trees.
func (m *memory) recycle() {
	for _, b := range m.blocks {
		b.usedNodes, b.usedEntries, b.usedItems = 0, 0, 0
		blocks.Put(b)
	}
	m.blocks = nil
}
