package secret

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/internal/pattern"
)

// Kind is a kind of store that people can name.
type Kind struct {
	// Name is what a store of this kind begins with.
	Name string
	// Argument is what stands after the colon: "" for nothing, and in brackets
	// what may be left out.
	Argument string
	// Summary is one line: where the store looks.
	Summary string
	// CommandLineOnly says that the store runs a command, or acts with the rights
	// of the user elsewhere. A project file must not ask for that, because a
	// repository that is linted would.
	CommandLineOnly bool
	// Open opens a store. The argument is such as [Parse] lets through.
	Open func(argument string, in Sources) (Store, error)
}

// Sources are what stores need of their surroundings.
type Sources struct {
	// Inputs are the Secrets among the inputs.
	Inputs []Manifest
	// Manifests reads the Secrets in the files that a glob matches; nil where
	// there are no files.
	Manifests func(glob string) ([]Manifest, error)
}

// Stores is the registry, in the order in which it is shown.
var Stores = []Kind{
	{"env", "", "the environment, as ToolHive reads it: TOOLHIVE_SECRET_<name>", false, openEnv},
	{"dir", "PATH", "a folder, as Secrets are mounted: PATH/<secret>/<key>, and PATH/<name>", false, openDir},
	{"manifests", "[GLOB]", "the Secrets in the inputs, or in the files that GLOB matches", false, openManifests},
	{"cluster", "[CONTEXT]", "the cluster: runs kubectl get secret with your kubeconfig", true, openCluster},
	{"exec", "COMMAND", "whatever COMMAND finds: a shell runs it for each reference", true, openExec},
}

// Spelling returns the kind as people write it, such as "manifests[:GLOB]".
func (k Kind) Spelling() string {
	name, optional := strings.CutPrefix(k.Argument, "[")
	switch {
	case optional:
		return k.Name + "[:" + name
	case k.Argument != "":
		return k.Name + ":" + k.Argument
	}
	return k.Name
}

// Spec is a store as somebody named it.
type Spec struct {
	Kind Kind
	// Argument is what stands after the colon, as it is.
	Argument string
}

// Parse reads the name of a store, such as "dir:/run/secrets".
func Parse(text string) (Spec, error) {
	name, argument, colon := strings.Cut(text, ":")
	i := slices.IndexFunc(Stores, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Spec{}, unknownStore(name)
	}
	kind := Stores[i]
	_, optional := strings.CutPrefix(kind.Argument, "[")
	empty := strings.TrimSpace(argument) == ""
	switch {
	case colon && kind.Argument == "":
		return Spec{}, fmt.Errorf("store %q takes nothing after its name", name)
	case empty && (colon || kind.Argument != "" && !optional):
		return Spec{}, fmt.Errorf("store %q lacks what it looks in, write %s", name, kind.Spelling())
	case strings.ContainsRune(argument, 0):
		return Spec{}, fmt.Errorf("store %q has a NUL byte after its name", name)
	}
	return Spec{kind, argument}, nil
}

// shortWord matches what can be repeated in a message. Somebody who forgot "exec:"
// may have written a token.
var shortWord = pattern.Lazy(`^[-A-Za-z0-9_./~]{0,40}$`)

func unknownStore(name string) error {
	var allowed []string
	for _, k := range Stores {
		allowed = append(allowed, k.Spelling())
	}
	if !shortWord().MatchString(name) {
		return fmt.Errorf("there is no such store, allowed are %s", strings.Join(allowed, ", "))
	}
	return fmt.Errorf("there is no store %q, allowed are %s", name, strings.Join(allowed, ", "))
}

// Open opens the store.
func (s Spec) Open(in Sources) (Store, error) { return s.Kind.Open(s.Argument, in) }

// String returns the store as its owner wrote it, but for the parts of a command
// that may hold a token.
func (s Spec) String() string {
	argument := s.Argument
	if s.Kind.Name == "exec" {
		argument = shownCommand(argument)
	}
	if argument == "" {
		return s.Kind.Name
	}
	return s.Kind.Name + ":" + argument
}
