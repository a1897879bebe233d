package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// stdinName is how standard input is called where the user gives no name.
const stdinName = "<stdin>"

// inputs collects the files of a run.
type inputs struct {
	stdin         io.Reader
	stdinFilename string
	stdinRead     bool
	maxSize       int64
	limits        syntax.Limits
	claim         func([]byte) bool
	// allowEmpty says that files given by name are as those found in a folder:
	// they may belong to somebody else.
	allowEmpty bool
	// lazy says that files are read when they are judged.
	lazy bool
	// folder is the folder of the last file that was found, and realFolder its absolute
	// path without links.
	folder, realFolder string
	// excluded says of a path whether the project file leaves it out.
	excluded func(path string) bool

	files []syntax.File
	// support are CUE module files, which sources may need but which are none.
	support []syntax.EvaluateFile
	// found holds what could not be read.
	found diag.List
	// count is how many files the arguments stand for, read or not.
	count int
	// seen maps the absolute path of each file to its place in files.
	seen map[string]int
}

// add reads what an argument stands for: a file, a folder, a glob, or "-" for
// standard input. The error is an argument that stands for nothing.
func (in *inputs) add(arg string) error {
	switch arg {
	case "":
		return errors.New("a PATH is empty")
	case "-":
		if !in.stdinRead {
			in.readStdin()
		}
		return nil
	}
	info, err := os.Stat(arg)
	if err != nil && errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(arg, "*?[{") {
		return in.addGlob(arg)
	}
	switch {
	case err != nil:
		in.count++
		in.unreadable(arg, "%s", reason(err))
	case info.IsDir():
		in.walk(arg)
	case in.allowEmpty && known(arg):
		in.addFound(arg, realPath(arg), info.Mode()) // a hook names whatever is there
	default:
		format, ok := syntax.FormatOf(arg)
		if !ok {
			format = syntax.YAML
		}
		in.read(arg, realPath(arg), info.Mode(), syntax.File{Name: filepath.ToSlash(arg), Format: format, Named: true})
	}
	return nil
}

func known(path string) bool {
	_, ok := syntax.FormatOf(path)
	return ok
}

func (in *inputs) addGlob(pattern string) error {
	matches, err := doublestar.FilepathGlob(pattern, doublestar.WithNoFollow())
	if err != nil {
		return fmt.Errorf("%q is no file and no glob: %w", pattern, err)
	}
	if len(matches) == 0 {
		return fmt.Errorf("no file matches %q", pattern)
	}
	for _, match := range matches {
		info, err := os.Stat(match)
		if err != nil {
			in.unreadable(match, "%s", reason(err))
			continue
		}
		if info.IsDir() {
			in.walk(match)
			continue
		}
		in.addFound(match, realPath(match), info.Mode())
	}
	return nil
}

// realPath returns the absolute path of a file without links, as far as it can be told.
func realPath(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if absolute, err := filepath.Abs(path); err == nil {
		return absolute
	}
	return path
}

// realPathIn does so for a file that is no link itself. Files of one folder are mostly
// asked for one after the other.
func (in *inputs) realPathIn(path string) string {
	folder, name := filepath.Split(path)
	if in.realFolder == "" || folder != in.folder {
		in.folder, in.realFolder = folder, realPath(filepath.Clean(folder))
	}
	return filepath.Join(in.realFolder, name)
}

// addFound reads a file that was not given by its own name, if it is of a format
// that we know. real is its path without links.
func (in *inputs) addFound(path, real string, mode fs.FileMode) {
	format, ok := syntax.FormatOf(path)
	if !ok || in.excluded != nil && in.excluded(path) {
		return
	}
	if format == syntax.CUE && filepath.Base(filepath.Dir(path)) == "cue.mod" {
		data, err := readSmall(path)
		if err != nil {
			in.unreadable(path, "%s", reason(err))
			return
		}
		in.support = append(in.support, syntax.EvaluateFile{Name: filepath.ToSlash(path), Data: data})
		return
	}
	in.read(path, real, mode, syntax.File{Name: filepath.ToSlash(path), Format: format})
}

func (in *inputs) unreadable(path, format string, args ...any) {
	in.found = append(in.found, unreadable(path, format, args...))
}

func unreadable(path, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{
		Rule: diag.Unreadable, Severity: diag.Error,
		Span:    diag.Span{File: filepath.ToSlash(path)},
		Message: fmt.Sprintf(format, args...),
	}
}

// reason is an error of the file system without the path, which the finding
// names already.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

func (in *inputs) readStdin() {
	in.stdinRead = true
	name := in.stdinFilename
	if name == "" {
		name = stdinName
	}
	format, ok := syntax.FormatOf(name)
	if !ok {
		format = syntax.YAML
	}
	in.count++
	f := syntax.File{Name: filepath.ToSlash(name), Format: format, Named: true}
	var err error
	f.Data, err = loadBounds{in.maxSize, in.limits, in.claim}.readStream(in.stdin, format)
	complex, passed := errors.AsType[tooComplexError](err)
	switch {
	case passed:
		in.found = append(in.found, tooComplex(f, complex))
	case err != nil:
		in.unreadable(name, "%s", reason(err))
	case int64(len(f.Data)) > in.maxSize:
		in.unreadable(name, "standard input has more than %d bytes (--max-size)", in.maxSize)
	default:
		in.files = append(in.files, f)
	}
}

// read reads one file, once, however often it is given. absolute is its path without
// links.
func (in *inputs) read(path, absolute string, mode fs.FileMode, f syntax.File) {
	if f.Format == syntax.CUE {
		f.Group = filepath.Dir(path)
	}
	if i, again := in.seen[absolute]; again {
		if known := &in.files[i]; f.Named && !known.Named {
			known.Named = true
			if in.lazy {
				known.Load = in.loader(filepath.FromSlash(known.Name), *known)
			}
		}
		return
	}
	in.count++
	switch {
	case mode&fs.ModeNamedPipe != 0:
		in.unreadable(path, "this is a FIFO, not a regular file (give - and send it to standard input)")
		return
	case !mode.IsRegular():
		in.unreadable(path, "%s", errNotRegular)
		return
	}
	in.seen[absolute] = len(in.files)
	load := in.loader(path, f)
	if in.lazy {
		f.Load = load
		in.files = append(in.files, f)
		return
	}
	data, problem := load()
	switch {
	case problem != nil:
		in.found = append(in.found, *problem)
		fallthrough
	case data == nil:
		delete(in.seen, absolute)
		return
	}
	f.Data = data
	in.files = append(in.files, f)
}

// loader returns what reads a file.
func (in *inputs) loader(path string, f syntax.File) func() ([]byte, *diag.Diagnostic) {
	format, named := f.Format, f.Named // there may be very many of these functions
	return func() ([]byte, *diag.Diagnostic) {
		f := syntax.File{Name: filepath.ToSlash(path), Format: format, Named: named}
		data, err := loadBounds{in.maxSize, in.limits, in.claim}.readFile(path, f)
		complex, passed := errors.AsType[tooComplexError](err)
		switch {
		case passed:
			problem := tooComplex(f, complex)
			return nil, &problem
		case errors.Is(err, errLeftOut):
			return nil, nil
		case err != nil:
			problem := unreadable(path, "%s", reason(err))
			return nil, &problem
		}
		return data, nil
	}
}

// loadBounds are the bounds within which a file is read.
type loadBounds struct {
	maxSize int64
	limits  syntax.Limits
	claim   func([]byte) bool
}

// What becomes of a file over the bounds: ours is refused, for what the error says, that
// of a stranger left out.
type tooComplexError string

// Error implements error.
func (e tooComplexError) Error() string { return string(e) }

var errLeftOut = errors.New("left out")

var errNotRegular = errors.New("this is not a regular file")

// largeFile is the size from which a file is looked through for a document over
// the bounds before it is held in memory, in bytes.
const largeFile = 8 << 20

func (in loadBounds) readFile(path string, f syntax.File) ([]byte, error) {
	data, size, err := readAtOnce(path, min(largeFile, in.maxSize))
	switch {
	case err != nil || data != nil:
		return data, err
	case size > in.maxSize:
		return nil, fmt.Errorf("the file has %d bytes, at most %d are read (--max-size)", size, in.maxSize)
	}
	return in.readLarge(path, size, f)
}

// readLarge reads a file of about such a size, or larger.
func (in loadBounds) readLarge(path string, size int64, f syntax.File) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if size > largeFile {
		head, what, err := syntax.Oversize(file, f.Format, in.limits)
		if err != nil {
			return nil, err
		}
		if what != "" {
			if f.Named || in.claim(head) {
				return nil, tooComplexError(what)
			}
			return nil, errLeftOut
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
	}
	var data bytes.Buffer
	data.Grow(int(size) + bytes.MinRead)
	if _, err := data.ReadFrom(io.LimitReader(file, in.maxSize+1)); err != nil {
		return nil, err
	}
	if int64(data.Len()) > in.maxSize {
		return nil, fmt.Errorf("the file grew beyond %d bytes (--max-size)", in.maxSize)
	}
	if data.Len() == 0 {
		return []byte{}, nil
	}
	return data.Bytes(), nil
}

// readStream reads what may have no end: up to one byte more than is allowed, and no
// document over the bounds.
func (in loadBounds) readStream(r io.Reader, format syntax.Format) ([]byte, error) {
	var data bytes.Buffer
	most := in.maxSize + 1
	if _, err := data.ReadFrom(io.LimitReader(r, min(largeFile, most))); err != nil || int64(data.Len()) < min(largeFile, most) {
		return data.Bytes(), err
	}
	start := data.Bytes() // what is written behind it does not change it
	rest := io.TeeReader(io.LimitReader(r, most-int64(len(start))), &data)
	_, what, err := syntax.Oversize(io.MultiReader(bytes.NewReader(start), rest), format, in.limits)
	if what != "" {
		return nil, tooComplexError(what)
	}
	return data.Bytes(), err
}

func tooComplex(f syntax.File, why tooComplexError) diag.Diagnostic {
	start := diag.Position{Line: 1, Column: 1}
	return diag.Diagnostic{
		Rule: diag.TooComplex, Severity: diag.Error,
		Span:    diag.Span{File: f.Name, Start: start, End: start},
		Message: string(why),
	}
}
