package golden

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// recorder is a test that keeps its errors to itself.
type recorder struct {
	testing.TB
	errors   []string
	cleanups []func()
	skipped  bool
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Failed() bool     { return len(r.errors) > 0 }
func (r *recorder) Skipped() bool    { return r.skipped }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func TestDir(t *testing.T) {
	type files = map[string]string
	for _, c := range []struct {
		name    string
		update  bool
		skipped bool
		before  files
		compare files
		after   files  // nil: as before
		want    string // part of the one error; "": none
	}{
		{name: "equal", before: files{"a": "1", "sub/b": "2"}, compare: files{"a": "1", "sub/b": "2"}},
		{name: "different", before: files{"a": "x\ny\nz\n"}, compare: files{"a": "x\nY\nz\n"}, want: "a differs (-want +got)"},
		{name: "missing", compare: files{"a": "1"}, want: "a is missing"},
		{name: "stale", before: files{"a": "1", "sub/b": "2"}, compare: files{"a": "1"}, want: "b is stale"},
		{name: "a failed test has no stale files", before: files{"a": "1", "b": "2"}, compare: files{"a": "0"}, want: "a differs"},
		{name: "a skipped test has no stale files", skipped: true, before: files{"b": "2"}},
		{name: "nothing at all"},
		{name: "outside", compare: files{"../a": "1"}, want: "no path below"},
		{name: "the folder itself", compare: files{".": "1"}, want: "no path below"},
		{name: "update writes", update: true, before: files{"a": "0"}, compare: files{"a": "1", "sub/b": "2"}, after: files{"a": "1", "sub/b": "2"}},
		{name: "update deletes", update: true, before: files{"a": "1", "sub/deep/b": "2"}, compare: files{"a": "1"}, after: files{"a": "1"}},
		{name: "update keeps the files of a skipped test", update: true, skipped: true, before: files{"b": "2"}},
		{name: "update keeps the files of a failed test", update: true, before: files{"b": "2"}, compare: files{"../a": "1"}, want: "no path below"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "case")
			fill(t, dir, c.before)
			setUpdate(t, c.update)
			r := &recorder{skipped: c.skipped}
			f := Dir(r, dir)
			for _, name := range slices.Sorted(maps.Keys(c.compare)) {
				f.Compare(name, []byte(c.compare[name]))
			}
			r.cleanups[0]()
			expectError(t, r, c.want)
			after := c.after
			if after == nil {
				after = c.before
			}
			if got := read(t, dir); !maps.Equal(got, after) {
				t.Errorf("files afterwards: %q, want %q", got, after)
			}
		})
	}
}

func TestCompareTwice(t *testing.T) {
	dir := t.TempDir()
	setUpdate(t, false)
	fill(t, dir, map[string]string{"a": "1"})
	r := &recorder{}
	f := Dir(r, dir)
	f.Compare("a", []byte("1"))
	f.Compare("a", []byte("1"))
	expectError(t, r, "compared twice")
}

func TestDiffNamesTheLine(t *testing.T) {
	dir := t.TempDir()
	setUpdate(t, false)
	fill(t, dir, map[string]string{"a": "one\ntwo\nthree\n"})
	r := &recorder{}
	Dir(r, dir).Compare("a", []byte("one\nTWO\nthree\n"))
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "two") || !strings.Contains(r.errors[0], "TWO") {
		t.Errorf("the diff does not show the line: %q", r.errors)
	}
}

// A run that is filtered to one case must leave the files of the others alone.
func TestUpdateStaysInItsCase(t *testing.T) {
	root := t.TempDir()
	fill(t, root, map[string]string{"one/a": "1", "two/a": "2"})
	setUpdate(t, true)
	r := &recorder{}
	Dir(r, filepath.Join(root, "one")).Compare("a", []byte("changed"))
	r.cleanups[0]()
	expectError(t, r, "")
	if got := read(t, root); got["two/a"] != "2" || got["one/a"] != "changed" {
		t.Errorf("files afterwards: %q", got)
	}
}

func TestUpdateRemovesEmptyFolders(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "case")
	fill(t, dir, map[string]string{"sub/deep/b": "2"})
	setUpdate(t, true)
	r := &recorder{}
	Dir(r, dir)
	r.cleanups[0]()
	expectError(t, r, "")
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the empty folder is still there: %v", err)
	}
}

func TestOnly(t *testing.T) {
	root := t.TempDir()
	before := map[string]string{"one/a": "1", "old/a": "2"}
	fill(t, root, before)
	setUpdate(t, false)
	r := &recorder{}
	Only(r, root, "one", "new")
	expectError(t, r, "old is stale")

	setUpdate(t, true)
	r = &recorder{}
	Only(r, root, "one", "new")
	expectError(t, r, "")
	if got := read(t, root); !maps.Equal(got, map[string]string{"one/a": "1"}) {
		t.Errorf("files afterwards: %q", got)
	}
}

func setUpdate(t *testing.T, to bool) {
	t.Helper()
	before := *update
	*update = to
	t.Cleanup(func() { *update = before })
}

func expectError(t *testing.T, r *recorder, want string) {
	t.Helper()
	switch {
	case want == "" && len(r.errors) > 0:
		t.Errorf("unexpected errors: %q", r.errors)
	case want != "" && (len(r.errors) != 1 || !strings.Contains(r.errors[0], want)):
		t.Errorf("errors: %q, want one with %q", r.errors, want)
	}
}

func fill(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	_ = filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := filepath.Rel(dir, file)
		files[filepath.ToSlash(name)] = string(text)
		return nil
	})
	return files
}
