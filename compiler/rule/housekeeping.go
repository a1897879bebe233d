package rule

import "github.com/thvctl/thvctl/compiler/diag"

// The rules about suppressions, which the stages check and suppress report.
var (
	unusedIgnore = Rule{
		Rule:    diag.UnusedIgnore,
		Fixable: true,
		Summary: "an ignore suppresses nothing",
		Doc: "A comment `thvctl:ignore`, or an entry under `ignore` in the project file, whose rule\n" +
			"finds nothing there. Either the fault was mended, or the comment is on another line\n" +
			"than the finding; an ignore that stays would hide the next fault. Remove it.\n" +
			"\n" +
			"It is reported only where the rule ran, and for the project file only where a file\n" +
			"that the entry matches was among the inputs. The fix removes comments; the project\n" +
			"file is left to you.",
	}
	badIgnore = Rule{
		Rule:    diag.BadIgnore,
		Summary: "an ignore has no reason, or names a rule that cannot be ignored",
		Doc: "A comment is written `# thvctl:ignore RULE[,RULE] -- reason`, on the line of the\n" +
			"finding or on the line before it, or `# thvctl:ignore-file RULE[,RULE] -- reason` above\n" +
			"everything else in a file. RULE is an identifier or a name. The reason is for whoever\n" +
			"reads it in a year, and it is mandatory.\n" +
			"\n" +
			"The families 1xxx and 2xxx, THV3001, THV6001 and this rule can be neither suppressed nor\n" +
			"lowered: what they find does not work, and `compile` must never go on over it.",
	}
)
