package ir_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/schema"
)

func secret(name, key string) *ir.Reference {
	return &ir.Reference{Secret: &ir.SecretKey{Name: name, Key: key}}
}

// full has a value in every field, and a reference of each kind.
func full() ir.Content {
	return ir.Content{
		Validating: []ir.Webhook{
			{
				Name: "policy-check", URL: "https://policy.example/validate?a=1&b=<2>", Timeout: "5s", FailurePolicy: "fail",
				TLS:  &ir.TLS{CA: secret("webhook-ca", "ca.crt"), ClientCert: &ir.Reference{Path: "/pki/tls.crt"}, ClientKey: &ir.Reference{Path: "/pki/tls.key"}},
				HMAC: secret("webhook-secrets", "policy-hmac"),
			},
			{Name: "plain", URL: "https://plain.example/", Timeout: "10s", FailurePolicy: "fail", HMAC: &ir.Reference{Name: "POLICY_HMAC"}},
		},
		Mutating: []ir.Webhook{
			{
				Name: "enricher", URL: "https://enricher.example/é", Timeout: "1.5s", FailurePolicy: "ignore",
				TLS: &ir.TLS{InsecureSkipVerify: true}, HMAC: &ir.Reference{Path: "/run/secrets/hmac"},
			},
		},
	}
}

func mustHash(t *testing.T, c ir.Content) string {
	t.Helper()
	hash, err := c.Hash()
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func mustCanonical(t *testing.T, c ir.Content) []byte {
	t.Helper()
	canonical, err := c.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return canonical
}

// The bytes and the hash are published: live objects carry them. They change
// only with the version in the prefix.
func TestKnownAnswer(t *testing.T) {
	const canonical = `{"mutating":[` +
		`{"failurePolicy":"ignore","hmac":{"path":"/run/secrets/hmac"},"name":"enricher","timeout":"1.5s","tls":{"insecureSkipVerify":true},"url":"https://enricher.example/é"}` +
		`],"validating":[` +
		`{"failurePolicy":"fail","hmac":{"key":{"key":"policy-hmac","name":"webhook-secrets"}},"name":"policy-check","timeout":"5s",` +
		`"tls":{"ca":{"key":{"key":"ca.crt","name":"webhook-ca"}},"clientCert":{"path":"/pki/tls.crt"},"clientKey":{"path":"/pki/tls.key"},"insecureSkipVerify":false},` +
		`"url":"https://policy.example/validate?a=1&b=<2>"},` +
		`{"failurePolicy":"fail","hmac":{"name":"POLICY_HMAC"},"name":"plain","timeout":"10s","url":"https://plain.example/"}` +
		`]}`
	const hash = "sha256:7d989c5e21b1b5a2cd64897e4723b1a35b669ebfd0111fd027cf8cb6fdb57ade"
	if diff := cmp.Diff(canonical, string(mustCanonical(t, full()))); diff != "" {
		t.Errorf("canonical bytes (-want +got)\n%s", diff)
	}
	if got := mustHash(t, full()); got != hash {
		t.Errorf("hash: got %s, want %s", got, hash)
	}
	if got := independent([]byte(canonical)); got != hash {
		t.Errorf("the hash of the bytes above is %s, want %s", got, hash)
	}
}

// independent hashes canonical bytes as the specification says.
func independent(canonical []byte) string {
	h := sha256.New()
	h.Write([]byte("thvctl/ir/v1\n"))
	h.Write(canonical)
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

func TestEmptyListsAreAbsentLists(t *testing.T) {
	const canonical = `{"mutating":[],"validating":[]}`
	for _, c := range []ir.Content{{}, {Validating: []ir.Webhook{}, Mutating: []ir.Webhook{}}, {Mutating: []ir.Webhook{}}} {
		if got := string(mustCanonical(t, c)); got != canonical {
			t.Errorf("got %s, want %s", got, canonical)
		}
	}
}

// The hash of random contents is that of their canonical bytes, these are a fixed
// point of an independent reading, and they keep the published schema.
func TestCanonical(t *testing.T) {
	published := unitSchema(t)
	for seed := range uint64(500) {
		c := randomContent(rand.New(rand.NewPCG(seed, 0)))
		canonical := mustCanonical(t, c)
		if got, want := mustHash(t, c), independent(canonical); got != want {
			t.Errorf("seed %d: got %s, want %s", seed, got, want)
		}
		value := decode(t, canonical)
		if err := published.Validate(value); err != nil {
			t.Errorf("seed %d: %v in\n%s", seed, err, canonical)
		}
		if again := sorted(t, value); !bytes.Equal(again, canonical) {
			t.Errorf("seed %d: not canonical (-want +got)\n%s", seed, cmp.Diff(string(again), string(canonical)))
		}
		if again := mustCanonical(t, clone(c)); !bytes.Equal(again, canonical) {
			t.Errorf("seed %d: an equal content has other bytes", seed)
		}
	}
}

func unitSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := schema.JSONSchema("unit")
	if err != nil {
		t.Fatal(err)
	}
	published, err := jsonschema.CompileString("unit", string(text))
	if err != nil {
		t.Fatal(err)
	}
	return published
}

// The schema is no formality: it refuses what is no content.
func TestSchemaRefuses(t *testing.T) {
	published := unitSchema(t)
	for _, text := range []string{
		`{}`, `{"validating":[]}`, `{"validating":null,"mutating":[]}`, `{"validating":[],"mutating":[],"more":1}`, `{"validating":[{}],"mutating":[]}`,
		`{"validating":[{"name":"a","url":"https://a.example","timeout":"5s","failurePolicy":"Fail"}],"mutating":[]}`,
		`{"validating":[{"name":"a","url":"https://a.example","timeout":5,"failurePolicy":"fail"}],"mutating":[]}`,
		`{"validating":[{"name":"a","url":"https://a.example","timeout":"5s","failurePolicy":"fail","tls":{}}],"mutating":[]}`,
		`{"validating":[{"name":"a","url":"https://a.example","timeout":"5s","failurePolicy":"fail","hmac":"a"}],"mutating":[]}`,
	} {
		if published.Validate(decode(t, []byte(text))) == nil {
			t.Errorf("accepted: %s", text)
		}
	}
}

func decode(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return value
}

// sorted writes a value with sorted keys and without HTML escapes, which is RFC
// 8785 for the values of a content: it has no numbers, and keys of ASCII alone.
func sorted(t *testing.T, value any) []byte {
	t.Helper()
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// randomContent is a content that the checker could have made.
func randomContent(r *rand.Rand) ir.Content {
	return ir.Content{Validating: randomWebhooks(r), Mutating: randomWebhooks(r)}
}

func randomWebhooks(r *rand.Rand) []ir.Webhook {
	if r.IntN(3) == 0 {
		return nil
	}
	list := []ir.Webhook{}
	for i := range r.IntN(4) {
		list = append(list, ir.Webhook{
			Name:          fmt.Sprintf("%s%d", []string{"a", "policy.check_", "A-", "9"}[r.IntN(4)], i),
			URL:           "https://" + []string{"a.example", "[::1]:8443", "h"}[r.IntN(3)] + []string{"", "/ü?a=1&b=<c>", "/\"\\", "/😀", "?q={}"}[r.IntN(5)],
			Timeout:       (time.Second + time.Duration(r.Int64N(int64(29*time.Second)+1))).String(),
			FailurePolicy: []string{"fail", "ignore"}[r.IntN(2)],
			TLS:           randomTLS(r),
			HMAC:          randomReference(r),
		})
	}
	return list
}

func randomTLS(r *rand.Rand) *ir.TLS {
	tls := &ir.TLS{InsecureSkipVerify: r.IntN(2) == 0, CA: randomReference(r)}
	if r.IntN(2) == 0 {
		tls.ClientCert, tls.ClientKey = secret("mtls", "tls.crt"), &ir.Reference{Path: "/pki/tls.key"}
	}
	if *tls == (ir.TLS{}) {
		return nil
	}
	return tls
}

func randomReference(r *rand.Rand) *ir.Reference {
	switch r.IntN(5) {
	case 0:
		return &ir.Reference{Name: []string{"HMAC", "op://vault/an item/field", "ü"}[r.IntN(3)]}
	case 1:
		return &ir.Reference{Path: []string{"/run/secrets/hmac", "/a b/ü"}[r.IntN(2)]}
	case 2:
		return secret("s.x-1", "k_1.K")
	case 3:
		both := secret("s", "k")
		both.Path = "/run/s/k"
		return both
	}
	return nil
}

// clone copies a content so that nothing is shared.
func clone(c ir.Content) ir.Content {
	var out ir.Content
	copyValue(reflect.ValueOf(&out).Elem(), reflect.ValueOf(c))
	return out
}

func copyValue(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			copyValue(to.Elem(), from.Elem())
		}
	case reflect.Slice:
		if !from.IsNil() {
			to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
			for i := range from.Len() {
				copyValue(to.Index(i), from.Index(i))
			}
		}
	case reflect.Struct:
		for i := range from.NumField() {
			copyValue(to.Field(i), from.Field(i))
		}
	default:
		to.Set(from)
	}
}

// mutation changes one thing of a content.
type mutation struct {
	path  string
	apply func(*ir.Content)
}

// mutations lists every single change of a content: each string, each boolean,
// each pointer set or not, the order and the length of each list. It finds the
// fields by reflection, so that a new one is not forgotten.
func mutations(c ir.Content) []mutation {
	var found []mutation
	collect(reflect.ValueOf(c), "", func(v reflect.Value) reflect.Value { return v }, &found)
	return found
}

// collect adds the changes of a value. at finds the same value in another copy of
// the content.
func collect(v reflect.Value, path string, at func(reflect.Value) reflect.Value, found *[]mutation) {
	add := func(what string, change func(reflect.Value)) {
		*found = append(*found, mutation{path + " " + what, func(c *ir.Content) { change(at(reflect.ValueOf(c).Elem())) }})
	}
	switch v.Kind() {
	case reflect.String:
		add("lengthened", func(v reflect.Value) { v.SetString(v.String() + "x") })
		if v.String() != "" {
			add("emptied", func(v reflect.Value) { v.SetString("") })
			add("in another letter case", func(v reflect.Value) { v.SetString(swapCase(v.String())) })
			add("with a space", func(v reflect.Value) { v.SetString(v.String() + " ") })
		}
	case reflect.Bool:
		add("flipped", func(v reflect.Value) { v.SetBool(!v.Bool()) })
	case reflect.Pointer:
		collectPointer(v, path, at, add, found)
	case reflect.Slice:
		collectSlice(v, path, at, add, found)
	case reflect.Struct:
		for i := range v.NumField() {
			field := func(root reflect.Value) reflect.Value { return at(root).Field(i) }
			collect(v.Field(i), path+"."+v.Type().Field(i).Name, field, found)
		}
	default:
		panic("no mutation for " + path + ", a " + v.Kind().String())
	}
}

func collectPointer(v reflect.Value, path string, at func(reflect.Value) reflect.Value, add func(string, func(reflect.Value)), found *[]mutation) {
	if v.IsNil() {
		add("set", func(v reflect.Value) { v.Set(reflect.New(v.Type().Elem())) })
		return
	}
	add("dropped", func(v reflect.Value) { v.SetZero() })
	collect(v.Elem(), path, func(root reflect.Value) reflect.Value { return at(root).Elem() }, found)
}

func collectSlice(v reflect.Value, path string, at func(reflect.Value) reflect.Value, add func(string, func(reflect.Value)), found *[]mutation) {
	add("lengthened", func(v reflect.Value) { v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem()))) })
	for i := range v.Len() {
		add(fmt.Sprintf("without %d", i), func(v reflect.Value) {
			v.Set(reflect.AppendSlice(v.Slice(0, i), v.Slice(i+1, v.Len())))
		})
		add(fmt.Sprintf("with %d twice", i), func(v reflect.Value) { v.Set(reflect.Append(v, v.Index(i))) })
		for j := range i {
			add(fmt.Sprintf("with %d and %d exchanged", j, i), func(v reflect.Value) { reflect.Swapper(v.Interface())(i, j) })
		}
		item := func(root reflect.Value) reflect.Value { return at(root).Index(i) }
		collect(v.Index(i), fmt.Sprintf("%s[%d]", path, i), item, found)
	}
}

func swapCase(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, text)
}

// unseen says of a change that the hash is documented not to see it: the local
// spelling of a reference that has a Secret, and a path beside a name, which no
// reference has.
func unseen(before, after ir.Content) bool {
	return reflect.DeepEqual(inKeyForm(before), inKeyForm(after))
}

// inKeyForm drops what is no part of a content.
func inKeyForm(c ir.Content) ir.Content {
	c = clone(c)
	for _, list := range [][]ir.Webhook{c.Validating, c.Mutating} {
		for i := range list {
			references := []*ir.Reference{list[i].HMAC}
			if tls := list[i].TLS; tls != nil {
				references = append(references, tls.CA, tls.ClientCert, tls.ClientKey)
			}
			for _, r := range references {
				switch {
				case r == nil:
				case r.Secret != nil:
					r.Name, r.Path = "", ""
				case r.Name != "":
					r.Path = ""
				}
			}
		}
	}
	return c
}

// Every change of a content has a hash of its own: it differs from that of the
// content, and from those of all other changes that make another content.
func TestHashSeesEveryChange(t *testing.T) {
	contents := []ir.Content{full(), {}}
	for seed := range uint64(20) {
		contents = append(contents, randomContent(rand.New(rand.NewPCG(seed, 1))))
	}
	for i, c := range contents {
		t.Run(fmt.Sprint(i), func(t *testing.T) { checkMutations(t, c) })
	}
}

func checkMutations(t *testing.T, c ir.Content) {
	seen := map[string]ir.Content{mustHash(t, c): c}
	names := map[string]string{mustHash(t, c): "unchanged"}
	unseenPaths := map[string]bool{}
	for _, m := range mutations(c) {
		changed := clone(c)
		m.apply(&changed)
		if unseen(c, changed) {
			unseenPaths[m.path] = true
		}
		hash := mustHash(t, changed)
		if other, known := seen[hash]; known && !unseen(other, changed) {
			t.Errorf("%s: the hash is the same as%s", m.path, " that of the content "+names[hash])
		}
		seen[hash], names[hash] = changed, m.path
	}
	for path := range unseenPaths {
		field := strings.Fields(path)[0]
		if !strings.HasSuffix(field, ".Name") && !strings.HasSuffix(field, ".Path") {
			t.Errorf("%s is a change that nothing documents as unseen", path)
		}
	}
}

// The mutations reach every field that there is.
func TestMutationsReachEveryField(t *testing.T) {
	reached := map[string]bool{}
	for _, m := range mutations(full()) {
		field := strings.Fields(m.path)[0]
		if dot := strings.LastIndexByte(field, '.'); dot >= 0 {
			reached[strings.TrimRight(field[dot+1:], "[]0123456789")] = true
		}
	}
	for _, v := range []any{ir.Content{}, ir.Webhook{}, ir.TLS{}, ir.Reference{}, ir.SecretKey{}} {
		for f := range reflect.TypeOf(v).Fields() {
			if !reached[f.Name] {
				t.Errorf("no mutation of %T.%s", v, f.Name)
			}
		}
	}
}

// A reference is its Secret where it has one: the binding is part of the meaning,
// the local spelling beside it is not.
func TestBindingIsPartOfTheMeaning(t *testing.T) {
	for _, local := range []ir.Reference{{Name: "HMAC"}, {Path: "/run/hmac"}} {
		with := func(r ir.Reference) ir.Content {
			c := full()
			c.Validating[0].HMAC = &r
			return c
		}
		bound := local
		bound.Secret = &ir.SecretKey{Name: "s", Key: "k"}
		if mustHash(t, with(local)) == mustHash(t, with(bound)) {
			t.Errorf("%+v: a binding does not change the hash", local)
		}
		if mustHash(t, with(*secret("s", "k"))) != mustHash(t, with(bound)) {
			t.Errorf("%+v: the local spelling of a bound reference changes the hash", local)
		}
	}
	if mustHash(t, ir.Content{Mutating: []ir.Webhook{{HMAC: &ir.Reference{Name: "/a"}}}}) ==
		mustHash(t, ir.Content{Mutating: []ir.Webhook{{HMAC: &ir.Reference{Path: "/a"}}}}) {
		t.Error("a name and a path of one text have one hash")
	}
}

// The name of a unit is no part of its content.
func TestMetadataIsNoContent(t *testing.T) {
	a := ir.Unit{Metadata: ir.Metadata{Name: "a"}, Content: full()}
	b := ir.Unit{Metadata: ir.Metadata{Name: "b", Namespace: "c", Labels: map[string]string{"d": "e"}}, Content: full()}
	if mustHash(t, a.Content) != mustHash(t, b.Content) {
		t.Error("the metadata changes the hash")
	}
}

// Hashing leaves the content as it is.
func TestHashChangesNothing(t *testing.T) {
	for seed := range uint64(50) {
		c := randomContent(rand.New(rand.NewPCG(seed, 2)))
		before := clone(c)
		mustHash(t, c)
		if diff := cmp.Diff(before, c); diff != "" {
			t.Errorf("seed %d (-before +after)\n%s", seed, diff)
		}
	}
}
