// Package inputs reads the files that the programs which thvctl is measured against
// read.
package inputs

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Each calls do with the bytes of every regular file below the paths, in the order of
// a walk, and ends at the first error.
func Each(paths []string, do func(data []byte) error) error {
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			return do(data)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
