package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
)

// file is a file to be written.
type file struct {
	path string
	data []byte
}

// writeFiles writes all files or none: each is written beside its place first
// and then renamed into it. An interrupt on the way leaves nothing behind.
func writeFiles(files []file) error {
	s := &staging{}
	defer s.watch()()
	for _, f := range files {
		if err := s.stage(f); err != nil {
			s.discard()
			return fmt.Errorf("write %s: %w", f.path, err)
		}
	}
	if err := s.commit(); err != nil {
		s.discard()
		return err
	}
	return nil
}

// staging holds files that are written but not in their place yet.
type staging struct {
	mutex sync.Mutex
	moves []move
}

type move struct{ from, to string }

// watch removes what is staged when the process is interrupted. The function
// that it returns ends the watch.
func (s *staging) watch() (stop func()) {
	signals := make(chan os.Signal, 1)
	done := make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
			s.mutex.Lock() // for good: nothing more is staged
			s.remove()
			os.Exit(130)
		case <-done:
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}

func (s *staging) discard() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.remove()
}

func (s *staging) remove() {
	for _, m := range s.moves {
		os.Remove(m.from) // best effort: it is ours and temporary
	}
	s.moves = nil
}

// stage writes a file beside its place. What is no regular file, such as
// /dev/stdout, is written directly.
func (s *staging) stage(f file) error {
	path := f.path
	switch path {
	case "/dev/stdout", "/dev/stderr": // opened anew, a redirected one would be cut
		stream := os.NewFile(map[string]uintptr{"/dev/stdout": 1, "/dev/stderr": 2}[path], path)
		_, err := stream.Write(f.data)
		return err
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := fs.FileMode(0o644)
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return errors.New("this is a folder")
	case err == nil && !info.Mode().IsRegular():
		return os.WriteFile(path, f.data, mode)
	case err == nil:
		mode = info.Mode().Perm()
		if err := writable(path); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temporary, err := s.temporary(path)
	if err != nil {
		return err
	}
	_, err = temporary.Write(f.data)
	return errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close())
}

// writable reports why a file may not be written. Renaming another into its place
// would not ask.
func writable(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// temporary makes the file that is to be renamed to a path.
func (s *staging) temporary(path string) (*os.File, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	f, err := os.CreateTemp(filepath.Dir(path), ".thvctl-*")
	if err != nil {
		return nil, err
	}
	s.moves = append(s.moves, move{f.Name(), path})
	return f, nil
}

// commit renames every staged file into its place.
func (s *staging) commit() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for len(s.moves) > 0 {
		if err := os.Rename(s.moves[0].from, s.moves[0].to); err != nil {
			return err
		}
		s.moves = s.moves[1:]
	}
	return nil
}
