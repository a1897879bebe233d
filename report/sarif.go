package report

import (
	"cmp"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
)

// Numbers of sections in this file and in sarif_log.go are those of the standard,
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	projectURI  = "https://github.com/thvctl/thvctl"
	// sarifRoot stands for the repository, or what takes its place (§3.4.4). Where it
	// is, is not written down, so a report is the same on every machine.
	sarifRoot = "%SRCROOT%"
	// fingerprintKey names what a fingerprint is made of. Another recipe in
	// [diag.Fingerprints] needs another version.
	fingerprintKey = "thvctl/v1"
	// maxDescription is the longest description of a rule, in characters, that
	// GitHub shows.
	maxDescription = 1024
)

// semanticVersion is the expression of https://semver.org, with Go's "v".
var semanticVersion = regexp.MustCompile(`^v?((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)` +
	`(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?` +
	`(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?)$`)

func writeSARIF(w io.Writer, r Report, o Options) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriverOf(r)},
		Invocations: []sarifInvocation{sarifInvocationOf(r, o)},
		ColumnKind:  "unicodeCodePoints",
		Results:     []sarifResult{},
	}
	shown, suppressed := fingerprints(r)
	for i, d := range r.Diagnostics {
		run.Results = append(run.Results, sarifResultOf(d, r, o, shown[i]))
	}
	for i, s := range r.Suppressed {
		result := sarifResultOf(s.Diagnostic, r, o, suppressed[i])
		result.Suppressions = []sarifSuppression{sarifSuppressionOf(s)}
		run.Results = append(run.Results, result)
	}
	return encodeJSON(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

func sarifDriverOf(r Report) sarifDriver {
	driver := sarifDriver{Name: "thvctl", Version: r.Version, InformationURI: projectURI, Rules: []sarifRule{}}
	if m := semanticVersion.FindStringSubmatch(r.Version); m != nil {
		driver.SemanticVersion = m[1]
	}
	for _, rule := range r.Rules {
		driver.Rules = append(driver.Rules, sarifRuleOf(rule))
	}
	return driver
}

// sarifRuleOf leaves no text empty, which GitHub refuses. The prose of a rule goes
// on from its summary.
func sarifRuleOf(r Rule) sarifRule {
	summary := cmp.Or(r.Summary, r.Name)
	first, size := utf8.DecodeRuneInString(summary)
	sentence := string(unicode.ToUpper(first)) + summary[size:] + "."
	help := strings.TrimSpace(sentence + "\n\n" + r.Doc)
	out := sarifRule{
		ID: r.ID, Name: r.Name,
		ShortDescription: sarifText{Text: summary},
		FullDescription:  sarifText{Text: shortened(strings.TrimSpace(sentence + " " + firstParagraph(r.Doc)))},
		Help:             sarifText{Text: help, Markdown: help},
		HelpURI:          projectURI + "/blob/main/docs/rules/" + r.ID + ".md",
	}
	out.DefaultConfiguration.Level = sarifLevel(r.Severity)
	return out
}

func shortened(text string) string {
	if runes := []rune(text); len(runes) > maxDescription {
		return string(runes[:maxDescription-1]) + "…"
	}
	return text
}

// firstParagraph returns the first prose of a Markdown text, on one line.
func firstParagraph(markdown string) string {
	for paragraph := range strings.SplitSeq(markdown, "\n\n") {
		text := strings.Join(strings.Fields(paragraph), " ")
		if text == "" || strings.HasPrefix(text, "```") || strings.ContainsAny(text[:1], "#<|") {
			continue
		}
		return text
	}
	return ""
}

// sarifInvocationOf tells of the files that could not be read. A notification of
// level "error" "SHALL mean that the run failed" (§3.20.21), as our exit code
// says too; other findings are no failure of the run.
func sarifInvocationOf(r Report, o Options) sarifInvocation {
	out := sarifInvocation{ExecutionSuccessful: true}
	for _, d := range r.Diagnostics {
		if d.Rule.ID != diag.Unreadable.ID {
			continue
		}
		out.ExecutionSuccessful = false
		out.Notifications = append(out.Notifications, sarifNotification{
			Descriptor:     sarifReference{ID: d.Rule.ID},
			AssociatedRule: sarifReference{ID: d.Rule.ID, Index: ruleIndex(d.Rule, r)},
			Message:        sarifMessage(d.Message),
			Level:          "error",
			Locations:      sarifLocations(d, o),
		})
	}
	return out
}

func sarifResultOf(d diag.Diagnostic, r Report, o Options, fingerprint string) sarifResult {
	out := sarifResult{
		RuleID: d.Rule.ID, RuleIndex: ruleIndex(d.Rule, r), Level: sarifLevel(d.Severity),
		Message:             sarifMessage(d.Message),
		Locations:           sarifLocations(d, o),
		PartialFingerprints: map[string]string{fingerprintKey: fingerprint},
		Suppressions:        []sarifSuppression{}, // known to be none, for all or for no result (§3.27.23)
		Fixes:               sarifFixes(d, o),
	}
	for i, related := range d.Related {
		place := sarifLocation{ID: i + 1, PhysicalLocation: sarifPhysicalOf(related.Span, o)} // the ID keeps equal places apart
		if related.Message != "" {
			message := sarifMessage(related.Message)
			place.Message = &message
		}
		out.RelatedLocations = append(out.RelatedLocations, place)
	}
	return out
}

// ruleIndex is nil for a rule that is not in the catalogue.
func ruleIndex(rule diag.Rule, r Report) *int {
	i := slices.IndexFunc(r.Rules, func(in Rule) bool { return in.ID == rule.ID })
	if i < 0 {
		return nil
	}
	return &i
}

func sarifLevel(s diag.Severity) string {
	switch s {
	case diag.Error:
		return "error"
	case diag.Warning:
		return "warning"
	}
	return "note"
}

var (
	sarifBraces   = strings.NewReplacer("{", "{{", "}", "}}")
	sarifBrackets = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)
)

// sarifMessage escapes what has a meaning in a message: braces, which would be
// placeholders (§3.11.5), and the brackets of what would be a link (§3.11.6), so
// that no link comes out of the text of a file.
func sarifMessage(text string) sarifText {
	if strings.Contains(text, "](") {
		text = sarifBrackets.Replace(text)
	}
	return sarifText{Text: sarifBraces.Replace(text)}
}

// sarifLocations returns the place of a finding, with its line around it.
func sarifLocations(d diag.Diagnostic, o Options) []sarifLocation {
	place := sarifLocation{PhysicalLocation: sarifPhysicalOf(d.Span, o)}
	if d.Path != "" {
		place.LogicalLocations = []sarifLogical{{FullyQualifiedName: d.Path}}
	}
	if place.PhysicalLocation == nil {
		return []sarifLocation{}
	}
	addSnippet(place.PhysicalLocation, d)
	return []sarifLocation{place}
}

// addSnippet shows the line of a finding. Context has to be more than the region
// (§3.29.5), so a finding that is all of its line shows the line as its region.
func addSnippet(p *sarifPhysical, d diag.Diagnostic) {
	if p.Region == nil || d.Source == "" || len(d.Source) > maxSource || d.Span.End.Line != d.Span.Start.Line {
		return
	}
	snippet := &sarifContent{Text: d.Source}
	end := utf8.RuneCountInString(d.Source) + 1
	switch {
	case p.Region.EndColumn > end:
	case p.Region.StartColumn == 1 && p.Region.EndColumn == end:
		p.Region.Snippet = snippet
	default:
		p.ContextRegion = &sarifRegion{StartLine: d.Span.Start.Line, Snippet: snippet}
	}
}

// sarifPhysicalOf is nil for a span that is in no file.
func sarifPhysicalOf(s diag.Span, o Options) *sarifPhysical {
	if s.File == "" {
		return nil
	}
	return &sarifPhysical{ArtifactLocation: sarifArtifactOf(s.File, o), Region: sarifRegionOf(s)}
}

func sarifArtifactOf(file string, o Options) sarifArtifact {
	name := fileName(file, o)
	if absolute(name) {
		return sarifArtifact{URI: fileURI(name)}
	}
	return sarifArtifact{URI: fileURI(name), URIBaseID: sarifRoot}
}

// sarifRegionOf is nil for the file as a whole.
func sarifRegionOf(s diag.Span) *sarifRegion {
	if s.Start.Line == 0 {
		return nil
	}
	return &sarifRegion{StartLine: s.Start.Line, StartColumn: s.Start.Column, EndLine: s.End.Line, EndColumn: s.End.Column}
}

func sarifSuppressionOf(s diag.Suppressed) sarifSuppression {
	out := sarifSuppression{Kind: "external", Status: "accepted", Justification: s.Reason}
	if s.By == diag.InSource {
		out.Kind = "inSource"
	}
	return out
}

// sarifFixes is empty where the edits have no places in the text.
func sarifFixes(d diag.Diagnostic, o Options) []sarifFix {
	if d.Fix == nil || len(d.Fix.Edits) == 0 {
		return nil
	}
	change := sarifChange{ArtifactLocation: sarifArtifactOf(d.Fix.Edits[0].Span.File, o)}
	for _, e := range d.Fix.Edits {
		region := sarifRegionOf(e.Span)
		if region == nil {
			return nil
		}
		replacement := sarifReplacement{DeletedRegion: *region}
		if e.Text != "" {
			replacement.InsertedContent = &sarifContent{Text: e.Text}
		}
		change.Replacements = append(change.Replacements, replacement)
	}
	return []sarifFix{{Description: sarifMessage(d.Fix.Title), ArtifactChanges: []sarifChange{change}}}
}
