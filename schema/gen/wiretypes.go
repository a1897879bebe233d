package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/thvctl/thvctl/schema"
)

// packageDocs say what each package of wire types is.
var packageDocs = map[string]string{
	"webhookfile": "Package webhookfile has the wire types of a webhook file for thv run\n// --webhook-config, as YAML spells it.",
	"runconfig":   "Package runconfig has the wire types of the parts of ToolHive's RunConfig that\n// concern webhooks.",
	"v1alpha1":    "Package v1alpha1 has the wire types of ToolHive's Kubernetes resources of that\n// version, in the group toolhive.stacklok.dev.",
}

// wireTypes writes the Go types of every definition that names one, by package.
func wireTypes(s shapes) map[string][]byte {
	files := map[string]*bytes.Buffer{}
	for _, t := range s.types {
		name, typeName, ok := strings.Cut(t.Go, ".")
		if !ok {
			continue
		}
		out := files[name]
		if out == nil {
			out = bytes.NewBufferString(generated + "// " + packageDocs[name] + " It imports only the standard\n// library and other wire types.\npackage " + name + "\n\n")
			files[name] = out
		}
		fmt.Fprintf(out, "%stype %s struct {\n", comment(typeName, t.Doc), typeName)
		for _, f := range t.Fields {
			if f.Go == "-" {
				continue
			}
			fmt.Fprintf(out, "%s%s %s `json:%q`\n", comment("", f.Doc), goName(f), goType(name, f), jsonTag(f))
		}
		out.WriteString("}\n\n")
	}
	texts := map[string][]byte{}
	for name, out := range files {
		texts[name] = withImports(out.Bytes())
	}
	return texts
}

// withImports adds the import of the one package of wire types that others
// borrow from.
func withImports(text []byte) []byte {
	if !bytes.Contains(text, []byte("*runconfig.")) {
		return text
	}
	clause := bytes.Index(text, []byte("\npackage ")) + 1
	end := clause + bytes.IndexByte(text[clause:], '\n') + 1
	return slices.Insert(text, end, []byte("\nimport \"github.com/thvctl/thvctl/api/runconfig\"\n")...)
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

func goType(pkg string, f schema.Field) string {
	t := f.Type
	switch {
	case t.IsDuration() && pkg == "v1alpha1":
		return "*Duration"
	case t.IsDuration() && pkg == "runconfig":
		return "Duration"
	case t.Values != nil:
		return "map[string]string"
	case t.Kinds.Has(schema.ListKind):
		return "[]" + typeName(pkg, t.Elem)
	case t.Kinds.Has(schema.StructKind) && (f.Required || f.Written):
		return typeName(pkg, t)
	case t.Kinds.Has(schema.StructKind):
		return "*" + typeName(pkg, t)
	case t.Kinds.Has(schema.BoolKind):
		return "bool"
	}
	return "string"
}

func typeName(pkg string, t *schema.Type) string {
	if name, ok := strings.CutPrefix(t.Go, pkg+"."); ok {
		return name
	}
	if t.Go != "" {
		return t.Go
	}
	return "string"
}
