/*
 * What a Job does to Qdrant over its HTTP interface: `collections`, `snapshot` or `drill`. It runs alone in a container, so it imports
 * nothing. From its environment: QDRANT_NODES (base URLs of all replicas), QDRANT_API_KEY, and of COLLECTIONS the wanted ones as JSON.
 */

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
const keep = Number(process.env["KEEP"] ?? "7");
/** A copy with less than this share of the points that are there now is one that lost some, or one that is far too old. */
const leastShare = 0.5;
/** How long nodes may take to agree on who has which shard. */
const patienceSeconds = Number(process.env["PATIENCE_SECONDS"] ?? "120");

/** Calls Qdrant; a missing collection is undefined. The message of an error has no header in it, hence no key. */
async function call<Result>(node: string, method: string, path: string, body?: object): Promise<Result | undefined> {
  const response = await fetch(node + path, {
    method,
    headers: { "api-key": process.env["QDRANT_API_KEY"] ?? "", "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
  return (JSON.parse(text) as { result: Result }).result;
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

/** Makes the collections that are missing; one that is there must have the same vectors. */
async function makeCollections(): Promise<void> {
  type Found = { config: { params: { vectors: { size: number; distance: string } } } };
  for (const collection of wanted) {
    const path = `/collections/${collection.name}`;
    const found = await call<Found>(firstNode, "GET", path);
    if (!found) {
      await call(firstNode, "PUT", path, parameters(collection));
      console.log(`made ${collection.name}`);
      continue;
    }
    const { size, distance } = found.config.params.vectors;
    if (size === collection.size && distance === collection.distance) continue;
    const message = `holds ${distance} vectors of ${size} elements, and ${collection.distance} of ${collection.size} are wanted`;
    throw new Error(`collection ${collection.name} ${message}: give the new collection another name`);
  }
}

async function snapshotsOf(node: string, collection: string): Promise<Snapshot[]> {
  const found = (await call<Snapshot[]>(node, "GET", `/collections/${collection}/snapshots`)) ?? [];
  return found.toSorted((one, other) => ((one.creation_time ?? "") < (other.creation_time ?? "") ? -1 : 1));
}

/** Copies each collection on each node, since a node copies its own part alone; old copies go once the new one is there. */
async function copy(): Promise<void> {
  for (const { name } of wanted) {
    const path = `/collections/${name}/snapshots`;
    for (const node of nodes) {
      const made = await call<Snapshot>(node, "POST", `${path}?wait=true`);
      if (!made) throw new Error(`collection ${name} is not there`);
      const old = (await snapshotsOf(node, name)).slice(0, -keep);
      for (const snapshot of old) await call(node, "DELETE", `${path}/${snapshot.name}?wait=true`);
      console.log(`copied ${name} to ${made.name}`);
    }
  }
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
    const newest = await Promise.all(nodes.map((node) => newestCopy(node, name)));
    await call(firstNode, "DELETE", scratch);
    try {
      await call(firstNode, "PUT", scratch, parameters({ ...collection, copies: 1 }));
      for (const [index, node] of nodes.entries()) {
        const location = `file:///qdrant/snapshots/${name}/${newest[index]}`;
        await call(node, "PUT", `${scratch}/snapshots/recover?wait=true`, { location, priority: "snapshot" });
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
  await action();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
