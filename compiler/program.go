package compiler

import (
	"cmp"
	"sync/atomic"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// module is what a compile makes of one file.
type module struct {
	names     names
	hashes    []UnitHash
	artifacts []emit.Artifact
	// shared are the units that have a part in the environment of a pod.
	shared map[pod][]ir.Unit
	// found is what the form cannot express, and docs in what. Both need the values.
	found diag.List
	docs  []*model.Document
	// unbound says that some of it has no place in the form at all.
	unbound bool
	err     error
}

// program is what a compile makes of all files, one by one.
type program struct {
	options bind.Options
	schemas published
	module
	// findings are those of the modules that have some.
	findings []finding
	// hopeless says that there is an error, and no artifact will be made.
	hopeless atomic.Bool
}

// finding is what a module found, and in what.
type finding struct {
	found diag.List
	docs  []*model.Document
	tree  *syntax.Tree
}

// compilesInStream reports whether a compile can let go of each file when it is compiled.
func compilesInStream(files []syntax.File, o Options) bool {
	return letsGo(files, o) && o.Emit == EmitRunConfig && o.Base == nil && !o.Bind.Merge && (o.Bind.Form == bind.CLI || o.Bind.Form == bind.CRD)
}

// compile compiles one file that passed. It may be called by several at a time.
func (p *program) compile(checked *check.Checked) (m module) {
	if p.hopeless.Load() {
		return module{}
	}
	bound, found := bind.Bind(checked, p.options)
	m.found, m.unbound = found, bound == nil
	if len(found) > 0 {
		m.docs = checked.Documents()
	}
	if bound == nil {
		return m
	}
	m.names.add(bound)
	if m.hashes, m.err = hashUnits(bound); m.err != nil {
		return m
	}
	if m.artifacts, m.shared, m.err = unitRunConfigs(bound, p.options.Form); m.err == nil {
		m.err = p.schemas.validate(m.artifacts)
	}
	return m
}

// add takes in the module of the next file.
func (p *program) add(m module, tree *syntax.Tree) {
	p.names.unnamed += m.names.unnamed
	if p.names.nameless == "" {
		p.names.nameless = m.names.nameless
	}
	p.hashes, p.artifacts = append(p.hashes, m.hashes...), append(p.artifacts, m.artifacts...)
	for at, units := range m.shared {
		if p.shared == nil {
			p.shared = map[pod][]ir.Unit{}
		}
		p.shared[at] = append(p.shared[at], units...)
	}
	if p.err == nil {
		p.err = m.err
	}
	if len(m.found) > 0 {
		p.findings = append(p.findings, finding{m.found, m.docs, tree})
	}
	p.unbound = p.unbound || m.unbound
}

// end brings the program to its end, on files without errors.
func (p *program) end(r *run) error {
	r.bound = true
	goOn := !p.unbound
	for _, f := range p.findings {
		goOn = r.addIn(f.docs, f.found, f.tree) && goOn
	}
	if !goOn {
		return nil
	}
	if err := cmp.Or(p.names.areClear(p.options), p.err); err != nil {
		return err
	}
	environments, err := environments(p.shared)
	if err != nil {
		return err
	}
	if err := p.schemas.validate(environments); err != nil {
		return err
	}
	r.result.Hashes, r.result.Artifacts = p.hashes, append(p.artifacts, environments...)
	return nil
}
