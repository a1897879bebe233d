// Package environment emits the environment that the pod of a VirtualMCPServer needs
// for the headers of the MCPServerEntries of its group.
package environment

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/thvctl/thvctl/api/v1alpha1"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

// Variable is an environment variable of a container, as Kubernetes spells it. It has
// a value or a source.
type Variable struct {
	Name      string  `json:"name"`
	Value     string  `json:"value,omitempty"`
	ValueFrom *Source `json:"valueFrom,omitempty"`
}

// Source is where a variable takes its value from.
type Source struct {
	SecretKeyRef v1alpha1.SecretKeyRef `json:"secretKeyRef"`
}

// manifest is what the variable of one owner tells a VirtualMCPServer, as ToolHive
// v0.62 spells it.
type manifest struct {
	AddPlaintextHeaders  map[string]string `json:"addPlaintextHeaders,omitempty"`
	AddHeadersFromSecret map[string]string `json:"addHeadersFromSecret,omitempty"`
}

// Variables returns the variables of the header forwarding of MCPServerEntries that
// share a pod, sorted by name, as ToolHive v0.62 makes them: for each owner a manifest,
// and for each header from a secret the variable that holds the secret. Variables of
// one name, of which the pod would keep one, are sorted by their owners. The order of
// the units has no influence.
//
// An error is a defect of an earlier stage: a reference without a Secret, which the
// bind stage rules out.
func Variables(units []ir.Unit) ([]Variable, error) {
	units = slices.Clone(units)
	slices.SortStableFunc(units, func(a, b ir.Unit) int { return cmp.Compare(a.Metadata.Name, b.Metadata.Name) })
	var all []Variable
	for _, u := range units {
		variables, err := variablesOf(u.Metadata.Name, *u.HeaderForward)
		if err != nil {
			return nil, fmt.Errorf("the environment for %q: %w", u.Metadata.Name, err)
		}
		all = append(all, variables...)
	}
	slices.SortStableFunc(all, func(a, b Variable) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

func variablesOf(owner string, forward ir.HeaderForward) ([]Variable, error) {
	told := manifest{forward.Plaintext, map[string]string{}}
	var variables []Variable
	for _, header := range slices.Sorted(maps.Keys(forward.FromSecret)) {
		reference := forward.FromSecret[header]
		if reference.Secret == nil {
			return nil, fmt.Errorf("the header %q has no Secret, form crd needs one", header)
		}
		names := toolhive.NamesOfHeader(owner, header)
		told.AddHeadersFromSecret[header] = names.Identifier
		variables = append(variables, Variable{Name: names.Secret, ValueFrom: &Source{v1alpha1.SecretKeyRef(*reference.Secret)}})
	}
	value, err := json.Marshal(told)
	if err != nil {
		return nil, err
	}
	return append(variables, Variable{Name: toolhive.NamesOfHeader(owner, "").Manifest, Value: string(value)}), nil
}
