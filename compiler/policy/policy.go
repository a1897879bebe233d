// Package policy holds configurations against the rules of an organisation, which
// are written in CUE. It makes the values that policies are about, as a compile
// would make them, has an evaluator judge them, and reports what breaks a policy
// where the source says it. It evaluates no CUE itself.
package policy

import (
	"encoding/json"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// Evaluator holds values against policies. The error is a defect of ours or of
// the machine; what is wrong with a policy, the limits on time and memory
// included, is in [Answer.Problems].
type Evaluator func(Request) (Answer, error)

// Request is what is held against what. It and [Answer] travel as JSON between
// processes.
type Request struct {
	// Files are the policies. All are of the package "policy" and are evaluated as
	// one.
	Files []syntax.EvaluateFile
	// Values are what the policies are about.
	Values []Value
}

// Value is one value that a definition of a policy constrains.
type Value struct {
	// Definition is the name of one of [Definitions].
	Definition string
	JSON       json.RawMessage
}

// Answer is what came of a request.
type Answer struct {
	// Problems are faults of the policies themselves. Where there are any, nothing
	// may be concluded from the absence of violations.
	Problems []Problem
	// Constraints are what the violations break.
	Constraints []Constraint
	// Violations are in the order of the values.
	Violations []Violation
}

// Problem is a fault of a policy.
type Problem struct {
	// File is the name of the policy's file, which the place is in if it has one.
	File string
	syntax.EvaluateProblem
}

// Constraint is a part of a policy that a value can break.
type Constraint struct {
	// Place is where a reader looks for it.
	Place syntax.EvaluatedPlace
	// Text is where the policy says what is allowed, in a few words on one line; a
	// place without a file where it needs more.
	Text syntax.EvaluatedPlace
	// Comment is what the policy's own comment says about it, on one line; empty
	// where there is none.
	Comment string
}

// Violation says that a value breaks a constraint.
type Violation struct {
	// Value and Constraint are indices in the request and in the answer.
	Value, Constraint int
	// Path leads from the value to what is at fault ("validating[2].timeout"),
	// which may be missing. It is empty for the value as a whole.
	Path string `json:",omitempty"`
	// Undecided says that the constraint reads what is missing at Path, so that it
	// cannot be said to hold.
	Undecided bool `json:",omitempty"`
}
