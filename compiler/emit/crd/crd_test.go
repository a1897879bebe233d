package crd

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/yaml"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/api/v1alpha1"
	"github.com/thvctl/thvctl/compiler/ir"
	"github.com/thvctl/thvctl/compiler/toolhive"
)

// companyWebhooks is the example of ToolHive's issue 3401, in the spelling that
// ToolHive shipped.
func companyWebhooks() ir.Unit {
	secret := func(name, key string) *ir.Reference {
		return &ir.Reference{Secret: &ir.SecretKey{Name: name, Key: key}}
	}
	return ir.Unit{
		Metadata: ir.Metadata{Name: "company-webhooks", Namespace: "mcp-servers"},
		Content: ir.Content{
			Validating: []ir.Webhook{{
				Name: "policy-check", URL: "https://policy.company.com/validate",
				Timeout: "5s", FailurePolicy: "fail",
				TLS:  &ir.TLS{CA: secret("webhook-ca", "ca.crt")},
				HMAC: secret("webhook-secrets", "policy-hmac"),
			}},
			Mutating: []ir.Webhook{{
				Name: "request-enricher", URL: "https://enricher.company.com/mutate",
				Timeout: "3s", FailurePolicy: "ignore",
			}},
		},
	}
}

func mustManifest(t *testing.T, u ir.Unit) v1alpha1.MCPWebhookConfig {
	t.Helper()
	object, err := Manifest(u)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func mustHash(t *testing.T, u ir.Unit) string {
	t.Helper()
	hash, err := u.Content.Hash()
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func TestManifest(t *testing.T) {
	unit := companyWebhooks()
	object := mustManifest(t, unit)
	want := v1alpha1.ObjectMeta{
		Name: "company-webhooks", Namespace: "mcp-servers",
		Annotations: map[string]string{
			"thvctl.dev/config-hash":          mustHash(t, unit),
			"thvctl.dev/toolhive-config-hash": "e527df9c",
		},
	}
	if diff := cmp.Diff(want, object.Metadata); diff != "" {
		t.Errorf("metadata (-want +got)\n%s", diff)
	}
	if object.APIVersion != "toolhive.stacklok.dev/v1alpha1" || object.Kind != "MCPWebhookConfig" {
		t.Errorf("got %s %s", object.APIVersion, object.Kind)
	}
}

func TestManifestAnnotations(t *testing.T) {
	unit := companyWebhooks()
	fresh := mustManifest(t, unit).Metadata.Annotations
	source := func() map[string]string {
		return map[string]string{
			"example.com/owner":    "me",
			HashAnnotation:         "sha256:stale",
			ToolHiveHashAnnotation: "stale",
			"kubectl.kubernetes.io/last-applied-configuration": "{}",
		}
	}
	unit.Metadata.Annotations = source()
	fresh["example.com/owner"] = "me"
	if diff := cmp.Diff(fresh, mustManifest(t, unit).Metadata.Annotations); diff != "" {
		t.Errorf("annotations (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(source(), unit.Metadata.Annotations); diff != "" {
		t.Errorf("the unit changed (-before +after)\n%s", diff)
	}
}

func TestSpecRefuses(t *testing.T) {
	unbound := &ir.Reference{Name: "hmac-name"}
	bound := &ir.Reference{Secret: &ir.SecretKey{Name: "s", Key: "k"}}
	tests := map[string]struct {
		change func(*ir.Webhook)
		want   string
	}{
		"HMAC": {
			func(w *ir.Webhook) { w.HMAC = unbound },
			`emit validating[0] "policy-check": HMAC reference has no Secret, form crd needs one`,
		},
		"CA": {
			func(w *ir.Webhook) { w.TLS = &ir.TLS{CA: unbound} },
			`emit validating[0] "policy-check": CA bundle reference has no Secret, form crd needs one`,
		},
		"client certificate": {
			func(w *ir.Webhook) { w.TLS = &ir.TLS{ClientCert: unbound, ClientKey: bound} },
			`emit validating[0] "policy-check": client certificate reference has no Secret, form crd needs one`,
		},
		"client key": {
			func(w *ir.Webhook) { w.TLS = &ir.TLS{ClientCert: bound, ClientKey: unbound} },
			`emit validating[0] "policy-check": client key reference has no Secret, form crd needs one`,
		},
		"timeout": {
			func(w *ir.Webhook) { w.Timeout = "" },
			`emit validating[0] "policy-check": read the timeout: time: invalid duration ""`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			unit := companyWebhooks()
			test.change(&unit.Content.Validating[0])
			_, specErr := Spec(unit.Content)
			_, manifestErr := Manifest(unit)
			_, runConfigErr := RunConfig(unit)
			for _, err := range []error{specErr, manifestErr, runConfigErr} {
				if err == nil || err.Error() != test.want {
					t.Errorf("got %v, want %s", err, test.want)
				}
			}
		})
	}
}

func TestRunConfig(t *testing.T) {
	unit := companyWebhooks()
	got, err := RunConfig(unit)
	if err != nil {
		t.Fatal(err)
	}
	const mounts = "/etc/toolhive/webhooks/webhook_validating_policy_check_"
	want := runconfig.RunConfig{
		SchemaVersion: "v0.1.0",
		ConfigHash:    mustHash(t, unit),
		ValidatingWebhooks: []runconfig.Webhook{{
			Name: "policy-check", URL: "https://policy.company.com/validate",
			Timeout: runconfig.Duration(5 * time.Second), FailurePolicy: "fail",
			TLSConfig:     &runconfig.TLSConfig{CABundlePath: mounts + "tls_ca_bcdf3e57/ca.crt"},
			HMACSecretRef: mounts + "hmac_65dc1ebb/hmac",
		}},
		MutatingWebhooks: []runconfig.Webhook{{
			Name: "request-enricher", URL: "https://enricher.company.com/mutate",
			Timeout: runconfig.Duration(3 * time.Second), FailurePolicy: "ignore",
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestLiftMakesDefaultsExplicit(t *testing.T) {
	object := v1alpha1.MCPWebhookConfig{
		Metadata: v1alpha1.ObjectMeta{
			Labels:      map[string]string{},
			Annotations: map[string]string{HashAnnotation: "a", ToolHiveHashAnnotation: "b"},
		},
		Spec: v1alpha1.MCPWebhookConfigSpec{
			Validating: []v1alpha1.WebhookSpec{{Name: "a", TLSConfig: &v1alpha1.WebhookTLSConfig{}}},
			Mutating:   []v1alpha1.WebhookSpec{},
		},
	}
	got, err := Lift(object)
	if err != nil {
		t.Fatal(err)
	}
	want := ir.Unit{Content: ir.Content{
		Validating: []ir.Webhook{{Name: "a", Timeout: "10s", FailurePolicy: "fail"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(object.Metadata.Annotations) != 2 {
		t.Error("the object's annotations changed")
	}
}

func TestLiftRefuses(t *testing.T) {
	timeout := func(d time.Duration) v1alpha1.WebhookSpec {
		return v1alpha1.WebhookSpec{Timeout: &v1alpha1.Duration{Duration: d}}
	}
	ref := &v1alpha1.SecretKeyRef{Name: "s", Key: "k"}
	half := "half of a client certificate pair, allowed are certificate and key or neither"
	tests := map[string]struct {
		spec v1alpha1.WebhookSpec
		want string
	}{
		"no time":      {timeout(0), "timeout 0s, allowed are 1s to 30s"},
		"short time":   {timeout(time.Second - 1), "timeout 999.999999ms, allowed are 1s to 30s"},
		"long time":    {timeout(30*time.Second + 1), "timeout 30.000000001s, allowed are 1s to 30s"},
		"capital":      {v1alpha1.WebhookSpec{FailurePolicy: "Fail"}, `failure policy "Fail", allowed are "fail" and "ignore"`},
		"only a cert":  {v1alpha1.WebhookSpec{TLSConfig: &v1alpha1.WebhookTLSConfig{ClientCertSecretRef: ref}}, half},
		"only the key": {v1alpha1.WebhookSpec{TLSConfig: &v1alpha1.WebhookTLSConfig{ClientKeySecretRef: ref}}, half},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			list := []v1alpha1.WebhookSpec{test.spec}
			for kind, spec := range map[string]v1alpha1.MCPWebhookConfigSpec{
				toolhive.Validating: {Validating: list},
				toolhive.Mutating:   {Mutating: list},
			} {
				_, err := Lift(v1alpha1.MCPWebhookConfig{Spec: spec})
				if want := "lift " + kind + `[0] "": ` + test.want; err == nil || err.Error() != want {
					t.Errorf("got %v, want %s", err, want)
				}
			}
		})
	}
}

// A reference that a binding spells twice keeps only its Secret, and its hash.
func TestLiftKeepsTheHashOfBoundReferences(t *testing.T) {
	unit := companyWebhooks()
	unit.Content.Validating[0].HMAC.Path = "/run/secrets/policy-hmac"
	lifted, err := Lift(mustManifest(t, unit))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := mustHash(t, lifted), mustHash(t, unit); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// checkRoundTrip takes a unit through the file that kubectl reads.
func checkRoundTrip(t *testing.T, unit ir.Unit) {
	t.Helper()
	text, err := yaml.Marshal(mustManifest(t, unit))
	if err != nil {
		t.Fatal(err)
	}
	var object v1alpha1.MCPWebhookConfig
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	lifted, err := Lift(object)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if diff := cmp.Diff(unit, lifted, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("(-unit +lifted)\n%s\n%s", diff, text)
	}
	if got, want := mustHash(t, lifted), mustHash(t, unit); got != want {
		t.Errorf("hash: got %s, want %s", got, want)
	}
	if got, want := toolhive.ConfigHash(object.Spec), object.Metadata.Annotations[ToolHiveHashAnnotation]; got != want {
		t.Errorf("ToolHive's hash of what was read: got %s, annotated %s", got, want)
	}
}

func TestRoundTrip(t *testing.T) {
	checkRoundTrip(t, companyWebhooks())
	for seed := range uint64(2000) {
		checkRoundTrip(t, randomMaker(seed).unit())
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func FuzzLift(f *testing.F) {
	f.Add([]byte(nil), "")
	for _, text := range awkward {
		f.Add([]byte("\x00\x02\x01\xff\x10\x01\x07\x01\x03\x01\x02\x09"), text)
	}
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		if !writable(text) {
			t.Skip()
		}
		checkRoundTrip(t, byteMaker(data, text).unit())
	})
}
