package cli

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Bounds of a glob of the project file. Somebody else may have written it, and what it
// costs to look for a match doubles with every alternative and every "**".
const (
	maxGlob         = 1024 // bytes
	maxGlobChoices  = 16   // alternatives in braces
	maxGlobWildcard = 4    // "**"
)

// costly says of a glob that a match may take long to find; "" where none does.
func costly(glob string) string {
	choices := strings.Count(glob, "{")
	if choices > 0 {
		choices += strings.Count(glob, ",")
	}
	switch {
	case len(glob) > maxGlob:
		return fmt.Sprintf("found a glob of %d bytes, allowed are at most %d", len(glob), maxGlob)
	case choices > maxGlobChoices:
		return fmt.Sprintf("found a glob with %d alternatives, allowed are at most %d", choices, maxGlobChoices)
	case strings.Count(glob, "**") > maxGlobWildcard:
		return fmt.Sprintf("found a glob with %d times \"**\", allowed are at most %d", strings.Count(glob, "**"), maxGlobWildcard)
	}
	return ""
}

// globs says whether globs of a project file fit files.
type globs struct {
	// folder is what the globs are relative to, absolute, and working the working
	// directory.
	folder, working string
	// file is the one that was asked for last, mostly for many globs, and relative its
	// path from the folder; "" where there is none.
	file, relative string
	// clean are the globs as they are matched, "" for one that never is.
	clean map[string]string
}

// newGlobs returns what matches globs that are relative to a folder.
func newGlobs(folder string) (*globs, error) {
	working, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("find the working directory: %w", err)
	}
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(working, folder)
	}
	return &globs{folder: folder, working: working, clean: map[string]string{}}, nil
}

// matches reports whether a glob of the project file fits a path.
func (g *globs) matches(glob, file string) bool {
	if g.file != file {
		g.file, g.relative = file, ""
		if !filepath.IsAbs(file) {
			file = filepath.Join(g.working, file)
		}
		if relative, err := filepath.Rel(g.folder, file); err == nil {
			g.relative = filepath.ToSlash(relative)
		}
	}
	pattern := g.pattern(glob)
	if pattern == "" || g.relative == "" {
		return false
	}
	match, err := doublestar.Match(pattern, g.relative)
	return err == nil && match
}

func (g *globs) pattern(glob string) string {
	if pattern, known := g.clean[glob]; known {
		return pattern
	}
	g.clean[glob] = ""
	if costly(glob) == "" {
		g.clean[glob] = path.Clean(glob)
	}
	return g.clean[glob]
}
