package evaluate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/internal/child"
)

// defaultTimeout is what a zero [Child.Timeout] means.
const defaultTimeout = 10 * time.Second

// maxAnswer bounds what is read from a child, in bytes.
const maxAnswer = 128 << 20

// Child describes the processes that evaluate.
type Child struct {
	// Command is the argument vector that runs this binary such that it calls
	// [Run] on its standard input and output.
	Command []string
	// Timeout is how long one evaluation may take, the start of the process
	// included; zero means 10 seconds.
	Timeout time.Duration
	// Schema holds the files of package [SchemaPath] by base name.
	Schema map[string][]byte
}

// Evaluate is a [syntax.Evaluator]: it evaluates one request in a process of its
// own. When it returns, the process is gone.
func (c Child) Evaluate(request syntax.EvaluateRequest) ([]syntax.Evaluated, error) {
	if len(request.Files) == 0 {
		return nil, nil
	}
	answer, problem, err := c.ask(task{Request: request})
	if err != nil {
		return nil, fmt.Errorf("evaluate CUE: %w", err)
	}
	if problem != "" {
		return []syntax.Evaluated{{
			Files:    fileNames(request.Files),
			Problems: []syntax.EvaluateProblem{{Message: problem}},
		}}, nil
	}
	name(answer.Evaluated, request.Files)
	return answer.Evaluated, nil
}

// ask has one child do a task. A problem is what keeps the source from being
// evaluated.
func (c Child) ask(t task) (a answer, problem string, err error) {
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	t.Schema, t.Timeout = c.Schema, c.Timeout
	input, err := json.Marshal(t)
	if err != nil {
		return answer{}, "", fmt.Errorf("encode CUE sources: %w", err)
	}
	return c.run(input)
}

// run runs one child.
func (c Child) run(input []byte) (a answer, problem string, err error) {
	if len(c.Command) == 0 {
		return answer{}, "", errors.New("no command")
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.Timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.Command[0], c.Command[1:]...)
	stdout := &child.Output{Max: maxAnswer, Full: cancel}
	stderr := &child.Output{Max: 4 << 10}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), stdout, stderr
	// Neither CUE_EXPERIMENT nor GODEBUG nor a proxy may change what a source means.
	cmd.Env = []string{}
	child.Group(cmd) // when the parent dies of a SIGINT, the child sees that
	if err := cmd.Start(); errors.Is(err, context.DeadlineExceeded) {
		return answer{}, c.tooLong(), nil
	} else if err != nil {
		return answer{}, "", fmt.Errorf("start the evaluating process: %w", err)
	}
	failed := cmd.Wait()

	output, started := bytes.CutPrefix(stdout.Kept, []byte(hello))
	switch {
	case stdout.Over:
		return answer{}, fmt.Sprintf("evaluation gives more than %s", size(maxAnswer)), nil
	case failed != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return answer{}, c.tooLong(), nil
	case !started:
		return answer{}, "", fmt.Errorf("%q does not evaluate: %w", c.Command, errors.Join(failed, errors.New("no greeting")))
	case failed != nil:
		return answer{}, c.death(cmd.ProcessState, string(stderr.Kept)), nil
	}
	return decode(output)
}

func (c Child) tooLong() string { return "evaluation took longer than " + c.Timeout.String() }

// death says why a child died. The Go runtime ends a process that gets no more
// memory in several ways, a fault of its own among them; panics and what Go calls
// a fatal error for other reasons come from the evaluator.
func (c Child) death(state *os.ProcessState, stderr string) string {
	status, _ := state.Sys().(syscall.WaitStatus)
	switch {
	case status.ExitStatus() == exitTime:
		return c.tooLong()
	case status.ExitStatus() == exitMemory,
		strings.HasPrefix(stderr, "SIGSEGV"),
		strings.HasPrefix(stderr, "unexpected fault address"),
		strings.Contains(stderr, "out of memory"),
		strings.Contains(stderr, "cannot allocate memory"),
		strings.Contains(stderr, "cannot map pages"):
		return "evaluation needs more than " + size(memoryLimit) + " of memory"
	case strings.Contains(stderr, "stack overflow"):
		return "evaluation nests too deeply"
	case status.Signaled() && status.Signal() == syscall.SIGKILL:
		return "evaluation was killed by the system, which happens when memory is short"
	}
	return crashed
}

func decode(output []byte) (answer, string, error) {
	var a answer
	if err := json.Unmarshal(output, &a); err != nil {
		return answer{}, "", fmt.Errorf("decode the evaluating process's answer: %w", err)
	}
	if a.Defect != "" {
		return answer{}, "", errors.New(a.Defect)
	}
	return a, "", nil
}

// size writes a whole number of MiB or GiB.
func size(n int) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
