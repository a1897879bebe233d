import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { fetch, settings } from "./repository.js";
import { start } from "./server.js";

let server;
before(async () => (server = await start(settings, fetch)));
after(() => server.stop());

const manifest = `apiVersion: toolhive.stacklok.dev/v1alpha1
kind: MCPWebhookConfig
metadata: {name: a}
spec:
`;

// Each case is a file, a text with the mark "¦", and all labels that are wanted there.
const offered = {
  "the keys of a webhook file": ["webhooks.yaml", "¦", ["mutating", "validating"]],
  "the fields of a webhook": [
    "webhooks.yaml",
    "validating:\n  - ¦",
    ["File webhook", "failure_policy", "hmac_secret_ref", "name", "timeout", "tls_config", "url"],
  ],
  "no field twice": [
    "webhooks.yaml",
    "validating:\n  - name: a\n    url: https://a.example\n    failure_policy: fail\n    ¦",
    ["hmac_secret_ref", "timeout", "tls_config"],
  ],
  "the failure policies": ["webhooks.yaml", "mutating:\n  - name: a\n    failure_policy: ¦", ["fail", "ignore"]],
  "timeouts": ["webhooks.yaml", "validating:\n  - name: a\n    timeout: ¦", ["10s", "5s", "null"]],
  "an example of a URL": ["webhooks.yaml", "validating:\n  - name: a\n    url: ¦", ["https://policy.example.com/validate"]],
  "booleans, the default first": [
    "webhooks.yaml",
    "validating:\n  - name: a\n    tls_config:\n      insecure_skip_verify: ¦",
    ["false", "null", "true"],
  ],
  "nanoseconds in a RunConfig": [
    "runconfig.json",
    '{"validating_webhooks": [{"timeout": ¦}]}',
    ["10s", "5000000000", "5s", "null"],
  ],
  "the fields of a manifest": [
    "mcpwebhookconfig.yaml",
    "¦",
    ["MCPWebhookConfig", "apiVersion", "kind", "metadata", "spec", "status"],
  ],
  "the API version": ["mcpwebhookconfig.yaml", "apiVersion: ¦", ["toolhive.stacklok.dev/v1alpha1"]],
  "the failure policies of a manifest": [
    "mcpwebhookconfig.yaml",
    manifest + "  validating:\n    - name: a\n      failurePolicy: ¦",
    ["fail", "ignore", "null"],
  ],
  "the fields of a reference": [
    "mcpwebhookconfig.yaml",
    manifest + "  validating:\n    - name: a\n      hmacSecretRef:\n        ¦",
    ["HMAC secret ref", "key", "name"],
  ],
  "the versions of an entry": [
    "mcpserverentry.yaml",
    "apiVersion: ¦",
    ["toolhive.stacklok.dev/v1alpha1", "toolhive.stacklok.dev/v1beta1"],
  ],
  "the fields of headers": [
    "mcpremoteproxy.yaml",
    "spec:\n  headerForward:\n    ¦",
    ["addHeadersFromSecret", "addPlaintextHeaders"],
  ],
  "the keys of a project file": [
    "thvctl.yaml",
    "¦",
    ["exclude", "fail-on", "form", "ignore", "policies", "rules", "secrets"],
  ],
  "severities": ["thvctl.yaml", "fail-on: ¦", ["error", "info", "null", "warning"]],
  "severities of a rule": ["thvctl.yaml", "rules:\n  fail-open-gate: ¦", ['"off"', "error", "info", "warning"]],
};

for (const [name, [file, text, want]] of Object.entries(offered)) {
  test(`offers ${name}`, async () => {
    const labels = (await server.completions(file, text)).map((item) => item.label);
    assert.deepEqual(labels.sort(), want);
  });
}

// What is put into the text, with the places to fill in.
const inserted = {
  validating: [
    "webhooks.yaml",
    "¦",
    "validating:\n  - name: $1\n    url: $2\n    timeout: ${3:10s}\n    failure_policy: $4",
  ],
  "File webhook": [
    "webhooks.yaml",
    "validating:\n  - ¦",
    "name: ${1:policy-check}\n  url: ${2:https://policy.example.com/validate}\n  failure_policy: $3",
  ],
  tls_config: ["webhooks.yaml", "validating:\n  - name: a\n    ¦", "tls_config:\n  insecure_skip_verify: ${1:false}"],
  MCPWebhookConfig: [
    "mcpwebhookconfig.yaml",
    "¦",
    "apiVersion: ${1:toolhive.stacklok.dev/v1alpha1}\nkind: ${2:MCPWebhookConfig}\nmetadata:\n  name: $3",
  ],
  ignore: ["thvctl.yaml", "¦", "ignore:\n  - rule: $1\n    reason: $2"],
};

for (const [label, [file, text, want]] of Object.entries(inserted)) {
  test(`writes a whole ${label}`, async () => {
    const item = (await server.completions(file, text)).find((item) => item.label === label);
    assert.equal(item?.insertText, want);
  });
}

test("says what an offered key is for, and which value is the default", async () => {
  const keys = await server.completions("webhooks.yaml", "validating:\n  - name: a\n    ¦");
  assert.match(keys.find((item) => item.label === "url").documentation, /^Where the webhook is asked/);
  const values = await server.completions("webhooks.yaml", "validating:\n  - name: a\n    timeout: ¦");
  assert.equal(values.find((item) => item.label === "10s").detail, "Default value");
});
