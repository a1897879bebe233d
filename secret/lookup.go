package secret

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/thvctl/thvctl/internal/child"
)

// atOnce is how many requests are under way at a time.
const atOnce = 8

// Lookup answers requests, one result for each and in their order. Files are
// looked up wherever a reference is a path; all else in the stores, in their
// order, and the first that has the secret has the last word. So has one that
// cannot tell: what a later store holds could be another secret.
//
// The results do not depend on timing. A store that once takes longer than
// [Patience] is an error for every request that comes to it. When the context ends
// first, every result is an error.
func Lookup(ctx context.Context, stores []Store, requests []Request) []Result {
	return newEngine(stores, Patience).lookup(ctx, requests)
}

// engine is one run of Lookup.
type engine struct {
	stores   []Store
	names    []string // what the stores are called
	patience time.Duration
	// silent says of each store that it has missed a deadline.
	silent []atomic.Bool
}

// question is what a store is asked. Equal ones are asked once.
type question struct {
	ref     Ref
	purpose Purpose
	value   bool
}

// outcome is what came of a question.
type outcome struct {
	Result
	// asked are the places of the stores that [Result.Asked] names.
	asked []int
	// panicked is what a store panicked with.
	panicked any
}

func newEngine(stores []Store, patience time.Duration) *engine {
	all := append(slices.Clip(stores), files{})
	names := make([]string, len(all))
	for i, store := range all {
		names[i] = store.String()
	}
	return &engine{stores: all, names: names, patience: patience, silent: make([]atomic.Bool, len(all))}
}

func (e *engine) lookup(ctx context.Context, requests []Request) []Result {
	places := map[question]int{}
	var questions []question
	at := make([]int, len(requests)) // the place of a request's question
	for i, r := range requests {
		q := e.question(r)
		place, twice := places[q]
		if !twice {
			place = len(questions)
			places[q] = place
			questions = append(questions, q)
		}
		at[i] = place
	}
	outcomes := e.answerAll(ctx, questions)
	results := make([]Result, len(requests))
	for i, place := range at {
		results[i] = e.final(outcomes[place])
		if ctx.Err() != nil {
			results[i] = Result{Ref: questions[place].ref, Err: errInterrupted}
		}
	}
	return results
}

var errInterrupted = errors.New("interrupted")

// question takes the first spelling that any store can hold.
func (e *engine) question(r Request) question {
	q := question{r.Ref, r.Purpose, r.Value}
	for _, spelling := range append([]Ref{r.Ref}, r.Others...) {
		if slices.ContainsFunc(e.stores, func(s Store) bool { return s.Holds(spelling) }) {
			q.ref = spelling
			break
		}
	}
	return q
}

// answerAll answers the questions, several at once.
func (e *engine) answerAll(ctx context.Context, questions []question) []outcome {
	outcomes := make([]outcome, len(questions))
	var next atomic.Int64
	var running sync.WaitGroup
	for range min(atOnce, len(questions)) {
		running.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(questions)); i = next.Add(1) - 1 {
				outcomes[i] = e.answer(ctx, questions[i])
			}
		})
	}
	running.Wait()
	for _, o := range outcomes {
		if o.panicked != nil {
			panic(o.panicked)
		}
	}
	return outcomes
}

// answer asks the stores in order.
func (e *engine) answer(ctx context.Context, q question) outcome {
	o := outcome{Result: Result{Ref: q.ref}}
	for i, store := range e.stores {
		if !store.Holds(q.ref) {
			continue
		}
		o.asked, o.Asked = append(o.asked, i), append(o.Asked, e.names[i])
		said := e.ask(ctx, i, q)
		switch {
		case said.panicked != nil || said.err != nil:
			o.Answer, o.Err, o.panicked = Answer{}, said.err, said.panicked
			return o
		case said.Found && !said.NoKey:
			o.Answer = said.Answer
			return o
		case !o.Found:
			o.Answer = said.Answer
		}
	}
	return o
}

// final is the result of a question, now that all stores have shown whether they
// keep their deadlines. A question that was answered before its store missed one
// would else depend on timing.
func (e *engine) final(o outcome) Result {
	for n, i := range o.asked {
		if e.silent[i].Load() {
			return Result{Ref: o.Ref, Asked: o.Asked[:n+1], Err: e.silence(i)}
		}
	}
	return o.Result
}

func (e *engine) silence(i int) error {
	return fmt.Errorf("%s did not answer within %s", e.names[i], e.patience)
}

// reply is what a store said.
type reply struct {
	Answer
	err      error
	panicked any
}

// ask asks one store. A store that does not come back is left behind.
func (e *engine) ask(ctx context.Context, i int, q question) reply {
	switch {
	case ctx.Err() != nil:
		return reply{err: errInterrupted}
	case e.silent[i].Load():
		return reply{err: e.silence(i)}
	}
	until, cancel := context.WithTimeout(ctx, e.patience)
	defer cancel()
	said := await(until, look(until, e.stores[i], q))
	switch {
	case said.panicked != nil:
		return said
	case ctx.Err() != nil:
		return reply{err: errInterrupted}
	case until.Err() != nil: // an answer that comes too late is none
		e.silent[i].Store(true)
		return reply{err: e.silence(i)}
	case said.err == nil:
		said.err = sound(said.Answer, q)
	}
	if said.err != nil {
		return reply{err: fmt.Errorf("%s: %w", e.names[i], said.err)}
	}
	return said
}

// look calls the store on a goroutine of its own, which nobody has to wait for.
func look(ctx context.Context, store Store, q question) <-chan reply {
	replies := make(chan reply, 1)
	go func() {
		said := reply{err: errors.New("ended without an answer")}
		defer func() {
			said.panicked = recover() // it must reach the caller's goroutine
			replies <- said
		}()
		said.Answer, said.err = store.Look(ctx, q.ref, q.purpose, q.value)
	}()
	return replies
}

// await waits for a reply until the context ends, and then as long as a process
// takes to be gone.
func await(ctx context.Context, replies <-chan reply) reply {
	select {
	case said := <-replies:
		return said
	case <-ctx.Done():
	}
	select {
	case said := <-replies:
		return said
	case <-time.After(2 * child.Drain):
		return reply{err: ctx.Err()}
	}
}

// sound says what is wrong with an answer that contradicts itself, or the
// question. A store that does that is not believed.
func sound(a Answer, q question) error {
	found := a.Found && !a.NoKey
	switch {
	case a.Value.IsSet() && !q.value:
		return errors.New("handed out a value that was not asked for")
	case a.Value.IsSet() && !found:
		return errors.New("handed out a value of what it says it does not have")
	case found && q.value && !a.Value.IsSet():
		return errors.New("has the secret, and did not hand out the value that was asked for")
	case a.NoKey && (!a.Found || q.ref.Key == Key{}):
		return errors.New("speaks of the keys of what is no Secret")
	case !a.NoKey && len(a.Keys) > 0, slices.Contains(a.Keys, q.ref.Key.Key):
		return errors.New("contradicts itself about the keys of the Secret")
	}
	return nil
}
