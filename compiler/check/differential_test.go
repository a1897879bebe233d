package check_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/check/cueengine"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/schema"
)

// This test is what makes "type-checked against CUE" true: the table and CUE
// give the same verdict on every document, by the same rules at the same paths.

// documents is how many random documents are tried.
const documents = 4000

func TestTableAgreesWithCUE(t *testing.T) {
	refused := 0
	d := newDifferential(check.Table{})
	for seed, byCUE := range findingsByCUE() {
		document := randomDocuments()[seed]
		problem, faulty := d.compare(document.text, document.format, byCUE)
		if problem != "" {
			t.Fatalf("seed %d: %s\n%s", seed, problem, document.text)
		}
		if faulty {
			refused++
		}
	}
	if refused < documents/4 || refused > documents*9/10 {
		t.Errorf("%d of %d documents were refused, the generator has lost its balance", refused, documents)
	}
}

// findingsByCUE asks CUE about every random document, once for all tests.
var findingsByCUE = sync.OnceValue(func() [][]string {
	engine := cueengine.New()
	var all [][]string
	for _, d := range randomDocuments() {
		all = append(all, findings(inFile(d.text, d.format), &recorder{Engine: engine}))
	}
	return all
})

// random is a random document of a kind.
type random struct {
	text, kind string
	format     syntax.Format
}

var randomDocuments = sync.OnceValue(func() []random {
	all := make([]random, documents)
	for seed := range all {
		all[seed] = randomDocument(uint64(seed))
	}
	return all
})

func TestTableAgreesWithCUEOnFiles(t *testing.T) {
	d, engine := newDifferential(check.Table{}), cueengine.New()
	files, err := filepath.Glob("../../testdata/*/*.*")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		format, ok := syntax.FormatOf(file)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !ok || format == syntax.CUE || strings.Contains(file, "toolhive") {
			continue
		}
		byCUE := findings(inFile(string(data), format), &recorder{Engine: engine})
		if problem, _ := d.compare(string(data), format, byCUE); problem != "" {
			t.Errorf("%s: %s", file, problem)
		}
	}
}

// TestMutatedTablesAreFound proves that the test above can fail: a table with
// one thing changed disagrees with CUE.
func TestMutatedTablesAreFound(t *testing.T) {
	mutations := 0
	for _, name := range []string{"webhook-file", "json-webhook-file", "mcpwebhookconfig", "runconfig", "mcpserverentry", "mcpremoteproxy"} {
		for i := 0; ; i++ {
			mutated, what := mutate(schema.DocumentOf(name), i)
			if mutated == nil {
				break
			}
			mutations++
			if why := equivalent[what]; why == "" && !noticed(mutatedTable{name: name, mutated: mutated}) {
				t.Errorf("%s: nobody noticed: %s", name, what)
			}
		}
	}
	if mutations < 100 {
		t.Errorf("only %d mutations", mutations)
	}
}

// equivalent are mutations that change no verdict, with the reason.
var equivalent = map[string]string{
	"dropped constraint URLHost":                 "URLPort holds for less",
	"dropped constraint URLFragment":             "the relation that parses the URL holds for less",
	"MCPWebhookConfig: required flipped of kind": "what has no kind is no MCPWebhookConfig",
	"dropped value MCPWebhookConfig":             "what has another kind is none either",
	"MCPServerEntry: required flipped of kind":   "as before",
	"dropped value MCPServerEntry":               "as before",
	"MCPRemoteProxy: required flipped of kind":   "as before",
	"dropped value MCPRemoteProxy":               "as before",
	"RunConfig: renamed schema_version":          "a RunConfig may have any field of any type",
}

func noticed(table mutatedTable) bool {
	for seed, byCUE := range findingsByCUE() {
		d := randomDocuments()[seed]
		if d.kind == table.name && !slices.Equal(byCUE, findings(inFile(d.text, d.format), &recorder{Engine: table})) {
			return true
		}
	}
	return false
}

// mutatedTable is the table with one kind of document changed.
type mutatedTable struct {
	check.Table
	name    string
	mutated *schema.Document
}

func (m mutatedTable) Place(kind *schema.Document) check.Place {
	if kind.Name == m.name {
		return m.Table.Place(m.mutated)
	}
	return m.Table.Place(kind)
}

// mutate returns a copy of a kind of document with its i-th mutation, nil where
// there are no more.
func mutate(original *schema.Document, i int) (*schema.Document, string) {
	c := copier{seen: map[*schema.Type]*schema.Type{}}
	copied := *original
	copied.Type = c.copy(original.Type)
	n := 0
	for _, t := range c.order {
		for _, m := range mutationsOf(t) {
			if n == i {
				m.apply()
				return &copied, strings.TrimPrefix(t.Definition+": "+m.what, ": ")
			}
			n++
		}
	}
	return nil, ""
}

type copier struct {
	seen  map[*schema.Type]*schema.Type
	order []*schema.Type
}

func (c *copier) copy(t *schema.Type) *schema.Type {
	if t == nil {
		return nil
	}
	if done := c.seen[t]; done != nil {
		return done
	}
	n := *t
	c.seen[t] = &n
	c.order = append(c.order, &n)
	n.Fields = slices.Clone(t.Fields)
	n.Constraints = slices.Clone(t.Constraints)
	n.Enum = slices.Clone(t.Enum)
	for i := range n.Fields {
		n.Fields[i].Type = c.copy(t.Fields[i].Type)
	}
	n.Elem = c.copy(t.Elem)
	n.Values = c.copy(t.Values)
	return &n
}

type mutation struct {
	what  string
	apply func()
}

func mutationsOf(t *schema.Type) []mutation {
	var out []mutation
	for i := range t.Fields {
		f := &t.Fields[i]
		out = append(out, mutation{"required flipped of " + f.Name, func() { f.Required = !f.Required }})
		out = append(out, mutation{"renamed " + f.Name, func() { f.Name += "x" }})
		if f.Type.Kinds.Has(schema.NullKind) {
			out = append(out, mutation{"null refused of " + f.Name, func() { f.Type.Kinds &^= schema.NullKind }})
		}
	}
	for i := range t.Constraints {
		out = append(out, mutation{"dropped constraint " + t.Constraints[i].Name, func() { t.Constraints = slices.Delete(t.Constraints, i, i+1) }})
	}
	for i := range t.Enum {
		out = append(out, mutation{"dropped value " + t.Enum[i], func() { t.Enum = slices.Delete(t.Enum, i, i+1) }})
	}
	if t.Definition != "" && t.Kinds.Has(schema.StructKind) && t.Values == nil {
		out = append(out, mutation{"open flipped", func() { t.Open = !t.Open }})
	}
	return out
}

// differential compares an engine with CUE.
type differential struct {
	table check.Engine
	whole cue.Value
	asked int
}

func newDifferential(table check.Engine) *differential {
	return &differential{table: table}
}

// compare returns how the table disagrees with what CUE found in a text, or "".
// faulty says that both refuse it.
func (d *differential) compare(text string, format syntax.Format, byCUE []string) (problem string, faulty bool) {
	table := &recorder{Engine: d.table}
	byTable := findings(inFile(text, format), table)
	if diff := cmp.Diff(byCUE, byTable); diff != "" {
		return "findings (-CUE +table)\n" + diff, false
	}
	if strings.Contains(text, "\n---") || oldBoolean.MatchString(text) {
		return "", len(byTable) > 0 // CUE reads one document, and YAML 1.2
	}
	return d.compareWhole(table, byTable), len(byTable) > 0
}

var oldBoolean = regexp.MustCompile(`(?i)verify: *["']?(y|yes|on|n|no|off)\b`)

func inFile(text string, format syntax.Format) syntax.File {
	return syntax.File{Name: "x", Format: format, Data: []byte(text), Named: true}
}

// recorder remembers the documents that an engine was asked about, and puts the
// engine's own duplicate names into place of the registry's.
type recorder struct {
	check.Engine
	source     *syntax.Source // trials of fixes have another
	kinds      []*schema.Document
	documents  []*model.Document
	duplicates []string
}

func (r *recorder) Relations(kind *schema.Document, root *check.Value, d *model.Document) ([]check.Violation, error) {
	found, err := r.Engine.Relations(kind, root, d)
	if d.Source != r.source {
		return found, err
	}
	r.kinds, r.documents = append(r.kinds, kind), append(r.documents, d)
	for _, v := range found {
		if v.Rule == "THV3001" {
			r.duplicates = append(r.duplicates, v.Rule+" "+v.Path)
		}
	}
	return found, err
}

// findings returns the errors that the schema is behind, as "rule path". With
// CUE, duplicate names are those that CUE itself found.
func findings(file syntax.File, engine *recorder) []string {
	tree, found := syntax.Parse(file, syntax.Options{})
	engine.source = tree.Source
	_, _, more, err := check.Check([]*syntax.Tree{tree}, check.Options{Engine: engine})
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	_, isCUE := engine.Engine.(*cueengine.Engine)
	for _, d := range append(found, more...) {
		family := d.Rule.ID[:4]
		if d.Severity != diag.Error || family != "THV1" && family != "THV2" && d.Rule.ID != "THV3001" {
			continue
		}
		if d.Rule.ID == "THV3001" && isCUE {
			continue
		}
		out = append(out, d.Rule.ID+" "+d.Path)
	}
	if isCUE {
		out = append(out, engine.duplicates...)
	}
	slices.Sort(out)
	return out
}

// compareWhole asks CUE about each document as a whole, in one go and without
// any help of ours: its verdict must be that of the findings.
func (d *differential) compareWhole(table *recorder, found []string) string {
	if len(table.documents) == 0 {
		return "" // nothing in it could be understood
	}
	for _, rule := range found {
		if strings.HasPrefix(rule, "THV1004") || strings.HasPrefix(rule, "THV1006") {
			return "" // CUE never sees the text
		}
	}
	// Where a struct is open, a near miss of a key is a finding of the checker alone, for
	// which CUE may find a field missing.
	certain := slices.DeleteFunc(slices.Clone(found), func(f string) bool {
		rule, path, _ := strings.Cut(f, " ")
		return (rule == diag.UnknownField.ID || rule == diag.WrongDialect.ID) && standsInOpen(table.kinds[0].Type, path)
	})
	if d.asked%256 == 0 {
		d.whole = cuecontext.New().CompileString(schema.CUE())
	}
	d.asked++
	definition := d.whole.LookupPath(cue.MakePath(cue.Def(table.kinds[0].Definition)))
	text, err := json.Marshal(table.documents[0].Root)
	if err != nil {
		return err.Error()
	}
	text = bytes.ReplaceAll(text, []byte("\ufeff"), []byte(`\ufeff`))
	err = definition.Unify(d.whole.Context().CompileBytes(text)).Validate(cue.Concrete(true))
	if (err != nil) != (len(certain) > 0) && (err == nil || len(found) == 0) {
		return fmt.Sprintf("CUE on the whole: %v, findings: %v", err, found)
	}
	return ""
}

// standsInOpen reports whether the struct that a path leads into allows any key.
func standsInOpen(t *schema.Type, path string) bool {
	steps := syntax.SplitPath(path)
	for _, step := range steps[:len(steps)-1] {
		switch f := t.Field(step); {
		case f != nil:
			t = f.Type
		case t.Elem != nil:
			t = t.Elem
		case t.Values != nil:
			t = t.Values
		default:
			return false
		}
	}
	return t.Open
}

// randomDocument makes a document that is right in most of its parts and wrong
// in some.
func randomDocument(seed uint64) random {
	g := generator{rand.New(rand.NewPCG(seed, 17))}
	var document any
	var kind string
	format := syntax.YAML
	switch g.IntN(10) {
	case 0, 1:
		document, kind = g.webhookFile(g.fileWebhook), "webhook-file"
	case 2, 3:
		format = syntax.JSON
		document, kind = g.webhookFile(g.numericWebhook), "json-webhook-file"
	case 4, 5:
		document, kind = g.manifest(), "mcpwebhookconfig"
	case 6:
		document, kind = g.owner("MCPServerEntry"), "mcpserverentry"
	case 7:
		document, kind = g.owner("MCPRemoteProxy"), "mcpremoteproxy"
	default:
		format = syntax.JSON
		document, kind = g.runConfig(), "runconfig"
	}
	g.addNew(document, schema.DocumentOf(kind).Type)
	encoded, err := json.Marshal(document)
	if err != nil {
		panic(err)
	}
	return random{string(encoded), kind, format}
}

type generator struct{ *rand.Rand }

type fields map[string]any

func (g generator) oneOf(values ...any) any { return values[g.IntN(len(values))] }

// put sets a field to a good value, mostly; now and then to a bad one, to null,
// or not at all.
func (g generator) put(f fields, name string, good, bad []any) {
	switch n := g.IntN(36); {
	case n == 0:
		f[name] = nil
	case n == 1:
		// absent
	case n == 2:
		f[name] = g.oneOf(true, 5, "", "x y", []any{}, fields{}, 1.5, "\u00a0", []any{nil}, fields{"name": "a"})
	case n <= 5 && len(bad) > 0:
		f[name] = g.oneOf(bad...)
	case n == 6:
		f[g.typo(name)] = g.oneOf(good...)
	default:
		f[name] = g.oneOf(good...)
	}
}

func (g generator) typo(name string) string {
	i := g.IntN(len(name))
	return g.oneOf(name[:i]+name[i+1:], strings.ToUpper(name), name+"s", "x-"+name, "other", strings.ReplaceAll(name, "_", "-")).(string)
}

func (g generator) maybe(n int, do func()) {
	if g.IntN(n) == 0 {
		do()
	}
}

var (
	goodNames = []any{"a", "b", "c", "policy-check", "A1", "x.y_z", strings.Repeat("n", 63)}
	badNames  = []any{"", "-a", "a-", "a b", "a\nb", strings.Repeat("n", 64), "é", " a", "a/b"}
	goodURLs  = []any{
		"https://a.example/v", "https://a.example", "HTTPS://a.example:8443/", "https://[::1]:8443/x", "https://a.example/v?x=1&y=<2>#f",
		"https://a.example:65535", "https://a.example:00443/", "https://a.example/é", "https://user@a.example/", "https://a.example?x=%zz",
	}
	badURLs = []any{
		"http://a.example", "ftp://a.example", "a.example/v", "//a.example", "https:///v", "https://:8443/v", "https://a.example:0/", "https://a.example:65536/",
		"https://a b/", "https://a.example/ b", "https://a.example/%zz", "https://[::1/", "https://[zz]/", "https:a.example", "https://", "", " https://a.example",
		"https://a.example#f", "mailto:x", "https://a.example:x/", "https://a%zz/", "https://u@:1/", "https://a.example:80:90/", "https://a\u2028b/", "://a", "https://a.example\\b", "https://a.example/?#%zz", "https://a.example/#%",
	}
	goodTimeouts = []any{"5s", "1s", "30s", "1.5s", "1000ms", "0.5m", "1s1ms", "+5s", ".5m", "1.s"}
	badTimeouts  = []any{
		"31s", "0s", "0", "-5s", "500ms", "5", "5 seconds", "1 day", "PT5S", "5S", "", "1h", "99999999999h", "s", "1m1", "5s ", 0, 5, 5000000000, "1e3s", "30.000000001s", "0.9999999999s",
	}
	goodPolicies  = []any{"fail", "ignore"}
	badPolicies   = []any{"Fail", "failClosed", "FAIL", "", "no"}
	goodPaths     = []any{"/etc/ca.crt", "ca.crt", "../x", "/a b,c"}
	badPaths      = []any{"", "a\nb", 5}
	goodHMACs     = []any{"name", "name,target=VAR", "/run/key", "op://vault/item name/field", "whsec_x", "/a b,c"}
	badHMACs      = []any{"", "name,target=", "name,tgt=X", "a b", "./key", "../key", "~/key", "a,b", fields{"name": "s", "key": "k"}, "\u3000"}
	goodTimeoutsN = []any{5000000000, 1000000000, 30000000000, 1500000000}
	badTimeoutsN  = []any{5, 999999999, 30000000001, -1, json.Number("99999999999999999999"), 1.5, json.Number("5e9")}
)

func (g generator) fileTLS() any {
	f := fields{}
	g.maybe(2, func() { g.put(f, "ca_bundle_path", goodPaths, badPaths) })
	g.maybe(2, func() { g.put(f, "client_cert_path", goodPaths, badPaths) })
	g.maybe(2, func() { g.put(f, "client_key_path", goodPaths, badPaths) })
	g.maybe(2, func() { g.put(f, "insecure_skip_verify", []any{true, false}, []any{"true", 1}) })
	return f
}

func (g generator) snake(f fields) fields {
	g.put(f, "name", goodNames, badNames)
	g.put(f, "url", goodURLs, badURLs)
	g.put(f, "failure_policy", goodPolicies, badPolicies)
	g.maybe(3, func() { g.put(f, "tls_config", []any{g.fileTLS()}, nil) })
	g.maybe(3, func() { g.put(f, "hmac_secret_ref", goodHMACs, badHMACs) })
	g.maybe(30, func() {
		f[g.oneOf("failurePolicy", "hmacSecretRef", "ca_bundle", "skip_verify", "signing_secret_ref").(string)] = "fail"
	})
	return f
}

func (g generator) fileWebhook() any {
	f := fields{}
	g.maybe(2, func() { g.put(f, "timeout", goodTimeouts, badTimeouts) })
	return g.snake(f)
}

func (g generator) numericWebhook() any {
	f := fields{}
	g.maybe(2, func() {
		g.put(f, "timeout", append(goodTimeoutsN, goodTimeouts...), append(badTimeoutsN, badTimeouts...))
	})
	return g.snake(f)
}

func (g generator) list(webhook func() any) any {
	list := []any{}
	for range g.IntN(4) {
		list = append(list, webhook())
	}
	g.maybe(30, func() { list = append(list, g.oneOf(nil, "x", 5, []any{})) })
	return list
}

func (g generator) webhookFile(webhook func() any) any {
	f := fields{}
	if g.IntN(5) > 0 {
		f["validating"] = g.list(webhook)
	}
	g.maybe(2, func() { f["mutating"] = g.list(webhook) })
	g.maybe(20, func() { f["x-defaults"] = fields{"a": 1} })
	g.maybe(20, func() { f[g.oneOf("validatng", "Mutating", "other", "validating_webhooks").(string)] = g.list(webhook) })
	g.maybe(40, func() { f["mutating"] = nil })
	g.maybe(40, func() { f["validating"] = nil })
	return f
}

func (g generator) secretRef() any {
	f := fields{}
	g.put(f, "name", []any{"s", "webhook-secrets", "a.b", strings.Repeat("s", 253)}, []any{"A", "a_b", "", strings.Repeat("s", 254)})
	g.put(f, "key", []any{"k", "ca.crt", "_x"}, []any{"", "a b", "a/b", ".", "..", "..a"})
	g.maybe(20, func() { delete(f, g.oneOf("name", "key").(string)) })
	g.maybe(20, func() { f[g.oneOf("name", "key").(string)] = g.oneOf("a b", nil, "A_", "..") })
	return f
}

func (g generator) specWebhook() any {
	f := fields{}
	g.put(f, "name", goodNames, badNames)
	g.put(f, "url", goodURLs, badURLs)
	g.maybe(2, func() { g.put(f, "failurePolicy", goodPolicies, badPolicies) })
	g.maybe(2, func() { g.put(f, "timeout", goodTimeouts, badTimeouts) })
	g.maybe(3, func() { g.put(f, "hmacSecretRef", []any{g.secretRef()}, []any{"name"}) })
	g.maybe(3, func() { g.put(f, "tlsConfig", []any{g.specTLS()}, nil) })
	return f
}

func (g generator) specTLS() any {
	f := fields{}
	for _, name := range []string{"caSecretRef", "clientCertSecretRef", "clientKeySecretRef"} {
		g.maybe(2, func() { g.put(f, name, []any{g.secretRef()}, nil) })
	}
	g.maybe(2, func() { g.put(f, "insecureSkipVerify", []any{true, false}, []any{"true"}) })
	return f
}

func (g generator) manifest() any {
	spec := fields{}
	if g.IntN(5) > 0 {
		spec["validating"] = g.list(g.specWebhook)
	}
	g.maybe(40, func() { spec[g.oneOf("validating", "mutating").(string)] = nil })
	g.maybe(2, func() { spec["mutating"] = g.list(g.specWebhook) })
	f := fields{"apiVersion": "toolhive.stacklok.dev/v1alpha1", "kind": "MCPWebhookConfig"}
	g.maybe(40, func() { delete(f, "apiVersion") })
	g.maybe(40, func() { f["extra"] = 1 })
	g.maybe(40, func() { spec["extra"] = 1 })
	g.put(f, "metadata", []any{g.metadata()}, nil)
	g.put(f, "spec", []any{spec}, []any{fields{}})
	g.maybe(30, func() { f["apiVersion"] = "toolhive.stacklok.dev/v1beta1" })
	g.maybe(30, func() { f["status"] = fields{"any": []any{1}} })
	return f
}

// owner makes an object that owns headers; further fields of its spec are new.
func (g generator) owner(kind string) any {
	f, spec, forward := fields{"kind": kind}, fields{}, fields{}
	g.put(f, "apiVersion", []any{"toolhive.stacklok.dev/v1beta1", "toolhive.stacklok.dev/v1alpha1"}, []any{"toolhive.stacklok.dev/v1"})
	g.put(f, "metadata", []any{g.metadata()}, []any{nil})
	g.put(f, "spec", []any{spec}, []any{fields{}})
	g.maybe(2, func() {
		header := fields{}
		g.put(header, "headerName", []any{"X-A", ""}, nil)
		g.put(header, "valueSecretRef", []any{g.secretRef()}, []any{"name"})
		forward["addHeadersFromSecret"] = []any{header}
	})
	g.put(spec, "headerForward", []any{forward}, nil)
	for _, name := range []string{"groupRef", "externalAuthConfigRef"} {
		g.maybe(4, func() { spec[name] = fields{"name": g.oneOf("x", "A", strings.Repeat("x", 254))} })
	}
	return f
}

func (g generator) metadata() fields {
	metadata := fields{"uid": 5}
	g.maybe(4, func() { g.put(metadata, "labels", []any{fields{"a": "b"}}, []any{fields{"a": nil}, fields{"a": 1}}) })
	g.maybe(4, func() {
		g.put(metadata, "annotations", []any{fields{"a": "b"}}, []any{fields{"a": true}, "x", nil, nil})
	})
	g.maybe(4, func() {
		g.put(metadata, "namespace", []any{"n", strings.Repeat("n", 63)}, []any{"N", "a/b", "a.b", strings.Repeat("n", 64), nil, nil})
	})
	g.put(metadata, "name", []any{"x", "a.b", strings.Repeat("x", 253)}, []any{"", "A", "a_b", strings.Repeat("x", 254), 5})
	return metadata
}

func (g generator) runConfig() any {
	f := fields{"name": "x"}
	if g.IntN(4) > 0 {
		f["schema_version"] = g.oneOf("v0.1.0", 1, nil)
	}
	g.maybe(2, func() { f["validating_webhooks"] = g.list(g.numericWebhook) })
	g.maybe(2, func() { f["mutating_webhooks"] = g.list(g.numericWebhook) })
	g.maybe(3, func() {
		chain := []any{fields{"type": "auth", "parameters": fields{}}, fields{"type": "recovery", "parameters": nil, "future": 1}}
		chain = append(chain, fields{"type": "validating-webhook", "parameters": fields{"webhooks": g.list(g.numericWebhook), "server_name": ""}})
		g.maybe(20, func() { chain = append(chain, fields{"type": "x", "parameters": fields{"webhooks": nil}}) })
		g.maybe(10, func() { chain = append(chain, g.oneOf(fields{}, nil, fields{"type": 5})) })
		f["middleware_configs"] = chain
	})
	g.maybe(20, func() { f["Validating_Webhooks"] = []any{} })
	g.maybe(20, func() { f[g.oneOf("validating_webhooks", "mutating_webhooks", "middleware_configs").(string)] = nil })
	g.maybe(15, func() { f["config_hash"] = g.oneOf("sha256:x", nil, nil, 5) })
	return f
}
