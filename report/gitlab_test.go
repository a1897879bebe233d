package report

import (
	"encoding/json"
	"path"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/thvctl/thvctl/compiler/diag"
)

func TestGitLab(t *testing.T) {
	r := Report{Diagnostics: diag.List{named("./config/../a b.yaml"), named("/repo/a.yaml"), unreadable, slow, hint}}
	got := gitlabOf(t, r, Options{Folder: "/repo"})
	found := "found \"Fail\", allowed are \"fail\" and \"ignore\""
	at := func(path string, line int) gitlabLocation { return gitlabLocation{path, gitlabLines{line}} }
	want := []gitlabIssue{
		{"THV2008 bad-value: " + found, "THV2008", "", "major", at("a b.yaml", 5)},
		{"THV2008 bad-value: " + found, "THV2008", "", "major", at("a.yaml", 5)},
		{"THV1001 unreadable: permission denied", "THV1001", "", "major", at("locked.yaml", 1)},
		{"THV5001 latency-budget: " + slow.Message, "THV5001", "", "minor", at("slow.yaml", 12)},
		{"THV5009 long-document: " + hint.Message, "THV5009", "", "info", at("slow.yaml", 20)},
	}
	for i, fingerprint := range diag.Fingerprints(r.Diagnostics) {
		want[i].Fingerprint = fingerprint
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// GitLab shows findings of one fingerprint as one.
func TestGitLabIssues(t *testing.T) {
	for name, r := range cases {
		seen := map[string]bool{}
		for i, issue := range gitlabOf(t, r, Options{}) {
			if seen[issue.Fingerprint] || issue.Fingerprint == "" {
				t.Errorf("%s: issue %d has the fingerprint %q of another", name, i, issue.Fingerprint)
			}
			seen[issue.Fingerprint] = true
			if issue.Description == "" || issue.Location.Lines.Begin < 1 || issue.Location.Path != "" && issue.Location.Path != path.Clean(issue.Location.Path) {
				t.Errorf("%s: found the issue %+v", name, issue)
			}
		}
	}
}

// The fingerprints of shown and of suppressed findings are those of one list.
func TestFingerprints(t *testing.T) {
	for name, r := range cases {
		shown, suppressed := fingerprints(r)
		if len(shown) != len(r.Diagnostics) || len(suppressed) != len(r.Suppressed) {
			t.Errorf("%s: found %d and %d fingerprints", name, len(shown), len(suppressed))
		}
		all := slices.Concat(shown, suppressed)
		slices.Sort(all)
		if len(slices.Compact(all)) != len(shown)+len(suppressed) {
			t.Errorf("%s: two findings have one fingerprint", name)
		}
	}
}

func gitlabOf(t *testing.T, r Report, o Options) (issues []gitlabIssue) {
	t.Helper()
	if err := json.Unmarshal(written(t, "gitlab", r, o), &issues); err != nil {
		t.Fatal(err)
	}
	if issues == nil {
		t.Error("the list is null")
	}
	return issues
}
