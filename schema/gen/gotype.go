package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/schema"
)

// goType is the Go type of a field, in the package that has the field.
type goType struct {
	text string
	copy copying
}

// copying says how a value is copied so that nothing is shared.
type copying int

const (
	byAssignment    copying = iota // numbers, texts, times
	byDeepCopy                     // structs that we write
	byPointer                      // pointers to what is copied by assignment
	byStructPointer                // pointers to structs that we write
	byClone                        // lists of what is copied by assignment
	byItems                        // lists of structs that we write
	byMapClone                     // maps of what is copied by assignment
)

// copyField writes what a plain assignment leaves shared of a field.
func (t goType) copyField(name string) string {
	field := "in." + name
	switch t.copy {
	case byDeepCopy:
		return fmt.Sprintf("%s.DeepCopyInto(&out.%s)\n", field, name)
	case byPointer:
		return fmt.Sprintf("if %s != nil {\nvalue := *%s\nout.%s = &value\n}\n", field, field, name)
	case byStructPointer:
		return fmt.Sprintf("out.%s = %s.DeepCopy()\n", name, field)
	case byClone:
		return fmt.Sprintf("out.%s = slices.Clone(%s)\n", name, field)
	case byItems:
		return fmt.Sprintf("if %[1]s != nil {\nout.%[2]s = make(%[3]s, len(%[1]s))\nfor i := range %[1]s {\n%[1]s[i].DeepCopyInto(&out.%[2]s[i])\n}\n}\n", field, name, t.text)
	case byMapClone:
		return fmt.Sprintf("out.%s = maps.Clone(%s)\n", name, field)
	}
	return ""
}

// namedTypes are those that a field without a Go type of its own may name.
var namedTypes = map[string]goType{
	"bool": {"bool", byAssignment}, "int64": {"int64", byAssignment}, "string": {"string", byAssignment},
	"[]string": {"[]string", byClone}, "map[string]string": {"map[string]string", byMapClone},
}

// noGoType says what to do for a type that has no name in Go.
func noGoType(t *schema.Type) string {
	for _, inner := range []*schema.Type{t, itemsOf(t)} {
		if inner != nil && inner.Definition != "" && inner.Go == "" && inner.Values == nil {
			return fmt.Sprintf("the field has no Go type: name one with @go(PACKAGE.Name) behind #%sShape, or leave the field out with @go(-)", inner.Definition)
		}
	}
	return "the field has no Go type: name one with @go(Name,TYPE), where TYPE is one of " + strings.Join(slices.Sorted(maps.Keys(namedTypes)), ", ") + ", or leave the field out with @go(-)"
}

// goType returns the Go type of a field.
func (w wireType) goType(f schema.Field) (goType, error) {
	t := f.Type
	if f.Observed != nil {
		t = f.Observed
	}
	typ, known := w.valueType(t)
	if name := w.details[w.t.Definition+"."+f.Name].goType; name != "" {
		named := namedTypes[name]
		if known || named.text == "" {
			return goType{}, fmt.Errorf("found the Go type %s, allowed are %s, where a field has no Go type of its own", name, strings.Join(slices.Sorted(maps.Keys(namedTypes)), ", "))
		}
		return named, nil
	}
	if !known {
		return goType{}, errors.New(noGoType(t))
	}
	if f.Format == dateTime {
		typ.text = "time.Time"
	}
	if w.needsPointer(f, t, typ) {
		return typ.pointer(), nil
	}
	return typ, nil
}

// needsPointer reports whether the zero value of a field differs from an absent field.
func (w wireType) needsPointer(f schema.Field, t *schema.Type, typ goType) bool {
	switch {
	case f.Required || f.Written:
		return false
	case typ.copy == byDeepCopy || typ.text == "time.Time" || typ.text == "Duration" && w.pkg == "v1alpha1":
		return true // they are structs, which are never left out
	case typ.copy != byAssignment || f.Default == "":
		return false
	}
	zero := map[string]string{"bool": "false", "int64": "0"}[typ.text]
	return f.Default != zero && fits(t, zero) == nil
}

func (t goType) pointer() goType {
	if t.copy == byDeepCopy {
		return goType{"*" + t.text, byStructPointer}
	}
	return goType{"*" + t.text, byPointer}
}

// valueType returns the Go type of a value that is there. DeepCopy knows no containers
// of containers.
func (w wireType) valueType(t *schema.Type) (goType, bool) {
	kinds := t.Kinds &^ schema.NullKind
	switch {
	case t.IsDuration() && (w.pkg == "v1alpha1" || kinds == schema.StringKind|schema.IntKind):
		return goType{"Duration", byAssignment}, true
	case kinds == schema.ListKind:
		elem, ok := w.valueType(t.Elem)
		if elem.copy == byDeepCopy {
			return goType{"[]" + elem.text, byItems}, ok
		}
		return goType{"[]" + elem.text, byClone}, ok && elem.copy == byAssignment
	case kinds == schema.StructKind && t.Values != nil:
		value, ok := w.valueType(t.Values)
		return goType{"map[string]" + value.text, byMapClone}, ok && value.copy == byAssignment
	case kinds == schema.StructKind:
		return goType{strings.TrimPrefix(t.Go, w.pkg+"."), byDeepCopy}, t.Go != ""
	}
	scalar := map[schema.KindSet]string{schema.StringKind: "string", schema.BoolKind: "bool", schema.IntKind: "int64"}[kinds]
	return goType{scalar, byAssignment}, scalar != ""
}
