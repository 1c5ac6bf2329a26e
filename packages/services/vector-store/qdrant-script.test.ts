import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { assert } from "@genai/testing";

/** As much of Qdrant's HTTP interface as the script uses, with the answers that Qdrant's reference (api.qdrant.tech) gives. */
class QdrantInterface {
  readonly collections = new Map<string, { size: number; distance: string; points: number }>();
  readonly snapshots: { name: string; creation_time: string; points: number; collection: string }[] = [];
  readonly refused: number[] = [];
  readonly server: Server = createServer((request, response) => {
    void this.#answer(request).then(([status, result]) => {
      response.writeHead(status).end(JSON.stringify({ result, status: status < 300 ? "ok" : { error: "no" } }));
    });
  });

  async #answer(request: IncomingMessage): Promise<[number, unknown]> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString() || "{}") as Record<string, unknown>;
    const [path = ""] = (request.url ?? "").split("?");
    if (path === "/readyz") return [200, null];
    if (request.headers["api-key"] !== "key") {
      this.refused.push(401);
      return [401, null];
    }
    const [, , name = "", section, action] = path.split("/");
    const found = this.collections.get(name);
    if (section === "snapshots" && action === "recover") {
      const file = String(body["location"]).split("/").at(-1);
      const copy = this.snapshots.find((each) => each.name === file);
      if (!copy) return [400, null];
      this.collections.set(name, { size: 3, distance: "Cosine", points: copy.points });
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
      return [200, { config: { params: { vectors: { size: found.size, distance: found.distance } } } }];
    }
    if (section === "points") return [200, { count: found.points }];
    if (request.method === "GET") return [200, this.snapshots.filter(({ collection }) => collection === name)];
    if (request.method === "DELETE") {
      this.snapshots.splice(
        this.snapshots.findIndex((each) => each.name === action),
        1,
      );
      return [200, true];
    }
    const number = this.snapshots.length + Math.random();
    const copy = { name: `${name}-${number}.snapshot`, creation_time: new Date().toISOString(), points: found.points };
    this.snapshots.push({ ...copy, collection: name });
    return [200, copy];
  }
}

describe("the script that calls Qdrant", function () {
  this.timeout(60_000);
  let qdrant: QdrantInterface;

  beforeEach(async () => {
    qdrant = new QdrantInterface();
    await once(qdrant.server.listen(0, "127.0.0.1"), "listening");
  });
  afterEach(() => {
    qdrant.server.close();
  });

  const run = async (action: string, { key = "key", size = 3, keep = 2 } = {}) => {
    const { port } = qdrant.server.address() as AddressInfo;
    const wanted = [{ name: "handbook", size, distance: "Cosine", shards: 1, copies: 1 }];
    const child = spawn(process.execPath, [join(import.meta.dirname, "scripts", "qdrant.ts"), action], {
      env: {
        QDRANT_NODES: `http://127.0.0.1:${port}`,
        QDRANT_API_KEY: key,
        COLLECTIONS: JSON.stringify(wanted),
        KEEP: String(keep),
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

  it("refuses other vectors for a collection that is there", async () => {
    await run("collections");
    const { code, said } = await run("collections", { size: 4 });
    assert.equal(code, 1);
    assert.match(said, /holds Cosine vectors of 3 elements, and Cosine of 4 are wanted/);
  });

  it("keeps the newest copies", async () => {
    await run("collections");
    for (let times = 0; times < 3; times++) assert.equal((await run("snapshot")).code, 0);
    assert.equal(qdrant.snapshots.length, 2);
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
