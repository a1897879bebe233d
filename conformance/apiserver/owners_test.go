package apiserver

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/conformance/sample"
)

// The CRDs of the objects that forward headers are ToolHive's alone.
func TestOwners(t *testing.T) {
	s := start(t)
	for _, plural := range owners {
		s.install(t, toolhiveFile(t, "deploy/charts/operator-crds/files/crds/toolhive.stacklok.dev_"+plural+".yaml"))
	}
	documents, err := sample.Owners(root)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d documents of the test data and the examples", len(documents))
	if len(documents) < 200 {
		t.Error("some were not found")
	}
	for i := range documents {
		documents[i] = filled(t, documents[i])
	}
	documents = append(documents, sample.OwnerFaults()...)
	t.Run("verdicts", func(t *testing.T) { testOwnerVerdicts(t, s, documents) })
	t.Run("passing", func(t *testing.T) { testPassing(t, s, documents) })
}

// owners are the plurals of the kinds that forward headers.
var owners = map[string]string{"MCPServerEntry": "mcpserverentries", "MCPRemoteProxy": "mcpremoteproxies"}

// filled gives an object what ToolHive's CRD requires beside the headers. An object
// that lacks nothing, or that cannot be read strictly, stays as it is written.
func filled(t *testing.T, d sample.Document) sample.Document {
	t.Helper()
	var object map[string]any
	if kyaml.UnmarshalStrict(d.Data, &object) != nil {
		return d
	}
	spec, isObject := object["spec"].(map[string]any)
	if !isObject {
		return d
	}
	lacking := 0
	for key, value := range map[string]any{"remoteUrl": "https://a.example/mcp", "transport": "sse", "groupRef": map[string]string{"name": "g"}} {
		if spec[key] == nil && (key != "groupRef" || object["kind"] == "MCPServerEntry") {
			spec[key] = value
			lacking++
		}
	}
	if lacking == 0 {
		return d
	}
	data, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return sample.Document{Name: d.Name + ", filled", Format: syntax.JSON, Data: data}
}

// ownersPath is where objects like this one are created: the version and the kind are
// the document's, where they are served.
func ownersPath(d sample.Document) string {
	var object struct{ APIVersion, Kind string }
	read := map[syntax.Format]func([]byte, any) error{
		syntax.JSON: json.Unmarshal,
		syntax.YAML: func(data []byte, into any) error { return kyaml.Unmarshal(data, into) },
	}[d.Format]
	_ = read(d.Data, &object) // what cannot be read is sent as well
	version := "v1beta1"
	if object.APIVersion == "toolhive.stacklok.dev/v1alpha1" {
		version = "v1alpha1"
	}
	plural := owners[object.Kind]
	if plural == "" {
		plural = owners["MCPServerEntry"]
	}
	return "apis/toolhive.stacklok.dev/" + version + "/namespaces/" + url.PathEscape(namespaceOf(d)) + "/" + plural
}

// createOwner sends an object as it is, to be created under strict validation.
func (s server) createOwner(t *testing.T, d sample.Document, dryRun bool) answer {
	t.Helper()
	query := url.Values{"fieldValidation": {"Strict"}}
	if dryRun {
		query.Set("dryRun", "All")
	}
	return s.send(t, request{http.MethodPost, ownersPath(d), query, contentType(d), d.Data})
}

// ownerDifference is why lint and the API server differ about an object that forwards
// headers: one of the two is given.
type ownerDifference struct {
	reason string
	// complaint is what the API server says against an object that lint lets pass, as
	// complaints gives it, and finding what lint says, as it does, of one that is admitted.
	complaint, finding *regexp.Regexp
}

// ownerDifferences are all that need not agree, but for what the headers become in
// ToolHive (THV3 and above), which no API server says.
var ownerDifferences = []ownerDifference{
	{reason: "the rest of the spec is the API server's to judge", complaint: regexp.MustCompile(`^spec\.(unknown|note|someLaterField|remoteUrl|transport|groupRef|authServerRef|externalAuthConfigRef)\b`)},
	{reason: "the rest of the metadata is the API server's to judge", complaint: regexp.MustCompile(`^metadata\.(labels|annotations|ownerReferences|foo)\b|ObjectMeta\.resourceVersion`)},
	{reason: "a merge that is overridden, which kubectl writes out before it sends JSON", complaint: regexp.MustCompile(`key ".*" already set in map`)},
	{reason: "names and keys that no Secret has", finding: regexp.MustCompile(`^THV2011 spec\.headerForward\.addHeadersFromSecret\[\d+\]\.valueSecretRef\.`)},
	{reason: "names that no object has", finding: regexp.MustCompile(`^THV2009 spec\.(groupRef|externalAuthConfigRef)\.name: `)},
	{reason: "a header without a value, which the API server drops", finding: regexp.MustCompile(`^THV2003 spec\.headerForward\.addPlaintextHeaders\..*: found null`)},
	{reason: "names of headers that are booleans or numbers in YAML", finding: regexp.MustCompile(`^THV2003 spec\.headerForward\.addPlaintextHeaders.*which Kubernetes reads as a boolean or a number`)},
	{reason: "a key that stands twice, in two spellings or for two merges, and once in JSON", finding: regexp.MustCompile(`^THV1004 : found the key "(1|<<)" twice`)},
	{reason: "bytes that are not UTF-8, which Go's reader of JSON replaces", finding: regexp.MustCompile(`^THV1002 : found the byte`)},
	{reason: "tags of YAML that make other values of texts", finding: regexp.MustCompile(`^THV1003 : found (a|the) tag`)},
	{reason: "metadata is Kubernetes' to judge; lint wants a name and texts, as a manifest for apply has them", finding: regexp.MustCompile(`^THV2\d+ metadata\.(name|namespace|labels|annotations)\b`)},
}

// testOwnerVerdicts wants what the API server refuses of headers, versions, kinds and
// names to be errors of lint at the same places, and what lint refuses as no such object
// to be refused by the API server.
func testOwnerVerdicts(t *testing.T, s server, documents []sample.Document) {
	used, admitted, refused := make([]int, len(ownerDifferences)), 0, 0
	for _, d := range documents {
		_, text := lint(t, d)
		found := slices.DeleteFunc(strings.Split(text, "\n"), func(f string) bool { return !aboutObject.MatchString(f) })
		a := s.createOwner(t, d, true)
		var open []string
		switch {
		case a.code == http.StatusNotFound:
			t.Errorf("%s: sent to where nothing is", d.Name)
		case a.admitted():
			admitted++
			open = slices.DeleteFunc(slices.Clone(found), func(f string) bool {
				return aboutHeader.MatchString(f) || explainedBy(used, func(row ownerDifference) *regexp.Regexp { return row.finding }, f)
			})
		default:
			refused++
			open = slices.DeleteFunc(complaints(a), func(complaint string) bool {
				return slices.ContainsFunc(found, func(f string) bool { return samePlace(f, complaint) }) ||
					explainedBy(used, func(row ownerDifference) *regexp.Regexp { return row.complaint }, complaint)
			})
		}
		if len(open) > 0 {
			t.Errorf("%s: the API server says %d %.1000s, lint %.1000q; unexplained: %.1000q\n%.1000s", d.Name, a.code, a.message(), found, open, d.Data)
		}
	}
	t.Logf("%d documents: %d admitted, %d refused", len(documents), admitted, refused)
	for i, difference := range ownerDifferences {
		t.Logf("%d differ: %s", used[i], difference.reason)
		if used[i] == 0 {
			t.Errorf("no document differs because of this: %s", difference.reason)
		}
	}
	if admitted < 900 || refused < 750 {
		t.Error("these are too few to prove anything")
	}
}

var (
	// aboutObject is a finding of what can be no such object, or of its headers, and
	// aboutHeader one of headers alone.
	aboutObject = regexp.MustCompile(`^THV[127]`)
	aboutHeader = regexp.MustCompile(`^THV7`)
)

// explainedBy reports whether the table has a difference, and counts it.
func explainedBy(used []int, part func(ownerDifference) *regexp.Regexp, text string) bool {
	i := slices.IndexFunc(ownerDifferences, func(row ownerDifference) bool { return part(row) != nil && part(row).MatchString(text) })
	if i >= 0 {
		used[i]++
	}
	return i >= 0
}

// namedField finds the fields that the API server does not know or finds twice.
var namedField = regexp.MustCompile(`(?:unknown|duplicate) field "([^"]+)"`)

// complaints are the places that the API server finds fault with, or else its message.
func complaints(a answer) (out []string) {
	var status struct {
		Details struct{ Causes []struct{ Field string } }
	}
	_ = json.Unmarshal(a.body, &status) // without causes the message says it
	for _, cause := range status.Details.Causes {
		if cause.Field != "<nil>" { // the rules in CEL were not asked
			out = append(out, cause.Field)
		}
	}
	for _, found := range namedField.FindAllStringSubmatch(a.message(), -1) {
		out = append(out, found[1])
	}
	if len(out) == 0 {
		out = []string{a.message()}
	}
	return out
}

// samePlace reports whether a finding of lint is at the place of a complaint, above
// it or below it. A complaint that names no place may be about anything, and so may be
// one about an object of another version, of which nothing is known. Lint masks keys
// that may be secrets.
func samePlace(finding, complaint string) bool {
	_, rest, _ := strings.Cut(finding, " ")
	place, _, _ := strings.Cut(rest, ": ")
	place, _, _ = strings.Cut(place, ".•")
	return place == "apiVersion" || strings.Contains(complaint, " ") || strings.HasPrefix(place, complaint) || strings.HasPrefix(complaint, place)
}
