// Package cache remembers from one run to the next what came of files, in one file for
// each set of circumstances that a verdict depends on. What is damaged, or cannot be
// read or written, is as good as not there.
package cache

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync/atomic"
	"time"
)

// Bounds of what is kept.
const (
	// mostBytes is the size of one file of memories; what was not asked for longest goes
	// first.
	mostBytes = 16 << 20
	// oldest is how many runs may write without asking for a memory before it goes.
	oldest = 16
	// mostFiles is how many such files stay, those that were used last.
	mostFiles = 8
	// leftOver is the age at which a file that was being written belongs to nobody.
	leftOver = time.Hour
)

const (
	extension = ".memory"
	magic     = "thvctl memory 2\n"
)

// Key identifies a file by its text.
type Key = [32]byte

// A file of memories is the magic text, the SHA-256 sum of the rest, the number of memories
// in 4 bytes, that many records in the order of their keys, and the memories themselves. So
// nothing but what is asked for has to be taken apart.
const (
	headSize = len(magic) + sha256.Size + 4
	// A record is the key, where the memory ends in 4 bytes, and how many runs have written
	// since it was asked for in one.
	recordSize = len(Key{}) + 4 + 1
)

// Cache is the memory of one run. It is not safe for use by several at a time, but
// that Get may be called beside anything.
type Cache struct {
	path string
	// records and memories are those of the file, which do not change, and asked says which
	// were asked for.
	records, memories []byte
	asked             []atomic.Bool
	added             map[Key][]byte
}

// Open reads what is remembered under circumstances: a text that differs wherever a
// verdict might. The folder is made when there is something to write.
func Open(folder, circumstances string) *Cache {
	sum := sha256.Sum256([]byte(circumstances))
	c := &Cache{path: filepath.Join(folder, hex.EncodeToString(sum[:16])+extension), added: map[Key][]byte{}}
	c.read()
	return c
}

// read takes in the file, unless it is damaged.
func (c *Cache) read() {
	info, err := os.Stat(c.path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostBytes {
		return
	}
	data, err := os.ReadFile(c.path)
	if err != nil || len(data) < headSize || !bytes.HasPrefix(data, []byte(magic)) {
		return
	}
	sum, rest := data[len(magic):headSize-4], data[headSize-4:]
	if actual := sha256.Sum256(rest); !bytes.Equal(sum, actual[:]) {
		return
	}
	count := int(binary.BigEndian.Uint32(rest))
	if rest = rest[4:]; count > len(rest)/recordSize {
		return
	}
	c.records, c.memories, c.asked = rest[:count*recordSize], rest[count*recordSize:], make([]atomic.Bool, count)
}

func (c *Cache) record(i int) []byte { return c.records[i*recordSize : (i+1)*recordSize] }

// memory returns the memory of a record.
func (c *Cache) memory(i int) (data []byte, ok bool) {
	start, end := 0, recordEnd(c.record(i))
	if i > 0 {
		start = recordEnd(c.record(i - 1))
	}
	if start > end || end > len(c.memories) {
		return nil, false
	}
	return c.memories[start:end:end], true
}

func recordEnd(record []byte) int { return int(binary.BigEndian.Uint32(record[len(Key{}):])) }

// Get returns what is remembered of a file.
func (c *Cache) Get(key Key) (data []byte, ok bool) {
	i, found := sort.Find(len(c.asked), func(i int) int { return bytes.Compare(key[:], c.record(i)[:len(key)]) })
	if !found {
		return nil, false
	}
	c.asked[i].Store(true)
	return c.memory(i)
}

// Put remembers something of a file of which nothing was remembered.
func (c *Cache) Put(key Key, data []byte) { c.added[key] = data }

// Close writes what was added, all or nothing. Of several runs at a time that write, the
// last one's memories stay.
func (c *Cache) Close() error {
	if len(c.added) == 0 {
		if len(c.asked) > 0 {
			_ = os.Chtimes(c.path, time.Time{}, time.Now()) // it is in use
		}
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
	_, err = f.Write(encode(c.kept()))
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

// entry is one memory, and how many runs have written since it was asked for.
type entry struct {
	key  Key
	data []byte
	age  int
}

// kept are the entries that are written, in the order of their keys: the youngest, as far
// as there is room.
func (c *Cache) kept() []entry {
	entries := make([]entry, 0, len(c.asked)+len(c.added))
	for key, data := range c.added {
		entries = append(entries, entry{key, data, 0})
	}
	for i := range c.asked {
		e := entry{key: Key(c.record(i)[:len(Key{})])}
		if !c.asked[i].Load() {
			e.age = int(c.record(i)[recordSize-1]) + 1
		}
		data, ok := c.memory(i)
		if _, newer := c.added[e.key]; ok && !newer && e.age <= oldest {
			e.data = data
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(a.age-b.age, bytes.Compare(a.key[:], b.key[:])) })
	size := headSize
	for i, e := range entries {
		if size += recordSize + len(e.data); size > mostBytes {
			entries = entries[:i]
			break
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return bytes.Compare(a.key[:], b.key[:]) })
	return entries
}

// encode is the text of the file.
func encode(entries []entry) []byte {
	size, end := headSize, 0
	for _, e := range entries {
		size += recordSize + len(e.data)
	}
	text := append(make([]byte, 0, size), magic...)
	text = append(text, make([]byte, sha256.Size)...)
	text = binary.BigEndian.AppendUint32(text, uint32(len(entries)))
	for _, e := range entries {
		end += len(e.data)
		text = append(text, e.key[:]...)
		text = binary.BigEndian.AppendUint32(text, uint32(end))
		text = append(text, byte(e.age))
	}
	for _, e := range entries {
		text = append(text, e.data...)
	}
	sum := sha256.Sum256(text[headSize-4:])
	copy(text[len(magic):], sum[:])
	return text
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
