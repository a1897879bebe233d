package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/schema"
)

// packageDocs say what each package of wire types is.
var packageDocs = map[string]string{
	"webhookfile": "Package webhookfile has the wire types of a webhook file for thv run\n// --webhook-config, as YAML spells it.",
	"runconfig":   "Package runconfig has the wire types of the parts of ToolHive's RunConfig that\n// concern webhooks.",
	"v1alpha1":    "Package v1alpha1 has the wire types of ToolHive's Kubernetes resources of that\n// version, in the group toolhive.stacklok.dev.",
}

// wireType is a struct of a package of wire types.
type wireType struct {
	pkg, name string
	t         *schema.Type
	// named are the types of fields that name one.
	named map[*schema.Type]string
}

// wireTypes writes the Go types of every definition that names one, by package.
func wireTypes(s shapes) (map[string][]byte, error) {
	files := map[string]*bytes.Buffer{}
	for _, t := range s.types {
		pkg, name, ok := strings.Cut(t.Go, ".")
		if !ok {
			continue
		}
		if files[pkg] == nil {
			files[pkg] = &bytes.Buffer{}
		}
		if err := (wireType{pkg, name, t, s.goTypes}).write(files[pkg]); err != nil {
			return nil, err
		}
	}
	texts := map[string][]byte{}
	for pkg, types := range files {
		texts[pkg] = []byte(generated + "// " + packageDocs[pkg] + " It imports only the standard\n// library and other wire types.\npackage " + pkg + "\n\n" + imports(types.String()) + types.String())
	}
	return texts, nil
}

// imports are those that the text of a package's types needs.
func imports(text string) string {
	var paths []string
	for use, path := range map[string]string{
		"maps.": "maps", "slices.": "slices", "time.": "time", "runconfig.": "github.com/thvctl/thvctl/api/runconfig",
	} {
		if regexp.MustCompile(`[^.\w]` + regexp.QuoteMeta(use) + `[A-Z]`).MatchString(text) {
			paths = append(paths, strconv.Quote(path))
		}
	}
	if paths == nil {
		return ""
	}
	slices.SortFunc(paths, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")), cmp.Compare(a, b))
	})
	return "import (\n" + strings.Join(paths, "\n") + "\n)\n\n"
}

func (w wireType) write(out *bytes.Buffer) error {
	fmt.Fprintf(out, "%stype %s struct {\n", comment(w.name, w.t.Doc), w.name)
	for _, f := range w.fields() {
		typ, err := w.goType(f)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", w.name, f.Name, err)
		}
		fmt.Fprintf(out, "%s%s %s `json:%q`\n", comment("", f.Doc), goName(f), typ, jsonTag(f))
	}
	out.WriteString("}\n\n")
	w.deepCopy(out)
	return nil
}

// fields returns the fields that the Go type has.
func (w wireType) fields() []schema.Field {
	return slices.DeleteFunc(slices.Clone(w.t.Fields), func(f schema.Field) bool { return f.Go == "-" })
}

// deepCopy writes the methods that Kubernetes' libraries expect of a type.
func (w wireType) deepCopy(out *bytes.Buffer) {
	fmt.Fprintf(out, "// DeepCopyInto copies all of in to out, which shares nothing with it afterwards.\nfunc (in *%s) DeepCopyInto(out *%s) {\n*out = *in\n", w.name, w.name)
	for _, f := range w.fields() {
		typ, _ := w.goType(f)
		out.WriteString(copyField(goName(f), typ))
	}
	fmt.Fprintf(out, "}\n\n// DeepCopy returns a copy that shares nothing with in, or nil for nil.\nfunc (in *%s) DeepCopy() *%s {\nif in == nil {\nreturn nil\n}\nout := new(%s)\nin.DeepCopyInto(out)\nreturn out\n}\n\n", w.name, w.name, w.name)
}

// copyField writes what a plain assignment leaves shared of a field.
func copyField(name, typ string) string {
	field := "in." + name
	switch elem, isList := strings.CutPrefix(typ, "[]"); {
	case isList && isStruct(elem):
		return fmt.Sprintf("if %[1]s != nil {\nout.%[2]s = make(%[3]s, len(%[1]s))\nfor i := range %[1]s {\n%[1]s[i].DeepCopyInto(&out.%[2]s[i])\n}\n}\n", field, name, typ)
	case isList:
		return fmt.Sprintf("out.%s = slices.Clone(%s)\n", name, field)
	case strings.HasPrefix(typ, "map["):
		return fmt.Sprintf("out.%s = maps.Clone(%s)\n", name, field)
	case strings.HasPrefix(typ, "*") && isStruct(typ[1:]):
		return fmt.Sprintf("out.%s = %s.DeepCopy()\n", name, field)
	case strings.HasPrefix(typ, "*"):
		return fmt.Sprintf("if %s != nil {\nvalue := *%s\nout.%s = &value\n}\n", field, field, name)
	case isStruct(typ):
		return fmt.Sprintf("%s.DeepCopyInto(&out.%s)\n", field, name)
	}
	return ""
}

// isStruct reports whether a Go type is one of the generated structs.
func isStruct(typ string) bool {
	switch name := typ[strings.LastIndex(typ, ".")+1:]; name {
	case "Duration", "Time":
		return false
	default:
		return name[0] >= 'A' && name[0] <= 'Z'
	}
}

func comment(subject, text string) string {
	if text == "" {
		return ""
	}
	if subject != "" {
		text = subject + " is " + strings.ToLower(text[:1]) + text[1:]
	}
	return "// " + text + "\n"
}

func jsonTag(f schema.Field) string {
	if f.Required || f.Written {
		return f.Name
	}
	return f.Name + ",omitempty"
}

// goName spells a key as a Go name: failure_policy and failurePolicy are both
// FailurePolicy.
func goName(f schema.Field) string {
	if f.Go != "" {
		return f.Go
	}
	var out strings.Builder
	for _, part := range strings.FieldsFunc(f.Name, func(r rune) bool { return r == '_' || r == '-' }) {
		out.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return out.String()
}

// goType returns the Go type of a field.
func (w wireType) goType(f schema.Field) (string, error) {
	t := f.Type
	if f.Observed != nil {
		t = f.Observed
	}
	if typ := w.named[t]; typ != "" {
		return typ, nil
	}
	typ, err := w.valueType(t)
	if f.Format == "date-time" {
		typ = "time.Time"
	}
	pointer := !f.Required && !f.Written && (t.Kinds.Has(schema.StructKind) && t.Values == nil ||
		t.IsDuration() && w.pkg == "v1alpha1" || f.Default != "" && (typ == "bool" && f.Default != "false" || typ == "int64" && f.Default != "0"))
	if pointer && !strings.HasPrefix(typ, "map[") {
		typ = "*" + typ // what is absent differs from the zero value
	}
	return typ, err
}

// valueType returns the Go type of a value that is there.
func (w wireType) valueType(t *schema.Type) (string, error) {
	switch kinds := t.Kinds &^ schema.NullKind; {
	case t.IsDuration() && w.pkg != "webhookfile":
		return "Duration", nil
	case kinds == schema.ListKind && t.Elem.Kinds&schema.ListKind == 0 && t.Elem.Values == nil:
		elem, err := w.valueType(t.Elem)
		return "[]" + elem, err
	case kinds == schema.StructKind && t.Values != nil && t.Values.Kinds&(schema.ListKind|schema.StructKind) == 0:
		elem, err := w.valueType(t.Values)
		return "map[string]" + elem, err
	case kinds == schema.StructKind && t.Go != "":
		return strings.TrimPrefix(t.Go, w.pkg+"."), nil
	case kinds == schema.StringKind:
		return "string", nil
	case kinds == schema.BoolKind:
		return "bool", nil
	case kinds == schema.IntKind:
		return "int64", nil
	}
	// DeepCopy knows no deeper containers than these.
	return "", errors.New("the field has no Go type: name one with @go on its definition, or leave the field out with @go(-)")
}
