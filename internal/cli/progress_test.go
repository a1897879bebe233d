package cli

import (
	"bytes"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	if newProgress(Environment{}, 5) != nil {
		t.Error("there is a line where nobody looks")
	}
	var out bytes.Buffer
	p := newProgress(Environment{Terminal: true, Stderr: &out}, 10000)
	at := p.next.Add(-patience)
	p.now = func() time.Time { return at }
	p.update(1, 0) // too early
	at = at.Add(patience)
	p.update(1200, 1)
	p.update(1201, 1) // too soon after
	at = at.Add(pause)
	p.update(2400, 3)
	p.end()
	want := "\r1200 of 10000 files, 1 finding\x1b[K" + "\r2400 of 10000 files, 3 findings\x1b[K" + "\r\x1b[K"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	var quick bytes.Buffer
	p = newProgress(Environment{Terminal: true, Stderr: &quick}, 2)
	p.update(1, 0)
	p.end()
	if quick.Len() > 0 {
		t.Errorf("a short run says %q", quick.String())
	}
}
