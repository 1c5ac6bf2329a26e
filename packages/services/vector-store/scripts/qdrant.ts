/*
 * What a Job does to Qdrant over its HTTP interface: `collections`, `snapshot` or `drill`. It runs alone in a container, so it imports
 * Node's own modules only. From its environment: QDRANT_NODES (base URLs of all replicas), QDRANT_API_KEY, of COLLECTIONS the wanted ones
 * as JSON, and COPIES, a directory that new copies are put into for a bucket, or that a drill finds copies from it in.
 */

import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  openAsBlob,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

interface Wanted {
  name: string;
  size: number;
  distance: string;
  shards: number;
  copies: number;
}
interface Snapshot {
  name: string;
  creation_time: string | null;
}

const nodes = (process.env["QDRANT_NODES"] ?? "").split(",");
const [firstNode = ""] = nodes;
const wanted = JSON.parse(process.env["COLLECTIONS"] ?? "[]") as Wanted[];
const directory = process.env["COPIES"] ?? "";
const keep = Number(process.env["KEEP"] ?? "7");
/** A copy with less than this share of the points that are there now is one that lost some, or one that is far too old. */
const leastShare = 0.5;
/** How long nodes may take to agree on who has which shard. */
const patienceSeconds = Number(process.env["PATIENCE_SECONDS"] ?? "120");

/**
 * Lets `fetch` wait for as long as the Job may run: by itself it gives up when no answer has begun after 300 s, and a copy of tens of GB
 * takes longer. Node exports the class of its dispatcher nowhere, so that of the present one is taken, which is there after a first fetch.
 */
function waitForAnswers(): void {
  type Dispatcher = new (options: { headersTimeout: number; bodyTimeout: number }) => object;
  const key = Symbol.for("undici.globalDispatcher.1");
  const places = globalThis as unknown as Record<symbol, { constructor: Dispatcher } | undefined>;
  const Agent = places[key]?.constructor;
  if (!Agent) throw new Error(`Node ${process.version} keeps the dispatcher of fetch elsewhere`);
  Object.assign(globalThis, { [key]: new Agent({ headersTimeout: 0, bodyTimeout: 0 }) });
}

/** Asks Qdrant. The message of an error has no header in it, hence no key. */
async function ask(node: string, method: string, path: string, body?: object): Promise<Response> {
  const form = body instanceof FormData;
  const response = await fetch(node + path, {
    method,
    headers: { "api-key": process.env["QDRANT_API_KEY"] ?? "", ...(!form && { "content-type": "application/json" }) },
    ...(body && { body: form ? body : JSON.stringify(body) }),
  });
  if (response.ok || response.status === 404) return response;
  throw new Error(`${method} ${path} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
}

/** Calls Qdrant; a missing collection is undefined. */
async function call<Result>(node: string, method: string, path: string, body?: object): Promise<Result | undefined> {
  const response = await ask(node, method, path, body);
  const text = await response.text();
  return response.status === 404 ? undefined : (JSON.parse(text) as { result: Result }).result;
}

async function second(): Promise<void> {
  await new Promise((done) => setTimeout(done, 1000));
}

async function untilReady(): Promise<void> {
  for (const node of nodes) {
    // The Job's deadline bounds the waiting.
    while (!(await fetch(`${node}/readyz`).catch(() => undefined))?.ok) await second();
  }
}

function parameters({ size, distance, shards, copies }: Wanted): object {
  return { vectors: { size, distance }, shard_number: shards, replication_factor: copies, on_disk_payload: true };
}

/** What writers look for before they write a document; without an index each look reads the whole collection. */
const writersFields = ["metadata.writer", "metadata.document"];

interface Found {
  config: {
    params: { vectors: { size: number; distance: string }; shard_number: number; replication_factor: number };
  };
}

/** Makes the collections that are missing; one that is there must have the same vectors, and as many shards. */
async function makeCollections(): Promise<void> {
  for (const collection of wanted) {
    const path = `/collections/${collection.name}`;
    const found = await call<Found>(firstNode, "GET", path);
    if (found) checkCollection(collection, found);
    else {
      await call(firstNode, "PUT", path, parameters(collection));
      console.log(`made ${collection.name}`);
    }
    // One that is there stays as it is.
    for (const field of writersFields) {
      await call(firstNode, "PUT", `${path}/index?wait=true`, { field_name: field, field_schema: "keyword" });
    }
  }
}

function checkCollection(collection: Wanted, { config }: Found): void {
  const { vectors, shard_number: shards, replication_factor: copies } = config.params;
  const { size, distance } = vectors;
  if (size !== collection.size || distance !== collection.distance) {
    const message = `holds ${distance} vectors of ${size} elements, and ${collection.distance} of ${collection.size} are wanted`;
    throw new Error(`collection ${collection.name} ${message}: give the new collection another name`);
  }
  if (shards === collection.shards && copies === collection.copies) return;
  const made = `was made for ${shards} replicas and keeps ${copies} of each vector, and ${collection.shards} and ${collection.copies} are wanted`;
  const fix = "Qdrant moves no shard by itself: undo the change of replicas, or fill a new store";
  throw new Error(`collection ${collection.name} ${made}; ${fix}`);
}

async function snapshotsOf(node: string, collection: string): Promise<Snapshot[]> {
  const found = (await call<Snapshot[]>(node, "GET", `/collections/${collection}/snapshots`)) ?? [];
  return found.toSorted((one, other) => ((one.creation_time ?? "") < (other.creation_time ?? "") ? -1 : 1));
}

/** Copies each collection on each node, since a node copies its own part alone; old copies go once the new one is there. */
async function copy(): Promise<void> {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const checksums: string[] = [];
  for (const { name } of wanted) {
    const path = `/collections/${name}/snapshots`;
    for (const [index, node] of nodes.entries()) {
      const made = await call<Snapshot>(node, "POST", `${path}?wait=true`);
      if (!made) throw new Error(`collection ${name} is not there`);
      const old = (await snapshotsOf(node, name)).slice(0, -keep);
      for (const snapshot of old) await call(node, "DELETE", `${path}/${snapshot.name}?wait=true`);
      console.log(`copied ${name} to ${made.name}`);
      if (directory)
        checksums.push(await fetchCopy(`${node}${path}/${made.name}`, join(directory, time), [name, index]));
    }
  }
  if (directory) {
    mkdirSync(join(directory, time), { recursive: true });
    writeFileSync(join(directory, time, "checksums"), checksums.join(""));
  }
}

/** The file of what a node copied of a collection, on its way to a bucket or from it. */
function copyFile([collection, index]: [collection: string, index: number]): string {
  return join(collection, `${index}.snapshot`);
}

/** Fetches a copy from its node, and gives the line with its checksum. */
async function fetchCopy(url: string, into: string, which: [string, number]): Promise<string> {
  const { origin, pathname } = new URL(url);
  const { body } = await ask(origin, "GET", pathname);
  if (!body) throw new Error(`GET ${pathname} gave nothing`);
  const file = join(into, copyFile(which));
  mkdirSync(dirname(file), { recursive: true });
  await pipeline(Readable.fromWeb(body), createWriteStream(file));
  return `${await checksum(file)}  ${copyFile(which)}\n`;
}

async function checksum(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function count(collection: string): Promise<number> {
  const result = await call<{ count: number }>(firstNode, "POST", `/collections/${collection}/points/count`, {
    exact: true,
  });
  return result?.count ?? 0;
}

/**
 * Restores the newest copies of each collection into one of its own beside it, counts, and removes that. The collection beside it keeps
 * each shard once: a node that restores its part becomes the one that has it, and what other nodes have of that goes, so that in the end
 * every shard comes from a copy.
 */
async function drill(): Promise<void> {
  for (const collection of wanted) {
    const { name } = collection;
    const beside = `${name}--restore-drill`;
    const scratch = `/collections/${beside}`;
    // All are looked for first: without one of them a shard may be missing.
    const newest = await Promise.all(
      nodes.map((node, index) => (directory ? fetchedCopy([name, index]) : newestCopy(node, name))),
    );
    await call(firstNode, "DELETE", scratch);
    try {
      await call(firstNode, "PUT", scratch, parameters({ ...collection, copies: 1 }));
      for (const [index, node] of nodes.entries()) {
        await restore(node, `${scratch}/snapshots`, name, newest[index] ?? "");
        if (nodes.length > 1) await untilAgreed(node, scratch);
      }
      const [restored, present] = [await count(beside), await count(name)];
      console.log(`restored ${newest.join(", ")}: ${restored} points, and ${name} has ${present}`);
      if (restored < present * leastShare) throw new Error(`the copies of ${name} have too few points`);
    } finally {
      await call(firstNode, "DELETE", scratch);
    }
  }
}

/** Restores one copy: a file of this Job's where copies come from a bucket, or else one of the node's own. */
async function restore(node: string, path: string, collection: string, copied: string): Promise<void> {
  if (!directory) {
    const location = `file:///qdrant/snapshots/${collection}/${copied}`;
    await call(node, "PUT", `${path}/recover?wait=true`, { location, priority: "snapshot" });
    return;
  }
  const form = new FormData();
  form.set("snapshot", await openAsBlob(join(directory, copied)), "copy.snapshot");
  await call(node, "POST", `${path}/upload?wait=true&priority=snapshot`, form);
}

/** The file that came from the bucket, as it left the cluster. */
async function fetchedCopy(which: [string, number]): Promise<string> {
  const [time = ""] = readdirSync(directory);
  const file = join(time, copyFile(which));
  const lines = readFileSync(join(directory, time, "checksums"), "utf8").split("\n");
  const line = lines.find((each) => each.endsWith(`  ${copyFile(which)}`));
  if (!line) throw new Error(`the bucket's newest copy has no ${copyFile(which)}`);
  if (!line.startsWith(await checksum(join(directory, file)))) throw new Error(`${file} is not what was sent`);
  return file;
}

async function newestCopy(node: string, collection: string): Promise<string> {
  const newest = (await snapshotsOf(node, collection)).at(-1);
  if (!newest) throw new Error(`collection ${collection} has no copy to restore on ${new URL(node).hostname}`);
  return newest.name;
}

/** Waits until one node has each shard and it is in use: nodes agree on that only some time after a restore. The count tells if they never do. */
async function untilAgreed(node: string, path: string): Promise<void> {
  type Shards = Record<"local_shards" | "remote_shards", { shard_id: number; state: string }[]>;
  for (let left = patienceSeconds; left > 0; left -= 1) {
    await second();
    const found = await call<Shards>(node, "GET", `${path}/cluster`);
    const shards = found ? [...found.local_shards, ...found.remote_shards] : [];
    const once = new Set(shards.map(({ shard_id }) => shard_id)).size === shards.length;
    if (once && shards.every(({ state }) => state === "Active")) return;
  }
}

const actions: Readonly<Record<string, () => Promise<void>>> = { collections: makeCollections, snapshot: copy, drill };
const action = actions[process.argv[2] ?? ""];
if (!action) throw new Error(`"${process.argv[2] ?? ""}" is none of ${Object.keys(actions).join(", ")}`);
try {
  await untilReady();
  waitForAnswers();
  await action();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
