package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema/diff"
)

// schemaLimits bound a schema. Those of large CustomResourceDefinitions have more
// values than any document that we check.
var schemaLimits = syntax.Limits{Document: 4 << 20, Nodes: 100_000}

func schemaDiffCommand(env Environment) *cobra.Command {
	var format, accept string
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say whom the changes of a schema break",
		Long: `Compare two versions of a JSON Schema (2020-12) or of a CustomResourceDefinition, in
JSON or YAML, and say whom the changes break: those who write documents, those who
call the API, what is stored, or what documents mean. What only programs notice that
refuse what they do not know is listed too, and breaks nothing.

The exit code is 1 when something breaks, and 0 when nothing does.`,
		Example: `  thvctl schema diff old/mcpwebhookconfigs.yaml new/mcpwebhookconfigs.yaml
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
	before, err := readSchema(env, was)
	if err != nil {
		return err
	}
	now, err := readSchema(env, is)
	if err != nil {
		return err
	}
	changes, err := diff.Compare(before, now)
	if err != nil {
		return fmt.Errorf("%s cannot be compared with %s: %w", is, was, err)
	}
	wanted, err := readAccepted(env, accept)
	if err != nil {
		return err
	}
	found := newSchemaChanges(changes, wanted)
	if format == "json" {
		err = found.writeJSON(env.Stdout)
	} else {
		err = found.writeText(env.Stdout)
	}
	switch {
	case err != nil:
		return err
	case len(found.stale) > 0:
		return fmt.Errorf("%s accepts what does not break: %s", accept, strings.Join(found.stale, "\n"))
	case found.Breaking > found.Accepted:
		return exit(exitFindings)
	}
	return nil
}

// readSchema reads the one document of a file as a schema.
func readSchema(env Environment, path string) (*diff.Schema, error) {
	file, err := readNamed(env, path)
	if err != nil {
		return nil, err
	}
	if file.Format == syntax.CUE {
		return nil, fmt.Errorf("%s is CUE, allowed are JSON and YAML", path)
	}
	tree, found := syntax.Parse(file, syntax.Options{Limits: schemaLimits})
	for _, d := range found {
		if d.Severity == diag.Error {
			return nil, fmt.Errorf("%s:%d:%d: %s", path, d.Span.Start.Line, d.Span.Start.Column, d.Message)
		}
	}
	var roots []*syntax.Node
	for _, document := range tree.Documents {
		if document.Root != nil && document.Root.Kind != syntax.Null {
			roots = append(roots, document.Root)
		}
	}
	if len(roots) != 1 {
		return nil, fmt.Errorf("%s holds %d documents, a schema is one", path, len(roots))
	}
	read, err := diff.Read(decoded(roots[0]))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return read, nil
}

// readNamed reads one file, or standard input for "-".
func readNamed(env Environment, path string) (syntax.File, error) {
	in := inputs{stdin: env.Stdin, maxSize: int64(schemaLimits.Document), limits: schemaLimits, seen: map[string]int{}}
	in.claim = func([]byte) bool { return true }
	if err := in.add(path); err != nil {
		return syntax.File{}, err
	}
	if len(in.found) > 0 {
		return syntax.File{}, fmt.Errorf("%s: %s", path, in.found[0].Message)
	}
	if len(in.files) != 1 || !in.files[0].Named {
		return syntax.File{}, fmt.Errorf("%s is no file", path)
	}
	return in.files[0], nil
}

// decoded returns a value as encoding/json would with UseNumber.
func decoded(n *syntax.Node) any {
	switch n.Kind {
	case syntax.String:
		return n.Value
	case syntax.Bool:
		return n.Value == "true"
	case syntax.Int, syntax.Float:
		return json.Number(n.Value)
	case syntax.List:
		list := make([]any, 0, len(n.Items))
		for _, item := range n.Items {
			list = append(list, decoded(item))
		}
		return list
	case syntax.Map:
		entries := make(map[string]any, len(n.Entries))
		for _, e := range n.Entries {
			entries[e.Key.Value] = decoded(e.Value)
		}
		return entries
	}
	return nil
}

// readAccepted reads the breaks that are wanted: a line each, as this command prints
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
			wanted[line] = true
		}
	}
	return wanted, nil
}

// schemaChange is a change as thvctl schema diff -o json has it.
type schemaChange struct {
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
	line     string
}

// schemaChanges is what thvctl schema diff -o json prints.
type schemaChanges struct {
	Changes []schemaChange `json:"changes"`
	// Breaking counts the changes that break somebody, Accepted those among them that
	// are wanted.
	Breaking int `json:"breaking"`
	Accepted int `json:"accepted"`
	// stale are the accepted lines that no break has.
	stale []string
}

func newSchemaChanges(changes []diff.Change, wanted map[string]bool) schemaChanges {
	found := schemaChanges{Changes: []schemaChange{}}
	used := map[string]bool{}
	for _, c := range changes {
		line := printable(c.String())
		breaks := c.Breaks()
		accepted := breaks && wanted[line]
		if breaks {
			found.Breaking++
		}
		if accepted {
			used[line] = true
			found.Accepted++
		}
		found.Changes = append(found.Changes, schemaChange{c.Version, c.Path, c.Affects, breaks, accepted, c.What, c.Was, c.Is, c.Why, line})
	}
	for line := range wanted {
		if !used[line] {
			found.stale = append(found.stale, line)
		}
	}
	slices.Sort(found.stale)
	return found
}

func (f schemaChanges) writeJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(f)
}

func (f schemaChanges) writeText(w io.Writer) error {
	var out strings.Builder
	for _, c := range f.Changes {
		out.WriteString(c.line)
		if c.Accepted {
			out.WriteString(" (accepted)")
		}
		out.WriteByte('\n')
	}
	fmt.Fprintf(&out, "%d breaking, %d of them accepted; %d for strict readers alone\n", f.Breaking, f.Accepted, len(f.Changes)-f.Breaking)
	_, err := io.WriteString(w, out.String())
	return err
}
