// Package evaluate evaluates CUE sources that somebody else wrote. Such a source
// can use up all memory or never end, in ways that Go cannot interrupt, so it is
// evaluated in a child process, the same binary in another mode, with a limit on
// memory and on time: [Child] is the parent's side, [Run] the child's. Nothing
// is fetched, and no file but the given ones is read.
package evaluate

import (
	"strconv"
	"time"

	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// SchemaPath is the import path that resolves to [Child.Schema].
const SchemaPath = "github.com/thvctl/thvctl/schema"

// memoryLimit bounds the child's data in bytes, those of an idle Go process
// (about 100 MiB) included.
const memoryLimit = 1 << 30

// Bounds of one request. Their purpose is that a hostile source costs the parent
// little; a configuration with 10,000 webhooks stays within them.
const (
	maxDepth = 64       // levels of lists and structs
	maxNodes = 200_000  // values
	maxText  = 16 << 20 // bytes of all keys and scalars
)

// task is what the parent writes to the child's standard input, as JSON.
type task struct {
	Request syntax.EvaluateRequest
	// Policies is set where policies are to be evaluated, and no sources.
	Policies *policy.Request `json:",omitempty"`
	Schema   map[string][]byte
	Timeout  time.Duration
}

// answer is what the child writes to its standard output after [hello], as JSON.
// A place names its file by the file's index in the request, because a path
// repeated 200,000 times is most of the text.
type answer struct {
	Evaluated []syntax.Evaluated
	Policies  policy.Answer
	// Defect says what is wrong with us, where something is.
	Defect string `json:",omitempty"`
}

// hello is the child's first output. Without it the process was never a child of
// ours, and what it does says nothing about the source.
const hello = "thvctl evaluate-cue 1\n"

// What the child exits with when it ends itself.
const (
	exitMemory = 70 + iota
	exitTime
	exitOrphan
)

// name puts the names of files for their indices in all places.
func name(evaluated []syntax.Evaluated, files []syntax.EvaluateFile) {
	at := nameIn(files)
	for _, e := range evaluated {
		for i := range e.Problems {
			at(&e.Problems[i].Place)
		}
		eachPlace(e.Value, at)
	}
}

// nameIn returns what puts the name of a file for its index in a place.
func nameIn(files []syntax.EvaluateFile) func(*syntax.EvaluatedPlace) {
	return func(p *syntax.EvaluatedPlace) {
		if i, err := strconv.Atoi(p.File); err == nil && i >= 0 && i < len(files) {
			p.File = files[i].Name
		}
	}
}

func eachPlace(v *syntax.EvaluatedValue, do func(*syntax.EvaluatedPlace)) {
	if v == nil {
		return
	}
	do(&v.Place)
	for _, item := range v.Items {
		eachPlace(item, do)
	}
	for i := range v.Entries {
		do(&v.Entries[i].Place)
		eachPlace(v.Entries[i].Value, do)
	}
}

// fileNames returns the names of all files, for what concerns all of them.
func fileNames(files []syntax.EvaluateFile) []string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name
	}
	return names
}
