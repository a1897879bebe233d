// Package sample holds what conformance is tried on: the golden artifacts of
// thvctl, what it makes of generated configurations, and the documents of its test
// data.
package sample

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	kyaml "sigs.k8s.io/yaml"
)

// Unit is one configuration in all the forms in which thvctl writes it. What a form
// cannot express is nil.
type Unit struct {
	// Name says where the unit comes from.
	Name string
	// Manifest is the MCPWebhookConfig in YAML, and OperatorRunConfig the RunConfig
	// that ToolHive's operator is expected to make of it.
	Manifest, OperatorRunConfig []byte
	// WebhookFile is the webhook file in YAML for ToolHive's command line, and
	// RunConfig what that is expected to make of it.
	WebhookFile, RunConfig []byte
	// Based says that RunConfig was put into one of the user's, whose fields stay, known
	// to ToolHive or not.
	Based bool
}

// Golden returns the units of the golden files in the folder of that name below the
// root of the repository, in the order of their cases.
func Golden(root string) ([]Unit, error) {
	folders, err := filepath.Glob(filepath.Join(root, "golden", "*"))
	if err != nil {
		return nil, err
	}
	var units []Unit
	for _, folder := range folders {
		found, err := goldenCase(folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		units = append(units, found...)
	}
	return units, nil
}

// goldenCase reads the artifacts of one case. A form that it lacks, or a case of
// mistakes, which has none at all, gives nothing.
func goldenCase(folder string) ([]Unit, error) {
	artifacts := map[string][][]byte{}
	most := 0
	for _, name := range []string{"crd.manifest.yaml", "crd.runconfig.json", "cli.manifest.yaml", "cli.runconfig.json"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if artifacts[name], err = split(name, data); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if most != 0 && len(artifacts[name]) != most {
			return nil, fmt.Errorf("%s has %d artifacts, others have %d", name, len(artifacts[name]), most)
		}
		most = len(artifacts[name])
	}
	units := make([]Unit, most)
	for i := range units {
		part := func(name string) []byte {
			if len(artifacts[name]) == 0 {
				return nil
			}
			return artifacts[name][i]
		}
		units[i] = Unit{
			Name:     fmt.Sprintf("golden/%s[%d]", filepath.Base(folder), i),
			Manifest: part("crd.manifest.yaml"), OperatorRunConfig: part("crd.runconfig.json"),
			WebhookFile: part("cli.manifest.yaml"), RunConfig: part("cli.runconfig.json"),
			Based: strings.HasPrefix(filepath.Base(folder), "base-"),
		}
	}
	return units, nil
}

// split takes the artifacts of a golden file apart, and leaves out what merely
// passes through.
func split(name string, data []byte) ([][]byte, error) {
	if strings.HasSuffix(name, ".json") {
		return jsonValues(data)
	}
	var out [][]byte
	for _, text := range bytes.Split(data, []byte("\n---\n")) {
		text = append(bytes.TrimSuffix(text, []byte("\n")), '\n')
		if name == "cli.manifest.yaml" || isWebhookConfig(text) {
			out = append(out, text)
		}
	}
	return out, nil
}

// jsonValues returns the texts of the JSON values that stand one behind the other.
func jsonValues(data []byte) ([][]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	var out [][]byte
	for {
		var value json.RawMessage
		if err := decoder.Decode(&value); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		out = append(out, append(value, '\n'))
	}
}

// isWebhookConfig reports whether a YAML text can be read and is an
// MCPWebhookConfig.
func isWebhookConfig(text []byte) bool {
	var object struct{ Kind string }
	return kyaml.Unmarshal(text, &object) == nil && object.Kind == "MCPWebhookConfig"
}
