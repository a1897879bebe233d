package syntax

// Evaluator evaluates CUE. The compiler is handed one by its caller, because
// evaluation happens in a child process and the compiler starts none. The error
// is a defect of ours or of the machine; what is wrong with the user's CUE, the
// limits on time and memory included, is in [Evaluated.Problems].
type Evaluator func(EvaluateRequest) ([]Evaluated, error)

// EvaluateRequest is a set of CUE files that may belong together.
type EvaluateRequest struct {
	// Files are evaluated: those with one package clause as one instance, each of
	// those without a package clause alone.
	Files []EvaluateFile
	// Support are other given CUE files that Files may import, and
	// cue.mod/module.cue files.
	Support []EvaluateFile
	// Tags are values for @tag, as "key=value" or "key".
	Tags []string
}

// EvaluateFile is one CUE text.
type EvaluateFile struct {
	Name string
	Data []byte
}

// Evaluated is one CUE instance after evaluation. It and what it holds travel
// as JSON between processes.
type Evaluated struct {
	// Files names the files of the instance, in the order of the request.
	Files []string
	// Value is nil where the instance could not be evaluated at all.
	Value *EvaluatedValue
	// Problems are faults of the source that keep it from having a value.
	Problems []EvaluateProblem
}

// EvaluatedValue is a value with the place it comes from.
type EvaluatedValue struct {
	Kind Kind
	// Value is as in [Node].
	Value   string            `json:",omitempty"`
	Items   []*EvaluatedValue `json:",omitempty"`
	Entries []EvaluatedEntry  `json:",omitempty"`
	Place   EvaluatedPlace
}

// EvaluatedEntry is one regular field of a struct.
type EvaluatedEntry struct {
	Key   string
	Place EvaluatedPlace
	Value *EvaluatedValue
}

// EvaluatedPlace is a half-open byte range of a given file. An empty File means
// that the value has no place of its own in any given file.
type EvaluatedPlace struct {
	File       string `json:",omitempty"`
	Start, End int    `json:",omitempty"`
}

// EvaluateProblem is one fault of a CUE source.
type EvaluateProblem struct {
	Message string
	Place   EvaluatedPlace
	// Unread says that the source could not be read at all: it does not parse, or
	// does not import what it names. Otherwise its values are at fault.
	Unread bool `json:",omitempty"`
	// Tag is set where the fault is a tag of the request that no file declares.
	Tag string `json:",omitempty"`
}
