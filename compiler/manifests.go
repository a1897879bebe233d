package compiler

import (
	"fmt"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/lookup"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/secret"
)

// Manifests returns the Secrets that YAML and JSON files hold, whatever else they
// hold. An error is a file that cannot be read to its end: nobody knows which
// Secrets it has.
func Manifests(files []syntax.File, o Options) ([]secret.Manifest, error) {
	trees, found, err := read(files, o)
	if err != nil {
		return nil, err
	}
	for _, d := range found {
		if d.Severity == diag.Error {
			return nil, fmt.Errorf("%s:%d: %s", d.Span.File, d.Span.Start.Line, d.Message)
		}
	}
	var secrets []secret.Manifest
	for _, tree := range trees {
		docs, _ := check.Documents(tree)
		secrets = append(secrets, lookup.Manifests(docs)...)
	}
	return secrets, nil
}
