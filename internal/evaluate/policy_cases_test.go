package evaluate

type policyCase struct{ name, files, values, want string }

var policyCases = []policyCase{
	{
		name: "the natural ones",
		files: `package policy

import "time"

// Webhooks answer within 5 seconds.
#Webhook: {
	timeout: string
	_limit:  time.ParseDuration(timeout) & <=5000000000
}

// Every gate fails closed.
#WebhookConfig: validating: [...{failurePolicy: "fail"}]
#Webhook: url: =~"^https://[^/]+\\.corp\\.example/"
#Webhook: hmac!: _
`,
		values: `{"timeout": "3s", "url": "https://a.corp.example/", "hmac": {"name": "H"}}
{"timeout": "6s", "url": "http://a.corp.example/", "failurePolicy": "ignore"}
WebhookConfig {"validating": [{"failurePolicy": "fail"}, {"failurePolicy": "ignore"}, {"failurePolicy": "ignore"}], "mutating": []}
WebhookConfig {"validating": [], "mutating": [{"failurePolicy": "ignore"}]}
`,
		want: `1 hmac @ [hmac]
1 timeout @ [_limit] <time.ParseDuration(timeout) & <=5000000000> // Webhooks answer within 5 seconds
1 url @ [url] <=~"^https://[^/]+\\.corp\\.example/">
2 validating[1].failurePolicy @ [failurePolicy] <"fail"> // Every gate fails closed
2 validating[2].failurePolicy @ [failurePolicy] <"fail"> // Every gate fails closed
`,
	},
	{
		name: "one field",
		files: `package policy

// All of them.
#Webhook: {
	// Gates are closed.
	failurePolicy: "fail"
	timeout: "5s" // Five.
	name: !="check"
	tls: insecureSkipVerify: false
	tls?: ca?: path?: =~"^/etc/"
}
`,
		values: `{"failurePolicy": "ignore"}
{"tls": {"insecureSkipVerify": true, "ca": {"path": "/tmp/x"}}, "timeout": "5s", "name": "x"}
{"tls": {"insecureSkipVerify": false, "ca": {"path": "/etc/x"}}, "timeout": "5s", "name": "x"}
`,
		want: `0 failurePolicy @ [failurePolicy] <"fail"> // Gates are closed
0 name @ [name] <!="check"> // All of them
0 timeout @ [timeout] <"5s"> // Five
1 tls.ca.path @ [path] <=~"^/etc/"> // All of them
1 tls.insecureSkipVerify @ [insecureSkipVerify] <false> // All of them
`,
	},
	{
		name: "missing",
		files: `package policy

#Webhook: {
	// Signed.
	hmac: key: name: "webhook-secrets"
	// Pinned.
	tls!: ca: _
}
// Pinned too.
#Webhook: tls: ca: key: name: string
`,
		values: `{}
{"hmac": {"name": "H"}, "tls": {"insecureSkipVerify": true}}
{"hmac": {"key": {"name": "other", "key": "k"}}, "tls": {"ca": {"path": "/x"}, "insecureSkipVerify": false}}
{"hmac": {"key": {"name": "webhook-secrets", "key": "k"}}, "tls": {"ca": {"key": {"name": "n", "key": "x"}}, "insecureSkipVerify": false}}
`,
		want: `0 hmac @ [hmac] // Signed
0 tls @ [tls] // Pinned
0 tls @ [tls] // Pinned too
1 hmac.key @ [key] // Signed
1 tls.ca @ [ca] // Pinned
1 tls.ca @ [ca] // Pinned too
2 hmac.key.name @ [name] <"webhook-secrets"> // Signed
2 tls.ca.key @ [key] // Pinned too
`,
	},
	{
		name: "choices",
		files: `package policy

#ByKey: key: _
#ByName: name: string
#Webhook: {
	// A key or a name.
	hmac?: #ByKey | #ByName
	// Fast or closed.
	{timeout: "5s"} | {failurePolicy: "fail"}
	url: =~"^https"
	// Named.
	name: "a" | "b"
}
`,
		values: `{"hmac": {"path": "/x"}, "failurePolicy": "ignore", "url": "http://x"}
{"hmac": {"name": "x"}, "timeout": "5s", "failurePolicy": "ignore", "name": "a"}
{"hmac": {"key": {"name": "x", "key": "k"}}, "timeout": "5s", "failurePolicy": "fail", "name": "b"}
{"hmac": {"path": "/x"}, "name": "b"}
`,
		want: `0  @ [{timeout: "5s"} | {failurePolicy: "fail"}] <{timeout: "5s"} | {failurePolicy: "fail"}> // Fast or closed
0 hmac @ [hmac] <#ByKey | #ByName> // A key or a name
0 name @ [name] <"a" | "b"> // Named
0 url @ [url] <=~"^https">
3 hmac @ [hmac] <#ByKey | #ByName> // A key or a name
`,
	},
	{
		name: "validators",
		files: `package policy

import ("strings", "list")

// Signed somehow.
#Webhook: matchN(>=1, [{hmac!: _}, {tls!: clientCert!: _}])
#Webhook: url: strings.HasPrefix("https") & strings.MinRunes(10)
// One to two.
#WebhookConfig: {
	validating: list.MinItems(1) & list.MaxItems(2)
	mutating: []
	// Names differ.
	_names: [for w in validating {w.name}] & list.UniqueItems
	// None on b.
	_urls: [for w in validating if w.url =~ "b" {error("no b")}]
}
`,
		values: `{"url": "http://x"}
{"hmac": {"name": "x"}}
WebhookConfig {"validating": [], "mutating": [{"name": "x", "url": "b"}]}
WebhookConfig {"validating": [{"name": "x", "url": "a"}, {"name": "x", "url": "b"}], "mutating": []}
`,
		want: `0  @ [#Webhook] <matchN(>=1, [{hmac!: _}, {tls!: clientCert!: _}])> // Signed somehow
0 url @ [url] <strings.HasPrefix("https") & strings.MinRunes(10)>
2 mutating[0] @ [mutating] <> // One to two
2 validating @ [validating] <list.MinItems(1) & list.MaxItems(2)> // One to two
3 validating @ [_names] <for w in validating {w.name}] & list.UniqueItems> // Names differ
3 validating @ [_urls] <for w in validating if w.url =~ "b" {error("no b")}> // None on b
`,
	},
	{
		name: "conditions",
		files: `package policy

import "strings"

#Webhook: {
	url: string
	hmac?: _
	tls?: _
	failurePolicy: string
	// Ours are signed.
	if strings.Contains(url, "corp") {
		hmac!: _
	}
	// Ignored ones are not elsewhere.
	if failurePolicy == "ignore" if !strings.Contains(url, "corp") {
		_elsewhere: error("an ignored webhook elsewhere")
	}
	// Checked.
	if tls.insecureSkipVerify {
		url: =~"^https"
	}
	// By key.
	_key: hmac.key.name & =~"^w"
}
`,
		values: `{"url": "https://corp/"}
{"failurePolicy": "ignore", "hmac": {"name": "H"}, "tls": {"insecureSkipVerify": false}}
{"hmac": {"key": {"name": "x"}}, "tls": {"insecureSkipVerify": true}, "url": "http://x"}
{"hmac": {"key": {"name": "wx"}}, "tls": {"insecureSkipVerify": true}}
`,
		want: `0 hmac @ [hmac] // Ours are signed
0 undecided tls @ [if tls.insecureSkipVerify] // Checked
1 failurePolicy @ [_elsewhere] // an ignored webhook elsewhere
1 hmac.key.name @ [_key] <hmac.key.name & =~"^w"> // By key
2 hmac.key.name @ [_key] <hmac.key.name & =~"^w"> // By key
2 url @ [url] <=~"^https"> // Checked
`,
	},
	{
		name: "packages",
		files: `package policies

#Webhook: hmac!: _
-- b.cue --
#Webhook: hmac!: _
-- c.cue --
package policy

#Webhook: hmac!: _
-- d.cue --
// nothing
-- e.cue --
-- f.cue --
package _
`,
		values: `{}`,
		want: `! a.cue: found the package "policies", a policy begins with "package policy" @ [policies]
! b.cue: found no package, a policy begins with "package policy" @ -
! d.cue: found no package, a policy begins with "package policy" @ -
! f.cue: found the package "_", a policy begins with "package policy" @ [_]
0 hmac @ [hmac]
`,
	},
	{
		name: "syntax and references",
		files: `package policy

#Webhook: {timeout: helper, url: }
-- b.cue --
package policy

#Webhook: name: _name
_b: other
-- c.cue --
package policy

_name: "x"
`,
		values: `{}`,
		want: `! unread a.cue: expected operand, found '}' @ [}]
! unread a.cue: expected '}', found 'EOF' @ []
`,
	},
	{
		name: "references of sound files",
		files: `package policy

import "strngs"
#Webhook: {timeout: string, _x: time.ParseDuration(timeuot)}
-- b.cue --
package policy

#Webhook: name: _name
`,
		values: `{}`,
		want: `! unread a.cue: imported and not used: "strngs" @ ["strngs"]
`,
	},
	{
		name: "faults of their own",
		files: `package policy

import "strings"

#Webhook: {timeout: "5s" & "6s", url: =~"(", name: strings.Foo("x")}
#WebhookConfig: validating: [...{url: !~"[", timeout: 1 & 2, hmac?: _|_}]
#helper: a: "a" & "b"
`,
		values: `{}`,
		want: `! a.cue: conflicting values "6s" and "5s" @ ["5s"]
! a.cue: found a regular expression that cannot be read: missing closing ): ` + "`" + `(` + "`" + ` @ ["("]
! a.cue: cannot call non-function strings.Foo (type _|_) @ [strings]
! a.cue: found a regular expression that cannot be read: missing closing ]: ` + "`" + `[` + "`" + ` @ ["["]
! a.cue: conflicting values 2 and 1 @ [1]
! a.cue: conflicting values "b" and "a" @ ["a"]
`,
	},
	{
		name: "conflicts of their own",
		files: `package policy

#Webhook: {timeout: "5s" & "6s"}
-- b.cue --
package policy

#Webhook: {failurePolicy: "fail"}
-- c.cue --
package policy

#Webhook: {failurePolicy: "ignore"}
`,
		values: `{}`,
		want: `! a.cue: conflicting values "6s" and "5s" @ ["5s"]
! b.cue: conflicting values "ignore" and "fail" @ ["fail"]
`,
	},
	{
		name: "names that are near",
		files: `package policy

#Webhooks: hmac!: _
#webhook: hmac!: _
Webhook: hmac!: _
"#Webhook": hmac!: _
_#Webhook: hmac!: _
#WebHookConfig: {}
#MCPWebhookConfig: {}
#ValidatingWebhook: hmac!: _
#WebhookConfig: validating: [...#ValidatingWebhook]
#HeaderForward: {}
#Limits: {}
webhooks: []
`,
		values: `{}`,
		want: `! a.cue: found "#Webhooks", which constrains nothing; did you mean #Webhook @ [#Webhooks]
! a.cue: found "#webhook", which constrains nothing; did you mean #Webhook @ [#webhook]
! a.cue: found "Webhook", which constrains nothing; did you mean #Webhook @ [Webhook]
! a.cue: found "#Webhook", which constrains nothing; did you mean #Webhook @ ["#Webhook"]
! a.cue: found "_#Webhook", which constrains nothing; did you mean #Webhook @ [_#Webhook]
! a.cue: found "#WebHookConfig", which constrains nothing; did you mean #WebhookConfig @ [#WebHookConfig]
! a.cue: found "#MCPWebhookConfig", which constrains nothing; did you mean #WebhookConfig @ [#MCPWebhookConfig]
! a.cue: found "webhooks", which constrains nothing; did you mean #Webhook @ [webhooks]
`,
	},
	{
		name: "no definition",
		files: `package policy

#Limits: max: 5
-- b.cue --
package policy
`,
		values: `{}`,
		want: `! a.cue: found none of #Webhook, #WebhookConfig and #HeaderForward, so the policies constrain nothing @ [package policy]
`,
	},
	{
		name: "fields that no value has",
		files: `package policy

#Webhook: {
	timeuot: "5s"
	failure_policy: "fail"
	hmac?: {secret: _} | #Ref
	#Helper: {anything: "x"}
	_helper: anything: "x"
	let k = {kee: _}
	tls?: ca?: key?: k
	"x-y": 1
	if timeout != _|_ {tiemout: "5s"}
	timeout: {a: 1} | string
	[=~"^y"]: "y"
}
#Ref: {nmae: _} & {ky!: name: string} | {path: string}
#WebhookConfig: {
	validating: [...{uri: _}, ] & [for w in [1] {furl: w}]
	mutatng: []
	matchN(1, [{webhooks: []}])
}
`,
		values: ``,
		want: `! a.cue: found the field "timeuot", which no value has; did you mean timeout (the name of a helper begins with "_") @ [timeuot]
! a.cue: found the field "failure_policy", which no value has; did you mean failurePolicy (the name of a helper begins with "_") @ [failure_policy]
! a.cue: found the field "secret", which no value has; the fields are key, name, path (the name of a helper begins with "_") @ [secret]
! a.cue: found the field "kee", which no value has; did you mean key (the name of a helper begins with "_") @ [kee]
! a.cue: found the field "x-y", which no value has; the fields are name, url, timeout, failurePolicy, tls, hmac (the name of a helper begins with "_") @ ["x-y"]
! a.cue: found the field "tiemout", which no value has; did you mean timeout (the name of a helper begins with "_") @ [tiemout]
! a.cue: found the field "nmae", which no value has; did you mean name (the name of a helper begins with "_") @ [nmae]
! a.cue: found the field "ky", which no value has; did you mean key (the name of a helper begins with "_") @ [ky]
! a.cue: found the field "uri", which no value has; did you mean url (the name of a helper begins with "_") @ [uri]
! a.cue: found the field "furl", which no value has; did you mean url (the name of a helper begins with "_") @ [furl]
! a.cue: found the field "mutatng", which no value has; did you mean mutating (the name of a helper begins with "_") @ [mutatng]
! a.cue: found the field "webhooks", which no value has; the fields are validating, mutating (the name of a helper begins with "_") @ [webhooks]
`,
	},
	{
		name: "two files about one field",
		files: `package policy

// Short.
#Webhook: timeout: "1s" | "2s"
-- b.cue --
package policy

// Even.
#Webhook: timeout: "2s" | "4s"
// Odd.
#Webhook: timeout: !="10s"
`,
		values: `{}
{"timeout": "1s"}
{"timeout": "4s"}
{"timeout": "2s"}
`,
		want: `0 timeout @ [timeout] <"1s" | "2s"> // Short
0 timeout @ [timeout] <"2s" | "4s"> // Even
0 timeout @ [timeout] <!="10s"> // Odd
1 timeout @ [timeout] <"2s" | "4s"> // Even
2 timeout @ [timeout] <"1s" | "2s"> // Short
`,
	},
	{
		name: "only together",
		files: `package policy

import "time"

#Webhook: {
	timeout: string
	_duration: time.ParseDuration(timeout)
	_max: int
}
-- b.cue --
package policy

// At most the maximum.
#Webhook: {
	_duration: int
	_max: int
	_limit: _duration & <=_max
}
-- c.cue --
package policy

#Webhook: _max: 3000000000
`,
		values: `{}
{"timeout": "2s"}
`,
		want: `0  @ [_limit] <_duration & <=_max> // At most the maximum
`,
	},
	{
		name: "references between definitions",
		files: `package policy

// Signed.
#Webhook: hmac!: _
#WebhookConfig: {
	validating: [...#Webhook]
	// Fast.
	mutating: [...{timeout: #fast}]
	#fast: "1s" | "2s"
}
#strict: failurePolicy: "fail"
// Strict.
#Webhook: #strict
`,
		values: `{"failurePolicy": "ignore"}
WebhookConfig {"validating": [{"name": "a", "failurePolicy": "fail"}], "mutating": [{"timeout": "1s"}, {"timeout": "3s"}]}
`,
		want: `0 failurePolicy @ [failurePolicy] <"fail"> // Strict
0 hmac @ [hmac] // Signed
1 mutating[1].timeout @ [timeout] <#fast> // Fast
1 validating[0].hmac @ [hmac] // Signed
`,
	},
	{
		name: "closed on purpose, and the schema",
		files: `package policy

import "github.com/thvctl/thvctl/schema"

#Webhook: {
	// A name and no more.
	hmac?: close({name!: string})
	failurePolicy: schema.#Policy
}
`,
		values: `{"hmac": {"name": "x"}}
{"hmac": {"name": "x", "key": "k"}, "failurePolicy": "never"}
{"hmac": {"path": "x"}}
`,
		want: `1 failurePolicy @ [failurePolicy] <schema.#Policy>
1 hmac.key @ [hmac] <close({name!: string})> // A name and no more
2 hmac.path @ [hmac] <close({name!: string})> // A name and no more
`,
	},
	{
		name: "ambiguous choices",
		files: `package policy

#Webhook: {
	{_a: 1, hmac!: _} | {_b: 2, tls!: _}
	hmac: {_x: 1, name: string} | {_y: 2, name: string} | {key: _}
}
`,
		values: `{"hmac": {"name": "x"}, "tls": {"insecureSkipVerify": true}}
{"hmac": {"path": "x"}, "tls": {"insecureSkipVerify": true}}
{}
`,
		want: `1 hmac @ [hmac] <{_x: 1, name: string} | {_y: 2, name: string} | {key: _}>
2  @ [{_a: 1, hmac!: _} | {_b: 2, tls!: _}] <{_a: 1, hmac!: _} | {_b: 2, tls!: _}>
2 hmac @ [hmac] <{_x: 1, name: string} | {_y: 2, name: string} | {key: _}>
`,
	},
	{
		name: "one error behind another",
		files: `package policy

import "time"

#Webhook: {
	{timeout: "5s"} | {failurePolicy: "fail"}
	url: =~"^https://corp"
	hmac!: _
	name: string
	_long: len(name) & <3
	tls: insecureSkipVerify: false
	timeout: string
	_d: time.ParseDuration(timeout) & <5000000000
	if name == "check" {
		url: =~"x$"
	}
}
`,
		values: `{"failurePolicy": "ignore", "url": "http://x/y", "tls": {"insecureSkipVerify": true}}
`,
		want: `0  @ [{timeout: "5s"} | {failurePolicy: "fail"}] <{timeout: "5s"} | {failurePolicy: "fail"}>
0 hmac @ [hmac]
0 name @ [_long] <len(name) & <3>
0 timeout @ [_d] <time.ParseDuration(timeout) & <5000000000>
0 tls.insecureSkipVerify @ [insecureSkipVerify] <false>
0 url @ [url] <=~"^https://corp">
0 url @ [url] <=~"x$">
`,
	},
	{
		name: "comments of all sorts",
		files: `package policy

// The whole. It goes
// on here.
//
// Not this.
#Webhook: {
	timeout: "5s" // Behind.
	// Above.
	url: "x" // Both.

	// Detached.

	name: "y"
	failurePolicy:
		// Inside.
		"ignore"
}
`,
		values: `{}`,
		want: `0 failurePolicy @ [failurePolicy] <"ignore"> // The whole. It goes on here
0 name @ [name] <"y"> // The whole. It goes on here
0 timeout @ [timeout] <"5s"> // Behind
0 url @ [url] <"x"> // Above
`,
	},
	{
		name: "left out",
		files: `@if(prod)

package policy
#Webhook: hmac!: _
-- b_test.cue --
package policy
#Webhook: hmac!: _
-- c.cue --
package policy
#Webhook: hmac!: _
`,
		values: `{}`,
		want: `! a.cue: CUE leaves this file out, because of @if, @ignore, or a name that ends in _test.cue or _tool.cue @ -
! b_test.cue: CUE leaves this file out, because of @if, @ignore, or a name that ends in _test.cue or _tool.cue @ -
`,
	},
	{
		name: "not of the kind",
		files: `package policy

#Webhook: 5
#WebhookConfig: {validating: "x", mutating: {a: 1}}
`,
		values: `{}
WebhookConfig {"validating": [{"name": "a"}], "mutating": []}
`,
		want: `0  @ [#Webhook] <5>
1 mutating @ [mutating]
1 validating @ [validating] <"x">
`,
	},
	{
		name: "files that are read, modules, embedding",
		files: `@extern(embed)
package policy

#Webhook: name: _ @embed(file=b.cue, type=text)
-- b.cue --
package policy
import "acme.example/x"
#Webhook: name: x.y
`,
		values: `{}`,
		want: `! unread a.cue: @extern is not allowed: only given CUE files are read @ [@extern(embed)]
! unread a.cue: @embed is not allowed: only given CUE files are read @ [@embed(file=b.cue, type=text)]
! unread b.cue: import failed: cannot find package "acme.example/x"; packages are not fetched @ ["acme.example/x"]
`,
	},
	{
		name:   "marks, CR LF and multibyte text",
		files:  "\ufeffpackage policy\r\n\r\n// Größer als \u2028 nichts.\r\n#Webhook: {\r\n\tname: \"né\"\r\n\t// Zwei.\r\n\turl: =~\"^é\"\r\n}\r\n",
		values: `{}`,
		want: `0 name @ [name] <"né"> // Größer als nichts
0 url @ [url] <=~"^é"> // Zwei
`,
	},
	{
		name: "aliases, dynamic declarations, definitions by condition",
		files: `package policy

X=#Webhook: {name: "a"}
_x: X
if true {#Webhook: failurePolicy: "ignore"}
{#WebhookConfig: mutating: []}
#Webhook?: url: "x"
`,
		values: `{}
WebhookConfig {"validating": [], "mutating": [{"name": "a"}]}
`,
		want: `0 failurePolicy @ [failurePolicy] <"ignore">
0 name @ [name] <"a">
0 url @ [url] <"x">
1 mutating[0] @ -
`,
	},
	{
		name: "nothing but a truth",
		files: `package policy

#Webhook: {tls: {insecureSkipVerify: true}}
#WebhookConfig: _
`,
		values: `{}
{"tls": {"insecureSkipVerify": false, "ca": {"path": "x"}}}
{"tls": {"insecureSkipVerify": true, "ca": {"path": "x"}}}
WebhookConfig {"validating": [], "mutating": [{"name": "a"}]}
`,
		want: `0 tls @ [tls]
1 tls.insecureSkipVerify @ [insecureSkipVerify] <true>
`,
	},
}
