package cli

import (
	"fmt"
	"io"
	"time"
)

// progress is a line on a terminal that says how far a long run has come.
type progress struct {
	w     io.Writer
	now   func() time.Time
	total int
	next  time.Time
	shown bool
}

const (
	// patience is how long a run goes on before it says anything, pause how long it
	// waits between two lines.
	patience = 500 * time.Millisecond
	pause    = 100 * time.Millisecond
)

// newProgress returns the line of a run over so many files; nil where nobody looks.
func newProgress(env Environment, total int) *progress {
	if !env.Terminal {
		return nil
	}
	return &progress{w: env.Stderr, now: time.Now, total: total, next: time.Now().Add(patience)}
}

// update says how many files are done and how much was found in them.
func (p *progress) update(done, found int) {
	now := p.now()
	if now.Before(p.next) {
		return
	}
	p.next, p.shown = now.Add(pause), true
	fmt.Fprintf(p.w, "\r%d of %s, %s\x1b[K", done, count(p.total, "file", "files"), count(found, "finding", "findings"))
}

// end takes the line away.
func (p *progress) end() {
	if p != nil && p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
