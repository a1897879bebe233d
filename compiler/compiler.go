// Package compiler is the whole pipeline: from the bytes of webhook
// configurations to hashed artifacts. It does no input or output of its own; its
// caller hands in the texts, and the evaluator for CUE.
package compiler

import (
	"errors"
	"fmt"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Options say what to do. The zero value lints YAML and JSON.
type Options struct {
	Syntax syntax.Options
	// Evaluate evaluates CUE sources; nil refuses them.
	Evaluate syntax.Evaluator
	// Support are CUE files that sources may import, and Tags values for their
	// @tag attributes ("key=value").
	Support []syntax.EvaluateFile
	Tags    []string
	Check   check.Options
	Bind    bind.Options
	// Workers is how many files are read at once; 0 is one.
	Workers int

	// Emit is what a compile writes: EmitRunConfig or EmitManifest.
	Emit string
	// Base is the RunConfig that the webhooks are put into; nil for none.
	Base *syntax.File
}

// Result is what came of a run.
type Result struct {
	// Diagnostics are sorted.
	Diagnostics diag.List
	Summary     check.Summary
	// Artifacts are in input order; nil where there was an error.
	Artifacts []emit.Artifact
	// Hashes are those of the units, in input order; nil where there was an error.
	Hashes []UnitHash
}

// UnitHash is the hash of one unit.
type UnitHash struct {
	// Name is "[namespace/]name".
	Name string
	// Hash is ours, ToolHive that of ToolHive over the manifest; empty for a unit
	// that is no Kubernetes object.
	Hash, ToolHive string
}

// A UsageError is a request that makes no sense, whatever the inputs hold.
type UsageError struct{ message string }

// Error implements error.
func (e UsageError) Error() string { return e.message }

// UsageErrorf makes a [UsageError].
func UsageErrorf(format string, args ...any) error {
	return UsageError{fmt.Sprintf(format, args...)}
}

// IsUsage reports whether an error is the user's to mend rather than ours.
func IsUsage(err error) bool {
	var usage UsageError
	return errors.As(err, &usage)
}

// Lint checks the files. Where a form is given it also says what that form
// cannot express. An error is a defect of ours, or a [UsageError].
func Lint(files []syntax.File, o Options) (Result, error) {
	trees, found, err := read(files, o)
	if err != nil {
		return Result{}, err
	}
	checked, summary, problems, err := check.Check(trees, o.Check)
	found = append(found, problems...)
	if checked != nil && o.Bind.Form != "" {
		_, unbound := bind.Bind(checked, o.Bind)
		found = append(found, unbound...)
	}
	showSources(found, trees)
	found.Sort()
	return Result{Diagnostics: found, Summary: summary}, err
}

// Compile checks the files and turns them into artifacts. Where there is an
// error among the diagnostics there is no artifact. An error is a defect of
// ours, or a [UsageError].
func Compile(files []syntax.File, o Options) (Result, error) {
	o.Check.Compile = true
	trees, found, err := read(files, o)
	if err != nil {
		return Result{}, err
	}
	checked, summary, problems, err := check.Check(trees, o.Check)
	found = append(found, problems...)
	result := Result{Summary: summary}
	if err == nil && checked != nil && !found.Has(diag.Error) {
		problems, err = result.emit(checked, o)
		found = append(found, problems...)
	}
	showSources(found, trees)
	found.Sort()
	result.Diagnostics = found
	return result, err
}

// emit is the second half of a compile, on a program without errors.
func (r *Result) emit(checked *check.Checked, o Options) (diag.List, error) {
	bound, found := bind.Bind(checked, o.Bind)
	if bound == nil {
		return found, nil
	}
	if err := namesAreClear(bound, o.Bind); err != nil {
		return found, err
	}
	bundle := bound.Lower()
	hashes, err := hashUnits(bound)
	if err != nil {
		return found, err
	}
	artifacts, problems, err := target(o)(source{checked, bound, bundle}, o)
	found = append(found, problems...)
	if err != nil || found.Has(diag.Error) {
		return found, err
	}
	if err := validate(artifacts); err != nil {
		return found, err
	}
	r.Hashes, r.Artifacts = hashes, artifacts
	return found, nil
}
