import { milliUnits } from "@genai/core";
import { embedderResources, serverResources } from "@genai/services";
import { edgeUses } from "./edge-uses.ts";
import { vectorStoreUses } from "./vector-store-uses.ts";
import type { PlatformConfig } from "./schema.ts";

/** CPU that a worker requests. */
export const workerCpu = "1";

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
  /** None: a service of the platform's own, in no tenant's quota. */
  tenant?: string;
  pool: string;
  minReplicas: number;
  maxReplicas: number;
  replica: ReplicaRequests;
}

/** Every service with what its replicas request: models, embedding models, workers, gateway and page. */
export function serviceUses(config: Partial<PlatformConfig>): ServiceUse[] {
  const { cluster, models = {}, embeddings = {}, workers = {} } = config;
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
      replica: requests(gpusPerReplica, { cpu: workerCpu, memory }),
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

function requests(gpus: number, { cpu, memory }: { cpu: string; memory: string }): ReplicaRequests {
  return { gpus, milliCpus: milliUnits(cpu), milliBytes: milliUnits(memory) };
}
