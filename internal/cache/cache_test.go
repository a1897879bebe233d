package cache

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func key(i int) (k Key) {
	copy(k[:], fmt.Sprintf("key %d", i))
	return k
}

func fill(t *testing.T, folder, circumstances string, from, to int) *Cache {
	t.Helper()
	c := Open(folder, circumstances)
	for i := from; i < to; i++ {
		c.Put(key(i), []byte(fmt.Sprint("data ", i)))
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRemembers(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "cache")
	fill(t, folder, "a", 0, 100)
	fill(t, folder, "a", 100, 200)
	fill(t, folder, "b", 0, 1)
	a, b := Open(folder, "a"), Open(folder, "b")
	for i := range 200 {
		if data, ok := a.Get(key(i)); !ok || string(data) != fmt.Sprint("data ", i) {
			t.Errorf("%d: %q, %v", i, data, ok)
		}
	}
	if _, ok := b.Get(key(1)); ok || len(b.asked) != 1 {
		t.Errorf("under other circumstances there are %d", len(b.asked))
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is open to others: %v, %v", info.Mode(), err)
	}
}

func TestDamagedFilesAreNotThere(t *testing.T) {
	folder := t.TempDir()
	path := fill(t, folder, "a", 0, 20).path
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 0x41
		for _, text := range [][]byte{damaged, whole[:i]} {
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			if c := Open(folder, "a"); len(c.asked) != 0 {
				t.Fatalf("damage at byte %d of %d passes", i, len(whole))
			}
		}
	}
	fill(t, folder, "a", 0, 1) // and is written over
	if c := Open(folder, "a"); len(c.asked) != 1 {
		t.Error("a damaged file stays")
	}
}

func TestBounds(t *testing.T) {
	folder := t.TempDir()
	left := filepath.Join(folder, "x"+extension+".part")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * leftOver)
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	for i := range 3 * mostFiles {
		fill(t, folder, fmt.Sprint(i), 0, 1)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > mostFiles {
		t.Errorf("%d files, %v", len(entries), err)
	}
	c := Open(folder, "large")
	for i := range 40 {
		c.Put(key(i), make([]byte, 1<<20))
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(c.path); err != nil || info.Size() > mostBytes || len(Open(folder, "large").asked) < 14 {
		t.Errorf("%d bytes, %v", info.Size(), err)
	}
}

// TestAging has one memory that every run asks for, and one that nobody does.
func TestAging(t *testing.T) {
	folder := t.TempDir()
	fill(t, folder, "a", 0, 2)
	for i := range oldest + 1 {
		c := Open(folder, "a")
		if _, ok := c.Get(key(0)); !ok {
			t.Fatalf("after %d runs what is asked for is gone", i)
		}
		c.Put(key(10+i), []byte("more"))
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	c := Open(folder, "a")
	if _, ok := c.Get(key(1)); ok {
		t.Error("what nobody asks for stays")
	}
	if _, ok := c.Get(key(10 + 1)); !ok {
		t.Error("what is younger goes")
	}
	before := time.Now().Add(-time.Hour)
	if err := os.Chtimes(c.path, before, before); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(c.path); err != nil || info.ModTime().Before(before.Add(time.Minute)) {
		t.Error("a file that is only read grows old")
	}
}

// TestForgedFile has a file whose sum is right and nothing else.
func TestForgedFile(t *testing.T) {
	folder := t.TempDir()
	path := fill(t, folder, "a", 0, 3).path
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := headSize - 4; i < len(whole); i++ {
		forged := bytes.Clone(whole)
		forged[i] = 0xff
		sum := sha256.Sum256(forged[headSize-4:])
		copy(forged[len(magic):], sum[:])
		if err := os.WriteFile(path, forged, 0o600); err != nil {
			t.Fatal(err)
		}
		c := Open(folder, "a")
		for i := range 3 {
			c.Get(key(i))
		}
		c.Put(key(5), nil)
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestConcurrentRuns(t *testing.T) {
	folder := t.TempDir()
	var running sync.WaitGroup
	for run := range 16 {
		running.Go(func() {
			for i := range 10 {
				c := Open(folder, "a")
				for i := range c.asked {
					if data, _ := c.Get(Key(c.record(i)[:32])); len(data) == 0 {
						t.Error("half a memory")
					}
				}
				c.Put(key(run*10+i), []byte("data"))
				if err := c.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
	if len(Open(folder, "a").asked) == 0 {
		t.Error("nothing is left")
	}
}

func TestUnwritableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := Open(filepath.Join(file, "cache"), "a")
	c.Put(key(1), []byte("x"))
	if err := c.Close(); err == nil {
		t.Error("it was written somewhere")
	}
}
