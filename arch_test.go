package thvctl_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/thvctl/thvctl"

// listed is what go list says of a package.
type listed struct {
	ImportPath    string
	Imports, Deps []string
}

// layer says what one package may import of the module, and why.
type layer struct {
	// from is a package, or a folder with all below it ("report/...").
	from string
	// may lists what it may import of the module; a trailing "/..." includes all
	// below.
	may []string
	why string
}

var layers = []layer{
	{"cmd/thvctl", []string{"internal/cli"}, "main only starts the command line"},
	{"internal/cli", []string{"compiler", "compiler/...", "report", "schema", "schema/diff", "secret", "internal/evaluate", "docs", "internal/cache"}, "the edge hands the world to the compiler"},
	{"internal/evaluate", []string{"compiler/diag", "compiler/policy", "compiler/syntax", "internal/child"}, "the evaluator speaks the contracts of the reader and of policies"},
	{"internal/golden", nil, "a test helper knows nothing of what it compares"},
	{"report", []string{"compiler/diag"}, "a report shows diagnostics, wherever they come from"},
	{"compiler", []string{"compiler/...", "schema", "secret", "internal/pattern"}, "the pipeline calls its stages"},
	{"compiler/diag", nil, "everybody speaks it, so it knows nobody"},
	{"compiler/ir", nil, "the program knows no dialect and no stage"},
	{"compiler/syntax", []string{"compiler/diag", "compiler/token", "internal/pattern"}, "reading knows no schema"},
	{"compiler/model", []string{"compiler/diag", "compiler/syntax"}, "values with their places"},
	{"compiler/header", []string{"compiler/diag", "compiler/model", "compiler/rule", "compiler/syntax", "compiler/token", "compiler/toolhive"}, "which headers a request carries, of checked values"},
	{"compiler/rule", []string{"compiler/diag", "compiler/model", "compiler/syntax", "compiler/toolhive", "api/v1alpha1", "compiler/token", "internal/pattern"}, "rules see values, not bytes"},
	{"compiler/suppress", []string{"compiler/diag", "compiler/model", "compiler/rule", "compiler/syntax"}, "what nobody wants to hear of, by rule and place"},
	{"compiler/check", []string{"compiler/diag", "compiler/model", "compiler/rule", "compiler/suppress", "compiler/syntax", "compiler/token", "compiler/toolhive", "schema", "internal/pattern"}, "the schema's verdict, then the rules"},
	{"compiler/check/cueengine", []string{"compiler/check", "compiler/diag", "compiler/model", "compiler/syntax", "schema"}, "the second engine of the check"},
	{"compiler/convert", []string{"compiler/bind", "compiler/check", "compiler/diag", "compiler/emit", "compiler/emit/crd", "compiler/ir", "compiler/model", "compiler/rule", "compiler/syntax", "schema"}, "from documents of one dialect to those of another, comments included"},
	{"compiler/policy", []string{"compiler/diag", "compiler/ir", "compiler/model", "compiler/rule", "compiler/syntax", "schema"}, "values for policies, and where what breaks one stands"},
	{"compiler/lookup", []string{"compiler/bind", "compiler/diag", "compiler/model", "compiler/rule", "compiler/syntax", "compiler/token", "secret", "secret/verify"}, "from references and their places to questions, and from answers to findings"},
	{"compiler/layout", []string{"compiler/check", "compiler/diag", "compiler/model", "compiler/syntax", "schema"}, "lays out what check recognises, in the order of the schema"},
	{"compiler/bind", []string{"compiler/check", "compiler/diag", "compiler/ir", "compiler/model", "compiler/rule", "compiler/syntax", "compiler/toolhive", "api/v1alpha1", "schema"}, "binds what was checked, within the limits that the schema sets a form"},
	{"compiler/token", []string{"internal/pattern"}, "what a secret looks like, in any text"},
	{"compiler/token/gen", nil, "the generator writes a table"},
	{"compiler/toolhive", []string{"api/runconfig", "api/v1alpha1"}, "ToolHive's algorithms, over its own wire types"},
	{"compiler/emit", nil, "two ways to write a value"},
	{"compiler/emit/crd", []string{"compiler/ir", "compiler/toolhive", "api/..."}, "from the program to wire types, and back"},
	{"compiler/emit/runconfig", []string{"compiler/ir", "compiler/emit/webhookfile", "api/..."}, "from the program to wire types"},
	{"compiler/emit/environment", []string{"compiler/ir", "compiler/toolhive", "api/..."}, "from the program to the environment of a pod"},
	{"compiler/emit/webhookfile", []string{"compiler/ir", "api/..."}, "from the program to wire types"},
	{"secret", []string{"internal/child", "internal/pattern"}, "stores know references and values, and no document"},
	{"internal/cache", nil, "a memory knows nothing of what it keeps"},
	{"internal/pattern", nil, "an expression knows nothing of what it is held against"},
	{"internal/child", nil, "processes end and write little, whatever they run"},
	{"secret/verify", []string{"secret"}, "it judges values and knows no store"},
	{"api/...", []string{"api/..."}, "wire types are for everybody to import"},
	{"schema", nil, "the source of everything depends on nothing"},
	{"schema/diff", nil, "it compares published schemas, whatever they were made from"},
	{"schema/gen", []string{"schema"}, "the generator fills the table's types"},
	{"bench/corpus", nil, "what is read knows nothing of who reads it"},
	{"bench/inputs", nil, "reading files is all that the least programs share"},
	{"bench/floor", []string{"bench/inputs"}, "the floor does nothing that a check would do"},
	{"bench/readhash", []string{"bench/inputs"}, "the least program knows no configuration"},
	{"bench/run", []string{"bench/corpus"}, "it measures the programs as they are, from outside"},
	{"docs", nil, "pages, and nothing that reads them"},
	{"docs/gen", []string{"compiler/diag", "compiler/rule", "docs/gen/example", "internal/cli", "schema"}, "the pages show what the program says, and what the schema has"},
	{"docs/gen/example", []string{"compiler/diag", "compiler/syntax", "internal/cli"}, "an example is run as a person would"},
}

// outside says which packages may import something from outside the module or
// with effects on the world.
var outside = []struct {
	pattern string
	by      []string
	why     string
}{
	{"cuelang.org/go/...", []string{"schema/gen", "compiler/check/cueengine", "internal/evaluate"}, "CUE is the source, not the hot path"},
	{"cuelang.org/go/encoding/...", nil, "a linked package costs start-up time whether used or not"},
	{"k8s.io/...", nil, "no Kubernetes library is linked into thvctl"},
	{"github.com/santhosh-tekuri/jsonschema/v5", []string{"compiler"}, "one place validates artifacts"},
	{"github.com/spf13/cobra", []string{"internal/cli", "docs/gen"}, "the command line is the edge, and its manual is made from it"},
	{"github.com/spf13/cobra/doc", []string{"docs/gen"}, "a linked package costs start-up time whether used or not"},
	{"go.yaml.in/yaml/v3", []string{"compiler", "compiler/syntax", "compiler/emit", "schema/gen", "bench/floor"}, "YAML is read in one place, written in one, and read back in one; CRDs are written where they are generated; the floor of the benchmarks is the library alone"},
	{"go.yaml.in/yaml/v4", []string{"compiler/syntax"}, "it places the errors of version 3"},
	{"os", []string{"internal/...", "cmd/thvctl", "schema/gen", "docs/gen/...", "secret", "compiler/token/gen", "bench/inputs", "bench/floor", "bench/readhash", "bench/run"}, "the edges own input and output, and so do stores of secrets"},
	{"net/http", nil, "nothing here talks to a network"},
	{"os/exec", []string{"internal/child", "internal/evaluate", "secret", "compiler/token/gen", "bench/run"}, "the other processes are the evaluator, the stores of secrets that run a command, and what is measured"},
}

// standardOnly are the packages that import nothing from outside the module and
// the standard library, whatever they import inside.
var standardOnly = []string{"bench/corpus", "bench/inputs", "bench/readhash", "bench/run", "schema", "compiler/diag", "api/...", "compiler/toolhive", "report", "compiler/model", "compiler/rule", "compiler/token", "schema/diff", "secret/..."}

func TestLayers(t *testing.T) {
	packages := list(t)
	for name, p := range packages {
		i := slices.IndexFunc(layers, func(l layer) bool { return matches(l.from, name) })
		if i < 0 {
			t.Errorf("%s has no row in the table", name)
			continue
		}
		for _, imported := range p.Imports {
			inner, ours := strings.CutPrefix(imported, module+"/")
			if ours && !matchesAny(layers[i].may, inner) {
				t.Errorf("%s imports %s, although %s", name, inner, layers[i].why)
			}
		}
	}
	for _, l := range layers {
		requirePackage(t, packages, l.from)
		for _, may := range l.may {
			requirePackage(t, packages, may)
		}
	}
}

func TestOutside(t *testing.T) {
	packages := list(t)
	for _, o := range outside {
		for name, p := range packages {
			for _, imported := range p.Imports {
				if matches(o.pattern, imported) && !allowedOutside(imported, name) {
					t.Errorf("%s imports %s, although %s", name, imported, o.why)
				}
			}
		}
		for _, by := range o.by {
			requirePackage(t, packages, by)
		}
	}
	for _, pattern := range standardOnly {
		requirePackage(t, packages, pattern)
	}
	for name, p := range packages {
		if !matchesAny(standardOnly, name) {
			continue
		}
		for _, imported := range p.Imports {
			if strings.Contains(strings.Split(imported, "/")[0], ".") && !strings.HasPrefix(imported, module+"/") {
				t.Errorf("%s imports %s, and may import the standard library alone", name, imported)
			}
		}
	}
}

// allowedOutside asks the most specific row about an import.
func allowedOutside(imported, by string) bool {
	best, allowed := -1, true
	for _, o := range outside {
		if matches(o.pattern, imported) && len(o.pattern) > best {
			best, allowed = len(o.pattern), matchesAny(o.by, by)
		}
	}
	return allowed
}

// TestBinary looks at all that is linked into the program. CUE's loader brings
// net/http and CUE's other encodings with it, which none of our packages names.
func TestBinary(t *testing.T) {
	for _, dependency := range list(t)["cmd/thvctl"].Deps {
		for _, banned := range []string{"k8s.io/...", "github.com/google/go-cmp/..."} {
			if matches(banned, dependency) {
				t.Errorf("%s is linked into thvctl", dependency)
			}
		}
	}
}

func list(t *testing.T) map[string]listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]listed{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var p listed
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if name, ok := strings.CutPrefix(p.ImportPath, module+"/"); ok {
			packages[name] = p
		}
	}
	return packages
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, name) })
}

func matches(pattern, name string) bool {
	folder, below := strings.CutSuffix(pattern, "/...")
	return name == folder || below && strings.HasPrefix(name, folder+"/")
}

func requirePackage(t *testing.T, packages map[string]listed, pattern string) {
	t.Helper()
	for name := range packages {
		if matches(pattern, name) {
			return
		}
	}
	t.Errorf("the table names %s, which is gone", pattern)
}

// TestHabits looks for what the project does without.
func TestHabits(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := strings.ReplaceAll(string(data), `_ "embed"`, "") // the go:embed directive asks for it
		for _, banned := range []string{"\nfunc init()", "\n\t_ \"", "\nimport _ "} {
			if strings.Contains(text, banned) {
				t.Errorf("%s has %q", path, strings.TrimSpace(banned))
			}
		}
		switch filepath.Base(filepath.Dir(path)) {
		case "util", "common", "helpers", "manager":
			t.Errorf("%s is in a folder without a subject", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// revealers are the packages that may look at the value of a secret, and why.
var revealers = map[string]string{
	"secret/verify": "it judges values, and its messages are its own words",
}

// TestReveal looks for the one method that lets a value out, whether it is called or
// handed on. Whatever else is called Reveal needs another name.
func TestReveal(t *testing.T) {
	revealing := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if selector, ok := node.(*ast.SelectorExpr); ok && selector.Sel.Name == "Reveal" {
				revealing[filepath.ToSlash(filepath.Dir(path))] = true
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range revealing {
		if revealers[name] == "" {
			t.Errorf("%s looks at values of secrets, and has no row in the table", name)
		}
	}
	for name := range revealers {
		if !revealing[name] {
			t.Errorf("the table lets %s look at values of secrets, which it does not", name)
		}
	}
}
