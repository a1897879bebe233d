package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/check/cueengine"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/rule"
	"github.com/thvctl/thvctl/compiler/suppress"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/internal/cache"
	"github.com/thvctl/thvctl/report"
	"github.com/thvctl/thvctl/secret"
)

// inputFlags are those of every command that reads documents.
type inputFlags struct {
	config                      string
	maxSize                     int64
	maxDocument, maxNodes, jobs int
	stdinFilename               string
	allowEmpty                  bool
}

func (f *inputFlags) register(c *cobra.Command) {
	s := c.Flags()
	s.SortFlags = false
	s.StringVar(&f.config, "config", "", "the project file (default: the nearest thvctl.yaml up to the repository root)")
	s.StringVar(&f.stdinFilename, "stdin-filename", "", "name, and so the format, of standard input")
	s.BoolVar(&f.allowEmpty, "allow-empty", false, "nothing to check is no error")
	s.Int64Var(&f.maxSize, "max-size", 64<<20, "largest file, in bytes")
	s.IntVar(&f.maxDocument, "max-document", syntax.DefaultMaxDocument, "largest document, in bytes")
	s.IntVar(&f.maxNodes, "max-nodes", syntax.DefaultMaxNodes, "most values in a document, aliases expanded")
	f.jobs = runtime.GOMAXPROCS(0)
	s.VarP(jobs{&f.jobs}, "jobs", "j", "files read at once (default: one a processor)")
}

// jobs is the value of -j. Its default is not shown as a number, which differs
// from machine to machine.
type jobs struct{ n *int }

// String implements pflag.Value; the zero text is that of the default.
func (jobs) String() string { return "" }

// Set implements pflag.Value.
func (j jobs) Set(text string) (err error) {
	*j.n, err = strconv.Atoi(text)
	return err
}

// Type implements pflag.Value.
func (jobs) Type() string { return "int" }

func (f *inputFlags) check() error {
	if f.maxSize <= 0 || f.maxDocument <= 0 || f.maxNodes <= 0 || f.jobs <= 0 {
		return fmt.Errorf("--max-size, --max-document, --max-nodes and -j must be positive")
	}
	return nil
}

func (f *inputFlags) limits() syntax.Limits {
	return syntax.Limits{Document: f.maxDocument, Nodes: f.maxNodes}
}

// inputs returns the inputs of a run, none read yet.
func (f *inputFlags) inputs(env Environment) inputs {
	return inputs{
		stdin: env.Stdin, stdinFilename: f.stdinFilename, maxSize: f.maxSize,
		limits: f.limits(), claim: check.Claim, allowEmpty: f.allowEmpty, seen: map[string]int{},
	}
}

// flags are those that lint and compile share.
type flags struct {
	inputFlags
	merge, allowOverride bool
	secretsDir           string
	secrets              string
	secretStores         []string
	tags                 []string
	engine, form         string
	severity, failOn     string
	formats              []string
	baseline             string
	writeBaseline        bool
	cache                string
	noCache              bool
	// lazy says that files are read when they are judged, and not before.
	lazy bool
	// remembers says that what comes of a file is kept for the next run.
	remembers bool
}

func (f *flags) register(c *cobra.Command) {
	s := c.Flags()
	s.SortFlags = false
	s.StringVar(&f.form, "form", "", "where secrets live for the consumer: cli or crd")
	s.BoolVar(&f.merge, "merge", false, "treat all webhook files as one configuration, later files last")
	s.BoolVar(&f.allowOverride, "allow-override", false, "with --merge, let a later file replace a webhook of an earlier one")
	s.StringVar(&f.secretsDir, "secrets-dir", "", "absolute folder in which form cli finds the key K of the Secret S as S/K")
	s.StringVar(&f.secrets, "secrets", "syntax", "how references to secrets are looked at: syntax, exists or verify")
	s.StringArrayVar(&f.secretStores, "secret-store", nil, "where secrets are looked up, repeatable: "+storeNames())
	s.StringArrayVar(&f.tags, "tag", nil, "value for a CUE @tag, as key=value")
	s.StringVar(&f.engine, "engine", "table", "what checks the schema: table or cue")
	s.StringVar(&f.severity, "severity", "warning", "lowest severity reported: info, warning or error")
	s.StringVar(&f.failOn, "fail-on", "error", "lowest severity that fails the run: info, warning or error")
	s.StringArrayVar(&f.formats, "format", nil, "report as NAME[=FILE], repeatable: "+formatNames())
	s.StringVar(&f.baseline, "baseline", "", "hide the findings that this file lists")
	s.StringVar(&f.cache, "cache", "", "folder in which results are kept for the next run (default: thvctl in the user's cache folder)")
	s.BoolVar(&f.noCache, "no-cache", false, "neither use results of other runs nor keep any")
	s.BoolVar(&f.writeBaseline, "write-baseline", false, "write the findings into the --baseline file, and hide them from now on")
	f.inputFlags.register(c)
}

func formatNames() string {
	var names []string
	for _, f := range report.Formats {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

func storeNames() string {
	var names []string
	for _, k := range secret.Stores {
		names = append(names, k.Spelling())
	}
	return strings.Join(names, ", ")
}

// run is one lint or compile, ready to go.
type run struct {
	env     Environment
	flags   flags
	outputs []output
	lowest  diag.Severity
	failOn  diag.Severity
	options compiler.Options
	inputs  inputs
	// cache has results of other runs; nil for none.
	cache *cache.Cache
	// broken holds what is wrong with the project file; nothing is compiled then.
	broken diag.List
}

// output is where one report goes; an empty file is the command's own stream.
type output struct {
	format report.Format
	file   string
}

// prepare turns flags, project file and arguments into a run. The error is the
// user's.
func prepare(c *cobra.Command, env Environment, f flags, args []string) (*run, error) {
	r := &run{env: env, flags: f}
	if err := r.parseFlags(); err != nil {
		return nil, err
	}
	p, broken, err := loadProject(f.config)
	if err != nil {
		return nil, fmt.Errorf("the project file cannot be read: %w", err)
	}
	r.broken = broken
	if r.flags.form == "" {
		r.options.Bind.Form = bind.Form(p.Form)
	}
	if !c.Flags().Changed("fail-on") && p.FailOn != 0 {
		r.failOn = p.FailOn
	}
	r.lowest = min(r.lowest, r.failOn)
	r.options.Check.Lowest = r.lowest
	r.options.Bind.Bindings = p.Bindings
	r.options.Check.Rules.Settings = p.levels
	r.options.Suppress = suppress.New(p.ignores)
	r.openCache()
	r.options.Policies, r.options.EvaluatePolicies = p.policies, env.EvaluatePolicies
	if err := r.readSecrets(c.Flags().Changed("secrets"), p); err != nil {
		return nil, err
	}
	if err := r.readBaseline(); err != nil {
		return nil, err
	}
	r.inputs.excluded = p.excludes
	for _, arg := range args {
		if err := r.inputs.add(arg); err != nil {
			return nil, err
		}
	}
	r.options.Support = r.inputs.support
	r.options.Check.Rules.Partial = len(r.inputs.found) > 0
	return r, nil
}

func (r *run) parseFlags() error {
	f := r.flags
	var ok bool
	if r.lowest, ok = diag.ParseSeverity(f.severity); !ok {
		return fmt.Errorf("--severity is %q, allowed are info, warning and error", f.severity)
	}
	if r.failOn, ok = diag.ParseSeverity(f.failOn); !ok {
		return fmt.Errorf("--fail-on is %q, allowed are info, warning and error", f.failOn)
	}
	if f.form != "" && f.form != string(bind.CLI) && f.form != string(bind.CRD) {
		return fmt.Errorf("--form is %q, allowed are cli and crd", f.form)
	}
	if f.secretsDir != "" && !filepath.IsAbs(f.secretsDir) {
		return fmt.Errorf("--secrets-dir is %q, it must be an absolute path", f.secretsDir)
	}
	if f.noCache && f.cache != "" {
		return fmt.Errorf("--no-cache and --cache contradict each other")
	}
	if f.allowOverride && !f.merge {
		return fmt.Errorf("--allow-override goes with --merge")
	}
	if err := f.check(); err != nil {
		return err
	}
	if err := r.parseFormats(); err != nil {
		return err
	}
	switch f.engine {
	case "table":
	case "cue":
		r.options.Check.Engine = cueengine.New()
	default:
		return fmt.Errorf("--engine is %q, allowed are table and cue", f.engine)
	}
	r.options.Syntax = syntax.Options{Limits: f.limits()}
	r.options.Check.Rules = rule.Options{Merge: f.merge, AllowOverride: f.allowOverride}
	r.options.Bind = bind.Options{Form: bind.Form(f.form), SecretsDir: f.secretsDir, Merge: f.merge}
	r.options.Evaluate, r.options.Tags, r.options.Workers = r.env.Evaluate, f.tags, f.jobs
	r.inputs = f.inputs(r.env)
	r.inputs.lazy = f.lazy
	if !f.writeBaseline {
		r.options.Most = mostFindings
	}
	return nil
}

func (r *run) parseFormats() error {
	for _, spec := range r.flags.formats {
		name, file, toFile := strings.Cut(spec, "=")
		format, ok := report.Lookup(name)
		if !ok {
			return fmt.Errorf("--format is %q, allowed are %s", name, formatNames())
		}
		if toFile && file == "" {
			return fmt.Errorf("--format %s= lacks the name of a file", name)
		}
		r.outputs = append(r.outputs, output{format, file})
	}
	for i, o := range r.outputs {
		for _, other := range r.outputs[:i] {
			if o.file == other.file || o.file != "" && other.file != "" && filepath.Clean(o.file) == filepath.Clean(other.file) {
				return fmt.Errorf("two reports go to one place: --format %s and --format %s", other.format.Name, o.format.Name)
			}
		}
	}
	if len(r.outputs) == 0 {
		r.outputs = []output{{format: report.Formats[0]}}
	}
	return nil
}

// finish reports the result and returns the run's exit as an error.
func (r *run) finish(result compiler.Result, stream io.Writer, color bool) error {
	found := slices.Concat(r.inputs.found, r.broken, result.Diagnostics)
	if r.flags.allowEmpty {
		found = without(found, diag.UnknownDocument.ID)
	}
	found.Sort()
	shown := found[:0:0]
	for _, d := range found {
		if d.Severity >= r.lowest {
			shown = append(shown, d)
		}
	}
	if r.flags.writeBaseline {
		if err := r.writeBaseline(&shown, &found); err != nil {
			return err
		}
	}
	rep := report.Report{
		Diagnostics: shown,
		Suppressed:  result.Suppressed,
		Rules:       catalogue(),
		Summary:     report.Summary{Files: r.inputs.count, Documents: result.Summary.Documents, Skipped: result.Summary.Skipped},
		Version:     version(),
	}
	var failed error
	for _, o := range r.outputs { // one that cannot be written does not keep the others back
		if err := r.writeReport(o, rep, stream, color); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	if failed != nil {
		return failed
	}
	return r.verdict(found, result.Summary.Documents)
}

// mostFindings is how many findings of a rule are shown. Nobody reads more, and GitHub
// shows as many of a report.
var mostFindings = diag.Most{InFile: 100, InAll: 5000}

// catalogue is the catalogue of rules as the reports want it.
func catalogue() []report.Rule {
	var rules []report.Rule
	for _, r := range rule.All {
		rules = append(rules, report.Rule{Rule: r.Rule, Summary: r.Summary, Doc: r.Doc})
	}
	return rules
}

// workingFolder is the working directory, or "" where there is none.
func workingFolder() string {
	folder, err := os.Getwd()
	if err != nil {
		return ""
	}
	return folder
}

func without(found diag.List, rule string) diag.List {
	var kept diag.List
	for _, d := range found {
		if d.Rule.ID != rule {
			kept = append(kept, d)
		}
	}
	return kept
}

func (r *run) writeReport(o output, rep report.Report, stream io.Writer, color bool) error {
	folder := workingFolder()
	options := report.Options{Folder: folder, Root: repositoryRoot(folder)}
	if o.file == "" {
		options.Color = color
		return o.format.Write(stream, rep, options)
	}
	var text strings.Builder
	if err := o.format.Write(&text, rep, options); err != nil {
		return defectError{err}
	}
	return writeFiles([]file{{o.file, []byte(text.String())}})
}

// verdict turns findings into the exit code: an unreadable input beats findings.
func (r *run) verdict(found diag.List, documents int) error {
	for _, d := range found {
		if d.Rule.ID == diag.Unreadable.ID {
			return exit(exitUsage)
		}
	}
	switch {
	case found.Has(r.failOn):
		return exit(exitFindings)
	case documents == 0 && len(found) == 0 && !r.flags.allowEmpty:
		return fmt.Errorf("nothing to check: no document of a known kind in the inputs (--allow-empty accepts that)")
	}
	return nil
}
