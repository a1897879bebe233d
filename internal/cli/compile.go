package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// compileFlags are those of compile alone.
type compileFlags struct {
	emit, base, name, namespace, out string
	hash                             bool
}

func compileCommand(env Environment) *cobra.Command {
	var f flags
	var own compileFlags
	c := &cobra.Command{
		Use:   "compile PATH...",
		Short: "Check webhooks and forwarded headers and compile them to hashed RunConfigs or manifests",
		Long: `Check webhook configurations and header forwarding, and write artifacts to standard
output or -o: RunConfigs, and the environments that VirtualMCPServers need for the
headers of MCPServerEntries; or manifests. A PATH is a file, a folder, a glob, or -
for standard input. Diagnostics go to standard error. Where there is an error, nothing
is written.`,
		Example: `  thvctl compile webhooks.yaml
  thvctl compile --form crd --emit manifest webhooks.yaml | kubectl apply -f -
  thvctl compile --base exported.json -o runconfig.json webhooks.yaml`,
		Args: somePaths,
		RunE: func(c *cobra.Command, args []string) error {
			f.lazy = true
			r, err := prepare(c, env, f, args)
			if err != nil {
				return err
			}
			if err := own.apply(r); err != nil {
				return err
			}
			return r.compile(own)
		},
	}
	s := c.Flags()
	s.StringVar(&own.emit, "emit", compiler.EmitRunConfig, "what to write: runconfig or manifest")
	s.StringVar(&own.base, "base", "", "a whole RunConfig whose webhooks or forwarded headers are replaced (form cli, one configuration)")
	s.StringVar(&own.name, "name", "", "name of a configuration from a webhook file (default: from the file's name)")
	s.StringVar(&own.namespace, "namespace", "", "namespace of a configuration from a webhook file")
	s.StringVarP(&own.out, "output", "o", "", "write to this FILE, or into this DIR/, instead of standard output")
	s.BoolVar(&own.hash, "hash", false, "print the hash of each configuration instead")
	f.register(c)
	return c
}

// apply puts the flags of compile into the run.
func (f compileFlags) apply(r *run) error {
	o := &r.options
	if o.Bind.Form == "" {
		o.Bind.Form = bind.CLI
	}
	if f.emit != compiler.EmitRunConfig && f.emit != compiler.EmitManifest {
		return fmt.Errorf("--emit is %q, allowed are runconfig and manifest", f.emit)
	}
	o.Emit, o.Bind.Name, o.Bind.Namespace = f.emit, f.name, f.namespace
	if err := dnsLabels(f.name, f.namespace); err != nil {
		return err
	}
	if f.hash && f.out != "" {
		return fmt.Errorf("--hash prints to standard output, it does not go with -o")
	}
	if f.base == "" {
		return nil
	}
	if o.Bind.Form != bind.CLI || o.Emit != compiler.EmitRunConfig {
		return fmt.Errorf("--base goes with --form cli and --emit runconfig")
	}
	base := inputs{stdin: r.env.Stdin, maxSize: r.flags.maxSize, claim: r.inputs.claim, limits: o.Syntax.Limits, seen: map[string]int{}}
	info, err := os.Stat(f.base)
	if err != nil {
		return fmt.Errorf("--base: %w", err)
	}
	base.read(f.base, realPath(f.base), info.Mode(), syntax.File{Name: filepath.ToSlash(f.base), Format: syntax.JSON, Named: true})
	if len(base.files) == 0 {
		r.inputs.found = append(r.inputs.found, base.found...)
		return nil
	}
	o.Base = &base.files[0]
	return nil
}

// dnsLabels refuses a name or namespace that Kubernetes would refuse. Empty ones
// were not given.
func dnsLabels(labels ...string) error {
	for _, label := range labels {
		if label != "" && label != bind.DNSLabel(label) {
			return fmt.Errorf("%q is no DNS label: lower-case letters, digits and '-', at most 63", label)
		}
	}
	return nil
}

func (r *run) compile(f compileFlags) error {
	var result compiler.Result
	var err error
	if !r.broken.Has(diag.Error) && !r.inputs.found.Has(diag.Error) {
		result, err = compiler.Compile(r.inputs.files, r.options)
	} else {
		// Something was not read: say all that is wrong, and write nothing.
		result, err = compiler.Lint(r.inputs.files, r.options)
	}
	if err != nil {
		return pipelineError(err)
	}
	stderr := r.env.Stderr
	if len(result.Diagnostics)+len(r.inputs.found)+len(r.broken) == 0 && len(r.flags.formats) == 0 {
		stderr = io.Discard // nothing to say
	}
	if err := r.finish(result, stderr, r.env.ColorErr); err != nil {
		return err
	}
	if result.Artifacts == nil && len(result.Hashes) == 0 && (r.flags.allowEmpty || r.flags.writeBaseline) {
		return nil
	}
	if len(result.Artifacts) == 0 || f.hash && len(result.Hashes) == 0 {
		return fmt.Errorf("nothing to compile: no webhook configuration and no header forwarding in the inputs")
	}
	if f.hash {
		return printHashes(r.env.Stdout, result.Hashes)
	}
	return writeArtifacts(r.env.Stdout, f.out, result.Artifacts)
}

func printHashes(w io.Writer, hashes []compiler.UnitHash) error {
	for _, h := range hashes {
		line := h.Hash + "  "
		if h.ToolHive != "" {
			line += h.ToolHive + "  "
		}
		if _, err := fmt.Fprintln(w, line+h.Name); err != nil {
			return err
		}
	}
	return nil
}

// writeArtifacts writes to standard output, to one file, or into a folder.
func writeArtifacts(stdout io.Writer, out string, artifacts []emit.Artifact) error {
	if out == "" || out == "-" {
		_, err := stdout.Write(joined(artifacts))
		return err
	}
	info, err := os.Stat(out)
	if strings.HasSuffix(out, "/") || err == nil && info.IsDir() {
		files, err := folderFiles(out, artifacts)
		if err != nil {
			return err
		}
		return writeFiles(files)
	}
	if len(artifacts) > 1 && artifacts[0].Schema == "webhook-file" {
		return fmt.Errorf("%d webhook files do not go into one, ToolHive reads only the first document; write to a DIR/, or use --merge", len(artifacts))
	}
	return writeFiles([]file{{out, joined(artifacts)}})
}

// joined puts artifacts one after the other: YAML documents with the marker between
// them, and JSON values as they are where there is nothing else.
func joined(artifacts []emit.Artifact) []byte {
	isYAML := slices.ContainsFunc(artifacts, func(a emit.Artifact) bool { return a.YAML })
	var out []byte
	for i, a := range artifacts {
		if i > 0 && isYAML {
			out = append(out, "---\n"...)
		}
		out = append(out, a.Data...)
	}
	return out
}

// artifactOrigin is what an artifact comes from: a source that passes through, or
// a unit.
type artifactOrigin struct{ source, unit string }

// String names it for people.
func (o artifactOrigin) String() string {
	if o.source != "" {
		return "what passes through from " + o.source
	}
	return fmt.Sprintf("the configuration %q", o.unit)
}

// folderFiles returns one file for each unit, and one for all that passes
// through from one source.
func folderFiles(folder string, artifacts []emit.Artifact) ([]file, error) {
	var files []file
	at := map[string]int{}
	from := map[string]artifactOrigin{}
	for _, a := range artifacts {
		path := filepath.Join(folder, a.File)
		o := artifactOrigin{a.Source, a.Name}
		i, taken := at[path]
		switch {
		case !taken:
			at[path], from[path] = len(files), o
			files = append(files, file{path, a.Data})
		case a.Source != "" && from[path] == o:
			files[i].data = append(append(files[i].data, "---\n"...), a.Data...)
		default:
			return nil, fmt.Errorf("%s and %s would both be written to %s, nothing was written; give another folder for one of them, or an -o FILE", from[path], o, path)
		}
	}
	return files, nil
}
