package secret

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thvctl/thvctl/internal/child"
)

// stub is a store that a test describes.
type stub struct {
	name string
	// keys says that it holds keys alone.
	keys  bool
	asked *atomic.Int64
	look  func(context.Context, Ref, bool) (Answer, error)
}

func (s stub) String() string     { return s.name }
func (s stub) Holds(ref Ref) bool { return ref.File == "" && (!s.keys || ref.Key != Key{}) }
func (s stub) Look(ctx context.Context, ref Ref, _ Purpose, value bool) (Answer, error) {
	if s.asked != nil {
		s.asked.Add(1)
	}
	return s.look(ctx, ref, value)
}

// says returns a store that gives every reference the same answer.
func says(name string, a Answer, err error) stub {
	return stub{name: name, look: func(context.Context, Ref, bool) (Answer, error) { return a, err }}
}

var (
	absentAnswer = Answer{}
	foundAnswer  = Answer{Found: true}
	noKeyAnswer  = Answer{Found: true, NoKey: true, Keys: []string{"other"}}
)

func TestLookupOrder(t *testing.T) {
	key := Ref{Key: Key{"", "hooks", "hmac"}}
	unsure := errors.New("cannot tell")
	for _, c := range []struct {
		name   string
		stores []Store
		want   string
		asked  string
	}{
		{"no store", nil, "absent", ""},
		{"first", []Store{says("a", foundAnswer, nil), says("b", absentAnswer, unsure)}, "found", "a"},
		{"second", []Store{says("a", absentAnswer, nil), says("b", foundAnswer, nil)}, "found", "a b"},
		{"none", []Store{says("a", absentAnswer, nil), says("b", absentAnswer, nil)}, "absent", "a b"},
		{"an error hides what comes later", []Store{says("a", absentAnswer, unsure), says("b", foundAnswer, nil)}, "a: cannot tell", "a"},
		{"an error after none", []Store{says("a", absentAnswer, nil), says("b", foundAnswer, unsure)}, "b: cannot tell", "a b"},
		{"an error after no key", []Store{says("a", noKeyAnswer, nil), says("b", foundAnswer, unsure)}, "b: cannot tell", "a b"},
		{"no key, then found", []Store{says("a", noKeyAnswer, nil), says("b", foundAnswer, nil)}, "found", "a b"},
		{"no key, then none", []Store{says("a", noKeyAnswer, nil), says("b", absentAnswer, nil)}, "no key, but other", "a b"},
		{"none, then no key", []Store{says("a", absentAnswer, nil), says("b", noKeyAnswer, nil)}, "no key, but other", "a b"},
		{"cannot hold it", []Store{env{}, says("b", foundAnswer, nil)}, "found", "b"},
	} {
		got := Lookup(t.Context(), c.stores, []Request{{Ref: key}})
		if verdict(got[0]) != c.want || strings.Join(got[0].Asked, " ") != c.asked || got[0].Ref != key {
			t.Errorf("%s: got %s of %q, want %s of %q", c.name, verdict(got[0]), got[0].Asked, c.want, c.asked)
		}
	}
}

// TestLookupSpelling takes the first spelling that any store can hold, and no other,
// even if only another would be found.
func TestLookupSpelling(t *testing.T) {
	name, key, file := Ref{Name: "NAME"}, Ref{Key: Key{"", "hooks", "hmac"}}, Ref{File: "/none"}
	keys := says("keys", foundAnswer, nil)
	keys.keys = true
	for _, c := range []struct {
		stores []Store
		r      Request
		want   Ref
	}{
		{[]Store{keys}, Request{Ref: name, Others: []Ref{key}}, key},
		{[]Store{keys, env{}}, Request{Ref: name, Others: []Ref{key}}, name},
		{[]Store{keys}, Request{Ref: key, Others: []Ref{name}}, key},
		{[]Store{env{}}, Request{Ref: key, Others: []Ref{file, name}}, file},
		{nil, Request{Ref: name, Others: []Ref{key}}, name},
	} {
		if got := Lookup(t.Context(), c.stores, []Request{c.r})[0]; got.Ref != c.want {
			t.Errorf("%+v of %v: got %+v", c.r, c.stores, got)
		}
	}
}

// TestLookupOnce asks equal questions once, and others each.
func TestLookupOnce(t *testing.T) {
	var asked atomic.Int64
	store := says("a", foundAnswer, nil)
	store.asked = &asked
	store.look = func(_ context.Context, _ Ref, value bool) (Answer, error) {
		if value {
			return Answer{Found: true, Value: NewValue([]byte(canary))}, nil
		}
		return foundAnswer, nil
	}
	var requests []Request
	for range 10 {
		for i := range 3 {
			name := Ref{Name: fmt.Sprint("N", i)}
			requests = append(requests, Request{Ref: name, Purpose: HMAC},
				Request{Ref: name, Purpose: HMAC, Value: true}, Request{Ref: name, Purpose: CA}, Request{Ref: name, Purpose: CA, Others: []Ref{{Name: "M"}}})
		}
	}
	for i, got := range Lookup(t.Context(), []Store{store}, requests) {
		if got.Ref != requests[i].Ref || got.Value.IsSet() != requests[i].Value || !got.Found {
			t.Errorf("%+v: got %+v", requests[i], got)
		}
	}
	if asked.Load() != 9 {
		t.Errorf("asked %d times, want 9", asked.Load())
	}
	if got := Lookup(t.Context(), []Store{store}, nil); len(got) != 0 {
		t.Errorf("no request: got %v", got)
	}
}

// TestLookupUnsound has answers that contradict themselves or the question.
func TestLookupUnsound(t *testing.T) {
	value := NewValue([]byte(canary))
	key, name := Ref{Key: Key{"", "hooks", "hmac"}}, Ref{Name: "NAME"}
	for _, c := range []struct {
		ref    Ref
		asked  bool
		answer Answer
		want   string
	}{
		{key, true, Answer{Found: true, Value: value}, "found"},
		{key, false, Answer{Found: true, Value: value}, "liar: handed out a value that was not asked for"},
		{key, false, Answer{Value: value}, "liar: handed out a value that was not asked for"},
		{key, true, Answer{Value: value}, "liar: handed out a value of what it says it does not have"},
		{key, true, Answer{Found: true, NoKey: true, Value: value}, "liar: handed out a value of what it says it does not have"},
		{key, true, Answer{Found: true}, "liar: has the secret, and did not hand out the value that was asked for"},
		{key, false, Answer{NoKey: true}, "liar: speaks of the keys of what is no Secret"},
		{name, false, Answer{Found: true, NoKey: true}, "liar: speaks of the keys of what is no Secret"},
		{key, false, Answer{Found: true, NoKey: true, Keys: []string{"hmac"}}, "liar: contradicts itself about the keys of the Secret"},
		{key, false, Answer{Found: true, Keys: []string{"other"}}, "liar: contradicts itself about the keys of the Secret"},
	} {
		got := lookOne(t, says("liar", c.answer, nil), Request{Ref: c.ref, Value: c.asked})
		if verdict(got) != c.want || got.Err != nil && got.Found {
			t.Errorf("%+v, %+v: got %s, want %s", c.ref, c.answer, verdict(got), c.want)
		}
	}
}

// TestLookupSilence has stores that do not answer one of many requests: some that
// return when their context ends, and some that never do. What they answered before
// does not count.
func TestLookupSilence(t *testing.T) {
	for how, obeys := range map[string]bool{"obeys": true, "ignores": false} {
		t.Run(how, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { testSilence(t, obeys) }) })
	}
}

func testSilence(t *testing.T, obeys bool) {
	never := make(chan struct{})
	defer close(never)
	silent := stub{name: "silent", keys: true, look: func(ctx context.Context, ref Ref, _ bool) (Answer, error) {
		if ref.Key.Name == "s7" && obeys {
			<-ctx.Done()
		} else if ref.Key.Name == "s7" {
			<-never
		}
		return foundAnswer, nil
	}}
	early := says("early", Answer{}, nil)
	early.look = func(_ context.Context, ref Ref, _ bool) (Answer, error) {
		return Answer{Found: ref.Key.Name == "s3"}, nil
	}
	requests := []Request{{Ref: Ref{Name: "NAME"}}}
	for i := range 1000 {
		requests = append(requests, Request{Ref: Ref{Key: Key{"", fmt.Sprint("s", i), "k"}}})
	}
	began := time.Now()
	for _, got := range Lookup(t.Context(), []Store{early, silent, says("late", foundAnswer, nil)}, requests) {
		want, wantAsked := "silent did not answer within 10s", []string{"early", "silent"}
		switch {
		case got.Ref.Key.Name == "s3":
			want, wantAsked = "found", []string{"early"}
		case got.Ref.Name != "":
			want, wantAsked = "found", []string{"early", "late"}
		}
		if verdict(got) != want || !slices.Equal(got.Asked, wantAsked) || got.Err != nil && got.Found {
			t.Fatalf("%+v: got %s of %q, want %s of %q", got.Ref, verdict(got), got.Asked, want, wantAsked)
		}
	}
	if took := time.Since(began); took > Patience+2*child.Drain {
		t.Errorf("took %s", took)
	}
}

// TestLookupAsksNoMore counts how often a store is asked that never answers.
func TestLookupAsksNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		silent := stub{name: "silent", asked: &asked, look: func(ctx context.Context, _ Ref, _ bool) (Answer, error) {
			<-ctx.Done()
			return Answer{}, ctx.Err()
		}}
		var requests []Request
		for i := range 1000 {
			requests = append(requests, Request{Ref: Ref{Name: fmt.Sprint("N", i)}})
		}
		Lookup(t.Context(), []Store{silent}, requests)
		if n := asked.Load(); n > 2*atOnce {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestLookupInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var once sync.Once
	store := stub{name: "slow", look: func(ctx context.Context, ref Ref, _ bool) (Answer, error) {
		if ref.Name == "N0" {
			return foundAnswer, nil
		}
		once.Do(cancel)
		<-ctx.Done()
		return foundAnswer, nil
	}}
	var requests []Request
	for i := range 100 {
		requests = append(requests, Request{Ref: Ref{Name: fmt.Sprint("N", i)}})
	}
	for i, got := range Lookup(ctx, []Store{store}, requests) {
		if verdict(got) != "interrupted" || got.Found || got.Ref != requests[i].Ref {
			t.Errorf("%+v: got %+v", requests[i], got)
		}
	}
}

// TestLookupPanic wants a panic of a store on the caller's goroutine.
func TestLookupPanic(t *testing.T) {
	store := stub{name: "a", look: func(_ context.Context, ref Ref, _ bool) (Answer, error) {
		if ref.Name == "N5" {
			panic("a defect")
		}
		return foundAnswer, nil
	}}
	var requests []Request
	for i := range 10 {
		requests = append(requests, Request{Ref: Ref{Name: fmt.Sprint("N", i)}})
	}
	defer func() {
		if got := recover(); got != "a defect" {
			t.Errorf("got the panic %v", got)
		}
	}()
	Lookup(t.Context(), []Store{store}, requests)
	t.Error("there is no panic")
}

// short is a patience for stores that never answer.
const short = 50 * time.Millisecond

// TestLookupTimeout runs commands that do not end, and sees that nothing of them is
// left to hold the result up.
func TestLookupTimeout(t *testing.T) {
	for _, command := range []string{"sleep 600", "sleep 600 & wait", "trap '' TERM INT; sleep 600; sleep 600", "yes >/dev/null", "'" + daemon(t) + "'; sleep 600"} {
		store := open(t, "exec:"+command, Sources{})
		began := time.Now()
		got := newEngine([]Store{store}, short).lookup(t.Context(), []Request{{Ref: Ref{Name: "NAME"}}})[0]
		if want := store.String() + " did not answer within 50ms"; verdict(got) != want {
			t.Errorf("%s: got %s, want %s", command, verdict(got), want)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%s: took %s", command, took)
		}
	}
}
