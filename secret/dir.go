package secret

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
)

// dir is a folder with the layout of mounted Secrets: PATH/SECRET/KEY, and
// PATH/NAME for a ToolHive secret. A namespace has no place in it. Links are
// followed; Kubernetes itself mounts keys as links.
type dir struct{ path string }

func openDir(path string, _ Sources) (Store, error) { return dir{path}, nil }

// String implements Store.
func (d dir) String() string { return "dir:" + d.path }

// Holds implements Store.
func (dir) Holds(ref Ref) bool {
	if ref.Name != "" {
		return isElement(ref.Name)
	}
	return ref.Key != (Key{}) && isElement(ref.Key.Name) && isElement(ref.Key.Key)
}

// isElement reports whether a name is one element of a path, and stays below it.
// Kubernetes allows no key that begins with "..", and mounts its own things there.
func isElement(name string) bool {
	return name != "" && name != "." && !strings.HasPrefix(name, "..") && !strings.ContainsAny(name, "/\x00")
}

// Look implements Store.
func (d dir) Look(_ context.Context, ref Ref, _ Purpose, value bool) (Answer, error) {
	path := d.path + "/" + ref.Name
	if ref.Name == "" {
		path = d.path + "/" + ref.Key.Name + "/" + ref.Key.Key
	}
	answer, _, err := lookFile(path, value)
	switch {
	case err != nil || answer.Found:
		return answer, err
	case ref.Name == "":
		return d.withoutKey(ref.Key.Name)
	}
	return Answer{}, d.there()
}

// withoutKey tells a Secret that lacks a key from none.
func (d dir) withoutKey(secret string) (Answer, error) {
	path := d.path + "/" + secret
	entries, err := os.ReadDir(path)
	if err != nil {
		if missing := d.there(); missing != nil {
			return Answer{}, missing
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENAMETOOLONG):
		return Answer{}, nil
	case errors.Is(err, syscall.ENOTDIR):
		return Answer{}, fmt.Errorf("%q is no folder, and a Secret is one", path)
	case err != nil:
		return Answer{}, fmt.Errorf("%q %w", path, reason(err))
	}
	var keys []string
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || !isDataKey(name) {
			continue
		}
		if info, err := os.Stat(path + "/" + name); err == nil && info.Mode().IsRegular() {
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return Answer{Found: true, NoKey: true, Keys: keys}, nil
}

// there returns an error if the folder itself is not there: then nothing is known
// of what should be in it.
func (d dir) there() error {
	info, err := os.Stat(d.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such folder")
	case err != nil:
		return fmt.Errorf("%q %w", d.path, reason(err))
	case !info.IsDir():
		return errors.New("is no folder")
	}
	return nil
}
