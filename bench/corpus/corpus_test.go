package corpus_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"iter"
	"path"
	"testing"

	"github.com/thvctl/thvctl/bench/corpus"
	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// TestFaults holds the generator against the linter: what is made to be free of errors
// is, and what is made to be faulty has an error, whatever it is written in.
func TestFaults(t *testing.T) {
	for _, share := range []float64{0, 0.5} {
		o := corpus.Options{Seed: 1, Faulty: share}
		for name, files := range map[string]iter.Seq[corpus.File]{"mixed": o.Mixed(400), "kubernetes": o.Kubernetes(200)} {
			faulty, count := 0, 0
			for f := range files {
				if got := len(lint(t, f.Name, f.Data)) > 0; got != f.Faulty {
					t.Errorf("%s, share %v: %s is faulty: %v, and has an error: %v\n%s", name, share, f.Name, f.Faulty, got, f.Data)
				}
				if count++; f.Faulty {
					faulty++
				}
			}
			if got := float64(faulty) / float64(count); got < share*0.8 || got > share*1.2 {
				t.Errorf("%s: %.2f of the files are faulty, wanted %.2f", name, got, share)
			}
		}
	}
}

func lint(t *testing.T, name string, data []byte) diag.List {
	t.Helper()
	f := syntax.File{Name: path.Base(name), Format: syntax.YAML, Data: data, Named: true}
	if path.Ext(name) == ".json" {
		f.Format = syntax.JSON
	}
	o := compiler.Options{}
	o.Check.Lowest = diag.Error
	o.Syntax.Limits = syntax.Limits{Document: 8 << 20, Nodes: 1_000_000}
	result, err := compiler.Lint([]syntax.File{f}, o)
	if err != nil {
		t.Fatal(err)
	}
	var errors diag.List
	for _, d := range result.Diagnostics {
		if d.Severity == diag.Error {
			errors = append(errors, d)
		}
	}
	return errors
}

// TestSame demands the same bytes of the same seed, in a corpus of any size.
func TestSame(t *testing.T) {
	o := corpus.Options{Seed: 1}
	var small, large bytes.Buffer
	for f := range o.Mixed(150) {
		large.Write(f.Data)
		if f.Name < "001/" {
			small.Write(f.Data)
		}
	}
	var again bytes.Buffer
	for f := range o.Mixed(100) {
		again.Write(f.Data)
	}
	if !bytes.Equal(small.Bytes(), again.Bytes()) {
		t.Error("100 files differ from the first 100 of 150")
	}
	const want = "665c087a0ac43342af8a9b95c2fed40a9a4662c85d55d88bc78f36edb7ff44ac"
	if got := fmt.Sprintf("%x", sha256.Sum256(large.Bytes())); got != want {
		t.Errorf("150 files have the hash %s, wanted %s: figures of before and after cannot be compared", got, want)
	}
}

func TestOneFile(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer) error{
		"documents": func(b *bytes.Buffer) error { return corpus.Options{Seed: 1}.Documents(b, 100) },
		"webhooks":  func(b *bytes.Buffer) error { return corpus.Options{Seed: 1}.Webhooks(b, 1000) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if found := lint(t, name+".yaml", b.Bytes()); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
	}
}
