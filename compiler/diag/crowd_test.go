package diag_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/diag"
)

// findings returns so many in a file, all of one rule.
func findings(file string, severity diag.Severity, count int) (found diag.List) {
	for line := range count {
		found = append(found, diag.Diagnostic{
			Rule: diag.BadName, Severity: severity, Message: severity.String(),
			Span: diag.Span{File: file, Start: diag.Position{Line: line + 1, Column: 1}},
		})
	}
	return found
}

func TestCrowd(t *testing.T) {
	c := diag.Crowd{Most: diag.Most{InFile: 2, InAll: 6}}
	var kept diag.List
	for _, some := range []diag.List{
		findings("a", diag.Error, 2), findings("b", diag.Error, 1), findings("b", diag.Error, 4)[1:],
		findings("b", diag.Warning, 1), findings("c", diag.Error, 9), findings("d", diag.Error, 3),
	} {
		kept = append(kept, c.Keep(some)...)
	}
	kept = append(kept, c.Rest()...)
	if errors, warnings := kept.Count(diag.Error), kept.Count(diag.Warning); errors != 2+4+9+3 || warnings != 1 {
		t.Errorf("counts %d errors and %d warnings", errors, warnings)
	}
	kept = diag.Most{InFile: 2, InAll: 6}.Of(kept) // what was kept once is kept again
	kept.CountMore()
	var got []string
	for _, d := range kept {
		got = append(got, fmt.Sprintf("%s:%d %s", d.Span.File, d.Span.Start.Line, d.Message))
	}
	want := []string{
		"a:1 error", "a:2 error",
		"b:1 error", "b:1 warning", "b:2 error", "b:3 error; 1 more like it are not shown",
		"c:1 error", "c:2 error; 10 more like it are not shown",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNoCrowd(t *testing.T) {
	found := findings("a", diag.Error, 1000)
	if got := (diag.Most{}).Of(found); len(got) != 1000 || got.Count(diag.Error) != 1000 {
		t.Errorf("%d findings are left of 1000", len(got))
	}
}
