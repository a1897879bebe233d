package rule

import "github.com/thvctl/thvctl/compiler/diag"

// PolicyViolation is reported by the stage that holds configurations against the
// policies of the project.
var PolicyViolation = diag.Rule{ID: "THV8001", Name: "policy-violation", Severity: diag.Error}

var policyViolation = Rule{
	Rule:    PolicyViolation,
	Summary: "a webhook breaks a policy of the organisation",
	Doc: "An organisation writes down in CUE what its webhooks have to be like, and names\n" +
		"the files in the project file:\n\n" +
		"```yaml\n" +
		"policies: [\"policy/*.cue\"]\n" +
		"```\n\n" +
		"`#Webhook` in the package `policy` constrains every webhook, `#WebhookConfig` every\n" +
		"configuration, as they are compiled: every default is explicit, and the fields have\n" +
		"one spelling for all kinds of documents. The message is the comment that stands\n" +
		"above the constraint in the policy.\n\n" +
		"Mend the webhook, or ask the owner of the policy; [the page on\n" +
		"policies](../policies.md) says how they are written. What is wrong with a policy\n" +
		"itself is found in its own file, and cannot be suppressed.",
}
