package compiler_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/emit/crd"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/compiler/toolhive"
	"github.com/thvctl/thvctl/internal/golden"
	"github.com/thvctl/thvctl/report"
)

// goldenCase is an input of testdata/ok, which compiles, or of testdata/err,
// which does not. A .yaml or .json file is an input by itself. A .txtar archive
// may begin with its command line:
//
//	compile --merge --base base.json b.yaml a.yaml
//
// The inputs are the files that the line names, or else all but the base and
// thvctl.yaml, the project file, whose bindings count. A file in a folder of the
// archive is one that a walk found, all others are named. The line of an ok case
// names no target: the case compiles for all of them, and --base goes to the one
// that takes it. With --form it compiles for that form alone, because the other
// cannot express a reference.
//
// What the compile reports, warnings and errors, is wanted exactly: by a comment
// "# want RULE…" on the line of the finding, or by a line "want FILE:LINE RULE…"
// before the files of an archive.
type goldenCase struct {
	name    string
	ok      bool
	files   []syntax.File
	options compiler.Options
	// form is the form that the command line names, or empty.
	form bind.Form
	emit string
	base *syntax.File
	// wanted are the findings, as "FILE:LINE RULE", sorted.
	wanted []string
}

const (
	okFolder     = "../testdata/ok"
	errFolder    = "../testdata/err"
	goldenFolder = "../golden"
	projectFile  = "thvctl.yaml"
)

// canary stands in the test data where no output may show anything of a secret.
const canary = "CANARY"

func goldenCases(t testing.TB) []goldenCase {
	t.Helper()
	var cases []goldenCase
	for _, folder := range []string{okFolder, errFolder} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			c := readCase(t, filepath.Join(folder, e.Name()))
			c.ok = folder == okFolder
			if slices.ContainsFunc(cases, func(other goldenCase) bool { return other.name == c.name }) {
				t.Fatalf("two cases are called %s", c.name)
			}
			cases = append(cases, c)
		}
	}
	return cases
}

func readCase(t testing.TB, path string) goldenCase {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	extension := filepath.Ext(path)
	c := goldenCase{name: strings.TrimSuffix(filepath.Base(path), extension), emit: compiler.EmitRunConfig}
	c.options.Check.Lowest = diag.Warning
	if extension != ".txtar" {
		c.files = []syntax.File{newFile(t, filepath.Base(path), data)}
	} else {
		c.readArchive(t, txtar.Parse(data))
	}
	for _, f := range c.files {
		c.wanted = append(c.wanted, wantedIn(f)...)
	}
	slices.Sort(c.wanted)
	return c
}

func newFile(t testing.TB, name string, data []byte) syntax.File {
	t.Helper()
	format, ok := syntax.FormatOf(name)
	if !ok {
		t.Fatalf("%s has no format", name)
	}
	return syntax.File{Name: name, Format: format, Data: data, Named: !strings.Contains(name, "/")}
}

var (
	wantComment = regexp.MustCompile(`# want((?: THV\d{4})+)`)
	wantLine    = regexp.MustCompile(`^want (\S+:\d+)((?: THV\d{4})+)$`)
)

func wantedIn(f syntax.File) []string {
	var wanted []string
	for i, line := range strings.Split(string(f.Data), "\n") {
		if m := wantComment.FindStringSubmatch(line); m != nil {
			for _, rule := range strings.Fields(m[1]) {
				wanted = append(wanted, fmt.Sprintf("%s:%d %s", f.Name, i+1, rule))
			}
		}
	}
	return wanted
}

// readArchive reads the command line, the project file, and the inputs.
func (c *goldenCase) readArchive(t testing.TB, archive *txtar.Archive) {
	t.Helper()
	var base string
	var arguments []string
	for line := range strings.Lines(string(archive.Comment)) {
		line = strings.TrimSpace(line)
		switch m := wantLine.FindStringSubmatch(line); {
		case m != nil:
			for _, rule := range strings.Fields(m[2]) {
				c.wanted = append(c.wanted, m[1]+" "+rule)
			}
		case strings.HasPrefix(line, "compile"):
			base, arguments = c.readCommand(t, strings.Fields(line)[1:])
		case line != "" && !strings.HasPrefix(line, "#"):
			t.Fatalf("%s: %q is neither a command line, a wanted finding nor a comment", c.name, line)
		}
	}
	files := map[string]syntax.File{}
	for _, f := range archive.Files {
		files[f.Name] = newFile(t, f.Name, f.Data)
		if f.Name != projectFile && f.Name != base && len(arguments) == 0 {
			c.files = append(c.files, files[f.Name])
		}
	}
	for _, name := range arguments {
		c.files = append(c.files, files[name])
	}
	if base != "" {
		b := files[base]
		c.base = &b
	}
	if project, there := files[projectFile]; there {
		tree, _ := syntax.Parse(project, syntax.Options{})
		document, _, found := check.Project(tree)
		if len(found) > 0 {
			t.Fatalf("%s: %v", c.name, found)
		}
		c.options.Bind.Bindings = document.Project.Bindings
	}
}

// readCommand reads the flags of a command line.
func (c *goldenCase) readCommand(t testing.TB, line []string) (base string, arguments []string) {
	t.Helper()
	flags := flag.NewFlagSet("compile", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	o := &c.options
	form := flags.String("form", "", "")
	flags.StringVar(&c.emit, "emit", c.emit, "")
	flags.BoolVar(&o.Bind.Merge, "merge", false, "")
	flags.BoolVar(&o.Check.Rules.AllowOverride, "allow-override", false, "")
	flags.StringVar(&o.Bind.SecretsDir, "secrets-dir", "", "")
	flags.StringVar(&o.Bind.Name, "name", "", "")
	flags.StringVar(&o.Bind.Namespace, "namespace", "", "")
	flags.StringVar(&base, "base", "", "")
	if err := flags.Parse(line); err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	o.Check.Rules.Merge = o.Bind.Merge
	c.form = bind.Form(*form)
	return base, flags.Args()
}

// target returns the options for one target.
func (c *goldenCase) target(form bind.Form, emit string) compiler.Options {
	o := c.options
	o.Bind.Form, o.Emit = form, emit
	if form == bind.CLI && emit == compiler.EmitRunConfig {
		o.Base = c.base
	}
	return o
}

func TestGolden(t *testing.T) {
	var names []string
	for _, c := range goldenCases(t) {
		names = append(names, c.name)
		t.Run(c.name, func(t *testing.T) {
			files := golden.Dir(t, filepath.Join(goldenFolder, c.name))
			switch {
			case !c.ok:
				checkErr(t, c, files)
			case strings.HasPrefix(c.name, "headers"):
				checkHeaders(t, c, files)
			default:
				checkOK(t, c, files)
			}
		})
	}
	golden.Only(t, goldenFolder, names...)
	if len(names) < 35 {
		t.Errorf("%d cases, the project promises more", len(names))
	}
}

// checkOK compares the artifacts of a case for each target, and the hashes, with
// the golden files, and holds them to what must be true whatever those say.
func checkOK(t *testing.T, c goldenCase, files *golden.Files) {
	var hashes string
	for _, target := range compiler.Targets {
		o := c.target(target.Form, target.Emit)
		if c.form != "" && c.form != target.Form {
			checkOnlyUnbound(t, c, o)
			continue
		}
		result := compileTwice(t, c.files, o)
		if diff := cmp.Diff(c.wanted, places(result.Diagnostics), equateEmpty); diff != "" {
			t.Errorf("findings for %s %s (-want +got)\n%s", target.Form, target.Emit, diff)
		}
		if len(result.Artifacts) == 0 {
			t.Errorf("no artifact for %s %s", target.Form, target.Emit)
			continue
		}
		checkArtifacts(t, c.files, o, result)
		checkPassing(t, c, result.Artifacts)
		extension := ".json"
		if target.Emit == compiler.EmitManifest {
			extension = ".yaml"
		}
		files.Compare(string(target.Form)+"."+target.Emit+extension, joinArtifacts(result.Artifacts))
		lines := hashLines(boundUnits(t, c.files, o), result)
		if hashes == "" {
			hashes = lines
		} else if hashes != lines {
			t.Errorf("the hashes depend on the target (-first +%s %s)\n%s", target.Form, target.Emit, cmp.Diff(hashes, lines))
		}
	}
	files.Compare("hash.txt", []byte(hashes))
}

// hashLines spells the hashes of the units: ours, ToolHive's of the manifest or
// "-" where there is none, and the name.
func hashLines(units []bind.Unit, result compiler.Result) string {
	var lines strings.Builder
	for i, u := range units {
		theirs := "-"
		if spec, err := crd.Spec(u.Content); err == nil {
			theirs = toolhive.ConfigHash(spec)
		}
		fmt.Fprintln(&lines, result.Hashes[i].Hash, theirs, result.Hashes[i].Name)
	}
	return lines.String()
}

// checkOnlyUnbound wants a form to be refused because of its references alone.
func checkOnlyUnbound(t *testing.T, c goldenCase, o compiler.Options) {
	t.Helper()
	result := compileTwice(t, c.files, o)
	if !result.Diagnostics.Has(diag.Error) || result.Artifacts != nil {
		t.Errorf("form %s is not refused, although the case is for the other alone", o.Bind.Form)
	}
	for _, d := range result.Diagnostics {
		if d.Severity == diag.Error && d.Rule.ID != "THV6001" {
			t.Errorf("form %s: %s %s", o.Bind.Form, d.Rule.ID, d.Message)
		}
	}
}

// places spells findings as a case wants them.
func places(found diag.List) []string {
	var out []string
	for _, d := range found {
		out = append(out, fmt.Sprintf("%s:%d %s", d.Span.File, d.Span.Start.Line, d.Rule.ID))
	}
	slices.Sort(out)
	return out
}

// joinArtifacts is what the command line writes to standard output.
func joinArtifacts(artifacts []emit.Artifact) []byte {
	var out []byte
	for i, a := range artifacts {
		if i > 0 && a.YAML {
			out = append(out, "---\n"...)
		}
		out = append(out, a.Data...)
	}
	return out
}

// checkPassing wants what passes through to be in the source: by its bytes, unless
// it is an item of a List, and by its value as kubectl reads it.
func checkPassing(t *testing.T, c goldenCase, artifacts []emit.Artifact) {
	t.Helper()
	for _, a := range artifacts {
		if a.Source == "" {
			continue
		}
		i := slices.IndexFunc(c.files, func(f syntax.File) bool { return f.Name == a.Source })
		if i < 0 {
			t.Errorf("%q passes through from the unknown file %q", a.File, a.Source)
			continue
		}
		source := c.files[i].Data
		isOne, isItem := holds(t, source, a.Data)
		if isOne && !bytes.Contains(source, a.Data) || !isOne && !isItem {
			t.Errorf("the source does not hold what passes through:\n%s", a.Data)
		}
	}
}

var documentMarker = regexp.MustCompile(`(?m)^---.*$`)

// holds reports whether a document of a source, or an item of a List in it, has
// the value of a text.
func holds(t *testing.T, source, text []byte) (document, item bool) {
	t.Helper()
	wanted := readAsKubernetes(t, text)
	for _, text := range documentMarker.Split(string(source), -1) {
		value := readAsKubernetes(t, []byte(text))
		document = document || cmp.Equal(value, wanted)
		list, _ := value.(map[string]any)
		items, _ := list["items"].([]any)
		for _, i := range items {
			item = item || cmp.Equal(i, wanted)
		}
	}
	return document, item
}

func readAsKubernetes(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := kyaml.Unmarshal(text, &value); err != nil {
		t.Errorf("sigs.k8s.io/yaml: %v in\n%s", err, text)
	}
	return value
}

// checkErr compares the reports of a case with the golden files.
func checkErr(t *testing.T, c goldenCase, files *golden.Files) {
	form := c.form
	if form == "" {
		form = bind.CLI
	}
	result := compileTwice(t, c.files, c.target(form, c.emit))
	if !result.Diagnostics.Has(diag.Error) || result.Artifacts != nil || result.Hashes != nil {
		t.Errorf("the case compiles, with %d artifacts", len(result.Artifacts))
	}
	if diff := cmp.Diff(c.wanted, places(result.Diagnostics), equateEmpty); diff != "" {
		t.Errorf("findings (-want +got)\n%s", diff)
	}
	r := report.Report{
		Diagnostics: result.Diagnostics,
		Summary:     report.Summary{Files: len(c.files), Documents: result.Summary.Documents, Skipped: result.Summary.Skipped},
		Version:     "test",
	}
	for name, file := range map[string]string{"text": "report.txt", "json": "report.json"} {
		format, _ := report.Lookup(name)
		var out bytes.Buffer
		if err := format.Write(&out, r, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(out.Bytes(), []byte(canary)) {
			t.Errorf("the report %s shows a secret:\n%s", name, out.Bytes())
		}
		files.Compare(file, out.Bytes())
	}
}

// sameHash are cases that say the same.
var sameHash = [][]string{
	{
		"cli-minimal", "cli-defaults-spelled", "cli-defaults-null", "cli-minimal-json", "cli-nanoseconds", "json-in-yaml", "crlf", "bom", "bom-json",
		"lone-carriage-returns", "quotes", "crd-minimal", "crd-defaults-spelled", "crd-defaults-null", "crd-json", "crd-status-and-residue",
	},
	{"company-webhooks", "company-webhooks-cli"},
	{"tls-full", "tls-full-crd"},
	{"hmac-name", "hmac-path", "hmac-target", "hmac-op"},
	{"anchors", "anchors-written-out"},
}

func TestGoldenSameHash(t *testing.T) {
	for _, cases := range sameHash {
		first := ""
		for _, name := range cases {
			data, err := os.ReadFile(filepath.Join(goldenFolder, name, "hash.txt"))
			if err != nil {
				t.Error(err)
				continue
			}
			hash, _, _ := strings.Cut(string(data), " ")
			if first == "" {
				first = hash
			}
			if hash != first {
				t.Errorf("%s has the hash %s, %s has %s", name, hash, cases[0], first)
			}
		}
	}
}

// A request that makes no sense is the user's to mend, whatever the inputs hold.
func TestUsageErrors(t *testing.T) {
	file := func(name string) syntax.File {
		return newFile(t, name, []byte("validating: [{name: a, url: https://a.example, failure_policy: fail}]"))
	}
	base := newFile(t, "base.json", []byte(`{"schema_version": "v0.1.0"}`))
	two := []syntax.File{file("a.yaml"), file("b.yaml")}
	tests := map[string]struct {
		files   []syntax.File
		options compiler.Options
	}{
		"a form that there is not":  {two, compiler.Options{Emit: compiler.EmitManifest}},
		"an emit that there is not": {two, compiler.Options{Bind: bind.Options{Form: bind.CLI}}},
		"a base for two units":      {two, compiler.Options{Emit: compiler.EmitRunConfig, Bind: bind.Options{Form: bind.CLI}, Base: &base}},
		"a base for none":           {nil, compiler.Options{Emit: compiler.EmitRunConfig, Bind: bind.Options{Form: bind.CLI}, Base: &base}},
		"one name for two units":    {two, compiler.Options{Emit: compiler.EmitManifest, Bind: bind.Options{Form: bind.CRD, Name: "a"}}},
		"a file without a name":     {[]syntax.File{file("---.yaml")}, compiler.Options{Emit: compiler.EmitManifest, Bind: bind.Options{Form: bind.CRD}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			result, err := compiler.Compile(test.files, test.options)
			if !compiler.IsUsage(err) || result.Artifacts != nil || result.Hashes != nil {
				t.Errorf("got %v and %d artifacts", err, len(result.Artifacts))
			}
		})
	}
}
