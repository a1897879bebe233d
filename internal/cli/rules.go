package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/compiler/rule"
)

func rulesCommand(env Environment) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:     "rules",
		Short:   "List the rules",
		Long:    "List the rules: identifier, name, default severity, and whether there is an automatic\nfix. thvctl explain prints the page of one.",
		Example: "  thvctl rules\n  thvctl rules -o json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch format {
			case "":
				return writeRules(env.Stdout)
			case "json":
				return writeRulesJSON(env.Stdout)
			}
			return fmt.Errorf("-o is %q, allowed is json", format)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "", "json for a program to read")
	return c
}

func writeRules(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tNAME\tSEVERITY\tFIX\tFINDS")
	for _, r := range rule.All {
		fix := ""
		if r.Fixable {
			fix = "fix"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.ID, r.Name, r.Severity, fix, r.Summary)
	}
	return table.Flush()
}

// ruleEntry is a rule as thvctl rules -o json has it.
type ruleEntry struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Severity string `json:"severity"`
	Fix      bool   `json:"fix"`
	// Fixed says that the rule can be neither lowered nor suppressed.
	Fixed   bool   `json:"always"`
	Summary string `json:"summary"`
}

func writeRulesJSON(w io.Writer) error {
	entries := []ruleEntry{}
	for _, r := range rule.All {
		entries = append(entries, ruleEntry{r.ID, r.Name, r.Severity.String(), r.Fixable, rule.IsFixed(r.Rule), r.Summary})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(entries)
}
