package compiler

import (
	"maps"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/internal/pattern"
)

// read turns files into trees, several at once. The order is that of the files.
func read(files []syntax.File, o Options) ([]*syntax.Tree, diag.List, error) {
	o.Syntax.Foreign, o.Syntax.Claim = check.Foreign, check.Claim
	trees := make([]*syntax.Tree, len(files))
	problems := make([]diag.List, len(files))
	Each(len(files), o.Workers, func(i int) {
		trees[i], problems[i] = syntax.Parse(files[i], o.Syntax)
	})
	if err := evaluate(files, trees, problems, o); err != nil {
		return nil, nil, err
	}
	var found diag.List
	var read []*syntax.Tree
	for i := range files {
		found = append(found, problems[i]...)
		if files[i].Format != syntax.CUE || trees[i].Documents != nil || problems[i] != nil {
			read = append(read, trees[i])
		}
	}
	return read, found, nil
}

// evaluate evaluates the CUE files, those of one group together. The tree of an
// instance stands in the place of its first file.
func evaluate(files []syntax.File, trees []*syntax.Tree, problems []diag.List, o Options) error {
	done := map[string]bool{}
	e := evaluation{files: files, trees: trees, problems: problems, options: o, undeclared: map[string]int{}}
	for i, f := range files {
		if !e.evaluable(i) || f.Group != "" && done[f.Group] {
			continue
		}
		done[f.Group] = true
		group := []int{i}
		for j := i + 1; j < len(files) && f.Group != ""; j++ {
			if e.evaluable(j) && files[j].Group == f.Group {
				group = append(group, j)
			}
		}
		if err := e.group(group); err != nil {
			return err
		}
	}
	return e.checkTags()
}

// evaluation is the evaluation of all CUE files of a run.
type evaluation struct {
	files    []syntax.File
	trees    []*syntax.Tree
	problems []diag.List
	options  Options
	// rounds counts the evaluations, and undeclared in how many of them no file
	// declared a tag.
	rounds     int
	undeclared map[string]int
}

// evaluable reports whether a file is CUE and its encoding sound.
func (e *evaluation) evaluable(i int) bool {
	return e.files[i].Format == syntax.CUE && e.problems[i] == nil
}

// checkTags refuses a tag that no source at all declares.
func (e *evaluation) checkTags() error {
	for _, tag := range slices.Sorted(maps.Keys(e.undeclared)) {
		if e.undeclared[tag] == e.rounds {
			name, _, _ := strings.Cut(tag, "=")
			return UsageErrorf("no CUE file declares the tag %q", name)
		}
	}
	return nil
}

func (e *evaluation) group(group []int) error {
	if e.options.Evaluate == nil {
		return UsageErrorf("%s: CUE sources cannot be read here", e.files[group[0]].Name)
	}
	instances, err := e.options.Evaluate(evaluateRequest(e.files, group, e.options))
	if err != nil {
		return err
	}
	if parts := byPackage(e.files, group); len(parts) > 1 && gaveUp(instances) {
		// One source has used up what all have together: each gets its own try.
		for _, part := range parts {
			if err := e.group(part); err != nil {
				return err
			}
		}
		return nil
	}
	e.place(instances, group)
	return nil
}

func evaluateRequest(files []syntax.File, group []int, o Options) syntax.EvaluateRequest {
	request := syntax.EvaluateRequest{Support: slices.Clone(o.Support), Tags: o.Tags}
	for i, f := range files {
		text := syntax.EvaluateFile{Name: f.Name, Data: f.Data}
		switch {
		case slices.Contains(group, i):
			request.Files = append(request.Files, text)
		case f.Format == syntax.CUE: // a package of the same module may import it
			request.Support = append(request.Support, text)
		}
	}
	return request
}

// gaveUp reports whether the evaluator came to an end before its sources did.
func gaveUp(instances []syntax.Evaluated) bool {
	for _, instance := range instances {
		for _, p := range instance.Problems {
			if instance.Value == nil && !p.Unread && p.Place.File == "" {
				return true
			}
		}
	}
	return false
}

var packageClause = pattern.Lazy(`(?m)^package[ \t]+([\pL_$#][\pL\pN_$]*)`)

// byPackage divides a group into its packages. A file without a package clause
// stands alone.
func byPackage(files []syntax.File, group []int) [][]int {
	var parts [][]int
	at := map[string]int{}
	for _, i := range group {
		m := packageClause().FindSubmatch(files[i].Data)
		if m == nil {
			parts = append(parts, []int{i})
			continue
		}
		part, known := at[string(m[1])]
		if !known {
			part = len(parts)
			at[string(m[1])] = part
			parts = append(parts, nil)
		}
		parts[part] = append(parts[part], i)
	}
	return parts
}

// place puts the tree of each instance into the place of its first file.
func (e *evaluation) place(instances []syntax.Evaluated, group []int) {
	e.rounds++
	members := map[string]int{}
	var given []syntax.File
	for _, i := range group {
		members[e.files[i].Name] = i
		given = append(given, e.files[i])
	}
	for _, instance := range instances {
		instance.Problems = slices.DeleteFunc(instance.Problems, func(p syntax.EvaluateProblem) bool {
			if p.Tag != "" {
				e.undeclared[p.Tag]++
			}
			return p.Tag != ""
		})
		tree, found := syntax.FromCUE(instance, given)
		i, ok := members[tree.File.Name]
		if !ok {
			i = group[0]
		}
		if len(found) > 0 && !e.claimed(instance.Files) {
			found = tree.LeaveOut() // somebody else's CUE
		}
		e.trees[i] = tree
		e.problems[i] = append(e.problems[i], found...)
	}
}

// claimed reports whether an instance is ours to complain about: a file of it
// was given by name, or speaks of webhooks.
func (e *evaluation) claimed(names []string) bool {
	return slices.ContainsFunc(e.files, func(f syntax.File) bool {
		return slices.Contains(names, f.Name) && (f.Named || check.Claim(f.Data))
	})
}
