package cli

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The garbage collector's own measure is that the heap may double. That is little for a
// small heap, which it would look through again and again, and much for a large one.
const (
	// heapSize is what the heap may grow to, in bytes, before it is collected.
	heapSize = 24 << 20
	// leastGrowth is by how much a larger heap may grow all the same, in percent: less
	// would cost more time than it saves memory.
	leastGrowth = 30
	// mostGrowth is by how much a small one may: the growth is set some time after the
	// collection that it follows from.
	mostGrowth = 300
)

// collection is garbage: when it is collected, everything was.
type collection struct{ _ *collection }

// boundHeap keeps the heap near its size, once there was a collection.
func boundHeap() { runtime.AddCleanup(new(collection), func(int) { setGrowth() }, 0) }

func setGrowth() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	growth := (heapSize - int(live[0].Value.Uint64())) * 100 / max(1, int(live[0].Value.Uint64()))
	debug.SetGCPercent(min(max(growth, leastGrowth), mostGrowth))
	boundHeap()
}
