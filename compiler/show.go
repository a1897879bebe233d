package compiler

import (
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Show returns the text of one YAML or JSON file with a bullet in place of each
// character of a secret. An error is a defect of ours.
func Show(f syntax.File, o Options) (string, error) {
	o.Workers, o.Check.NoFixes = 1, true
	trees, _, err := read([]syntax.File{f}, o)
	if err != nil || len(trees) == 0 {
		return "", err
	}
	if _, _, _, err := check.Check(trees, o.Check); err != nil { // it hides what it does not understand
		return "", err
	}
	s := trees[0].Source
	return s.Text(0, len(s.Data)), nil
}
