package toolhive

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thvctl/thvctl/api/runconfig"
	"github.com/thvctl/thvctl/api/v1alpha1"
)

// The parts of a pod, in the fields that the recording has; a field that is not
// here fails the test.
type (
	volume struct {
		Name   string       `json:"name"`
		Secret secretVolume `json:"secret"`
	}
	secretVolume struct {
		SecretName string      `json:"secretName"`
		Items      []keyToPath `json:"items"`
	}
	keyToPath struct {
		Key  string `json:"key"`
		Path string `json:"path"`
	}
	volumeMount struct {
		Name      string `json:"name"`
		ReadOnly  bool   `json:"readOnly"`
		MountPath string `json:"mountPath"`
		SubPath   string `json:"subPath"`
	}
)

// operatorVector is what ToolHive's operator made of one spec.
type operatorVector struct {
	Name            string
	Spec            v1alpha1.MCPWebhookConfigSpec
	Volumes, Mounts json.RawMessage
	// OptErr is the operator's refusal; RunConfig is empty then.
	OptErr    string
	RunConfig string `json:"runconfig_before_populate"`
}

func TestMounts(t *testing.T) {
	for _, v := range readVectors[operatorVector](t, "operator-volumes-runconfig.json") {
		t.Run(v.Name, func(t *testing.T) {
			volumes, mounts := pod(Mounts(v.Spec))
			if diff := cmp.Diff(strict[[]volume](t, v.Volumes), volumes); diff != "" {
				t.Errorf("volumes (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(strict[[]volumeMount](t, v.Mounts), mounts); diff != "" {
				t.Errorf("mounts (-want +got)\n%s", diff)
			}
		})
	}
}

// pod spells our mounts as a pod has them.
func pod(ours []Mount) ([]volume, []volumeMount) {
	volumes, mounts := []volume{}, []volumeMount{}
	for _, m := range ours {
		file := m.Purpose.FileName()
		items := []keyToPath{{m.Ref.Key, file}}
		volumes = append(volumes, volume{m.Volume, secretVolume{m.Ref.Name, items}})
		mounts = append(mounts, volumeMount{m.Volume, true, m.Path, file})
	}
	return volumes, mounts
}

func strict[T any](t *testing.T, data []byte) (value T) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestRunConfigLists(t *testing.T) {
	for _, v := range readVectors[operatorVector](t, "operator-volumes-runconfig.json") {
		if v.OptErr != "" {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			var want struct {
				Validating json.RawMessage `json:"validating_webhooks"`
				Mutating   json.RawMessage `json:"mutating_webhooks"`
			}
			if err := json.Unmarshal([]byte(v.RunConfig), &want); err != nil {
				t.Fatal(err)
			}
			validating, mutating := RunConfigLists(v.Spec)
			if diff := cmp.Diff(string(want.Validating), listText(t, validating)); diff != "" {
				t.Errorf("validating (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(string(want.Mutating), listText(t, mutating)); diff != "" {
				t.Errorf("mutating (-want +got)\n%s", diff)
			}
		})
	}
}

// listText is the text of a list as it stands in a RunConfig; "" for one that is
// left out.
func listText(t *testing.T, webhooks []runconfig.Webhook) string {
	t.Helper()
	if webhooks == nil {
		return ""
	}
	text, err := json.MarshalIndent(webhooks, "  ", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRunConfigListsOfOddSpecs(t *testing.T) {
	ref := &v1alpha1.SecretKeyRef{Name: "mtls", Key: "tls.crt"}
	spec := func(policy string, tls *v1alpha1.WebhookTLSConfig) v1alpha1.MCPWebhookConfigSpec {
		return v1alpha1.MCPWebhookConfigSpec{
			Validating: []v1alpha1.WebhookSpec{{Name: "a", FailurePolicy: policy, TLSConfig: tls}},
			Mutating:   []v1alpha1.WebhookSpec{},
		}
	}
	tests := map[string]struct {
		spec v1alpha1.MCPWebhookConfigSpec
		want runconfig.Webhook
	}{
		"capital policy": {spec("Ignore", nil), runconfig.Webhook{Name: "a", FailurePolicy: "ignore"}},
		"empty TLS": {
			spec("", &v1alpha1.WebhookTLSConfig{}),
			runconfig.Webhook{Name: "a", FailurePolicy: "fail", TLSConfig: &runconfig.TLSConfig{}},
		},
		"certificate without key": {
			spec("", &v1alpha1.WebhookTLSConfig{ClientCertSecretRef: ref}),
			runconfig.Webhook{Name: "a", FailurePolicy: "fail", TLSConfig: &runconfig.TLSConfig{}},
		},
		"key without certificate": {
			spec("", &v1alpha1.WebhookTLSConfig{ClientKeySecretRef: ref}),
			runconfig.Webhook{Name: "a", FailurePolicy: "fail", TLSConfig: &runconfig.TLSConfig{}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			validating, mutating := RunConfigLists(test.spec)
			if diff := cmp.Diff([]runconfig.Webhook{test.want}, validating); diff != "" {
				t.Errorf("validating (-want +got)\n%s", diff)
			}
			if mutating != nil {
				t.Errorf("mutating: got %v, want nil", mutating)
			}
		})
	}
}

func TestMountsCertificateWithoutKey(t *testing.T) {
	ref := v1alpha1.SecretKeyRef{Name: "mtls", Key: "tls.crt"}
	got := Mounts(v1alpha1.MCPWebhookConfigSpec{Mutating: []v1alpha1.WebhookSpec{{
		Name: "a", TLSConfig: &v1alpha1.WebhookTLSConfig{ClientCertSecretRef: &ref},
	}}})
	want := []Mount{{
		Identifier: "WEBHOOK_MUTATING_A_TLS_CLIENT_CERT_5E129B96",
		Kind:       Mutating, Webhook: "a", Purpose: ClientCert, Ref: ref,
		Volume: VolumeName("WEBHOOK_MUTATING_A_TLS_CLIENT_CERT_5E129B96"),
		Path:   "/etc/toolhive/webhooks/webhook_mutating_a_tls_client_cert_5e129b96/tls.crt",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mounts (-want +got)\n%s", diff)
	}
}

// Two keys that FNV-1a 32 cannot tell apart, found by search.
func TestMountsKeepTheFirstOfOneIdentifier(t *testing.T) {
	webhook := func(name, key string) v1alpha1.WebhookSpec {
		return v1alpha1.WebhookSpec{Name: name, HMACSecretRef: &v1alpha1.SecretKeyRef{Name: "s", Key: key}}
	}
	got := Mounts(v1alpha1.MCPWebhookConfigSpec{Validating: []v1alpha1.WebhookSpec{
		webhook("a-b", "key-74518"), webhook("a.b", "key-427596"),
	}})
	if len(got) != 1 || got[0].Webhook != "a-b" || got[0].Ref.Key != "key-74518" {
		t.Errorf("got %+v, want the mount of a-b alone", got)
	}
}

func TestIdentifier(t *testing.T) {
	tests := []struct{ webhook, want string }{
		{"policy-check", "WEBHOOK_VALIDATING_POLICY_CHECK_HMAC_65DC1EBB"},
		{"Policy.Check", "WEBHOOK_VALIDATING_POLICY_CHECK_HMAC_65DC1EBB"},
		{"é\xff\n1", "WEBHOOK_VALIDATING____1_HMAC_65DC1EBB"},
		{"", "WEBHOOK_VALIDATING__HMAC_65DC1EBB"},
	}
	ref := v1alpha1.SecretKeyRef{Name: "webhook-secrets", Key: "policy-hmac"}
	for _, test := range tests {
		if got := Identifier(Validating, test.webhook, HMAC, ref); got != test.want {
			t.Errorf("%q: got %s, want %s", test.webhook, got, test.want)
		}
	}
	if got, want := VolumeName(tests[0].want), "whsec-85de909f"; got != want {
		t.Errorf("volume: got %s, want %s", got, want)
	}
	got := MountPath(Validating, "policy-check", HMAC, ref)
	if want := "/etc/toolhive/webhooks/webhook_validating_policy_check_hmac_65dc1ebb/hmac"; got != want {
		t.Errorf("path: got %s, want %s", got, want)
	}
}

func TestVolumeNumber(t *testing.T) {
	for _, c := range []struct {
		list, webhook string
		purpose       Purpose
		ref           v1alpha1.SecretKeyRef
	}{
		{Validating, "policy-check", HMAC, v1alpha1.SecretKeyRef{Name: "keys", Key: "hmac"}},
		{Mutating, "Straße ſ ı \xff", ClientKey, v1alpha1.SecretKeyRef{Name: "", Key: "日本"}},
		{"", strings.Repeat("long-", 100), CA, v1alpha1.SecretKeyRef{Name: "a/b", Key: "/"}},
	} {
		name := VolumeName(Identifier(c.list, c.webhook, c.purpose, c.ref))
		if got := "whsec-" + strconv.FormatUint(uint64(VolumeNumber(c.list, c.webhook, c.purpose, c.ref)), 16); got != name {
			t.Errorf("%q: %s, want %s", c.webhook, got, name)
		}
	}
}
