import { milliUnits } from "@genai/core";
import {
  embedderResources,
  pipelineResources,
  queueResources,
  serverResources,
  workerResources,
} from "@genai/services";
import { type PlatformConfig, queuePools } from "./schema.ts";
import { vectorStoreUses } from "./vector-store-uses.ts";

/** What one replica requests. */
export interface ReplicaRequests {
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
  tenant: string;
  pool: string;
  minReplicas: number;
  maxReplicas: number;
  replica: ReplicaRequests;
}

/** Every service with what its replicas request: models, embedding models, workers with their queues, and pipelines. */
export function serviceUses(config: Partial<PlatformConfig>): ServiceUse[] {
  const { cluster, models = {}, embeddings = {}, workers = {}, pipelines = {}, vectorStores = {} } = config;
  return [
    ...Object.entries(models).map(([name, { minReplicas, maxReplicas = minReplicas, gpusPerReplica, ...model }]) => ({
      path: `genai:models.${name}`,
      name,
      tenant: model.tenant,
      pool: model.pool,
      minReplicas,
      maxReplicas,
      replica: requests(gpusPerReplica, serverResources(model.model, gpusPerReplica).requests),
    })),
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
      name: "genai-queue",
      tenant,
      pool,
      minReplicas: 1,
      maxReplicas: 1,
      replica: requests(0, queueResources),
    })),
    ...Object.entries(pipelines).map(([name, { pool, memory, collection }]) => ({
      path: `genai:pipelines.${name}`,
      name,
      tenant: Object.entries(vectorStores).find(([store]) => store === collection.split("/")[0])?.[1].tenant ?? "",
      pool,
      minReplicas: 0,
      maxReplicas: 1,
      replica: requests(0, { cpu: pipelineResources.cpu, memory }),
    })),
    ...vectorStoreUses(config).map((use) => ({ ...use, replica: requests(0, use.replica) })),
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

function requests(gpus: number, { cpu, memory }: { cpu: string; memory: string }): ReplicaRequests {
  return { gpus, milliCpus: milliUnits(cpu), milliBytes: milliUnits(memory) };
}
