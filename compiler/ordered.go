package compiler

import "sync"

// Ordered calls do for every index from 0 to n-1, up to workers at once, and take with
// what came of each, one after the other and in order. No more than a few results per
// worker wait to be taken. A panic in do reaches the caller.
func Ordered[T any](n, workers int, do func(i int) T, take func(T)) {
	if workers = min(workers, n); workers <= 1 {
		for i := range n {
			take(do(i))
		}
		return
	}
	type result struct {
		value   T
		failure any
	}
	const ahead = 4 // how many results of a worker may wait
	waiting := make(chan chan result, workers*ahead)
	next := make(chan func(), workers)
	var running sync.WaitGroup
	defer running.Wait()
	for range workers {
		running.Go(func() {
			for work := range next {
				work()
			}
		})
	}
	go func() {
		defer close(waiting)
		defer close(next)
		for i := range n {
			done := make(chan result, 1)
			waiting <- done
			next <- func() {
				var r result
				defer func() { r.failure = recover(); done <- r }()
				r.value = do(i)
			}
		}
	}()
	var failure any
	for done := range waiting {
		r := <-done
		if failure == nil && r.failure == nil {
			take(r.value)
		} else if failure == nil {
			failure = r.failure
		}
	}
	if failure != nil {
		panic(failure)
	}
}
