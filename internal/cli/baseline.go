package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/suppress"
)

// baselineVersion changes when a baseline of old would be misread.
const baselineVersion = 1

// baseline is a file that lists known findings. Rule, file and message are for
// people; the fingerprint is what counts.
type baseline struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

type baselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	File        string `json:"file"`
	Message     string `json:"message"`
}

// readBaseline reads the file of --baseline. One that is to be written need not
// be there.
func (r *run) readBaseline() error {
	switch {
	case r.flags.writeBaseline && r.flags.baseline == "":
		return errors.New("--write-baseline goes with --baseline FILE")
	case r.flags.baseline == "":
		return nil
	case r.flags.writeBaseline:
		return overwritable(r.flags.baseline)
	}
	data, err := readBaselineFile(r.flags.baseline)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, f := range data.Findings {
		known[f.Fingerprint] = true
	}
	r.options.Suppress.UseBaseline(known, r.baselineName)
	return nil
}

// overwritable refuses to write a baseline over anything else.
func overwritable(path string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	_, err := readBaselineFile(path)
	return err
}

func readBaselineFile(path string) (baseline, error) {
	data, err := readFileUpTo(path, 64<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return baseline{}, fmt.Errorf("--baseline: there is no %s, --write-baseline makes it", path)
	}
	if err != nil {
		return baseline{}, fmt.Errorf("--baseline: %w", err)
	}
	var b baseline
	if err := json.Unmarshal(data, &b); err != nil {
		return baseline{}, fmt.Errorf("--baseline: %s is no baseline: %w", path, err)
	}
	if b.Version != baselineVersion {
		return baseline{}, fmt.Errorf("--baseline: %s has version %d, this thvctl reads %d", path, b.Version, baselineVersion)
	}
	return b, nil
}

// baselineName is the name of a file relative to the baseline, so that it does
// not matter where thvctl is started.
func (r *run) baselineName(file string) string {
	relative, err := relativeTo(filepath.Dir(r.flags.baseline), filepath.FromSlash(file))
	if err != nil {
		return file
	}
	return filepath.ToSlash(relative)
}

// writeBaseline writes the findings that can be suppressed into the baseline, and
// takes them out of what is shown and judged.
func (r *run) writeBaseline(shown, found *diag.List) error {
	known := baseline{Version: baselineVersion, Findings: []baselineEntry{}}
	var left diag.List
	for i, fingerprint := range suppress.Fingerprints(*shown, r.baselineName) {
		d := (*shown)[i]
		if rule.IsFixed(d.Rule) {
			left = append(left, d)
			continue
		}
		known.Findings = append(known.Findings, baselineEntry{fingerprint, d.Rule.ID, r.baselineName(d.Span.File), d.Message})
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(known); err != nil {
		return defectError{err}
	}
	if err := writeFiles([]file{{r.flags.baseline, text.Bytes()}}); err != nil {
		return err
	}
	fmt.Fprintf(r.env.Stderr, "thvctl: wrote %s into %s\n", count(len(known.Findings), "finding", "findings"), printable(r.flags.baseline))
	if len(left) > 0 {
		fmt.Fprintf(r.env.Stderr, "thvctl: %s cannot be in a baseline, and must be mended\n", count(len(left), "finding", "findings"))
	}
	*shown, *found = left, left
	return nil
}
