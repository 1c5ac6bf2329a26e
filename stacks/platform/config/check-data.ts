import { embeddingModels, vectorBytes } from "@genai/catalog";
import { milliUnits, type Problem } from "@genai/core";
import type { CheckInput } from "./cross-checks.ts";
import { absent } from "./fields.ts";
import type { PlatformConfig } from "./schema.ts";

type Store = PlatformConfig["vectorStores"][string];

/** Vector stores, pipelines and schedules: each finds what it names, and vectors fit their memory and their volume. */
export function checkData(input: CheckInput): Problem[] {
  const stores = Object.entries(input.vectorStores ?? {});
  return [
    ...stores.flatMap(([name, store]) => checkStore(`genai:vectorStores.${name}`, store, input)),
    ...Object.entries(input.pipelines ?? {}).flatMap(([name, pipeline]) =>
      checkPipeline(`genai:pipelines.${name}`, pipeline, input),
    ),
    ...Object.entries(input.schedules ?? {}).flatMap(([name, { run }]) => {
      const known = Object.keys(input.pipelines ?? {});
      if (known.includes(run)) return [];
      return [{ path: `genai:schedules.${name}.run`, message: absent(run, "pipeline under genai:pipelines", known) }];
    }),
  ];
}

function checkStore(path: string, store: Store, { cluster, embeddings = {} }: CheckInput): Problem[] {
  const problems: Problem[] = [];
  let bytes = 0;
  for (const [name, { embedder, vectors }] of Object.entries(store.collections)) {
    const place = `${path}.collections.${name}.embedder`;
    const service = own(embeddings, embedder);
    if (!service) {
      const known = Object.keys(embeddings);
      problems.push({ path: place, message: absent(embedder, "embedding service under genai:embeddings", known) });
      continue;
    }
    if (service.tenant !== store.tenant) {
      const message = `"${embedder}" belongs to tenant "${service.tenant}", which tenant "${store.tenant}" cannot reach; use one of the same tenant`;
      problems.push({ path: place, message });
    }
    bytes += vectorBytes(vectors, embeddingModels[service.model].dimension) / store.replicas;
  }
  const needed = gibibytes(bytes);
  if (bytes > bytesOf(store.storage)) {
    const message = `is ${store.storage}, below the ${needed} that the vectors of its collections take on each replica; raise it, or add replicas`;
    problems.push({ path: `${path}.storage`, message });
  }
  const pool = cluster?.pools.find(({ name }) => name === store.pool);
  if (pool && bytes > bytesOf(pool.memory)) {
    const message = `${needed} of vectors on each replica do not fit a node of pool "${pool.name}" with ${pool.memory}; add replicas, or use larger nodes`;
    problems.push({ path: `${path}.replicas`, message });
  }
  return problems;
}

function checkPipeline(path: string, pipeline: PlatformConfig["pipelines"][string], input: CheckInput): Problem[] {
  const [storeName = "", collectionName = "", ...rest] = pipeline.collection.split("/");
  const collection =
    rest.length === 0 ? own(own(input.vectorStores, storeName)?.collections, collectionName) : undefined;
  if (!collection) {
    const known = Object.entries(input.vectorStores ?? {}).flatMap(([name, { collections }]) =>
      Object.keys(collections).map((each) => `${name}/${each}`),
    );
    const message = absent(pipeline.collection, "collection under genai:vectorStores", known);
    return [{ path: `${path}.collection`, message }];
  }
  const embedding = own(input.embeddings, collection.embedder);
  if (!embedding) return []; // Said of the collection already.
  const longest = embeddingModels[embedding.model].maximumTokens;
  if (pipeline.chunkTokens <= longest) return [];
  const message = `is ${pipeline.chunkTokens}, above the ${longest} tokens that ${embedding.model} of "${collection.embedder}" reads: the rest of each piece would be lost; use at most ${longest}`;
  return [{ path: `${path}.chunkTokens`, message }];
}

/** An entry that a map has itself: every map inherits "constructor" and the like. */
function own<Value>(entries: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return entries && Object.hasOwn(entries, name) ? entries[name] : undefined;
}

function bytesOf(quantity: string): number {
  return Number(milliUnits(quantity)) / 1000;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
