package compiler

import (
	"errors"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/emit/runconfig"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// basedRunConfig puts the one unit into a whole RunConfig.
func basedRunConfig(s source, o Options) ([]emit.Artifact, diag.List, error) {
	if len(s.bundle.Units) != 1 {
		return nil, nil, UsageErrorf("--base takes exactly one unit, and there are %d", len(s.bundle.Units))
	}
	u := s.bound.Units()[0]
	tree, found, err := checkBase(*o.Base, u, o)
	syntax.Show(found, tree)
	if err != nil || found.Has(diag.Error) {
		return nil, found, err
	}
	insert, render := runconfig.Insert, runconfig.RunConfig
	if u.HeaderForward != nil {
		insert, render = runconfig.InsertHeaders, runconfig.HeaderRunConfig
	}
	config, err := render(u.Unit)
	if err != nil {
		return nil, found, err
	}
	data, err := insert(tree.Source.Data, config)
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

// checkBase checks what of a base is kept, and that it takes the unit. Findings about
// what the unit replaces are of no interest.
func checkBase(file syntax.File, u bind.Unit, o Options) (*syntax.Tree, diag.List, error) {
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
		if !replaced(tree.Documents[0], u, d) {
			found = append(found, d)
		}
	}
	if !found.Has(diag.Error) && u.HeaderForward != nil && strings.TrimSpace(tree.Documents[0].Root.Get("remote_url").Text()) == "" {
		found = append(found, tree.Documents[0].Diagnostic(rule.LostInForm, "remote_url",
			"found a base without a remote_url, ToolHive adds headers to the requests to a remote server alone; allowed is the RunConfig of one"))
	}
	return tree, found, nil
}

// replaced reports whether a finding in a base is about what a unit replaces: the
// webhook lists or the headers, and their own entries of the chain.
func replaced(base *syntax.Document, u bind.Unit, d diag.Diagnostic) bool {
	kinds := []string{"validating-webhook", "mutating-webhook"}
	field, _, _ := strings.Cut(d.Path, "[")
	own := field == "validating_webhooks" || field == "mutating_webhooks" || d.Rule.ID == shadowedLists
	if u.HeaderForward != nil {
		kinds = []string{"header-forward"}
		own = d.Path == "header_forward" || strings.HasPrefix(d.Path, "header_forward.")
	}
	entry, rest, _ := strings.Cut(d.Path, "]")
	if own || !strings.HasPrefix(entry, "middleware_configs[") || !strings.HasPrefix(rest, ".parameters") {
		return own
	}
	_, kind, _ := base.Lookup(entry + "].type")
	return slices.Contains(kinds, kind.Text())
}

// shadowedLists is the rule that chain and lists agree: a compile makes them.
const shadowedLists = "THV3011"
