// Package apiserver holds the CRDs and the manifests of thvctl against a real
// Kubernetes API server.
package apiserver

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// assets is the environment variable with the folder of the control plane's
// programs, as controller-runtime calls it.
const assets = "KUBEBUILDER_ASSETS"

// programs are those of the control plane.
var programs = []string{"etcd", "kube-apiserver"}

// TestMain runs the tests, or, under the name of a program of the control plane,
// guards that program.
func TestMain(m *testing.M) {
	if name := filepath.Base(os.Args[0]); slices.Contains(programs, name) {
		os.Exit(guard(filepath.Join(os.Getenv(assets), name), os.Args[1:]))
	}
	log.SetLogger(logr.Discard()) // envtest's; what matters comes as an error
	os.Exit(m.Run())
}

// guard runs a program and ends it when whoever started the guard is gone. A test
// that is killed, panics or exceeds its time would leave the control plane running.
func guard(program string, arguments []string) (code int) {
	parent := os.Getppid()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	command := exec.Command(program, arguments...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				return 1
			}
			return 0
		case s := <-signals:
			_ = command.Process.Signal(s) // it may have ended by itself
		case <-time.After(time.Second / 4):
			if os.Getppid() != parent {
				_ = command.Process.Kill()
			}
		}
	}
}
