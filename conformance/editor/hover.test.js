import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { fetch, settings } from "./repository.js";
import { start } from "./server.js";

let server;
before(async () => (server = await start(settings, fetch)));
after(() => server.stop());

const webhook = (field) => `validating:\n  - name: a\n    ${field}\n`;
const manifest = (field) => `spec:\n  validating:\n    - name: a\n      ${field}\n`;

// Each case is a file, a text with the mark "¦", and what must be said of it, in order:
// the title first.
const said = {
  "a list": ["webhooks.yaml", "valid¦ating:\n  - name: a\n", ["#### Validating\n", "The webhooks that allow or deny"]],
  "an acronym": ["webhooks.yaml", webhook("u¦rl: https://a.example"), ["#### URL\n", "Where the webhook is asked", "Example:"]],
  "a field that may be null": ["webhooks.yaml", webhook("time¦out: 5s"), ["#### Timeout\n", "1s to 30s", "5s"]],
  "its value": ["webhooks.yaml", webhook("timeout: 5¦s"), ["#### Timeout\n", "1s to 30s"]],
  "a field that is null": ["webhooks.yaml", webhook("time¦out: null"), ["#### Timeout\n", "1s to 30s"]],
  "an enumeration": [
    "webhooks.yaml",
    webhook("failure_poli¦cy: ignore"),
    ["#### Failure policy\n", "when the webhook gives no answer", "Allowed Values:", "`ignore`", "`fail`"],
  ],
  "a field of a shared definition": [
    "webhooks.yaml",
    webhook("tls_con¦fig: {insecure_skip_verify: true}"),
    ["#### TLS config\n", "How the connection is secured."],
  ],
  "a field below it": ["webhooks.yaml", webhook("tls_config: {ca_bundle_pa¦th: /ca.crt}"), ["#### CA bundle path\n"]],
  "a list of webhooks in a RunConfig": [
    "runconfig.json",
    '{"mutating_web¦hooks": []}',
    ["#### Mutating webhooks\n", "The webhooks that rewrite"],
  ],
  "a reference in a manifest": [
    "mcpwebhookconfig.yaml",
    manifest("hmacSecret¦Ref: {name: a, key: b}"),
    ["#### HMAC secret ref\n", "The secret that signs the requests."],
  ],
  "the headers of an entry": [
    "mcpserverentry.yaml",
    "spec:\n  headerFor¦ward: {}\n",
    ["#### Header forward\n", "The headers that are added to each request"],
  ],
  "a header of a proxy": [
    "mcpremoteproxy.yaml",
    "spec: {headerForward: {addHeadersFromSecret: [{header¦Name: X-A}]}}\n",
    ["#### Header name\n", "The name of the header."],
  ],
  "a key of the project file": ["thvctl.yaml", "fail¦-on: error\n", ["#### Fail on\n", "The lowest severity"]],
  "a rule of the project file": ["thvctl.yaml", "rules: {fail-open¦-gate: error}\n", ["#### Rule setting\n", '`"off"`']],
  "a setting of a rule": ["thvctl.yaml", "rules: {latency-budget: {m¦ax: 45s}}\n", ["#### Max\n", "longest sum of timeouts"]],
};

for (const [name, [file, text, want]] of Object.entries(said)) {
  test(`explains ${name}`, async () => {
    const hover = await server.hover(file, text);
    let rest = hover;
    for (const part of want) {
      assert.ok(rest.includes(part), `no ${JSON.stringify(part)} in the rest of\n${hover}`);
      rest = rest.slice(rest.indexOf(part) + part.length);
    }
    assert.ok(hover.startsWith(want[0]), `does not begin with the title:\n${hover}`);
  });
}
