package runconfig

import (
	"fmt"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/compiler/ir"
)

// HeaderRunConfig renders a unit of header forwarding in form cli: the secrets are
// ToolHive secret names. A reference without one is a defect.
func HeaderRunConfig(u ir.Unit) (runconfig.RunConfig, error) {
	hash, err := u.Hash()
	if err != nil {
		return runconfig.RunConfig{}, err
	}
	forward := &runconfig.HeaderForward{AddPlaintextHeaders: u.HeaderForward.Plaintext, AddHeadersFromSecret: map[string]string{}}
	for header, reference := range u.HeaderForward.FromSecret {
		if reference.Name == "" {
			return runconfig.RunConfig{}, fmt.Errorf("the header %q has no secret name, form cli needs one", header)
		}
		forward.AddHeadersFromSecret[header] = reference.Name
	}
	return runconfig.RunConfig{SchemaVersion: runconfig.SchemaVersion, ConfigHash: hash, HeaderForward: forward}, nil
}
