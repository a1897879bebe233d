package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/thvctl/thvctl/schema"
)

// fits says as an error why the text of an attribute is no value of a type.
func fits(t *schema.Type, text string) error {
	encoded, err := plainJSON(literal(t, text))
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	return valueFits(t, value)
}

func valueFits(t *schema.Type, value any) error {
	if t.Kinds.Has(schema.AnyKind) {
		return nil
	}
	kind := kindOfJSON(value)
	if !t.Kinds.Has(kind) || kind == schema.NullKind {
		return fmt.Errorf("the value does not fit the field, allowed is: %s", t.Describe())
	}
	switch value := value.(type) {
	case string:
		return textFits(t, value)
	case json.Number:
		if n, err := value.Int64(); err != nil || !t.Bounds.Allow(n) {
			return fmt.Errorf("%s is no whole number within the bounds", value)
		}
	case []any:
		for _, item := range value {
			if err := valueFits(t.Elem, item); err != nil {
				return err
			}
		}
	case map[string]any:
		return structFits(t, value)
	}
	return nil
}

func kindOfJSON(value any) schema.KindSet {
	switch value.(type) {
	case string:
		return schema.StringKind
	case json.Number:
		return schema.IntKind
	case bool:
		return schema.BoolKind
	case []any:
		return schema.ListKind
	case map[string]any:
		return schema.StructKind
	}
	return schema.NullKind
}

func textFits(t *schema.Type, text string) error {
	if len(t.Enum) > 0 && !slices.Contains(t.Enum, text) {
		return fmt.Errorf("the value does not fit the field, allowed are %q", t.Enum)
	}
	for _, c := range t.Constraints {
		if !regexp.MustCompile(c.Pattern).MatchString(text) {
			return fmt.Errorf("the value does not fit the field, allowed is %s", c.Message)
		}
	}
	return nil
}

func structFits(t *schema.Type, value map[string]any) error {
	for _, f := range t.Fields {
		if _, there := value[f.Name]; f.Required && !there {
			return fmt.Errorf("the value has no field %s", f.Name)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(value)) {
		member := value[key]
		var err error
		switch f := t.Field(key); {
		case f != nil:
			err = valueFits(f.Type, member)
		case t.Values != nil:
			err = valueFits(t.Values, member)
		case !t.Open:
			err = errors.New("the value has a field that is not allowed")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}
