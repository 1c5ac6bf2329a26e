import { milliUnits } from "@genai/core";
import {
  embedderResources,
  loaderResources,
  mirroredWeights,
  modelResources,
  pickerName,
  pickerResources,
  pipelineResources,
  queueName,
  queueResources,
  workerResources,
  replicaShape,
  type ReplicaShape,
} from "@genai/services";
import { edgeUses } from "./edge-uses.ts";
import { type ModelConfig, type PlatformConfig, queuePools } from "./schema.ts";
import { collectionOf } from "./collections.ts";
import { own } from "./own.ts";
import { vectorStoreUses } from "./vector-store-uses.ts";
import { offeredPool } from "./offered-gpus.ts";

/** What one replica requests. */
export interface ReplicaRequests {
  /** Pods that it is made of, each on a node of its own and with the same share. */
  pods: number;
  gpus: number;
  /** In thousandths of a CPU. */
  milliCpus: bigint;
  /** In thousandths of a byte. */
  milliBytes: bigint;
}

/** What a service takes of its pool and of its tenant's quota. */
export interface ServiceUse {
  path: string;
  name: string;
  /** None: a service of the platform's own, in no tenant's quota. */
  tenant?: string;
  pool: string;
  minReplicas: number;
  maxReplicas: number;
  replica: ReplicaRequests;
}

/** Every service with what its replicas request: models, embedding models, workers with their queues, pipelines, gateway and page. */
export function serviceUses(config: Partial<PlatformConfig>): ServiceUse[] {
  const { cluster, addons, models = {}, embeddings = {}, workers = {}, pipelines = {}, vectorStores = {} } = config;
  const pools = new Map(cluster?.pools.map((pool) => [pool.name, offeredPool(pool, addons)]));
  return [
    ...Object.entries(models).map(([name, model]) => ({
      path: `genai:models.${name}`,
      name,
      tenant: model.tenant,
      pool: model.pool,
      minReplicas: model.minReplicas,
      maxReplicas: model.maxReplicas ?? model.minReplicas,
      replica: modelRequests(model, replicaShape(model, pools.get(model.pool) ?? {})),
    })),
    ...loaderUses(models),
    ...Object.entries(models).flatMap(([name, { tenant, inferencePool }]) =>
      inferencePool
        ? [
            {
              ...{ path: `genai:models.${name}.inferencePool`, name: pickerName(name), tenant },
              ...{ pool: inferencePool.pool, minReplicas: 1, maxReplicas: 1 },
              replica: requests(0, pickerResources.requests),
            },
          ]
        : [],
    ),
    ...Object.entries(workers).map(([name, { minReplicas, maxReplicas, gpusPerReplica, memory, ...worker }]) => ({
      path: `genai:workers.${name}`,
      name,
      tenant: worker.tenant,
      pool: worker.pool,
      minReplicas,
      maxReplicas,
      replica: requests(gpusPerReplica, { cpu: workerResources.cpu, memory }),
    })),
    ...Object.entries(queuePools({ workers })).map(([tenant, pool]) => ({
      path: "genai:workers",
      name: queueName,
      tenant,
      pool,
      minReplicas: 1,
      maxReplicas: 1,
      replica: requests(0, queueResources),
    })),
    ...Object.entries(pipelines).map(([name, { pool, memory, collection }]) => ({
      path: `genai:pipelines.${name}`,
      name,
      tenant: own(vectorStores, collectionOf(collection).store)?.tenant ?? "",
      pool,
      minReplicas: 0,
      maxReplicas: 1,
      replica: requests(0, { cpu: pipelineResources.cpu, memory }),
    })),
    ...[...vectorStoreUses(config), ...edgeUses(config)].map((use) => ({ ...use, replica: requests(0, use.replica) })),
    ...Object.entries(embeddings).map(([name, { tenant, pool, replicas, ...embedding }]) => {
      const gpu = cluster?.pools.find((candidate) => candidate.name === pool)?.gpu;
      return {
        path: `genai:embeddings.${name}`,
        name,
        tenant,
        pool,
        minReplicas: replicas,
        maxReplicas: replicas,
        replica: requests(gpu ? 1 : 0, embedderResources({ ...embedding, gpu }).requests),
      };
    }),
  ];
}

/** The Jobs that fetch weights: one for each source and revision of a tenant, all at once at most, and the one that tidies up. */
function loaderUses(models: Partial<PlatformConfig>["models"] = {}): ServiceUse[] {
  const keys = new Map<string, { pool: string; keys: Set<string>; path: string }>();
  for (const [name, model] of Object.entries(models)) {
    const mirrored = mirroredWeights(model);
    if (mirrored.length === 0) continue;
    const entry = keys.get(model.tenant) ?? { pool: model.pool, keys: new Set(), path: `genai:models.${name}` };
    for (const { plan } of mirrored) entry.keys.add(plan.cacheKey);
    keys.set(model.tenant, entry);
  }
  return [...keys].map(([tenant, { pool, path, keys: sources }]) => ({
    path,
    name: "weights-loader",
    tenant,
    pool,
    minReplicas: 0,
    maxReplicas: sources.size + 1,
    replica: requests(0, loaderResources.requests),
  }));
}

function requests(gpus: number, { cpu, memory }: { cpu: string; memory: string }): ReplicaRequests {
  return { pods: 1, gpus, milliCpus: milliUnits(cpu), milliBytes: milliUnits(memory) };
}

function modelRequests(model: ModelConfig, { pods, gpusPerPod }: ReplicaShape): ReplicaRequests {
  const one = modelResources({ ...model, gpusPerReplica: gpusPerPod }).requests;
  const { milliCpus, milliBytes } = requests(0, one);
  const gpus = model.engine === "llamaCpp" ? 0 : model.gpusPerReplica;
  return { pods, gpus, milliCpus: milliCpus * BigInt(pods), milliBytes: milliBytes * BigInt(pods) };
}
