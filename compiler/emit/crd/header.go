package crd

import (
	"fmt"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

// HeaderRunConfig returns the RunConfig that ToolHive's operator renders from an
// MCPRemoteProxy, as far as it concerns header forwarding, with the unit's hash. The
// secrets have the names that the operator gives them in the proxy's pod.
//
// An error is a defect of an earlier stage: a reference without a Secret, which the
// bind stage rules out.
func HeaderRunConfig(u ir.Unit) (runconfig.RunConfig, error) {
	hash, err := u.Hash()
	if err != nil {
		return runconfig.RunConfig{}, err
	}
	forward := &runconfig.HeaderForward{AddPlaintextHeaders: u.HeaderForward.Plaintext, AddHeadersFromSecret: map[string]string{}}
	for header, reference := range u.HeaderForward.FromSecret {
		if reference.Secret == nil {
			return runconfig.RunConfig{}, fmt.Errorf("the header %q has no Secret, form crd needs one", header)
		}
		forward.AddHeadersFromSecret[header] = toolhive.NamesOfHeader(u.Metadata.Name, header).Identifier
	}
	return runconfig.RunConfig{SchemaVersion: runconfig.SchemaVersion, ConfigHash: hash, HeaderForward: forward}, nil
}
