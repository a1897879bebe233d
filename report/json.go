package report

import (
	"bytes"
	_ "embed" // for JSONSchema
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/thvctl/thvctl/compiler/diag"
)

// JSONSchema is the JSON Schema (2020-12) of the format "json". It leaves room
// for further fields: those may come without a new version.
//
//go:embed report.schema.json
var JSONSchema []byte

// jsonVersion changes when a field goes or changes its meaning.
const jsonVersion = 1

// maxSource is the longest source line, in bytes, that is copied into every
// finding about it: a minified file is one line of a megabyte.
const maxSource = 4096

type jsonReport struct {
	Version     int              `json:"version"`
	Tool        jsonTool         `json:"tool"`
	Summary     jsonSummary      `json:"summary"`
	Diagnostics []jsonFinding    `json:"diagnostics"`
	Suppressed  []jsonSuppressed `json:"suppressed,omitempty"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonSummary struct {
	Files      int `json:"files"`
	Documents  int `json:"documents"`
	Skipped    int `json:"skipped"`
	Errors     int `json:"errors"`
	Warnings   int `json:"warnings"`
	Infos      int `json:"infos"`
	Suppressed int `json:"suppressed,omitempty"`
}

type jsonFinding struct {
	Rule     string `json:"rule"`
	Name     string `json:"name"`
	Severity string `json:"severity"`
	File     string `json:"file"`
	Path     string `json:"path"`
	jsonRange
	Mark    *jsonRange    `json:"mark,omitempty"`
	Message string        `json:"message"`
	Source  string        `json:"source,omitempty"`
	Related []jsonRelated `json:"related"`
	Fix     *jsonFix      `json:"fix,omitempty"`
}

type jsonSuppressed struct {
	By         string      `json:"by"`
	Reason     string      `json:"reason,omitempty"`
	Diagnostic jsonFinding `json:"diagnostic"`
}

// jsonRange is empty for a file as a whole.
type jsonRange struct {
	Start *jsonPosition `json:"start,omitempty"`
	End   *jsonPosition `json:"end,omitempty"`
}

type jsonPosition struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Offset int `json:"offset"`
}

type jsonRelated struct {
	File string `json:"file"`
	jsonRange
	Message string `json:"message"`
}

type jsonFix struct {
	Title string     `json:"title"`
	File  string     `json:"file"`
	Edits []jsonEdit `json:"edits"`
}

type jsonEdit struct {
	jsonRange
	Text string `json:"text"`
}

func writeJSON(w io.Writer, r Report, _ Options) error {
	out := jsonReport{
		Version: jsonVersion,
		Tool:    jsonTool{Name: "thvctl", Version: r.Version},
		Summary: jsonSummary{
			Files: r.Summary.Files, Documents: r.Summary.Documents, Skipped: r.Summary.Skipped,
			Errors:     r.Diagnostics.Count(diag.Error),
			Warnings:   r.Diagnostics.Count(diag.Warning),
			Infos:      r.Diagnostics.Count(diag.Info),
			Suppressed: len(r.Suppressed),
		},
		Diagnostics: []jsonFinding{},
	}
	for _, d := range r.Diagnostics {
		out.Diagnostics = append(out.Diagnostics, findingJSON(d))
	}
	for _, s := range r.Suppressed {
		out.Suppressed = append(out.Suppressed, jsonSuppressed{suppressedBy(s.By), s.Reason, findingJSON(s.Diagnostic)})
	}
	return encodeJSON(w, out)
}

// encodeJSON writes a value as JSON that a terminal shows as it is.
func encodeJSON(w io.Writer, value any) error {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(escapeHidden(buf.Bytes()))
	return err
}

func findingJSON(d diag.Diagnostic) jsonFinding {
	out := jsonFinding{
		Rule: d.Rule.ID, Name: d.Rule.Name, Severity: d.Severity.String(),
		File: d.Span.File, Path: d.Path, jsonRange: rangeJSON(d.Span),
		Message: d.Message, Related: []jsonRelated{},
	}
	if d.Mark.Start.Line > 0 {
		mark := rangeJSON(d.Mark)
		out.Mark = &mark
	}
	if len(d.Source) <= maxSource {
		out.Source = d.Source
	}
	for _, r := range d.Related {
		out.Related = append(out.Related, jsonRelated{r.Span.File, rangeJSON(r.Span), r.Message})
	}
	if d.Fix != nil {
		out.Fix = fixJSON(d)
	}
	return out
}

func suppressedBy(by diag.Suppressor) string {
	switch by {
	case diag.InSource:
		return "comment"
	case diag.InProject:
		return "project"
	}
	return "baseline"
}

func fixJSON(d diag.Diagnostic) *jsonFix {
	out := &jsonFix{Title: d.Fix.Title, File: d.Span.File, Edits: []jsonEdit{}}
	for _, e := range d.Fix.Edits {
		out.File = e.Span.File // the same for all edits
		out.Edits = append(out.Edits, jsonEdit{rangeJSON(e.Span), e.Text})
	}
	return out
}

func rangeJSON(s diag.Span) jsonRange {
	if s.Start.Line == 0 {
		return jsonRange{}
	}
	start, end := jsonPosition(s.Start), jsonPosition(s.End)
	return jsonRange{&start, &end}
}

// escapeHidden writes the characters that a terminal would obey as \u escapes,
// which changes no value: beyond ASCII, a JSON text has characters only in its
// strings.
func escapeHidden(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r < 0x7F || !hidden(r, size):
			out = append(out, text[:size]...)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[size:]
	}
	return out
}
