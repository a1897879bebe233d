package rule

import "github.com/thvctl/thvctl/compiler/diag"

// LostInForm is reported by the stages that know the form: bind, and convert.
var LostInForm = diag.Rule{ID: "THV6003", Name: "lost-in-form", Severity: diag.Error}

var lostInForm = Rule{
	Rule:    LostInForm,
	Summary: "the form cannot carry a part of the source",
	Doc: "A manifest that `thvctl compile --form crd` writes holds the name, the namespace,\n" +
		"the labels and the annotations of its source, and the webhooks. Anything else in\n" +
		"`metadata`, such as `finalizers` or `ownerReferences`, would not reach the cluster.\n" +
		"The status is left out without a finding, and so is what the API server and ToolHive's\n" +
		"operator write themselves: `uid`, `resourceVersion`, `managedFields` and the like, and\n" +
		"the operator's own finalizers.\n\n" +
		"The CRD that `thvctl schema --as crd` prints bounds its lists and URLs, so that the API\n" +
		"server can tell what its checks cost: 128 webhooks in a list, 1,024 characters in a\n" +
		"URL. More than that is found here. Where ToolHive's own CRD is installed, which has no\n" +
		"such bounds, the rule can be lowered.\n\n" +
		"`thvctl convert` reports with this rule what the other dialect has no word for: a\n" +
		"certificate that stands in the file itself is an error, because both dialects only\n" +
		"refer to one; labels and annotations on the way to a webhook file, extension keys\n" +
		"(`x-…`) on the way to Kubernetes, and objects of other kinds are warnings.\n\n" +
		"Take the part out of the source, keep it elsewhere, or lower the rule with a reason\n" +
		"in the project file. The rule runs in `compile` and `convert`, and in `lint` where a\n" +
		"form is given.",
}
