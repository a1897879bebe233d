package sample

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	kyaml "sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/api/v1alpha1"
	"github.com/thvctl/thvctl/api/webhookfile"
	"github.com/thvctl/thvctl/compiler"
	"github.com/thvctl/thvctl/compiler/bind"
	"github.com/thvctl/thvctl/compiler/diag"
	"github.com/thvctl/thvctl/compiler/model"
	"github.com/thvctl/thvctl/compiler/syntax"
)

// Generated returns what thvctl makes of that many random configurations. They are
// the same in each run, and different from one another.
func Generated(count int) ([]Unit, error) {
	units := make([]Unit, count)
	for i := range units {
		var err error
		if units[i], err = compileAll(fmt.Sprintf("generated/%d", i), generate(uint64(i))); err != nil {
			return nil, err
		}
	}
	return units, nil
}

// compileAll compiles a source for each target.
func compileAll(name string, source syntax.File) (Unit, error) {
	unit := Unit{Name: name}
	for _, target := range []struct {
		form bind.Form
		emit string
		into *[]byte
	}{
		{bind.CRD, compiler.EmitManifest, &unit.Manifest},
		{bind.CRD, compiler.EmitRunConfig, &unit.OperatorRunConfig},
		{bind.CLI, compiler.EmitManifest, &unit.WebhookFile},
		{bind.CLI, compiler.EmitRunConfig, &unit.RunConfig},
	} {
		result, err := compiler.Compile([]syntax.File{source}, compiler.Options{
			Bind: bind.Options{Form: target.form, Bindings: bindings()}, Emit: target.emit,
		})
		if err != nil {
			return Unit{}, fmt.Errorf("%s: %w", name, err)
		}
		if result.Diagnostics.Has(diag.Error) || len(result.Artifacts) != 1 {
			return Unit{}, fmt.Errorf("%s does not compile for %s %s: %v in\n%s", name, target.form, target.emit, result.Diagnostics, source.Data)
		}
		*target.into = result.Artifacts[0].Data
	}
	return unit, nil
}

// secretCount is how many secrets the generated configurations refer to.
const secretCount = 40

// secretKey is a key of a Secret, by number.
func secretKey(i int) v1alpha1.SecretKeyRef {
	return v1alpha1.SecretKeyRef{
		Name: []string{"webhook-secrets", "pki.example.com", "s"}[i%3] + fmt.Sprint(i/6),
		Key:  []string{"ca.crt", "HMAC_key-1", "k", "tls.key", "a.b_c-D", "0"}[i%6] + fmt.Sprint(i),
	}
}

func secretName(i int) string {
	return fmt.Sprintf("%s_%d", []string{"HMAC", "op://vault/item", "k"}[i%3], i)
}

func secretFile(i int) string {
	return fmt.Sprintf("%s%d", []string{"/etc/ssl/", "/run/secrets/with space ", "/k & <ü> "}[i%3], i)
}

// bindings says of each secret which name and which file it is for the command line.
func bindings() []model.Binding {
	var out []model.Binding
	for i := range secretCount {
		key := model.SecretKey(secretKey(i))
		out = append(out, model.Binding{Secret: key, Name: secretName(i)}, model.Binding{Secret: key, File: secretFile(i)})
	}
	return out
}

// generator makes one configuration; its random numbers come from the seed alone.
type generator struct{ *rand.Rand }

func (g generator) pick(texts ...string) string { return texts[g.IntN(len(texts))] }

func (g generator) one(in int) bool { return g.IntN(in) == 0 }

// generate writes a random configuration in one of its dialects and formats.
func generate(seed uint64) syntax.File {
	g := generator{rand.New(rand.NewPCG(seed, 5))}
	var document any
	if seed%3 == 0 {
		document = g.webhookFile()
	} else {
		document = g.object()
	}
	encode, f := kyaml.Marshal, syntax.File{Name: "webhooks.yaml", Format: syntax.YAML, Named: true}
	if _, isObject := document.(v1alpha1.MCPWebhookConfig); isObject && g.one(2) {
		encode, f.Name, f.Format = json.Marshal, "webhooks.json", syntax.JSON
	}
	var err error
	if f.Data, err = encode(document); err != nil {
		panic(err) // plain structs can be encoded
	}
	return f
}

func (g generator) object() v1alpha1.MCPWebhookConfig {
	object := v1alpha1.MCPWebhookConfig{APIVersion: "toolhive.stacklok.dev/v1alpha1", Kind: "MCPWebhookConfig"}
	object.Metadata.Name = g.pick("webhooks", "a.b-c.d", "0", strings.Repeat("x", 63))
	if g.one(3) {
		object.Metadata.Labels = map[string]string{"app.kubernetes.io/name": g.pick("yes", "1e3", ""), "a": "b"}
		object.Metadata.Annotations = map[string]string{"example.com/note": g.pick("a: b\n- c\n", " ü\t\"'", "null", strings.Repeat("long ", 100))}
	}
	for len(object.Spec.Validating)+len(object.Spec.Mutating) == 0 {
		object.Spec = v1alpha1.MCPWebhookConfigSpec{Validating: g.webhooks(), Mutating: g.webhooks()}
	}
	return object
}

// webhooks makes a list of webhooks, which may be nil.
func (g generator) webhooks() []v1alpha1.WebhookSpec {
	names := g.Perm(len(webhookNames))[:min(g.IntN(5)*g.IntN(3), len(webhookNames))]
	var list []v1alpha1.WebhookSpec
	for _, i := range names {
		list = append(list, g.webhook(webhookNames[i]))
	}
	return list
}

// webhookNames have pairs that ToolHive's identifiers do not tell apart.
var webhookNames = []string{
	"policy-check", "policy_check", "Policy.Check", "null", "yes", "1e3", "010", "a", "A", "0",
	strings.Repeat("n", 63), "a" + strings.Repeat("-._", 20) + "b",
}

func (g generator) webhook(name string) v1alpha1.WebhookSpec {
	webhook := v1alpha1.WebhookSpec{Name: name, URL: g.url(), FailurePolicy: g.pick("", "fail", "ignore")}
	if !g.one(4) {
		webhook.Timeout = &v1alpha1.Duration{Duration: g.timeout()}
	}
	if !g.one(3) {
		webhook.TLSConfig = g.tls()
	}
	if g.one(2) {
		webhook.HMACSecretRef = g.secret()
	}
	return webhook
}

func (g generator) url() string {
	return g.pick("https", "HTTPS", "hTTps") + "://" +
		g.pick("policy.example.com", "EXAMPLE.com:443", "[::1]:8443", "10.0.0.1", "a.ns.svc.cluster.local:1", "xn--bcher-kva.example:65535") +
		g.pick("", "/", "/v?a=1&b=<c>", "/ü/😀", "/'q\"\\", "/a:b,c;d=e", "?q=%20%F0%9F%98%80", "/#frag", "/"+strings.Repeat("p/", 200))
}

func (g generator) timeout() time.Duration {
	switch g.IntN(4) {
	case 0:
		return time.Duration(1+g.IntN(30)) * time.Second
	case 1:
		return time.Second + time.Duration(g.Int64N(int64(29*time.Second)+1))
	}
	return []time.Duration{time.Second, 30 * time.Second, 1500 * time.Millisecond, 2*time.Second + 1, 10 * time.Second}[g.IntN(5)]
}

func (g generator) tls() *v1alpha1.WebhookTLSConfig {
	tls := &v1alpha1.WebhookTLSConfig{InsecureSkipVerify: g.one(4)}
	if g.one(2) {
		tls.CASecretRef = g.secret()
	}
	if g.one(2) {
		tls.ClientCertSecretRef, tls.ClientKeySecretRef = g.secret(), g.secret()
	}
	return tls
}

func (g generator) secret() *v1alpha1.SecretKeyRef {
	ref := secretKey(g.IntN(secretCount))
	return &ref
}

// webhookFile makes a configuration for ToolHive's command line.
func (g generator) webhookFile() webhookfile.File {
	spec := g.object().Spec
	return webhookfile.File{Validating: g.fileWebhooks(spec.Validating), Mutating: g.fileWebhooks(spec.Mutating)}
}

func (g generator) fileWebhooks(specs []v1alpha1.WebhookSpec) []webhookfile.Webhook {
	var list []webhookfile.Webhook
	for _, spec := range specs {
		webhook := webhookfile.Webhook{Name: spec.Name, URL: spec.URL, FailurePolicy: g.pick("fail", "ignore")}
		if spec.Timeout != nil {
			webhook.Timeout = spec.Timeout.String()
		}
		if tls := spec.TLSConfig; tls != nil {
			webhook.TLSConfig = &runconfig.TLSConfig{InsecureSkipVerify: tls.InsecureSkipVerify}
			if tls.CASecretRef != nil {
				webhook.TLSConfig.CABundlePath = secretFile(g.IntN(secretCount))
			}
			if tls.ClientCertSecretRef != nil {
				webhook.TLSConfig.ClientCertPath, webhook.TLSConfig.ClientKeyPath = secretFile(g.IntN(secretCount)), secretFile(g.IntN(secretCount))
			}
		}
		if spec.HMACSecretRef != nil {
			i := g.IntN(secretCount)
			webhook.HMACSecretRef = g.pick(secretName(i), secretFile(i))
		}
		list = append(list, webhook)
	}
	return list
}
