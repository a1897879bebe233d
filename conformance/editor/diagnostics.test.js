import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { fetch, hosted, list, read, settings } from "./repository.js";
import { start } from "./server.js";

let server;
before(async () => (server = await start(settings, fetch)));
after(() => server.stop());

const good = {
  "webhooks.yaml": ["examples/webhooks.yaml", "examples/team-webhooks.yaml", "testdata/ok/anchors.yaml"],
  "webhooks.json": ["testdata/ok/cli-minimal-json.json"],
  "runconfig.json": ["examples/exported.json"],
  "mcpwebhookconfig.yaml": ["examples/company-webhooks.yaml", "testdata/ok/crd-defaults-null.yaml"],
  "mcpserverentry.yaml": [
    "examples/github-copilot-entry.yaml",
    "examples/header-mistakes.yaml",
    "testdata/corpus/hf-01-entry-valid.yaml",
    "testdata/corpus/hf-02-copilot-toolsets.yaml",
    "testdata/corpus/hf-06-auth-conflict.yaml",
  ],
  "mcpremoteproxy.yaml": [
    "examples/search-proxy.yaml",
    "testdata/corpus/hf-04-case-dup.yaml",
    "testdata/corpus/hf-05-plaintext-secret.yaml",
    "testdata/corpus/hf-08-mcp-protocol-header.yaml",
  ],
  "secret.yaml": ["examples/secrets.yaml"],
  "thvctl.yaml": ["examples/thvctl.yaml", "internal/cli/init/thvctl.yaml"],
};

for (const [name, paths] of Object.entries(good)) {
  for (const path of paths) {
    test(`finds nothing in ${path}`, async () => assert.deepEqual(await server.diagnostics(name, read(path)), []));
  }
}

test("finds nothing in what compile writes", async () => {
  const targets = { "cli.manifest.yaml": "webhooks.yaml", "cli.runconfig.json": "runconfig.json" };
  const written = list("golden").flatMap((folder) => list(`golden/${folder}`).map((file) => [folder, file]));
  const checked = written.filter(([, file]) => targets[file]);
  assert.ok(checked.length > 80, `${checked.length} files`);
  await Promise.all(
    checked.map(async ([folder, file]) => {
      for (const text of documents(read(`golden/${folder}/${file}`))) {
        assert.deepEqual(await server.diagnostics(targets[file], text), [], `${folder}/${file}`);
      }
    }),
  );
});

// documents are those of a stream of YAML, or of JSON texts of which each ends a line
// with its closing brace.
const documents = (text) => text.split(/^---\n|(?<=^}\n)/m);

// Each case is a file, a text, and what is wanted in it.
const bad = {
  "an unknown key": ["webhooks.yaml", "validators: []\n", ["1: Property validators is not allowed."]],
  "a text in place of a list": ["webhooks.yaml", "validating: a\n", ["1: Incorrect type. Expected one of array, null."]],
  "a webhook that lacks everything": [
    "webhooks.yaml",
    "validating:\n  - {}\n",
    ['2: Missing property "name".', '2: Missing property "url".', '2: Missing property "failure_policy".'],
  ],
  "bad values": [
    "webhooks.yaml",
    `validating:
  - name: policy check
    url: ftp://policy.example.com
    timeout: 5 seconds
    failure_policy: Fail
    tls_config: {ca_bundle_path: ""}
`,
    [
      "2: THV2009: allowed is 1 to 63 letters, digits, '.', '_' or '-', the first and last a letter or digit",
      "3: THV2004: allowed is https, or http where certificates are not checked",
      '4: THV2007: allowed is a Go duration such as "5s" or "1.5s"',
      '5: Value is not accepted. Valid values: "fail", "ignore".',
      "6: THV2011: allowed is the path of a file",
    ],
  ],
  "a fractional timeout in a RunConfig": [
    "runconfig.json",
    '{"validating_webhooks": [{"name": "a", "url": "https://a.example", "failure_policy": "fail", "timeout": 1.5}]}',
    ["1: Incorrect type. Expected one of string, integer, null."],
  ],
  "the keys of another dialect": [
    "mcpwebhookconfig.yaml",
    read("examples/company-webhooks.yaml").replace("failurePolicy: fail", "failure_policy: fail"),
    ["12: Property failure_policy is not allowed."],
  ],
  "another kind": [
    "mcpwebhookconfig.yaml",
    read("examples/company-webhooks.yaml").replace("kind: MCPWebhookConfig", "kind: MCPWebhookConfigs"),
    ['3: Value is not accepted. Valid values: "MCPWebhookConfig".'],
  ],
  "an MCPServer with a list of references": [
    "mcpserver.yaml",
    "apiVersion: a/v1\nkind: MCPServer\nmetadata: {name: a}\nspec:\n  webhookConfigRef: [a]\n",
    ["5: Incorrect type. Expected one of object, null."],
  ],
  "faults of headers": [
    "mcpserverentry.yaml",
    `apiVersion: toolhive.stacklok.dev/v1
kind: MCPServerEntry
metadata: {name: a}
spec:
  headerForward:
    add_plaintext_headers: {}
    addPlaintextHeaders: {X-A: 1}
    addHeadersFromSecret:
      - headerName: X-B
        valueSecretRef: {name: s t, key: k, optional: true}
      - {}
`,
    [
      '1: Value is not accepted. Valid values: "toolhive.stacklok.dev/v1beta1", "toolhive.stacklok.dev/v1alpha1".',
      "6: Property add_plaintext_headers is not allowed.",
      '7: Incorrect type. Expected "string".',
      "10: THV2011: allowed is the name of a Secret: lower-case letters, digits, '-' and '.'",
      "10: Property optional is not allowed.",
      '11: Missing property "headerName".',
      '11: Missing property "valueSecretRef".',
    ],
  ],
  "a mapping in place of a list": [
    "mcpremoteproxy.yaml",
    "apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPRemoteProxy\nmetadata: {name: a}\nspec:\n  headerForward: {addHeadersFromSecret: {X-A: {name: s, key: k}}}\n",
    ["5: Incorrect type. Expected one of array, null."],
  ],
  "faults of a project file": [
    "thvctl.yaml",
    `fail-on: never
rules:
  fail-open-gate: severe
  latency-budget: {max: 1 day}
ignore:
  - rule: fail-open-gate
secrets: {stores: ["exec:vault"]}
`,
    [
      '1: Value is not accepted. Valid values: "info", "warning", "error", null.',
      '3: Value is not accepted. Valid values: "off", "info", "warning", "error".',
      '4: THV2007: allowed is a Go duration such as "5s" or "1.5s"',
      '6: Missing property "reason".',
      "7: THV2008: allowed is env, dir:PATH, manifests or manifests:GLOB; cluster and exec are taken from --secret-store on the command line alone",
    ],
  ],
  "the example with mistakes": [
    "webhooks.yaml",
    read("examples/mistakes.yaml"),
    [
      "6: Incorrect type. Expected one of string, null.",
      "8: Property hmacSecretRef is not allowed.",
      '12: Value is not accepted. Valid values: "fail", "ignore".',
    ],
  ],
};

for (const [name, [file, text, want]] of Object.entries(bad)) {
  test(`finds ${name}`, async () => assert.deepEqual(await server.diagnostics(file, text), want));
}

for (const file of list("schema/jsonschema")) {
  test(`takes ${file} from where a comment says it is hosted`, async () => {
    assert.equal(JSON.parse(read("schema/jsonschema/" + file)).$id, hosted + file);
    const found = await server.diagnostics("any.yaml", `# yaml-language-server: $schema=${hosted + file}\n- a\n`);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0], /^2: Incorrect type\./);
  });
}

test("takes a schema from the file beside, whatever its $id says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "thvctl-editor-"));
  try {
    writeFileSync(join(folder, "webhook-file.schema.json"), read("schema/jsonschema/webhook-file.json"));
    const address = pathToFileURL(join(folder, "webhook-file.schema.json")).href;
    const text = `# yaml-language-server: $schema=${address}\nvalidating: [{name: a, url: "https://a.example", failure_policy: Fail}]\n`;
    assert.deepEqual(await server.diagnostics("any.yaml", text), ['2: Value is not accepted. Valid values: "fail", "ignore".']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("has the addresses that the documentation names", () => {
  for (const path of ["README.md", "internal/cli/init/thvctl.yaml", ...list("docs").map((name) => "docs/" + name)]) {
    if (!/\.(md|yaml)$/.test(path)) continue;
    for (const [, file] of read(path).matchAll(/jsonschema\/([\w-]+\.json)/g)) {
      assert.ok(list("schema/jsonschema").includes(file), `${path} names ${file}`);
    }
  }
});
