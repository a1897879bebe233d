package evaluate

import (
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/syntax"
)

// TestEvaluate shows whole results: each value with the exact text at its key's
// and its own place, in the form that show writes.
func TestEvaluate(t *testing.T) {
	for _, c := range evaluateCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			request := syntax.EvaluateRequest{Files: files(c.files), Support: files(c.support), Tags: strings.Fields(c.tags)}
			if got := show(request, run(t, request)); strings.TrimSpace(got) != strings.TrimSpace(c.want) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

var evaluateCases = []struct{ name, files, support, tags, want string }{
	{
		name: "plain values",
		files: `n: null
b: true
i: 0x10
big: 12345678901234567890 * 1000
f: 1.50
s: "a\tb"
l: [1, "x"]
"q.k": {a: b: {}}
#D: 1
_h: 2
o?: 3
let x = 4
y: x
`,
		want: `= a.cue
n [n] null  @ [null]
b [b] boolean true @ [true]
i [i] whole number 16 @ [0x10]
big [big] whole number 12345678901234567890000 @ [12345678901234567890 * 1000]
f [f] fractional number 1.50 @ [1.50]
s [s] string a	b @ ["a\tb"]
l [l] list  @ [[1, "x"]]
l[0] whole number 1 @ [1]
l[1] string x @ ["x"]
["q.k"] ["q.k"] mapping  @ [{a: b: {}}]
["q.k"].a [a] mapping  @ [b: {}]
["q.k"].a.b [b] mapping  @ [{}]
y [y] whole number 4 @ [x]
`,
	},
	{
		name: "a package of two files",
		files: `package a

validating: [{name: "n", timeout: limits.timeout}]
-- b.cue --
package a

limits: timeout: "5s"
validating: [{url: "https://h"}]
`,
		want: `= a.cue b.cue
limits [limits] mapping  @ [timeout: "5s"]
limits.timeout [timeout] string 5s @ ["5s"]
validating [validating] list  @ [[{name: "n", timeout: limits.timeout}]]
validating[0] mapping  @ [{name: "n", timeout: limits.timeout}]
validating[0].name [name] string n @ ["n"]
validating[0].timeout [timeout] string 5s @ [limits.timeout]
validating[0].url [url] string https://h @ ["https://h"]
`,
	},
	{
		name: "no package clause",
		files: `a: 1
-- b.cue --
a: 2
-- c.cue --
package _
a: 3
`,
		want: `= a.cue
a [a] whole number 1 @ [1]
= b.cue
a [a] whole number 2 @ [2]
= c.cue
a [a] whole number 3 @ [3]
`,
	},
	{
		name: "packages apart",
		files: `package p
a: 1
-- b.cue --
package q
a: 2
-- c.cue --
package p
b: 3
`,
		want: `= a.cue c.cue
a [a] whole number 1 @ [1]
b [b] whole number 3 @ [3]
= b.cue
a [a] whole number 2 @ [2]
`,
	},
	{
		name: "the schema",
		files: `import "github.com/thvctl/thvctl/schema"

ok: schema.#Webhook & {name: "n", timeout: "5s"}
bad: schema.#Webhook & {nmae: "n", url: "http://h"}
policy: schema.#Policy & "fall"
`,
		want: `= a.cue
ok [ok] mapping  @ [{name: "n", timeout: "5s"}]
ok.name [name] string n @ ["n"]
ok.timeout [timeout] string 5s @ ["5s"]
bad [bad] mapping  @ [{nmae: "n", url: "http://h"}]
bad.name [{nmae: "n", url: "http://h"}] incomplete value field is required but not present @ [{nmae: "n", url: "http://h"}]
bad.nmae [nmae] string n @ ["n"]
bad.timeout [{nmae: "n", url: "http://h"}] string 10s @ [{nmae: "n", url: "http://h"}]
bad.url [url] incomplete value invalid value "http://h" (out of bound =~"^https:") @ ["http://h"]
policy [policy] incomplete value no alternative fits: conflicting values "fail" and "fall"; conflicting values "ignore" and "fall" @ [schema.#Policy & "fall"]
`,
	},
	{
		name: "the schema by version, and vendored copies lose",
		files: `package a
import "github.com/thvctl/thvctl/schema@v0"
w: schema.#Webhook & {name: "n"}
`,
		support: `-- cue.mod/module.cue --
module: "acme.example/r"
language: version: "v0.8.0"
-- cue.mod/pkg/github.com/thvctl/thvctl/schema/old.cue --
package schema
#Webhook: old: true
`,
		want: `= a.cue
w [w] mapping  @ [{name: "n"}]
w.name [name] string n @ ["n"]
w.timeout [{name: "n"}] string 10s @ [{name: "n"}]
`,
	},
	{
		name: "the schema's own module",
		files: `package a
import "github.com/thvctl/thvctl/schema"
w: schema.#Webhook & {name: "n"}
`,
		support: `-- cue.mod/module.cue --
module: "github.com/thvctl/thvctl@v0"
language: version: "v0.17.0"
-- schema/old.cue --
package schema
#Webhook: old: true
`,
		want: `= a.cue
w [w] mapping  @ [{name: "n"}]
w.name [name] string n @ ["n"]
w.timeout [{name: "n"}] string 10s @ [{name: "n"}]
`,
	},
	{
		name: "imports within the module",
		files: `-- ../repo/cfg/a.cue --
package cfg
import (
	"acme.example/repo/lib"
	"foo.example/bar"
)
a: lib.Base
b: bar.Name & string
c: {lib.Base, timeout: "9s"}
`,
		support: `-- ../repo/cue.mod/module.cue --
module: "acme.example/repo@v0"
language: version: "v0.9.0"
deps: "other.example/x@v0": v: "v0.1.2"
-- ../repo/lib/lib.cue --
package lib
Base: {timeout: string | *"8s"}
-- ../repo/cue.mod/pkg/foo.example/bar/bar.cue --
package bar
Name: "vendored"
`,
		want: `= ../repo/cfg/a.cue
a [a] mapping  @ [lib.Base]
a.timeout [lib.Base] string 8s @ [lib.Base]
b [b] string vendored @ [bar.Name & string]
c [c] mapping  @ [{lib.Base, timeout: "9s"}]
c.timeout [timeout] string 9s @ ["9s"]
`,
	},
	{
		name: "an import of a package that is evaluated too",
		files: `-- /r/cfg/a.cue --
package cfg
import "acme.example/r/lib"
a: lib.b
-- /r/lib/b.cue --
package lib
b: c: "here"
`,
		support: `-- /r/cue.mod/module.cue --
module: "acme.example/r@v0"
language: version: "v0.9.0"
`,
		want: `= /r/cfg/a.cue
a [a] mapping  @ [lib.b]
a.c [c] string here @ ["here"]
= /r/lib/b.cue
b [b] mapping  @ [c: "here"]
b.c [c] string here @ ["here"]
`,
	},
	{
		name: "odd names",
		files: `-- <stdin> --
a: 1 & 2
-- /odd: name\x.cue --
b: }
-- ../../up.cue --
c: 3
-- x_tool.cue --
package p
d: 4
`,
		want: `= <stdin>
a [a] incomplete value conflicting values 2 and 1 @ [1 & 2]
= /odd: name\x.cue
! expected operand, found '}' @ [}]
= ../../up.cue
c [c] whole number 3 @ [3]
= x_tool.cue
`,
	},
	{
		name: "missing imports",
		files: `package a
import "foo.example/missing/pkg"
import "nosuch"
x: pkg.y + nosuch.z
-- b.cue --
import "acme.example/r/lib"
x: lib.y
-- c.cue --
import "./lib"
x: lib.y
-- d.cue --
fine: true
-- e.cue --
import "strings"
`,
		want: `= a.cue
! import failed: cannot find package "foo.example/missing/pkg"; packages are not fetched @ ["foo.example/missing/pkg"]
= b.cue
! import failed: cannot find package "acme.example/r/lib"; packages are not fetched @ ["acme.example/r/lib"]
= c.cue
! import failed: relative import paths not allowed ("./lib") @ ["./lib"]
= d.cue
fine [fine] boolean true @ [true]
= e.cue
! imported and not used: "strings" @ ["strings"]
`,
	},
	{
		name: "a broken import",
		files: `import "acme.example/r/lib"
x: lib.y
`,
		support: `-- cue.mod/module.cue --
module: "acme.example/r@v0"
language: version: "v0.9.0"
-- lib/l.cue --
package lib
y: }
`,
		want: `= a.cue
! import failed: expected operand, found '}' (lib/l.cue, line 2) @ ["acme.example/r/lib"]
`,
	},
	{
		name: "an import cycle",
		files: `import "acme.example/r/a"
x: a.y
`,
		support: `-- cue.mod/module.cue --
module: "acme.example/r@v0"
language: version: "v0.9.0"
-- a/l.cue --
package a
import "acme.example/r/b"
y: b.y
-- b/l.cue --
package b
import "acme.example/r/a"
y: a.y
`,
		want: `= a.cue
! import failed: package import cycle not allowed (b/l.cue, line 2) @ ["acme.example/r/a"]
`,
	},
	{
		name: "a module.cue that cannot be used",
		files: `a: 1
`,
		support: `-- cue.mod/module.cue --
module: "acme.example/r@v0"
language: version: "v0.99.0"
`,
		want: `= a.cue
! cue.mod/module.cue: language version "v0.99.0" declared in module.cue is too new for current language version "v0.17.1" @ -
`,
	},
	{
		name: "a module.cue of old",
		files: `import "github.com/thvctl/thvctl/schema"
a: schema.#Policy & "fail"
`,
		support: `-- cue.mod/module.cue --
module: "acme.example/r"
`,
		want: `= a.cue
a [a] string fail @ ["fail"]
`,
	},
	{
		name: "tags",
		files: `package a
env: string @tag(env,short=prod|dev)
n: int @tag(n,type=int)
d: *"x" | string @tag(d)
-- b.cue --
package b
env: *"none" | "staging" @tag(env)
-- c.cue --
env: "left" | *"alone"
`,
		tags: "env=staging n=3 d=y",
		want: `= a.cue
env [env] string staging @ [string]
n [n] whole number 3 @ [int]
d [d] string y @ [*"x" | string]
= b.cue
env [env] string staging @ [*"none" | "staging"]
= c.cue
env [env] string alone @ ["alone"]
`,
	},
	{
		name: "a tag by its shorthand",
		files: `env: string @tag(env,short=prod|dev)
-- b.cue --
other: string @tag(other,short="prod|x")
`,
		tags: "prod",
		want: `= a.cue
env [env] string prod @ [string]
= b.cue
other [other] string prod @ [string]
`,
	},
	{
		name: "tags that nobody declares",
		files: `a: string @tag(a)
`,
		support: `-- lib/l.cue --
package lib
b: string @tag(b)
`,
		tags: "b=1 a c a=v",
		want: `= a.cue
tag b=1 ! no file declares the tag "b" @ -
tag a ! the tag "a" needs a value: a=… @ -
tag c ! no file declares the tag "c" @ -
= a.cue
a [a] string v @ [string]
`,
	},
	{
		name: "a tag of the wrong type",
		files: `a: int @tag(a,type=int)
-- b.cue --
fine: 1
`,
		tags: "a=x",
		want: `= a.cue
! invalid number for injection tag "a": illegal number start "x" @ -
= b.cue
fine [fine] whole number 1 @ [1]
`,
	},
	{
		name: "conditions",
		files: `@if(prod)

package a
env: "prod"
-- b.cue --
@if(!prod)

package a
env: "dev"
-- c.cue --
package a
import "acme.example/r/lib"
lib.x
-- d.cue --
@if(nothing)

package d
x: 1
`,
		support: `-- cue.mod/module.cue --
module: "acme.example/r@v0"
language: version: "v0.9.0"
-- lib/p.cue --
@if(fast)

package lib
x: speed: 9
-- lib/q.cue --
@if(!fast)

package lib
x: speed: 1
`,
		tags: "prod fast",
		want: `= a.cue b.cue c.cue
env [env] string prod @ ["prod"]
speed [env: "prod"] whole number 9 @ [env: "prod"]
= d.cue
`,
	},
	{
		name: "no @embed",
		files: `@extern(embed)

package a
x: _ @embed(file="b.cue",type=text)
-- b.cue --
x: _ @embed(file="a.cue")
-- c.cue --
import "acme.example/r/lib"
x: lib.y
`,
		support: `-- cue.mod/module.cue --
module: "acme.example/r@v0"
language: version: "v0.9.0"
-- lib/l.cue --
@extern(embed)

package lib
y: _ @embed(file="l.cue",type=text)
`,
		want: `= a.cue
! @extern is not allowed: only given CUE files are read @ [@extern(embed)]
! @embed is not allowed: only given CUE files are read @ [@embed(file="b.cue",type=text)]
= b.cue
! @embed is not allowed: only given CUE files are read @ [@embed(file="a.cue")]
= c.cue
! import failed: @extern is not allowed: only given CUE files are read (lib/l.cue, line 1) @ ["acme.example/r/lib"]
! import failed: @embed is not allowed: only given CUE files are read (lib/l.cue, line 4) @ ["acme.example/r/lib"]
`,
	},
	{
		name: "syntax errors",
		files: `package a
x: [1, 2
y: }
z: "abc
-- b.cue --
package a
b: 1
-- c.cue --
x: {
-- d.cue --
a: "\q"
b: 01
`,
		want: `= a.cue
! missing ',' in list literal @ [:]
! expected operand, found '}' @ [}]
! string literal not terminated @ ["abc]
! missing ',' in list literal @ []
! expected ']', found 'EOF' @ []
= b.cue
b [b] whole number 1 @ [1]
= c.cue
! expected '}', found 'EOF' @ []
= d.cue
! unknown escape sequence @ [q]
! illegal integer number @ [01]
`,
	},
	{
		name: "a file that needs one with a syntax error",
		files: `package a
x: }
-- b.cue --
package a
b: x
`,
		want: `= a.cue b.cue
! expected operand, found '}' @ [}]
`,
	},
	{
		name: "conflicts",
		files: `a: "45s" & "5s"
b: int
b: "x"
c: {d: [1, 2 & 3, {e: 4 & 5}], ok: true}
f: close({g: 1}) & {h: 2}
i: "x" & ("y" | "z")
j: 3 & >5
`,
		want: `= a.cue
a [a] incomplete value conflicting values "5s" and "45s" @ ["45s" & "5s"]
b [b] incomplete value conflicting values int and "x" (mismatched types int and string) @ ["x"]
c [c] mapping  @ [{d: [1, 2 & 3, {e: 4 & 5}], ok: true}]
c.d [d] list  @ [[1, 2 & 3, {e: 4 & 5}]]
c.d[0] whole number 1 @ [1]
c.d[1] incomplete value conflicting values 3 and 2 @ [2 & 3]
c.d[2] mapping  @ [{e: 4 & 5}]
c.d[2].e [e] incomplete value conflicting values 5 and 4 @ [4 & 5]
c.ok [ok] boolean true @ [true]
f [f] mapping  @ [{h: 2}]
f.g [g] whole number 1 @ [1]
f.h [h] incomplete value field not allowed @ [2]
i [i] incomplete value no alternative fits: conflicting values "y" and "x"; conflicting values "z" and "x" @ ["x" & ("y" | "z")]
j [j] incomplete value invalid value 3 (out of bound >5) @ [3 & >5]
`,
	},
	{
		name: "not concrete",
		files: `a: string
b: >5
c: "x" | "y"
d: {e: int, ok: 1}
f: [_, 2]
g: a + "x"
h: {k: 1} | {k: 2}
i!: string
j: nil.x
nil: {}
l: 'bytes'
`,
		want: `= a.cue
a [a] incomplete value incomplete value string @ [string]
b [b] incomplete value incomplete value >5 @ [>5]
c [c] incomplete value incomplete value "x" | "y" @ ["x" | "y"]
d [d] mapping  @ [{e: int, ok: 1}]
d.e [e] incomplete value incomplete value int @ [int]
d.ok [ok] whole number 1 @ [1]
f [f] list  @ [[_, 2]]
f[0] incomplete value incomplete value _ @ [_]
f[1] whole number 2 @ [2]
g [g] incomplete value non-concrete value string in operand to + @ [a + "x"]
h [h] incomplete value incomplete value {k:1} | {k:2} @ [{k: 1} | {k: 2}]
i [i] incomplete value field is required but not present @ [string]
j [j] incomplete value undefined field: x @ [nil.x]
nil [nil] mapping  @ [{}]
l [l] incomplete value bytes have no place in a configuration; write a string @ ['bytes']
`,
	},
	{
		name: "references that nothing declares",
		files: `a: nosuch
b: also.missing
c: 1
`,
		want: `= a.cue
! reference "nosuch" not found @ [nosuch]
! reference "also" not found @ [also]
`,
	},
	{
		name: "errors that the value does not show",
		files: `_h: 1 & 2
#D: {x: 3 & 4}
a: {if b.c == 1 {d: 2}, e: 3}
b: {}
f: [if b.c == 1 {1}, 2]
`,
		want: `= a.cue
! undefined field: c @ [c]
! conflicting values 2 and 1 @ [1]
! conflicting values 4 and 3 @ [3]
a [a] mapping  @ [{if b.c == 1 {d: 2}, e: 3}]
a.e [e] whole number 3 @ [3]
b [b] mapping  @ [{}]
f [f] incomplete value undefined field: c @ [[if b.c == 1 {1}, 2]]
`,
	},
	{
		name: "one wrong field does not hide the others",
		files: `import "github.com/thvctl/thvctl/schema"

a: schema.#File & {hooks: [{name: "A"}, {name: "b", m: 1}, {name: "c"}], max: 1, "x.y": 2}
b: schema.#File & #mine & {max: 10}
#mine: hooks: [{name: "c", n: 10}, {name: "d"}]
c: schema.#File
c: hooks: [{name: 5}]
c: max: 3
d: #either & {kind: "z", deep: "x"}
#either: {kind: "a", deep: string} | {kind: "b", deep: int}
e: schema.#File & {hooks: 5, max: string}
`,
		want: `= a.cue
! invalid value 10 (out of bound <9) @ [{max: 10}]
a [a] mapping  @ [{hooks: [{name: "A"}, {name: "b", m: 1}, {name: "c"}], max: 1, "x.y": 2}]
a.hooks [hooks] list  @ [[{name: "A"}, {name: "b", m: 1}, {name: "c"}]]
a.hooks[0] mapping  @ [{name: "A"}]
a.hooks[0].name [name] incomplete value invalid value "A" (out of bound =~"^[a-z]+$") @ ["A"]
a.hooks[1] mapping  @ [{name: "b", m: 1}]
a.hooks[1].name [name] string b @ ["b"]
a.hooks[1].m [m] whole number 1 @ [1]
a.hooks[2] mapping  @ [{name: "c"}]
a.hooks[2].name [name] string c @ ["c"]
a.max [max] whole number 1 @ [1]
a["x.y"] ["x.y"] whole number 2 @ [2]
b [b] mapping  @ [{max: 10}]
b.hooks [hooks] list  @ [[{name: "c", n: 10}, {name: "d"}]]
b.hooks[0] mapping  @ [{name: "c", n: 10}]
b.hooks[0].name [name] string c @ ["c"]
b.hooks[0].n [n] whole number 10 @ [10]
b.hooks[1] mapping  @ [{name: "d"}]
b.hooks[1].name [name] string d @ ["d"]
b.max [max] whole number 10 @ [10]
c [c] mapping  @ [hooks: [{name: 5}]]
c.hooks [hooks] list  @ [[{name: 5}]]
c.hooks[0] mapping  @ [{name: 5}]
c.hooks[0].name [name] incomplete value conflicting values 5 and =~"^[a-z]+$" (mismatched types int and string) @ [5]
c.max [max] whole number 3 @ [3]
d [d] mapping  @ [{kind: "z", deep: "x"}]
d.kind [kind] incomplete value conflicting values "a" and "z" @ ["z"]
d.deep [deep] string x @ ["x"]
e [e] mapping  @ [{hooks: 5, max: string}]
e.hooks [hooks] incomplete value no alternative fits: conflicting values 5 and [...{name:=~"^[a-z]+$",n?:int}] (mismatched types int and list); conflicting values 5 and null (mismatched types int and null) @ [5]
e.max [max] incomplete value conflicting values string and int (mismatched types string and int) @ [string]
`,
	},
	{
		name: "one wrong field of a document",
		files: `import "github.com/thvctl/thvctl/schema"

schema.#File & {
	hooks: [{name: "a"}, {name: "B"}]
	max: 10
}
`,
		want: `= a.cue
! invalid value 10 (out of bound <9) @ [{
	hooks: [{name: "a"}, {name: "B"}]
	max: 10
}]
hooks [hooks] list  @ [[{name: "a"}, {name: "B"}]]
hooks[0] mapping  @ [{name: "a"}]
hooks[0].name [name] string a @ ["a"]
hooks[1] mapping  @ [{name: "B"}]
hooks[1].name [name] incomplete value invalid value "B" (out of bound =~"^[a-z]+$") @ ["B"]
max [max] whole number 10 @ [10]
`,
	},
	{
		name: "a rule in a hidden field",
		files: `import "github.com/thvctl/thvctl/schema"

a: schema.#File & {hooks: [{name: "a"}, {name: "b", n: 10}]}
b: schema.#File & {max: 11}
`,
		want: `= a.cue
! invalid value 10 (out of bound <9) @ [{hooks: [{name: "a"}, {name: "b", n: 10}]}]
! invalid value 11 (out of bound <9) @ [{max: 11}]
a [a] mapping  @ [{hooks: [{name: "a"}, {name: "b", n: 10}]}]
a.hooks [hooks] list  @ [[{name: "a"}, {name: "b", n: 10}]]
a.hooks[0] mapping  @ [{name: "a"}]
a.hooks[0].name [name] string a @ ["a"]
a.hooks[1] mapping  @ [{name: "b", n: 10}]
a.hooks[1].name [name] string b @ ["b"]
a.hooks[1].n [n] whole number 10 @ [10]
b [b] mapping  @ [{max: 11}]
b.max [max] whole number 11 @ [11]
`,
	},
	{
		name: "roots",
		files: `[{a: 1}, {b: 2}]
-- b.cue --
"text"
-- c.cue --
string
-- d.cue --
"a" & 5
-- e.cue --
// nothing
-- f.cue --
import "github.com/thvctl/thvctl/schema"

// A comment.
schema.#Webhook & {
	name: "n"
}
`,
		want: `= a.cue
 list  @ [[{a: 1}, {b: 2}]]
[0] mapping  @ [{a: 1}]
[0].a [a] whole number 1 @ [1]
[1] mapping  @ [{b: 2}]
[1].b [b] whole number 2 @ [2]
= b.cue
 string text @ ["text"]
= c.cue
 incomplete value incomplete value string @ [string]
= d.cue
! conflicting values "a" and 5 (mismatched types string and int) @ ["a"]
= e.cue
= f.cue
name [name] string n @ ["n"]
timeout [{
	name: "n"
}] string 10s @ [{
	name: "n"
}]
`,
	},
	{
		name: "places of what is unified, referred to and generated",
		files: `import "list"

#D: {t: *"10s" | string, k: "d", s: {p: 1, ...}}
a: #D & {t: "5s", s: {q: 2}}
b: string & "b"
c: a.t
d: {for k in ["x", "y"] {"\(k)1": name: k}}
e: [for x in [1, 2] {v: x}]
f: "\(b)!"
g: -1
h: [string]: string
h: z: "zed"
i: list.Repeat(["r"], 2)
j: ("p")
`,
		want: `= a.cue
a [a] mapping  @ [{t: "5s", s: {q: 2}}]
a.t [t] string 5s @ ["5s"]
a.k [k] string d @ ["d"]
a.s [s] mapping  @ [{q: 2}]
a.s.p [p] whole number 1 @ [1]
a.s.q [q] whole number 2 @ [2]
b [b] string b @ ["b"]
c [c] string 5s @ [a.t]
d [d] mapping  @ [{for k in ["x", "y"] {"\(k)1": name: k}}]
d.x1 ["\(k)1"] mapping  @ [name: k]
d.x1.name [name] string x @ [k]
d.y1 ["\(k)1"] mapping  @ [name: k]
d.y1.name [name] string y @ [k]
e [e] list  @ [[for x in [1, 2] {v: x}]]
e[0] mapping  @ [{v: x}]
e[0].v [v] whole number 1 @ [x]
e[1] mapping  @ [{v: x}]
e[1].v [v] whole number 2 @ [x]
f [f] string b! @ ["\(b)!"]
g [g] whole number -1 @ [-1]
h [h] mapping  @ [z: "zed"]
h.z [z] string zed @ ["zed"]
i [i] list  @ [list.Repeat(["r"], 2)]
i[0] string r @ ["r"]
i[1] string r @ ["r"]
j [j] string p @ ["p"]
`,
	},
}
