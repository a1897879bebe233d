package compiler

import (
	"fmt"
	"path"
	"strings"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/emit/crd"
	"github.com/thvctl/thvctl/compiler/emit/runconfig"
	"github.com/thvctl/thvctl/compiler/emit/webhookfile"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

// What a compile writes.
const (
	// EmitRunConfig writes RunConfig JSON, what ToolHive runs.
	EmitRunConfig = "runconfig"
	// EmitManifest writes the source document of the form: a webhook file, or
	// manifests for kubectl apply.
	EmitManifest = "manifest"
)

// Target is one kind of output.
type Target struct {
	Form bind.Form
	Emit string
	// Artifacts emits a whole program.
	Artifacts func(source, Options) ([]emit.Artifact, diag.List, error)
}

// Targets are the outputs that there are.
var Targets = []Target{
	{bind.CLI, EmitRunConfig, cliRunConfigs},
	{bind.CLI, EmitManifest, webhookFiles},
	{bind.CRD, EmitRunConfig, crdRunConfigs},
	{bind.CRD, EmitManifest, manifests},
}

// source is what targets emit from.
type source struct {
	checked *check.Checked
	bound   *bind.Bound
	bundle  *ir.Bundle
}

func target(o Options) func(source, Options) ([]emit.Artifact, diag.List, error) {
	for _, t := range Targets {
		if t.Form == o.Bind.Form && t.Emit == o.Emit {
			return t.Artifacts
		}
	}
	return func(source, Options) ([]emit.Artifact, diag.List, error) {
		return nil, nil, UsageErrorf("there is no output --form %s --emit %s", o.Bind.Form, o.Emit)
	}
}

// names counts the units that have no name of their own.
type names struct {
	unnamed int
	// nameless is a file whose name yields none; "" where there is none.
	nameless string
}

func (n *names) add(b *bind.Bound) {
	for _, u := range b.Units() {
		if u.Source.Kind != model.WebhookFile {
			continue
		}
		n.unnamed++
		if u.Metadata.Name == "" && n.nameless == "" {
			n.nameless = u.Source.Source.Name
		}
	}
}

// areClear refuses a --name for more than one unit, and asks for one where a file's name
// yields none.
func (n names) areClear(o bind.Options) error {
	switch {
	case n.nameless != "":
		return UsageErrorf("%s: no name can be derived from the file's, give one with --name", n.nameless)
	case o.Name != "" && n.unnamed > 1:
		return UsageErrorf("--name is for one webhook file, and there are %d (--merge makes one unit of them)", n.unnamed)
	}
	return nil
}

func namesAreClear(b *bind.Bound, o bind.Options) error {
	var n names
	n.add(b)
	return n.areClear(o)
}

// namesAreUnique refuses two manifests of one name: the later would replace the
// earlier in the cluster.
func namesAreUnique(b *bind.Bound) error {
	first := map[string]string{}
	for _, u := range b.Units() {
		if u.HeaderForward != nil {
			continue // it passes through
		}
		name, source := unitName(u.Metadata), u.Source.Source.Name
		if other, twice := first[name]; twice {
			return UsageErrorf("%s and %s would both be the MCPWebhookConfig %q; rename a file, or convert them one by one with --name and --namespace", other, source, name)
		}
		first[name] = source
	}
	return nil
}

func hashUnits(b *bind.Bound) ([]UnitHash, error) {
	hashes := []UnitHash{}
	for _, u := range b.Units() {
		hash, err := u.Hash()
		if err != nil {
			return nil, err
		}
		h := UnitHash{Name: unitName(u.Metadata), Hash: hash}
		if u.Source.Kind == model.MCPWebhookConfig {
			spec, err := crd.Spec(u.Content)
			if err != nil {
				return nil, err
			}
			h.ToolHive = toolhive.ConfigHash(spec)
		}
		hashes = append(hashes, h)
	}
	return hashes, nil
}

func unitName(m ir.Metadata) string {
	if m.Namespace != "" {
		return m.Namespace + "/" + m.Name
	}
	return m.Name
}

// fileName is the base name of a unit's artifact in an output folder.
func fileName(m ir.Metadata, extension string) string {
	if m.Namespace != "" {
		return m.Namespace + "." + m.Name + "." + extension
	}
	return m.Name + "." + extension
}

func cliRunConfigs(s source, o Options) ([]emit.Artifact, diag.List, error) {
	if o.Base != nil {
		return basedRunConfig(s, o)
	}
	out, _, err := unitRunConfigs(s.bound, bind.CLI)
	return out, nil, err
}

// crdRunConfigs emits what the operator tells the runners, and behind it what it tells
// the pods that send the requests of MCPServerEntries.
func crdRunConfigs(s source, _ Options) ([]emit.Artifact, diag.List, error) {
	out, shared, err := unitRunConfigs(s.bound, bind.CRD)
	if err != nil {
		return nil, nil, err
	}
	environments, err := environments(shared)
	return append(out, environments...), nil, err
}

// unitRunConfigs emits the RunConfigs of those units that have one of their own. The others
// have a part in the environment of a pod.
func unitRunConfigs(b *bind.Bound, f bind.Form) (out []emit.Artifact, shared map[pod][]ir.Unit, err error) {
	if f == bind.CLI {
		out, err = runConfigs(b.Lower().Units, runconfig.RunConfig, runconfig.HeaderRunConfig)
		return out, nil, err
	}
	run, shared := byGroup(b)
	out, err = runConfigs(run, crd.RunConfig, crd.HeaderRunConfig)
	return out, shared, err
}

// runConfigs emits a RunConfig for each unit.
func runConfigs[T any](units []ir.Unit, webhooks, headers func(ir.Unit) (T, error)) ([]emit.Artifact, error) {
	var out []emit.Artifact
	for _, u := range units {
		render := webhooks
		if u.HeaderForward != nil {
			render = headers
		}
		value, err := render(u)
		if err != nil {
			return nil, fmt.Errorf("emit %q: %w", u.Metadata.Name, err)
		}
		data, err := emit.JSON(value)
		if err != nil {
			return nil, err
		}
		name := unitName(u.Metadata)
		if u.HeaderForward != nil {
			name = "headers of " + name
		}
		out = append(out, emit.Artifact{Name: name, File: fileName(u.Metadata, "runconfig.json"), Schema: "runconfig", Data: data})
	}
	return out, nil
}

func webhookFiles(s source, o Options) ([]emit.Artifact, diag.List, error) {
	var out []emit.Artifact
	var found diag.List
	for _, u := range s.bound.Units() {
		if u.HeaderForward != nil {
			found = append(found, u.LostHeaders("found header forwarding, which a webhook file does not carry; --emit runconfig does"))
			continue
		}
		file, err := webhookfile.File(u.Unit)
		if err != nil {
			return nil, nil, fmt.Errorf("emit %q: %w", u.Metadata.Name, err)
		}
		hash, err := u.Content.Hash()
		if err != nil {
			return nil, nil, err
		}
		data, err := emit.YAML(file, crd.HashAnnotation+": "+hash)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, emit.Artifact{Name: unitName(u.Metadata), File: fileName(u.Metadata, "yaml"), Schema: "webhook-file", YAML: true, Data: data})
	}
	return out, found, nil
}

// manifests emits the units and lets pass what stands beside them, in the order
// of the inputs.
func manifests(s source, _ Options) ([]emit.Artifact, diag.List, error) {
	units := map[*model.Document]ir.Unit{}
	for _, u := range s.bound.Units() {
		if u.HeaderForward == nil { // an owner of headers passes through
			units[u.Source] = u.Unit
		}
	}
	known := map[int]bool{} // files that hold a known document for Kubernetes
	for _, d := range s.checked.All() {
		_, isUnit := units[d]
		known[d.File] = known[d.File] || isUnit || passes(d.Kind)
	}
	var out []emit.Artifact
	for _, d := range s.checked.All() {
		var a emit.Artifact
		var err error
		if u, isUnit := units[d]; isUnit {
			a, err = manifest(u)
		} else if passes(d.Kind) || d.Kind == model.Foreign && known[d.File] && d.IsObject() {
			a, err = passing(d)
		} else {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		out = append(out, a)
	}
	return out, nil, nil
}

// passes reports whether documents of a kind are part of what is applied,
// although no manifest is made of them.
func passes(kind model.Kind) bool {
	return kind == model.MCPServer || kind.IsHeaderOwner()
}

// passing is a document as it was written. A document without a text of its own,
// such as an item of a List, is written anew.
func passing(d *model.Document) (emit.Artifact, error) {
	base := path.Base(d.Source.Name)
	a := emit.Artifact{File: base, Source: d.Source.Name, YAML: true, Data: d.Text()}
	if a.Data != nil && len(a.Data) > 0 {
		return a, nil
	}
	a.File = strings.TrimSuffix(base, path.Ext(base)) + ".yaml"
	data, err := emit.YAML(d.Root.AsKubernetes(), "")
	a.Data = data
	return a, err
}

func manifest(u ir.Unit) (emit.Artifact, error) {
	object, err := crd.Manifest(u)
	if err != nil {
		return emit.Artifact{}, fmt.Errorf("emit %q: %w", u.Metadata.Name, err)
	}
	data, err := emit.YAML(object, "")
	if err != nil {
		return emit.Artifact{}, err
	}
	return emit.Artifact{Name: unitName(u.Metadata), File: fileName(u.Metadata, "yaml"), Schema: "mcpwebhookconfig", YAML: true, Data: data}, nil
}
