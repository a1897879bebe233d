// A YAML language server, driven as VS Code drives it: over standard input and output,
// with nothing but what an editor sends, and with the editor fetching for it.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { StreamMessageReader, StreamMessageWriter, createMessageConnection } from "vscode-jsonrpc/node.js";

const program = createRequire(import.meta.url).resolve("yaml-language-server/bin/yaml-language-server");

// start runs a server with the settings that an editor has under "yaml". fetch returns
// the text at an address; the server itself reaches for no network.
export async function start(settings, fetch) {
  const child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const server = new Server(child, connection);
  const asked = new Promise((resolve) => {
    connection.onRequest("workspace/configuration", ({ items }) => {
      resolve();
      return items.map(({ section }) => (section === "yaml" ? settings : null));
    });
  });
  connection.onRequest("client/registerCapability", () => null);
  connection.onRequest("vscode/content", fetch);
  connection.listen();
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: {
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: {
        completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } },
        hover: { contentFormat: ["markdown"] },
      },
    },
  });
  await connection.sendNotification("initialized", {});
  await connection.sendNotification("yaml/registerContentRequest");
  await asked;
  await server.diagnostics("", ""); // comes when the settings are in force
  return server;
}

class Server {
  #child;
  #connection;
  #published = new Map();
  #opened = 0;

  constructor(child, connection) {
    this.#child = child;
    this.#connection = connection;
    connection.onNotification("textDocument/publishDiagnostics", ({ uri, diagnostics }) => this.#published.get(uri)?.(diagnostics));
  }

  // diagnostics returns what the server finds in a text, as "LINE: MESSAGE" in the order
  // of the lines.
  async diagnostics(name, text) {
    const uri = this.#uri(name);
    const published = new Promise((resolve) => this.#published.set(uri, resolve));
    await this.#open(uri, text);
    const found = await published;
    found.sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character);
    return found.map((d) => `${d.range.start.line + 1}: ${d.message}`);
  }

  // completions returns what the server offers at the mark "¦" in a text.
  async completions(name, marked) {
    const { items } = await this.#ask("textDocument/completion", name, marked);
    return items;
  }

  // hover returns what the server says of what stands at the mark "¦" in a text.
  async hover(name, marked) {
    const hover = await this.#ask("textDocument/hover", name, marked);
    return hover?.contents.value ?? "";
  }

  async #ask(method, name, marked) {
    const uri = this.#uri(name);
    const before = marked.slice(0, marked.indexOf("¦")).split("\n");
    await this.#open(uri, marked.replace("¦", ""));
    const position = { line: before.length - 1, character: before.at(-1).length };
    return this.#connection.sendRequest(method, { textDocument: { uri }, position });
  }

  // #uri returns an address of a file of a name, in a folder of its own.
  #uri(name) {
    return `file:///workspace/${++this.#opened}/${name}`;
  }

  async #open(uri, text) {
    await this.#connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "yaml", version: 1, text },
    });
  }

  async stop() {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    await this.#connection.sendRequest("shutdown");
    await this.#connection.sendNotification("exit");
    await ended;
    this.#connection.dispose();
  }
}
