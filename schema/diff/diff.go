// Package diff compares two versions of a schema, a JSON Schema or a
// CustomResourceDefinition, and says whom the changes between them break. It reads
// decoded values, and neither files nor YAML.
//
// The comparison errs on one side: a change that it does not understand, such as that
// from one pattern to another, counts as one that breaks.
package diff

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Affected is whom a change concerns. The zero value is invalid.
type Affected string

// Whom a change may concern. All but StrictReaders are broken by it.
const (
	// Writers write documents. Some of those that were accepted are refused now, or
	// lose a field. So may objects that a cluster has stored, when they are written
	// again: since Kubernetes 1.30 the API server checks only the values that the write
	// changes (CRD ratcheting), before that all of them.
	Writers Affected = "writers"
	// Meaning is that of documents that are accepted as before and now mean something
	// else, because a default or the way in which lists are merged changed.
	Meaning Affected = "meaning"
	// Clients call the API: what they ask for is not there any more.
	Clients Affected = "clients"
	// Stored are the objects that a cluster has stored in a version.
	Stored Affected = "stored objects"
	// StrictReaders are programs that refuse what they do not know. Documents may hold
	// now what none could hold before.
	StrictReaders Affected = "strict readers"
)

// rank orders those whom the changes of one place concern, those who break first.
func (a Affected) rank() int {
	return slices.Index([]Affected{Clients, Stored, Writers, Meaning, StrictReaders}, a)
}

// Change is one difference between two versions of a schema.
type Change struct {
	// File is the name of the schema where there are several. [Compare] leaves it
	// empty.
	File string
	// Version is the version of the API whose documents the change is about; it is
	// empty for a JSON Schema, and for what is common to all versions.
	Version string
	// Path is the place in documents, such as "spec.validating[].timeout": [] stands
	// for every element of a list and * for every key that is not listed. It is empty
	// for the document as a whole and for the API.
	Path    string
	Affects Affected
	// What changed, from Was to Is: a keyword of the schema, a field, a value.
	What, Was, Is string
	// Why is the reason that it concerns somebody.
	Why string
}

// Breaks reports whether somebody is broken who relies on no more than the schema.
func (c Change) Breaks() bool { return c.Affects != StrictReaders }

// String returns the change as one line, which no other change of the comparison
// shares. It begins with no "#", and all of its characters can be printed.
func (c Change) String() string {
	effect := "breaks " + string(c.Affects)
	if c.Affects == Meaning {
		effect = "changes meaning"
	}
	place := oneLine(c.place())
	if c.File != "" {
		place = oneLine(c.File) + ": " + place
	}
	return fmt.Sprintf("%s: %s: %s was %s, is %s; %s", place, effect, oneLine(c.What), oneLine(c.Was), oneLine(c.Is), c.Why)
}

// oneLine quotes a text that would not stay on its line, or that might be taken for a
// comment at the start of one.
func oneLine(text string) string {
	hidden := func(r rune) bool { return !unicode.IsPrint(r) }
	if strings.HasPrefix(text, "#") || strings.TrimSpace(text) != text || strings.ContainsFunc(text, hidden) {
		return strconv.Quote(text)
	}
	return text
}

func (c Change) place() string {
	switch {
	case c.Version != "" && c.Path != "":
		return c.Version + " " + c.Path
	case c.Affects == Clients || c.Affects == Stored:
		return cmp.Or(c.Version, "(API)")
	case c.Path == "" && c.Version != "":
		return c.Version + " (document)"
	}
	return cmp.Or(c.Path, "(document)")
}

// Schema is a schema that was read: a JSON Schema or a CustomResourceDefinition.
type Schema struct {
	// root is a JSON Schema's; api is a CustomResourceDefinition. One of them is nil.
	root *tree
	api  *api
}

// Read reads a schema from its decoded form: map[string]any, []any, string, bool, nil,
// and json.Number or float64. A JSON Schema must name draft 2020-12 in $schema and hold
// all that it refers to; a CustomResourceDefinition must be of apiextensions.k8s.io/v1.
// The error says which value is not as it must be.
func Read(value any) (s *Schema, err error) {
	defer recoverFault(&err)
	m, ok := value.(map[string]any)
	switch {
	case !ok:
		return nil, fmt.Errorf("found %s, a schema is a mapping", kindName(value))
	case m["kind"] == "CustomResourceDefinition":
		return &Schema{api: readAPI(m)}, nil
	case m["$schema"] == nil:
		return nil, errors.New("this is neither a CustomResourceDefinition nor a JSON Schema with $schema")
	}
	if draft := textAt(m, "$schema", "#"); draft != draft202012 && draft != draft202012+"#" {
		return nil, fmt.Errorf("$schema is %q, allowed is %s", draft, draft202012)
	}
	return &Schema{root: readTree(m, "#", false)}, nil
}

const draft202012 = "https://json-schema.org/draft/2020-12/schema"

// Compare returns what changed from one version of a schema to the next and concerns
// somebody, sorted by version and path. The error says that the two are not of one
// kind, or that they describe more places than can be compared.
func Compare(was, is *Schema) (changes []Change, err error) {
	defer recoverFault(&err)
	switch {
	case was.api != nil && is.api != nil:
		changes = compareAPIs(was.api, is.api)
	case was.root != nil && is.root != nil:
		changes = compareTrees(was.root, is.root, "")
	default:
		return nil, errors.New("one is a CustomResourceDefinition and the other a JSON Schema, they must be of one kind")
	}
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(a.Version, b.Version), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Affects.rank(), b.Affects.rank()),
			cmp.Compare(a.What, b.What), cmp.Compare(a.Was, b.Was), cmp.Compare(a.Is, b.Is))
	})
	return slices.Compact(changes), nil
}

// fault is a schema that cannot be read or compared. The functions below walk deep
// and panic with it; Read and Compare turn it into an error.
type fault struct{ error }

func fail(format string, args ...any) {
	panic(fault{fmt.Errorf(format, args...)})
}

func recoverFault(err *error) {
	switch found := recover().(type) {
	case nil:
	case fault:
		*err = found.error
	default:
		panic(found)
	}
}

// budget bounds in bytes what is made from a schema, because references can be nested
// so that a small one has more places than fit into memory.
type budget int

const fullBudget budget = 8 << 20

func (b *budget) spend(bytes int) {
	if *b -= budget(bytes + 1); *b < 0 {
		fail("the schema describes too many places to compare them")
	}
}
