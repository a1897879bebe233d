package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/thvctl/thvctl/schema"
)

// packageDocs say what each package of wire types is.
var packageDocs = map[string]string{
	"webhookfile": `Package webhookfile has the wire types of a webhook file for thv run
--webhook-config, as YAML spells it.`,
	"runconfig": `Package runconfig has the wire types of the parts of ToolHive's RunConfig that
concern webhooks. They are for writing, and for reading these parts: what else a
RunConfig has they do not hold, so that one that is read, changed and written back
loses it.`,
	"v1alpha1": `Package v1alpha1 has the wire types of ToolHive's Kubernetes resources of that
version, in the group toolhive.stacklok.dev. They are for writing, and for reading what
concerns webhooks: of the metadata they hold name, namespace, labels and annotations, so
that an object that is read, changed and written back loses the rest.`,
}

// packages returns the names of the packages of wire types.
func packages() []string { return slices.Sorted(maps.Keys(packageDocs)) }

// dateTime is the format of a text that is a time.
const dateTime = "date-time"

// wireType is a struct of a package of wire types.
type wireType struct {
	pkg, name string
	t         *schema.Type
	details   map[string]details
}

// wireTypes writes the Go types of every definition that names one, by package.
func wireTypes(s shapes) (map[string][]byte, error) {
	files := map[string]*bytes.Buffer{}
	for _, pkg := range packages() {
		files[pkg] = &bytes.Buffer{}
	}
	for _, t := range withLists(s) {
		pkg, name, ok := strings.Cut(t.Go, ".")
		if !ok {
			continue
		}
		if err := (wireType{pkg, name, t, s.details}).write(files[pkg]); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Go, err)
		}
	}
	texts := map[string][]byte{}
	for pkg, types := range files {
		doc := packageDocs[pkg] + "\n\nThe package imports only the standard library and other wire types."
		doc = "// " + strings.ReplaceAll(strings.ReplaceAll(doc, "\n", "\n// "), "// \n", "//\n")
		texts[pkg] = []byte(header + doc + "\npackage " + pkg + "\n\n" + imports(types.String()) + types.String())
	}
	return texts, nil
}

// withLists returns the definitions of structs, and of each of the API's kinds of
// documents the list of them.
func withLists(s shapes) []*schema.Type {
	types := slices.Clone(s.types)
	for _, d := range s.documents {
		if s.resources[d.Definition] == nil || d.Type.Go == "" {
			continue
		}
		types = append(types, &schema.Type{
			Definition: d.Definition + "List", Doc: "The objects of the kind that an API server lists. Kubectl writes the kind of any list as List.",
			Go: d.Type.Go + "List", Kinds: schema.StructKind,
			Fields: []schema.Field{*d.Type.Field("apiVersion"), *d.Type.Field("kind"), {
				Name: "items", Doc: "The objects.", Required: true, Type: &schema.Type{Kinds: schema.ListKind, Elem: d.Type},
			}},
		})
	}
	return types
}

// imports are those that the text of a package's types needs.
func imports(text string) string {
	paths := map[string]string{"maps": "maps", "slices": "slices", "time": "time"}
	for _, name := range packages() {
		paths[name] = apiPath + name
	}
	var needed []string
	for name, path := range paths {
		if regexp.MustCompile(`[^.\w]` + name + `\.[A-Z]`).MatchString(text) {
			needed = append(needed, strconv.Quote(path))
		}
	}
	if needed == nil {
		return ""
	}
	slices.SortFunc(needed, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")), cmp.Compare(a, b))
	})
	return "import (\n" + strings.Join(needed, "\n") + "\n)\n\n"
}

func (w wireType) write(out *bytes.Buffer) error {
	names := map[string]string{"DeepCopy": "a method", "DeepCopyInto": "a method"}
	var copies strings.Builder
	fmt.Fprintf(out, "%stype %s struct {\n", comment(w.name, w.t.Doc), w.name)
	for _, f := range w.fields() {
		name := goName(f)
		if names[name] != "" {
			return fmt.Errorf("%s: the Go name %s is that of %s too: choose another with @go(Name)", f.Name, name, names[name])
		}
		names[name] = "the field " + f.Name
		typ, err := w.goType(f)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		fmt.Fprintf(out, "%s%s %s `json:%q`\n", comment("", f.Doc), name, typ.text, jsonTag(f))
		copies.WriteString(typ.copyField(name))
	}
	out.WriteString("}\n\n")
	w.deepCopy(out, copies.String())
	return nil
}

// fields returns the fields that the Go type has.
func (w wireType) fields() []schema.Field {
	return slices.DeleteFunc(slices.Clone(w.t.Fields), func(f schema.Field) bool { return f.Go == "-" })
}

// deepCopy writes the methods that Kubernetes' libraries expect of a type. copies is
// what a plain assignment does not do.
func (w wireType) deepCopy(out *bytes.Buffer, copies string) {
	fmt.Fprintf(out, "// DeepCopyInto copies all of in to out, which shares nothing with it afterwards.\nfunc (in *%s) DeepCopyInto(out *%s) {\n*out = *in\n%s", w.name, w.name, copies)
	fmt.Fprintf(out, "}\n\n// DeepCopy returns a copy that shares nothing with in, or nil for nil.\nfunc (in *%s) DeepCopy() *%s {\nif in == nil {\nreturn nil\n}\nout := new(%s)\nin.DeepCopyInto(out)\nreturn out\n}\n\n", w.name, w.name, w.name)
}

// comment is the comment of a type or a field.
func comment(subject, text string) string {
	if text == "" {
		return ""
	}
	if subject != "" {
		text = subject + " is " + lowerFirst(text)
	}
	return "// " + text + "\n"
}

// lowerFirst lets a sentence go on with a text. Names such as HTTPS and ToolHive stay.
func lowerFirst(text string) string {
	word, rest, _ := strings.Cut(text, " ")
	if len(word) > 1 && strings.ContainsFunc(word[1:], func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }) {
		return text
	}
	return strings.TrimSuffix(strings.ToLower(word[:1])+word[1:]+" "+rest, " ")
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
