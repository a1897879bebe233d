package compiler

import (
	"fmt"
	"slices"

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
	for _, f := range files {
		if f.Format == syntax.CUE {
			return nil, UsageErrorf("%s: CUE sources cannot be read here", f.Name)
		}
	}
	o.Syntax.Foreign, o.Syntax.Claim = check.Foreign, check.Claim
	secrets, failed := make([][]secret.Manifest, len(files)), make([]error, len(files))
	Each(len(files), o.Workers, func(i int) { secrets[i], failed[i] = manifestsOf(files[i], o.Syntax) })
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return slices.Concat(secrets...), nil
}

// manifestsOf returns the Secrets of one file, of whose documents it holds a few at a time.
func manifestsOf(f syntax.File, o syntax.Options) (secrets []secret.Manifest, err error) {
	take := func(tree *syntax.Tree, found diag.List) error {
		for _, d := range found {
			if d.Severity == diag.Error {
				return fmt.Errorf("%s:%d: %s", d.Span.File, d.Span.Start.Line, d.Message)
			}
		}
		docs, _ := check.Documents(tree)
		secrets = append(secrets, lookup.Manifests(docs)...)
		tree.Release()
		return nil
	}
	inParts := false
	for tree, found := range syntax.Parts(f, o) {
		inParts = true
		if err := take(tree, found); err != nil {
			return nil, err
		}
	}
	if !inParts {
		err = take(syntax.Parse(f, o))
	}
	return secrets, err
}
