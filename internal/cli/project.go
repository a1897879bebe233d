package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// projectFile is the name of the project file.
const projectFile = "thvctl.yaml"

// project is the project file of a run; the zero value is that of none.
type project struct {
	settings model.Settings
	bindings []model.Binding
	// folder is where the file is; its globs are relative to it.
	folder string
}

// loadProject reads the project file: the one named, or the nearest one upwards
// from the working directory to the repository's root. The error is a named file
// that cannot be read; the diagnostics are what is wrong in it.
func loadProject(named string) (project, diag.List, error) {
	path := named
	if path == "" {
		if path = findProject(); path == "" {
			return project{}, nil, nil
		}
	}
	data, err := readProject(path)
	if err != nil {
		return project{}, nil, err
	}
	name := path
	if working, err := os.Getwd(); err == nil && named == "" {
		if relative, err := filepath.Rel(working, path); err == nil {
			name = relative
		}
	}
	tree, found := syntax.Parse(syntax.File{Name: filepath.ToSlash(name), Format: syntax.YAML, Data: data, Named: true}, syntax.Options{})
	if found.Has(diag.Error) {
		return project{}, found, nil
	}
	document, found := check.Project(tree)
	if document == nil {
		return project{}, found, nil
	}
	for i, glob := range document.Settings.Exclude {
		if !doublestar.ValidatePattern(glob) {
			found = append(found, document.Diagnostic(diag.BadValue, fmt.Sprintf("exclude[%d]", i), fmt.Sprintf("found %q, which is no glob", glob)))
		}
	}
	return project{document.Settings, document.Bindings, filepath.Dir(path)}, found, nil
}

// readProject reads a project file, which is small and regular.
func readProject(path string) ([]byte, error) {
	if path == os.DevNull {
		return nil, nil // how to say that there is none
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path)
	case info.Size() > syntax.DefaultMaxDocument:
		return nil, fmt.Errorf("%s has %d bytes, at most %d are read", path, info.Size(), syntax.DefaultMaxDocument)
	}
	return os.ReadFile(path)
}

// findProject returns the path of the nearest project file, or "".
func findProject() string {
	folder, err := os.Getwd()
	if err != nil {
		return ""
	}
	top := repositoryRoot(folder)
	for {
		path := filepath.Join(folder, projectFile)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
		if top == "" || folder == top {
			return ""
		}
		folder = filepath.Dir(folder)
	}
}

// excludes reports whether the project file leaves a path out of walks.
func (p project) excludes(path string) bool {
	if len(p.settings.Exclude) == 0 {
		return false
	}
	relative, err := relativeTo(p.folder, path)
	if err != nil {
		return false
	}
	for _, glob := range p.settings.Exclude {
		if match, err := doublestar.Match(glob, filepath.ToSlash(relative)); err == nil && match {
			return true
		}
	}
	return false
}
