package compiler_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// TestStreamedFilesAreJudgedAlike lints random sets of the test data twice: with each
// file let go of when it was judged, and with all of them kept.
func TestStreamedFilesAreJudgedAlike(t *testing.T) {
	pool := testFiles(t)
	keeps := func([]*model.Document) (diag.List, error) { return nil, nil } // a judge wants all documents
	r := rand.New(rand.NewPCG(7, 1))
	remembered := &memory{files: map[[32]byte][]byte{}}
	defer func() {
		if got := remembered.gets.Load(); got < 100 {
			t.Errorf("only %d files were recalled", got)
		}
	}()
	for round := range 400 {
		var files []syntax.File
		for range 1 + r.IntN(6) {
			f := pool[r.IntN(len(pool))]
			f.Named = r.IntN(2) == 0
			files = append(files, f)
		}
		streamed, err := compiler.Lint(lazily(files), compiler.Options{Workers: 1 + r.IntN(3)})
		if err != nil {
			t.Fatal(err)
		}
		kept, err := compiler.Lint(files, compiler.Options{Check: check.Options{Judges: []func([]*model.Document) (diag.List, error){keeps}}})
		if err != nil {
			t.Fatal(err)
		}
		recalled, err := compiler.Lint(lazily(files), compiler.Options{Workers: 2, Memory: remembered})
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string]compiler.Result{"streamed": streamed, "recalled": recalled} {
			if diff := cmp.Diff(kept, got); diff != "" {
				for _, f := range files {
					t.Logf("%s\n%s", f.Name, f.Data)
				}
				t.Fatalf("round %d (-kept +%s)\n%s", round, name, diff)
			}
		}
	}
}

// TestStreamedFilesAreCompiledAlike compiles random sets of the test data twice, in the
// same way.
func TestStreamedFilesAreCompiledAlike(t *testing.T) {
	pool := testFiles(t)
	var sound []syntax.File
	for _, f := range pool {
		if result, err := compiler.Lint([]syntax.File{f}, compiler.Options{}); err == nil && !result.Diagnostics.Has(diag.Error) {
			sound = append(sound, f)
		}
	}
	keeps := func([]*model.Document) (diag.List, error) { return nil, nil }
	all := func(string) bool { return true }
	ignores := func(n int) (some []suppress.Ignore) {
		for _, id := range []string{"THV6002", "THV2002", "THV1003"}[:n] {
			some = append(some, suppress.Ignore{By: diag.InProject, Reason: "r", Rules: []string{id}, Files: all, ByFile: n%2 == 1, Finding: diag.Diagnostic{Rule: diag.UnusedIgnore, Severity: diag.Warning}})
		}
		return some
	}
	r := rand.New(rand.NewPCG(7, 3))
	artifacts, findings := 0, 0
	for round := range 600 {
		var files []syntax.File
		from := sound
		if round%4 == 0 {
			from = pool
		}
		for range 1 + r.IntN(5) {
			files = append(files, from[r.IntN(len(from))])
		}
		o := compiler.Options{Emit: compiler.EmitRunConfig, Bind: bind.Options{Form: []bind.Form{bind.CLI, bind.CRD}[r.IntN(2)], SecretsDir: []string{"", "/s"}[r.IntN(2)]}}
		if r.IntN(8) == 0 {
			o.Bind.Name = "name"
		}
		ignored := r.IntN(4)
		compile := func(o compiler.Options) (compiler.Result, string) {
			o.Suppress = suppress.New(ignores(ignored))
			result, err := compiler.Compile(files, o)
			if err != nil && !compiler.IsUsage(err) {
				t.Fatal(err)
			}
			return result, fmt.Sprint(err)
		}
		o.Workers = 1 + r.IntN(3)
		streamed, streamedError := compile(o)
		o.Check.Judges = []func([]*model.Document) (diag.List, error){keeps}
		kept, keptError := compile(o)
		if diff := cmp.Diff(kept, streamed); diff != "" || keptError != streamedError {
			for _, f := range files {
				t.Logf("%s\n%s", f.Name, f.Data)
			}
			t.Fatalf("round %d (-kept +streamed)\n%s\n%s, %s", round, diff, keptError, streamedError)
		}
		artifacts, findings = artifacts+len(streamed.Artifacts), findings+len(streamed.Diagnostics)
	}
	if artifacts < 300 || findings < 1000 {
		t.Errorf("only %d artifacts and %d findings", artifacts, findings)
	}
}

// TestForgedMemories has memories that no run has kept: the files are judged anew.
func TestForgedMemories(t *testing.T) {
	text := "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPServer\nmetadata: {name: a}\nspec: {image: x}\n"
	files := lazily([]syntax.File{{Name: "a.yaml", Format: syntax.YAML, Data: []byte(text)}, {Name: "b.yaml", Format: syntax.YAML, Data: []byte(text + "# again\n")}})
	want, err := compiler.Lint(files, compiler.Options{})
	if err != nil || len(want.Diagnostics) == 0 {
		t.Fatal(want.Diagnostics, err)
	}
	for _, forged := range []string{"", "\xff\xff\xff", "\x02\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x02\x00\x02\x02\x02\x02\x02\x02"} {
		got, err := compiler.Lint(files, compiler.Options{Memory: forgery(forged)})
		if err != nil {
			t.Errorf("%q: %v", forged, err)
		} else if diff := cmp.Diff(want, got); diff != "" && forged != "" {
			t.Errorf("%q: (-want +got)\n%s", forged, diff)
		}
	}
}

// forgery knows every file, by the same memory.
type forgery string

func (f forgery) Get([32]byte) ([]byte, bool) { return []byte(f), true }

func (f forgery) Put([32]byte, []byte) {}

// TestHeadersAreNotRemembered holds an object with the value of a header.
func TestHeadersAreNotRemembered(t *testing.T) {
	remembered := &memory{files: map[[32]byte][]byte{}}
	text := "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPRemoteProxy\nmetadata: {name: a}\nspec: {remoteUrl: \"https://a.example/\", headerForward: {addPlaintextHeaders: {X-Tenant: acme}}}\n"
	for _, text := range []string{text, text + strings.Repeat("---\n"+text, 80)} {
		files := lazily([]syntax.File{{Name: "a.yaml", Format: syntax.YAML, Data: []byte(text)}})
		result, err := compiler.Lint(files, compiler.Options{Memory: remembered, Check: check.Options{Lowest: diag.Error}})
		if err != nil || result.Diagnostics.Has(diag.Error) {
			t.Fatal(result.Diagnostics, err)
		}
	}
	if len(remembered.files) > 0 {
		t.Errorf("kept: %q", remembered.files)
	}
}

// lazily returns files that are read when they are needed, and may be read again.
func lazily(files []syntax.File) (lazy []syntax.File) {
	for _, f := range files {
		data := f.Data
		f.Data, f.Load = nil, func() ([]byte, *diag.Diagnostic) { return data, nil }
		lazy = append(lazy, f)
	}
	return lazy
}

// memory is one that lasts as long as a test.
type memory struct {
	lock  sync.RWMutex
	files map[[32]byte][]byte
	gets  atomic.Int64
}

func (m *memory) Get(key [32]byte) ([]byte, bool) {
	m.lock.RLock()
	defer m.lock.RUnlock()
	data, ok := m.files[key]
	if ok {
		m.gets.Add(1)
	}
	return data, ok
}

func (m *memory) Put(key [32]byte, data []byte) {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.files[key] = data
}

// testFiles are the YAML and JSON files of the test data, those of archives included.
func testFiles(t *testing.T) []syntax.File {
	t.Helper()
	var files []syntax.File
	add := func(name string, data []byte) {
		if format, ok := syntax.FormatOf(name); ok && format != syntax.CUE && filepath.Base(name) != projectFile && len(data) < 20000 {
			files = append(files, syntax.File{Name: name, Format: format, Data: data})
		}
	}
	for _, pattern := range []string{"../testdata/rules/*/*", "../testdata/ok/*", "../testdata/err/*", "../testdata/corpus/*"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(name) != ".txtar" {
				add(name, data)
				continue
			}
			for _, f := range txtar.Parse(data).Files {
				add(name+"/"+f.Name, f.Data)
			}
		}
	}
	return files
}
