package evaluate

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// Where things are in a tree. CUE itself has no use for these folders.
const (
	givenDir  = "cue.mod/given"  // the request's files, each under its index
	importDir = "cue.mod/import" // what stands in for fetched modules, by host

	conditionsName = "conditions.cue"
)

// tree is the files of one CUE module, or of no module, as a file system. It is
// all that CUE gets to see.
type tree struct {
	module, language string
	// fault says why the module's own module.cue cannot be used.
	fault string
	files []syntax.EvaluateFile
	// marks are the lengths of the byte order marks that files have lost.
	marks []int
	// returns says which files hold CRs.
	returns []bool
	// index gives for a name in the tree the index in files.
	index map[string]int
	// support gives for a name in the tree the name of the support file.
	support map[string]string
	// hosts are the first elements of import paths that importDir has.
	hosts map[string]bool
	texts map[string][]byte
	fsys  fs.FS
	// names undoes in messages what only this file system has.
	names *strings.Replacer
}

// layOut returns for every file of the request the tree that it is evaluated in:
// the one of its nearest given cue.mod/module.cue.
func layOut(request syntax.EvaluateRequest, schema map[string][]byte) ([]*tree, error) {
	var marks []int
	request.Files, marks = withoutMarks(request.Files)
	names := absolute(request)
	modules := map[string]*syntax.EvaluateFile{}
	for i := range request.Support {
		if dir, base := path.Split(names[len(request.Files)+i]); base == "module.cue" && path.Base(dir) == "cue.mod" {
			modules[path.Dir(path.Clean(dir))] = &request.Support[i]
		}
	}
	byRoot := map[string]*tree{}
	out := make([]*tree, len(request.Files))
	for i := range request.Files {
		root := names[i]
		for root != "/" && modules[root] == nil {
			root = path.Dir(root)
		}
		if byRoot[root] == nil {
			t := newTree(request.Files, modules[root])
			t.marks = marks
			if err := t.fill(request, names, root, schema); err != nil {
				return nil, err
			}
			byRoot[root] = t
		}
		out[i] = byRoot[root]
	}
	return out, nil
}

// withoutMarks returns the files without byte order marks, and their lengths.
// cue/load removes them, and counts offsets from there.
func withoutMarks(files []syntax.EvaluateFile) (trimmed []syntax.EvaluateFile, marks []int) {
	trimmed, marks = slices.Clone(files), make([]int, len(files))
	for i, f := range files {
		trimmed[i].Data = bytes.TrimPrefix(f.Data, []byte("\ufeff"))
		marks[i] = len(f.Data) - len(trimmed[i].Data)
	}
	return trimmed, marks
}

// absolute makes clean absolute names of those of all files and support files.
// A relative name and an absolute one have nothing in common.
func absolute(request syntax.EvaluateRequest) []string {
	all := slices.Concat(request.Files, request.Support)
	deepest := 0
	for _, f := range all {
		deepest = max(deepest, strings.Count(f.Name, ".."))
	}
	names := make([]string, len(all))
	for i, f := range all {
		if path.IsAbs(f.Name) {
			names[i] = path.Join("/absolute", path.Clean(f.Name))
		} else {
			names[i] = path.Join("/relative", strings.Repeat("up/", deepest), f.Name)
		}
	}
	return names
}

// newTree returns an empty tree for the module that a module.cue describes, or
// for one that nobody can import where there is none.
func newTree(files []syntax.EvaluateFile, moduleCUE *syntax.EvaluateFile) *tree {
	t := &tree{
		module: "source.invalid@v0", language: cue.LanguageVersion(), files: files,
		index: map[string]int{}, support: map[string]string{}, hosts: map[string]bool{}, texts: map[string][]byte{},
	}
	if moduleCUE == nil {
		return t
	}
	file, err := modfile.ParseNonStrict(moduleCUE.Data, moduleCUE.Name)
	if errors.Is(err, modfile.ErrNoLanguageVersion) {
		file, err = modfile.FixLegacy(moduleCUE.Data, moduleCUE.Name)
	}
	if err != nil {
		t.fault = moduleCUE.Name + ": " + t.explain(err)
		return t
	}
	if file.QualifiedModule() != "" {
		t.module = file.QualifiedModule()
	}
	t.language = file.Language.Version
	return t
}

// fill puts the given files and the schema into the tree.
func (t *tree) fill(request syntax.EvaluateRequest, names []string, root string, schema map[string][]byte) error {
	schemaDir := t.schemaDir()
	for i, f := range slices.Concat(request.Files, request.Support) {
		if i < len(request.Files) {
			t.texts[strings.TrimPrefix(t.given(i), "/")] = f.Data
			t.returns = append(t.returns, bytes.IndexByte(f.Data, '\r') >= 0)
			t.index[t.given(i)] = i
		}
		rel, inside := strings.CutPrefix(names[i], root+"/")
		dest := t.destination(rel)
		if !inside || t.fault != "" || path.Dir(dest) == schemaDir || !fs.ValidPath(dest) || path.Ext(dest) != ".cue" {
			continue
		}
		for t.texts[dest] != nil { // cue.mod/pkg, usr and gen may hold the same name
			dest = path.Join(path.Dir(dest), "x"+path.Base(dest))
		}
		t.texts[dest] = f.Data
		if i < len(request.Files) {
			t.index["/"+dest] = i
		} else {
			t.support["/"+dest] = f.Name
		}
	}
	for base, text := range schema {
		t.texts[path.Join(schemaDir, base)] = text
	}
	t.texts[path.Join(givenDir, conditionsName)] = conditionsFile(request)
	t.describeModules()
	t.undoNames()
	return t.seal()
}

// given returns the absolute name under which the file with an index is
// evaluated. It keeps the suffixes that mean something to CUE.
func (t *tree) given(index int) string {
	suffix := ".cue"
	for _, s := range []string{"_test.cue", "_tool.cue"} {
		if strings.HasSuffix(t.files[index].Name, s) {
			suffix = s
		}
	}
	return "/" + path.Join(givenDir, strconv.Itoa(index)+suffix)
}

// schemaDir returns the folder of the schema: an import, unless the module of
// the tree is the one that the schema belongs to.
func (t *tree) schemaDir() string {
	base, _, _ := strings.Cut(t.module, "@")
	if rel, ok := strings.CutPrefix(SchemaPath+"/", base+"/"); ok {
		return path.Clean(rel)
	}
	host, _, _ := strings.Cut(SchemaPath, "/")
	t.hosts[host] = true
	return path.Join(importDir, SchemaPath)
}

// destination returns the place in the tree of a file of the module. Packages
// vendored in cue.mod are imports; cue/load itself does not find them there when
// it reads from a file system of ours.
func (t *tree) destination(rel string) string {
	inMod, ok := strings.CutPrefix(rel, "cue.mod/")
	if !ok {
		return rel
	}
	kind, rest, _ := strings.Cut(inMod, "/")
	host, _, deep := strings.Cut(rest, "/")
	if !deep || !slices.Contains([]string{"pkg", "usr", "gen"}, kind) || !strings.Contains(host, ".") || strings.HasPrefix(t.module, host+"@") {
		return ""
	}
	t.hosts[host] = true
	return path.Join(importDir, rest)
}

// describeModules writes the module.cue of the tree and of each import. The
// user's own is not used, because its dependencies would have to be fetched.
func (t *tree) describeModules() {
	main := t.describe(t.module)
	for _, host := range slices.Sorted(maps.Keys(t.hosts)) {
		main += fmt.Sprintf("deps: %q: {v: %q, default: true}\n", host+"@v0", "v0.0.0")
		t.texts[path.Join(importDir, host, "cue.mod/module.cue")] = []byte(t.describe(host + "@v0"))
	}
	t.texts["cue.mod/module.cue"] = []byte(main)
}

func (t *tree) describe(module string) string {
	return fmt.Sprintf("module: %q\nlanguage: version: %q\n", module, t.language)
}

// seal makes the file system. A ZIP archive is the one in memory that the
// standard library has outside of its tests.
func (t *tree) seal() error {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(t.texts)) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return err
		}
		if _, err := f.Write(t.texts[name]); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	r, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	t.fsys, t.texts = r, nil
	return err
}

// undoNames prepares what undoes our names in messages.
func (t *tree) undoNames() {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(t.index)) {
		pairs = append(pairs, name, t.files[t.index[name]].Name)
	}
	t.names = strings.NewReplacer(append(pairs, "/"+importDir+"/", "")...)
}

// ModFile is of [modconfig.Registry], as which the tree serves its own imports.
func (t *tree) ModFile(_ context.Context, v module.Version) (*modfile.File, error) {
	if !t.hosts[v.BasePath()] {
		return nil, errNotFetched
	}
	return modfile.ParseNonStrict([]byte(t.describe(v.Path())), "module.cue")
}

// Fetch is of [modconfig.Registry].
func (t *tree) Fetch(_ context.Context, v module.Version) (module.SourceLoc, error) {
	if !t.hosts[v.BasePath()] {
		return module.SourceLoc{}, errNotFetched
	}
	dir := path.Join(importDir, v.BasePath())
	sub, err := fs.Sub(t.fsys, dir)
	return module.SourceLoc{FS: rooted{sub, "/" + dir}, Dir: "."}, err
}

// ModuleVersions is of [modconfig.Registry].
func (t *tree) ModuleVersions(context.Context, string) ([]string, error) {
	return nil, errNotFetched
}

var errNotFetched = errors.New("modules are not fetched")

// rooted tells cue/load which folder of the tree a file system is.
type rooted struct {
	fs.FS
	dir string
}

func (r rooted) OSRoot() string { return r.dir }
