package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/report"
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
	known, err := readBaselineFile(r.flags.baseline)
	if err != nil {
		return err
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

// maxBaseline is the largest baseline that is read, in bytes.
const maxBaseline = 64 << 20

func readBaselineFile(path string) (suppress.Baseline, error) {
	file, err := openUpTo(path, maxBaseline)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--baseline: there is no %s, --write-baseline makes it", path)
	}
	if err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	defer file.Close()
	version, known, err := decodeBaseline(json.NewDecoder(io.LimitReader(file, maxBaseline)))
	if err != nil {
		return nil, fmt.Errorf("--baseline: %s is no baseline: %w", path, err)
	}
	if version != baselineVersion {
		return nil, fmt.Errorf("--baseline: %s has version %d, this thvctl reads %d", path, version, baselineVersion)
	}
	return known, nil
}

// decodeBaseline reads a baseline finding by finding: it may be much larger than its
// fingerprints.
func decodeBaseline(d *json.Decoder) (version int, known suppress.Baseline, err error) {
	if err := delimiter(d, '{'); err != nil {
		return 0, nil, err
	}
	known = suppress.Baseline{}
	for d.More() {
		key, err := d.Token()
		switch {
		case err != nil:
		case key == "version":
			err = d.Decode(&version)
		case key == "findings":
			err = decodeFindings(d, known)
		default:
			err = skipValue(d)
		}
		if err != nil {
			return 0, nil, err
		}
	}
	if err := delimiter(d, '}'); err != nil {
		return 0, nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return 0, nil, errors.New("there is more behind it")
	}
	return version, known, nil
}

func decodeFindings(d *json.Decoder, known suppress.Baseline) error {
	if err := delimiter(d, '['); err != nil {
		return err
	}
	for d.More() {
		var entry baselineEntry
		if err := d.Decode(&entry); err != nil {
			return err
		}
		known.Add(entry.Fingerprint)
	}
	return delimiter(d, ']')
}

func delimiter(d *json.Decoder, want json.Delim) error {
	got, err := d.Token()
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	if err == nil && got != want {
		return fmt.Errorf("found %v where %v belongs", got, want)
	}
	return err
}

// skipValue reads a value that nobody asks for.
func skipValue(d *json.Decoder) error {
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
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
	fmt.Fprintf(r.env.Stderr, "thvctl: wrote %s into %s\n", count(len(known.Findings), "finding", "findings"), report.Visible(r.flags.baseline))
	if len(left) > 0 {
		fmt.Fprintf(r.env.Stderr, "thvctl: %s cannot be in a baseline, and must be mended\n", count(len(left), "finding", "findings"))
	}
	*shown, *found = left, left
	return nil
}
