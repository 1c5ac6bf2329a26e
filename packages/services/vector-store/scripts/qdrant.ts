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

async function untilReady(): Promise<void> {
  for (const node of nodes) {
    // The Job's deadline bounds the waiting.
    while (!(await fetch(`${node}/readyz`).catch(() => undefined))?.ok)
      await new Promise((done) => setTimeout(done, 1000));
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

/** Restores the newest copy of each collection into one of its own beside it, counts, and removes that. */
async function drill(): Promise<void> {
  for (const { name } of wanted) {
    const newest = (await snapshotsOf(firstNode, name)).at(-1);
    if (!newest) throw new Error(`collection ${name} has no copy to restore`);
    const scratch = `/collections/${name}--restore-drill`;
    await call(firstNode, "DELETE", scratch);
    try {
      const location = `file:///qdrant/snapshots/${name}/${newest.name}`;
      await call(firstNode, "PUT", `${scratch}/snapshots/recover?wait=true`, { location, priority: "snapshot" });
      const [restored, present] = [await count(`${name}--restore-drill`), await count(name)];
      console.log(`restored ${newest.name}: ${restored} points, and ${name} has ${present}`);
      if (restored < present * leastShare) throw new Error(`${newest.name} has too few points`);
    } finally {
      await call(firstNode, "DELETE", scratch);
    }
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
