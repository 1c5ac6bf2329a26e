import { describeConfiguration, fitsGpu } from "@genai/catalog";
import { isDnsLabel, maximumNameLength, type Problem } from "@genai/core";
import { poolGpus } from "./check-pools.ts";
import type { CheckInput } from "./cross-checks.ts";
import { didYouMean, nameRule } from "./fields.ts";
import type { ModelConfig, PlatformConfig, PoolConfig } from "./schema.ts";

/** What Kubernetes appends to a Deployment's name for its Pods: `-<hash of 10>-<5>`; a Pod's host name is no longer than a label. */
const podSuffixLength = 17;
const longestModelName = maximumNameLength - podSuffixLength;

/** Models: tenant and pool exist, the model fits the pool's GPUs, and all replicas at their maximum fit quota and pool. */
export function checkModels(input: CheckInput): Problem[] {
  const { cluster, models = {}, tenants = {} } = input;
  const each = Object.entries(models).flatMap(([name, model]) => [
    ...checkName(name),
    ...checkReplicas(name, model),
    ...checkTenant(name, model, input.tenantNames),
    ...(cluster ? checkPool(name, model, cluster.pools) : []),
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

function checkName(name: string): Problem[] {
  if (isDnsLabel(name) && name.length <= longestModelName) return [];
  const message = `"${name}" names Services and Pods; must be ${nameRule("a name", longestModelName)}`;
  return [{ path: `genai:models.${name}`, message }];
}

function checkReplicas(name: string, { minReplicas, maxReplicas }: ModelConfig): Problem[] {
  if (maxReplicas === undefined || maxReplicas >= minReplicas) return [];
  const message = `${maxReplicas} given; must be at least minReplicas, which is ${minReplicas}`;
  return [{ path: `genai:models.${name}.maxReplicas`, message }];
}

function checkTenant(name: string, { tenant }: ModelConfig, tenantNames: readonly string[]): Problem[] {
  if (tenantNames.includes(tenant)) return [];
  return [{ path: `genai:models.${name}.tenant`, message: absent(tenant, "tenant under genai:tenants", tenantNames) }];
}

function checkPool(name: string, config: ModelConfig, pools: readonly PoolConfig[]): Problem[] {
  const path = `genai:models.${name}`;
  const { model, gpusPerReplica, contextLength, dtype } = config;
  const named = pools.filter((candidate) => candidate.name === config.pool);
  const pool = named.find(({ gpu }) => gpu) ?? named[0];
  const gpuPools = pools.filter(({ gpu }) => gpu).map((candidate) => candidate.name);
  if (!pool)
    return [{ path: `${path}.pool`, message: absent(config.pool, "pool under genai:cluster.pools", gpuPools) }];
  if (!pool.gpu) {
    const message = `pool "${pool.name}" has no GPUs; must be a GPU pool: ${gpuPools.join(", ") || "there is none yet"}`;
    return [{ path: `${path}.pool`, message }];
  }
  const problems: Problem[] = [];
  if (pool.gpusPerNode !== undefined && gpusPerReplica > pool.gpusPerNode) {
    const message = `${gpusPerReplica} given, but a node of pool "${pool.name}" has ${pool.gpusPerNode} GPUs and a replica runs on one node`;
    problems.push({ path: `${path}.gpusPerReplica`, message });
  }
  const verdict = fitsGpu(model, pool.gpu, { tensorParallel: gpusPerReplica, contextLength, dtype });
  if (!verdict.fits) {
    const ways = verdict.alternatives.map(describeConfiguration).join("; or ");
    problems.push({ path, message: `${verdict.reason}.${ways && ` Use ${ways}`}` });
  }
  return problems;
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
