package compiler

import (
	"regexp"
	"sync"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// read turns files into trees, several at once. The order is that of the files.
func read(files []syntax.File, o Options) ([]*syntax.Tree, diag.List, error) {
	o.Syntax.Foreign, o.Syntax.Claim = check.Foreign, check.Claim
	trees := make([]*syntax.Tree, len(files))
	problems := make([]diag.List, len(files))
	failures := make([]any, len(files))
	next := make(chan int)
	var workers sync.WaitGroup
	parse := func(i int) {
		defer func() { failures[i] = recover() }() // a panic must reach the caller's goroutine
		trees[i], problems[i] = syntax.Parse(files[i], o.Syntax)
	}
	for range max(1, o.Workers) {
		workers.Go(func() {
			for i := range next {
				parse(i)
			}
		})
	}
	for i, f := range files {
		if f.Format != syntax.CUE {
			next <- i
		}
	}
	close(next)
	workers.Wait()
	for _, failure := range failures {
		if failure != nil {
			panic(failure)
		}
	}
	if err := evaluate(files, trees, problems, o); err != nil {
		return nil, nil, err
	}
	var found diag.List
	var read []*syntax.Tree
	for i := range files {
		found = append(found, problems[i]...)
		if trees[i] != nil {
			read = append(read, trees[i])
		}
	}
	return read, found, nil
}

// evaluate evaluates the CUE files, those of one group together. The tree of an
// instance stands in the place of its first file.
func evaluate(files []syntax.File, trees []*syntax.Tree, problems []diag.List, o Options) error {
	done := map[string]bool{}
	for i, f := range files {
		if f.Format != syntax.CUE || f.Group != "" && done[f.Group] {
			continue
		}
		done[f.Group] = true
		group := []int{i}
		for j := i + 1; j < len(files) && f.Group != ""; j++ {
			if files[j].Format == syntax.CUE && files[j].Group == f.Group {
				group = append(group, j)
			}
		}
		if err := evaluateGroup(files, group, trees, problems, o); err != nil {
			return err
		}
	}
	return nil
}

func evaluateGroup(files []syntax.File, group []int, trees []*syntax.Tree, problems []diag.List, o Options) error {
	if o.Evaluate == nil {
		return UsageErrorf("%s: CUE sources cannot be read here", files[group[0]].Name)
	}
	instances, err := o.Evaluate(evaluateRequest(files, group, o))
	if err != nil {
		return err
	}
	if parts := byPackage(files, group); len(parts) > 1 && gaveUp(instances) {
		// One source has used up what all have together: each gets its own try.
		for _, part := range parts {
			if err := evaluateGroup(files, part, trees, problems, o); err != nil {
				return err
			}
		}
		return nil
	}
	return placeInstances(instances, files, group, trees, problems)
}

func evaluateRequest(files []syntax.File, group []int, o Options) syntax.EvaluateRequest {
	request := syntax.EvaluateRequest{Support: o.Support, Tags: o.Tags}
	for _, i := range group {
		request.Files = append(request.Files, syntax.EvaluateFile{Name: files[i].Name, Data: files[i].Data})
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

var packageClause = regexp.MustCompile(`(?m)^package[ \t]+([\pL_$#][\pL\pN_$]*)`)

// byPackage divides a group into its packages. A file without a package clause
// stands alone.
func byPackage(files []syntax.File, group []int) [][]int {
	var parts [][]int
	at := map[string]int{}
	for _, i := range group {
		m := packageClause.FindSubmatch(files[i].Data)
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

// placeInstances puts the tree of each instance into the place of its first
// file.
func placeInstances(instances []syntax.Evaluated, files []syntax.File, group []int, trees []*syntax.Tree, problems []diag.List) error {
	members := map[string]int{}
	var given []syntax.File
	for _, i := range group {
		members[files[i].Name] = i
		given = append(given, files[i])
	}
	for _, instance := range instances {
		for _, p := range instance.Problems {
			if p.Tag != "" {
				return UsageErrorf("%s", p.Message)
			}
		}
		tree, found := syntax.FromCUE(instance, given)
		i, ok := members[tree.File.Name]
		if !ok {
			i = group[0]
		}
		trees[i] = tree
		problems[i] = append(problems[i], found...)
	}
	return nil
}
