package policy_test

import "github.com/thvctl/thvctl/compiler/model"

const naturalPolicy = `-- policy.cue --
package policy

import "time"

// Webhooks answer within 5 seconds.
#Webhook: {
	timeout: string
	_limit:  time.ParseDuration(timeout) & <=5000000000
}

// Every gate fails closed.
#WebhookConfig: validating: [...{failurePolicy: "fail"}]

#Webhook: url: =~"^https://[^/]+\\.corp\\.example/"

// Requests are signed.
#Webhook: hmac!: _
`

type checkCase struct {
	name, archive string
	merge         bool
	bindings      []model.Binding
	want          string
}

var checkCases = []checkCase{
	{
		name: "a webhook file",
		archive: naturalPolicy + `-- webhooks.yaml --
validating:
  - name: policy-check
    url: https://policy.example.com/validate
    failure_policy: ignore # a comment
    timeout: 10s
  - {name: fine, url: "https://a.corp.example/v", failure_policy: fail, timeout: 5000ms, hmac_secret_ref: H}
mutating:
  - name: enricher
    url: 'https://enricher.corp.example/'
    failure_policy: ignore
    hmac_secret_ref: /etc/hmac
`,
		want: `webhooks.yaml:2:5 THV8001 [name] validating[0].hmac_secret_ref: Requests are signed: found no "hmac_secret_ref"
  the policy: policy.cue:17:11 [hmac]
webhooks.yaml:3:10 THV8001 [https://policy.example.com/validate] validating[0].url: found "https://policy.example.com/validate", the policy wants =~"^https://[^/]+\\.corp\\.example/"
  the policy: policy.cue:14:11 [url]
webhooks.yaml:4:21 THV8001 [ignore] validating[0].failure_policy: Every gate fails closed: found "ignore", the policy wants "fail"
  the policy: policy.cue:12:34 [failurePolicy]
webhooks.yaml:5:14 THV8001 [10s] validating[0].timeout: Webhooks answer within 5 seconds: found "10s", the policy wants time.ParseDuration(timeout) & <=5000000000
  the policy: policy.cue:8:2 [_limit]
webhooks.yaml:8:5 THV8001 [name] mutating[0].timeout: Webhooks answer within 5 seconds: found no "timeout", which means 10s, the policy wants time.ParseDuration(timeout) & <=5000000000
  the policy: policy.cue:8:2 [_limit]
`,
	},
	{
		name: "a Kubernetes resource",
		archive: naturalPolicy + `-- config.yaml --
apiVersion: toolhive.stacklok.dev/v1alpha1
kind: MCPWebhookConfig
metadata: {name: a}
spec:
  validating:
    - name: policy-check
      url: >-
        https://policy.example.com/validate
      failurePolicy: ignore
      hmacSecretRef: {name: s, key: k}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: b}
---
apiVersion: toolhive.stacklok.dev/v1alpha1
kind: MCPWebhookConfig
metadata: {name: c}
spec:
  mutating: [{url: "https://policy.example.com/validate", name: m}]
`,
		want: `config.yaml:6:7 THV8001 [name] spec.validating[0].timeout: Webhooks answer within 5 seconds: found no "timeout", which means 10s, the policy wants time.ParseDuration(timeout) & <=5000000000
  the policy: policy.cue:8:2 [_limit]
config.yaml:7:12 THV8001 [>-⏎        https://policy.example.com/validate⏎] spec.validating[0].url: found "https://policy.example.com/validate", the policy wants =~"^https://[^/]+\\.corp\\.example/"
  the policy: policy.cue:14:11 [url]
config.yaml:9:22 THV8001 [ignore] spec.validating[0].failurePolicy: Every gate fails closed: found "ignore", the policy wants "fail"
  the policy: policy.cue:12:34 [failurePolicy]
config.yaml:20:14 THV8001 [{url] spec.mutating[0].hmacSecretRef: Requests are signed: found no "hmacSecretRef"
  the policy: policy.cue:17:11 [hmac]
config.yaml:20:14 THV8001 [{url] spec.mutating[0].timeout: Webhooks answer within 5 seconds: found no "timeout", which means 10s, the policy wants time.ParseDuration(timeout) & <=5000000000
  the policy: policy.cue:8:2 [_limit]
config.yaml:20:20 THV8001 ["https://policy.example.com/validate"] spec.mutating[0].url: found "https://policy.example.com/validate", the policy wants =~"^https://[^/]+\\.corp\\.example/"
  the policy: policy.cue:14:11 [url]
`,
	},
	{
		name: "a RunConfig",
		archive: naturalPolicy + `-- chain.json --
{
  "schema_version": "v0.1.0",
  "middleware_configs": [
    {"type": "mcp-parser", "parameters": {}},
    {"type": "validating-webhook", "parameters": {"webhooks": [
      {"name": "p", "url": "https://p.corp.example/", "timeout": 0, "failure_policy": "ignore", "hmac_secret_ref": "H"}
    ]}}
  ],
  "validating_webhooks": [
    {"name": "p", "url": "https://p.corp.example/", "timeout": 0, "failure_policy": "ignore", "hmac_secret_ref": "H"}
  ]
}
-- lists.json --
{
  "schema_version": "v0.1.0",
  "mutating_webhooks": [
    {"name": "p", "url": "https://p.corp.example/", "timeout": 6000000000, "failure_policy": "ignore", "hmac_secret_ref": "H"}
  ]
}
`,
		want: `chain.json:6:66 THV8001 [0] middleware_configs[1].parameters.webhooks[0].timeout: Webhooks answer within 5 seconds: found 0, which means 10s, the policy wants time.ParseDuration(timeout) & <=5000000000
  the policy: policy.cue:8:2 [_limit]
chain.json:6:87 THV8001 ["ignore"] middleware_configs[1].parameters.webhooks[0].failure_policy: Every gate fails closed: found "ignore", the policy wants "fail"
  the policy: policy.cue:12:34 [failurePolicy]
lists.json:4:64 THV8001 [6000000000] mutating_webhooks[0].timeout: Webhooks answer within 5 seconds: found 6000000000, the policy wants time.ParseDuration(timeout) & <=5000000000
  the policy: policy.cue:8:2 [_limit]
`,
	},
	{
		name: "anchors, merge keys, CR LF and multibyte text",
		archive: `-- policy.cue --
package policy

// Größer.
#Webhook: name: =~"^.{9}"
// Zu.
#Webhook: failurePolicy: "fail"
-- webhooks.yaml --
x-common: &common
  failure_policy: &policy ignore
validating:
  - <<: *common
    name: a
    url: https://h/é
  - {url: https://h/, failure_policy: *policy, name: "b"}
` + "-- crlf.yaml --\nvalidating:\r\n  - name: c\r\n    url: https://h/é\r\n    failure_policy: ignore\r\n",
		want: `crlf.yaml:2:11 THV8001 [c] validating[0].name: Größer: found "c", the policy wants =~"^.{9}"
  the policy: policy.cue:4:11 [name]
crlf.yaml:4:21 THV8001 [ignore] validating[0].failure_policy: Zu: found "ignore", the policy wants "fail"
  the policy: policy.cue:6:11 [failurePolicy]
webhooks.yaml:2:27 THV8001 [ignore] validating[0].failure_policy: Zu: found "ignore", the policy wants "fail"
  reached through this alias: webhooks.yaml:4:9 [*common]
  the policy: policy.cue:6:11 [failurePolicy]
webhooks.yaml:2:27 THV8001 [ignore] validating[1].failure_policy: Zu: found "ignore", the policy wants "fail"
  reached through this alias: webhooks.yaml:7:39 [*policy]
  the policy: policy.cue:6:11 [failurePolicy]
webhooks.yaml:5:11 THV8001 [a] validating[0].name: Größer: found "a", the policy wants =~"^.{9}"
  the policy: policy.cue:4:11 [name]
webhooks.yaml:7:54 THV8001 ["b"] validating[1].name: Größer: found "b", the policy wants =~"^.{9}"
  the policy: policy.cue:4:11 [name]
`,
	},
	{
		name:  "merged files",
		merge: true,
		archive: `-- policy.cue --
package policy

import "list"

// One gate at least, two at most.
#WebhookConfig: validating: list.MinItems(1) & list.MaxItems(2)
// Closed.
#WebhookConfig: validating: [...{failurePolicy: "fail"}]
#Webhook: url: =~"^https://h/"
-- a.yaml --
mutating:
  - {name: m, url: "https://other/", failure_policy: ignore}
-- b.yaml --
validating:
  - {name: a, url: "https://other/", failure_policy: ignore}
  - {name: b, url: "https://h/", failure_policy: ignore}
-- c.yaml --
validating:
  - {name: a, url: "https://h/", failure_policy: fail}
  - {name: c, url: "https://h/", failure_policy: fail}
-- d.json --
{"apiVersion": "toolhive.stacklok.dev/v1alpha1", "kind": "MCPWebhookConfig", "metadata": {"name": "d"}, "spec": {"mutating": [{"name": "m", "url": "https://h/"}]}}
`,
		want: `a.yaml:2:20 THV8001 ["https://other/"] mutating[0].url: found "https://other/", the policy wants =~"^https://h/"
  the policy: policy.cue:9:11 [url]
b.yaml:2:3 THV8001 [- {name: a, url: "https://other/", failure_policy: ignore}⏎  - {name: b, url: "https://h/", failure_policy: ignore}] validating: One gate at least, two at most: found 3 validating webhooks, the policy wants list.MinItems(1) & list.MaxItems(2)
  the policy: policy.cue:6:17 [validating]
b.yaml:3:50 THV8001 [ignore] validating[1].failure_policy: Closed: found "ignore", the policy wants "fail"
  the policy: policy.cue:8:34 [failurePolicy]
d.json:1:105 THV8001 ["spec"] spec.validating: One gate at least, two at most: found no validating webhook, the policy wants list.MinItems(1) & list.MaxItems(2)
  the policy: policy.cue:6:17 [validating]
`,
	},
	{
		name: "bindings",
		bindings: []model.Binding{
			{Secret: model.SecretKey{Name: "webhook-secrets", Key: "policy"}, Name: "POLICY_HMAC"},
			{Secret: model.SecretKey{Name: "other", Key: "ca.crt"}, File: "/etc/ca.crt"},
		},
		archive: `-- policy.cue --
package policy

// Secrets are ours.
#Webhook: {
	hmac: key: name: "webhook-secrets"
	tls?: ca?: key: name: "webhook-ca"
}
-- webhooks.yaml --
validating:
  - name: a
    url: https://h/
    failure_policy: fail
    hmac_secret_ref: POLICY_HMAC
    tls_config: {ca_bundle_path: /etc/ca.crt}
  - name: b
    url: https://h/
    failure_policy: fail
    hmac_secret_ref: OTHER_HMAC
`,
		want: `webhooks.yaml:6:34 THV8001 [/etc/ca.crt] validating[0].tls_config.ca_bundle_path: Secrets are ours: found "/etc/ca.crt", the policy wants "webhook-ca"
  the policy: policy.cue:6:18 [name]
webhooks.yaml:10:22 THV8001 [OTHER_HMAC] validating[1].hmac_secret_ref: Secrets are ours: found "OTHER_HMAC"
  the policy: policy.cue:5:8 [key]
`,
	},
	{
		name: "secrets",
		archive: `-- policy.cue --
package policy

#Webhook: {
	url:  =~"^https://token:canary-policy@h/"
	hmac: {key: name: "canary-not-a-secret"} | {name: "x"}
	name: =~"^corp-"
}
-- webhooks.yaml --
validating:
  - name: a
    url: https://h/?api_key=canary-5f1c
    failure_policy: fail
    hmac_secret_ref: H
`,
		want: `webhooks.yaml:2:11 THV8001 [a] validating[0].name: found "a", the policy wants =~"^corp-"
  the policy: policy.cue:6:2 [name]
webhooks.yaml:3:10 THV8001 [https://h/?api_key=canary-5f1c] validating[0].url: found "••••••••••••••••••••••••••••••"
  the policy: policy.cue:4:2 [url]
webhooks.yaml:5:22 THV8001 [H] validating[0].hmac_secret_ref: found "H"
  the policy: policy.cue:5:2 [hmac]
`,
	},
	{
		name: "faults of policies",
		archive: "-- a.cue --\npackage policy\n\n#Webhook: {\n-- b.cue --\npackage other\n-- c.cue --\n\xff\n-- d.cue --\n" + `package policy

#Webhooks: hmac!: _
#Webhook: {
	hmca!: _
	// Closed.
	failurePolicy: "fail"
}
-- webhooks.yaml --
validating:
  - {name: a, url: "https://h/", failure_policy: ignore}
`,
		want: `a.cue:4:1 THV1003 [] : expected '}', found 'EOF'
b.cue:1:9 THV2000 [other] : found the package "other", a policy begins with "package policy"
c.cue:1:1 THV1002 [` + "\xff" + `] : found the byte 0xFF, the encoding must be UTF-8
d.cue:3:1 THV2000 [#Webhooks] : found "#Webhooks", which constrains nothing; did you mean #Webhook
d.cue:5:2 THV2000 [hmca] : found the field "hmca", which no value has; did you mean hmac (the name of a helper begins with "_")
webhooks.yaml:2:50 THV8001 [ignore] validating[0].failure_policy: Closed: found "ignore", the policy wants "fail"
  the policy: d.cue:7:2 [failurePolicy]
`,
	},
	{
		name: "the schema",
		archive: `-- policy.cue --
package policy

import "github.com/thvctl/thvctl/schema"

// As the schema has it, and short.
#Webhook: schema.#UnitWebhookShape & {
	name: =~"^.{1,3}$"
	_short: len(name) & <2
	tls?: clientKey?: schema.#UnitReferenceShape & {path: =~"^/run/"}
}
#WebhookConfig: schema.#Unit
-- webhooks.yaml --
validating:
  - {name: abcd, url: "https://h/", failure_policy: ignore, tls_config: {client_cert_path: /c, client_key_path: /k}}
  - {name: a, url: "https://h/", failure_policy: ignore}
`,
		want: `webhooks.yaml:2:12 THV8001 [abcd] validating[0].name: As the schema has it, and short: found "abcd", the policy wants =~"^.{1,3}$"
  the policy: policy.cue:7:2 [name]
webhooks.yaml:2:12 THV8001 [abcd] validating[0].name: As the schema has it, and short: found "abcd", the policy wants len(name) & <2
  the policy: policy.cue:8:2 [_short]
webhooks.yaml:2:113 THV8001 [/k] validating[0].tls_config.client_key_path: As the schema has it, and short: found "/k", the policy wants =~"^/run/"
  the policy: policy.cue:9:50 [path]
`,
	},
	{
		name: "what cannot be decided",
		archive: `-- policy.cue --
package policy

#Webhook: {
	tls?: _
	url: string
	// Unchecked certificates are for tests.
	if tls.insecureSkipVerify {
		url: =~"test"
	}
}
-- webhooks.yaml --
validating:
  - {name: a, url: "https://h/", failure_policy: ignore}
  - {name: b, url: "https://h/", failure_policy: ignore, tls_config: {insecure_skip_verify: true}}
`,
		want: `webhooks.yaml:2:5 THV8001 [{name] validating[0].tls_config: Unchecked certificates are for tests: found no "tls_config", without which the policy cannot be decided
  the policy: policy.cue:7:2 [if tls.insecureSkipVerify]
webhooks.yaml:3:20 THV8001 ["https://h/"] validating[1].url: Unchecked certificates are for tests: found "https://h/", the policy wants =~"test"
  the policy: policy.cue:8:3 [url]
`,
	},
}

type placeCase struct {
	name, archive string
	value         int
	paths         string
	want          string
}

var placeCases = []placeCase{
	{
		name: "all of a webhook in a file",
		archive: `-- w.yaml --
validating:
  - name: a
    url: https://h/
    timeout: 5s
    failure_policy: fail
    hmac_secret_ref: H
    tls_config:
      ca_bundle_path: /ca
      client_cert_path: /cert
      client_key_path: /key
      insecure_skip_verify: true
`,
		paths: everyPath,
		want: ` = w.yaml:2:11 [a] validating[0].name: Broken: found the webhook "a"
name = w.yaml:2:11 [a] validating[0].name: Broken: found "a"
url = w.yaml:3:10 [https://h/] validating[0].url: Broken: found "https://h/"
timeout = w.yaml:4:14 [5s] validating[0].timeout: Broken: found "5s"
failurePolicy = w.yaml:5:21 [fail] validating[0].failure_policy: Broken: found "fail"
hmac = w.yaml:6:22 [H] validating[0].hmac_secret_ref: Broken: found "H"
hmac.key = w.yaml:6:22 [H] validating[0].hmac_secret_ref: Broken: found "H"
hmac.key.name = w.yaml:6:22 [H] validating[0].hmac_secret_ref: Broken: found "H"
hmac.name = w.yaml:6:22 [H] validating[0].hmac_secret_ref: Broken: found "H"
hmac.path = w.yaml:6:22 [H] validating[0].hmac_secret_ref: Broken: found "H"
tls = w.yaml:8:7 [ca_bundle_path: /ca⏎      client_cert_path: /cert⏎      client_key_path: /key⏎      insecure_skip_verify: true] validating[0].tls_config: Broken: found a mapping
tls.ca = w.yaml:8:23 [/ca] validating[0].tls_config.ca_bundle_path: Broken: found "/ca"
tls.ca.key.key = w.yaml:8:23 [/ca] validating[0].tls_config.ca_bundle_path: Broken: found "/ca"
tls.ca.path = w.yaml:8:23 [/ca] validating[0].tls_config.ca_bundle_path: Broken: found "/ca"
tls.clientCert = w.yaml:9:25 [/cert] validating[0].tls_config.client_cert_path: Broken: found "/cert"
tls.clientKey.key = w.yaml:10:24 [/key] validating[0].tls_config.client_key_path: Broken: found "/key"
tls.insecureSkipVerify = w.yaml:11:29 [true] validating[0].tls_config.insecure_skip_verify: Broken: found true
other = w.yaml:2:5 [name: a⏎    url: https://h/⏎    timeout: 5s⏎    failure_policy: fail⏎    hmac_secret_ref: H⏎    tls_config:⏎      ca_bundle_path: /ca⏎      client_cert_path: /cert⏎      client_key_path: /key⏎      insecure_skip_verify: true] validating[0]: Broken: found a mapping
tls.other = w.yaml:2:5 [name: a⏎    url: https://h/⏎    timeout: 5s⏎    failure_policy: fail⏎    hmac_secret_ref: H⏎    tls_config:⏎      ca_bundle_path: /ca⏎      client_cert_path: /cert⏎      client_key_path: /key⏎      insecure_skip_verify: true] validating[0]: Broken: found a mapping
`,
	},
	{
		name: "nothing of a webhook in a file",
		archive: `-- w.yaml --
validating:
  - {name: a, url: "https://h/", failure_policy: fail, timeout: null}
`,
		paths: everyPath,
		want: ` = w.yaml:2:12 [a] validating[0].name: Broken: found the webhook "a"
name = w.yaml:2:12 [a] validating[0].name: Broken: found "a"
url = w.yaml:2:20 ["https://h/"] validating[0].url: Broken: found "https://h/"
timeout = w.yaml:2:65 [null] validating[0].timeout: Broken: found no "timeout", which means 10s
failurePolicy = w.yaml:2:50 [fail] validating[0].failure_policy: Broken: found "fail"
hmac = w.yaml:2:5 [{name] validating[0].hmac_secret_ref: Broken: found no "hmac_secret_ref"
hmac.key = w.yaml:2:5 [{name] validating[0].hmac_secret_ref: Broken: found no "hmac_secret_ref"
hmac.key.name = w.yaml:2:5 [{name] validating[0].hmac_secret_ref: Broken: found no "hmac_secret_ref"
hmac.name = w.yaml:2:5 [{name] validating[0].hmac_secret_ref: Broken: found no "hmac_secret_ref"
hmac.path = w.yaml:2:5 [{name] validating[0].hmac_secret_ref: Broken: found no "hmac_secret_ref"
tls = w.yaml:2:5 [{name] validating[0].tls_config: Broken: found no "tls_config"
tls.ca = w.yaml:2:5 [{name] validating[0].tls_config.ca_bundle_path: Broken: found no "ca_bundle_path"
tls.ca.key.key = w.yaml:2:5 [{name] validating[0].tls_config.ca_bundle_path: Broken: found no "ca_bundle_path"
tls.ca.path = w.yaml:2:5 [{name] validating[0].tls_config.ca_bundle_path: Broken: found no "ca_bundle_path"
tls.clientCert = w.yaml:2:5 [{name] validating[0].tls_config.client_cert_path: Broken: found no "client_cert_path"
tls.clientKey.key = w.yaml:2:5 [{name] validating[0].tls_config.client_key_path: Broken: found no "client_key_path"
tls.insecureSkipVerify = w.yaml:2:5 [{name] validating[0].tls_config.insecure_skip_verify: Broken: found no "insecure_skip_verify", which means false
other = w.yaml:2:5 [{name: a, url: "https://h/", failure_policy: fail, timeout: null}] validating[0]: Broken: found a mapping
tls.other = w.yaml:2:5 [{name: a, url: "https://h/", failure_policy: fail, timeout: null}] validating[0]: Broken: found a mapping
`,
	},
	{
		name: "all of a webhook in Kubernetes",
		archive: `-- w.yaml --
apiVersion: toolhive.stacklok.dev/v1alpha1
kind: MCPWebhookConfig
metadata: {name: a}
spec:
  validating:
    - name: a
      url: https://h/
      timeout: 5s
      failurePolicy: fail
      hmacSecretRef: {name: s, key: k}
      tlsConfig:
        caSecretRef: {name: ca, key: k1}
        clientCertSecretRef: {name: cert, key: k2}
        clientKeySecretRef: {name: key, key: k3}
        insecureSkipVerify: true
`,
		paths: everyPath,
		want: ` = w.yaml:6:13 [a] spec.validating[0].name: Broken: found the webhook "a"
name = w.yaml:6:13 [a] spec.validating[0].name: Broken: found "a"
url = w.yaml:7:12 [https://h/] spec.validating[0].url: Broken: found "https://h/"
timeout = w.yaml:8:16 [5s] spec.validating[0].timeout: Broken: found "5s"
failurePolicy = w.yaml:9:22 [fail] spec.validating[0].failurePolicy: Broken: found "fail"
hmac = w.yaml:10:22 [{name: s, key: k}] spec.validating[0].hmacSecretRef: Broken: found the key "k" of the Secret "s"
hmac.key = w.yaml:10:22 [{name: s, key: k}] spec.validating[0].hmacSecretRef: Broken: found the key "k" of the Secret "s"
hmac.key.name = w.yaml:10:29 [s] spec.validating[0].hmacSecretRef.name: Broken: found "s"
hmac.name = w.yaml:10:22 [{name: s, key: k}] spec.validating[0].hmacSecretRef: Broken: found the key "k" of the Secret "s"
hmac.path = w.yaml:10:22 [{name: s, key: k}] spec.validating[0].hmacSecretRef: Broken: found the key "k" of the Secret "s"
tls = w.yaml:12:9 [caSecretRef: {name: ca, key: k1}⏎        clientCertSecretRef: {name: cert, key: k2}⏎        clientKeySecretRef: {name: key, key: k3}⏎        insecureSkipVerify: true] spec.validating[0].tlsConfig: Broken: found a mapping
tls.ca = w.yaml:12:22 [{name: ca, key: k1}] spec.validating[0].tlsConfig.caSecretRef: Broken: found the key "k1" of the Secret "ca"
tls.ca.key.key = w.yaml:12:38 [k1] spec.validating[0].tlsConfig.caSecretRef.key: Broken: found "k1"
tls.ca.path = w.yaml:12:22 [{name: ca, key: k1}] spec.validating[0].tlsConfig.caSecretRef: Broken: found the key "k1" of the Secret "ca"
tls.clientCert = w.yaml:13:30 [{name: cert, key: k2}] spec.validating[0].tlsConfig.clientCertSecretRef: Broken: found the key "k2" of the Secret "cert"
tls.clientKey.key = w.yaml:14:29 [{name: key, key: k3}] spec.validating[0].tlsConfig.clientKeySecretRef: Broken: found the key "k3" of the Secret "key"
tls.insecureSkipVerify = w.yaml:15:29 [true] spec.validating[0].tlsConfig.insecureSkipVerify: Broken: found true
other = w.yaml:6:7 [name: a⏎      url: https://h/⏎      timeout: 5s⏎      failurePolicy: fail⏎      hmacSecretRef: {name: s, key: k}⏎      tlsConfig:⏎        caSecretRef: {name: ca, key: k1}⏎        clientCertSecretRef: {name: cert, key: k2}⏎        clientKeySecretRef: {name: key, key: k3}⏎        insecureSkipVerify: true] spec.validating[0]: Broken: found a mapping
tls.other = w.yaml:6:7 [name: a⏎      url: https://h/⏎      timeout: 5s⏎      failurePolicy: fail⏎      hmacSecretRef: {name: s, key: k}⏎      tlsConfig:⏎        caSecretRef: {name: ca, key: k1}⏎        clientCertSecretRef: {name: cert, key: k2}⏎        clientKeySecretRef: {name: key, key: k3}⏎        insecureSkipVerify: true] spec.validating[0]: Broken: found a mapping
`,
	},
	{
		name: "nothing of a webhook in Kubernetes",
		archive: `-- w.json --
{"apiVersion": "toolhive.stacklok.dev/v1alpha1", "kind": "MCPWebhookConfig", "metadata": {"name": "a"}, "spec": {"validating": [{"name": "a", "url": "https://h/"}]}}
`,
		paths: everyPath,
		want: ` = w.json:1:138 ["a"] spec.validating[0].name: Broken: found the webhook "a"
name = w.json:1:138 ["a"] spec.validating[0].name: Broken: found "a"
url = w.json:1:150 ["https://h/"] spec.validating[0].url: Broken: found "https://h/"
timeout = w.json:1:129 [{"name"] spec.validating[0].timeout: Broken: found no "timeout", which means 10s
failurePolicy = w.json:1:129 [{"name"] spec.validating[0].failurePolicy: Broken: found no "failurePolicy", which means fail
hmac = w.json:1:129 [{"name"] spec.validating[0].hmacSecretRef: Broken: found no "hmacSecretRef"
hmac.key = w.json:1:129 [{"name"] spec.validating[0].hmacSecretRef: Broken: found no "hmacSecretRef"
hmac.key.name = w.json:1:129 [{"name"] spec.validating[0].hmacSecretRef.name: Broken: found no "name"
hmac.name = w.json:1:129 [{"name"] spec.validating[0].hmacSecretRef: Broken: found no "hmacSecretRef"
hmac.path = w.json:1:129 [{"name"] spec.validating[0].hmacSecretRef: Broken: found no "hmacSecretRef"
tls = w.json:1:129 [{"name"] spec.validating[0].tlsConfig: Broken: found no "tlsConfig"
tls.ca = w.json:1:129 [{"name"] spec.validating[0].tlsConfig.caSecretRef: Broken: found no "caSecretRef"
tls.ca.key.key = w.json:1:129 [{"name"] spec.validating[0].tlsConfig.caSecretRef.key: Broken: found no "key"
tls.ca.path = w.json:1:129 [{"name"] spec.validating[0].tlsConfig.caSecretRef: Broken: found no "caSecretRef"
tls.clientCert = w.json:1:129 [{"name"] spec.validating[0].tlsConfig.clientCertSecretRef: Broken: found no "clientCertSecretRef"
tls.clientKey.key = w.json:1:129 [{"name"] spec.validating[0].tlsConfig.clientKeySecretRef: Broken: found no "clientKeySecretRef"
tls.insecureSkipVerify = w.json:1:129 [{"name"] spec.validating[0].tlsConfig.insecureSkipVerify: Broken: found no "insecureSkipVerify", which means false
other = w.json:1:129 [{"name": "a", "url": "https://h/"}] spec.validating[0]: Broken: found a mapping
tls.other = w.json:1:129 [{"name": "a", "url": "https://h/"}] spec.validating[0]: Broken: found a mapping
`,
	},
	{
		name:  "a configuration",
		value: 1,
		archive: `-- w.yaml --
validating:
  - name: a
    url: https://h/
    failure_policy: fail
`,
		paths: configPaths,
		want: ` = w.yaml:2:3 [- name: a⏎    url: https://h/⏎    failure_policy: fail] validating: Broken: found this configuration
validating = w.yaml:2:3 [- name: a⏎    url: https://h/⏎    failure_policy: fail] validating: Broken: found 1 validating webhook
mutating = w.yaml:1:1 [validating] mutating: Broken: found no mutating webhook
validating[0] = w.yaml:2:11 [a] validating[0].name: Broken: found the webhook "a"
validating[0].timeout = w.yaml:2:5 [name] validating[0].timeout: Broken: found no "timeout", which means 10s
validating[7].timeout = w.yaml:2:3 [- name: a⏎    url: https://h/⏎    failure_policy: fail] validating: Broken: found 1 validating webhook
mutating[0] = w.yaml:1:1 [validating] mutating: Broken: found no mutating webhook
`,
	},
	{
		name:  "a configuration in Kubernetes",
		value: 1,
		archive: `-- w.yaml --
apiVersion: toolhive.stacklok.dev/v1alpha1
kind: MCPWebhookConfig
metadata: {name: a}
spec: {validating: [{name: a, url: "https://h/"}]}
`,
		paths: configPaths,
		want: ` = w.yaml:4:20 [[{name: a, url: "https://h/"}]] spec.validating: Broken: found this configuration
validating = w.yaml:4:20 [[{name: a, url: "https://h/"}]] spec.validating: Broken: found 1 validating webhook
mutating = w.yaml:4:1 [spec] spec.mutating: Broken: found no mutating webhook
validating[0] = w.yaml:4:28 [a] spec.validating[0].name: Broken: found the webhook "a"
validating[0].timeout = w.yaml:4:21 [{name] spec.validating[0].timeout: Broken: found no "timeout", which means 10s
validating[7].timeout = w.yaml:4:20 [[{name: a, url: "https://h/"}]] spec.validating: Broken: found 1 validating webhook
mutating[0] = w.yaml:4:1 [spec] spec.mutating: Broken: found no mutating webhook
`,
	},
	{
		name:  "a RunConfig with a chain",
		value: 1,
		archive: `-- w.json --
{"middleware_configs": [{"type": "mcp-parser"}, {"type": "validating-webhook", "parameters": {"webhooks": [{"name": "a", "url": "https://h/", "failure_policy": "fail"}]}}],
 "validating_webhooks": [{"name": "a", "url": "https://h/", "failure_policy": "fail"}]}
`,
		paths: configPaths,
		want: ` = w.json:1:107 [[{"name": "a", "url": "https://h/", "failure_policy": "fail"}]] middleware_configs[1].parameters.webhooks: Broken: found this configuration
validating = w.json:1:107 [[{"name": "a", "url": "https://h/", "failure_policy": "fail"}]] middleware_configs[1].parameters.webhooks: Broken: found 1 validating webhook
mutating = w.json:1:24 [[{"type": "mcp-parser"}, {"type": "validating-webhook", "parameters": {"webhooks": [{"name": "a", "url": "https://h/", "failure_policy": "fail"}]}}]] middleware_configs: Broken: found no mutating webhook
validating[0] = w.json:1:117 ["a"] middleware_configs[1].parameters.webhooks[0].name: Broken: found the webhook "a"
validating[0].timeout = w.json:1:108 [{"name"] middleware_configs[1].parameters.webhooks[0].timeout: Broken: found no "timeout", which means 10s
validating[7].timeout = w.json:1:107 [[{"name": "a", "url": "https://h/", "failure_policy": "fail"}]] middleware_configs[1].parameters.webhooks: Broken: found 1 validating webhook
mutating[0] = w.json:1:24 [[{"type": "mcp-parser"}, {"type": "validating-webhook", "parameters": {"webhooks": [{"name": "a", "url": "https://h/", "failure_policy": "fail"}]}}]] middleware_configs: Broken: found no mutating webhook
`,
	},
	{
		name:  "a RunConfig without a chain",
		value: 1,
		archive: `-- w.json --
{"validating_webhooks": [{"name": "a", "url": "https://h/", "failure_policy": "fail"}]}
`,
		paths: configPaths,
		want: ` = w.json:1:25 [[{"name": "a", "url": "https://h/", "failure_policy": "fail"}]] validating_webhooks: Broken: found this configuration
validating = w.json:1:25 [[{"name": "a", "url": "https://h/", "failure_policy": "fail"}]] validating_webhooks: Broken: found 1 validating webhook
mutating = w.json:1:1 [{"validating_webhooks"] mutating_webhooks: Broken: found no mutating webhook
validating[0] = w.json:1:35 ["a"] validating_webhooks[0].name: Broken: found the webhook "a"
validating[0].timeout = w.json:1:26 [{"name"] validating_webhooks[0].timeout: Broken: found no "timeout", which means 10s
validating[7].timeout = w.json:1:25 [[{"name": "a", "url": "https://h/", "failure_policy": "fail"}]] validating_webhooks: Broken: found 1 validating webhook
mutating[0] = w.json:1:1 [{"validating_webhooks"] mutating_webhooks: Broken: found no mutating webhook
`,
	},
}

const everyPath = `
name
url
timeout
failurePolicy
hmac
hmac.key
hmac.key.name
hmac.name
hmac.path
tls
tls.ca
tls.ca.key.key
tls.ca.path
tls.clientCert
tls.clientKey.key
tls.insecureSkipVerify
other
tls.other
`

const configPaths = `
validating
mutating
validating[0]
validating[0].timeout
validating[7].timeout
mutating[0]
`
