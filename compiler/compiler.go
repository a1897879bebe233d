// Package compiler is the whole pipeline: from the bytes of webhook
// configurations to hashed artifacts. It does no input or output of its own; its
// caller hands in the texts, and the evaluator for CUE.
package compiler

import (
	"errors"
	"fmt"
	"slices"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/lookup"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/suppress"
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
	// Policies are the CUE files with the policies of the organisation, and
	// EvaluatePolicies evaluates them.
	Policies         []syntax.EvaluateFile
	EvaluatePolicies policy.Evaluator
	// Secrets says how references to secrets are looked up.
	Secrets lookup.Options
	// Suppress is what nobody wants to hear of beside what comments in the sources
	// say; nil is nothing. A set serves one run.
	Suppress *suppress.Set
	// Progress, unless it is nil, is told by a lint how many files are done and how much
	// was found in them.
	Progress func(done, found int)
	// Memory, unless it is nil, has what came of files in other runs of a lint, under
	// the same options. It is good only while nothing in the project file asks for
	// documents by name.
	Memory Memory
	// Most bounds how many findings alike a result has; the zero value has all.
	Most diag.Most
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
	// Suppressed are the findings that a comment, the project file or the baseline
	// keeps out of Diagnostics, sorted.
	Suppressed []diag.Suppressed
	Summary    check.Summary
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
	if letsGo(files, o) && o.Bind.Form == "" {
		r, err := stream(files, o, nil)
		if o.Memory != nil && errors.Is(err, check.ErrOutlines) { // somebody else has written it
			o.Memory, o.Suppress = nil, o.Suppress.Fresh()
			r, err = stream(files, o, nil)
		}
		if err != nil {
			return Result{}, err
		}
		return r.end(), nil
	}
	r, err := start(files, o, nil)
	if err != nil {
		return Result{}, err
	}
	if r.checked != nil && o.Bind.Form != "" {
		_, unbound := bind.Bind(r.checked, o.Bind)
		r.add(unbound)
		r.bound = true
	}
	return r.end(), nil
}

// Compile checks the files and turns them into artifacts. Where there is an
// error among the diagnostics there is no artifact. An error is a defect of
// ours, or a [UsageError].
func Compile(files []syntax.File, o Options) (Result, error) {
	o.Check.Compile = true
	if compilesInStream(files, o) {
		p := &program{options: o.Bind, module: module{hashes: []UnitHash{}}}
		r, err := stream(files, o, p)
		if err != nil {
			return Result{}, err
		}
		if !p.hopeless.Load() && !r.found.Has(diag.Error) {
			err = p.end(r)
		}
		return r.end(), err
	}
	r, err := start(files, o, nil)
	if err != nil {
		return Result{}, err
	}
	if r.checked != nil && !r.found.Has(diag.Error) {
		err = r.emit()
	}
	return r.end(), err
}

// run is one lint or compile on its way.
type run struct {
	options Options
	files   []syntax.File
	trees   []*syntax.Tree
	checked *check.Checked
	found   diag.List
	result  Result
	// bound says that the rules about forms have run.
	bound bool
	// partial says that a part of a file could not be read, where the trees are gone.
	partial bool
	// judged says that the policies were evaluated, and none of them is faulty.
	judged bool
}

// start reads and checks the files. adapt, unless it is nil, is given the trees
// and returns those to check.
func start(files []syntax.File, o Options, adapt func([]*syntax.Tree) []*syntax.Tree) (*run, error) {
	if o.Suppress == nil {
		o.Suppress = suppress.New(nil)
	}
	o.Check.Suppress = o.Suppress
	files, unreadable := loadAll(files)
	o.Check.Rules.Partial = o.Check.Rules.Partial || len(unreadable) > 0
	r := &run{files: files}
	if len(o.Policies) > 0 {
		o.Check.Judges = append(o.Check.Judges, r.judge)
	}
	if o.Secrets.Strength > lookup.Syntax {
		o.Check.Judges = append(o.Check.Judges, func(docs []*model.Document) (diag.List, error) {
			return lookup.Check(docs, o.Secrets, o.Bind)
		})
	}
	r.options = o
	trees, unread, err := read(files, o)
	if err != nil {
		return nil, err
	}
	o.Suppress.Filter(unread, nil) // nothing here can be suppressed, but it shows what was not looked at
	judged := trees
	if adapt != nil {
		judged = adapt(trees)
	}
	checked, summary, problems, err := check.Check(judged, o.Check)
	if err != nil {
		return nil, err
	}
	r.trees, r.checked, r.found, r.result.Summary = trees, checked, slices.Concat(unreadable, unread, problems), summary
	return r, nil
}

// judge holds the documents against the policies of the organisation.
func (r *run) judge(docs []*model.Document) (diag.List, error) {
	o := r.options
	found, err := policy.Check(docs, o.Policies, policy.Options{Evaluate: o.EvaluatePolicies, Bindings: o.Bind.Bindings, Merge: o.Bind.Merge})
	r.judged = !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Rule != rule.PolicyViolation })
	return found, err
}

// add takes in what a later stage has found, and returns whether the run may go on.
func (r *run) add(found diag.List) (goOn bool) {
	var docs []*model.Document
	if r.checked != nil {
		docs = r.checked.Documents()
	}
	return r.addIn(docs, found, r.trees...)
}

// addIn does so for what was found in documents of trees.
func (r *run) addIn(docs []*model.Document, found diag.List, trees ...*syntax.Tree) (goOn bool) {
	syntax.Show(found, trees...)
	found = r.options.Suppress.Filter(r.options.Check.Rules.Settings.Apply(found), docs)
	r.found = append(r.found, found...)
	return !found.Has(diag.Error)
}

// end is the result with all that was found.
func (r *run) end() Result {
	r.found = append(r.found, r.unused()...)
	r.result.Suppressed = r.options.Suppress.Suppressed()
	syntax.Show(r.found, r.trees...)
	r.found.Sort()
	r.found = r.options.Most.Of(r.found)
	r.found.CountMore()
	r.result.Diagnostics = r.found
	return r.result
}

// unused reports the ignores that suppress nothing.
func (r *run) unused() diag.List {
	o := r.options.Check
	if !o.Rules.Settings.Runs(diag.UnusedIgnore, o.Lowest) {
		return nil
	}
	names := make([]string, len(r.files))
	for i, f := range r.files {
		names[i] = f.Name
	}
	found := r.options.Suppress.Unused(r.ran, names)
	return r.options.Suppress.Filter(o.Rules.Settings.Apply(found), nil)
}

// ran reports whether a rule has looked at all that it could.
func (r *run) ran(id string) bool {
	o := r.options
	entry, _ := rule.Lookup(id)
	switch {
	case id == diag.UnusedIgnore.ID || !o.Check.Rules.Settings.Runs(entry.Rule, o.Check.Lowest):
		return false
	case id == rule.LostInForm.ID:
		return r.bound
	case id == "THV3002":
		return o.Check.Rules.Merge
	case id == rule.PolicyViolation.ID:
		return r.judged
	case id == "THV5003", id == "THV5004":
		return !o.Check.Rules.Partial && !r.partial && !slices.ContainsFunc(r.trees, func(t *syntax.Tree) bool { return t.Faulty })
	case id == rule.SecretNotFound.ID, id == rule.SecretKeyNotFound.ID:
		return o.Secrets.Strength >= lookup.Exists
	case id == rule.WeakHMACKey.ID, id == rule.BadCertificate.ID, id == rule.BadHeader.ID:
		return o.Secrets.Strength >= lookup.Verify
	}
	return true
}

// emit is the second half of a compile, on a program without errors.
func (r *run) emit() error {
	o := r.options
	r.bound = true
	bound, found := bind.Bind(r.checked, o.Bind)
	if goOn := r.add(found); !goOn || bound == nil {
		return nil
	}
	if err := namesAreClear(bound, o.Bind); err != nil {
		return err
	}
	if o.Bind.Form == bind.CRD && o.Emit == EmitManifest {
		if err := namesAreUnique(bound); err != nil {
			return err
		}
	}
	bundle := bound.Lower()
	hashes, err := hashUnits(bound)
	if err != nil {
		return err
	}
	artifacts, found, err := target(o)(source{r.checked, bound, bundle}, o)
	if goOn := r.add(found); !goOn || err != nil {
		return err
	}
	if err := new(published).validate(artifacts); err != nil {
		return err
	}
	r.result.Hashes, r.result.Artifacts = hashes, artifacts
	return nil
}
