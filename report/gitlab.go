package report

import (
	"io"

	"github.com/thvctl/thvctl/compiler/diag"
)

// gitlabIssue is an entry of GitLab's Code Quality report, a subset of the Code
// Climate format. GitLab stops reading at an entry that lacks one of its fields.
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

func writeGitLab(w io.Writer, r Report, o Options) error {
	issues := []gitlabIssue{}
	shown, _ := fingerprints(r)
	for i, d := range r.Diagnostics {
		issues = append(issues, gitlabIssue{
			Description: d.Rule.ID + " " + d.Rule.Name + ": " + d.Message, // the widget shows no check_name
			CheckName:   d.Rule.ID,
			Fingerprint: shown[i],
			Severity:    gitlabSeverity(d.Severity),
			Location: gitlabLocation{
				Path:  fileName(d.Span.File, o),
				Lines: gitlabLines{Begin: max(1, d.Span.Start.Line)},
			},
		})
	}
	return encodeJSON(w, issues)
}

// gitlabSeverity leaves "critical" and "blocker" to those who know what a file is
// for.
func gitlabSeverity(s diag.Severity) string {
	switch s {
	case diag.Error:
		return "major"
	case diag.Warning:
		return "minor"
	}
	return "info"
}
