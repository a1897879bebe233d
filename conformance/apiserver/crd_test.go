package apiserver

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/conformance/sample"
)

func TestOurCRD(t *testing.T) {
	s := start(t)
	s.install(t, ourCRD)
	t.Run("verdicts", func(t *testing.T) { testVerdicts(t, s) })
	t.Run("messages", func(t *testing.T) { testMessages(t, s) })
	t.Run("ToolHive's examples", func(t *testing.T) { testExamples(t, s) })
	t.Run("emitted", func(t *testing.T) { testEmitted(t, s) })
	t.Run("apply", func(t *testing.T) { testApply(t, s) })
	t.Run("order", func(t *testing.T) { testOrder(t, s) })
}

func TestToolHiveCRD(t *testing.T) {
	s := start(t)
	s.install(t, toolhiveCRD(t))
	t.Run("emitted", func(t *testing.T) { testEmitted(t, s) })
	t.Run("typed client", func(t *testing.T) { testTypedClient(t, s) })
	t.Run("fights", func(t *testing.T) { testFights(t, s) })
	t.Run("compat", func(t *testing.T) { testCompat(t, s) })
}

// testCompat wants the API server with our compatible CRD to give the verdicts of
// one with ToolHive's.
func testCompat(t *testing.T, toolhive server) {
	compat := start(t)
	compat.install(t, compatCRD)
	documents, err := sample.Documents(root)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, d := range append(documents, sample.Faults()...) {
		theirs, ours := toolhive.create(t, namespaceOf(d), contentType(d), d.Data, true), compat.create(t, namespaceOf(d), contentType(d), d.Data, true)
		if theirs.admitted() != ours.admitted() {
			t.Errorf("%s: ToolHive's %d %s, compatible %d %s", d.Name, theirs.code, theirs.message(), ours.code, ours.message())
		}
		if !ours.admitted() {
			refused++
		}
	}
	t.Logf("both refuse %d documents of %d", refused, len(documents)+len(sample.Faults()))
}

// The compatible CRD is ToolHive's, but for words, who generated it, and how the one
// rule is written.
func TestCompatSchema(t *testing.T) {
	ours, theirs := withoutWords(readCRD(t, compatCRD)), withoutWords(readCRD(t, toolhiveCRD(t)))
	if diff := cmp.Diff(theirs, ours); diff != "" {
		t.Errorf("(-ToolHive +compat)\n%s", diff)
	}
	if cmp.Equal(theirs, withoutWords(readCRD(t, ourCRD))) {
		t.Error("the comparison takes our CRD for ToolHive's")
	}
}

func readCRD(t *testing.T, path string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var crd map[string]any
	if err := kyaml.UnmarshalStrict(text, &crd); err != nil {
		t.Fatal(err)
	}
	return crd
}

// withoutWords takes descriptions, rules and the generator's annotation out of a CRD,
// and sorts the names of required fields. A property that is called description would
// be a mapping, and stays.
func withoutWords(crd map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range crd {
		if _, isText := value.(string); isText && key == "description" || key == "annotations" || key == "x-kubernetes-validations" {
			continue
		}
		if names, isList := value.([]any); isList && key == "required" {
			names = slices.Clone(names)
			slices.SortFunc(names, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
			value = names
		}
		out[key] = withoutWordsIn(value)
	}
	return out
}

func withoutWordsIn(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return withoutWords(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = withoutWordsIn(item)
		}
		return list
	}
	return value
}
