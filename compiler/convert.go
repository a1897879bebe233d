package compiler

import (
	"errors"
	"path"
	"strings"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/convert"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Convert rewrites the webhook configurations in the files into the source
// document of the form o.Bind.Form: webhook files, or manifests. Older spellings
// are understood, and comments of YAML are kept. Where there is an error among the
// diagnostics there is no artifact; without a form the files are only checked. An
// error is a defect of ours, or a [UsageError].
func Convert(files []syntax.File, o Options) (Result, error) {
	o.Check.Compile = true
	o.Bind.Merge, o.Bind.KeepsMetadata, o.Bind.Webhooks = false, true, true
	o.Policies = nil // they are about what is compiled
	var source *convert.Source
	r, err := start(files, o, func(trees []*syntax.Tree) []*syntax.Tree {
		source = convert.Read(trees)
		return source.Trees
	})
	if err != nil {
		return Result{}, err
	}
	for i := range r.found { // this is the command that the message means
		r.found[i].Message = strings.Replace(r.found[i].Message, "(thvctl convert rewrites it)", "and cannot be rewritten here, because the two stand side by side; keep one of them", 1)
	}
	if r.checked != nil {
		source.Adopt(r.checked)
	}
	if goOn := r.add(source.Found()); goOn && r.checked != nil && o.Bind.Form != "" && !r.found.Has(diag.Error) {
		err = r.rewrite(source)
	}
	return r.end(), err
}

// rewrite is the second half of a conversion, on documents without errors.
func (r *run) rewrite(source *convert.Source) error {
	o := r.options
	r.bound = true
	bound, found := bind.Bind(r.checked, o.Bind)
	if bound != nil && o.Bind.Form == bind.CLI {
		found = append(found, convert.Ambiguous(bound, o.Bind.Bindings)...)
	}
	if goOn := r.add(found); !goOn || bound == nil {
		return nil
	}
	if o.Bind.Form == bind.CRD {
		if err := errors.Join(namesAreClear(bound, o.Bind), namesAreUnique(bound)); err != nil {
			return err
		}
	}
	parts, found, err := source.Write(r.checked, bound, o.Bind.Form)
	if goOn := r.add(found); !goOn || err != nil {
		return err
	}
	var artifacts []emit.Artifact
	for _, p := range parts {
		if p.Unit == nil {
			artifacts = append(artifacts, passed(p))
			continue
		}
		found, err := convert.Verify(p, o.Syntax, o.Bind)
		if goOn := r.add(found); !goOn || err != nil {
			return err
		}
		artifacts = append(artifacts, converted(p, o.Bind.Form))
	}
	if err := new(published).validate(artifacts); err != nil {
		return err
	}
	r.result.Artifacts = artifacts
	return nil
}

func converted(p convert.Part, form bind.Form) emit.Artifact {
	m := p.Unit.Metadata
	a := emit.Artifact{Name: unitName(m), File: fileName(m, "yaml"), Schema: "mcpwebhookconfig", YAML: true, Data: p.Text}
	if form == bind.CLI {
		a.Schema = "webhook-file"
	}
	return a
}

// passed is a document beside a unit, as it was.
func passed(p convert.Part) emit.Artifact {
	name := p.Passing.Source.Name
	base := path.Base(name)
	if p.Passing.End == 0 {
		base = strings.TrimSuffix(base, path.Ext(base)) + ".yaml"
	}
	return emit.Artifact{File: base, Source: name, YAML: true, Data: p.Text}
}
