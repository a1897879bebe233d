package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/schema"
)

func schemaCommand(env Environment) *cobra.Command {
	var as string
	c := &cobra.Command{
		Use:   "schema --as cue|jsonschema [KIND]",
		Short: "Print the schema of a kind of document",
		Long: `Print the schema that thvctl checks: as CUE for cue vet, or as JSON Schema for
editors. The kinds are ` + strings.Join(schema.Kinds(), ", ") + `.

CUE is printed whole; with a KIND it ends in that kind's definition, so that
cue vet needs no -d.`,
		Example: `  thvctl schema --as jsonschema webhook-file > webhook-file.schema.json
  thvctl schema --as cue webhook-file > schema.cue && cue vet schema.cue webhooks.yaml`,
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: schema.Kinds(),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := schemaText(as, args)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(env.Stdout, text)
			return err
		},
	}
	c.Flags().StringVar(&as, "as", "", "cue or jsonschema")
	return c
}

func schemaText(as string, kinds []string) (string, error) {
	known := strings.Join(schema.Kinds(), ", ")
	var document *schema.Document
	if len(kinds) == 1 {
		if document = schema.DocumentOf(kinds[0]); document == nil {
			return "", fmt.Errorf("%q is no kind of document, the kinds are %s", kinds[0], known)
		}
	}
	switch as {
	case "cue":
		if document == nil {
			return schema.CUE(), nil
		}
		return schema.CUE() + "\n#" + document.Definition + "\n", nil
	case "jsonschema":
		if document == nil {
			return "", fmt.Errorf("--as jsonschema needs a KIND: %s", known)
		}
		text, err := schema.JSONSchema(document.Name)
		return string(text), err
	}
	return "", fmt.Errorf("--as is %q, allowed are cue and jsonschema", as)
}
