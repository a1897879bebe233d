package compiler

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
	yaml "go.yaml.in/yaml/v3"

	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/schema"
)

// published are the published JSON Schemas by kind, compiled when they are first needed.
type published struct {
	lock     sync.Mutex
	compiled map[string]*jsonschema.Schema
}

func (p *published) schema(kind string) (*jsonschema.Schema, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if s := p.compiled[kind]; s != nil {
		return s, nil
	}
	s, err := compileSchema(kind)
	if err != nil {
		return nil, err
	}
	if p.compiled == nil {
		p.compiled = map[string]*jsonschema.Schema{}
	}
	p.compiled[kind] = s
	return s, nil
}

// validate holds every artifact against the schema of its kind. A mismatch is a defect of
// ours: what the user wrote was checked before. It may be called by several at a time.
func (p *published) validate(artifacts []emit.Artifact) error {
	for _, a := range artifacts {
		if a.Schema == "" {
			continue
		}
		s, err := p.schema(a.Schema)
		if err != nil {
			return err
		}
		value, err := decodeArtifact(a)
		if err != nil {
			return fmt.Errorf("the artifact %q cannot be read back", a.File) // the reader's words may quote it
		}
		for _, item := range documentsOf(a, value) {
			if err := s.Validate(item); err != nil {
				return fmt.Errorf("the artifact %q breaks the JSON Schema %q%s", a.File, a.Schema, brokenAt(err))
			}
		}
	}
	return nil
}

// documentsOf returns what of an artifact is of the kind of its schema.
func documentsOf(a emit.Artifact, value any) []any {
	if items, ok := value.([]any); ok && a.Items {
		return items
	}
	return []any{value}
}

// brokenAt says where an artifact breaks a schema. The validator's own words quote
// the value.
func brokenAt(err error) string {
	invalid, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return ""
	}
	for len(invalid.Causes) > 0 {
		invalid = invalid.Causes[0]
	}
	return fmt.Sprintf(" at %s, by %s", invalid.InstanceLocation, invalid.KeywordLocation)
}

func compileSchema(kind string) (*jsonschema.Schema, error) {
	text, err := schema.JSONSchema(kind)
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(kind, bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("read the JSON Schema %q: %w", kind, err)
	}
	s, err := compiler.Compile(kind)
	if err != nil {
		return nil, fmt.Errorf("compile the JSON Schema %q: %w", kind, err)
	}
	return s, nil
}

func decodeArtifact(a emit.Artifact) (value any, err error) {
	if a.YAML {
		err = yaml.Unmarshal(a.Data, &value)
		return value, err
	}
	decoder := json.NewDecoder(bytes.NewReader(a.Data))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}
