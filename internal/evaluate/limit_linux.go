//go:build !race

package evaluate

import "syscall"

// limitData has the system refuse memory beyond so many bytes of data, mappings
// included; the Go runtime then ends the process.
func limitData(bytes int64) error {
	return syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: uint64(bytes), Max: uint64(bytes)})
}
