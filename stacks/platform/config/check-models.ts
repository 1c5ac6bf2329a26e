import type { Problem } from "@genai/core";
import { inferenceServerProblems } from "@genai/services";
import { tenantNamespace } from "@genai/tenancy";
import { poolGpus } from "./check-pools.ts";
import type { CheckInput } from "./cross-checks.ts";
import { didYouMean } from "./fields.ts";
import type { ModelConfig, PlatformConfig, PoolConfig } from "./schema.ts";

/** Models: tenant and pool exist, the server accepts its settings, and all replicas at their maximum fit quota and pool. */
export function checkModels({ cluster, models = {}, tenants = {}, tenantNames }: CheckInput): Problem[] {
  const each = Object.entries(models).flatMap(([name, model]) => [
    ...checkTenant(name, model, tenantNames),
    ...(cluster ? checkServer(name, model, cluster.pools) : []),
  ]);
  return [
    ...each,
    ...Object.entries(tenants).flatMap(([name, { gpus }]) => {
      const own = entriesOf(models, ({ tenant }) => tenant === name);
      return checkSum(own, gpus, `genai:tenants.${name}.gpus`, `tenant "${name}" has a quota of ${gpus} GPUs`);
    }),
    ...(cluster?.pools ?? []).flatMap((pool, index) => {
      const own = pool.gpu ? entriesOf(models, (model) => model.pool === pool.name) : [];
      const capacity = `pool "${pool.name}" has ${poolGpus(pool)} GPUs`;
      return checkSum(own, poolGpus(pool), `genai:cluster.pools[${index}].nodes`, capacity);
    }),
  ];
}

/** GPUs that a model takes with all its replicas. */
export function maximumGpus({ minReplicas, maxReplicas = minReplicas, gpusPerReplica }: ModelConfig): number {
  return maxReplicas * gpusPerReplica;
}

function checkTenant(name: string, { tenant }: ModelConfig, tenantNames: readonly string[] | undefined): Problem[] {
  if (!tenantNames || tenantNames.includes(tenant)) return [];
  return [{ path: `genai:models.${name}.tenant`, message: absent(tenant, "tenant under genai:tenants", tenantNames) }];
}

function checkServer(name: string, config: ModelConfig, pools: readonly PoolConfig[]): Problem[] {
  const path = `genai:models.${name}.pool`;
  const named = pools.filter((candidate) => candidate.name === config.pool);
  const pool = named.find(({ gpu }) => gpu) ?? named[0];
  const gpuPools = pools.filter(({ gpu }) => gpu).map((candidate) => candidate.name);
  if (!pool) return [{ path, message: absent(config.pool, "pool under genai:cluster.pools", gpuPools) }];
  const { gpu, gpusPerNode } = pool;
  if (!gpu) {
    const message = `pool "${pool.name}" has no GPUs; must be a GPU pool: ${gpuPools.join(", ") || "there is none yet"}`;
    return [{ path, message }];
  }
  if (gpusPerNode === undefined) return []; // Said of the pool already.
  // What only the deployment knows takes no part in the check.
  const unknown = { namespace: tenantNamespace(config.tenant), apiKey: "", freeGpus: 0 };
  return inferenceServerProblems(name, { ...config, ...unknown, pool: { ...pool, gpu, gpusPerNode } });
}

/** Quota or pool must hold all of its models at their maximum: an autoscaler that cannot add its last replica fails when it counts. */
function checkSum(own: readonly [string, ModelConfig][], limit: number, path: string, holder: string): Problem[] {
  const wanted = own.reduce((total, [, model]) => total + maximumGpus(model), 0);
  if (wanted <= limit) return [];
  const parts = own.map(
    ([name, model]) => `${name} ${model.maxReplicas ?? model.minReplicas} × ${model.gpusPerReplica}`,
  );
  const message = `${holder}, but its models take ${wanted} at their maxReplicas (${parts.join(", ")}); raise this, or lower a maxReplicas`;
  return [{ path, message }];
}

function entriesOf(models: PlatformConfig["models"], wanted: (model: ModelConfig) => boolean): [string, ModelConfig][] {
  return Object.entries(models).filter(([, model]) => wanted(model));
}

function absent(given: string, what: string, known: readonly string[]): string {
  return `"${given}" is no ${what}; there is ${known.join(", ") || "none"}${didYouMean(given, known)}`;
}
