package cli

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The garbage collector's own measure is that the heap may double. For a small heap that is
// little: it would be looked through again and again.
const (
	// heldMemory is what may be held, in bytes, before garbage is collected: with the
	// pages of the program itself less than 64 MiB are resident then.
	heldMemory = 40 << 20
	// besideHeap is what is held beside a heap, in bytes.
	besideHeap = 10 << 20
)

// boundMemory lets garbage be until there is much of it.
func boundMemory() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(heldMemory)
	followHeap()
}

// collection is garbage: when it is collected, everything was.
type collection struct{ _ *collection }

// followHeap raises the bound where a collection has left much: a larger heap may grow
// by half.
func followHeap() {
	runtime.AddCleanup(new(collection), func(int) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		heap := int64(live[0].Value.Uint64())
		debug.SetMemoryLimit(max(heldMemory, heap+heap/2+besideHeap))
		followHeap()
	}, 0)
}
