package rule

import "github.com/thvctl/thvctl/compiler/diag"

// The rules about what references to secrets lead to, which the stage lookup
// reports.
var (
	SecretNotFound    = diag.Rule{ID: "THV5001", Name: "secret-not-found", Severity: diag.Error}
	SecretKeyNotFound = diag.Rule{ID: "THV5002", Name: "secret-key-not-found", Severity: diag.Error}
	WeakHMACKey       = diag.Rule{ID: "THV4009", Name: "weak-hmac-key", Severity: diag.Error}
	BadCertificate    = diag.Rule{ID: "THV4010", Name: "bad-certificate", Severity: diag.Error}
)

var secretNotFound = Rule{
	Rule:    SecretNotFound,
	Summary: "a reference to a secret leads to nothing, or cannot be looked up",
	Doc: "A pod whose Secret is missing does not start, and a webhook whose signing secret is\n" +
		"missing, or a header of a RunConfig whose secret is, keeps ToolHive from starting. With\n" +
		"`--secrets=exists` or `--secrets=verify` every reference is looked up in the stores that\n" +
		"`--secret-store` and the project file name; [the page on stores](../secret-stores.md)\n" +
		"says what each of them holds. The path of a file is looked up on this machine.\n\n" +
		"Where a form is given, its spelling of the reference is looked up, as `secrets.bind`\n" +
		"and `--secrets-dir` bind it. A store that fails to answer is this error as well: what\n" +
		"nobody knows does not pass. A ToolHive name that is not found is masked, because it\n" +
		"may be the secret itself.\n\n" +
		"Create the secret, correct the reference, or name the store that has it.",
}

var secretKeyNotFound = Rule{
	Rule:    SecretKeyNotFound,
	Summary: "a Secret lacks the key that a reference names",
	Doc: "ToolHive's operator mounts a single key of the Secret, or for a header makes it a\n" +
		"variable of the pod, and not as an optional one: a pod whose key is missing does not\n" +
		"start. The message names the keys that the Secret has.\n\n" +
		"The rule runs with `--secrets=exists` and `--secrets=verify`.",
}

var weakHMACKey = Rule{
	Rule:    WeakHMACKey,
	Summary: "the value of an HMAC secret is empty, short, or has white space around it",
	Doc: "ToolHive signs with the bytes of a file or Secret as they are, so a line break at the\n" +
		"end is part of the key. The other side mostly has the key without it, and then no\n" +
		"signature fits. A key under 24 bytes is short enough to be guessed; an empty one signs\n" +
		"nothing, and ToolHive refuses it or sends requests that anybody could have signed.\n\n" +
		"Make a key without a line break, for example with `openssl rand -base64 48 | tr -d '\\n'`.\n" +
		"Sizes are those of the bytes that ToolHive takes, line breaks included.\n\n" +
		"The rule runs with `--secrets=verify`. It never shows a value.",
}

var badCertificate = Rule{
	Rule:    BadCertificate,
	Summary: "a CA bundle, client certificate or key cannot do its work, or soon will not",
	Doc: "Errors are values that no TLS connection comes about with: what is empty or not PEM,\n" +
		"certificates that have expired or are for another use, a key that is encrypted or\n" +
		"belongs to another certificate, and in a CA bundle the certificate of a server that\n" +
		"somebody else issued, which is of use only until it is renewed.\n\n" +
		"Warnings are certificates that expire within 30 days, a self-signed certificate that is\n" +
		"no CA in a CA bundle, and the file of a private key that every user of the machine can\n" +
		"read. In a CA bundle an old certificate beside a good one is how CAs are changed, and\n" +
		"not reported until it has expired.\n\n" +
		"The rule runs with `--secrets=verify`. It shows dates and sizes, never a value.",
}
