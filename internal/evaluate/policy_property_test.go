package evaluate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/policy"
)

// rule is a constraint with a second opinion on it.
type rule struct {
	cue string
	// broken returns the path at which a webhook breaks it, or "-".
	broken func(hook) string
	// several says that it is about several fields. It is not told where another
	// rule has something against one of them, and holds once that is mended.
	several bool
}

// hook is a webhook as the second opinion sees it.
type hook struct {
	name, url, timeout, failurePolicy string
	// hmac and ca are "", "key", "name" or "path".
	hmac, ca string
	insecure bool
}

func (h hook) json() string {
	reference := map[string]string{"key": `{"key":{"name":"s","key":"k"}}`, "name": `{"name":"N"}`, "path": `{"path":"/etc/x"}`}
	fields := fmt.Sprintf(`{"name":%q,"url":%q,"timeout":%q,"failurePolicy":%q`, h.name, h.url, h.timeout, h.failurePolicy)
	if h.hmac != "" {
		fields += `,"hmac":` + reference[h.hmac]
	}
	switch {
	case h.ca != "":
		fields += fmt.Sprintf(`,"tls":{"ca":%s,"insecureSkipVerify":%v}`, reference[h.ca], h.insecure)
	case h.insecure:
		fields += `,"tls":{"insecureSkipVerify":true}`
	}
	return fields + "}"
}

// at returns path where broken holds.
func at(path string, broken bool) string {
	if broken {
		return path
	}
	return "-"
}

var propertyRules = []rule{
	{`failurePolicy: "fail"`, func(h hook) string { return at("failurePolicy", h.failurePolicy != "fail") }, false},
	{`failurePolicy: !="ignore"`, func(h hook) string { return at("failurePolicy", h.failurePolicy == "ignore") }, false},
	{`hmac!: _`, func(h hook) string { return at("hmac", h.hmac == "") }, false},
	{`hmac?: key: _`, func(h hook) string { return at("hmac.key", h.hmac != "" && h.hmac != "key") }, false},
	{`hmac?: {key: _} | {name: _}`, func(h hook) string { return at("hmac", h.hmac == "path") }, false},
	{`hmac?: #ByKey | #ByName`, func(h hook) string { return at("hmac", h.hmac == "path") }, false},
	{`hmac?: _|_`, func(h hook) string { return at("hmac", h.hmac != "") }, false},
	{`hmac?: path?: !="/etc/x"`, func(h hook) string { return at("hmac.path", h.hmac == "path") }, false},
	{`url: =~"^https:"`, func(h hook) string { return at("url", !strings.HasPrefix(h.url, "https:")) }, false},
	{`url: strings.HasPrefix("https:")`, func(h hook) string { return at("url", !strings.HasPrefix(h.url, "https:")) }, false},
	{"url: string\n_u: strings.HasSuffix(url, \"/v\") & true", func(h hook) string { return at("url", !strings.HasSuffix(h.url, "/v")) }, false},
	{"timeout: string\n_t: time.ParseDuration(timeout) & <=5000000000", func(h hook) string { return at("timeout", h.timeout == "10s") }, false},
	{`timeout: "1s" | "2s"`, func(h hook) string { return at("timeout", h.timeout == "10s") }, false},
	{`tls: insecureSkipVerify: false`, func(h hook) string { return at("tls.insecureSkipVerify", h.insecure) }, false},
	{`tls!: _`, func(h hook) string { return at("tls", h.ca == "" && !h.insecure) }, false},
	{`tls: ca: _`, func(h hook) string {
		if h.ca == "" && !h.insecure {
			return "tls"
		}
		return at("tls.ca", h.ca == "")
	}, false},
	{`tls?: ca: key: name: "s"`, func(h hook) string {
		switch {
		case h.ca == "" && h.insecure:
			return "tls.ca"
		case h.ca != "" && h.ca != "key":
			return "tls.ca.key"
		}
		return "-"
	}, false},
	{`{timeout: "1s"} | {failurePolicy: "fail"}`, func(h hook) string { return at("", h.timeout != "1s" && h.failurePolicy != "fail") }, true},
	{`matchN(>=1, [{hmac: _}, {tls!: ca: _}])`, func(h hook) string { return at("", h.hmac == "" && h.ca == "") }, true},
	{"failurePolicy: string\nif failurePolicy == \"ignore\" {\nhmac: _\n}", func(h hook) string { return at("hmac", h.failurePolicy == "ignore" && h.hmac == "") }, true},
	{"failurePolicy: string\nif failurePolicy == \"ignore\" {\nurl: =~\"/v$\"\n}", func(h hook) string {
		return at("url", h.failurePolicy == "ignore" && !strings.HasSuffix(h.url, "/v"))
	}, true},
	{"name: string\nurl: string\nif strings.Contains(url, name) {_same: error(\"no\")}", func(h hook) string { return at("url", strings.Contains(h.url, h.name)) }, true},
}

const propertyHeader = `package policy

import (
	"strings"
	"time"
)

_s: strings.ToUpper("x")
_t: time.Second
`

// TestPolicyProperty holds random webhooks against random policies, spread over
// declarations and files at random, and wants exactly the paths at which a second
// opinion finds each constraint broken.
func TestPolicyProperty(t *testing.T) {
	rounds := 200
	if testing.Short() {
		rounds = 40
	}
	for seed := range uint64(rounds) {
		r := rand.New(rand.NewPCG(seed, 1))
		var chosen []rule
		for range 1 + r.IntN(6) {
			if next := propertyRules[r.IntN(len(propertyRules))]; !slices.ContainsFunc(chosen, func(c rule) bool { return c.cue == next.cue }) {
				chosen = append(chosen, next)
			}
		}
		if all := fmt.Sprint(chosen); strings.Contains(all, "_|_") && strings.Count(all, "hmac") > 1 {
			continue // to forbid it and to ask for it is a contradiction
		}
		text := policyText(r, chosen)
		var values []policy.Value
		var hooks []hook
		for range 8 {
			h := randomHook(r)
			hooks = append(hooks, h)
			values = append(values, policy.Value{Definition: "Webhook", JSON: []byte(h.json())})
		}
		request := policy.Request{Files: files(text), Values: values}
		a := judged(t, request)
		if seed%10 == 0 {
			if diff := cmp.Diff(a, judged(t, request)); diff != "" {
				t.Errorf("seed %d: another answer to the same: %s", seed, diff)
			}
		}
		for i, h := range hooks {
			if got, must, may := brokenPaths(a, i), wantedPaths(chosen, h, false), wantedPaths(chosen, h, true); len(a.Problems) > 0 || !right(got, must, may) {
				t.Errorf("seed %d: %s\ngot %q, want %q and may be %q\n%s\n%s", seed, h.json(), got, must, may, text, showAnswer(request, a))
			}
		}
		if t.Failed() {
			return
		}
	}
}

// policyText writes the rules as policies of one to three files, each rule in a
// declaration of its own or together with others.
func policyText(r *rand.Rand, rules []rule) string {
	decls := make([]string, 1+r.IntN(3))
	for _, c := range rules {
		i := r.IntN(len(decls))
		decls[i] += c.cue + "\n"
	}
	var b strings.Builder
	b.WriteString(propertyHeader + "#ByKey: key: _\n#ByName: name: string\n")
	for i, d := range decls {
		if i > 0 && r.IntN(2) == 0 {
			fmt.Fprintf(&b, "-- %c.cue --\n%s", 'a'+i, strings.NewReplacer("_s:", fmt.Sprintf("_s%d:", i), "_t:", fmt.Sprintf("_t%d:", i)).Replace(propertyHeader))
		}
		fmt.Fprintf(&b, "#Webhook: {\n%s}\n", d)
	}
	return b.String()
}

func randomHook(r *rand.Rand) hook {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	return hook{
		name: pick("a-name", "corp"), url: pick("https://corp/v", "http://other/v", "https://other/w"), timeout: pick("1s", "2s", "10s"),
		failurePolicy: pick("fail", "ignore"), hmac: pick("", "key", "name", "path"), ca: pick("", "", "key", "path"), insecure: r.IntN(3) == 0,
	}
}

// brokenPaths returns the paths of the violations of a value, each as often as a
// constraint is broken there.
func brokenPaths(a policy.Answer, value int) []string {
	var paths []string
	for _, v := range a.Violations {
		if v.Value == value {
			paths = append(paths, v.Path)
		}
	}
	slices.Sort(paths)
	return paths
}

// right says that all that must be found was, nothing else than may be was, and
// something was if anything is wrong.
func right(got, must, may []string) bool {
	left := slices.Clone(got)
	take := func(paths []string) bool {
		all := true
		for _, path := range paths {
			i := slices.Index(left, path)
			if all = all && i >= 0; i >= 0 {
				left = slices.Delete(left, i, i+1)
			}
		}
		return all
	}
	if !take(must) {
		return false
	}
	take(may)
	return len(left) == 0 && (len(got) > 0) == (len(must)+len(may) > 0)
}

func wantedPaths(rules []rule, h hook, several bool) []string {
	var paths []string
	for _, c := range rules {
		if path := c.broken(h); path != "-" && c.several == several {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}
