package evaluate

var headerPolicyCases = []policyCase{
	{
		name: "lists of headers",
		files: `package policy

#HeaderForward: {
	// Only X- headers.
	addPlaintextHeaders: close({[=~"^X-"]: string, Accept?: "text"})
	// Values are plain.
	addPlaintextHeaders: [string]: =~"^[a-z0-9,-]*$"
	addPlaintextHeaders: [!~"^[XA]"]: error("found neither X nor A")
}
`,
		values: `HeaderForward {"addPlaintextHeaders":{"X-A":"1","X-B":"B","X.C":"c","Cookie":"d","Accept":"e"},"addHeadersFromSecret":{}}
HeaderForward {"addPlaintextHeaders":{"X-A":"1","Accept":"text"},"addHeadersFromSecret":{"Any":{"name":"N"}}}
`,
		want: `0 addPlaintextHeaders.Cookie @ [addPlaintextHeaders] <close({[=~"^X-"]: string, Accept?: "text"})> // Only X- headers
0 addPlaintextHeaders.Cookie @ [[!~"^[XA]"]] // found neither X nor A
0 addPlaintextHeaders.X-B @ [[string]] <=~"^[a-z0-9,-]*$"> // Values are plain
0 addPlaintextHeaders["X.C"] @ [addPlaintextHeaders] <close({[=~"^X-"]: string, Accept?: "text"})> // Only X- headers
`,
	},
	{
		name: "two closed lists, one behind the other",
		files: `package policy

#HeaderForward: {
	// First.
	addPlaintextHeaders: close({[=~"^X-"]: _})
	// Second.
	addPlaintextHeaders: #second
	// Open.
	addPlaintextHeaders: "Z-A"?: string
}
#second: close({[=~"^[XY]-"]: _})
`,
		values: `HeaderForward {"addPlaintextHeaders":{"X-A":"1","Y-A":"2","Z-A":"3"},"addHeadersFromSecret":{}}
`,
		want: `0 addPlaintextHeaders.Y-A @ [addPlaintextHeaders] <close({[=~"^X-"]: _})> // First
0 addPlaintextHeaders.Z-A @ [addPlaintextHeaders] <close({[=~"^X-"]: _})> // First
0 addPlaintextHeaders.Z-A @ [addPlaintextHeaders] <#second> // Second
`,
	},
	{
		name: "forbidden headers",
		files: `package policy

// None of these.
#HeaderForward: {
	addHeadersFromSecret: Authorization?: _|_
	// Cookies, however they are written.
	[=~"^add"]: [=~"(?i)^cookie$"]: _|_
	addPlaintextHeaders: "X-Debug"?: error("found a debug header")
}
`,
		values: `HeaderForward {"addPlaintextHeaders":{"cookie":"1","COOKIE":"2","X-Debug":"3"},"addHeadersFromSecret":{"Authorization":{"name":"N"},"Cookie":{"name":"N"}}}
HeaderForward {"addPlaintextHeaders":{"Authorization":"1"},"addHeadersFromSecret":{"X-Debug":{"name":"N"}}}
`,
		want: `0 addHeadersFromSecret.Authorization @ [Authorization] // None of these
0 addHeadersFromSecret.Cookie @ [[=~"(?i)^cookie$"]] // Cookies, however they are written
0 addPlaintextHeaders.COOKIE @ [[=~"(?i)^cookie$"]] // Cookies, however they are written
0 addPlaintextHeaders.X-Debug @ ["X-Debug"] // found a debug header
0 addPlaintextHeaders.cookie @ [[=~"(?i)^cookie$"]] // Cookies, however they are written
`,
	},
	{
		name: "secrets of headers",
		files: `package policy

#HeaderForward: addHeadersFromSecret: {
	// Secrets of the team.
	[string]: #team
	// A key or a name of the list.
	[=~"^X-"]: {key: _} | {name: "A" | "B"}
}
#team: key?: name: =~"^team-"
`,
		values: `HeaderForward {"addPlaintextHeaders":{},"addHeadersFromSecret":{"X-A":{"name":"A"},"X-B":{"name":"C"},"Y-A":{"name":"C"},"Y-B":{"key":{"name":"team-a","key":"k"}},"Y-C":{"key":{"name":"other","key":"k"}}}}
`,
		want: `0 addHeadersFromSecret.X-B @ [[=~"^X-"]] <{key: _} | {name: "A" | "B"}> // A key or a name of the list
0 addHeadersFromSecret.Y-C.key.name @ [name] <=~"^team-"> // Secrets of the team
`,
	},
	{
		name: "required headers",
		files: `package policy

#HeaderForward: {
	addPlaintextHeaders: _
	// The tenant.
	addPlaintextHeaders: "X-Tenant-ID"!: string
	// An owner by key.
	addHeadersFromSecret: "X-Owner": key: _
	// These.
	for h in ["X-A", "X-B"] {addPlaintextHeaders: (h): string}
	// Pairs.
	if addPlaintextHeaders["X-A"] != _|_ {
		addPlaintextHeaders: "X-Pair": string
	}
}
`,
		values: `HeaderForward {"addPlaintextHeaders":{},"addHeadersFromSecret":{}}
HeaderForward {"addPlaintextHeaders":{"X-Tenant-ID":"a","X-A":"a"},"addHeadersFromSecret":{"X-Owner":{"name":"N"}}}
HeaderForward {"addPlaintextHeaders":{"X-Tenant-ID":"a","X-A":"a","X-B":"b","X-Pair":"c"},"addHeadersFromSecret":{"X-Owner":{"key":{"name":"s","key":"k"}}}}
`,
		want: `0 addHeadersFromSecret.X-Owner @ ["X-Owner"] // An owner by key
0 addPlaintextHeaders.X-A @ [(h)] <string> // These
0 addPlaintextHeaders.X-B @ [(h)] <string> // These
0 addPlaintextHeaders.X-Tenant-ID @ ["X-Tenant-ID"] <string> // The tenant
1 addHeadersFromSecret.X-Owner.key @ [key] // An owner by key
1 addPlaintextHeaders.X-B @ [(h)] <string> // These
1 addPlaintextHeaders.X-Pair @ ["X-Pair"] <string> // Pairs
`,
	},
	{
		name: "computations with headers",
		files: `package policy

import ("list", "strings", "struct")

_allowed: ["x-a", "x-b"]
#HeaderForward: {
	addPlaintextHeaders:  _
	addHeadersFromSecret: _
	// Few.
	_n: len(addPlaintextHeaders) + len(addHeadersFromSecret) & <=2
	// At most two.
	addPlaintextHeaders: struct.MaxFields(2)
	// Long.
	_long: len(addPlaintextHeaders["X-A"]) & >3
	// Of the list.
	addPlaintextHeaders: [N=string]: {
		string
		_known: list.Contains(_allowed, strings.ToLower(N)) & true
	}
	// Not twice.
	for h, _ in addPlaintextHeaders {
		addHeadersFromSecret: (h)?: error("found the header in both lists")
	}
}
`,
		values: `HeaderForward {"addPlaintextHeaders":{"X-A":"1","X-B":"1","X-C":"2"},"addHeadersFromSecret":{"X-A":{"name":"N"}}}
HeaderForward {"addPlaintextHeaders":{"X-A":"1111"},"addHeadersFromSecret":{"X-B":{"name":"N"}}}
HeaderForward {"addPlaintextHeaders":{"X-B":"1"},"addHeadersFromSecret":{}}
`,
		want: `0 addHeadersFromSecret.X-A @ [(h)] // found the header in both lists
0 addPlaintextHeaders @ [_n] <len(addPlaintextHeaders) + len(addHeadersFromSecret) & <=2> // Few
0 addPlaintextHeaders @ [addPlaintextHeaders] <struct.MaxFields(2)> // At most two
0 addPlaintextHeaders.X-A @ [_long] <len(addPlaintextHeaders["X-A"]) & >3> // Long
0 addPlaintextHeaders.X-C @ [_known] <list.Contains(_allowed, strings.ToLower(N)) & true> // Of the list
2 undecided addPlaintextHeaders.X-A @ [_long] <len(addPlaintextHeaders["X-A"]) & >3> // Long
`,
	},
	{
		name: "names of headers that look like others",
		files: `package policy

#HeaderForward: {
	addPlaintextHeaders: [string]: !="no"
	addPlaintextHeaders: "_x"?: "x"
	addHeadersFromSecret: "_z"!: key: name: "z"
}
`,
		values: `HeaderForward {"addPlaintextHeaders":{"":"no","_x":"no","#y":"no","0":"no","a.b":"no","a\"]":"no","é":"no"},"addHeadersFromSecret":{"_z":{"name":"z"}}}
`,
		want: `0 addHeadersFromSecret._z.key @ [key]
0 addPlaintextHeaders.#y @ [[string]] <!="no">
0 addPlaintextHeaders.0 @ [[string]] <!="no">
0 addPlaintextHeaders._x @ [[string]] <!="no">
0 addPlaintextHeaders._x @ ["_x"] <"x">
0 addPlaintextHeaders.é @ [[string]] <!="no">
0 addPlaintextHeaders[""] @ [[string]] <!="no">
0 addPlaintextHeaders["a.b"] @ [[string]] <!="no">
0 addPlaintextHeaders["a\"]"] @ [[string]] <!="no">
`,
	},
	{
		name: "faults of policies about headers",
		files: `package policy

#allowed: {"X-A"?: string}
#HeaderForward: {
	addPlaintextHeader: {}
	addPlaintextHeaders: close(#allowed)
	addPlaintextHeaders: close({} & #allowed)
	addHeadersFromSecret: [string]: kee: _
	addHeadersFromSecret: "X-A": key: nmae: _
}
#HeaderForwarding: {}
-- b.cue --
package policy

#HeaderForward: addPlaintextHeaders: [string]: _|_
#HeaderForward: addPlaintextHeaders: "X-A"!: _
`,
		values: ``,
		want: `! a.cue: found the field "addPlaintextHeader", which no value has; did you mean addPlaintextHeaders (the name of a helper begins with "_") @ [addPlaintextHeader]
! a.cue: found a close that closes nothing, it takes the struct itself: close({…}) @ [#allowed]
! a.cue: found a close that closes nothing, it takes the struct itself: close({…}) @ [{} & #allowed]
! a.cue: found the field "kee", which no value has; did you mean key (the name of a helper begins with "_") @ [kee]
! a.cue: found the field "nmae", which no value has; did you mean name (the name of a helper begins with "_") @ [nmae]
! a.cue: found "#HeaderForwarding", which constrains nothing; did you mean #HeaderForward @ [#HeaderForwarding]
! b.cue: forbidden here, and asked for elsewhere @ [_|_]
`,
	},
	{
		name: "choices of headers",
		files: `package policy

#HeaderForward: addPlaintextHeaders: [string]: "a" | "b"
#HeaderForward: {addPlaintextHeaders: {"X-A": _} | {"X-B": _}}
// One of the two.
#HeaderForward: matchN(1, [{addPlaintextHeaders: "X-A": _}, {addHeadersFromSecret: "X-A": _}])
`,
		values: `HeaderForward {"addPlaintextHeaders":{"X-A":"c"},"addHeadersFromSecret":{}}
HeaderForward {"addPlaintextHeaders":{"X-C":"a"},"addHeadersFromSecret":{"X-A":{"name":"N"}}}
HeaderForward {"addPlaintextHeaders":{"X-B":"a"},"addHeadersFromSecret":{}}
`,
		want: `0 addPlaintextHeaders.X-A @ [[string]] <"a" | "b">
1 addPlaintextHeaders @ [addPlaintextHeaders] <{"X-A": _} | {"X-B": _}>
2  @ [#HeaderForward] <matchN(1, [{addPlaintextHeaders: "X-A": _}, {addHeadersFromSecret: "X-A": _}])> // One of the two
`,
	},
}
