// Command gen writes the pages of the rules into docs/rules, from the catalogue
// in compiler/rule and the examples in testdata/rules, those of the fields into
// docs/reference, from the schema, and the manual pages of the commands into
// docs/man:
//
//	go run ./docs/gen
//
// It may be started anywhere inside the module.
package main

//go:generate go run .

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/thvctl/thvctl/docs/gen/example"
	"github.com/thvctl/thvctl/internal/cli"
)

// evaluateCommand is the argument with which thvctl starts itself to evaluate
// CUE. The examples run in this process, so it has to answer to it.
const evaluateCommand = "evaluate-cue"

func main() {
	if len(os.Args) == 2 && os.Args[1] == evaluateCommand {
		os.Exit(cli.Main(cli.System()))
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "docs/gen:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	files, err := generate(root)
	if err != nil {
		return err
	}
	manual, err := manPages()
	if err != nil {
		return err
	}
	fields, err := reference(root)
	if err != nil {
		return err
	}
	docs := filepath.Join(root, "docs")
	return errors.Join(
		replace(filepath.Join(docs, "rules"), "*.md", files),
		replace(filepath.Join(docs, "man"), "*.1", manual),
		replace(filepath.Join(docs, "reference"), "*.md", fields),
	)
}

// moduleRoot returns the nearest folder upwards that holds go.mod.
func moduleRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("no go.mod in this folder or above")
		}
		folder = parent
	}
}

// replace puts files in the place of those of a folder that match a pattern, so
// that no page outlives its rule or command.
func replace(folder, pattern string, files map[string]string) error {
	pages, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil {
		return err
	}
	for _, page := range pages {
		if err := os.Remove(page); err != nil {
			return err
		}
	}
	return write(folder, files)
}

func write(folder string, files map[string]string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// report runs an example in a folder of its own and returns the command line and
// what thvctl printed.
func report(e example.Example, flags ...string) (text string, err error) {
	back, err := os.Getwd()
	if err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp("", "thvctl-example-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.Chdir(back), os.RemoveAll(folder)) }()
	if err := e.Write(folder); err != nil {
		return "", err
	}
	if err := os.Chdir(folder); err != nil {
		return "", err
	}
	out := e.Run(cli.System(), flags...)
	line := append(append([]string{"thvctl", e.Args[0]}, flags...), e.Args[1:]...)
	return "$ " + strings.Join(line, " ") + "\n" + string(out.Report(e)), nil
}
