// What this repository holds for editors.

import { readdirSync, readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);

// hosted is where the documentation says that the JSON Schemas are.
export const hosted = "https://raw.githubusercontent.com/thvctl/thvctl/main/schema/jsonschema/";

export const read = (path) => readFileSync(new URL(path, root), "utf8");

export const list = (path) => readdirSync(new URL(path, root));

// fetch answers for the address of a schema, as the network would once this is on main.
export function fetch(address) {
  if (!address.startsWith(hosted)) {
    throw new Error(`nothing is hosted at ${address}`);
  }
  return read("schema/jsonschema/" + address.slice(hosted.length));
}

// settings are those of an editor that knows the files of each kind by their names.
export const settings = {
  validate: true,
  hover: true,
  completion: true,
  schemaStore: { enable: false },
  schemas: {
    [hosted + "webhook-file.json"]: "webhooks.yaml",
    [hosted + "json-webhook-file.json"]: "webhooks.json",
    [hosted + "runconfig.json"]: "runconfig.json",
    [hosted + "mcpwebhookconfig.json"]: "mcpwebhookconfig.yaml",
    [hosted + "mcpserver.json"]: "mcpserver.yaml",
    [hosted + "mcpserverentry.json"]: "mcpserverentry.yaml",
    [hosted + "mcpremoteproxy.json"]: "mcpremoteproxy.yaml",
    [hosted + "secret.json"]: "secret.yaml",
    [hosted + "project.json"]: "thvctl.yaml",
    [hosted + "unit.json"]: "unit.json",
  },
};
