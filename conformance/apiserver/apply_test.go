package apiserver

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	kyaml "sigs.k8s.io/yaml"
)

const applyType = "application/apply-patch+yaml"

// apply applies, as a manager of fields, an object with a list of validating
// webhooks.
func (s server) apply(t *testing.T, manager, name, webhooks string) answer {
	t.Helper()
	query := url.Values{"fieldManager": {manager}, "fieldValidation": {"Strict"}}
	return s.send(t, request{http.MethodPatch, webhookConfigs("default", name), query, applyType, objectWith(name, "validating: ["+webhooks+"]")})
}

// mustApply applies what must be admitted, and returns the stored object.
func (s server) mustApply(t *testing.T, manager, name, webhooks string) stored {
	t.Helper()
	a := s.apply(t, manager, name, webhooks)
	if !a.admitted() || len(a.warnings) > 0 {
		t.Fatalf("%s applies %s: %d %s, warnings %q", manager, webhooks, a.code, a.message(), a.warnings)
	}
	return storedIn(t, a)
}

// stored is what matters here of a stored object: its version, and the names and
// hosts of its validating webhooks, in order.
type stored struct{ version, webhooks string }

func storedIn(t *testing.T, a answer) stored {
	t.Helper()
	object := a.object(t)
	spec, _ := object["spec"].(map[string]any)
	list, _ := spec["validating"].([]any)
	var names []string
	for _, item := range list {
		webhook := item.(map[string]any)
		names = append(names, fmt.Sprintf("%s=%s", webhook["name"], strings.TrimPrefix(webhook["url"].(string), "https://")))
	}
	version, _ := object["metadata"].(map[string]any)["resourceVersion"].(string)
	return stored{version, strings.Join(names, " ")}
}

// hook is a webhook in flow style.
func hook(name, host string) string { return "{name: " + name + ", url: https://" + host + "}" }

// hooks are webhooks of these names.
func hooks(names ...string) string {
	var list []string
	for _, name := range names {
		list = append(list, hook(name, name))
	}
	return strings.Join(list, ", ")
}

// testApply wants managers of different webhooks to leave one another alone, and
// whoever changes another's to be told.
func testApply(t *testing.T, s server) {
	const name = "apply"
	s.mustApply(t, "manager-a", name, hooks("a"))
	both := s.mustApply(t, "manager-b", name, hooks("b"))
	if both.webhooks != "a=a b=b" {
		t.Errorf("both together stored %q", both.webhooks)
	}
	for _, again := range []stored{s.mustApply(t, "manager-a", name, hooks("a")), s.mustApply(t, "manager-b", name, hooks("b"))} {
		if again != both {
			t.Errorf("to apply the same again made %v of %v", again, both)
		}
	}
	conflict := s.apply(t, "manager-c", name, hook("a", "c"))
	t.Log(conflict.message())
	if conflict.code != http.StatusConflict || !strings.Contains(conflict.message(), `conflict with "manager-a": .spec.validating[name="a"].url`) {
		t.Errorf("who changes another's webhook is answered %d", conflict.code)
	}
	if got := s.mustApply(t, "manager-a", name, hook("a", "a2")); got.webhooks != "a=a2 b=b" {
		t.Errorf("a change of one's own stored %q", got.webhooks)
	}
	if got := s.mustApply(t, "manager-b", name, ""); got.webhooks != "a=a2" {
		t.Errorf("after one has withdrawn %q is stored", got.webhooks)
	}
}

// testOrder says what becomes of the order of webhooks, which is the order in which
// they are asked: it is that of whoever applied last, as far as it names them; where
// the webhooks of others then stand among these is for the API server to choose.
func testOrder(t *testing.T, s server) {
	const name = "order"
	s.mustApply(t, "manager-a", name, hooks("a", "b", "c"))
	for _, step := range []struct {
		what, manager string
		names         []string
		want          string
	}{
		{"one manager applies another order", "manager-a", []string{"c", "b", "a"}, "c=c b=b a=a"},
		{"another appends", "manager-b", []string{"d"}, "c=c b=b a=a d=d"},
		{"the first appends", "manager-a", []string{"c", "b", "a", "e"}, "c=c b=b a=a d=d e=e"},
		{"the first changes its order", "manager-a", []string{"e", "a", "b", "c"}, "d=d e=e a=a b=b c=c"},
		{"the other names both in its order", "manager-b", []string{"e", "d"}, "e=e a=a b=b c=c d=d"},
	} {
		got := s.mustApply(t, step.manager, name, hooks(step.names...))
		t.Logf("server-side apply, %s, %v: stored %q", step.what, step.names, got.webhooks)
		if got.webhooks != step.want {
			t.Errorf("want %q", step.want)
		}
	}
	testClientSideOrder(t, s)
}

// testClientSideOrder applies another order as kubectl does on its own side: by a
// JSON merge patch made from what was applied last, what is to be, and what is
// there.
func testClientSideOrder(t *testing.T, s server) {
	const name = "client-side"
	before, after := objectWith(name, "validating: ["+hooks("a", "b")+"]"), objectWith(name, "validating: ["+hooks("b", "a", "c")+"]")
	current := s.create(t, "default", yamlType, before, false)
	patch, err := jsonmergepatch.CreateThreeWayJSONMergePatch(toJSON(t, before), toJSON(t, after), current.body)
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"fieldManager": {"kubectl-client-side-apply"}, "fieldValidation": {"Strict"}}
	got := storedIn(t, s.send(t, request{http.MethodPatch, webhookConfigs("default", name), query, "application/merge-patch+json", patch}))
	t.Logf("client-side apply: stored %q", got.webhooks)
	if diff := cmp.Diff("b=b a=a c=c", got.webhooks); diff != "" {
		t.Error(diff)
	}
}

func toJSON(t *testing.T, text []byte) []byte {
	t.Helper()
	out, err := kyaml.YAMLToJSONStrict(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// testFights shows what our CRD is for: with ToolHive's, whose lists are replaced
// as a whole, two managers cannot share an object.
func testFights(t *testing.T, s server) {
	s.mustApply(t, "manager-a", "fights", hooks("a"))
	if a := s.apply(t, "manager-b", "fights", hooks("b")); a.code != http.StatusConflict {
		t.Errorf("a second manager is answered %d", a.code)
	}
}
