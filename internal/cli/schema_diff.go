package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/schema/diff"
)

func schemaDiffCommand(env Environment) *cobra.Command {
	var format, accept string
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say whom the changes of a schema break",
		Long: `Compare two versions of a JSON Schema (2020-12) or of a CustomResourceDefinition, in
JSON or YAML, and say whom the changes break: those who write documents, those who
call the API, what is stored, or what documents mean. What only programs notice that
refuse what they do not know is listed too, and breaks nothing.

Of two folders, each .json, .yaml and .yml file below OLD is compared with the file of
the same name below NEW, where one that is gone breaks clients. Files that are only
below NEW are new schemas.

The exit code is 1 when something breaks, and 0 when nothing does.`,
		Example: `  thvctl schema diff old/mcpwebhookconfigs.yaml new/mcpwebhookconfigs.yaml
  thvctl schema diff --accept released/accepted released schema
  thvctl schema diff -o json old/webhook-file.json new/webhook-file.json`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			if format != "" && format != "json" {
				return fmt.Errorf("-o is %q, allowed is json", format)
			}
			return diffSchemas(env, args[0], args[1], accept, format)
		},
	}
	s := c.Flags()
	s.SortFlags = false
	s.StringVar(&accept, "accept", "", "file with the breaks that are wanted, as this command prints them")
	s.StringVarP(&format, "output", "o", "", "json for a program to read")
	return c
}

func diffSchemas(env Environment, was, is, accept, format string) error {
	wanted, err := readAccepted(env, accept)
	if err != nil {
		return err
	}
	changes, err := compareSchemas(env, was, is)
	if err != nil && len(changes) == 0 {
		return err
	}
	found := newSchemaChanges(changes, wanted)
	write := found.writeText
	if format == "json" {
		write = found.writeJSON
	}
	switch err := errors.Join(err, write(env.Stdout)); {
	case err != nil:
		return err
	case len(found.stale) > 0:
		return fmt.Errorf("%s accepts what is no change: %s", accept, strings.Join(found.stale, "\n"))
	case format == "":
		fmt.Fprintf(env.Stderr, "%d breaking, %d of them accepted; %d for strict readers alone\n", found.Breaking, found.Accepted, len(changes)-found.Breaking)
	}
	if found.Breaking > found.Accepted {
		return exit(exitFindings)
	}
	return nil
}

// compareSchemas compares two files or all files of two folders. Where there is an
// error, the changes are those of the other files.
func compareSchemas(env Environment, was, is string) ([]diff.Change, error) {
	if was == "-" && is == "-" {
		return nil, errors.New("OLD and NEW are both -, one of them may be")
	}
	folder, other := isFolder(was), isFolder(is)
	switch {
	case folder && other:
		return compareFolders(env, was, is)
	case folder || other:
		return nil, fmt.Errorf("one of %s and %s is a folder, both must be or neither", was, is)
	}
	return compareFiles(env, was, is)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func compareFolders(env Environment, was, is string) ([]diff.Change, error) {
	names, err := schemaFiles(was)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", was, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no schema, that is a .json, .yaml or .yml file", was)
	}
	var all []diff.Change
	var failed []error
	for _, name := range names {
		next := filepath.Join(is, name)
		if _, err := os.Stat(next); errors.Is(err, fs.ErrNotExist) {
			all = append(all, diff.Change{File: name, Affects: diff.Clients, What: "schema", Was: "there", Is: "gone", Why: "who reads it finds nothing"})
			continue
		}
		changes, err := compareFiles(env, filepath.Join(was, name), next)
		failed = append(failed, err)
		for _, c := range changes {
			c.File = name
			all = append(all, c)
		}
	}
	return all, errors.Join(failed...)
}

func compareFiles(env Environment, was, is string) ([]diff.Change, error) {
	before, err := readSchema(env, was)
	if err != nil {
		return nil, err
	}
	now, err := readSchema(env, is)
	if err != nil {
		return nil, err
	}
	changes, err := diff.Compare(before, now)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be compared with %s: %w", is, was, err)
	}
	return changes, nil
}

// acceptedMark begins the line of a break that is accepted.
const acceptedMark = "(accepted) "

// readAccepted reads the changes that are wanted: a line each, as this command prints
// it, and comments that begin with "#".
func readAccepted(env Environment, path string) (map[string]bool, error) {
	wanted := map[string]bool{}
	if path == "" {
		return wanted, nil
	}
	if path == "-" {
		return nil, errors.New("--accept takes a file, and no standard input")
	}
	file, err := readNamed(env, path)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(file.Data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			wanted[strings.TrimPrefix(line, acceptedMark)] = true
		}
	}
	return wanted, nil
}

// schemaChange is a change as thvctl schema diff -o json has it.
type schemaChange struct {
	// File is the file below the folders, where two folders are compared.
	File string `json:"file,omitempty"`
	// Version and Path say where in documents; both are empty for the API as a whole.
	Version string        `json:"version,omitempty"`
	Path    string        `json:"path"`
	Affects diff.Affected `json:"affects"`
	Breaks  bool          `json:"breaks"`
	// Accepted says that the break is wanted (--accept).
	Accepted bool   `json:"accepted"`
	What     string `json:"what"`
	Was      string `json:"was"`
	Is       string `json:"is"`
	Why      string `json:"why"`
	// Line is the change as a line, by which it can be accepted.
	Line string `json:"line"`
}

// schemaChanges is what thvctl schema diff -o json prints.
type schemaChanges struct {
	Changes []schemaChange `json:"changes"`
	// Breaking counts the changes that break somebody, Accepted those among them that
	// are wanted.
	Breaking int `json:"breaking"`
	Accepted int `json:"accepted"`
	// stale are the accepted lines that no change has.
	stale []string
}

func newSchemaChanges(changes []diff.Change, wanted map[string]bool) schemaChanges {
	found := schemaChanges{Changes: []schemaChange{}}
	stale := maps.Clone(wanted)
	for _, c := range changes {
		line, breaks := c.String(), c.Breaks()
		accepted := breaks && wanted[line]
		if breaks {
			found.Breaking++
		}
		if accepted {
			found.Accepted++
		}
		delete(stale, line)
		found.Changes = append(found.Changes, schemaChange{c.File, c.Version, c.Path, c.Affects, breaks, accepted, c.What, c.Was, c.Is, c.Why, line})
	}
	found.stale = slices.Sorted(maps.Keys(stale))
	return found
}

func (f schemaChanges) writeJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(f)
}

// writeText writes the lines, all of which may be accepted. What they come to goes to
// standard error for that reason.
func (f schemaChanges) writeText(w io.Writer) error {
	var out strings.Builder
	for _, c := range f.Changes {
		if c.Accepted {
			out.WriteString(acceptedMark)
		}
		out.WriteString(c.Line + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}
