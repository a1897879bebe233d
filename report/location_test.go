package report

import (
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/diag"
)

func TestFileName(t *testing.T) {
	for _, c := range []struct{ name, folder, want string }{
		{"a.yaml", "", "a.yaml"},
		{"a.yaml", "/repo", "a.yaml"},
		{"./a//b/../c.yaml", "", "a/c.yaml"},
		{"./a//b/../c.yaml", "/repo", "a/c.yaml"},
		{"../a.yaml", "", "../a.yaml"},
		{"../a.yaml", "/home/repo", "/home/a.yaml"},
		{"../repo/a.yaml", "/home/repo", "a.yaml"},
		{"/repo/config/a.yaml", "/repo", "config/a.yaml"},
		{"/repo/config/a.yaml", "/repo/", "config/a.yaml"},
		{"/repo/config/a.yaml", "/", "repo/config/a.yaml"},
		{"/repo/config/a.yaml", "", "/repo/config/a.yaml"},
		{"/repository/a.yaml", "/repo", "/repository/a.yaml"},
		{"/repo", "/repo", "/repo"},
		{"/tmp/../repo/a.yaml", "/repo", "a.yaml"},
		{"C:/repo/a.yaml", "C:/repo", "a.yaml"},
		{"C:/other/a.yaml", "C:/repo", "C:/other/a.yaml"},
		{"c:a.yaml", "/repo", "c:a.yaml"},
		{"<stdin>", "/repo", "<stdin>"},
		{"..yaml", "/repo", "..yaml"},
		{"", "/repo", ""},
	} {
		if got := fileName(c.name, Options{Folder: c.folder}); got != c.want {
			t.Errorf("%q below %q: found %q, want %q", c.name, c.folder, got, c.want)
		}
	}
}

// Readers of a repository know nothing of the folder in it that we ran in.
func TestFileNameInRepository(t *testing.T) {
	for name, want := range map[string]string{
		"a.yaml":              "deploy/dev/a.yaml",
		"../a.yaml":           "deploy/a.yaml",
		"../../../a.yaml":     "/a.yaml",
		"/repo/config/a.yaml": "config/a.yaml",
		"/repo2/a.yaml":       "/repo2/a.yaml",
		"":                    "",
	} {
		if got := fileName(name, Options{Folder: "/repo/deploy/dev", Root: "/repo/"}); got != want {
			t.Errorf("%q: found %q, want %q", name, got, want)
		}
	}
}

func TestFileURI(t *testing.T) {
	for name, want := range map[string]string{
		"config/a-b_c.~1.yaml":  "config/a-b_c.~1.yaml",
		"../a.yaml":             "../a.yaml",
		"a b.yaml":              "a%20b.yaml",
		"50%.yaml":              "50%25.yaml",
		"50%25.yaml":            "50%2525.yaml",
		"a#b?c=d&e.yaml":        "a%23b%3Fc=d&e.yaml",
		"a:b/c:d.yaml":          "a%3Ab/c%3Ad.yaml",
		"https://x.example/":    "https%3A//x.example/",
		"größe.yaml":            "gr%C3%B6%C3%9Fe.yaml",
		"bad\xff.yaml":          "bad%FF.yaml",
		"line\nbreak\x1b.yaml":  "line%0Abreak%1B.yaml",
		`back\slash"<>.yaml`:    "back%5Cslash%22%3C%3E.yaml",
		"[x]{y}^|.yaml":         "%5Bx%5D%7By%7D%5E%7C.yaml",
		"/abs/a b:c#.yaml":      "file:///abs/a%20b:c%23.yaml",
		"C:/Program Files/a.js": "file:///C:/Program%20Files/a.js",
	} {
		if got := fileURI(name); got != want {
			t.Errorf("%q: found %q, want %q", name, got, want)
		}
	}
}

// A URI is ASCII and leads back to the name.
func FuzzFileURI(f *testing.F) {
	for _, name := range oddNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		name = path.Clean(name)
		text := fileURI(name)
		u, err := url.Parse(text)
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("%q: found %q, which is not a URI", name, text)
		}
		want, scheme := name, ""
		if absolute(name) {
			want, scheme = "/"+strings.TrimPrefix(name, "/"), "file"
		}
		if u.Path != want || u.Scheme != scheme || u.Host != "" || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery {
			t.Errorf("%q: found %q, which leads to %q", name, text, u.Path)
		}
	})
}

func TestLastLine(t *testing.T) {
	for _, c := range []struct{ start, end, column, want int }{
		{3, 3, 9, 3},
		{3, 5, 2, 5},
		{3, 5, 1, 4}, // up to the line break of line 4
		{3, 4, 1, 3},
		{3, 3, 1, 3},
		{3, 0, 0, 3}, // an end that is not known
	} {
		s := diag.Span{Start: diag.Position{Line: c.start, Column: 1}, End: diag.Position{Line: c.end, Column: c.column}}
		if got := lastLine(s); got != c.want {
			t.Errorf("from line %d to %d:%d: found %d, want %d", c.start, c.end, c.column, got, c.want)
		}
	}
}
