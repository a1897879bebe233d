package diag

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
)

// listIndex matches the index of a list in a path.
var listIndex = regexp.MustCompile(`\[[0-9]+\]`)

// longestSource is the longest source line, in bytes, of which the marked text
// is part of a fingerprint: a minified file is one line.
const longestSource = 4096

// Fingerprints returns a text for each diagnostic of a sorted list by which it is
// known again after other parts of its file have changed: 32 lower-case
// hexadecimal digits of a SHA-256 over the rule, the file, the path without list
// indices, the subject, the message, and the text that it marks, as it is shown, so no secret
// is part of it. Findings that are alike in all of these are counted, so the
// fingerprints of a list differ.
func Fingerprints(l List) []string {
	seen := map[string]int{}
	out := make([]string, len(l))
	for i, d := range l {
		identity := strings.Join([]string{d.Rule.ID, d.Span.File, listIndex.ReplaceAllString(d.Path, "[]"), d.Subject, d.Message, markedText(d)}, "\x00")
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", identity, seen[identity]))
		seen[identity]++
		out[i] = hex.EncodeToString(sum[:16])
	}
	return out
}

// markedText is the part of the source line that a diagnostic marks.
func markedText(d Diagnostic) string {
	if len(d.Source) > longestSource || d.Span.Start.Line == 0 {
		return ""
	}
	line := []rune(d.Source)
	start, end := min(max(d.Span.Start.Column-1, 0), len(line)), len(line)
	if d.Span.End.Line == d.Span.Start.Line {
		end = min(max(d.Span.End.Column-1, start), len(line))
	}
	return string(line[start:end])
}
