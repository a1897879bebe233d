package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fluxcd/pkg/sourceignore/gitignore"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// walk reads every file of a known format below a folder, in lexical order.
// Hidden folders, what .gitignore excludes, and what the project file excludes
// are left out.
func (in *inputs) walk(root string) {
	ignored := newIgnorer(root)
	start := root
	if info, err := os.Lstat(root); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		start += string(filepath.Separator) // a link that was given by name is followed
	}
	err := filepath.WalkDir(start, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			in.unreadable(path, "%s", reason(err))
			return nil
		}
		switch {
		case path == start:
			ignored.enter(path)
		case entry.IsDir() && strings.HasPrefix(entry.Name(), "."),
			ignored.match(path, entry.IsDir()),
			entry.IsDir() && in.excluded != nil && in.excluded(path):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.IsDir():
			ignored.enter(path)
		case entry.Type()&fs.ModeSymlink != 0:
			in.follow(root, path)
		default:
			in.visit(path, entry)
		}
		return nil
	})
	if err != nil {
		in.unreadable(root, "%s", reason(err))
	}
}

func (in *inputs) visit(path string, entry fs.DirEntry) {
	if _, ok := syntax.FormatOf(path); !ok {
		return
	}
	in.addFound(path, in.realPathIn(path), entry.Type())
}

// follow reads the file behind a link that stays inside the root. Folders are
// not followed: one inside the root is walked anyway.
func (in *inputs) follow(root, path string) {
	_, known := syntax.FormatOf(path)
	info, err := os.Stat(path)
	if err != nil {
		if known {
			in.unreadable(path, "%s", reason(err))
		}
		return
	}
	if !known && !info.IsDir() || in.excluded != nil && in.excluded(path) {
		return
	}
	if !inside(root, path) {
		in.unreadable(path, "this link leads out of %s, and is not followed", filepath.ToSlash(root))
		return
	}
	if !info.IsDir() {
		in.addFound(path, realPath(path), info.Mode())
	}
}

func inside(root, link string) bool {
	realRoot, err := filepath.EvalSymlinks(root)
	if err != nil {
		return false
	}
	target, err := filepath.EvalSymlinks(link)
	if err != nil {
		return false
	}
	relative, err := relativeTo(realRoot, target)
	return err == nil && !escapes(relative)
}

func escapes(relative string) bool {
	return relative == ".." || strings.HasPrefix(relative, ".."+string(filepath.Separator))
}

func relativeTo(base, target string) (string, error) {
	base, err := filepath.Abs(base)
	if err != nil {
		return "", err
	}
	if target, err = filepath.Abs(target); err != nil {
		return "", err
	}
	return filepath.Rel(base, target)
}

// ignorer knows the .gitignore files from the repository's root down to where a
// walk has come.
type ignorer struct {
	top      string // absolute
	patterns []gitignore.Pattern
}

func newIgnorer(root string) *ignorer {
	absolute, err := filepath.Abs(root)
	if err != nil {
		return &ignorer{top: root}
	}
	top := repositoryRoot(absolute)
	if top == "" {
		return &ignorer{top: absolute}
	}
	i := &ignorer{top: top}
	relative, err := filepath.Rel(top, absolute)
	if err != nil {
		return i
	}
	i.load(filepath.Join(top, ".git", "info", "exclude"), nil)
	folder := top
	var steps []string
	for _, step := range strings.Split(relative, string(filepath.Separator)) {
		if step == "." {
			break
		}
		i.load(filepath.Join(folder, ".gitignore"), steps)
		steps = append(steps, step)
		folder = filepath.Join(folder, step)
	}
	if len(steps) > 0 && i.match(absolute, true) {
		i.patterns = nil // given by name: what excludes it does not count
	}
	return i
}

// repositoryRoot returns the nearest folder upwards that holds .git, or "".
func repositoryRoot(folder string) string {
	for {
		if _, err := os.Stat(filepath.Join(folder, ".git")); err == nil {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return ""
		}
		folder = parent
	}
}

func (i *ignorer) steps(path string) []string {
	relative, err := relativeTo(i.top, path)
	if err != nil || relative == "." {
		return nil
	}
	return strings.Split(relative, string(filepath.Separator))
}

// enter takes in the .gitignore of a folder.
func (i *ignorer) enter(folder string) {
	i.load(filepath.Join(folder, ".gitignore"), i.steps(folder))
}

func (i *ignorer) load(file string, domain []string) {
	data, err := readSmall(file)
	if err != nil {
		return // most folders have none, and nobody writes one as large as that
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") {
			i.patterns = append(i.patterns, gitignore.ParsePattern(line, append([]string(nil), domain...)))
		}
	}
}

func (i *ignorer) match(path string, isDir bool) bool {
	if len(i.patterns) == 0 {
		return false
	}
	return gitignore.NewMatcher(i.patterns).Match(i.steps(path), isDir)
}
