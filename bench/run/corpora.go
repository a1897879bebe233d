package main

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/thvctl/thvctl/bench/corpus"
)

// kind is what a corpus is made of.
type kind string

const (
	kubernetes kind = "MCPWebhookConfigs"
	mixed      kind = "mixed files"
	documents  kind = "documents in one file"
	webhooks   kind = "webhooks in one document"
)

// input is one corpus.
type input struct {
	kind  kind
	count int
	// path is the folder or the file, below that of the workshop; files are all files.
	path  string
	files []string
}

// String implements fmt.Stringer.
func (i input) String() string {
	if i.count == 1 {
		return "1 " + strings.TrimSuffix(string(i.kind), "s")
	}
	return number(i.count) + " " + string(i.kind)
}

func writeCorpora(folder string, s settings) ([]input, error) {
	var all []input
	for _, count := range s.sizes {
		say("writing the corpora of %s", number(count))
		for _, one := range []struct {
			kind  kind
			name  string
			files iter.Seq[corpus.File]
		}{{kubernetes, "k", s.corpus.Kubernetes(count)}, {mixed, "m", s.corpus.Mixed(count)}} {
			in := input{kind: one.kind, count: count, path: fmt.Sprintf("%s%d", one.name, count)}
			if err := in.writeFiles(folder, one.files); err != nil {
				return nil, err
			}
			all = append(all, in)
		}
		if count == 1 {
			continue // one document or webhook is one file
		}
		for _, one := range []struct {
			kind  kind
			name  string
			write func(io.Writer, int) error
		}{{documents, "d", s.corpus.Documents}, {webhooks, "w", s.corpus.Webhooks}} {
			in := input{kind: one.kind, count: count, path: fmt.Sprintf("%s%d.yaml", one.name, count)}
			in.files = []string{in.path}
			if err := in.writeOne(folder, one.write); err != nil {
				return nil, err
			}
			all = append(all, in)
		}
	}
	return all, nil
}

func (in *input) writeFiles(folder string, files iter.Seq[corpus.File]) error {
	for f := range files {
		name := filepath.Join(in.path, filepath.FromSlash(f.Name))
		in.files = append(in.files, name)
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (in *input) writeOne(folder string, write func(io.Writer, int) error) error {
	f, err := os.Create(filepath.Join(folder, in.path))
	if err != nil {
		return err
	}
	defer f.Close()
	buffered := bufio.NewWriter(f)
	if err := write(buffered, in.count); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return f.Close()
}
