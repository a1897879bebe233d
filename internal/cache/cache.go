// Package cache remembers from one run to the next what came of files, in one file for
// each set of circumstances that a verdict depends on. What is damaged, or cannot be
// read or written, is as good as not there.
package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Bounds of what is kept.
const (
	// mostBytes is the size of one file of memories; what this run did not ask for goes
	// first.
	mostBytes = 32 << 20
	// mostFiles is how many such files stay, those that were written last.
	mostFiles = 8
	// leftOver is the age at which a file that was being written belongs to nobody.
	leftOver = time.Hour
)

const (
	extension = ".memory"
	magic     = "thvctl memory 1\n"
)

// Key identifies a file by its text.
type Key = [32]byte

// Cache is the memory of one run. It is not safe for use by several at a time, but
// that Get may be called beside anything.
type Cache struct {
	path    string
	known   map[Key][]byte // as it was read; it does not change
	added   map[Key][]byte
	changed bool
}

// Open reads what is remembered under circumstances: a text that differs wherever a
// verdict might. The folder is made when there is something to write.
func Open(folder, circumstances string) *Cache {
	sum := sha256.Sum256([]byte(circumstances))
	c := &Cache{path: filepath.Join(folder, hex.EncodeToString(sum[:16])+extension), added: map[Key][]byte{}}
	c.known = read(c.path)
	return c
}

// read returns the memories of a file, none where it is damaged.
func read(path string) map[Key][]byte {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostBytes {
		return nil
	}
	data, err := os.ReadFile(path)
	head := len(magic) + sha256.Size
	if err != nil || len(data) < head || !bytes.HasPrefix(data, []byte(magic)) {
		return nil
	}
	sum, rest := data[len(magic):head], data[head:]
	if actual := sha256.Sum256(rest); !bytes.Equal(sum, actual[:]) {
		return nil
	}
	count, size := binary.Uvarint(rest)
	if size <= 0 || count > uint64(len(rest)) {
		return nil
	}
	rest = rest[size:]
	known := make(map[Key][]byte, count)
	for len(rest) >= len(Key{}) {
		key := Key(rest)
		n, size := binary.Uvarint(rest[len(key):])
		rest = rest[len(key):]
		if size <= 0 || n > uint64(len(rest)-size) {
			return nil
		}
		known[key], rest = rest[size:size+int(n)], rest[size+int(n):]
	}
	return known
}

// Get returns what is remembered of a file.
func (c *Cache) Get(key Key) (data []byte, ok bool) {
	data, ok = c.known[key]
	return data, ok
}

// Put remembers something of a file.
func (c *Cache) Put(key Key, data []byte) {
	if old, known := c.known[key]; known && bytes.Equal(old, data) {
		return
	}
	c.added[key], c.changed = data, true
}

// Close writes what was added, all or nothing. Of several runs at a time that write, the
// last one's memories stay.
func (c *Cache) Close() error {
	if !c.changed {
		return nil
	}
	folder := filepath.Dir(c.path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	sweep(folder, filepath.Base(c.path))
	f, err := os.CreateTemp(folder, "*"+extension+".part")
	if err != nil {
		return err
	}
	_, err = f.Write(c.encode())
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), c.path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// encode is the text of the file: what was added, and what was known as far as there is
// room.
func (c *Cache) encode() []byte {
	var body []byte
	count := uint64(0)
	write := func(memories map[Key][]byte, but map[Key][]byte) {
		for key, data := range memories {
			if _, newer := but[key]; newer || len(body)+len(key)+len(data) > mostBytes-1024 {
				continue
			}
			body = append(body, key[:]...)
			body = binary.AppendUvarint(body, uint64(len(data)))
			body = append(body, data...)
			count++
		}
	}
	write(c.added, nil)
	write(c.known, c.added)
	body = append(binary.AppendUvarint(nil, count), body...)
	sum := sha256.Sum256(body)
	return slices.Concat([]byte(magic), sum[:], body)
}

// sweep removes the oldest files of memories, but for one, and what a run that was
// killed has left.
func sweep(folder, keep string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	type aged struct {
		name string
		at   time.Time
	}
	var files []aged
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil || !info.Mode().IsRegular():
		case strings.HasSuffix(e.Name(), extension+".part") && time.Since(info.ModTime()) > leftOver:
			os.Remove(filepath.Join(folder, e.Name()))
		case strings.HasSuffix(e.Name(), extension) && e.Name() != keep:
			files = append(files, aged{e.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(files, func(a, b aged) int { return b.at.Compare(a.at) })
	for i, f := range files {
		if i >= mostFiles-1 {
			os.Remove(filepath.Join(folder, f.name))
		}
	}
}
