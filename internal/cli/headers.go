package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/header"
	"github.com/thvctl/thvctl/report"
)

func headersCommand(env Environment) *cobra.Command {
	var f flags
	var format string
	c := &cobra.Command{
		Use:   "headers PATH...",
		Short: "Show the headers that requests to remote MCP servers carry",
		Long: `Show for each MCPServerEntry, MCPRemoteProxy and RunConfig of a remote MCP server the
headers that a request to it carries: where each comes from, which wins where several
things set one, and why. Values of secrets are never read, and plain values that look
like a secret are not shown. A PATH is a file, a folder, a glob, or - for standard input.

The files are checked as lint does; diagnostics go to standard error.`,
		Example: `  thvctl headers github-copilot-entry.yaml
  thvctl headers -o json deploy/`,
		Args: somePaths,
		RunE: func(c *cobra.Command, args []string) error {
			if format != "" && format != "json" {
				return fmt.Errorf("-o is %q, allowed is json", format)
			}
			r, err := prepare(c, env, f, args)
			if err != nil {
				return err
			}
			return r.headers(format)
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVarP(&format, "output", "o", "", "json for a program to read")
	f.register(c)
	return c
}

func (r *run) headers(format string) error {
	result, backends, err := compiler.Headers(r.inputs.files, r.options)
	if err != nil {
		return pipelineError(err)
	}
	stderr := r.env.Stderr
	if len(result.Diagnostics)+len(r.inputs.found)+len(r.broken) == 0 && len(r.flags.formats) == 0 {
		stderr = io.Discard // nothing to say
	}
	write := writeHeaders
	if format == "json" {
		write = writeHeadersJSON
	}
	if err := write(r.env.Stdout, backends); err != nil {
		return err
	}
	if err := r.finish(result, stderr, r.env.ColorErr); err != nil {
		return err
	}
	if len(backends) == 0 && !r.flags.allowEmpty {
		return errors.New("nothing to show: no MCPServerEntry, MCPRemoteProxy or RunConfig of a remote MCP server in the inputs (--allow-empty accepts that)")
	}
	return nil
}

func writeHeaders(w io.Writer, backends []header.Backend) error {
	for i, b := range backends {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, report.Visible(title(b)))
		table := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  HEADER\tFROM\tWINS\tWHY")
		for _, h := range b.Headers {
			for _, s := range h.Settings {
				wins := map[bool]string{true: "yes", false: "no"}[s.Wins]
				fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", report.Visible(cmp.Or(s.Name(), h.Name)), report.Visible(from(s)), wins, report.Visible(s.Why))
			}
		}
		if err := table.Flush(); err != nil {
			return err
		}
		for _, note := range b.Notes {
			fmt.Fprintf(w, "  %s\n", report.Visible(note))
		}
	}
	return nil
}

// title names a backend for people.
func title(b header.Backend) string {
	d := b.Document
	text := d.Kind.String()
	if o := d.Object(); o.Namespace != "" {
		text += " " + o.Namespace + "/" + o.Name
	} else if o.Name != "" {
		text += " " + o.Name
	}
	if address := b.Address(); address != "" {
		text += ", " + address
	}
	return fmt.Sprintf("%s (%s:%d)", text, d.Source.Name, startLine(d))
}

// from says for people where a header comes from.
func from(s header.Setting) string {
	name, key, _ := s.Reference()
	switch {
	case s.Origin == header.Plaintext:
		const longest = 48
		value, _ := s.Value()
		if runes := []rune(value); len(runes) > longest {
			value = string(runes[:longest]) + "…"
		}
		return "plaintext " + strconv.Quote(value)
	case key != "":
		return fmt.Sprintf("secret %s, key %s", name, key)
	case s.Origin == header.Secret:
		return strings.TrimSpace("secret " + name)
	case s.Origin == header.Auth:
		return "auth, " + s.By
	}
	return string(s.Origin)
}
