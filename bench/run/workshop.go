package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// workshop is the folder in which everything is built and run.
type workshop struct {
	// folder is absolute. Programs run in it, so that the names of files are short.
	folder string
	// absent says which peers are not there, and why.
	absent []string
}

func newWorkshop(folder string) (*workshop, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	// .git ends the search for a project file, .cache is nobody else's.
	for _, name := range []string{"bin", ".git", ".cache", "project"} {
		if err := os.MkdirAll(filepath.Join(folder, name), 0o755); err != nil {
			return nil, err
		}
	}
	return &workshop{folder: folder}, nil
}

// peers are the packages that bench/peers pins.
var peers = []string{
	"github.com/yannh/kubeconform/cmd/kubeconform",
	"github.com/open-policy-agent/conftest",
	"cuelang.org/go/cmd/cue",
}

// build builds our programs and the peers. A peer that cannot be built is left out.
func (w *workshop) build() error {
	say("building thvctl, floor and readhash")
	out := filepath.Join(w.folder, "bin") + string(filepath.Separator)
	ours := exec.Command("go", "build", "-o", out, "./cmd/thvctl", "./bench/floor", "./bench/readhash")
	if text, err := ours.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, text)
	}
	for _, peer := range peers {
		say("building %s, which takes minutes the first time", peer)
		build := exec.Command("go", "build", "-o", out, peer)
		build.Dir = filepath.Join("bench", "peers")
		build.Env = append(os.Environ(), "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
		if text, err := build.CombinedOutput(); err != nil {
			w.leaveOut("%s cannot be built here: %s", filepath.Base(peer), firstLine(text))
		}
	}
	return w.writeFiles()
}

func (w *workshop) leaveOut(format string, args ...any) {
	w.absent = append(w.absent, fmt.Sprintf(format, args...))
	say("left out: "+format, args...)
}

func (w *workshop) program(name string) string { return filepath.Join(w.folder, "bin", name) }

func (w *workshop) has(name string) bool {
	_, err := os.Stat(w.program(name))
	return err == nil
}

// version returns the version of the module that a program is of; our own has none.
func (w *workshop) version(name string) string {
	info, err := buildinfo.ReadFile(w.program(name))
	if err != nil || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return ""
	}
	return info.Main.Version
}

// command prepares a run of a program, with nothing of the user's own settings.
func (w *workshop) command(arguments []string, cores int) *exec.Cmd {
	c := exec.Command(w.program(arguments[0]), arguments[1:]...)
	c.Dir = w.folder
	hidden := filepath.Join(w.folder, ".cache")
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + hidden, "XDG_CACHE_HOME=" + hidden, "XDG_CONFIG_HOME=" + hidden, "NO_COLOR=1"}
	if cores > 0 {
		c.Env = append(c.Env, fmt.Sprintf("GOMAXPROCS=%d", cores))
	}
	return c
}

// output runs a program that is not measured.
func (w *workshop) output(arguments ...string) ([]byte, error) {
	return w.command(arguments, 0).CombinedOutput()
}

func firstLine(text []byte) string {
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "go: downloading") {
			return line
		}
	}
	return "it says nothing"
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
