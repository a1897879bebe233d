package compiler

import "sync"

// Each calls do for every index from 0 to n-1, up to workers at once, and returns
// when all are done. A panic in one reaches the caller.
func Each(n, workers int, do func(i int)) {
	failures := make([]any, n)
	next := make(chan int)
	var running sync.WaitGroup
	one := func(i int) {
		defer func() { failures[i] = recover() }() // a panic must reach the caller's goroutine
		do(i)
	}
	for range max(1, min(workers, n)) {
		running.Go(func() {
			for i := range next {
				one(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	running.Wait()
	for _, failure := range failures {
		if failure != nil {
			panic(failure)
		}
	}
}
