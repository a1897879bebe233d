package runconfig_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	wire "github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/compiler/emit/runconfig"
)

const hash = "sha256:0123"

// config is what is put into a base: V stands for validating webhooks, M for
// mutating ones.
func config(lists string) wire.RunConfig {
	c := wire.RunConfig{SchemaVersion: wire.SchemaVersion, ConfigHash: hash}
	if strings.Contains(lists, "V") {
		c.ValidatingWebhooks = []wire.Webhook{
			{Name: "new-v", URL: "https://v.example/?a=1&b=2", Timeout: wire.Duration(2 * time.Second), FailurePolicy: "fail", HMACSecretRef: "KEY"},
			{Name: "new-v2", URL: "https://v2.example/", Timeout: wire.Duration(time.Second), FailurePolicy: "ignore"},
		}
	}
	if strings.Contains(lists, "M") {
		c.MutatingWebhooks = []wire.Webhook{{Name: "new-m", URL: "https://m.example/", Timeout: wire.Duration(3 * time.Second), FailurePolicy: "ignore"}}
	}
	return c
}

// recorded are RunConfigs that ToolHive wrote: one by its operator, one by its
// command line.
func recorded(t *testing.T) map[string][]byte {
	t.Helper()
	read := func(name string) []byte {
		data, err := os.ReadFile("../../../testdata/toolhive/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var cli struct {
		Vectors struct {
			RunConfig string `json:"runconfig_json"`
		}
	}
	if err := json.Unmarshal(read("cli-runconfig.json"), &cli); err != nil || cli.Vectors.RunConfig == "" {
		t.Fatalf("cli-runconfig.json holds no RunConfig, %v", err)
	}
	return map[string][]byte{"operator": read("seed-runconfig.json"), "cli": []byte(cli.Vectors.RunConfig)}
}

func insert(t *testing.T, base []byte, c wire.RunConfig) []byte {
	t.Helper()
	out, err := runconfig.Insert(base, c)
	if err != nil {
		t.Fatalf("%v in\n%s", err, base)
	}
	return out
}

// entry is one member of a JSON object, with the very text of its value.
type entry struct{ Key, Value string }

// entries reads an object without a look at its values.
func entries(t *testing.T, object []byte) []entry {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(object))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		t.Fatalf("no object: %v, %v in\n%s", open, err, object)
	}
	var out []entry
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatalf("%q: %v in\n%s", key, err, object)
		}
		out = append(out, entry{key.(string), string(value)})
	}
	return out
}

func value(list []entry, key string) string {
	for _, e := range list {
		if e.Key == key {
			return e.Value
		}
	}
	return ""
}

func keys(list []entry) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.Key)
	}
	return out
}

// without drops the members that Insert writes.
func without(list []entry, keys ...string) []entry {
	return slices.DeleteFunc(slices.Clone(list), func(e entry) bool { return slices.Contains(keys, e.Key) })
}

// compacted drops the layout, and nothing else, from every value.
func compacted(t *testing.T, list []entry) []entry {
	t.Helper()
	out := slices.Clone(list)
	for i := range out {
		out[i].Value = compact(t, out[i].Value)
	}
	return out
}

func compact(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, []byte(text)); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return out.String()
}

// chain returns the types and the texts of a middleware chain.
func chain(t *testing.T, config []byte) (types, texts []string) {
	t.Helper()
	var raws []json.RawMessage
	if err := json.Unmarshal([]byte(value(entries(t, config), "middleware_configs")), &raws); err != nil {
		t.Fatal(err)
	}
	for _, raw := range raws {
		var e struct{ Type string }
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatal(err)
		}
		types, texts = append(types, e.Type), append(texts, string(raw))
	}
	return types, texts
}

func isWebhookType(kind string) bool {
	return kind == "mutating-webhook" || kind == "validating-webhook"
}

// A recorded RunConfig with the webhooks that it has already differs by the hash
// and the final line break alone, and by the transport that ToolHive's command
// line forgets.
func TestInsertWritesWhatToolHiveWrote(t *testing.T) {
	for name, base := range recorded(t) {
		t.Run(name, func(t *testing.T) {
			var own wire.RunConfig
			if err := json.Unmarshal(base, &own); err != nil {
				t.Fatal(err)
			}
			own.ConfigHash = hash
			version := "\"schema_version\": \"v0.1.0\",\n"
			want := strings.Replace(strings.TrimSuffix(string(base), "\n"), version, version+"  \"config_hash\": \""+hash+"\",\n", 1) + "\n"
			want = strings.ReplaceAll(want, `"transport": ""`, `"transport": "streamable-http"`)
			if diff := cmp.Diff(want, string(insert(t, base, own))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// What is not replaced keeps its bytes, at the top and in the chain.
func TestInsertKeepsTheRest(t *testing.T) {
	written := []string{"config_hash", "middleware_configs", "validating_webhooks", "mutating_webhooks"}
	for name, base := range recorded(t) {
		for _, lists := range []string{"V", "M", "VM"} {
			t.Run(name+"/"+lists, func(t *testing.T) {
				out := insert(t, base, config(lists))
				before, after := entries(t, base), entries(t, out)
				if diff := cmp.Diff(without(before, written...), without(after, written...)); diff != "" {
					t.Errorf("(-base +out)\n%s", diff)
				}
				checkKeyOrder(t, keys(before), keys(after), lists)
				oldTypes, oldTexts := chain(t, base)
				newTypes, newTexts := chain(t, out)
				if diff := cmp.Diff(others(oldTypes, oldTexts), others(newTypes, newTexts)); diff != "" {
					t.Errorf("chain (-base +out)\n%s", diff)
				}
				checkLists(t, out, config(lists))
			})
		}
	}
}

func others(types, texts []string) []string {
	var out []string
	for i, kind := range types {
		if !isWebhookType(kind) {
			out = append(out, texts[i])
		}
	}
	return out
}

// checkKeyOrder wants the keys of the base in their order, less the list that is
// empty, and config_hash behind schema_version.
func checkKeyOrder(t *testing.T, before, after []string, lists string) {
	t.Helper()
	want := slices.Insert(slices.Clone(before), slices.Index(before, "schema_version")+1, "config_hash")
	want = slices.DeleteFunc(want, func(key string) bool {
		return key == "validating_webhooks" && !strings.Contains(lists, "V") || key == "mutating_webhooks" && !strings.Contains(lists, "M")
	})
	if diff := cmp.Diff(want, after); diff != "" {
		t.Errorf("keys (-want +got)\n%s", diff)
	}
}

// checkLists wants the webhooks of c in the typed lists and, alike, in the chain.
func checkLists(t *testing.T, out []byte, c wire.RunConfig) {
	t.Helper()
	var got struct {
		wire.RunConfig
		Name, Transport string
		Chain           []struct {
			Type       string
			Parameters struct {
				Webhooks   []wire.Webhook
				ServerName *string `json:"server_name"`
				Transport  *string
			}
		} `json:"middleware_configs"`
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, got.RunConfig); diff != "" {
		t.Errorf("lists (-want +got)\n%s", diff)
	}
	want := map[string][]wire.Webhook{"validating-webhook": c.ValidatingWebhooks, "mutating-webhook": c.MutatingWebhooks}
	for _, m := range got.Chain {
		if !isWebhookType(m.Type) {
			continue
		}
		if diff := cmp.Diff(want[m.Type], m.Parameters.Webhooks); diff != "" {
			t.Errorf("%s in the chain (-want +got)\n%s", m.Type, diff)
		}
		delete(want, m.Type)
		if p := m.Parameters; p.ServerName == nil || *p.ServerName != got.Name || p.Transport == nil || *p.Transport != got.Transport {
			t.Errorf("%s: server_name %v and transport %v are not those of the base", m.Type, p.ServerName, p.Transport)
		}
	}
	for kind, list := range want {
		if len(list) > 0 {
			t.Errorf("no %s in the chain", kind)
		}
	}
}

// The places of the webhooks in a chain, by types alone.
func TestInsertPlacesTheWebhooks(t *testing.T) {
	const (
		m = "mutating-webhook"
		v = "validating-webhook"
	)
	tests := map[string]struct{ lists, chain, want string }{
		"operator": {
			"VM", "bodylimit audit auth upstreamswap tokenexchange tool-filter tool-call-filter mcp-parser telemetry ratelimit usagemetrics authorization awssts header-forward obo recovery",
			"bodylimit audit auth upstreamswap tokenexchange tool-filter tool-call-filter mcp-parser telemetry ratelimit M V usagemetrics authorization awssts header-forward obo recovery",
		},
		"operator without usagemetrics":   {"VM", "bodylimit mcp-parser telemetry authorization awssts recovery", "bodylimit mcp-parser telemetry M V authorization awssts recovery"},
		"operator without authorization":  {"VM", "bodylimit mcp-parser awssts header-forward recovery", "bodylimit mcp-parser M V awssts header-forward recovery"},
		"operator without awssts":         {"VM", "bodylimit mcp-parser header-forward recovery", "bodylimit mcp-parser M V header-forward recovery"},
		"operator with the least":         {"VM", "bodylimit auth mcp-parser recovery", "bodylimit auth mcp-parser M V recovery"},
		"operator, validating alone":      {"V", "bodylimit mcp-parser usagemetrics recovery", "bodylimit mcp-parser V usagemetrics recovery"},
		"operator, mutating alone":        {"M", "bodylimit mcp-parser usagemetrics recovery", "bodylimit mcp-parser M usagemetrics recovery"},
		"operator, bodylimit not first":   {"V", "origin bodylimit mcp-parser telemetry usagemetrics recovery", "origin bodylimit mcp-parser telemetry V usagemetrics recovery"},
		"command line":                    {"VM", "audit tool-filter tool-call-filter auth tokenexchange mcp-parser usagemetrics telemetry authorization recovery header-forward", "audit tool-filter tool-call-filter auth tokenexchange mcp-parser usagemetrics M V telemetry authorization recovery header-forward"},
		"command line, no telemetry":      {"VM", "auth mcp-parser usagemetrics authorization recovery", "auth mcp-parser usagemetrics M V authorization recovery"},
		"command line with the least":     {"VM", "auth mcp-parser recovery", "auth mcp-parser M V recovery"},
		"nothing to stand before":         {"VM", "auth mcp-parser", "auth mcp-parser M V"},
		"both replaced":                   {"VM", "auth mcp-parser M V recovery", "auth mcp-parser M V recovery"},
		"replaced in an odd place":        {"VM", "auth mcp-parser V usagemetrics M recovery", "auth mcp-parser V usagemetrics M recovery"},
		"mutating before validating":      {"VM", "auth mcp-parser V telemetry recovery", "auth mcp-parser M V telemetry recovery"},
		"validating behind mutating":      {"VM", "bodylimit mcp-parser M usagemetrics recovery", "bodylimit mcp-parser M V usagemetrics recovery"},
		"mutating removed":                {"V", "auth mcp-parser M V recovery", "auth mcp-parser V recovery"},
		"validating removed":              {"M", "auth mcp-parser M V recovery", "auth mcp-parser M recovery"},
		"one removed, the other inserted": {"M", "auth mcp-parser V telemetry recovery", "auth mcp-parser M telemetry recovery"},
		"entries that stand twice":        {"V", "auth mcp-parser V obo V recovery", "auth mcp-parser V obo recovery"},
	}
	short := strings.NewReplacer(" M ", " "+m+" ", " V ", " "+v+" ")
	long := func(types string) []string { return strings.Fields(short.Replace(short.Replace(" " + types + " "))) }
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out := insert(t, baseWith(long(test.chain)), config(test.lists))
			got, _ := chain(t, out)
			if diff := cmp.Diff(long(test.want), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			checkLists(t, out, config(test.lists))
			if again := insert(t, out, config(test.lists)); !bytes.Equal(out, again) {
				t.Errorf("a second time changes it (-once +twice)\n%s", cmp.Diff(string(out), string(again)))
			}
		})
	}
}

// baseWith is a base with a chain of these types.
func baseWith(types []string) []byte {
	var configs []string
	for _, kind := range types {
		configs = append(configs, `{"type":"`+kind+`","parameters":{"webhooks":[{"name":"old","url":"https://old.example","failure_policy":"fail"}],"server_name":"old"}}`)
	}
	return []byte(`{"schema_version":"v0.1.0","name":"server & co","transport":"stdio","middleware_configs":[` + strings.Join(configs, ",") + `]}`)
}

func TestInsertDemandsTheParser(t *testing.T) {
	for name, test := range map[string]struct{ lists, chain string }{
		"no parser":                {"VM", "bodylimit auth usagemetrics recovery"},
		"no parser, replaced":      {"V", "auth validating-webhook recovery"},
		"parser behind the place":  {"V", "auth telemetry mcp-parser recovery"},
		"parser behind an entry":   {"V", "auth validating-webhook mcp-parser recovery"},
		"parser between the two":   {"VM", "auth mutating-webhook mcp-parser validating-webhook recovery"},
		"parser in another letter": {"V", "auth MCP-Parser recovery"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := runconfig.Insert(baseWith(strings.Fields(test.chain)), config(test.lists))
			if !errors.Is(err, runconfig.ErrNoParser) || out != nil {
				t.Errorf("got %v and\n%s", err, out)
			}
		})
	}
}

// An absent, null or empty chain stays as it is: ToolHive builds one from the
// lists.
func TestInsertLeavesAnEmptyChain(t *testing.T) {
	for _, chain := range []string{"", "null", "[]", "[ ]"} {
		base := `{"schema_version":"v0.1.0"}`
		if chain != "" {
			base = `{"schema_version":"v0.1.0","middleware_configs":` + chain + `}`
		}
		out := insert(t, []byte(base), config("VM"))
		if got := compact(t, cmpOr(value(entries(t, out), "middleware_configs"), `""`)); got != compact(t, cmpOr(chain, `""`)) {
			t.Errorf("%s: got %s", base, got)
		}
	}
}

func cmpOr(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// Where keys come in that the base does not have.
func TestInsertKeys(t *testing.T) {
	for name, test := range map[string]struct{ lists, base, want string }{
		"empty base":                       {"VM", "", "schema_version config_hash validating_webhooks mutating_webhooks"},
		"hash behind the version":          {"V", "image schema_version name", "image schema_version config_hash name validating_webhooks"},
		"hash stays where it stands":       {"V", "schema_version name config_hash port", "schema_version name config_hash port validating_webhooks"},
		"version comes first":              {"V", "image name", "schema_version config_hash image name validating_webhooks"},
		"lists where ToolHive writes them": {"VM", "schema_version image zzz endpoint_prefix header_forward", "schema_version config_hash image zzz validating_webhooks mutating_webhooks endpoint_prefix header_forward"},
		"lists before scaling_config":      {"M", "schema_version scaling_config more", "schema_version config_hash mutating_webhooks scaling_config more"},
		"validating before mutating":       {"VM", "schema_version mutating_webhooks image", "schema_version config_hash validating_webhooks mutating_webhooks image"},
		"mutating behind validating":       {"VM", "schema_version validating_webhooks header_forward", "schema_version config_hash validating_webhooks mutating_webhooks header_forward"},
		"lists stay where they stand":      {"VM", "mutating_webhooks schema_version validating_webhooks image", "mutating_webhooks schema_version config_hash validating_webhooks image"},
		"an empty list goes":               {"V", "schema_version mutating_webhooks image", "schema_version config_hash validating_webhooks image"},
	} {
		t.Run(name, func(t *testing.T) {
			var members []string
			for _, key := range strings.Fields(test.base) {
				members = append(members, `"`+key+`":null`)
			}
			out := insert(t, []byte("{"+strings.Join(members, ",")+"}"), config(test.lists))
			if diff := cmp.Diff(strings.Fields(test.want), keys(entries(t, out))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if again := insert(t, out, config(test.lists)); !bytes.Equal(out, again) {
				t.Errorf("a second time changes it (-once +twice)\n%s", cmp.Diff(string(out), string(again)))
			}
		})
	}
}

// odd holds every spelling that a reader and writer of JSON likes to change.
const odd = `{
	"float": 1.0, "exponent": [1e3, 1E+3, 1.50e-07, -0, -0.0, 0.10],
	"big": 123456789012345678901234567890, "long": 0.1000000000000000055511151231257827, "beyond": 9007199254740993, "huge": 1e400,
	"escapes": "\u0041\u00e9\u00E9\ud83d\ude00\/\b\f\u0000\u2028\u003c\u003C\u0026", "raw": "é😀/", "half": "\ud800",
	"": "no name", "key \u003c\u00e9": {"\u0061":1,"a":2,"a":3}, "empty": [ ], "none": { }, "nested":[[[[{ "x" : [ 1.0 , 2.00 ] }]]]],
	"null":null,"bools":[true,false]
}`

// Numbers and escapes keep their spelling, unknown fields their place, at the top
// and in a chain.
func TestInsertKeepsSpellings(t *testing.T) {
	unknown := strings.TrimSuffix(strings.TrimPrefix(odd, "{"), "}")
	base := []byte(`{"schema_version":"v0.1.0",` + unknown + `,"middleware_configs":[
		{"type":"audit","zzz":1.0,"parameters":` + odd + `,"more":` + odd + `},
		{"parameters" : ` + odd + ` , "type":"mcp-parser"},{"type":"recovery","parameters":null}],"last":1.0}`)
	out := insert(t, base, config("VM"))
	written := []string{"config_hash", "middleware_configs", "validating_webhooks", "mutating_webhooks"}
	before, after := without(entries(t, base), written...), without(entries(t, out), written...)
	if diff := cmp.Diff(compacted(t, before), compacted(t, after)); diff != "" {
		t.Errorf("(-base +out)\n%s", diff)
	}
	oldTypes, oldTexts := chain(t, base)
	newTypes, newTexts := chain(t, out)
	oldChain, newChain := others(oldTypes, oldTexts), others(newTypes, newTexts)
	for i := range oldChain {
		if diff := cmp.Diff(compact(t, oldChain[i]), compact(t, newChain[i])); diff != "" {
			t.Errorf("chain (-base +out)\n%s", diff)
		}
	}
}

// The layout is ToolHive's, which escapes what HTML gives a meaning: in what is
// kept that changes the spelling and not the value.
func TestInsertEscapesHTML(t *testing.T) {
	base := []byte(`{"schema_version":"v0.1.0","url":"https://a.example/?a&b=<c>` + "\u2028" + `","k&":["&"]}`)
	out := insert(t, base, config("V"))
	if bytes.ContainsAny(out, "&<>\u2028") {
		t.Errorf("not escaped:\n%s", out)
	}
	var before, after map[string]any
	if err := errors.Join(json.Unmarshal(base, &before), json.Unmarshal(out, &after)); err != nil {
		t.Fatal(err)
	}
	delete(after, "config_hash")
	delete(after, "validating_webhooks")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("(-base +out)\n%s", diff)
	}
}

func TestInsertLayout(t *testing.T) {
	got := insert(t, []byte("\ufeff{\"schema_version\":\"v0.1.0\",\r\n\"a\":{\t\"b\":[1,\n{}]}}  "), config("M"))
	const want = `{
  "schema_version": "v0.1.0",
  "config_hash": "sha256:0123",
  "a": {
    "b": [
      1,
      {}
    ]
  },
  "mutating_webhooks": [
    {
      "name": "new-m",
      "url": "https://m.example/",
      "timeout": 3000000000,
      "failure_policy": "ignore"
    }
  ]
}
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The parameters are in the order in which ToolHive writes them, and take the
// name and the transport of the base.
func TestInsertParameters(t *testing.T) {
	for base, want := range map[string]string{
		`"name":"a\u0026b","transport":"sse",`: `"server_name":"a\u0026b","transport":"sse"`,
		``:                                     `"server_name":"","transport":""`,
		`"name":null,"transport":7,`:           `"server_name":"","transport":""`,
	} {
		out := insert(t, []byte(`{`+base+`"middleware_configs":[{"type":"mcp-parser"}]}`), config("M"))
		_, texts := chain(t, out)
		want = `{"type":"mutating-webhook","parameters":{"webhooks":[{"name":"new-m","url":"https://m.example/","timeout":3000000000,"failure_policy":"ignore"}],` + want + `}}`
		if diff := cmp.Diff(want, compact(t, texts[len(texts)-1])); diff != "" {
			t.Errorf("%s (-want +got)\n%s", base, diff)
		}
	}
}

func TestInsertRefuses(t *testing.T) {
	for _, base := range []string{
		``, ` `, `null`, `[]`, `"a"`, `1`, `{`, `{"a"`, `{"a":}`, `{"a":1`, `{"a":1,`, `{a:1}`,
		`{"middleware_configs":{}}`, `{"middleware_configs":"a"}`, `{"middleware_configs":[1]}`, `{"middleware_configs":[{"type":1}]}`, `{"middleware_configs":[[]]}`,
	} {
		if out, err := runconfig.Insert([]byte(base), config("V")); err == nil {
			t.Errorf("%s: got\n%s", base, out)
		}
	}
}
