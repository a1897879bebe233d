package rule

import "github.com/thvctl/thvctl/compiler/diag"

// PolicyViolation is reported by the stage that holds configurations against the
// policies of the project.
var PolicyViolation = diag.Rule{ID: "THV8001", Name: "policy-violation", Severity: diag.Error}

var policyViolation = Rule{
	Rule:    PolicyViolation,
	Summary: "a webhook or a forwarded header breaks a policy of the organisation",
	Doc: "An organisation writes down in CUE what its webhooks and the headers that it forwards\n" +
		"have to be like, and names the files in the project file:\n\n" +
		"```yaml\n" +
		"policies: [\"policy/*.cue\"]\n" +
		"```\n\n" +
		"`#Webhook` in the package `policy` constrains every webhook, `#WebhookConfig` every\n" +
		"configuration, and `#HeaderForward` the forwarded headers of every remote server, as\n" +
		"they are compiled: every default is explicit, and the fields have one spelling for all\n" +
		"kinds of documents. The message is the comment that stands above the constraint in the\n" +
		"policy.\n\n" +
		"Mend what breaks it, or ask the owner of the policy; [the page on\n" +
		"policies](../policies.md) says how they are written. What is wrong with a policy\n" +
		"itself is found in its own file, and cannot be suppressed.",
}
