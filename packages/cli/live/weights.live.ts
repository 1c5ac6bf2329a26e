import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { images } from "@genai/catalog";
import { type UnpackedImage, unpackImage } from "@genai/sandbox";
import { assert, temporaryDirectory } from "@genai/testing";

const commit = "0123456789abcdef0123456789abcdef01234567";
const files: Record<string, string> = { "config.json": '{"layers": 2}', "model.safetensors": "weights ".repeat(5000) };
/** Files that the hub keeps as large ones, with a SHA-256; the others have git's checksum. */
const large = new Set(["model.safetensors"]);

const loader = join(import.meta.dirname, "../../services/serving/loader/weights.py");

const hash = (kind: string, text: string) => createHash(kind).update(text).digest("hex");
const gitHash = (text: string) => hash("sha1", `blob ${text.length}\0${text}`);

/** What the hub answers of a model and its files, and S3 of a bucket, as far as their clients ask. */
class FakeHub {
  readonly downloads: string[] = [];
  readonly tokens = new Set<string | undefined>();
  /** Files that arrive otherwise than the hub says. */
  readonly damaged = new Set<string>();
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? "/", "http://hub");
    this.tokens.add(request.headers.authorization);
    if (pathname.startsWith("/api/models/acme/tiny/revision/")) {
      const siblings = Object.entries(files).map(([rfilename, text]) => ({
        rfilename,
        size: text.length,
        blobId: gitHash(text),
        ...(large.has(rfilename) && { lfs: { sha256: hash("sha256", text), size: text.length, pointerSize: 100 } }),
      }));
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ id: "acme/tiny", sha: commit, siblings }));
      return;
    }
    // How newer clients ask for the list.
    if (pathname.startsWith("/api/models/acme/tiny/tree/")) {
      const list = Object.entries(files).map(([path, text]) => ({
        type: "file",
        path,
        size: text.length,
        oid: gitHash(text),
        ...(large.has(path) && { lfs: { oid: hash("sha256", text), size: text.length, pointerSize: 100 } }),
      }));
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(list));
      return;
    }
    if (pathname === "/models") {
      const contents = Object.entries(files).map(
        ([name, text]) => `<Contents><Key>tiny/${name}</Key><Size>${text.length}</Size></Contents>`,
      );
      response.setHeader("content-type", "application/xml");
      response.end(`<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`);
      return;
    }
    const name = pathname.split("/").at(-1) ?? "";
    const text = files[name];
    if (text === undefined) {
      response.writeHead(404).end();
      return;
    }
    const etag = large.has(name) ? hash("sha256", text) : gitHash(text);
    response.writeHead(200, { etag: `"${etag}"`, "x-repo-commit": commit, "content-length": text.length });
    if (request.method === "GET") this.downloads.push(name);
    response.end(request.method === "HEAD" ? undefined : this.damaged.has(name) ? text.replace("w", "W") : text);
  }
}

describe("loader of weights", function () {
  this.timeout(300_000);
  const scratch = temporaryDirectory("weights");
  const hub = new FakeHub();
  let endpoint = "";
  let image: UnpackedImage;

  before(async () => {
    // LiteLLM's image has the clients of the hub and of S3 too.
    image = await unpackImage(images.liteLlm, temporaryDirectory("python"));
    endpoint = await hub.listen();
  });

  after(() => hub.close());

  /** Runs the program as its Jobs do. */
  function run(command: string, variables: Record<string, string>): Promise<{ code: number; output: string }> {
    const env = {
      PATH: "/usr/bin:/bin",
      ...image.pythonEnvironment,
      HOME: scratch,
      DIRECTORY: scratch,
      HF_ENDPOINT: endpoint,
      AWS_ENDPOINT_URL: endpoint,
      AWS_DEFAULT_REGION: "us-east-1",
      ...variables,
    };
    return new Promise((resolve) => {
      const [program, ...options] = image.command("python3");
      execFile(program, [...options, loader, command], { env }, (error, stdout, stderr) =>
        resolve({ code: error ? 1 : 0, output: stdout + stderr }),
      );
    });
  }

  const fromHub = { SOURCE: "hf://acme/tiny", REVISION: commit, HF_TOKEN: "hf_not-a-real-token" };

  it("downloads, verifies and marks; the second time it does nothing", async () => {
    const first = await run("load", { ...fromHub, TARGET: "tiny" });
    assert.equal(first.code, 0, first.output);
    for (const [name, text] of Object.entries(files))
      assert.ok(readFileSync(join(scratch, "tiny", name), "utf8") === text, name);
    assert.ok(existsSync(join(scratch, "tiny", ".complete")));
    assert.ok(hub.tokens.has("Bearer hf_not-a-real-token"));
    assert.ok(!first.output.includes("hf_not-a-real-token"));
    const before = hub.downloads.length;
    const second = await run("load", { ...fromHub, TARGET: "tiny" });
    assert.match(second.output, /nothing to do/);
    assert.equal(hub.downloads.length, before);
  });

  it("loads a file again that is gone", async () => {
    rmSync(join(scratch, "tiny", "model.safetensors"));
    hub.downloads.length = 0;
    const { code, output } = await run("load", { ...fromHub, TARGET: "tiny" });
    assert.equal(code, 0, output);
    assert.ok(hub.downloads.includes("model.safetensors"));
  });

  it("refuses a file with another checksum, and deletes it for the next try", async () => {
    hub.damaged.add("model.safetensors");
    const bad = await run("load", { ...fromHub, TARGET: "damaged" });
    assert.equal(bad.code, 1);
    assert.match(bad.output, /model\.safetensors has another checksum than the hub says/);
    assert.ok(!existsSync(join(scratch, "damaged", ".complete")));
    hub.damaged.clear();
    const good = await run("load", { ...fromHub, TARGET: "damaged" });
    assert.equal(good.code, 0, good.output);
  });

  it("takes the objects of a bucket below a prefix", async () => {
    const variables = {
      SOURCE: "s3://models/tiny",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      TARGET: "bucket",
    };
    const { code, output } = await run("load", variables);
    assert.equal(code, 0, output);
    for (const [name, text] of Object.entries(files))
      assert.ok(readFileSync(join(scratch, "bucket", name), "utf8") === text, name);
  });

  it("deletes what nobody uses, a week after it noticed", async () => {
    const variables = { KEPT: '["tiny", "damaged"]', RETENTION_DAYS: "7" };
    await run("prune", variables);
    const since = join(scratch, "bucket", ".unused-since");
    assert.ok(existsSync(since));
    const before = Date.now() / 1000 - 8 * 24 * 3600;
    writeFileSync(since, "");
    utimesSync(since, before, before);
    const { output } = await run("prune", variables);
    assert.match(output, /bucket was not used for 7 days; deleted/);
    assert.ok(!existsSync(join(scratch, "bucket")) && existsSync(join(scratch, "tiny", "config.json")));
  });
});
