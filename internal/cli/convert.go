package cli

import (
	"errors"
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
	"github.com/thvctl/thvctl/compiler/rule"
)

// convertFlags are those of convert alone.
type convertFlags struct {
	to, name, namespace, out string
}

func convertCommand(env Environment) *cobra.Command {
	f := flags{engine: "table", severity: diag.Warning.String(), failOn: diag.Error.String()}
	var own convertFlags
	c := &cobra.Command{
		Use:   "convert PATH... --to cli|crd",
		Short: "Rewrite webhook configurations in another dialect, or in current spellings",
		Long: `Rewrite webhook files, MCPWebhookConfigs and the webhook lists of RunConfigs as a
webhook file (--to cli) or as MCPWebhookConfig manifests (--to crd), to standard
output or -o. Older spellings are understood in all of them, and the comments of
YAML are kept. A PATH is a file, a folder, a glob, or - for standard input.

References to secrets follow the bindings of the project file. Diagnostics go to
standard error. Where something cannot be carried over they say so, and where there
is an error, nothing is written.`,
		Example: `  thvctl convert old-webhooks.yaml --to cli
  thvctl convert webhooks.yaml --to crd --name company-webhooks --namespace mcp-servers
  thvctl convert deploy/ --to crd -o converted/`,
		Args: somePaths,
		RunE: func(c *cobra.Command, args []string) error {
			if own.to != string(bind.CLI) && own.to != string(bind.CRD) {
				return fmt.Errorf("--to is %q, allowed are cli and crd", own.to)
			}
			f.form = own.to
			r, err := prepare(c, env, f, args)
			if err != nil {
				return err
			}
			if err := dnsLabels(own.name, own.namespace); err != nil {
				return err
			}
			r.options.Bind.Name, r.options.Bind.Namespace = own.name, own.namespace
			return r.convert(own)
		},
	}
	s := c.Flags()
	s.SortFlags = false
	s.StringVar(&own.to, "to", "", "what to write: cli, a webhook file, or crd, MCPWebhookConfig manifests")
	s.StringVar(&own.name, "name", "", "name of a configuration from a file without one (default: from the file's name)")
	s.StringVar(&own.namespace, "namespace", "", "namespace of a configuration from a file without one")
	s.StringVarP(&own.out, "output", "o", "", "write to this FILE, or into this DIR/, instead of standard output")
	s.StringVar(&f.secretsDir, "secrets-dir", "", "absolute folder in which a webhook file finds the key K of the Secret S as S/K")
	s.StringArrayVar(&f.tags, "tag", nil, "value for a CUE @tag, as key=value")
	f.inputFlags.register(c)
	return c
}

func (r *run) convert(f convertFlags) error {
	if r.broken.Has(diag.Error) || r.inputs.found.Has(diag.Error) {
		// Something was not read: say all that is wrong, and write nothing.
		r.options.Bind.Form = ""
	}
	result, err := compiler.Convert(r.inputs.files, r.options)
	if err != nil {
		return pipelineError(err)
	}
	stderr := r.env.Stderr
	if len(result.Diagnostics)+len(r.inputs.found)+len(r.broken) == 0 {
		stderr = io.Discard // nothing to say
	}
	if err := r.finish(result, stderr, r.env.ColorErr); err != nil {
		return err
	}
	if len(result.Artifacts) == 0 {
		if r.flags.allowEmpty {
			return nil
		}
		return errors.New("nothing to convert: no webhook configuration in the inputs (--allow-empty accepts that)")
	}
	if err := oneFile(f.out, result.Artifacts); err != nil {
		return err
	}
	if err := r.keepsSource(f.out, result); err != nil {
		return err
	}
	return writeArtifacts(r.env.Stdout, f.out, result.Artifacts)
}

// keepsSource refuses to write over a source of which not everything was carried
// over.
func (r *run) keepsSource(out string, result compiler.Result) error {
	if strings.EqualFold(filepath.Ext(out), ".json") {
		return fmt.Errorf("convert writes YAML, and %s is named as JSON", out)
	}
	lost := func(d diag.Diagnostic) bool { return d.Rule.ID == rule.LostInForm.ID }
	hidden := func(s diag.Suppressed) bool { return lost(s.Diagnostic) }
	if out == "" || !slices.ContainsFunc(result.Diagnostics, lost) && !slices.ContainsFunc(result.Suppressed, hidden) {
		return nil
	}
	targets := []string{out}
	for _, a := range result.Artifacts {
		targets = append(targets, filepath.Join(out, a.File))
	}
	for _, target := range targets {
		info, err := os.Stat(target)
		if err != nil || info.IsDir() {
			continue
		}
		for _, f := range r.inputs.files {
			if source, err := os.Stat(filepath.FromSlash(f.Name)); err == nil && os.SameFile(info, source) {
				return fmt.Errorf("%s is a source, and not all of it was carried over; nothing was written", target)
			}
		}
	}
	return nil
}

// oneFile refuses to put several webhook files where only one of them would be
// read.
func oneFile(out string, artifacts []emit.Artifact) error {
	if len(artifacts) == 1 || artifacts[0].Schema != "webhook-file" || strings.HasSuffix(out, "/") {
		return nil
	}
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		return nil
	}
	return fmt.Errorf("%d webhook files do not go into one, ToolHive reads only the first document; write to a DIR/", len(artifacts))
}
