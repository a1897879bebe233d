package rule

import "github.com/thvctl/thvctl/compiler/diag"

// UnboundReference is reported by the bind stage, which knows the form.
var UnboundReference = diag.Rule{ID: "THV6001", Name: "unbound-reference", Severity: diag.Error}

var unboundReference = Rule{
	Rule:    UnboundReference,
	Summary: "the form cannot express a reference to a secret, and nothing binds it",
	Doc: "A webhook file names secrets by ToolHive's own names and by file paths; a\n" +
		"Kubernetes resource names them by Secret and key. Which of them are the same\n" +
		"secret, only you know. Say so in the project file:\n\n" +
		"```yaml\n" +
		"secrets:\n" +
		"  bind:\n" +
		"    - {secret: {name: webhook-secrets, key: policy-hmac}, name: POLICY_HMAC}\n" +
		"    - {secret: {name: webhook-ca, key: ca.crt}, path: /etc/toolhive/pki/webhook-ca.crt}\n" +
		"```\n\n" +
		"From Kubernetes to files, `--secrets-dir DIR` binds every other reference to the\n" +
		"path `DIR/<name>/<key>`, where a mounted Secret has it.\n\n" +
		"The rule runs in `compile`, and in `lint` where a form is given.",
}
