package evaluate

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/policy"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// forwarding is header forwarding as the second opinion sees it: the values of
// headers, and what their secrets are: "key:" or "name:" and the name.
type forwarding struct{ plain, secret map[string]string }

func (f forwarding) json(t *testing.T) []byte {
	t.Helper()
	secrets := map[string]any{}
	for header, reference := range f.secret {
		kind, name, _ := strings.Cut(reference, ":")
		secrets[header] = map[string]any{"name": name}
		if kind == "key" {
			secrets[header] = map[string]any{"key": map[string]string{"name": name, "key": "k"}}
		}
	}
	data, err := json.Marshal(map[string]any{"addPlaintextHeaders": f.plain, "addHeadersFromSecret": secrets})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// headerRule is a constraint with a second opinion on it.
type headerRule struct {
	cue string
	// broken returns the paths at which it is broken.
	broken func(forwarding) []string
}

// plainWhere returns the paths of the plaintext headers of which broken holds.
func plainWhere(broken func(name, value string) bool) func(forwarding) []string {
	return func(f forwarding) (paths []string) {
		for name, value := range f.plain {
			if broken(name, value) {
				paths = append(paths, syntax.JoinKey("addPlaintextHeaders", name))
			}
		}
		return paths
	}
}

// secretWhere returns paths below the headers from secrets: what broken returns, none
// for "-".
func secretWhere(broken func(name, reference string) string) func(forwarding) []string {
	return func(f forwarding) (paths []string) {
		for name, reference := range f.secret {
			if below := broken(name, reference); below != "-" {
				paths = append(paths, syntax.JoinKey("addHeadersFromSecret", name)+below)
			}
		}
		return paths
	}
}

var (
	isX      = regexp.MustCompile(`^X-`)
	isSimple = regexp.MustCompile(`^[a-z0-9,-]*$`)
)

var headerRules = []headerRule{
	{`addPlaintextHeaders: [!~"^X-"]: error("no")`, plainWhere(func(n, _ string) bool { return !isX.MatchString(n) })},
	{`addPlaintextHeaders: close({[=~"^X-"]: string, Accept?: string})`, plainWhere(func(n, _ string) bool { return !isX.MatchString(n) && n != "Accept" })},
	{`addPlaintextHeaders: #names`, plainWhere(func(n, _ string) bool { return !isX.MatchString(n) && !strings.EqualFold(n, "Cookie") })},
	{`addPlaintextHeaders: Cookie?: error("no")`, plainWhere(func(n, _ string) bool { return n == "Cookie" })},
	{`addPlaintextHeaders: "X.Dots"?: _|_`, plainWhere(func(n, _ string) bool { return n == "X.Dots" })},
	{`addPlaintextHeaders: [=~"(?i)^cookie$"]: _|_`, plainWhere(func(n, _ string) bool { return strings.EqualFold(n, "cookie") })},
	{`addPlaintextHeaders: [string]: =~"^[a-z0-9,-]*$"`, plainWhere(func(_, v string) bool { return !isSimple.MatchString(v) })},
	{`addPlaintextHeaders: "X-A"?: "a" | "b"`, plainWhere(func(n, v string) bool { return n == "X-A" && v != "a" && v != "b" })},
	{`addPlaintextHeaders: "X-A": =~"^a"`, func(f forwarding) []string {
		if v, ok := f.plain["X-A"]; ok && strings.HasPrefix(v, "a") {
			return nil
		}
		return []string{"addPlaintextHeaders.X-A"}
	}},
	{"for h in [\"X-T\"] {\naddPlaintextHeaders: (h): string\n}", func(f forwarding) []string {
		if _, ok := f.plain["X-T"]; ok {
			return nil
		}
		return []string{"addPlaintextHeaders.X-T"}
	}},
	{`addHeadersFromSecret: "X-A"?: _|_`, secretWhere(func(n, _ string) string { return map[bool]string{true: "", false: "-"}[n == "X-A"] })},
	{`addHeadersFromSecret: [string]: key: name: =~"^team-"`, secretWhere(func(_, r string) string {
		switch {
		case strings.HasPrefix(r, "name:"):
			return ".key"
		case !strings.HasPrefix(r, "key:team-"):
			return ".key.name"
		}
		return "-"
	})},
	{`addHeadersFromSecret: [=~"^X"]: {key: _} | {name: =~"^T"}`, secretWhere(func(n, r string) string {
		if strings.HasPrefix(n, "X") && strings.HasPrefix(r, "name:") && !strings.HasPrefix(r, "name:T") {
			return ""
		}
		return "-"
	})},
}

// TestHeaderPolicyProperty holds random headers against random policies, and wants
// exactly the paths at which a second opinion finds each constraint broken.
func TestHeaderPolicyProperty(t *testing.T) {
	rounds := 150
	if testing.Short() {
		rounds = 30
	}
	for seed := range uint64(rounds) {
		r := rand.New(rand.NewPCG(seed, 2))
		chosen := slices.Clone(headerRules)
		r.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
		chosen = chosen[:1+r.IntN(9)]
		text := "package policy\n\n#names: close({[=~\"^X-\"]: _, [=~\"(?i)^cookie$\"]: _})\n"
		for _, c := range chosen {
			text += "#HeaderForward: {\n" + c.cue + "\n}\n"
		}
		request := policy.Request{Files: files(text)}
		var all []forwarding
		for range 8 {
			f := randomForwarding(r)
			all = append(all, f)
			request.Values = append(request.Values, policy.Value{Definition: "HeaderForward", JSON: f.json(t)})
		}
		a := judged(t, request)
		for i, f := range all {
			var want []string
			for _, c := range chosen {
				want = append(want, c.broken(f)...)
			}
			slices.Sort(want)
			if got := brokenPaths(a, i); !slices.Equal(got, want) || len(a.Problems) > 0 {
				t.Fatalf("seed %d: %s\ngot %q, want %q\n%s\n%s", seed, f.json(t), got, want, text, showAnswer(request, a))
			}
		}
	}
}

func randomForwarding(r *rand.Rand) forwarding {
	f := forwarding{map[string]string{}, map[string]string{}}
	names := []string{"X-A", "X-T", "X.Dots", "Cookie", "cookie", "Accept", "_x", "0"}
	values := []string{"a", "b", "Not simple", "abc"}
	references := []string{"key:team-a", "key:other", "name:T", "name:other"}
	for range r.IntN(5) {
		f.plain[names[r.IntN(len(names))]] = values[r.IntN(len(values))]
		f.secret[names[r.IntN(len(names))]] = references[r.IntN(len(references))]
	}
	return f
}
