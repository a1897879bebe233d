package evaluate

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// maxStack bounds a goroutine's stack in bytes, well below the memory limit, so
// that endless recursion is told from much data.
const maxStack = 128 << 20

// watchInterval is how often the child looks at itself and at its parent.
const watchInterval = 5 * time.Millisecond

// Run is the child: it reads one request from r, evaluates it and writes the
// answer to w. It limits the whole process and may end it with [os.Exit], so
// only a process that [Child] started calls it. The error is a defect of ours.
func Run(r io.Reader, w io.Writer) error {
	parent := os.Getppid()
	if _, err := io.WriteString(w, hello); err != nil {
		return fmt.Errorf("greet the parent: %w", err)
	}
	var t task
	if err := json.NewDecoder(r).Decode(&t); err != nil {
		return respond(w, answer{Defect: "read the request: " + err.Error()})
	}
	if err := confine(t, parent); err != nil {
		return respond(w, answer{Defect: "limit the evaluating process: " + err.Error()})
	}
	a, err := t.do()
	if err != nil {
		a = answer{Defect: err.Error()}
	}
	return respond(w, a)
}

// do does a task in this process.
func (t task) do() (a answer, err error) {
	if t.Policies != nil {
		a.Policies, err = judgePolicies(*t.Policies, t.Schema)
		return a, err
	}
	a.Evaluated, err = evaluate(t.Request, t.Schema)
	return a, err
}

func respond(w io.Writer, a answer) error {
	if err := json.NewEncoder(w).Encode(a); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

// confine limits this process. The watchdog ends it cleanly in most cases; one
// huge allocation between two looks is the system's to refuse.
func confine(t task, parent int) error {
	runtime.GOMAXPROCS(2) // evaluation is sequential; the other is for the collector and the watchdog
	debug.SetTraceback("none")
	debug.SetMaxStack(maxStack)
	// Collect in earnest before the limit, rather than when the heap has doubled.
	debug.SetMemoryLimit(memoryLimit / 8 * 5)
	go watch(parent, time.Now().Add(t.Timeout))
	return limitData(memoryLimit)
}

// watch ends the process when it uses too much memory, when its parent is gone,
// and, should the parent forget it, when its time is over. Its bound on memory
// leaves room for what the runtime does not count: at the system's limit, Go
// 1.26's collector crashes.
func watch(parent int, deadline time.Time) {
	mapped := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	for now := range time.Tick(watchInterval) {
		metrics.Read(mapped)
		switch {
		case mapped[0].Value.Uint64() > memoryLimit/8*7:
			os.Exit(exitMemory)
		case os.Getppid() != parent:
			os.Exit(exitOrphan)
		case now.After(deadline):
			os.Exit(exitTime)
		}
	}
}

// evaluate evaluates a request in this process, without limits. In the result,
// places name a file by its index.
func evaluate(request syntax.EvaluateRequest, schema map[string][]byte) ([]syntax.Evaluated, error) {
	s, err := newSession(request, schema)
	if err != nil {
		return nil, err
	}
	return s.evaluate(), nil
}
