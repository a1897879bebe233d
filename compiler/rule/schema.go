package rule

import "github.com/thvctl/thvctl/compiler/diag"

// The rules of the family 2xxx, which the schema check reports.
var (
	schemaViolation = Rule{
		Rule:    diag.Schema,
		Summary: "a value breaks the schema in a way that has no rule of its own",
		Doc: `The CUE schema refuses the value, or a CUE source has a value that is in conflict
or not concrete: every field of a document must have one definite value.`,
	}
	unknownField = Rule{
		Rule:    diag.UnknownField,
		Fixable: true,
		Summary: "a key is none of the known fields",
		Doc: "ToolHive ignores keys that it does not know, without a word. A misspelt\n" +
			"`hmac_secret_ref` switches signing off. Keys are compared exactly, letter case\n" +
			"included. In a YAML webhook file, root keys that begin with `x-` are allowed, for\n" +
			"anchors.",
	}
	missingField = Rule{
		Rule:    diag.MissingField,
		Fixable: true,
		Summary: "a required field is not there",
		Doc: "A webhook needs a name and a URL. In a webhook file it also needs a\n" +
			"`failure_policy`, because ToolHive has no default there; in an MCPWebhookConfig the\n" +
			"default is `fail`.",
	}
	wrongType = Rule{
		Rule:    diag.WrongType,
		Fixable: true,
		Summary: "a value is of the wrong type",
		Doc: "For example a number where a string belongs. In Kubernetes documents this is also\n" +
			"a plain `yes` or `010` in a string field: `kubectl` reads YAML 1.1, where these are\n" +
			"a boolean and a number. Put the value in quotes.",
	}
	notHTTPS = Rule{
		Rule:    diag.NotHTTPS,
		Summary: "a URL has another scheme than https",
		Doc: `Webhooks are asked over https only. ToolHive lets http pass where the certificate
is not checked; that is then THV4003. No other scheme ever works.`,
	}
	badURL = Rule{
		Rule:    diag.BadURL,
		Summary: "a URL is not usable",
		Doc: `The URL has no host, is relative, has a port outside 1 to 65535 or white space in
it, or cannot be parsed. ToolHive accepts some of these and fails at the first
request.`,
	}
	timeoutRange = Rule{
		Rule:    diag.TimeoutRange,
		Summary: "a timeout is outside 1s to 30s",
		Doc: `ToolHive refuses timeouts under 1s and over 30s. It takes zero for its default of
10s, without a word, so zero is out of range in every spelling here (in a
RunConfig, which ToolHive writes itself, it is accepted).`,
	}
	badDuration = Rule{
		Rule:    diag.BadDuration,
		Fixable: true,
		Summary: "a timeout is not a Go duration",
		Doc: "Durations are written as Go writes them: `5s`, `1.5s`, `500ms`. ToolHive's YAML\n" +
			"reader refuses bare numbers. The Kubernetes API server accepts `5 seconds`, `1 day`\n" +
			"and `PT5S`, and ToolHive's operator then cannot decode the object.",
	}
	badValue = Rule{
		Rule:    diag.BadValue,
		Fixable: true,
		Summary: "a value is not one of those allowed",
		Doc:     "For example `Fail` for `fail`: the values of the failure policy are lower-case.",
	}
	badName = Rule{
		Rule:    diag.BadName,
		Summary: "a name is not valid",
		Doc: "A webhook name has 1 to 63 characters, letters, digits, `.`, `_` and `-`, and\n" +
			"begins and ends with a letter or digit. ToolHive accepts any text in a file, but\n" +
			"Kubernetes and every log that shows the name do not.",
	}
	halfClientCert = Rule{
		Rule:    diag.HalfClientCert,
		Summary: "a client certificate without its key, or the reverse",
		Doc: `A certificate and its key go together. ToolHive refuses half of a pair in a file;
in an MCPWebhookConfig it drops it without a word, and the client certificate is
then not shown.`,
	}
	badSecretRef = Rule{
		Rule:    diag.BadSecretRef,
		Summary: "a reference to a secret that no resolver understands",
		Doc: "In a webhook file a reference is a ToolHive secret name, `name,target=VAR`, or an\n" +
			"absolute path. Anything else, such as `name,target=` or `./key`, is taken for a\n" +
			"name, and fails only when the first request is signed. In Kubernetes it is the\n" +
			"name of a Secret and a key in its data.",
	}
)
