package cli

import (
	"io/fs"
	"syscall"
)

// readAtOnce reads a regular file, and returns its size. data is nil where it has more
// than most bytes, or grows. It asks the system for no more than it needs, which os.File
// does for the sake of files of other kinds: of ten thousand small files that is a tenth
// of what reading them costs.
func readAtOnce(path string, most int64) (data []byte, size int64, err error) {
	fd, err := retried(func() (int, error) {
		return syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0) // what is a FIFO by now does not wait
	})
	if err != nil {
		return nil, 0, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer syscall.Close(fd)
	var stat syscall.Stat_t
	if _, err := retried(func() (int, error) { return 0, syscall.Fstat(fd, &stat) }); err != nil {
		return nil, 0, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	switch {
	case stat.Mode&syscall.S_IFMT != syscall.S_IFREG:
		return nil, 0, errNotRegular
	case stat.Size > most:
		return nil, stat.Size, nil
	}
	data = make([]byte, stat.Size+1)
	for length := 0; length < len(data); {
		n, err := retried(func() (int, error) { return syscall.Read(fd, data[length:]) })
		if err != nil {
			return nil, 0, &fs.PathError{Op: "read", Path: path, Err: err}
		}
		length += n
		if n == 0 || int64(length) == stat.Size {
			return data[:length:length], stat.Size, nil
		}
	}
	return nil, stat.Size, nil
}

// retried makes a system call until no signal interrupts it.
func retried(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != syscall.EINTR {
			return n, err
		}
	}
}
