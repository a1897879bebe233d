package secret

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"syscall"

	"github.com/thvctl/thvctl/internal/child"
)

// Bounds of what is read from a command, in bytes.
const (
	maxAnswer    = 4 << 20
	maxComplaint = 64 << 10
)

// process is a command to be run.
type process struct {
	words []string
	// input is what the command finds on its standard input, which ends there.
	input []byte
	// complaint asks for what the command writes to its standard error.
	complaint bool
}

// finished is how a process ended.
type finished struct {
	status            int
	answer, complaint []byte
}

// errStart says that there is no such command on this machine.
var errStart = errors.New("is not there, or cannot be started")

// run runs the process to its end. An error says what it did wrong, and quotes
// nothing of what it wrote. An exit status is none. When run returns, the process
// is gone. What it left in its process group is so too, unless it ended in time and
// left that behind without its output, as one that starts an agent does.
func (p process) run(ctx context.Context) (finished, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	command := exec.CommandContext(ctx, p.words[0], p.words[1:]...)
	answer, complaint := &child.Output{Max: maxAnswer, Full: cancel}, &child.Output{Max: maxComplaint}
	command.Stdin, command.Stdout = bytes.NewReader(p.input), answer
	if p.complaint {
		command.Stderr = complaint
	}
	kill := child.Group(command)
	if err := command.Start(); err != nil && ctx.Err() != nil {
		return finished{}, ctx.Err()
	} else if err != nil {
		return finished{}, errStart
	}
	err := command.Wait()
	switch {
	case answer.Over:
		return finished{}, fmt.Errorf("answered with more than %d MiB", maxAnswer>>20)
	case ctx.Err() != nil:
		return finished{}, ctx.Err()
	case errors.Is(err, exec.ErrWaitDelay):
		_ = kill() // it may have left the group, or be gone by now
		return finished{}, errors.New("left a process behind that keeps its output open")
	}
	status := command.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return finished{}, fmt.Errorf("was ended by signal %d", status.Signal())
	}
	return finished{status.ExitStatus(), answer.Kept, complaint.Kept}, nil
}
