package compiler_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v5"
	yaml "go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/api/v1alpha1"
	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/check"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/emit"
	"github.com/thvctl/thvctl/compiler/emit/crd"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
	"github.com/thvctl/thvctl/compiler/toolhive"
	"github.com/thvctl/thvctl/schema"
)

var equateEmpty = cmpopts.EquateEmpty()

// compileTwice compiles once for each of several numbers of workers, wants one
// result, and returns it.
func compileTwice(t testing.TB, files []syntax.File, o compiler.Options) compiler.Result {
	t.Helper()
	first, err := compiler.Compile(files, o)
	if err != nil {
		t.Fatalf("form %s, emit %s: %v", o.Bind.Form, o.Emit, err)
	}
	for _, workers := range []int{1, 8} {
		o.Workers = workers
		again, err := compiler.Compile(files, o)
		if err != nil {
			t.Fatalf("form %s, emit %s, %d workers: %v", o.Bind.Form, o.Emit, workers, err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatalf("form %s, emit %s: a second compile with %d workers differs (-first +second)\n%s", o.Bind.Form, o.Emit, workers, diff)
		}
	}
	return first
}

// boundUnits is the program that files hold, before anything is emitted.
func boundUnits(t testing.TB, files []syntax.File, o compiler.Options) []bind.Unit {
	t.Helper()
	o.Syntax.Foreign, o.Syntax.Claim = check.Foreign, check.Claim
	var trees []*syntax.Tree
	for _, f := range files {
		tree, found := syntax.Parse(f, o.Syntax)
		if found.Has(diag.Error) {
			t.Fatalf("it does not parse: %v in\n%s", found, f.Data)
		}
		trees = append(trees, tree)
	}
	o.Check.Compile = true
	checked, _, found, err := check.Check(trees, o.Check)
	if err != nil || checked == nil {
		t.Fatalf("it does not check: %v, %v in\n%s", err, found, files[0].Data)
	}
	bound, found := bind.Bind(checked, o.Bind)
	if bound == nil {
		t.Fatalf("it does not bind: %v in\n%s", found, files[0].Data)
	}
	return bound.Units()
}

// checkArtifacts holds what came of a compile to everything that is true of each.
func checkArtifacts(t testing.TB, files []syntax.File, o compiler.Options, result compiler.Result) {
	t.Helper()
	units, hashes := boundUnits(t, files, o), result.Hashes
	if len(hashes) != len(units) {
		t.Fatalf("%d units have %d hashes", len(units), len(hashes))
	}
	units, hashes = ofWebhooks(units, hashes)
	own := ownArtifacts(result.Artifacts)
	if len(own) != len(units) {
		t.Fatalf("%d units have %d artifacts", len(units), len(own))
	}
	for i, a := range own {
		checkSchema(t, a.Schema, asJSON(t, a))
		canonical, err := units[i].Content.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		checkSchema(t, "unit", canonical)
		if a.YAML {
			checkReaders(t, a)
		}
		hash := hashes[i].Hash
		if want, err := units[i].Content.Hash(); err != nil || hash != want {
			t.Errorf("the hash of %q is %s, that of its content %s, %v", a.Name, hash, want, err)
		}
		if written := writtenHash(t, a); written != hash {
			t.Errorf("%q holds the hash %q, reported is %q", a.Name, written, hash)
		}
		if a.Schema == "mcpwebhookconfig" {
			checkLift(t, a, units[i], hashes[i])
		}
	}
	for _, a := range result.Artifacts {
		if bytes.Contains(a.Data, []byte(canary)) {
			t.Errorf("an artifact shows a secret:\n%s", a.Data)
		}
	}
	checkReading(t, files, o)
	checkRoundTrip(t, files, o, result, units)
	if o.Emit == compiler.EmitRunConfig {
		checkLint(t, own)
	}
}

// ofWebhooks leaves out the units of header forwarding, whose manifests pass through.
func ofWebhooks(units []bind.Unit, hashes []compiler.UnitHash) (left []bind.Unit, theirs []compiler.UnitHash) {
	for i, u := range units {
		if u.HeaderForward == nil {
			left, theirs = append(left, u), append(theirs, hashes[i])
		}
	}
	return left, theirs
}

// ownArtifacts are those of units, without what passes through.
func ownArtifacts(artifacts []emit.Artifact) []emit.Artifact {
	return slices.DeleteFunc(slices.Clone(artifacts), func(a emit.Artifact) bool { return a.Schema == "" })
}

var compiledSchemas = map[string]*jsonschema.Schema{}

// checkSchema holds a JSON text against the published schema of a kind.
func checkSchema(t testing.TB, kind string, data []byte) {
	t.Helper()
	if compiledSchemas[kind] == nil {
		text, err := schema.JSONSchema(kind)
		if err != nil {
			t.Fatal(err)
		}
		if compiledSchemas[kind], err = jsonschema.CompileString(kind, string(text)); err != nil {
			t.Fatal(err)
		}
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	if err := compiledSchemas[kind].Validate(value); err != nil {
		t.Errorf("%v in\n%s", err, data)
	}
}

// asJSON is the text of an artifact as JSON.
func asJSON(t testing.TB, a emit.Artifact) []byte {
	t.Helper()
	if !a.YAML {
		return a.Data
	}
	text, err := kyaml.YAMLToJSONStrict(a.Data)
	if err != nil {
		t.Fatalf("%v in\n%s", err, a.Data)
	}
	return text
}

// checkReaders wants a reader of YAML 1.1 and one of YAML 1.2 to read the same.
func checkReaders(t testing.TB, a emit.Artifact) {
	t.Helper()
	var old, value any
	if err := kyaml.UnmarshalStrict(a.Data, &old); err != nil {
		t.Errorf("sigs.k8s.io/yaml: %v in\n%s", err, a.Data)
	}
	if err := yaml.Unmarshal(a.Data, &value); err != nil {
		t.Errorf("yaml/v3: %v in\n%s", err, a.Data)
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatalf("yaml/v3 reads what is no JSON: %v in\n%s", err, a.Data)
	}
	var recent any
	if err := json.Unmarshal(text, &recent); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(old, recent); diff != "" {
		t.Errorf("the readers differ (-sigs.k8s.io/yaml +yaml/v3)\n%s\n%s", diff, a.Data)
	}
}

// writtenHash is the hash of ours that an artifact carries.
func writtenHash(t testing.TB, a emit.Artifact) string {
	t.Helper()
	switch a.Schema {
	case "webhook-file":
		line, _, _ := strings.Cut(string(a.Data), "\n")
		return strings.TrimPrefix(line, "# "+crd.HashAnnotation+": ")
	case "mcpwebhookconfig":
		return readManifest(t, a).Metadata.Annotations[crd.HashAnnotation]
	}
	var written struct {
		Hash string `json:"config_hash"`
	}
	if err := json.Unmarshal(a.Data, &written); err != nil {
		t.Fatal(err)
	}
	return written.Hash
}

func readManifest(t testing.TB, a emit.Artifact) (object v1alpha1.MCPWebhookConfig) {
	t.Helper()
	if err := kyaml.UnmarshalStrict(a.Data, &object); err != nil {
		t.Fatalf("%v in\n%s", err, a.Data)
	}
	return object
}

// checkLift wants a manifest, read as kubectl reads it, to mean its unit, and
// ToolHive's hash to be that of what was read.
func checkLift(t testing.TB, a emit.Artifact, u bind.Unit, hash compiler.UnitHash) {
	t.Helper()
	object := readManifest(t, a)
	lifted, err := crd.Lift(object)
	if err != nil {
		t.Fatalf("%v in\n%s", err, a.Data)
	}
	if diff := cmp.Diff(liftable(u.Unit), lifted, equateEmpty); diff != "" {
		t.Errorf("the manifest means something else (-unit +lifted)\n%s\n%s", diff, a.Data)
	}
	annotated := object.Metadata.Annotations[crd.ToolHiveHashAnnotation]
	if got := toolhive.ConfigHash(object.Spec); got != annotated {
		t.Errorf("ToolHive's hash of the manifest is %s, annotated %q", got, annotated)
	}
	if hash.ToolHive != "" && hash.ToolHive != annotated {
		t.Errorf("ToolHive's hash is reported as %s, annotated %q", hash.ToolHive, annotated)
	}
}

// lastApplied is the annotation that kubectl keeps for itself.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// liftable is what of a unit a manifest carries.
func liftable(u ir.Unit) ir.Unit {
	u.Content = keyForm(u.Content)
	u.Metadata.Annotations = maps.Clone(u.Metadata.Annotations)
	for _, key := range []string{crd.HashAnnotation, crd.ToolHiveHashAnnotation, lastApplied} {
		delete(u.Metadata.Annotations, key)
	}
	return u
}

// keyForm drops the local spelling of references that have a Secret.
func keyForm(c ir.Content) ir.Content {
	return withReferences(c, func(r ir.Reference) ir.Reference {
		if r.Secret == nil {
			return r
		}
		return ir.Reference{Secret: r.Secret}
	})
}

// localForm drops the Secret of references that have a local spelling.
func localForm(c ir.Content) ir.Content {
	return withReferences(c, func(r ir.Reference) ir.Reference {
		return ir.Reference{Name: r.Name, Path: r.Path}
	})
}

// withReferences copies a content with each reference changed.
func withReferences(c ir.Content, change func(ir.Reference) ir.Reference) ir.Content {
	reference := func(r *ir.Reference) *ir.Reference {
		if r == nil {
			return nil
		}
		changed := change(*r)
		return &changed
	}
	list := func(webhooks []ir.Webhook) []ir.Webhook {
		webhooks = slices.Clone(webhooks)
		for i, w := range webhooks {
			webhooks[i].HMAC = reference(w.HMAC)
			if w.TLS != nil {
				tls := *w.TLS
				tls.CA, tls.ClientCert, tls.ClientKey = reference(tls.CA), reference(tls.ClientCert), reference(tls.ClientKey)
				webhooks[i].TLS = &tls
			}
		}
		return webhooks
	}
	return ir.Content{Validating: list(c.Validating), Mutating: list(c.Mutating)}
}

// checkRoundTrip wants the manifest of the form, compiled again, to give the same
// bytes and hashes.
func checkRoundTrip(t testing.TB, files []syntax.File, o compiler.Options, result compiler.Result, units []bind.Unit) {
	t.Helper()
	source := o
	source.Emit, source.Base = compiler.EmitManifest, nil
	manifests, err := compiler.Compile(files, source)
	if err != nil || len(manifests.Artifacts) == 0 {
		t.Fatalf("there is no manifest of what has a %s: %v, %v", o.Emit, err, manifests.Diagnostics)
	}
	again := o
	again.Bind.Merge, again.Check.Rules.Merge, again.Check.Rules.AllowOverride = false, false, false
	again.Bind.Bindings = append(slices.Clone(o.Bind.Bindings), usedBindings(units)...)
	var inputs []syntax.File
	if o.Bind.Form == bind.CRD {
		inputs = []syntax.File{{Name: "joined.yaml", Format: syntax.YAML, Data: joinArtifacts(manifests.Artifacts), Named: true}}
	} else {
		for _, a := range manifests.Artifacts {
			inputs = append(inputs, syntax.File{Name: a.File, Format: syntax.YAML, Data: a.Data, Named: true})
		}
	}
	second, err := compiler.Compile(inputs, again)
	if err != nil || second.Diagnostics.Has(diag.Error) {
		t.Fatalf("what we wrote does not compile: %v, %v in\n%s", err, second.Diagnostics, joinArtifacts(manifests.Artifacts))
	}
	if diff := cmp.Diff(texts(result), texts(second)); diff != "" {
		t.Errorf("form %s, emit %s: what we wrote compiles to something else (-first +second)\n%s", o.Bind.Form, o.Emit, diff)
	}
}

// texts are what a round trip keeps: the bytes of the artifacts and our hashes.
// What passes through is written only in manifests.
func texts(result compiler.Result) []string {
	var out []string
	for _, a := range result.Artifacts {
		out = append(out, string(a.Data))
	}
	for _, h := range result.Hashes {
		out = append(out, h.Hash)
	}
	return out
}

// usedBindings are the pairs that a compile used: those of --secrets-dir are in
// no project file.
func usedBindings(units []bind.Unit) []model.Binding {
	var used []model.Binding
	add := func(r *ir.Reference) {
		if r != nil && r.Secret != nil && r.Name+r.Path != "" {
			used = append(used, model.Binding{Secret: model.SecretKey(*r.Secret), Name: r.Name, File: r.Path})
		}
	}
	for _, u := range units {
		for _, w := range slices.Concat(u.Content.Validating, u.Content.Mutating) {
			add(w.HMAC)
			if w.TLS != nil {
				add(w.TLS.CA)
				add(w.TLS.ClientCert)
				add(w.TLS.ClientKey)
			}
		}
	}
	return used
}

// checkReading wants the units to mean what the consumer of their source reads
// there: ToolHive's command line with yaml/v3 or encoding/json, kubectl with
// sigs.k8s.io/yaml.
func checkReading(t testing.TB, files []syntax.File, o compiler.Options) {
	t.Helper()
	for _, u := range boundUnits(t, files, o) {
		f := u.Source.Source
		if o.Bind.Merge || len(documentMarker.FindAll(f.Data, 2)) > 0 || u.Source.End == 0 {
			continue // not one document by itself
		}
		got := ir.Unit{Content: localForm(u.Content)}
		read := readAsToolHive
		if u.Source.Kind != model.WebhookFile {
			got, read = liftable(u.Unit), readAsKubectl
		}
		want, err := read(bytes.TrimPrefix(f.Data, []byte("\ufeff")), u.Source.Format)
		if err != nil {
			t.Errorf("the consumer cannot read what compiles: %v in\n%s", err, f.Data)
		} else if diff := cmp.Diff(want, got, equateEmpty); diff != "" {
			t.Errorf("the consumer reads something else (-consumer +unit)\n%s\n%s", diff, f.Data)
		}
	}
}

func readAsKubectl(data []byte, format syntax.Format) (ir.Unit, error) {
	var object v1alpha1.MCPWebhookConfig
	decode := json.Unmarshal
	if format == syntax.YAML {
		decode = func(data []byte, object any) error { return kyaml.Unmarshal(data, object) }
	}
	if err := decode(data, &object); err != nil {
		return ir.Unit{}, err
	}
	delete(object.Metadata.Annotations, lastApplied)
	return crd.Lift(object)
}

// The types of ToolHive's loader, as far as they matter here.
type (
	loadedFile struct {
		Validating, Mutating []loadedWebhook
	}
	loadedWebhook struct {
		Name          string          `yaml:"name" json:"name"`
		URL           string          `yaml:"url" json:"url"`
		Timeout       *loadedDuration `yaml:"timeout" json:"timeout"`
		FailurePolicy string          `yaml:"failure_policy" json:"failure_policy"`
		TLS           *loadedTLS      `yaml:"tls_config" json:"tls_config"`
		HMAC          string          `yaml:"hmac_secret_ref" json:"hmac_secret_ref"`
	}
	loadedTLS struct {
		CA       string `yaml:"ca_bundle_path" json:"ca_bundle_path"`
		Cert     string `yaml:"client_cert_path" json:"client_cert_path"`
		Key      string `yaml:"client_key_path" json:"client_key_path"`
		Insecure bool   `yaml:"insecure_skip_verify" json:"insecure_skip_verify"`
	}
	loadedDuration time.Duration
)

func (d *loadedDuration) UnmarshalYAML(n *yaml.Node) error {
	var parsed time.Duration // of a plain whole number the reader makes none
	err := n.Decode(&parsed)
	*d = loadedDuration(parsed)
	return err
}

func (d *loadedDuration) UnmarshalJSON(text []byte) error {
	var parsed runconfig.Duration
	err := parsed.UnmarshalJSON(text)
	*d = loadedDuration(parsed)
	return err
}

func readAsToolHive(data []byte, format syntax.Format) (ir.Unit, error) {
	var file loadedFile
	var err error
	if format == syntax.JSON {
		err = json.Unmarshal(data, &file)
	} else {
		err = yaml.Unmarshal(data, &file)
	}
	return ir.Unit{Content: ir.Content{Validating: loaded(file.Validating), Mutating: loaded(file.Mutating)}}, err
}

func loaded(webhooks []loadedWebhook) []ir.Webhook {
	var out []ir.Webhook
	for _, w := range webhooks {
		timeout := 10 * time.Second
		if w.Timeout != nil {
			timeout = time.Duration(*w.Timeout)
		}
		into := ir.Webhook{Name: w.Name, URL: w.URL, Timeout: timeout.String(), FailurePolicy: w.FailurePolicy}
		if w.TLS != nil && *w.TLS != (loadedTLS{}) {
			into.TLS = &ir.TLS{CA: loadedPath(w.TLS.CA), ClientCert: loadedPath(w.TLS.Cert), ClientKey: loadedPath(w.TLS.Key), InsecureSkipVerify: w.TLS.Insecure}
		}
		if strings.HasPrefix(w.HMAC, "/") {
			into.HMAC = loadedPath(w.HMAC)
		} else if w.HMAC != "" {
			name, _, _ := strings.Cut(w.HMAC, ",target=")
			into.HMAC = &ir.Reference{Name: name}
		}
		out = append(out, into)
	}
	return out
}

func loadedPath(path string) *ir.Reference {
	if path == "" {
		return nil
	}
	return &ir.Reference{Path: path}
}

// checkLint wants our RunConfigs to pass our own lint.
func checkLint(t testing.TB, artifacts []emit.Artifact) {
	t.Helper()
	for _, a := range artifacts {
		result, err := compiler.Lint([]syntax.File{{Name: a.File, Format: syntax.JSON, Data: a.Data, Named: true}}, compiler.Options{})
		if err != nil || result.Diagnostics.Has(diag.Error) {
			t.Errorf("lint refuses what we wrote: %v, %v in\n%s", err, result.Diagnostics, a.Data)
		}
	}
}

// hook is one webhook of a random configuration, in no spelling.
type hook struct {
	name, url string
	timeout   time.Duration
	ignore    bool
	insecure  bool
	// The references are numbers of pairs; 0 is none.
	ca, cert, key, hmac int
}

// program is a random configuration. The lists are validating and mutating.
type program [2][]hook

func randomProgram(r *rand.Rand) program {
	var p program
	for len(p[0])+len(p[1]) == 0 {
		for i := range p {
			p[i] = nil
			for j := range r.IntN(4) {
				p[i] = append(p[i], randomHook(r, j))
			}
		}
	}
	return p
}

func randomHook(r *rand.Rand, i int) hook {
	h := hook{
		name:    fmt.Sprintf("%s%d", []string{"a", "yes", "N", "010", "1e3", "policy.check_x-", "null"}[r.IntN(7)], i),
		url:     "https://" + []string{"a.example", "[::1]:8443", "EXAMPLE.com:443"}[r.IntN(3)] + []string{"", "/", "/v?a=1&b=<c>", "/ü/😀", "/'q\"\\", "/a:b,c"}[r.IntN(6)],
		timeout: []time.Duration{10 * time.Second, time.Second, 30 * time.Second, 1500 * time.Millisecond, 2*time.Second + 1}[r.IntN(5)],
		ignore:  r.IntN(2) == 0, insecure: r.IntN(4) == 0,
	}
	if r.IntN(2) == 0 {
		h.ca = 1 + r.IntN(9)
	}
	if r.IntN(3) == 0 {
		h.cert, h.key = 1+r.IntN(9), 1+r.IntN(9)
	}
	if r.IntN(2) == 0 {
		h.hmac = 1 + r.IntN(9)
	}
	return h
}

// pairs binds each number to a key of a Secret, a name for HMAC and a path for
// TLS.
func pairs() []model.Binding {
	var bindings []model.Binding
	for i := 1; i <= 99; i++ {
		key := model.SecretKey{Name: fmt.Sprintf("secret-%d", i), Key: fmt.Sprintf("key_%d", i)}
		bindings = append(bindings, model.Binding{Secret: key, Name: fmt.Sprintf("NAME_%d", i)}, model.Binding{Secret: key, File: fmt.Sprintf("/pki/%d.pem", i)})
	}
	return bindings
}

// value is what a document is made of: a string, a bool, an int64, nil, a list
// or a mapping.
type (
	list    []any
	mapping []field
	field   struct {
		key   string
		value any
	}
	// verbatim is a string that is written without escapes.
	verbatim string
)

// speller writes a program in one of its spellings.
type speller struct {
	r           *rand.Rand
	crd, inJSON bool
}

func (s speller) flip() bool { return s.r.IntN(2) == 0 }

// document is the program as a document, with its keys in any order.
func (s speller) document(p program) mapping {
	lists := mapping{}
	for i, name := range []string{"validating", "mutating"} {
		var webhooks list
		for _, h := range p[i] {
			webhooks = append(webhooks, s.webhook(h))
		}
		switch {
		case webhooks != nil:
			lists = append(lists, field{name, webhooks})
		case s.flip():
			lists = append(lists, field{name, []any{nil, list{}}[s.r.IntN(2)]})
		}
	}
	if !s.crd {
		if !s.inJSON && s.flip() {
			lists = append(lists, field{"x-anything", mapping{{"a", list{"b", nil}}}})
		}
		return s.shuffled(lists)
	}
	metadata := mapping{{"name", fmt.Sprintf("name-%d", s.r.IntN(100))}}
	if s.flip() {
		metadata = append(metadata, field{"namespace", "ns"}, field{"labels", mapping{{"a", "yes"}, {"b", "010"}}}, field{"generation", int64(7)})
	}
	document := mapping{{"apiVersion", verbatim("toolhive.stacklok.dev/v1alpha1")}, {"kind", verbatim("MCPWebhookConfig")}, {"metadata", s.shuffled(metadata)}, {"spec", s.shuffled(lists)}}
	if s.flip() {
		document = append(document, field{"status", mapping{{"configHash", "stale"}}})
	}
	return s.shuffled(document)
}

func (s speller) shuffled(m mapping) mapping {
	s.r.Shuffle(len(m), func(i, j int) { m[i], m[j] = m[j], m[i] })
	return m
}

func (s speller) key(file, crd string) string {
	if s.crd {
		return crd
	}
	return file
}

func (s speller) webhook(h hook) mapping {
	m := mapping{{"name", h.name}, {"url", h.url}}
	if h.timeout != 10*time.Second || s.flip() {
		m = append(m, field{"timeout", s.duration(h.timeout)})
	} else if s.flip() {
		m = append(m, field{"timeout", nil})
	}
	policy := s.key("failure_policy", "failurePolicy")
	switch {
	case h.ignore:
		m = append(m, field{policy, "ignore"})
	case !s.crd || s.flip():
		m = append(m, field{policy, "fail"})
	case s.flip():
		m = append(m, field{policy, nil})
	}
	if h.hmac > 0 {
		m = append(m, field{s.key("hmac_secret_ref", "hmacSecretRef"), s.reference(h.hmac, false)})
	} else if s.flip() {
		m = append(m, field{s.key("hmac_secret_ref", "hmacSecretRef"), nil})
	}
	if tls := s.tls(h); len(tls) > 0 || s.flip() {
		m = append(m, field{s.key("tls_config", "tlsConfig"), tls})
	}
	return s.shuffled(m)
}

func (s speller) tls(h hook) mapping {
	m := mapping{}
	for _, f := range []struct {
		number    int
		file, crd string
	}{{h.ca, "ca_bundle_path", "caSecretRef"}, {h.cert, "client_cert_path", "clientCertSecretRef"}, {h.key, "client_key_path", "clientKeySecretRef"}} {
		if f.number > 0 {
			m = append(m, field{s.key(f.file, f.crd), s.reference(f.number, true)})
		} else if s.r.IntN(4) == 0 {
			m = append(m, field{s.key(f.file, f.crd), nil})
		}
	}
	if h.insecure || s.flip() {
		m = append(m, field{s.key("insecure_skip_verify", "insecureSkipVerify"), h.insecure})
	}
	return s.shuffled(m)
}

func (s speller) reference(number int, file bool) any {
	switch {
	case s.crd:
		return s.shuffled(mapping{{"name", fmt.Sprintf("secret-%d", number)}, {"key", fmt.Sprintf("key_%d", number)}})
	case file || s.flip():
		return fmt.Sprintf("/pki/%d.pem", number)
	}
	return fmt.Sprintf("NAME_%d", number) + []string{"", ",target=VAR"}[s.r.IntN(2)]
}

// duration spells a duration in one of the ways that Go reads.
func (s speller) duration(d time.Duration) any {
	spellings := []any{d.String(), fmt.Sprintf("%dns", d), fmt.Sprintf("+%s", d), fmt.Sprintf("0h0m%s", d), fmt.Sprintf("00%s", d)}
	if d%time.Millisecond == 0 {
		spellings = append(spellings, fmt.Sprintf("%dms", d.Milliseconds()), fmt.Sprintf("%d.0ms", d.Milliseconds()), fmt.Sprintf("%dµs", d.Microseconds()))
	}
	spellings = append(spellings, fmt.Sprintf("1s%dns", d-time.Second), fmt.Sprintf("%d.%09ds", d/time.Second, d%time.Second))
	if s.inJSON && !s.crd {
		spellings = append(spellings, int64(d))
	}
	return spellings[s.r.IntN(len(spellings))]
}

// text writes a document.
func (s speller) text(m mapping) []byte {
	var out bytes.Buffer
	if s.inJSON {
		s.writeJSON(&out, m)
		return out.Bytes()
	}
	if s.flip() {
		out.WriteString("# a comment\n---\n")
	}
	s.writeYAML(&out, m, 0)
	return out.Bytes()
}

// space is insignificant; in YAML it stays on one line, behind which the
// indentation would matter.
func (s speller) space(out *bytes.Buffer) {
	if !s.inJSON {
		out.WriteString([]string{"", " "}[s.r.IntN(2)])
		return
	}
	out.WriteString([]string{"", "", " ", "\n", "\t", " \r\n "}[s.r.IntN(6)])
}

func (s speller) writeJSON(out *bytes.Buffer, value any) {
	s.space(out)
	switch v := value.(type) {
	case mapping:
		out.WriteByte('{')
		for i, f := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			s.space(out)
			out.WriteString(s.jsonString(f.key) + ": ")
			s.writeJSON(out, f.value)
		}
		out.WriteByte('}')
	case list:
		out.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			s.writeJSON(out, item)
		}
		out.WriteByte(']')
	case string:
		out.WriteString(s.jsonString(v))
	default:
		text, _ := json.Marshal(v)
		out.Write(text)
	}
	s.space(out)
}

// jsonString writes some characters as escapes.
func (s speller) jsonString(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range text {
		switch {
		case r < 0x80 && s.r.IntN(8) == 0:
			fmt.Fprintf(&out, `\u%04x`, r)
		case r == '"' || r == '\\':
			out.WriteString(`\` + string(r))
		case r == '/' && s.inJSON && s.flip(): // go.yaml.in/yaml/v3 does not know it
			out.WriteString(`\/`)
		default:
			out.WriteRune(r)
		}
	}
	return out.String() + `"`
}

// writeYAML writes a value behind its key or dash, in block or flow style, with
// comments and blank lines between entries.
func (s speller) writeYAML(out *bytes.Buffer, value any, indent int) {
	switch v := value.(type) {
	case mapping:
		if len(v) == 0 || s.r.IntN(5) == 0 && indent > 0 {
			s.writeJSON(out, v)
			out.WriteString("\n")
			return
		}
		out.WriteString("\n")
		for _, f := range v {
			s.comment(out)
			out.WriteString(strings.Repeat(" ", indent) + s.yamlKey(f.key) + ": ")
			s.writeYAML(out, f.value, indent+2)
		}
	case list:
		if len(v) == 0 {
			out.WriteString("[ ]\n")
			return
		}
		out.WriteString("\n")
		for _, item := range v {
			s.comment(out)
			out.WriteString(strings.Repeat(" ", indent) + "- ")
			s.writeYAML(out, item, indent+2)
		}
	case string:
		out.WriteString(s.yamlString(v, indent) + "\n")
	case verbatim:
		out.WriteString(s.yamlKey(string(v)) + "\n")
	case nil:
		out.WriteString([]string{"", "~", "null", "Null"}[s.r.IntN(4)] + "\n")
	default:
		fmt.Fprintln(out, v)
	}
}

func (s speller) comment(out *bytes.Buffer) {
	out.WriteString([]string{"", "", "\n", "# a comment: {\n", "#\n"}[s.r.IntN(5)])
}

func (s speller) yamlKey(key string) string {
	return []string{key, `"` + key + `"`, "'" + key + "'"}[s.r.IntN(3)]
}

// yamlString leaves only what no reader can mistake without quotes.
func (s speller) yamlString(text string, indent int) string {
	switch s.r.IntN(5) {
	case 0:
		return s.jsonString(text)
	case 1:
		return ">-" + []string{"", " # folded"}[s.r.IntN(2)] + "\n" + strings.Repeat(" ", indent+1) + text
	case 2:
		if strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "/") {
			return text + " # plain"
		}
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// hashOf is the hash of one text for a form. It stops short of the artifacts,
// which cost most of a compile; [checkArtifacts] wants theirs to be the same.
func hashOf(t *testing.T, text []byte, inJSON bool, form bind.Form, bindings []model.Binding) string {
	t.Helper()
	f := syntax.File{Name: "input.yaml", Format: syntax.YAML, Data: text, Named: true}
	if inJSON {
		f.Name, f.Format = "input.json", syntax.JSON
	}
	units := boundUnits(t, []syntax.File{f}, compiler.Options{Bind: bind.Options{Form: form, Bindings: bindings}})
	if len(units) != 1 {
		t.Fatalf("%d units in\n%s", len(units), text)
	}
	hash, err := units[0].Content.Hash()
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// The hash does not depend on how a configuration is written.
func TestHashIgnoresSpelling(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 0))
		p := randomProgram(r)
		first, firstText := "", []byte(nil)
		for range 6 {
			for i := range 4 {
				s := speller{r, i&1 != 0, i&2 != 0}
				text := s.text(s.document(p))
				for _, form := range []bind.Form{bind.CLI, bind.CRD} {
					hash := hashOf(t, text, s.inJSON, form, pairs())
					if first == "" {
						first, firstText = hash, text
					}
					if hash != first {
						t.Fatalf("seed %d, form %s: the hashes differ of\n%s\nand\n%s", seed, form, firstText, text)
					}
				}
			}
		}
	}
}

// The scan that skips foreign objects unparsed must not take an escape for text.
func TestHashIgnoresEscapesInTheKind(t *testing.T) {
	const plain = "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\nmetadata: {name: a}\nspec: {validating: [{name: a, url: \"https://a.example\"}]}\n"
	want := hashOf(t, []byte(plain), false, bind.CRD, nil)
	for plainText, escaped := range map[string]string{
		"toolhive.stacklok.dev/v1alpha1": `"toolhive.stacklok.dev\u002fv1alpha1"`,
		"MCPWebhookConfig":               `"\x4dCPWebhookConfig"`,
	} {
		if got := hashOf(t, []byte(strings.Replace(plain, plainText, escaped, 1)), false, bind.CRD, nil); got != want {
			t.Errorf("%s: got %s, want %s", escaped, got, want)
		}
	}
}

// Nor must it take the lines of a text in quotes for keys: what follows them would
// pass unseen.
func TestHashIgnoresQuotedKinds(t *testing.T) {
	const file = "validating: [{name: a, url: https://a.example, failure_policy: fail}]\n"
	const note = "x-note: \"text\napiVersion: v1\nkind: ConfigMap\n\"\n"
	want := hashOf(t, []byte(file), false, bind.CRD, nil)
	if got := hashOf(t, []byte(note+file), false, bind.CRD, nil); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// changes are all programs that differ from one in a single thing.
func changes(p program) map[string]program {
	out := map[string]program{}
	for i := range p {
		for j := range p[i] {
			for name, change := range hookChanges {
				changed := p.clone()
				change(&changed[i][j])
				out[fmt.Sprintf("%d[%d] %s", i, j, name)] = changed
			}
			changed := p.clone()
			changed[1-i] = append(changed[1-i], hookNamed(changed[i][j], "moved"))
			changed[i] = slices.Delete(changed[i], j, j+1)
			out[fmt.Sprintf("%d[%d] moved to the other list", i, j)] = changed
			if j > 0 {
				changed := p.clone()
				changed[i][j-1], changed[i][j] = changed[i][j], changed[i][j-1]
				out[fmt.Sprintf("%d[%d] moved forward", i, j)] = changed
			}
			if len(p[0])+len(p[1]) > 1 {
				changed := p.clone()
				changed[i] = slices.Delete(changed[i], j, j+1)
				out[fmt.Sprintf("%d[%d] dropped", i, j)] = changed
			}
		}
		changed := p.clone()
		changed[i] = append(changed[i], hook{name: "added", url: "https://added.example", timeout: 10 * time.Second})
		out[fmt.Sprintf("%d with one more", i)] = changed
	}
	return out
}

func hookNamed(h hook, name string) hook {
	h.name = name
	return h
}

func (p program) clone() program { return program{slices.Clone(p[0]), slices.Clone(p[1])} }

var hookChanges = map[string]func(*hook){
	"name":        func(h *hook) { h.name += "x" },
	"name's case": func(h *hook) { h.name = "Z" + h.name },
	"url":         func(h *hook) { h.url += "/x" },
	"url's case":  func(h *hook) { h.url = "HTTPS" + strings.TrimPrefix(h.url, "https") },
	"timeout":     func(h *hook) { h.timeout = 15*time.Second + h.timeout/2 },
	"timeout, 1ns": func(h *hook) {
		if h.timeout++; h.timeout > 30*time.Second {
			h.timeout -= 2
		}
	},
	"policy":   func(h *hook) { h.ignore = !h.ignore },
	"insecure": func(h *hook) { h.insecure = !h.insecure },
	"ca":       func(h *hook) { h.ca += 10 },
	"cert": func(h *hook) {
		h.cert += 10
		h.key = max(h.key, 50)
	},
	"key": func(h *hook) {
		h.key += 20
		h.cert = max(h.cert, 60)
	},
	"hmac": func(h *hook) { h.hmac += 10 },
}

// Where readers of YAML differ, what compiles means what the consumer of its
// source reads.
func TestMeaningIsTheConsumers(t *testing.T) {
	const file = "validating:\n- {name: a, url: https://a.example, failure_policy: fail, "
	const object = "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPWebhookConfig\n"
	const spec = "spec: {validating: [{name: a, url: https://a.example}]}\nmetadata: {name: a, "
	for name, text := range map[string]string{
		"a null that is none":                file + "hmac_secret_ref: !!null KEY}",
		"a timeout tagged null":              file + "timeout: !!null 5s}",
		"a boolean that is none":             file + "tls_config: {insecure_skip_verify: !!bool 1}}",
		"a boolean of YAML 1.1, tagged":      file + "tls_config: {insecure_skip_verify: !!bool yes}}",
		"a boolean of YAML 1.1 in quotes":    file + "tls_config: {insecure_skip_verify: 'yes'}}",
		"a string tagged so":                 file + "hmac_secret_ref: !!str 5}",
		"a date that is none":                file + "hmac_secret_ref: !!timestamp KEY}",
		"a merge sign for a name":            file + "hmac_secret_ref: <<}",
		"a merge key behind":                 "x-a: &a {timeout: 5s}\n" + file + "timeout: 3s, <<: *a}",
		"a merge key behind, in Kubernetes":  object + "metadata: {name: a}\nspec:\n  validating:\n  - &b {name: b, url: https://b.example, failurePolicy: ignore}\n  - {url: https://a.example, failurePolicy: fail, <<: *b, name: a}",
		"a merge key before, in Kubernetes":  object + "metadata: {name: a}\nspec:\n  validating:\n  - &b {name: b, url: https://b.example, failurePolicy: ignore}\n  - {<<: *b, name: a, failurePolicy: fail}",
		"a list of merge keys in Kubernetes": object + "metadata: {name: a}\nspec:\n  validating:\n  - &b {name: b, url: https://b.example}\n  - {<<: [{failurePolicy: ignore}, *b], name: a}",
		"keys of YAML 1.1":                   object + spec + "labels: {yes: a, off: b}}",
		"keys that are numbers":              object + spec + "labels: {010: a, 1e3: b, 1.50: c}}",
		"a key that is null":                 object + spec + "labels: {~: a}}",
		"a key that is a list":               object + spec + "labels: {[a]: a}}",
		"a boolean tagged, in Kubernetes":    object + "metadata: {name: a}\nspec: {validating: [{name: a, url: https://a.example, tlsConfig: {insecureSkipVerify: !!bool yes}}]}",
		"a policy tagged null":               object + "metadata: {name: a}\nspec: {validating: [{name: a, url: https://a.example, failurePolicy: !!null ignore}]}",
		"base 60 and dates":                  object + spec + "annotations: {a: 1:30, b: 2026-11-21, c: 2026-11-21T10:00:00Z, d: =, e: <<}}",
	} {
		t.Run(name, func(t *testing.T) {
			files := []syntax.File{{Name: "input.yaml", Format: syntax.YAML, Data: []byte(text), Named: true}}
			o := compiler.Options{Emit: compiler.EmitManifest, Bind: bind.Options{Form: bind.CLI, SecretsDir: "/secrets"}}
			if result := compileTwice(t, files, o); !result.Diagnostics.Has(diag.Error) {
				checkReading(t, files, o)
			}
		})
	}
}

// The hash sees every single change of meaning, in whatever way it is written,
// and no two of them have one hash.
func TestHashSeesEveryChange(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := randomProgram(r)
		all := changes(p)
		all["unchanged"] = p
		seen := map[string]string{}
		for name, changed := range all {
			i := r.IntN(4)
			s := speller{r, i&1 != 0, i&2 != 0}
			text := s.text(s.document(changed))
			hash := hashOf(t, text, s.inJSON, []bind.Form{bind.CLI, bind.CRD}[r.IntN(2)], pairs())
			if other, known := seen[hash]; known && !cmp.Equal(all[other], changed, cmp.AllowUnexported(hook{}), equateEmpty) {
				t.Errorf("seed %d: %q and %q have one hash\n%s", seed, name, other, text)
			}
			seen[hash] = name
		}
	}
}

// Adding a binding changes the hash of a name and of a path; to a reference that
// is bound already another pair adds nothing.
func TestHashSeesBindings(t *testing.T) {
	const head = "validating:\n- {name: a, url: https://a.example, failure_policy: fail, "
	key := func(i int) model.SecretKey { return model.SecretKey{Name: "s" + strconv.Itoa(i), Key: "k"} }
	tests := map[string]struct {
		text     string
		bindings []model.Binding
	}{
		"name":      {head + "hmac_secret_ref: HMAC}", []model.Binding{{Secret: key(1), Name: "HMAC"}, {Secret: key(2), Name: "HMAC"}}},
		"path":      {head + "hmac_secret_ref: /hmac}", []model.Binding{{Secret: key(1), File: "/hmac"}, {Secret: key(2), File: "/hmac"}}},
		"CA's path": {head + "tls_config: {ca_bundle_path: /ca}}", []model.Binding{{Secret: key(1), File: "/ca"}, {Secret: key(2), File: "/ca"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			hash := func(bindings ...model.Binding) string { return hashOf(t, []byte(test.text), false, bind.CLI, bindings) }
			unbound, first, second := hash(), hash(test.bindings[0]), hash(test.bindings[1])
			if unbound == first || unbound == second || first == second {
				t.Errorf("unbound %s, bound %s, bound to another %s", unbound, first, second)
			}
			if both := hash(test.bindings...); both != first {
				t.Errorf("with two bindings %s, the first alone gives %s", both, first)
			}
			if other := hash(model.Binding{Secret: key(3), Name: "OTHER"}, model.Binding{Secret: key(4), File: "/other"}); other != unbound {
				t.Errorf("a binding of something else changes the hash")
			}
		})
	}
}

// Random programs in random spellings keep everything that is true of each
// compile.
func TestRandomProgramsRoundTrip(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 2))
		s := speller{r, seed&1 != 0, seed&2 != 0}
		f := syntax.File{Name: "input.yaml", Format: syntax.YAML, Data: s.text(s.document(randomProgram(r))), Named: true}
		if s.inJSON {
			f.Name, f.Format = "input.json", syntax.JSON
		}
		for _, target := range compiler.Targets {
			o := compiler.Options{Emit: target.Emit, Bind: bind.Options{Form: target.Form, Bindings: pairs()}}
			result := compileTwice(t, []syntax.File{f}, o)
			if result.Diagnostics.Has(diag.Error) {
				t.Fatalf("seed %d: %v in\n%s", seed, result.Diagnostics, f.Data)
			}
			checkArtifacts(t, []syntax.File{f}, o, result)
			if t.Failed() {
				t.Fatalf("seed %d, form %s, emit %s:\n%s", seed, target.Form, target.Emit, f.Data)
			}
		}
	}
}
