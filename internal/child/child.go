// Package child bounds the processes that thvctl starts: they end as a whole, and
// what they write is kept up to a limit.
package child

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// Drain is how long after its end a process may keep its output open.
const Drain = time.Second

// Group puts a command, not started yet, into a process group of its own, which is
// killed as a whole when the command's context ends or kill is called. It is a session
// of its own as well, without a terminal: nothing can ask for a password there, and
// the terminal's SIGINT does not arrive.
func Group(command *exec.Cmd) (kill func() error) {
	kill = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	command.Cancel, command.WaitDelay = kill, Drain
	return kill
}

// Output keeps the first Max bytes that are written to it. What comes after them is
// dropped or, where Full is set, an error; Full is called then.
type Output struct {
	Max  int
	Full func()
	// Kept are the bytes, and Over says that Full was called.
	Kept []byte
	Over bool
}

// Write implements io.Writer.
func (o *Output) Write(p []byte) (int, error) {
	room := min(o.Max-len(o.Kept), len(p))
	o.Kept = append(o.Kept, p[:room]...)
	if room == len(p) || o.Full == nil {
		return len(p), nil
	}
	o.Over = true
	o.Full()
	return room, errors.New("too much output")
}
