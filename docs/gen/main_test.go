package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/internal/cli"
)

// TestMain lets the test binary evaluate CUE for the examples.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == evaluateCommand {
		os.Exit(cli.Main(cli.System()))
	}
	os.Exit(m.Run())
}

// TestPages refuses pages that are not what the catalogue and the examples give
// now.
func TestPages(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	fresh := t.TempDir()
	if err := write(fresh, files); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pages(t, filepath.Join(root, "docs", "rules")), pages(t, fresh)); diff != "" {
		t.Errorf("docs/rules is stale, run go run ./docs/gen (-there +generated):\n%s", diff)
	}
}

// TestManual refuses manual pages that are not what the commands say now.
func TestManual(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := manPages()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pages(t, filepath.Join(root, "docs", "man")), files); diff != "" {
		t.Errorf("docs/man is stale, run go run ./docs/gen (-there +generated):\n%s", diff)
	}
}

// pages reads a folder of pages.
func pages(t *testing.T, folder string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(name)] = string(text)
	}
	return texts
}

func TestVisible(t *testing.T) {
	for _, c := range []struct {
		in, want string
		escaped  bool
	}{
		{"name: prüfung\n", "name: prüfung\n", false},
		{"# Pr\xfcfung\n", `# Pr\xfcfung` + "\n", true},
		{"\ufeff{}\n", `\xef\xbb\xbf{}` + "\n", true},
		{"a\x00\x1bb", `a\x00\x1bb`, true},
	} {
		if got, escaped := visible([]byte(c.in)); got != c.want || escaped != c.escaped {
			t.Errorf("visible(%q) = %q, %v, want %q, %v", c.in, got, escaped, c.want, c.escaped)
		}
	}
}
