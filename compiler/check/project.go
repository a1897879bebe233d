package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Project checks a project file and returns its typed view, nil where there was
// an error. settings are what it says of the rules.
func Project(tree *syntax.Tree) (d *model.Document, settings rule.Settings, found diag.List) {
	if len(tree.Documents) == 0 || tree.Documents[0].Root == nil || tree.Documents[0].Root.Kind == syntax.Null {
		return &model.Document{Kind: model.Project, Project: new(model.ProjectFile)}, nil, nil
	}
	d = &model.Document{Document: tree.Documents[0], Kind: model.Project, Project: new(model.ProjectFile)}
	found, _ = checkDocument(d, Table{}) // the table has no defects to report
	for i := range found {
		if found[i].Rule == diag.MissingField && strings.HasPrefix(found[i].Path, "ignore[") {
			found[i].Rule, found[i].Fix = diag.BadIgnore, nil
		}
	}
	if len(tree.Documents) > 1 {
		found = append(found, extraDocument(tree.Documents[1], "a project file holds one document"))
	}
	p := projectFile{document: d}
	settings = p.settings()
	p.ignores()
	if found = append(found, p.found...); found.Has(diag.Error) {
		return nil, nil, found
	}
	return d, settings, found
}

// projectFile checks what a project file says of rules.
type projectFile struct {
	document *model.Document
	found    diag.List
}

func (p *projectFile) settings() rule.Settings {
	settings := rule.Settings{}
	first := map[string]string{}
	for _, s := range p.document.Project.Rules {
		r, ok := rule.Lookup(s.Rule)
		if !ok {
			p.atKey(diag.BadIgnore, s.Path, suppress.Unknown(s.Rule))
			continue
		}
		if earlier, twice := first[r.ID]; twice {
			p.atKey(diag.DuplicateKey, s.Path, fmt.Sprintf("found %s twice, by its name and by its identifier", r.ID))
			p.found[len(p.found)-1].Related = []diag.Related{{Span: p.document.KeySpan(earlier), Message: "first here"}}
			continue
		}
		first[r.ID] = s.Path
		settings[r.ID] = p.setting(r, s)
	}
	return settings
}

func (p *projectFile) setting(r rule.Rule, s model.RuleSetting) rule.Setting {
	set := rule.Setting{Off: s.Severity.V == "off", Max: s.Max.V}
	set.Severity, _ = diag.ParseSeverity(s.Severity.V)
	lowered := set.Off || set.Severity != 0 && set.Severity < diag.Error
	at := cmp.Or(s.Severity.Path, s.Path)
	switch {
	case lowered && rule.IsFixed(r.Rule):
		p.at(at, fmt.Sprintf("found %q for %s, which can be neither suppressed nor lowered", s.Severity.V, r.ID))
	case lowered && r.Severity == diag.Error && strings.TrimSpace(s.Reason.V) == "":
		p.at(at, fmt.Sprintf("found %q for an error without a reason, write {severity: %s, reason: …}", s.Severity.V, s.Severity.V))
	case s.Max.Set && !r.HasMax:
		p.atKey(diag.UnknownField, s.Max.Path, fmt.Sprintf("found %q, which %s does not have", "max", r.Name))
	case s.Max.Set && s.Max.V <= 0:
		p.add(p.document.Diagnostic(diag.BadValue, s.Max.Path, fmt.Sprintf("found the bound %s, allowed is a duration above 0 such as 45s", s.Max.V)))
	}
	return set
}

func (p *projectFile) ignores() {
	for _, i := range p.document.Project.Ignores {
		if i.Rule.Set {
			if why := suppress.Refused(i.Rule.V); why != "" {
				p.at(i.Rule.Path, why)
			}
		}
		if i.Reason.Set && strings.TrimSpace(i.Reason.V) == "" {
			p.at(i.Reason.Path, "found an empty reason, say why the finding does not matter")
		}
	}
}

func (p *projectFile) add(d diag.Diagnostic) { p.found = append(p.found, d) }

func (p *projectFile) at(path, message string) {
	p.add(p.document.Diagnostic(diag.BadIgnore, path, message))
}

func (p *projectFile) atKey(r diag.Rule, path, message string) {
	key, _, _ := p.document.Lookup(path)
	p.add(p.document.KeyDiagnostic(r, key, path, message))
}

// Ignores returns the ignores of a project file. match says whether a glob fits
// the name of a file.
func Ignores(d *model.Document, match func(glob, file string) bool) []suppress.Ignore {
	var out []suppress.Ignore
	for _, entry := range d.Project.Ignores {
		r, _ := rule.Lookup(entry.Rule.V)
		finding := d.Diagnostic(diag.UnusedIgnore, entry.Rule.Path, "")
		d.Source.Show(&finding)
		out = append(out, suppress.Ignore{
			By: diag.InProject, Reason: entry.Reason.V, Rules: []string{r.ID},
			Files:  func(name string) bool { return !entry.Files.Set || match(entry.Files.V, name) },
			ByFile: entry.Files.Set, Kind: entry.Kind.V, Name: entry.Name.V,
			Finding: finding,
		})
	}
	return out
}

// decodeProject fills the typed view of a project file.
func decodeProject(d *model.Document, root *Value) {
	p := d.Project
	p.Form = text(root.Field("form")).V
	p.FailOn, _ = diag.ParseSeverity(text(root.Field("fail-on")).V)
	p.Exclude, p.Policies = textList(root.Field("exclude")), textList(root.Field("policies"))
	if rules := root.Field("rules"); rules != nil {
		for _, f := range rules.Fields {
			p.Rules = append(p.Rules, ruleSetting(f))
		}
	}
	secrets := root.Field("secrets")
	p.Stores = textList(secrets.Field("stores"))
	for _, item := range items(root.Field("ignore")) {
		p.Ignores = append(p.Ignores, model.Ignore{
			Path: item.Path, Files: text(item.Field("path")), Kind: text(item.Field("kind")), Name: text(item.Field("name")),
			Rule: text(item.Field("rule")), Reason: text(item.Field("reason")),
		})
	}
	for _, item := range items(secrets.Field("bind")) {
		p.Bindings = append(p.Bindings, model.Binding{
			Path:   item.Path,
			Secret: secretKey(item.Field("secret")),
			Name:   text(item.Field("name")).V,
			File:   text(item.Field("path")).V,
		})
	}
}

func ruleSetting(f ValueField) model.RuleSetting {
	s := model.RuleSetting{Path: f.Value.Path, Rule: f.Name}
	if f.Value.Node.Kind == syntax.String {
		s.Severity = text(f.Value)
		return s
	}
	s.Severity, s.Reason = text(f.Value.Field("severity")), text(f.Value.Field("reason"))
	if limit := f.Value.Field("max"); limit != nil {
		t := timeout(limit)
		s.Max = model.Value[time.Duration]{V: t.V.Duration, Path: t.Path, Set: true}
	}
	return s
}

func items(v *Value) []*Value {
	if v == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(v.Items), func(item *Value) bool { return item == nil })
}

func textList(v *Value) []model.Value[string] {
	var out []model.Value[string]
	for _, item := range items(v) {
		if item.Node.Kind == syntax.String {
			out = append(out, text(item))
		}
	}
	return out
}
