package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/compiler"
)

func lintCommand(env Environment) *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "lint PATH...",
		Short: "Check webhook configurations and print what is wrong",
		Long: `Check webhook files, MCPWebhookConfig and other ToolHive resources, and RunConfigs.
A PATH is a file, a folder, a glob, or - for standard input.

The exit code is 0 when nothing was found, 1 for findings at or above --fail-on,
2 for wrong usage, an unreadable input or nothing to check, and 3 for a defect of
thvctl itself.`,
		Example: `  thvctl lint webhooks.yaml
  thvctl lint --format json deploy/
  kubectl get mcpwebhookconfigs -o yaml | thvctl lint -`,
		Args: somePaths,
		RunE: func(c *cobra.Command, args []string) error {
			r, err := prepare(c, env, f, args)
			if err != nil {
				return err
			}
			result, err := compiler.Lint(r.inputs.files, r.options)
			if err != nil {
				return pipelineError(err)
			}
			result.Diagnostics = append(result.Diagnostics, r.broken...)
			return r.finish(result, env.Stdout, env.Color)
		},
	}
	f.register(c)
	return c
}

// somePaths asks for at least one PATH.
func somePaths(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("give at least one PATH: a file, a folder, a glob, or - for standard input")
	}
	return nil
}
