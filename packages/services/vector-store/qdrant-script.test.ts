import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { assert, temporaryDirectory } from "@genai/testing";

interface Collection {
  size: number;
  distance: string;
  points: number;
  /** @default 1 */
  shards?: number;
}

/** As much of Qdrant's HTTP interface as the script uses, with the answers that Qdrant's reference (api.qdrant.tech) gives. */
class QdrantInterface {
  readonly collections: Map<string, Collection>;
  /** Which part of each collection this node has. */
  readonly share: number;
  /** States of the shards that were asked for, the next first. After that all are in use. */
  readonly states: string[] = [];
  readonly snapshots: { name: string; creation_time: string; points: number; collection: string }[] = [];
  readonly refused: number[] = [];
  /** Collection, field and kind. */
  readonly indexes = new Set<string>();
  /** How long the making of a copy takes. */
  copySeconds = 0;
  readonly server: Server = createServer((request, response) => {
    void this.#answer(request).then(([status, result]) => {
      const answer = { result, status: status < 300 ? "ok" : { error: "no" } };
      response.writeHead(status).end(typeof result === "number" ? String(result) : JSON.stringify(answer));
    });
  });

  constructor(collections = new Map<string, Collection>(), share = 1) {
    this.collections = collections;
    this.share = share;
  }

  async #answer(request: IncomingMessage): Promise<[number, unknown]> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const sent = Buffer.concat(parts).toString();
    const isForm = request.headers["content-type"]?.startsWith("multipart/form-data; boundary=") ?? false;
    const body = isForm ? {} : (JSON.parse(sent || "{}") as Record<string, unknown>);
    const [path = ""] = (request.url ?? "").split("?");
    if (path === "/readyz") return [200, null];
    if (request.headers["api-key"] !== "key") {
      this.refused.push(401);
      return [401, null];
    }
    const [, , name = "", section, action] = path.split("/");
    const found = this.collections.get(name);
    // A snapshot as a file is the number of its points, in the form's field "snapshot".
    if (action === "upload") {
      const points = Number(/name="snapshot"[^]*?\r\n\r\n(\d+)\r\n/.exec(sent)?.[1]);
      this.collections.set(name, { size: 3, distance: "Cosine", points: (found?.points ?? 0) + points });
      return [200, true];
    }
    if (section === "snapshots" && action === "recover") {
      const file = String(body["location"]).split("/").at(-1);
      const copy = this.snapshots.find((each) => each.name === file);
      if (!copy) return [400, null];
      this.collections.set(name, { size: 3, distance: "Cosine", points: (found?.points ?? 0) + copy.points });
      return [200, true];
    }
    if (request.method === "PUT" && !section) {
      const { size, distance } = body["vectors"] as { size: number; distance: string };
      this.collections.set(name, { size, distance, points: 0 });
      return [200, true];
    }
    if (request.method === "DELETE" && !section) return [200, this.collections.delete(name)];
    if (!found) return [404, null];
    if (!section) {
      const { size, distance, shards = 1 } = found;
      const params = { vectors: { size, distance }, shard_number: shards, replication_factor: 1 };
      return [200, { config: { params } }];
    }
    if (section === "index" && request.method === "PUT") {
      this.indexes.add(`${name} ${String(body["field_name"])} ${String(body["field_schema"])}`);
      return [200, { status: "completed" }];
    }
    if (section === "cluster") {
      const state = this.states.shift() ?? "Active";
      return [200, { local_shards: [{ shard_id: 0, state }], remote_shards: [{ shard_id: 1, state: "Active" }] }];
    }
    if (section === "points") return [200, { count: found.points }];
    if (action && request.method === "GET")
      return [200, this.snapshots.find((each) => each.name === action)?.points ?? null];
    if (request.method === "GET") return [200, this.snapshots.filter(({ collection }) => collection === name)];
    if (request.method === "DELETE") {
      this.snapshots.splice(
        this.snapshots.findIndex((each) => each.name === action),
        1,
      );
      return [200, true];
    }
    if (this.copySeconds) await setTimeout(this.copySeconds * 1000);
    const number = this.snapshots.length + Math.random();
    const copy = { name: `${name}-${number}.snapshot`, creation_time: new Date().toISOString() };
    this.snapshots.push({ ...copy, collection: name, points: found.points * this.share });
    return [200, copy];
  }
}

describe("the script that calls Qdrant", function () {
  this.timeout(60_000);
  let qdrant: QdrantInterface;
  let nodes: QdrantInterface[];

  const start = async (node: QdrantInterface) => {
    nodes.push(node);
    await once(node.server.listen(0, "127.0.0.1"), "listening");
    return node;
  };
  beforeEach(async () => {
    nodes = [];
    qdrant = await start(new QdrantInterface());
  });
  afterEach(() => {
    for (const { server } of nodes) server.close();
  });

  const run = async (
    action: string,
    { key = "key", size = 3, keep = 2, patience = 0, copies = "", before = "" } = {},
  ) => {
    const urls = nodes.map(({ server }) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const wanted = [{ name: "handbook", size, distance: "Cosine", shards: nodes.length, copies: 1 }];
    const child = spawn(process.execPath, [join(import.meta.dirname, "scripts", "qdrant.ts"), action], {
      env: {
        QDRANT_NODES: urls.join(","),
        PATIENCE_SECONDS: String(patience),
        QDRANT_API_KEY: key,
        COLLECTIONS: JSON.stringify(wanted),
        KEEP: String(keep),
        ...(copies && { COPIES: copies }),
        ...(before && { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(before)}` }),
      },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (said += String(part)));
    const [code] = (await once(child, "close")) as [number];
    return { code, said };
  };

  it("makes a collection once, and leaves it as it is after that", async () => {
    assert.deepEqual(await run("collections"), { code: 0, said: "made handbook\n" });
    qdrant.collections.set("handbook", { size: 3, distance: "Cosine", points: 5 });
    assert.deepEqual(await run("collections"), { code: 0, said: "" });
    assert.equal(qdrant.collections.get("handbook")?.points, 5);
  });

  it("indexes what writers look for, also in a collection that is there", async () => {
    qdrant.collections.set("handbook", { size: 3, distance: "Cosine", points: 5 });
    assert.equal((await run("collections")).code, 0);
    assert.deepEqual([...qdrant.indexes], ["handbook metadata.writer keyword", "handbook metadata.document keyword"]);
  });

  it("refuses other vectors for a collection that is there", async () => {
    await run("collections");
    const { code, said } = await run("collections", { size: 4 });
    assert.equal(code, 1);
    assert.match(said, /holds Cosine vectors of 3 elements, and Cosine of 4 are wanted/);
  });

  it("refuses a collection that was made for another number of replicas", async () => {
    qdrant.collections.set("handbook", { size: 3, distance: "Cosine", points: 5, shards: 3 });
    const { code, said } = await run("collections");
    assert.equal(code, 1);
    assert.match(said, /handbook was made for 3 replicas .* undo the change of replicas, or fill a new store/);
  });

  it("keeps the newest copies", async () => {
    await run("collections");
    for (let times = 0; times < 3; times++) assert.equal((await run("snapshot")).code, 0);
    assert.equal(qdrant.snapshots.length, 2);
  });

  it("waits for a copy longer than fetch does by itself", async () => {
    await run("collections");
    qdrant.copySeconds = 3;
    // What is 300 s otherwise.
    const impatient = `
      await fetch("data:,");
      const key = Symbol.for("undici.globalDispatcher.1");
      globalThis[key] = new globalThis[key].constructor({ headersTimeout: 100 });`;
    assert.equal((await run("snapshot", { before: impatient })).code, 0);
    assert.equal(qdrant.snapshots.length, 1);
  });

  it("restores the newest copy beside the collection, counts, and leaves nothing", async () => {
    await run("collections");
    qdrant.collections.set("handbook", { size: 3, distance: "Cosine", points: 5 });
    await run("snapshot");
    const { code, said } = await run("drill");
    assert.match(said, /5 points, and handbook has 5/);
    assert.equal(code, 0);
    assert.deepEqual([...qdrant.collections.keys()], ["handbook"]);
  });

  describe("of several nodes", () => {
    beforeEach(async () => {
      const collections = new Map([["handbook", { size: 3, distance: "Cosine", points: 10 }]]);
      for (const { server } of nodes.splice(0)) server.close();
      for (const share of [0.4, 0.4, 0.2]) await start(new QdrantInterface(collections, share));
      assert.equal((await run("snapshot")).code, 0);
    });

    it("restores the copy of each on that node, and counts them together once the nodes agree", async () => {
      const [first] = nodes;
      first?.states.push("Partial");
      const { code, said } = await run("drill", { patience: 5 });
      assert.match(said, /10 points, and handbook has 10/);
      assert.equal(code, 0);
      assert.deepEqual(first?.states, []);
      assert.deepEqual([...(first?.collections.keys() ?? [])], ["handbook"]);
    });

    it("carries the copies of all, and restores what comes back", async () => {
      const copies = temporaryDirectory("copies");
      assert.equal((await run("snapshot", { copies })).code, 0);
      const [time = ""] = readdirSync(copies);
      assert.match(time, /^\d{8}T\d{6}Z$/);
      const checksums = readFileSync(join(copies, time, "checksums"), "utf8");
      assert.match(checksums, /^([0-9a-f]{64} {2}handbook\/[012]\.snapshot\n){3}$/);
      // The nodes' own copies are gone, as if the cluster were another.
      for (const { snapshots } of nodes) snapshots.splice(0);
      const { code, said } = await run("drill", { copies });
      assert.match(said, /10 points, and handbook has 10/);
      assert.equal(code, 0);
      writeFileSync(join(copies, time, "handbook", "1.snapshot"), "9");
      assert.match((await run("drill", { copies })).said, /handbook\/1\.snapshot is not what was sent/);
      writeFileSync(join(copies, time, "checksums"), checksums.replace(/.*2\.snapshot\n/, ""));
      assert.match(
        (await run("drill", { copies })).said,
        /newest copy has no handbook\/2\.snapshot|is not what was sent/,
      );
    });

    it("fails where the copies of two are empty, or one has none", async () => {
      for (const { snapshots } of nodes.slice(0, 2)) for (const snapshot of snapshots) snapshot.points = 0;
      const { code, said } = await run("drill");
      assert.match(said, /restored .*: 2 points, and handbook has 10\nthe copies of handbook have too few points/);
      assert.equal(code, 1);
      nodes[1]?.snapshots.splice(0);
      assert.match((await run("drill")).said, /has no copy to restore on 127\.0\.0\.1/);
    });
  });

  it("fails where a copy is missing or lost points", async () => {
    await run("collections");
    assert.match((await run("drill")).said, /has no copy to restore/);
    await run("snapshot");
    qdrant.collections.set("handbook", { size: 3, distance: "Cosine", points: 5 });
    const { code, said } = await run("drill");
    assert.match(said, /too few points/);
    assert.equal(code, 1);
    assert.deepEqual([...qdrant.collections.keys()], ["handbook"]);
  });

  it("says that it was refused, and never its key", async () => {
    const { code, said } = await run("collections", { key: "another-key" });
    assert.equal(code, 1);
    assert.match(said, /GET \/collections\/handbook answered 401/);
    assert.ok(!said.includes("another-key"));
    assert.deepEqual(qdrant.refused, [401]);
  });
});
