package apiserver

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	kyaml "sigs.k8s.io/yaml"
)

// expression is a CEL expression with its estimated cost, for all places together
// at which an object can have it.
type expression struct {
	path string
	cost uint64
}

// Each expression of our CRD, and all of them together, cost less than half of what
// the API server allows.
func TestCost(t *testing.T) {
	var expressions []expression
	schema := ourSchema(t)
	estimate(t, schema, validation.RootCELContext(schema), "", &expressions)
	slices.SortFunc(expressions, func(a, b expression) int { return cmp.Compare(b.cost, a.cost) })
	var sum uint64
	for i, e := range expressions {
		sum += e.cost
		if i < 5 {
			t.Logf("%10d of %d: %s", e.cost, validation.StaticEstimatedCostLimit, e.path)
		}
		if e.cost >= validation.StaticEstimatedCostLimit/2 {
			t.Errorf("%s costs %d, half of the limit or more", e.path, e.cost)
		}
	}
	t.Logf("%10d of %d: all %d expressions", sum, validation.StaticEstimatedCRDCostLimit, len(expressions))
	if sum == 0 || sum >= validation.StaticEstimatedCRDCostLimit/2 {
		t.Errorf("all expressions cost %d, want half of the limit at most", sum)
	}
}

// ourSchema is the schema of the one version of our CRD.
func ourSchema(t *testing.T) *apiextensions.JSONSchemaProps {
	t.Helper()
	text, err := os.ReadFile(ourCRD)
	if err != nil {
		t.Fatal(err)
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := kyaml.UnmarshalStrict(text, &crd); err != nil {
		t.Fatal(err)
	}
	var schema apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(crd.Spec.Versions[0].Schema.OpenAPIV3Schema, &schema, nil); err != nil {
		t.Fatal(err)
	}
	return &schema
}

// maxItems is how many webhooks a list may hold.
func maxItems(t *testing.T) int {
	t.Helper()
	validating := ourSchema(t).Properties["spec"].Properties["validating"]
	if validating.MaxItems == nil {
		t.Fatal("the list of webhooks has no bound")
	}
	return int(*validating.MaxItems)
}

// estimate adds the expressions of a schema and of what is below it. It counts as
// the API server does when it validates a CRD: the cost of a rule is multiplied by
// how often its value can stand in an object, that of a message is not.
func estimate(t *testing.T, schema *apiextensions.JSONSchemaProps, c *validation.CELSchemaContext, path string, into *[]expression) {
	t.Helper()
	if len(schema.XValidations) > 0 {
		info, err := c.TypeInfo()
		if err != nil {
			t.Fatal(err)
		}
		environments := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())
		results, err := cel.Compile(info.Schema, info.DeclType, celconfig.PerCallLimit, environments, cel.NewExpressionsEnvLoader())
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range results {
			if r.Error != nil || r.MessageExpressionError != nil || c.MaxCardinality == nil {
				t.Fatalf("%s rule %d: %v, %v, or it is in a list without a bound", path, i, r.Error, r.MessageExpressionError)
			}
			*into = append(*into,
				expression{fmt.Sprintf("%s rule %d", path, i), r.MaxCost * *c.MaxCardinality},
				expression{fmt.Sprintf("%s message %d", path, i), r.MessageExpressionMaxCost})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[name]
		estimate(t, &property, c.ChildPropertyContext(&property, name), path+"."+name, into)
	}
	if schema.Items != nil {
		estimate(t, schema.Items.Schema, c.ChildItemsContext(schema.Items.Schema), path+"[*]", into)
	}
}
