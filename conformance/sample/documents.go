package sample

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// Document is one MCPWebhookConfig, with or without mistakes, as it is sent to an
// API server.
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
	var out []Document
	folder := filepath.Join(root, "testdata")
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
			out = append(out, documentsOf(name, data)...)
			return nil
		}
		for _, f := range txtar.Parse(data).Files {
			out = append(out, documentsOf(name+"/"+f.Name, f.Data)...)
		}
		return nil
	})
	return out, err
}

// documentMarker is a line between two documents.
var documentMarker = regexp.MustCompile(`(?m)^---[ \t]*(#.*)?\r?$`)

func documentsOf(name string, data []byte) []Document {
	format, ok := syntax.FormatOf(name)
	switch {
	case !ok || format == syntax.CUE:
		return nil
	case format == syntax.JSON:
		return webhookConfigs(Document{name, format, data})
	}
	var out []Document
	for i, text := range documentMarker.Split(string(data), -1) {
		out = append(out, webhookConfigs(Document{fmt.Sprintf("%s[%d]", name, i), format, []byte(text)})...)
	}
	return out
}

// saysKind finds the kind in a text that cannot be read.
var saysKind = regexp.MustCompile(`kind["']?: *["']?MCPWebhookConfig\b`)

// webhookConfigs returns the MCPWebhookConfigs of one document: itself, the items of
// a List, or none.
func webhookConfigs(d Document) []Document {
	var object struct {
		Kind  string
		Items []json.RawMessage
	}
	err := kyaml.Unmarshal(d.Data, &object)
	switch {
	case err != nil && saysKind.Match(d.Data), err == nil && object.Kind == "MCPWebhookConfig":
		return []Document{d}
	case err != nil || !strings.HasSuffix(object.Kind, "List"):
		return nil
	}
	var out []Document
	for i, item := range object.Items {
		out = append(out, webhookConfigs(Document{fmt.Sprintf("%s.items[%d]", d.Name, i), syntax.JSON, item})...)
	}
	return out
}
