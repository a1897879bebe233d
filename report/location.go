package report

import (
	"cmp"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
)

// fileName returns a name for readers that know the repository and not our
// working directory: relative to o.Root for a file below it, absolute for any
// other, without "." and ".." segments. Where o.Folder is not known, a relative
// name stays relative, and may begin with "../".
func fileName(name string, o Options) string {
	if name == "" {
		return ""
	}
	name = path.Clean(name)
	if o.Folder == "" {
		return name
	}
	if !absolute(name) {
		name = path.Join(filepath.ToSlash(o.Folder), name)
	}
	root := path.Clean(filepath.ToSlash(cmp.Or(o.Root, o.Folder)))
	if below, ok := strings.CutPrefix(name, strings.TrimSuffix(root, "/")+"/"); ok && below != "" {
		return below
	}
	return name
}

// absolute reports whether a name with forward slashes is absolute, here or on
// Windows.
func absolute(name string) bool {
	return strings.HasPrefix(name, "/") || hasDrive(name)
}

func hasDrive(name string) bool {
	return len(name) > 2 && (name[0]|0x20 >= 'a' && name[0]|0x20 <= 'z') && name[1:3] == ":/"
}

// fileURI returns the URI reference of a name that [fileName] returned: a URI of
// the scheme "file", or a relative reference. Bytes that are not UTF-8 are kept,
// percent-encoded like all that has a meaning in a URI.
func fileURI(name string) string {
	if hasDrive(name) {
		name = "/" + name
	}
	if absolute(name) {
		return (&url.URL{Scheme: "file", Path: name}).String()
	}
	// A colon in the first segment would end a scheme.
	return strings.ReplaceAll((&url.URL{Path: name}).EscapedPath(), ":", "%3A")
}

// lastLine returns the line of the last character of a span.
func lastLine(s diag.Span) int {
	if s.End.Column <= 1 {
		return max(s.Start.Line, s.End.Line-1)
	}
	return max(s.Start.Line, s.End.Line)
}

// fingerprints returns [diag.Fingerprints] of the findings shown and of the
// suppressed ones, all different.
func fingerprints(r Report) (shown, suppressed []string) {
	all := r.Diagnostics[:len(r.Diagnostics):len(r.Diagnostics)]
	for _, s := range r.Suppressed {
		all = append(all, s.Diagnostic)
	}
	prints := diag.Fingerprints(all)
	return prints[:len(r.Diagnostics)], prints[len(r.Diagnostics):]
}
