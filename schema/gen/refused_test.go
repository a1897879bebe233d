package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// refusal is something added to the schema, and words of the message that refuses it.
type refusal struct{ added, message string }

// requireRefused adds each of some lines to a definition and wants it to be refused.
func requireRefused(t *testing.T, definition string, tests map[string]refusal) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Helper()
			_, err := generateFrom(t, map[string]string{definition: test.added})
			if err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want %s", err, test.message)
			}
		})
	}
}

// commented puts a comment above each of some fields.
func commented(tests map[string]refusal) map[string]refusal {
	for name, test := range tests {
		test.added = "// Whom to ask.\n\t" + test.added
		tests[name] = test
	}
	return tests
}

// What the generator cannot say in all outputs is refused, neither dropped nor widened.
func TestNewFieldRefused(t *testing.T) {
	const (
		oneType = "beside null, allowed are one type"
		own     = "give the struct or map a definition of its own, whose name ends in Shape"
	)
	requireRefused(t, "WebhookSpecShape", commented(map[string]refusal{
		"pattern":                  {`owner?: =~"^a"`, "give the constraint a definition of its own, with @rule and @message"},
		"bound of texts":           {`owner?: >"a"`, "put int & before it"},
		"bounds of any number":     {`owner?: >=0 & <=5`, "put int & before it"},
		"bound that is not whole":  {`owner?: int & <5.5`, "allowed is a whole number"},
		"bounds without a number":  {`owner?: int & >5 & <6`, "no whole number is within"},
		"another bound":            {`owner?: int & !=5`, "allowed are bounds"},
		"number":                   {`owner?: number`, "number has no place in the table"},
		"whole numbers as such":    {`owner?: 5 | 10`, "5 has no place in the table"},
		"true":                     {`owner?: true`, "true has no place in the table"},
		"bytes":                    {`owner?: 'a'`, "has no place in the table"},
		"interpolation":            {`owner?: "a\(1)"`, "has no place in the table"},
		"mark of a default":        {`owner?: string | *"us"`, "say what an absent field means with @default"},
		"struct in place":          {`owner?: {team!: string}`, own},
		"map in place":             {`owner?: {[string]: int}`, own},
		"pattern of keys in place": {`owner?: {[=~"^[a-z]+$"]: string}`, own},
		"either constraint":        {`owner?: #Duration | #NamespaceName`, oneType},
		"text and constant":        {`owner?: string | "us"`, oneType},
		"constant and constraint":  {`owner?: "auto" | #NamespaceName`, oneType},
		"whole number or constant": {`owner?: int | "auto"`, oneType},
		"whole number or text":     {`owner?: int | string`, oneType},
		"whole number or name":     {`owner?: int | #NamespaceName`, oneType},
		"bounds or duration":       {`owner?: #Duration | int & >0`, oneType},
		"boolean or constant":      {`owner?: bool | "auto"`, oneType},
		"list or text":             {`owner?: string | [...string]`, oneType},
		"two structs":              {`owner?: #SecretKeyRefShape | #StringMapShape`, oneType},
		"null twice":               {`owner?: null | null | string`, oneType},
		"constant twice":           {`owner?: "us" | "us"`, "a text stands twice"},
		"alternatives and more":    {`owner?: ("us" | "them") & string`, "has no place in the table"},
		"constant and more":        {`owner?: "us" & string`, "allowed with & are constraints of texts"},
		"null in a list":           {`owner?: [...(null | string)]`, "never null"},
		"list of fixed length":     {`owner?: [string, string]`, "allowed is [...TYPE]"},
		"list of anything":         {`owner?: [...]`, "allowed is [...TYPE]"},
		"list of lists":            {`owner?: [...[...string]]`, "the field has no Go type"},
		"call":                     {`owner?: close({})`, "has no place in the table"},
		"regular field":            {`owner: string`, "put ? or ! after the key"},
		"required and null":        {`owner!: null | string`, "a required field has one"},
		"key that is no name":      {`"foo.bar"?: string`, "the key has no Go name"},
		"key of digits":            {`"1"?: string`, "the key has no Go name"},
		"hidden key":               {`_owner?: string`, "the key has no Go name"},
		"field twice":              {"owner?: string\n\t// Again.\n\towner?: string", "the field stands twice"},
		"definition inside":        {`#Owner: string`, "the key has no Go name"},
		"comprehension":            {"if true {a?: string}", "allowed are fields and ..."},
		"attribute inside":         {"@atomic()", "allowed are fields and ..."},
		"map and fields":           {`[string]: string`, "has fields of known names or is a map"},
		"keys of any pattern":      {`[=~"[a-z]"]: _`, "has no place in the table"},
		"keys of a prefix":         {`[=~"^x-"]: _`, "a CRD cannot say that keys may begin with x-"},
		"duration or whole number": {`owner?: #Duration | int @limit(9)`, "@limit"},
		"either in a CRD":          {`owner?: #Duration | int @go(-)`, "a CRD cannot say"},
		"struct or text in a CRD":  {`owner?: #SecretKeyRefShape | "none" @go(-)`, "a CRD cannot say"},
	}))
}

func TestNewAttributeRefused(t *testing.T) {
	const misfit = "the value does not fit the field"
	requireRefused(t, "WebhookSpecShape", commented(map[string]refusal{
		"unknown":                 {`owner?: string @nosuch(x)`, "unknown attribute @nosuch"},
		"rule of an enumeration":  {`owner?: "us" | "them" @rule(THV2008)`, "unknown attribute @rule"},
		"twice":                   {`owner?: int @default(5) @default(6)`, "@default stands twice"},
		"limit that is none":      {`owner?: string @limit(0)`, "whole numbers above 0"},
		"limit of a whole number": {`owner?: int @limit(9)`, "allowed at a text, a list or a map"},
		"limit of a boolean":      {`owner?: bool @limit(9)`, "allowed at a text, a list or a map"},
		"limit of a struct":       {`owner?: #SecretKeyRefShape @limit(9)`, "allowed at a text, a list or a map"},
		"two limits of a text":    {`owner?: string @limit(9,9)`, "a second one at a list or a map of texts"},
		"two limits of numbers":   {`owner?: [...int] @limit(9,9)`, "a second one at a list or a map of texts"},
		"default of a number":     {`owner?: int @default(abc)`, misfit},
		"default out of bounds":   {`owner?: int & <5 @default(9)`, "within the bounds"},
		"default of constants":    {`owner?: "us" | "them" @default(nobody)`, misfit},
		"default of a constraint": {`owner?: #NamespaceName @default(A_B)`, misfit},
		"default of a list":       {`owner?: [...string] @default([5])`, misfit},
		"default of nothing":      {`owner?: string @default()`, "allowed is a value"},
		"default of required":     {`owner!: string @default(us)`, "a required field is never absent"},
		"example":                 {`owner?: bool @example(yes)`, misfit},
		"example of a struct":     {`owner?: #SecretKeyRefShape @example({"name": "a"})`, "the value has no field key"},
		"two examples in one":     {`owner?: string @example("a","b")`, "allowed is one value"},
		"safe of constants":       {`owner!: "us" | "them" @safe(nobody)`, misfit},
		"safe of optional":        {`owner?: string @safe(us)`, "an optional field may be missing"},
		"written never":           {`owner?: string @written(never)`, "allowed is @written(always)"},
		"dialect":                 {`owner?: string @spelling(nosuch=a)`, "the dialects are"},
		"format":                  {`owner?: string @format(nosuch)`, "allowed are uri and date-time"},
		"format of a number":      {`owner?: int @format(uri)`, "allowed are uri and date-time"},
		"key of a text":           {`owner?: string @key(name)`, "allowed at a list"},
		"key that is not there":   {`owner?: [...#SecretKeyRefShape] @key(nosuch) @limit(9)`, "no required text, number or boolean of that name"},
		"key that is optional":    {`owner?: [...#ObjectMetaShape] @key(namespace) @limit(9)`, "no required text, number or boolean of that name"},
		"observed text":           {`owner?: string @observed(ConditionShape)`, "at a field of _"},
		"observed nothing":        {`owner?: _ @observed(NoShape)`, "there is no definition #NoShape"},
		"keyword":                 {`owner?: string @openapi(maxLenght=5)`, `found "maxLenght"`},
		"keyword twice":           {`owner?: string @default(a) @openapi(default=b)`, "default stands twice"},
		"keyword that demands":    {`owner?: string @openapi(minLength=5)`, "demands what the check of a source does not"},
		"Go type":                 {`owner?: _ @go(Owner,any)`, "found the Go type any"},
		"Go type of maps":         {`owner?: _ @go(Owner,map[string]any)`, "found the Go type map[string]any"},
		"another Go type":         {`owner?: string @go(Owner,int64)`, "found the Go type int64"},
		"no Go type":              {`owner?: _`, "name one with @go(Name,TYPE), where TYPE is one of"},
		"Go name":                 {`owner?: string @go(owner)`, "allowed are @go(Name)"},
		"Go name of a method":     {`owner?: string @go(DeepCopy)`, "the Go name DeepCopy is that of a method too"},
		"Go name of another":      {`owner?: string @go(Name)`, "the Go name Name is that of the field owner too"},
		"required, not in Go":     {`owner!: string @go(-)`, "a required field cannot be left out"},
	}))
}

func TestNewDefinitionRefused(t *testing.T) {
	requireRefused(t, "", map[string]refusal{
		"alias of a whole number":     {`#Count: int`, "#Count: it is no text"},
		"struct without Shape":        {"#Thing: {\n\t// A.\n\ta?: string\n}", "whose name ends in Shape"},
		"text with Shape":             {"// A text.\n#TextShape: string", "allowed is a struct in a definition whose name ends in Shape"},
		"twice":                       {"#Path: string", "#Path is defined twice"},
		"field":                       {"thing: string", "allowed are definitions"},
		"map of null":                 {"// A map.\n#MapShape: {[string]: null | int}", "never null"},
		"fault below a map":           {"// A map.\n#MapShape: {[string]: 5}", "5 has no place in the table"},
		"attribute of a struct":       {"// A struct.\n#ThingShape: {...} @aotmic()", "unknown attribute @aotmic"},
		"contents of atomic":          {"// A struct.\n#ThingShape: {...} @atomic(no)", "allowed is @atomic()"},
		"attribute of texts":          {`#Us: "us" | "them" @rule(THV2008)`, "@rule(THV2008) has no place here"},
		"attribute of a pattern":      {`#Us: =~"^us" @rule(THV2008) @message("us") @nosuch()`, "unknown attribute @nosuch"},
		"pattern without a rule":      {`#Us: =~"^us" @message("us")`, "#Us: the pattern has no @rule or no @message"},
		"pattern without a message":   {`#Us: =~"^us" @rule(THV2008)`, "#Us: the pattern has no @rule or no @message"},
		"rule that is none":           {`#Us: =~"^us" @rule(2008) @message("us")`, "allowed is a diagnostic such as THV2000"},
		"long rule":                   {`#Us: =~"^us" @rule(THV20081) @message("us")`, "allowed is a diagnostic such as THV2000"},
		"negated pattern":             {`#Us: !~"^us" @rule(THV2008) @message("us")`, "has no place here"},
		"pattern that does not parse": {`#Us: =~"^(us" @rule(THV2008) @message("us")`, "error parsing regexp"},
		"recursion":                   {"// A team.\n#TeamShape: {\n\t// A team.\n\tteam?: #TeamShape\n}", "#TeamShape holds itself"},
		"recursion by another":        {"// A.\n#AShape: {\n\t// B.\n\tb?: [...#BShape]\n}\n// B.\n#BShape: {\n\t// A.\n\ta?: #AShape\n}", "holds itself, by way of"},
		"package":                     {"// A struct.\n#ThingShape: {...} @go(v1.Thing)", "the packages runconfig, v1alpha1, webhookfile"},
		"Go name":                     {"// A struct.\n#ThingShape: {...} @go(v1alpha1.thing)", "the packages runconfig, v1alpha1, webhookfile"},
		"Go name of a map":            {"// A map.\n#MapShape: {[string]: int} @go(v1alpha1.Map)", "a map has no Go type of its own"},
		"Go name twice":               {"// A struct.\n#ThingShape: {...} @go(v1alpha1.Condition)", "Condition redeclared"},
		"Go name of a written one":    {"// A struct.\n#ThingShape: {...} @go(v1alpha1.Duration)", "Duration redeclared"},
		"Go name of a list":           {"// A struct.\n#ThingShape: {...} @go(v1alpha1.MCPWebhookConfigList)", "MCPWebhookConfigList redeclared"},
		"circle of packages":          {"// A struct.\n#ThingShape: {\n\t// A file.\n\ta?: #WebhookFileShape\n} @go(runconfig.Thing)", "imports itself, by way of others"},
		"elsewhere":                   {"// A struct.\n#ThingShape: {\n\t// A.\n\ta?: string\n} @elsewhere(rfc,b=c)", "there is no field c"},
		"kind":                        {"// A struct.\n#ThingShape: {...} @kind(Thing)", "allowed are lower-case letters"},
		"kind twice":                  {"// A struct.\n#ThingShape: {...} @kind(unit)", "#UnitShape has the same @kind"},
		"resource without a kind":     {"// A struct.\n#ThingShape: {...} @crd(plural=things,singular=thing,short=th,category=all)", "@crd goes with @kind"},
		"resource without a name":     {"// A struct.\n#ThingShape: {...} @kind(thing) @crd(plural=things)", "allowed is @crd(plural=,singular=,short=,category=)"},
		"column without a resource":   {"// A struct.\n#ThingShape: {...} @kind(thing) @column(A,\".a\",string)", "beside @crd"},
		"resource that is no object":  {"// A struct.\n#ThingShape: {...} @kind(thing) @crd(plural=things,singular=thing,short=th,category=all)", "apiVersion is no constant"},
		"resource with an open spec":  {"// A struct.\n#ThingShape: {" + object1 + "\n\t// S.\n\tspec?: _\n} @kind(thing) @crd(plural=things,singular=thing,short=th,category=all)", "spec is no struct with a definition"},
		"resource without rules":      {"// A struct.\n#ThingShape: {" + object1 + "\n\t// S.\n\tspec?: #UnitShape\n} @kind(thing) @crd(plural=things,singular=thing,short=th,category=all)", "the rules layer has no #ThingRules"},
	})
}

const object1 = `
	// The version.
	apiVersion!: "a.example/v1"
	// The kind.
	kind!: "Thing"`

// A webhook file may hold a struct of Kubernetes, whose package it then imports.
func TestReferenceToAnotherPackage(t *testing.T) {
	files, err := generateFrom(t, map[string]string{"FileWebhookShape": "// Whom to ask.\n\towner?: null | #SecretKeyRefShape"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Owner *v1alpha1.SecretKeyRef", `"github.com/thvctl/thvctl/api/v1alpha1"`} {
		if !strings.Contains(files["api/webhookfile/types_gen.go"], want) {
			t.Errorf("the types of a webhook file do not have %s", want)
		}
	}
}

// A further field of an object has in the CRD what a field of its spec has.
func TestFieldBesideSpec(t *testing.T) {
	files, err := generateFrom(t, map[string]string{"MCPWebhookConfigShape": "// Whom to ask.\n\towner!: string @limit(9)"})
	if err != nil {
		t.Fatal(err)
	}
	text := files["schema/crd/mcpwebhookconfigs.yaml"]
	if got, want := propertyIn(t, text, "owner"), `{"description":"Whom to ask.","maxLength":9,"type":"string"}`; got != want {
		t.Errorf("the CRD has\n%s, want\n%s", got, want)
	}
	if !strings.Contains(text, "required:\n            - owner\n") {
		t.Error("the CRD does not require the field")
	}
}

func TestComment(t *testing.T) {
	for text, want := range map[string]string{
		"One key of a Secret.": "// X is one key of a Secret.\n",
		"HTTPS with a key.":    "// X is HTTPS with a key.\n",
		"ToolHive's own.":      "// X is ToolHive's own.\n",
		"A webhook.":           "// X is a webhook.\n",
		"Texts":                "// X is texts\n",
		"":                     "",
	} {
		if got := comment("X", text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What does not build is found before it is written.
func TestBuild(t *testing.T) {
	dir := schemaWith(t, nil)
	for name, text := range map[string]string{
		"table_gen.go":                    "package schema\n\nvar Documents = 5\n",
		"../api/webhookfile/types_gen.go": "package webhookfile\n\ntype File struct{ F v1alpha1.Nothing }\n",
		"../api/runconfig/types_gen.go":   "package runconfig\n\ntype Duration int\n",
		"../api/v1alpha1/types_gen.go":    "package v1alpha1\n\ntype T struct{ t T }\n",
	} {
		files, err := generated(dir)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = []byte(text)
		if err := build(dir, files); err == nil {
			t.Errorf("%s is not refused", name)
		}
	}
}

// Rules about what is not there are refused.
func TestRulesRefused(t *testing.T) {
	for name, test := range map[string]struct{ old, new, message string }{
		"list":              {"@list(spec.validating)", "@list(spec.nosuch)", "@list(spec.nosuch): #MCPWebhookConfigShape has no such list of structs"},
		"list that is none": {"@list(spec.validating)", "@list(metadata.name)", "has no such list of structs"},
		"names":             {"@names(spec.mutating)", "@names(spec.nosuch)", "@names(spec.nosuch): #MCPWebhookConfigShape has no such list of structs with a name"},
		"names of others":   {"@names(spec.mutating)", "@names(status)", "has no such list of structs with a name"},
		"path":              {"@rule(THV2006,timeout)", "@rule(THV2006,timeouts)", "has no such field"},
		"diagnostic":        {"@rule(THV2006,timeout)", "@rule(THV06,timeout)", "allowed is a diagnostic such as THV2000"},
		"attribute":         {"@rule(THV2005,url)", "@rule(THV2005,url) @nosuch()", "unknown attribute @nosuch"},
		"twice":             {"@rule(THV2005,url)", "@rule(THV2005,url) @rule(THV2004,url)", "@rule stands twice"},
		"no word in CEL":    {` @cel("isURL(self.url)","allowed is a URL such as https://host/path")`, "", `the rule THV2005 at "url" has no @cel`},
		"no rule":           {"@rule(THV2005,url) @cel", "@cel", "@cel and @names go with @rule"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := schemaWith(t, nil)
			path := filepath.Join(dir, "rules.cue")
			text, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(text), test.old) {
				t.Fatalf("%s, %v", test.old, err)
			}
			if err := os.WriteFile(path, []byte(strings.Replace(string(text), test.old, test.new, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := generate(dir); err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want %s", err, test.message)
			}
		})
	}
}
