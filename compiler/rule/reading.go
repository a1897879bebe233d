package rule

import "github.com/thvctl/thvctl/compiler/diag"

// The rules of the family 1xxx, which the stages that read report.
var (
	unreadable = Rule{
		Rule:    diag.Unreadable,
		Summary: "a file cannot be read",
		Doc: "thvctl could not read a file that it was given, or that it found in a folder: it is\n" +
			"not there, not readable, not a regular file, or larger than `--max-size` (64 MiB).\n" +
			"A link that leads out of the folder being walked is not followed.\n" +
			"\n" +
			"The run ends with exit code 2, whatever else was found, because something was\n" +
			"not checked. To check what a pipe or a FIFO delivers, give `-` and send it to\n" +
			"standard input.",
	}
	badEncoding = Rule{
		Rule:    diag.BadEncoding,
		Fixable: true,
		Summary: "a file is not UTF-8 text",
		Doc: `YAML, JSON and CUE are UTF-8 text. A file in another encoding, or with control
characters in it, is read differently by every tool, if at all.

A byte order mark is accepted in YAML. In a JSON webhook file it is a warning,
because ToolHive's JSON reader refuses the file; remove the mark.`,
	}
	syntaxError = Rule{
		Rule:    diag.Syntax,
		Summary: "a file is not well-formed YAML, JSON or CUE",
		Doc: `The text cannot be parsed. The position is that of the parser: the fault may be
shortly before it. Tabs in YAML indentation and unclosed brackets are the usual
causes.`,
	}
	duplicateKey = Rule{
		Rule:    diag.DuplicateKey,
		Summary: "a mapping has one key twice",
		Doc: "YAML forbids it; ToolHive's JSON reader takes the last of the two and forgets the\n" +
			"first. It also takes JSON keys in any letter case, so that `failure_policy` and\n" +
			"`Failure_Policy` are one key, and the later wins.",
	}
	tooComplex = Rule{
		Rule:    diag.TooComplex,
		Summary: "a document is larger or deeper than the bounds",
		Doc: "A document may have 1 MiB (`--max-document`), 10,000 values with all aliases\n" +
			"expanded (`--max-nodes`) and 64 levels. A webhook configuration stays far below;\n" +
			"the bounds keep a hostile file from filling memory. Raise them for a file that\n" +
			"you trust.",
	}
	extraDocument = Rule{
		Rule:    diag.ExtraDocument,
		Summary: "a webhook file holds more than one document",
		Doc: "ToolHive reads the first document of a webhook file and ignores the rest without\n" +
			"a word, so that a second gate is lost. Put all webhooks into one document, or into\n" +
			"two files that are both given to `--webhook-config`.",
	}
	noWebhooks = Rule{
		Rule:    diag.NoWebhooks,
		Summary: "a document has no webhooks",
		Doc: "An empty file, `null`, `{}` and empty lists load as zero webhooks, without a\n" +
			"word: every request passes unasked. If there should be no webhooks, do not\n" +
			"configure a file.",
	}
	unknownDocument = Rule{
		Rule:    diag.UnknownDocument,
		Summary: "a named file is none of the known kinds",
		Doc: "The file was given by name, and it is none of the kinds that thvctl checks. While\n" +
			"walking a folder such files are skipped and counted.\n" +
			"\n" +
			"A webhook file is a mapping with `validating` or `mutating`; a Kubernetes resource\n" +
			"has `apiVersion` and `kind`; a RunConfig is JSON with `schema_version`.",
	}
	wrongDialect = Rule{
		Rule:    diag.WrongDialect,
		Fixable: true,
		Summary: "a key is spelt as in another dialect",
		Doc: "Webhook files spell their keys in snake_case, Kubernetes resources in camelCase,\n" +
			"and older proposals had other names again. ToolHive's loader ignores a key that it\n" +
			"does not know, without a word: signing and TLS settings are then off.\n" +
			"\n" +
			"Where only the key differs it is renamed by the fix; where the value differs too,\n" +
			"what lies below is not checked, and `thvctl convert` rewrites it.",
	}
	duplicateObject = Rule{
		Rule:    diag.DuplicateObject,
		Summary: "one Kubernetes object stands twice in the inputs",
		Doc: "Two documents have the same kind, namespace and name. Applied to a cluster, the\n" +
			"later replaces the earlier. In `compile` this is an error.",
	}
)
