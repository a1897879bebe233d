package compiler

import (
	"errors"
	"strings"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/emit/runconfig"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// basedRunConfig puts the one unit into a whole RunConfig.
func basedRunConfig(s source, o Options) ([]emit.Artifact, diag.List, error) {
	if len(s.bundle.Units) != 1 {
		return nil, nil, UsageErrorf("--base takes exactly one unit, and there are %d", len(s.bundle.Units))
	}
	tree, found, err := checkBase(*o.Base, o)
	syntax.Show(found, tree)
	if err != nil || found.Has(diag.Error) {
		return nil, found, err
	}
	u := s.bundle.Units[0]
	config, err := runconfig.RunConfig(u)
	if err != nil {
		return nil, found, err
	}
	data, err := runconfig.Insert(tree.Source.Data, config)
	if errors.Is(err, runconfig.ErrNoParser) {
		d := tree.Documents[0].KeyDiagnostic(diag.Schema, chainKey(tree), "middleware_configs", err.Error())
		tree.Source.Show(&d)
		return nil, append(found, d), nil
	}
	a := emit.Artifact{Name: unitName(u.Metadata), File: fileName(u.Metadata, "runconfig.json"), Schema: "runconfig", Data: data}
	return []emit.Artifact{a}, found, err
}

func chainKey(tree *syntax.Tree) *syntax.Node {
	key, _, _ := tree.Documents[0].Lookup("middleware_configs")
	return key
}

// checkBase checks what of a base is kept. Findings about its webhooks are of no
// interest: they are replaced.
func checkBase(file syntax.File, o Options) (*syntax.Tree, diag.List, error) {
	file.Format, file.Named = syntax.JSON, true
	tree, found := syntax.Parse(file, o.Syntax)
	if !found.Has(diag.Error) && (len(tree.Documents) != 1 || !check.Is(tree.Documents[0], model.RunConfig)) {
		found = append(found, tree.Source.Diagnostic(diag.UnknownDocument, 0, 0, "the base is no RunConfig: a JSON object with schema_version"))
		return tree, found, nil
	}
	o.Check.Judges = nil // they are about the units
	_, _, problems, err := check.Check([]*syntax.Tree{tree}, o.Check)
	if err != nil {
		return tree, nil, err
	}
	for _, d := range problems {
		if !replaced(tree.Documents[0], d) {
			found = append(found, d)
		}
	}
	return tree, found, nil
}

// replaced reports whether a finding in a base is about what a compile replaces:
// the webhook lists, and the webhooks' own entries of the chain.
func replaced(base *syntax.Document, d diag.Diagnostic) bool {
	list, _, _ := strings.Cut(d.Path, "[")
	if list == "validating_webhooks" || list == "mutating_webhooks" || d.Rule.ID == shadowedLists {
		return true
	}
	entry, rest, _ := strings.Cut(d.Path, "]")
	if !strings.HasPrefix(entry, "middleware_configs[") || !strings.HasPrefix(rest, ".parameters") {
		return false
	}
	_, kind, _ := base.Lookup(entry + "].type")
	return kind.Text() == "validating-webhook" || kind.Text() == "mutating-webhook"
}

// shadowedLists is the rule that chain and lists agree: a compile makes them.
const shadowedLists = "THV3011"
