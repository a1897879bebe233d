package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/secret"
)

// projectFile is the name of the project file.
const projectFile = "thvctl.yaml"

// project is the project file of a run; the zero value is that of none.
type project struct {
	model.ProjectFile
	// levels are what it says of the rules, and ignores of single findings.
	levels  rule.Settings
	ignores []suppress.Ignore
	// policies are the files that its globs stand for.
	policies []syntax.EvaluateFile
	// stores are those where secrets are looked up, their paths relative to the
	// working directory.
	stores []storeUse
	// folder is where the file is; its globs are relative to it.
	folder string
	*globs
}

// loadProject reads the project file: the one named, or the nearest one upwards
// from the working directory to the repository's root. The error is a named file
// that cannot be read; the diagnostics are what is wrong in it.
func loadProject(named string) (p project, found diag.List, err error) {
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
	if named == "" {
		name = fromHere(path)
	}
	tree, found := syntax.Parse(syntax.File{Name: filepath.ToSlash(name), Format: syntax.YAML, Data: data, Named: true}, syntax.Options{})
	defer func() { syntax.Show(found, tree) }()
	for _, d := range tree.Documents {
		hideCommands(d)
	}
	if found.Has(diag.Error) {
		return project{}, found, nil
	}
	document, levels, found := check.Project(tree)
	for i := range found {
		found[i].Fix = nil // the project file is no input, so nothing would make it
	}
	if document == nil {
		return project{}, found, nil
	}
	found = append(found, badGlobs(document)...)
	globs, err := newGlobs(filepath.Dir(path))
	if err != nil {
		return project{}, found, err
	}
	p = project{ProjectFile: *document.Project, levels: levels, folder: filepath.Dir(path), globs: globs}
	p.ignores = check.Ignores(document, p.matches)
	found = append(found, p.readStores(document)...)
	return p, append(found, p.readPolicies(document)...), nil
}

// badGlobs reports the globs of a project file that are none.
func badGlobs(d *model.Document) diag.List {
	globs := slices.Concat(d.Project.Exclude, d.Project.Policies)
	for _, ignore := range d.Project.Ignores {
		globs = append(globs, ignore.Files)
	}
	var found diag.List
	for _, glob := range globs {
		switch {
		case !glob.Set:
		case glob.V == "" || !doublestar.ValidatePattern(glob.V):
			found = append(found, d.Diagnostic(diag.BadValue, glob.Path, fmt.Sprintf("found %q, which is no glob; allowed are paths such as \"deploy/**\"", glob.V)))
		case costly(glob.V) != "":
			found = append(found, d.Diagnostic(diag.BadValue, glob.Path, costly(glob.V)))
		}
	}
	return found
}

// readPolicies reads the files that the globs of the project file stand for. A
// glob that stands for none is a mistake: the policy would be missing.
func (p *project) readPolicies(d *model.Document) diag.List {
	var found diag.List
	seen := map[string]bool{}
	for _, glob := range d.Project.Policies {
		if filepath.IsAbs(glob.V) || escapes(filepath.Clean(glob.V)) {
			found = append(found, d.Diagnostic(diag.BadValue, glob.Path, fmt.Sprintf("found %q, which leads out of the folder of the project file", glob.V)))
			continue
		}
		if costly(glob.V) != "" {
			continue // badGlobs says so
		}
		paths, err := doublestar.Glob(os.DirFS(p.folder), glob.V, doublestar.WithFilesOnly())
		if err != nil || len(paths) == 0 {
			found = append(found, d.Diagnostic(diag.BadValue, glob.Path, fmt.Sprintf("found %q, for which there is no file", glob.V)))
			continue
		}
		slices.Sort(paths)
		for _, path := range paths {
			name := filepath.Join(p.folder, filepath.FromSlash(path))
			if seen[name] {
				continue
			}
			if !inside(p.folder, name) {
				found = append(found, d.Diagnostic(diag.BadValue, glob.Path, fmt.Sprintf("found %q, a link that leads out of the folder of the project file", path)))
				continue
			}
			if format, ok := syntax.FormatOf(path); !ok || format != syntax.CUE {
				found = append(found, d.Diagnostic(diag.BadValue, glob.Path, fmt.Sprintf("found %q, policies are written in files that end in .cue", path)))
				continue
			}
			seen[name] = true
			data, err := readSmall(name)
			if err != nil {
				found = append(found, d.Diagnostic(diag.Unreadable, glob.Path, fmt.Sprintf("the policy %q cannot be read: %s", path, reason(err))))
				continue
			}
			p.policies = append(p.policies, syntax.EvaluateFile{Name: filepath.ToSlash(fromHere(name)), Data: data})
		}
	}
	return found
}

// shownStore matches what of the name of a store can be shown. The rest may be a
// command, and hold a token.
var shownStore = regexp.MustCompile(`(?s)^(?:(?:env|dir|manifests|cluster)(?::.*)?$|[A-Za-z-]*:?)`)

// hideCommands hides the commands in a project file. They do not belong there, so
// that a finding would show them.
func hideCommands(d *syntax.Document) {
	secrets := d.Root.Get("secrets")
	if secrets == nil {
		return
	}
	for _, e := range secrets.Entries {
		if e.Key.Value != "bind" { // the stores, also where their key is misspelt
			hideStores(e.Value)
		}
	}
}

func hideStores(n *syntax.Node) {
	for _, item := range n.Items {
		hideStores(item)
	}
	for _, e := range n.Entries { // such as "exec: COMMAND"
		e.Value.Hide()
	}
	if n.Kind != syntax.String {
		return
	}
	shown := len(shownStore.FindString(n.Value))
	at := strings.Index(string(n.Source.Data[n.Start:n.End]), n.Value)
	switch {
	case at < 0 && shown < len(n.Value): // with escapes, or over several lines
		n.Source.Mask(n.Start, n.End)
	case at >= 0:
		n.Source.Mask(n.Start+at+shown, n.Start+at+len(n.Value))
	}
}

// readStores reads which stores the project file names. The paths in it are
// relative to it, and a glob stays in its folder.
func (p *project) readStores(d *model.Document) diag.List {
	var found diag.List
	for _, store := range d.Project.Stores {
		spec, err := secret.Parse(store.V)
		switch {
		case err != nil:
			found = append(found, d.Diagnostic(diag.BadValue, store.Path, err.Error()))
			continue
		case spec.Kind.CommandLineOnly:
			found = append(found, d.Diagnostic(diag.BadValue, store.Path, fmt.Sprintf("found the store %q, which is taken from --secret-store on the command line alone", spec.Kind.Name)))
			continue
		case spec.Kind.Name == "manifests" && (filepath.IsAbs(spec.Argument) || escapes(filepath.Clean(spec.Argument))):
			found = append(found, d.Diagnostic(diag.BadValue, store.Path, fmt.Sprintf("found %q, which leads out of the folder of the project file", spec.Argument)))
			continue
		case spec.Kind.Name == "manifests" && costly(spec.Argument) != "":
			found = append(found, d.Diagnostic(diag.BadValue, store.Path, costly(spec.Argument)))
			continue
		}
		if spec.Argument != "" && !filepath.IsAbs(spec.Argument) {
			spec.Argument = fromHere(filepath.Join(p.folder, filepath.FromSlash(spec.Argument)))
		}
		p.stores = append(p.stores, storeUse{Spec: spec, within: p.folder})
	}
	return found
}

// fromHere returns a path as somebody in the working directory would write it.
func fromHere(path string) string {
	working, err := os.Getwd()
	if err != nil {
		return path
	}
	if relative, err := relativeTo(working, path); err == nil && filepath.IsAbs(path) {
		return relative
	}
	return path
}

// readProject reads a project file.
func readProject(path string) ([]byte, error) {
	if path == os.DevNull {
		return nil, nil // how to say that there is none
	}
	return readSmall(path)
}

// readSmall reads a file that must be regular and of the size of a document.
func readSmall(path string) ([]byte, error) {
	file, err := openUpTo(path, syntax.DefaultMaxDocument)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, syntax.DefaultMaxDocument))
}

// openUpTo opens a regular file of at most so many bytes.
func openUpTo(path string, most int64) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("this is not a regular file")}
	case info.Size() > most:
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("the file has %d bytes, at most %d are read", info.Size(), most)}
	}
	return os.Open(path)
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

// excludes reports whether the project file leaves a path out of walks. Policies
// are about sources and are none.
func (p project) excludes(path string) bool {
	fits := func(glob model.Value[string]) bool { return p.matches(glob.V, path) }
	return slices.ContainsFunc(p.Exclude, fits) || slices.ContainsFunc(p.Policies, fits)
}
