package secret

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKubectlArguments counts the runs of kubectl, and looks at what it is asked.
func TestKubectlArguments(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	fakeCommand(t, "kubectl", `echo "$*" >>"`+log+`"
cat <<END
{"kind":"Secret","metadata":{"name":"$3","namespace":"team"},"data":{"a":"YQ==","b":"Yg=="}}
END`)
	store := open(t, "cluster:prod/eu", Sources{})
	var requests []Request
	for _, name := range []string{"one", "two"} {
		for _, key := range []string{"a", "b", "c"} {
			for _, value := range []bool{false, true} {
				requests = append(requests, Request{Ref: Ref{Key: Key{"team", name, key}}, Value: value})
			}
		}
	}
	requests = append(requests, Request{Ref: Ref{Key: Key{"", "one", "a"}}}) // another namespace, perhaps
	results := Lookup(t.Context(), []Store{store}, requests)
	for i, r := range results {
		want := "found"
		if r.Ref.Key.Key == "c" {
			want = "no key, but a b"
		}
		if got := verdict(r); got != want {
			t.Errorf("%+v: got %s, want %s", requests[i], got, want)
		}
	}
	for _, wrong := range []Key{{"", "-A", "a"}, {"", "", "a"}, {"", "a/b", "a"}, {"", "a,b", "a"}, {"", "Upper", "a"}, {"-n", "one", "a"}, {"a.b", "one", "a"}} {
		if got := verdict(lookOne(t, store, Request{Ref: Ref{Key: wrong}})); got != "absent" {
			t.Errorf("%+v: got %s", wrong, got)
		}
	}
	got, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(got), "\n"); n != 3 {
		t.Errorf("kubectl ran %d times, want 3:\n%s", n, got)
	}
	for _, want := range []string{
		"get secret one --ignore-not-found --output=json --context=prod/eu --namespace=team --request-timeout=10s\n",
		"get secret two --ignore-not-found --output=json --context=prod/eu --namespace=team --request-timeout=10s\n",
		"get secret one --ignore-not-found --output=json --context=prod/eu --request-timeout=10s\n",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
}

// TestKubectlFails has kubectl's own words for what goes wrong, most of
// them recorded from kubectl v1.32, with a canary beside them.
func TestKubectlFails(t *testing.T) {
	for stderr, want := range map[string]string{
		`Error from server (NotFound): secrets "one" not found`:                                                                                        "absent",
		`Error from server (NotFound): secrets "other" not found`:                                                                                      "cluster: kubectl get secret exited with status 1",
		`Error from server (NotFound): the server could not find the requested resource`:                                                               "cluster: kubectl get secret exited with status 1",
		`Error from server (Forbidden): secrets "one" is forbidden: User "u" cannot get resource "secrets" in API group "" in the namespace "default"`: "cluster: kubectl get secret: you are not allowed to read this Secret",
		`error: You must be logged in to the server (Unauthorized)`:                                                                                    "cluster: kubectl get secret: the API server does not know you",
		`The connection to the server localhost:8080 was refused - did you specify the right host or port?`:                                            "cluster: kubectl get secret: the API server cannot be reached",
		`Unable to connect to the server: dial tcp: lookup nowhere.example: no such host`:                                                              "cluster: kubectl get secret: the API server cannot be reached",
		`Unable to connect to the server: getting credentials: exec: executable aws not found`:                                                         "cluster: kubectl get secret: the kubeconfig names a command for credentials that is not there",
		`error: context "prod" does not exist`:                                                                                                         "cluster: kubectl get secret: the kubeconfig has no such context",
		`Error in configuration: context was not found for specified context: prod`:                                                                    "cluster: kubectl get secret: the kubeconfig has no such context",
		``: "cluster: kubectl get secret exited with status 1",
	} {
		fakeCommand(t, "kubectl", fmt.Sprintf("cat >&2 <<'END'\n%s\n%s\nEND\necho %s\nexit 1", stderr, canary, canary))
		got := lookOne(t, open(t, "cluster", Sources{}), Request{Ref: Ref{Key: Key{"", "one", "a"}}, Value: true})
		if verdict(got) != want {
			t.Errorf("%s: got %s, want %s", stderr, verdict(got), want)
		}
	}
	t.Setenv("PATH", t.TempDir())
	got := lookOne(t, open(t, "cluster", Sources{}), Request{Ref: Ref{Key: Key{"", "one", "a"}}})
	if want := "cluster: kubectl get secret: kubectl is not there, or cannot be started"; verdict(got) != want {
		t.Errorf("without kubectl: got %s, want %s", verdict(got), want)
	}
}

// clusterAnswers are answers of kubectl to get secret one --namespace=team, and what
// comes of the key "a". Where that differs without the value, this stands second.
var clusterAnswers = []struct{ answer, want string }{
	{``, "absent"},
	{`{"kind":"Secret","metadata":{"name":"one","namespace":"team"},"data":{"a":"` + encodedCanary + `"}}`, "found"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"a":""}}`, "found"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"b":"","A":""}}`, "no key, but A b"},
	{`{"kind":"Secret","metadata":{"name":"one"}}`, "no key, but "},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":null}`, "no key, but "},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"a":"*"}}`, "its answer has a value that is not base64|found"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"a":"Y\nQ=="}}`, "its answer has a value that is not base64|found"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"a":"YR=="}}`, "its answer has a value that is not base64|found"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"a":1}}`, "its answer has data that no Secret can have"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"a":null}}`, "its answer has data that no Secret can have"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"a":"","` + canary + ` ":""}}`, "its answer has data that no Secret can have"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":["a"]}`, "its answer has data that is no object"},
	{`{"kind":"Secret","metadata":{"name":"one"},"Data":{"a":""}}`, "no key, but "},
	{`{"kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":""}}`, "its answer is no Secret"},
	{`{"kind":"List","items":[]}`, "its answer is no Secret"},
	{`{"Kind":"Secret","metadata":{"name":"one"},"data":{"a":""}}`, "its answer is no Secret"},
	{`{"kind":"Secret","metadata":{"name":"other"},"data":{"a":""}}`, "its answer is another Secret than that asked for"},
	{`{"kind":"Secret","metadata":{"name":"one","namespace":"other"},"data":{"a":""}}`, "its answer is a Secret of another namespace than that asked for"},
	{`{"kind":"Secret","metadata":{"name":"one","namespace":7},"data":{"a":""}}`, "its answer is a Secret of another namespace than that asked for"},
	{`{"kind":"Secret","metadata":null,"data":{"a":""}}`, "its answer has no metadata"},
	{`{"kind":"Secret","data":{"a":""}}`, "its answer has no metadata"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"a":""},"data":{"b":""}}`, "its answer has a field twice"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"a":""}}{}`, "its answer is not one JSON object"},
	{`{"kind":"Secret","metadata":{"name":"one"},"data":{"a":""}`, "its answer is not one JSON object"},
	{`[]`, "its answer is not one JSON object"},
	{canary, "its answer is not one JSON object"},
	{"{\"kind\":\"\xff\"}", "its answer is not UTF-8"},
}

func TestKubectlAnswers(t *testing.T) {
	for _, c := range clusterAnswers {
		fakeCommand(t, "kubectl", "cat <<'END' | tr -d '\\n'\n"+c.answer+"\nEND")
		store := open(t, "cluster", Sources{})
		with, without, differs := strings.Cut(c.want, "|")
		if !differs {
			without = with
		}
		for value, want := range map[bool]string{true: with, false: without} {
			if strings.HasPrefix(want, "its ") {
				want = "cluster: kubectl get secret: " + want
			}
			if got := verdict(lookOne(t, store, Request{Ref: Ref{Key: Key{"team", "one", "a"}}, Value: value})); got != want {
				t.Errorf("%s, value %t: got %s, want %s", c.answer, value, got, want)
			}
		}
	}
}
