import type { PlatformConfig } from "./schema.ts";

/** GPUs that a service takes. */
export interface ServiceGpus {
  name: string;
  tenant: string;
  pool: string;
  gpusPerReplica: number;
  minReplicas: number;
  maxReplicas: number;
}

/** The services that take GPUs: models, embedding models on a pool that has some, and workers with GPUs. */
export function gpuUses({
  cluster,
  models = {},
  embeddings = {},
  workers = {},
}: Partial<PlatformConfig>): ServiceGpus[] {
  const gpuPools = new Set(cluster?.pools.filter(({ gpu }) => gpu).map(({ name }) => name));
  return [
    ...Object.entries(models).map(([name, { minReplicas, maxReplicas = minReplicas, ...model }]) => ({
      name,
      tenant: model.tenant,
      pool: model.pool,
      gpusPerReplica: model.gpusPerReplica,
      minReplicas,
      maxReplicas,
    })),
    ...Object.entries(workers)
      .filter(([, { gpusPerReplica }]) => gpusPerReplica > 0)
      .map(([name, { tenant, pool, gpusPerReplica, minReplicas, maxReplicas }]) => ({
        name,
        tenant,
        pool,
        gpusPerReplica,
        minReplicas,
        maxReplicas,
      })),
    ...Object.entries(embeddings)
      .filter(([, { pool }]) => gpuPools.has(pool))
      .map(([name, { tenant, pool, replicas }]) => ({
        name,
        tenant,
        pool,
        gpusPerReplica: 1,
        minReplicas: replicas,
        maxReplicas: replicas,
      })),
  ];
}
