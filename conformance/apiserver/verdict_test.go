package apiserver

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/conformance/sample"
)

// difference is why the verdicts of lint and the API server differ.
type difference struct {
	reason string
	// rules are those that lint refuses the document by, words what the API server says,
	// and metadata says that only the metadata is unusual; one of the three is given.
	rules    []string
	words    *regexp.Regexp
	metadata bool
}

// differences are the documents on which lint and the API server need not agree:
// what lint finds and the API server does not, by rule, and what the API server has
// against a document that passes lint, by its words.
var differences = []difference{
	{reason: "two references that ToolHive mounts at one place: CEL cannot compute its hash", rules: []string{"THV3003"}},
	{reason: "what looks like a secret in a URL", rules: []string{"THV4001", "THV4002"}},
	{reason: "http where certificates are not checked: ToolHive takes it, and a cluster may run on it", rules: []string{"THV4003"}},
	{reason: "addresses of metadata services: CEL cannot read all spellings of an address", rules: []string{"THV4004"}},
	{reason: "what is longer than the bounds that keep CEL cheap", words: regexp.MustCompile(`Too (long|many): `)},
	{reason: "labels are Kubernetes' to judge", words: regexp.MustCompile(`metadata\.labels: Invalid value`)},
	{reason: "metadata is Kubernetes' to judge; lint wants a name and texts, as a manifest for apply has them", metadata: true},
	{reason: "a byte order mark, which kubectl takes away before it sends JSON", words: regexp.MustCompile(`invalid character 'ï'`)},
}

// testVerdicts wants the API server with our CRD to refuse the documents of the test
// data that lint refuses, and no others; the same for single values.
func testVerdicts(t *testing.T, s server) {
	documents, err := sample.Documents(root)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d documents of the test data", len(documents))
	if len(documents) < 180 {
		t.Error("some were not found")
	}
	documents = append(documents, sample.Faults()...)
	used, admitted, refused, silent := make([]int, len(differences)), 0, 0, map[string]int{}
	for _, d := range documents {
		rules, found := lint(t, d)
		a := s.create(t, namespaceOf(d), contentType(d), d.Data, true)
		switch {
		case a.code == http.StatusNotFound:
			t.Errorf("%s: sent to where nothing is", d.Name)
		case a.admitted() && len(rules) == 0:
			admitted++
		case !a.admitted() && len(rules) > 0:
			refused++
			if !slices.ContainsFunc(rules, func(rule string) bool { return strings.Contains(a.message(), rule) }) {
				silent[strings.Join(rules, " ")]++
			}
		case !explained(used, d.Name, rules, a):
			t.Errorf("%s: lint says %v, the API server %d %s\n%s\n%s", d.Name, rules, a.code, a.message(), found, d.Data)
		}
	}
	t.Logf("%d documents: %d admitted and %d refused by both", len(documents), admitted, refused)
	t.Logf("refused in words that name none of lint's rules: %v", silent)
	for i, difference := range differences {
		t.Logf("%d differ: %s", used[i], difference.reason)
		if used[i] == 0 {
			t.Errorf("no document differs because of this: %s", difference.reason)
		}
	}
	if admitted < 150 || refused < 150 {
		t.Error("these are too few to prove anything")
	}
}

// explained reports whether the table has a difference, and counts it.
func explained(used []int, name string, rules []string, a answer) bool {
	var rows []int
	if strings.HasPrefix(name, sample.MetadataFault) {
		used[slices.IndexFunc(differences, func(row difference) bool { return row.metadata })]++
		return true
	}
	for _, rule := range rules {
		rows = append(rows, slices.IndexFunc(differences, func(row difference) bool { return slices.Contains(row.rules, rule) }))
	}
	if len(rules) == 0 {
		rows = append(rows, slices.IndexFunc(differences, func(row difference) bool {
			return row.words != nil && row.words.MatchString(a.message())
		}))
	}
	if slices.Contains(rows, -1) {
		return false
	}
	for _, i := range rows {
		used[i]++
	}
	return true
}

// lint returns the rules by which lint refuses a document, and all that it says.
func lint(t *testing.T, d sample.Document) (rules []string, found string) {
	t.Helper()
	name := map[syntax.Format]string{syntax.YAML: "object.yaml", syntax.JSON: "object.json"}[d.Format]
	file := syntax.File{Name: name, Format: d.Format, Data: d.Data, Named: true}
	result, err := compiler.Lint([]syntax.File{file}, compiler.Options{Check: check.Options{Lowest: diag.Warning}})
	if err != nil {
		t.Fatalf("%s: %v", d.Name, err)
	}
	for _, f := range result.Diagnostics {
		if f.Severity == diag.Error {
			rules = append(rules, f.Rule.ID)
			found += fmt.Sprintf("%s %s: %s\n", f.Rule.ID, f.Path, f.Message)
		}
	}
	slices.Sort(rules)
	return slices.Compact(rules), found
}

func contentType(d sample.Document) string {
	if d.Format == syntax.JSON {
		return jsonType
	}
	return yamlType
}

// namespaceOf is the namespace that an object names, or else default. One that no
// path can hold is sent to default too, and is another than the object's there.
func namespaceOf(d sample.Document) string {
	var object struct{ Metadata struct{ Namespace string } }
	if err := kyaml.Unmarshal(d.Data, &object); err != nil || strings.Trim(object.Metadata.Namespace, ".") == "" || strings.Contains(object.Metadata.Namespace, "/") {
		return "default"
	}
	return object.Metadata.Namespace
}
