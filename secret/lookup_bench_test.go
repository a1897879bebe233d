package secret

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkLookup asks for 1,000 keys, as a lint with --secrets=exists does.
func BenchmarkLookup(b *testing.B) {
	folder := b.TempDir()
	var list []Manifest
	var requests, names, paths []Request
	for i := range 1000 {
		name := fmt.Sprintf("secret-%d", i)
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			b.Fatal(err)
		}
		path := filepath.Join(folder, name, "hmac")
		if err := os.WriteFile(path, []byte("benchmark"), 0o600); err != nil {
			b.Fatal(err)
		}
		b.Setenv(variablePrefix+name, "benchmark")
		list = append(list, Manifest{Name: name, Keys: []string{"hmac"}})
		requests = append(requests, Request{Ref: Ref{Key: Key{Name: name, Key: "hmac"}}, Purpose: HMAC})
		names = append(names, Request{Ref: Ref{Name: name}, Purpose: HMAC})
		paths = append(paths, Request{Ref: Ref{File: path}, Purpose: HMAC})
	}
	for _, one := range []struct {
		name     string
		store    Store
		requests []Request
	}{
		{"env", env{}, names},
		{"dir", dir{folder}, requests},
		{"manifests", newManifests("manifests", list), requests},
		{"files", env{}, paths},
	} {
		b.Run(one.name, func(b *testing.B) {
			for b.Loop() {
				for _, r := range Lookup(b.Context(), []Store{one.store}, one.requests) {
					if !r.Found || r.Err != nil {
						b.Fatal(r.Ref, r.Found, r.Err)
					}
				}
			}
		})
	}
}
