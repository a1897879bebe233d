package sample

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// Document is one object, with or without mistakes, as it is sent to an API server.
type Document struct {
	// Name says where the document comes from.
	Name   string
	Format syntax.Format
	Data   []byte
}

// Documents returns every MCPWebhookConfig in the folder testdata below the root of
// the repository: those in YAML and JSON files, and those of archives. Files of
// several documents, and Lists, are taken apart.
func Documents(root string) ([]Document, error) {
	return documentsBelow(filepath.Join(root, "testdata"), "MCPWebhookConfig")
}

// Owners returns every MCPServerEntry and MCPRemoteProxy in the folders testdata and
// examples below the root of the repository, as [Documents] does.
func Owners(root string) ([]Document, error) {
	var out []Document
	for _, folder := range []string{"testdata", "examples"} {
		found, err := documentsBelow(filepath.Join(root, folder), "MCPServerEntry", "MCPRemoteProxy")
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// documentsBelow returns the objects of some kinds in a folder and those below it.
func documentsBelow(folder string, kinds ...string) ([]Document, error) {
	var out []Document
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if filepath.Ext(name) != ".txtar" {
			out = append(out, documentsOf(name, data, kinds)...)
			return nil
		}
		for _, f := range txtar.Parse(data).Files {
			out = append(out, documentsOf(name+"/"+f.Name, f.Data, kinds)...)
		}
		return nil
	})
	return out, err
}

// documentMarker is a line between two documents.
var documentMarker = regexp.MustCompile(`(?m)^---[ \t]*(#.*)?\r?$`)

func documentsOf(name string, data []byte, kinds []string) []Document {
	format, ok := syntax.FormatOf(name)
	switch {
	case !ok || format == syntax.CUE:
		return nil
	case format == syntax.JSON:
		return ofKinds(Document{name, format, data}, kinds)
	}
	var out []Document
	for i, text := range documentMarker.Split(string(data), -1) {
		out = append(out, ofKinds(Document{fmt.Sprintf("%s[%d]", name, i), format, []byte(text)}, kinds)...)
	}
	return out
}

// saysKind finds what may be the kind in a text that cannot be read.
var saysKind = regexp.MustCompile(`kind["']?: *["']?(\w+)\b`)

// ofKinds returns the objects of some kinds in one document: itself, items of a List,
// or none.
func ofKinds(d Document, kinds []string) []Document {
	var object struct {
		Kind  string
		Items []json.RawMessage
	}
	err := kyaml.Unmarshal(d.Data, &object)
	said := slices.ContainsFunc(saysKind.FindAllSubmatch(d.Data, -1), func(kind [][]byte) bool { return slices.Contains(kinds, string(kind[1])) })
	switch {
	case err != nil && said, err == nil && slices.Contains(kinds, object.Kind):
		return []Document{d}
	case err != nil || !strings.HasSuffix(object.Kind, "List"):
		return nil
	}
	var out []Document
	for i, item := range object.Items {
		out = append(out, ofKinds(Document{fmt.Sprintf("%s.items[%d]", d.Name, i), syntax.JSON, item}, kinds)...)
	}
	return out
}
