// Package example reads the examples of the rules: files that break a rule, with
// notes of what must be found in them, and files that nothing is wrong with. The
// tests run them and the documentation shows them.
//
// An example is a file FOLDER/THVnnnn/NAME.EXT. NAME is "bad" or "good", or
// begins with "bad-" or "good-". EXT is "yaml", "json" or "cue" for an example
// of one file, which is linted, and "txtar" for one of several files, or of one
// with a command line of its own: the archive's comment, for example
// "lint --merge a.yaml b.yaml". Without a command line the files of an archive
// are linted in their order.
package example

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// projectFile is found by thvctl and not given to it.
const projectFile = "thvctl.yaml"

// Example is one example.
type Example struct {
	// Rule is the name of the folder, the id of the rule.
	Rule string
	// Name is the name of the file without its extension.
	Name string
	// Args is the command line without the program's name.
	Args []string
	// Own says that the example brought its command line.
	Own bool
	// Files are in the order of the archive.
	Files []File
	// Wants are the findings there must be, and no other.
	Wants []Want
}

// File is one file of an example, without the notes of what must be found.
type File struct {
	// Name is a slash-separated path.
	Name string
	Data []byte
}

// Bad reports whether the example breaks its rule.
func (e Example) Bad() bool { return e.Name == "bad" || strings.HasPrefix(e.Name, "bad-") }

// String names the example as its file does: "THV4006/bad".
func (e Example) String() string { return e.Rule + "/" + e.Name }

// Write puts the files into a folder.
func (e Example) Write(folder string) error {
	for _, f := range e.Files {
		file := filepath.Join(folder, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Load reads all examples below a folder, sorted by rule and name. The error is
// a file that is no example.
func Load(folder string) ([]Example, error) {
	rules, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var examples []Example
	for _, r := range rules {
		if !r.IsDir() {
			return nil, fmt.Errorf("%s is no folder of a rule", filepath.Join(folder, r.Name()))
		}
		more, err := loadRule(folder, r.Name())
		if err != nil {
			return nil, err
		}
		examples = append(examples, more...)
	}
	return examples, nil
}

func loadRule(folder, rule string) ([]Example, error) {
	entries, err := os.ReadDir(filepath.Join(folder, rule))
	if err != nil {
		return nil, err
	}
	var examples []Example
	seen := map[string]bool{}
	for _, entry := range entries {
		file := filepath.Join(folder, rule, entry.Name())
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		e, err := parse(rule, entry.Name(), data)
		if err == nil && seen[e.Name] {
			err = fmt.Errorf("a second example of this name")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		seen[e.Name] = true
		examples = append(examples, e)
	}
	return examples, nil
}

func parse(rule, base string, data []byte) (Example, error) {
	extension := path.Ext(base)
	e := Example{Rule: rule, Name: strings.TrimSuffix(base, extension)}
	if kind, _, _ := strings.Cut(e.Name, "-"); kind != "bad" && kind != "good" {
		return e, fmt.Errorf(`the name of an example is or begins with "bad" or "good"`)
	}
	switch extension {
	case ".yaml", ".json", ".cue":
		return e, e.add(base, data)
	case ".txtar":
		return e, e.unpack(data)
	}
	return e, fmt.Errorf("the extension of an example is .yaml, .json, .cue or .txtar")
}

// unpack takes in an archive.
func (e *Example) unpack(data []byte) error {
	archive := txtar.Parse(data)
	for _, f := range archive.Files {
		var err error
		if f.Name == wantFile {
			err = e.wantLines(string(f.Data))
		} else {
			err = e.add(f.Name, f.Data)
		}
		if err != nil {
			return err
		}
	}
	return e.command(string(archive.Comment))
}

// command takes in the comment of an archive.
func (e *Example) command(comment string) error {
	fields := strings.Fields(comment)
	switch {
	case len(fields) == 0:
		return nil
	case fields[0] != "lint" && fields[0] != "compile" || strings.Count(strings.TrimSpace(comment), "\n") > 0:
		return fmt.Errorf("the comment %q is no command line of lint or compile", comment)
	}
	e.Args, e.Own = fields, true
	return nil
}

// add takes in a file, and what must be found in it.
func (e *Example) add(name string, data []byte) error {
	plain, err := e.notes(name, data)
	if err != nil {
		return err
	}
	e.Files = append(e.Files, File{name, plain})
	if len(e.Args) == 0 {
		e.Args = []string{"lint"}
	}
	if name != projectFile {
		e.Args = append(e.Args, name)
	}
	return nil
}
