package token_test

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/thvctl/thvctl/compiler/token"
)

// harmless are names and paths as people and their tools write them. None may be
// taken for a secret.
var harmless = strings.Split(strings.TrimSpace(`
POLICY_HMAC
webhook-secrets
my-team-prod-webhook-signing-key-v2
op://vault/item/field
op://Private/GitHub webhook/credential
op://h2k4m6n8p2q4r6s8t2v4w6x8y2/abcdefghijklmnopqrstuvwxyz/password
/etc/toolhive/pki/ca.crt
/etc/ssl/certs/ca-certificates.crt
/var/run/secrets/kubernetes.io/serviceaccount/ca.crt
/var/run/secrets/kubernetes.io/serviceaccount/token
/nix/store/3f5s8xk2mqzr0nvj7wlbi9c4y6hdpg1a-toolhive-ca-2024/etc/ssl/certs/ca-bundle.crt
/var/lib/kubelet/pods/550e8400-e29b-41d4-a716-446655440000/volumes/kubernetes.io~secret/webhook-tls/tls.crt
550e8400-e29b-41d4-a716-446655440000
urn:uuid:550e8400-e29b-41d4-a716-446655440000
webhook-550e8400-e29b-41d4-a716-446655440000
sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
ghcr.io/stacklok/toolhive/proxyrunner:v0.62.0@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
SHA256:uNiVztksCsDhcc0u9e8BrQJXVxYjTzQ3b1xGFVkBsGo
d-1234abcd.execute-api.us-east-1.amazonaws.com
a0123456789abcdef0123456789abcdef-123456789.eu-west-1.elb.amazonaws.com
k8s-default-webhook-3f2a9c8d1e-1234567890abcdef.elb.us-east-1.amazonaws.com
d111111abcdef8.cloudfront.net
policy-7f9c6d5b8-x2kq9.mcp.svc.cluster.local
policy.mcp-servers.svc.cluster.local:8443
webhook-hmac-9fceb02d0ae598e95dc970b74767f19372d6156b
9fceb02-webhook-hmac
release-9fceb02d0ae5
webhook-secrets-8h7k2mt5gf
webhook-secrets-t2g5mk4h7b
policy-hmac-6ct58987ht
company-webhooks-hmac-k8fb2m9d5t
gate-1-hmac-9bt7k5h4gm
tls-certs-2tf4g8m5kh
mcp-prod-eu-west-1-webhook-secrets-gh4k7mt9b2
vpc-0a1b2c3d4e5f67890
i-0abcd1234ef567890
arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/webhook/hmac-a1B2c3
projects/123456789012/secrets/webhook-hmac/versions/7
projects/my-project-123456/secrets/webhook-hmac/versions/latest
secret/data/toolhive/webhooks#hmac
kv-v2/data/prod/toolhive/webhook-signing-key
507f1f77bcf86cd799439011
01ARZ3NDEKTSV4RRFFQ69G5FAV
01hv9x3k7m2qz8rnb4tw6ycde5
webhook-01ARZ3NDEKTSV4RRFFQ69G5FAV
policy-hmac-01hv9x3k7m2qz8rnb4tw6ycde5
V1beta1RechnungEuK8s
K8sAz1RechnungV2alpha1
k8sAz1WebhookV1beta1HmacEuAz2
RechnungI18nEuV1beta2Az3K3s
webhook-signing-key-2024-05-17
webhook-signing-key-20240517T120000Z
webhookSigningKeyV2
myTeamProdWebhookSigningKeyV2
MyTeamProdWebhookSigningKeyV2
WebhookHmacSecretForProductionEuWest1
hmacSha256SigningKeyForPolicyCheck
webhookHMACKeyV2ForK8s
K8sWebhookTLSClientCertV3
oauth2ClientSecretForX509Proxy
WEBHOOK_HMAC_SHA256_KEY_V2
TOOLHIVE_SECRET_POLICY_HMAC
TOOLHIVE_SECRET_GITHUB_TOKEN_V2_EU_WEST_1
AWS_SECRET_ACCESS_KEY
GITHUB_PERSONAL_ACCESS_TOKEN
GCP_PROJECT_NUMBER_123456789012
prod-us-east-1-k8s-eks-v1-27-webhook-hmac
prod-usw2-az1-mcp01-webhook-hmac-key01
k8s-eks-v1-27-s3-v2-ec2-x509-p12
eu-central-1a-node-03-webhook-key
europe-west4-b-gke-cluster-7-hmac
northamerica-northeast1-webhook-hmac-secret
australiasoutheast-webhook-hmac-02
team-payments-pci-dss-v4-0-1-hmac
i18n-l10n-a11y-webhook-hmac
webhook.hmac.v2.2024.10.03
webhook_hmac_2024_10_03_rev3
acme.example.com-webhook-hmac
acme-corp-mcp-gateway-policy-enforcement-webhook-hmac-secret-key
thisisaverylongnamewithoutanyseparatorsforawebhooksecret
ThisIsAVeryLongNameWithoutAnySeparatorsForAWebhookSecret
THISISAVERYLONGNAMEWITHOUTANYSEPARATORS
signingkeyproduction2024
signingkey20240517production
policywebhook1hmac2024v3
/run/secrets/webhook-hmac
/run/secrets/webhook_hmac_v2
/mnt/secrets-store/prod/webhook-hmac-key-2024-Q3.txt
/home/jane.doe/.config/toolhive/webhooks/client-key.pem
/Users/jane/Library/Application Support/ToolHive/secrets/hmac.key
/opt/toolhive-0.62.0-linux-amd64/certs/webhook-ca.pem
/etc/letsencrypt/live/policy.example.com-0001/fullchain.pem
/etc/letsencrypt/archive/policy.example.com/privkey17.pem
/etc/kubernetes/pki/apiserver-kubelet-client.crt
/etc/ssl/certs/3513523f.0
/usr/local/share/ca-certificates/Company_Root_CA_G2_2031.crt
/etc/pki/tls/certs/R3-intermediate-2025-x3-cross-signed.pem
/etc/webhooks/00-policy-check.v2.key
./certs/client.key
../pki/intermediate-ca-2.crt
certs/webhook-client-cert.pem
C:/ProgramData/ToolHive/certs/ca-bundle.pem
~/certs/policy-webhook/client-key-rsa4096.pem
client-cert-ecdsa-p256-2025.pem
ed25519-signing-key-webhooks
tls.crt
ca.crt
enricher-hmac
policy-check-hmac
hmac-key-1
my-op-item
secret-name-with-63-characters-which-is-as-long-as-kubernetes-a
rsa4096sha512-signing-key
base64-encoded-hmac-key
hmac_key_base64url_v1
vault:secret/data/webhooks:hmac
ssm:/prod/eu-west-1/toolhive/webhook-hmac
aws-sm-prod-webhook-hmac-AbCdEf
prod/webhook/hmac-XyZ123
azure-kv-prod-weu-001-webhook-hmac
kv-tlhv-prd-weu-001
rg-toolhive-prd-weu-001-webhook
sa-1234567890@my-project.iam.gserviceaccount.com
webhooks@company.example.com
20240517-webhook-hmac
2024-05-17T12:00:00Z
1.2.3-rc.4+build.5678
v1.27.3-eks-a5565ad
v0.0.0-20260420112717-c39628bde8b5
0.62.0-20240517.abcdef123456
pr-1234-preview-webhook-hmac
feature-JIRA-1234-webhook-hmac
PROJ-12345-rotate-hmac-2024Q3
mcp-github-copilot-toolsets-hmac
mcpserver-postgres15-webhook-hmac
redis7-cluster-0-tls
node18-alpine3-hmac
x-webhook-signature-256
X-Hub-Signature-256
validating-webhook-ca-bundle-pem-chain
webhook-tls-6d4cf56db6-9xkzl
toolhive-operator-7c9d8b6f5d-webhook-cert
webhook-secret-5d9c7b8f6d
default-token-x7k2p
toolhive-operator-token-9zq4w
sh.helm.release.v1.toolhive-operator.v12
cert-manager-webhook-ca
letsencrypt-prod-account-key
wildcard-example-com-tls-2025-11
team-a-b-c-d-e-f-g-h-i-j-k
a-1-b-2-c-3-d-4-e-5-f-6-g-7
zone-us-east4-c-rack12-u07-hmac
dc1-r2-s3-webhook-01-hmac-v10
10.0.12.7
2001:db8:85a3:0:0:8a2e:370:7334
fd00:1234:5678:9abc:def0:1234:5678:9abc
webhook-10-0-12-7-hmac
ip-10-0-12-7-ec2-internal
hmac-key-for-policy-webhook-of-team-observability-and-sre
HmacKeyForPolicyWebhookOfTeamObservability
PolicyHMACSecretRef
policyHmacSecretRefName
gatewayApiV1Beta1HttpRouteHmac
GatewayAPIv1beta1HTTPRouteHMAC
k8sGatewayApiV1Beta1HttpRoute
s3BucketNotificationWebhookV2
ec2InstanceConnectX509V3Hmac
iOS17AppWebhookHmacV2
OAuth2OIDCClientSecretV2
SAML2IdPX509SigningCertB64
SHA256WithRSA4096SigningKey
AES256GCMKeyEncryptionKeyV1
JWTHS512SigningKeyRotation3
HTTP2TLS13ClientAuthKey
IPv6DNS64GatewaySecretV1
UTF8JSONWebhookKeyX1
sk8s-hmac
gh-app-123456-webhook-secret
slack-T01ABCDEF-B02GHIJKL-webhook
T01ABCDEF-webhook-signing-secret
account-123456789012-webhook-hmac
tenant-00000000-0000-0000-0000-000000000000
customer-0012345678-webhook
order-service-2f6b1c9d4e7a
session-3f2a9c8d1e4b5a6c
glpat-for-the-webhook-reader
whsec-production-payments
ZGV2-webhook-secret
correct-horse-battery-staple
projects/p/locations/europe-west1/keyRings/webhooks/cryptoKeys/hmac/cryptoKeyVersions/3
https://vault.azure.net/secrets/webhook-hmac/0a1b2c3d4e5f60718293a4b5c6d7e8f9
${WEBHOOK_HMAC_SECRET}
$(WEBHOOK_HMAC_SECRET_V2)
{{ .Values.webhooks.policy.hmacSecretName }}
<your-secret-name-goes-here>
`), "\n")

func TestHarmlessNames(t *testing.T) {
	if len(harmless) < 150 {
		t.Errorf("only %d names", len(harmless))
	}
	for _, name := range harmless {
		if token.HighEntropy(name) {
			t.Errorf("%q is taken for random", name)
		}
		if m, found := token.Find(name); found {
			t.Errorf("%q is taken for %s", name, m.Name)
		}
	}
}

// TestGeneratedSuffixes covers what kustomize and Kubernetes append to a name.
func TestGeneratedSuffixes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		for _, name := range []string{
			"webhook-secrets-" + pick(r, "2456789bcdfghkmt", 10),
			"hmac-" + pick(r, "bcdfghjklmnpqrstvwxz2456789", 10) + "-" + pick(r, "bcdfghjklmnpqrstvwxz2456789", 5),
			"key-" + pick(r, "0123456789abcdef", 12),
			"prod/webhook/hmac-" + pick(r, letters+digits, 6),
		} {
			if token.HighEntropy(name) {
				t.Fatalf("%q is taken for random", name)
			}
		}
	}
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

func pick(r *rand.Rand, alphabet string, n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(text)
}

func randomBytes(r *rand.Rand, n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	return data
}

// TestRandomValues holds the share that is found against the one that was
// measured when the bounds were chosen. It is a regression test: the seed is fixed.
func TestRandomValues(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	cases := []struct {
		name  string
		value func(n int) string
		// least is the share in percent of values of 16, 24, 32, 44, 64 and 88
		// characters.
		least [6]int
	}{
		{"hex", func(n int) string { return hex.EncodeToString(randomBytes(r, n/2)) }, [6]int{0, 0, 100, 100, 100, 100}},
		{"alphanumeric", func(n int) string { return pick(r, letters+digits, n) }, [6]int{94, 98, 99, 99, 100, 100}},
		{"base64", func(n int) string { return base64.StdEncoding.EncodeToString(randomBytes(r, n*3/4)) }, [6]int{70, 94, 97, 98, 99, 99}},
		{"base64 of one piece", func(n int) string {
			return strings.ReplaceAll(base64.StdEncoding.EncodeToString(randomBytes(r, n*3/4)), "/", "+")
		}, [6]int{85, 98, 99, 99, 100, 100}},
		{"base64url", func(n int) string { return base64.RawURLEncoding.EncodeToString(randomBytes(r, n))[:n] }, [6]int{55, 86, 92, 94, 96, 98}},
		{"small letters and digits", func(n int) string { return pick(r, letters[:26]+digits, n) }, [6]int{83, 92, 95, 96, 98, 99}},
		{"base32", func(n int) string { return base32.StdEncoding.EncodeToString(randomBytes(r, n))[:n] }, [6]int{68, 82, 90, 93, 96, 97}},
		{"password", func(n int) string { return pick(r, letters+digits+"!#$%&*@^?", n) }, [6]int{70, 85, 95, 97, 98, 99}},
	}
	const tried = 1000
	for _, c := range cases {
		for i, n := range []int{16, 24, 32, 44, 64, 88} {
			found := 0
			for range tried {
				if token.HighEntropy(c.value(n)) {
					found++
				}
			}
			t.Logf("%s of %d: %.1f %%", c.name, n, float64(found)*100/tried)
			if found*100 < c.least[i]*tried {
				t.Errorf("%s of %d: %d of %d are found, want %d %%", c.name, n, found, tried, c.least[i])
			}
		}
	}
}

// TestHexadecimalPieces holds keys behind a prefix against commits behind a word.
func TestHexadecimalPieces(t *testing.T) {
	const hex = "9f2c47a1d8e03b56c1f4a7e29d80b35c"
	cases := map[string]bool{
		"sk-" + hex:                            true,
		"key-" + hex:                           true,
		"SK_" + strings.ToUpper(hex):           true,
		"sbp_" + hex + "1d8e03b5":              true,
		"lsv2_pt_" + hex + "_9f2c47a1d8":       true,
		hex + "-us12":                          true,
		"sk-or-v1-" + hex + hex:                true,
		"mcp/" + hex:                           false,
		"/mnt/" + hex + ".pem":                 false,
		"webhook-" + hex + "1d8e03b5":          false,
		"release-" + hex + "1d8e03b5":          false,
		"v1.2.3-Release-" + hex:                false,
		"sha-" + hex + "1d8e03b5":              false,
		"mcp@sha256:" + hex + hex:              false,
		"mcp-" + hex[:31]:                      false,
		"mcp-00000000000000000000000000000001": false,
	}
	for text, want := range cases {
		if got := token.HighEntropy(text); got != want {
			t.Errorf("%q: HighEntropy is %v", text, got)
		}
	}
}

func TestPasswords(t *testing.T) {
	for _, password := range []string{"Xk9#mP2$vL8@qR5!", "q7!Rz$2Lw&9p", "b3D^f8G*h1K!", "aB3$dE6&gH9!jK2%"} {
		if !token.HighEntropy(password) {
			t.Errorf("%q is not found", password)
		}
	}
}
