import { type EmbeddingModelName, embeddingModels, encoderModels, type EncoderName } from "@genai/catalog";
import { isQuantity } from "@genai/core";
import {
  cacheResources,
  chatPageResources,
  embedderResources,
  pipelineResources,
  queueResources,
  storeJobResources,
  storeJobs,
  storeResources,
  workerResources,
} from "@genai/services";
import { collectionOf } from "./collections.ts";
import { countOf, entriesOf, type Entry } from "./derived-entries.ts";
import { modelReplicas, type Replicas, replicasOf } from "./derived-models.ts";
import { isMap } from "./is-map.ts";
import { own } from "./own.ts";
import { defaultVectors } from "./vector-stores-schema.ts";

/** The cluster of a stack file that describes none: what the embedded one needs for a first try. */
const firstCluster = {
  provider: "sandbox",
  pools: [
    { name: "system", nodes: 2, cpu: "16", memory: "64Gi" },
    { name: "gpu", gpu: "A10", gpusPerNode: 4, nodes: 2, cpu: "48", memory: "192Gi" },
  ],
};

type Values = Readonly<Record<string, unknown>>;

/**
 * The values of a stack with what follows from others filled in: the cluster of a first try, the only tenant and the only fitting
 * pool of a service, and a tenant's quota. What is given stays, right or wrong: the schema judges it.
 */
export function withDerived(values: Values): Record<string, unknown> {
  const cluster = values["genai:cluster"] ?? firstCluster;
  const tenants = entriesOf(values["genai:tenants"]);
  const models = entriesOf(values["genai:models"]);
  const embeddings = entriesOf(values["genai:embeddings"]);
  if (!tenants || !models || !embeddings) return { ...values, "genai:cluster": cluster };
  const pools = isMap(cluster) && Array.isArray(cluster["pools"]) ? cluster["pools"].filter(isMap) : [];
  const onlyTenant = only(Object.keys(tenants));
  const place = (entry: Entry, pool: unknown) => ({
    ...(onlyTenant === undefined ? {} : { tenant: onlyTenant }),
    ...(pool === undefined ? {} : { pool }),
    ...entry,
  });
  const gpuPool = only(pools.filter(({ gpu }) => gpu !== undefined).map(({ name }) => name));
  const cpuPool = only(pools.filter(({ gpu }) => gpu === undefined).map(({ name }) => name));
  const placed = {
    models: mapEntries(models, (model) => ({
      ...place(model, model["engine"] === "llamaCpp" ? cpuPool : gpuPool),
      ...(isMap(model["inferencePool"]) && cpuPool !== undefined
        ? { inferencePool: { pool: cpuPool, ...model["inferencePool"] } }
        : {}),
    })),
    embeddings: mapEntries(embeddings, (embedding) => place(embedding, cpuPool)),
  };
  const { "genai:gateway": gateway, "genai:ui": page } = values;
  const ui = isMap(page) ? place(page, cpuPool) : undefined;
  const gpusPerNode = (name: unknown) => {
    const given = pools.find((pool) => pool["name"] === name)?.["gpusPerNode"];
    return given === undefined ? undefined : countOf(given);
  };
  const gpuPools = new Set(pools.filter(({ gpu }) => gpu !== undefined).map(({ name }) => name));
  const replicas = [
    ...Object.values(placed.models)
      .filter(isMap)
      .flatMap((model) => modelReplicas(model, gpusPerNode(model["pool"]))),
    ...Object.values(placed.embeddings)
      .filter(isMap)
      .flatMap((each) => embeddingReplicas(each, gpuPools.has(each["pool"]))),
    ...Object.values(entriesOf(values["genai:vectorStores"]) ?? {})
      .filter(isMap)
      .flatMap((store) => storeReplicas(store, placed.embeddings)),
    ...Object.values(entriesOf(values["genai:workers"]) ?? {})
      .filter(isMap)
      .flatMap(workerReplicas),
    ...queueReplicas(entriesOf(values["genai:workers"]) ?? {}),
    ...pipelineReplicas(entriesOf(values["genai:pipelines"]) ?? {}, entriesOf(values["genai:vectorStores"]) ?? {}),
    ...(ui ? pageReplicas(ui) : []),
  ];
  return {
    ...values,
    "genai:cluster": cluster,
    ...(values["genai:tenants"] === undefined
      ? {}
      : {
          "genai:tenants": mapEntries(tenants, (tenant, name) => ({
            ...quotaFor(replicas.filter((each) => each.tenant === name)),
            owners: [],
            ...tenant,
          })),
        }),
    ...(ui ? { "genai:ui": ui } : {}),
    ...(isMap(gateway) && cpuPool !== undefined ? { "genai:gateway": { pool: cpuPool, ...gateway } } : {}),
    ...(values["genai:models"] === undefined ? {} : { "genai:models": placed.models }),
    ...(values["genai:embeddings"] === undefined ? {} : { "genai:embeddings": placed.embeddings }),
  };
}

function embeddingReplicas({ model, tenant, replicas }: Entry, onGpu: boolean): Replicas[] {
  if (typeof model !== "string" || !Object.hasOwn(encoderModels, model)) return [];
  // Which GPU it is does not change what a replica requests.
  const wanted = { model: model as EncoderName, ...(onGpu ? { gpu: "L4" as const } : {}) };
  return [replicasOf(tenant, countOf(replicas), embedderResources(wanted).requests, onGpu ? 1 : 0)];
}

function storeReplicas({ tenant, engine, replicas, collections }: Entry, embeddings: Entry): Replicas[] {
  const count = countOf(replicas);
  const sizes = Object.values(entriesOf(collections) ?? {}).flatMap((collection) => {
    if (!isMap(collection)) return [];
    const embedding = own(embeddings, String(collection["embedder"]));
    const model = isMap(embedding) ? String(embedding["model"]) : "";
    if (!Object.hasOwn(embeddingModels, model)) return [];
    const { dimension } = embeddingModels[model as EmbeddingModelName];
    return [
      { dimension, vectors: collection["vectors"] === undefined ? defaultVectors : countOf(collection["vectors"]) },
    ];
  });
  const size = {
    engine: engine === "pgvector" ? ("pgvector" as const) : ("qdrant" as const),
    replicas: count,
    collections: sizes,
  };
  return [
    replicasOf(tenant, count, storeResources(size).requests),
    replicasOf(tenant, storeJobs, storeJobResources.requests),
  ];
}

function workerReplicas({ tenant, maxReplicas, gpusPerReplica, memory = workerResources.memory }: Entry): Replicas[] {
  const bytes = String(memory);
  if (!isQuantity(bytes)) return [];
  const gpus = gpusPerReplica === undefined || gpusPerReplica === 0 ? 0 : countOf(gpusPerReplica);
  return [replicasOf(tenant, countOf(maxReplicas), { cpu: workerResources.cpu, memory: bytes }, gpus)];
}

/** One queue for each tenant with workers. */
function queueReplicas(workers: Readonly<Record<string, unknown>>): Replicas[] {
  const tenants = new Set(
    Object.values(workers)
      .filter(isMap)
      .map(({ tenant }) => tenant),
  );
  return [...tenants].map((tenant) => replicasOf(tenant, 1, queueResources));
}

/** One run of each pipeline, in the tenant of the store that it fills. */
function pipelineReplicas(
  pipelines: Readonly<Record<string, unknown>>,
  stores: Readonly<Record<string, unknown>>,
): Replicas[] {
  return Object.values(pipelines)
    .filter(isMap)
    .flatMap(({ collection, memory = pipelineResources.memory }) => {
      const store = own(stores, collectionOf(String(collection)).store);
      const bytes = String(memory);
      if (!isMap(store) || !isQuantity(bytes)) return [];
      return [replicasOf(store["tenant"], 1, { cpu: pipelineResources.cpu, memory: bytes })];
    });
}

function pageReplicas({ tenant, replicas }: Entry): Replicas[] {
  const count = countOf(replicas);
  return [
    replicasOf(tenant, count, chatPageResources.requests),
    ...(count > 1 ? [replicasOf(tenant, 1, cacheResources.requests)] : []),
  ];
}

/** A quota that holds services at their largest, and of CPU, memory and Pods one more replica of the largest for a rollout. */
function quotaFor(replicas: readonly Replicas[]): Record<string, unknown> {
  const sum = (part: (each: Replicas) => bigint) => {
    const parts = replicas.map((each) => ({ one: part(each), all: part(each) * BigInt(each.count) }));
    const largest = parts.reduce((most, { one }) => (one > most ? one : most), 0n);
    return parts.reduce((total, { all }) => total + all, largest);
  };
  const atLeast = (amount: bigint, least: bigint) => (amount > least ? amount : least);
  const gibibyte = 2n ** 30n * 1000n;
  return {
    gpus: replicas.reduce((total, { count, gpus }) => total + count * gpus, 0),
    cpu: String(atLeast((sum(({ cpu }) => cpu) + 999n) / 1000n, 1n)),
    memory: `${atLeast((sum(({ memory }) => memory) + gibibyte - 1n) / gibibyte, 1n)}Gi`,
    pods: replicas.reduce((total, { count }) => total + count, 1),
  };
}

/** Changes the entries that are maps; what else stands there the schema refuses. */
function mapEntries(entries: Entry, map: (entry: Entry, name: string) => Entry): Entry {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, isMap(entry) ? map(entry, name) : entry]),
  );
}

function only<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}
