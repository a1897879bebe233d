package compiler

import (
	"cmp"
	"maps"
	"slices"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/emit/environment"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
)

// pod is the group whose VirtualMCPServers share the environment of their entries.
type pod struct{ namespace, group string }

// byGroup parts the units that have a RunConfig from those of MCPServerEntries, which
// have a part in the environment of a pod.
func byGroup(b *bind.Bound) (run []ir.Unit, shared map[pod][]ir.Unit) {
	shared = map[pod][]ir.Unit{}
	for _, u := range b.Units() {
		at := pod{u.Metadata.Namespace, u.Metadata.Group}
		switch {
		case u.HeaderForward == nil || u.Source.Kind != model.MCPServerEntry:
			run = append(run, u.Unit)
		case at.group != "": // without a group nobody sends its headers, which was reported
			shared[at] = append(shared[at], u.Unit)
		}
	}
	return run, shared
}

// environments emits one list of variables for each pod, sorted by namespace and group,
// so that the order of the inputs has no influence.
func environments(shared map[pod][]ir.Unit) ([]emit.Artifact, error) {
	pods := slices.SortedFunc(maps.Keys(shared), func(a, b pod) int {
		return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.group, b.group))
	})
	var out []emit.Artifact
	for _, at := range pods {
		variables, err := environment.Variables(shared[at])
		if err != nil {
			return nil, err
		}
		named := ir.Metadata{Name: at.group, Namespace: at.namespace}
		data, err := emit.YAML(variables, "environment of the VirtualMCPServers of the group "+unitName(named))
		if err != nil {
			return nil, err
		}
		out = append(out, emit.Artifact{Name: unitName(named), File: fileName(named, "env.yaml"), Schema: "environment-variable", Items: true, YAML: true, Data: data})
	}
	return out, nil
}
