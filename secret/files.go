package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// maxFile bounds the file of a secret, in bytes. It is Kubernetes' own bound for
// a Secret (MaxSecretSize in k8s.io/api/core/v1).
const maxFile = 1 << 20

// files looks up references that are paths. It stands in no registry, because
// such a path can only mean this machine's files.
type files struct{}

// String implements Store.
func (files) String() string { return "the file system" }

// Holds implements Store.
func (files) Holds(ref Ref) bool { return ref.File != "" }

// Look implements Store. A relative path is relative to the working directory.
func (files) Look(_ context.Context, ref Ref, _ Purpose, value bool) (Answer, error) {
	answer, mode, err := lookFile(ref.File, value)
	answer.Exposed = answer.Found && mode&0o004 != 0
	return answer, err
}

// lookFile looks for a regular file that this process may read, and reads it only
// where its value is asked for. The mode is that of the file a link leads to.
func lookFile(path string, value bool) (Answer, fs.FileMode, error) {
	if strings.ContainsRune(path, 0) {
		return Answer{}, 0, nil // no file has such a name
	}
	// Asked first, because to open a device can have an effect.
	info, err := os.Stat(path)
	if err == nil {
		err = regular(info)
	}
	if err != nil {
		return Answer{}, 0, absent(path, err)
	}
	if !value {
		const read = 4 // as the system calls it
		if err := syscall.Access(path, read); err != nil {
			return Answer{}, 0, absent(path, &fs.PathError{Op: "access", Path: path, Err: err})
		}
		return Answer{Found: true}, info.Mode(), nil
	}
	// Should it have become a pipe in the meantime, this does not wait for a writer.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return Answer{}, 0, absent(path, err)
	}
	defer file.Close()
	content, err := readFile(file)
	if err != nil {
		return Answer{}, 0, fmt.Errorf("%q %w", path, reason(err))
	}
	return Answer{Found: true, Value: content}, info.Mode(), nil
}

func readFile(file *os.File) (Value, error) {
	info, err := file.Stat()
	if err == nil {
		err = regular(info)
	}
	if err != nil {
		return Value{}, err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return Value{}, err
	}
	if len(data) > maxFile {
		return Value{}, errTooLarge
	}
	return NewValue(data), nil
}

var errTooLarge = fmt.Errorf("is larger than %d MiB", maxFile>>20)

// regular returns an error that says what a thing is if it is no regular file, or
// one that is too large.
func regular(info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsDir():
		return errors.New("is a folder, and no file")
	case mode&fs.ModeNamedPipe != 0:
		return errors.New("is a named pipe, and no file")
	case mode&fs.ModeSocket != 0:
		return errors.New("is a socket, and no file")
	case mode&fs.ModeDevice != 0:
		return errors.New("is a device, and no file")
	case !mode.IsRegular():
		return errors.New("is no regular file")
	case info.Size() > maxFile:
		return errTooLarge
	}
	return nil
}

// absent returns nil if the error says that there is nothing at the path, and an
// error that names the path for any other.
func absent(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ENAMETOOLONG) {
		return nil
	}
	return fmt.Errorf("%q %w", path, reason(err))
}

// reason returns an error of the operating system without the operation and the
// path, and other errors as they are.
func reason(err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("cannot be read: %w", failed.Err)
	}
	return err
}
