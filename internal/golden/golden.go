// Package golden compares what a test produced with files that are checked in.
//
// The flag -update writes the files instead, and deletes those that no test
// wants any more. It exists only in the test binaries of packages that import
// this one, so name them: go test ./report -update.
package golden

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// Files is a folder of golden files that belongs to one test. It may be used
// from several goroutines.
type Files struct {
	t        testing.TB
	dir      string
	mu       sync.Mutex
	compared map[string]bool // by slash-separated name
}

// Dir returns the golden files below dir. When the test ends, a file below dir
// that was never compared is an error, or is deleted with -update; a test that
// failed or was skipped is not asked, for it may not have come to all of its
// files. Everything below dir must be compared by t itself, so that -run can
// not leave a part of it out: give each case a folder and a Dir of its own.
func Dir(t testing.TB, dir string) *Files {
	t.Helper()
	f := &Files{t: t, dir: dir, compared: map[string]bool{}}
	t.Cleanup(f.finish)
	return f
}

// Compare reports an error where got differs from the file name, a
// slash-separated path below the folder. With -update it writes the file.
func (f *Files) Compare(name string, got []byte) {
	f.t.Helper()
	if !f.claim(name) {
		return
	}
	file := filepath.Join(f.dir, filepath.FromSlash(name))
	want, err := os.ReadFile(file)
	switch {
	case err == nil && bytes.Equal(want, got):
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		f.t.Errorf("reading a golden file: %v", err)
	case *update:
		f.write(file, got)
	case err != nil:
		f.t.Errorf("%s is missing, write it with -update; got:\n%s", file, got)
	default:
		f.t.Errorf("%s differs (-want +got), accept with -update:\n%s", file, cmp.Diff(string(want), string(got)))
	}
}

// claim records that name is wanted; it refuses a name that leaves the folder
// or that was compared before.
func (f *Files) claim(name string) bool {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case !fs.ValidPath(name) || name == "." || !filepath.IsLocal(filepath.FromSlash(name)):
		f.t.Errorf("%q is no path below a golden folder", name)
		return false
	case f.compared[name]:
		f.t.Errorf("golden file %s compared twice", path.Join(filepath.ToSlash(f.dir), name))
		return false
	}
	f.compared[name] = true
	return true
}

func (f *Files) write(file string, data []byte) {
	f.t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		f.t.Errorf("writing a golden file: %v", err)
		return
	}
	if err := os.WriteFile(file, data, 0o666); err != nil {
		f.t.Errorf("writing a golden file: %v", err)
	}
}

func (f *Files) finish() {
	if f.t.Failed() || f.t.Skipped() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var folders []string
	err := filepath.WalkDir(f.dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			folders = append(folders, file)
			return nil
		}
		name, err := filepath.Rel(f.dir, file)
		if err != nil || f.compared[filepath.ToSlash(name)] {
			return err
		}
		return f.stale(file)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.t.Errorf("looking for stale golden files: %v", err)
	}
	if !*update {
		return
	}
	for _, folder := range slices.Backward(folders) {
		_ = os.Remove(folder) // succeeds only where nothing is left in it
	}
}

func (f *Files) stale(file string) error {
	if *update {
		return os.Remove(file)
	}
	f.t.Errorf("%s is stale, no test compares it; delete it with -update", file)
	return nil
}

// Only reports an error for each entry of dir that is not the folder of one of
// the cases, or deletes it with -update. A test that runs its cases as subtests
// calls it with all of them, so that the folder of a removed case does not stay.
func Only(t testing.TB, dir string, cases ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("looking for stale golden files: %v", err)
	}
	for _, e := range entries {
		stale := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir() && slices.Contains(cases, e.Name()):
		case !*update:
			t.Errorf("%s is stale, it belongs to no case; delete it with -update", stale)
		default:
			if err := os.RemoveAll(stale); err != nil {
				t.Errorf("deleting a stale golden folder: %v", err)
			}
		}
	}
}
