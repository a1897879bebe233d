package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/thvctl/thvctl/schema"
)

func schemaCommand(env Environment) *cobra.Command {
	var as string
	var compat bool
	c := &cobra.Command{
		Use:   "schema --as cue|jsonschema|crd [KIND]",
		Short: "Print the schema of a kind of document",
		Long: `Print the schema that thvctl checks: as CUE for cue vet, as JSON Schema for
editors, or as the CustomResourceDefinition for a cluster. The kinds are
` + strings.Join(schema.Kinds(), ", ") + `.

CUE is printed whole; with a KIND it ends in that kind's definition, so that
cue vet needs no -d.

With the CRD the Kubernetes API server refuses what thvctl's schema rules refuse,
and names the rule. With --compat it has the shape of ToolHive's own CRD and
refuses no more than that. There is one for ` + strings.Join(schema.Resources(), ", ") + `.`,
		Example: `  thvctl schema --as jsonschema webhook-file > webhook-file.schema.json
  thvctl schema --as cue webhook-file > schema.cue && cue vet schema.cue webhooks.yaml
  thvctl schema --as crd | kubectl apply --server-side --force-conflicts -f -`,
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: schema.Kinds(),
		RunE: func(_ *cobra.Command, args []string) error {
			if compat && as != "crd" {
				return errors.New("--compat goes with --as crd")
			}
			text, err := schemaText(as, compat, args)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(env.Stdout, text)
			return err
		},
	}
	c.Flags().StringVar(&as, "as", "", "cue, jsonschema or crd")
	c.Flags().BoolVar(&compat, "compat", false, "with --as crd: in the shape of ToolHive's own CRD")
	c.AddCommand(schemaDiffCommand(env))
	return c
}

func schemaText(as string, compat bool, kinds []string) (string, error) {
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
	case "crd":
		if document == nil {
			kinds = schema.Resources()
		}
		return crdText(kinds, compat)
	}
	return "", fmt.Errorf("--as is %q, allowed are cue, jsonschema and crd", as)
}

// crdText returns the CRDs of some kinds as one YAML stream.
func crdText(kinds []string, compat bool) (string, error) {
	var texts []string
	for _, kind := range kinds {
		text, err := schema.CRD(kind, compat)
		if err != nil {
			return "", err
		}
		texts = append(texts, string(text))
	}
	return strings.Join(texts, "---\n"), nil
}
