import { type Engine, engines } from "@genai/catalog";
import type { Problem } from "@genai/core";
import {
  adapterNameProblems,
  embeddingServerProblems,
  groupPoolProblems,
  inferencePoolNameProblems,
  inferenceServerProblems,
} from "@genai/services";
import { tenantNamespace } from "@genai/tenancy";
import type { CheckInput } from "./cross-checks.ts";
import { absent } from "./fields.ts";
import { offeredPool } from "./offered-gpus.ts";
import type { EmbeddingConfig, ModelConfig, PoolConfig } from "./schema.ts";

/** Models and embedding models: tenant and pool exist, the server accepts its settings, and no two have one name. */
export function checkModels({
  cluster,
  addons,
  models = {},
  embeddings = {},
  workers = {},
  tenantNames,
}: CheckInput): Problem[] {
  const pools = cluster?.pools.map((pool) => offeredPool(pool, addons));
  const ofCluster = {
    sharedStorageClass: cluster?.sharedStorageClass,
    leaderWorkerSet: cluster?.leaderWorkerSet,
    kubernetesVersion: cluster?.kubernetesVersion,
  };
  const others = {
    ...prefixed("genai:embeddings", embeddings),
    ...prefixed("genai:workers", workers, ({ gpusPerReplica }) => gpusPerReplica > 0),
  };
  return [
    ...adapterNameProblems(models, embeddings),
    ...inferencePoolNameProblems(models, embeddings),
    ...groupPoolProblems(models, pools ?? [], others),
    ...Object.entries(models).flatMap(([name, model]) => [
      ...checkTenant(`genai:models.${name}`, model.tenant, tenantNames),
      ...checkGateway(`genai:models.${name}`, model, cluster?.provider),
      ...(pools ? checkModel(name, { ...ofCluster, ...model }, pools) : []),
    ]),
    ...Object.entries(embeddings).flatMap(([name, embedding]) => [
      ...checkTenant(`genai:embeddings.${name}`, embedding.tenant, tenantNames),
      ...checkName(name, models),
      ...(pools ? checkEmbedding(name, embedding, pools) : []),
    ]),
  ];
}

/** Entries of a section by their paths. */
function prefixed<Entry>(
  section: string,
  entries: Readonly<Record<string, Entry>>,
  counts: (entry: Entry) => boolean = () => true,
): Record<string, Entry> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, entry]) => (counts(entry) ? [[`${section}.${name}`, entry]] : [])),
  );
}

function checkTenant(path: string, tenant: string, tenantNames: readonly string[] | undefined): Problem[] {
  if (!tenantNames || tenantNames.includes(tenant)) return [];
  return [{ path: `${path}.tenant`, message: absent(tenant, "tenant under genai:tenants", tenantNames) }];
}

function checkGateway(path: string, { inferencePool }: ModelConfig, provider: string | undefined): Problem[] {
  if (!inferencePool || provider !== "sandbox") return [];
  const message =
    "needs a Gateway that knows InferencePools, which the embedded cluster has not; remove it, or use a cluster of your own";
  return [{ path: `${path}.inferencePool`, message }];
}

function checkName(name: string, models: Readonly<Record<string, ModelConfig>>): Problem[] {
  if (!Object.hasOwn(models, name)) return [];
  const message = `is also the name of genai:models.${name}, and each needs an address and an API key of its own; rename one`;
  return [{ path: `genai:embeddings.${name}`, message }];
}

// What only the deployment knows takes no part in the checks.
const unknown = { apiKey: "", freeGpus: 0 };

function checkModel(name: string, config: ModelConfig, pools: readonly PoolConfig[]): Problem[] {
  const path = `genai:models.${name}.pool`;
  const named = pools.filter((candidate) => candidate.name === config.pool);
  const pool = named.find(({ gpu }) => (gpu !== undefined) === (config.engine !== "llamaCpp")) ?? named[0];
  const gpuPools = pools.filter(({ gpu }) => gpu).map((candidate) => candidate.name);
  if (!pool) return [{ path, message: absent(config.pool, "pool under genai:cluster.pools", gpuPools) }];
  if (!pool.gpu && config.engine !== "llamaCpp") {
    const message = `pool "${pool.name}" has no GPUs; must be a GPU pool: ${gpuPools.join(", ") || "there is none yet"}`;
    return [{ path, message }];
  }
  if (pool.gpu && !pool.gpusPerNode) return []; // Said of the pool or its sharing already.
  const namespace = tenantNamespace(config.tenant);
  return [
    ...checkDriver(path, config.engine, pool),
    ...inferenceServerProblems(name, { ...config, ...unknown, namespace, pool }),
  ];
}

function checkDriver(path: string, engine: ModelConfig["engine"], { name, driverBranch }: PoolConfig): Problem[] {
  const { version, minimumDriverBranch }: Engine = engines[engine];
  if (driverBranch === undefined || minimumDriverBranch === undefined || driverBranch >= minimumDriverBranch) return [];
  const message = `pool "${name}" has driverBranch ${driverBranch}, and ${engine} ${version} needs ${minimumDriverBranch} or newer; update the nodes' driver, or use another pool`;
  return [{ path, message }];
}

function checkEmbedding(name: string, config: EmbeddingConfig, pools: readonly PoolConfig[]): Problem[] {
  const pool = pools.find((candidate) => candidate.name === config.pool);
  if (!pool) {
    const known = pools.map((candidate) => candidate.name);
    const message = absent(config.pool, "pool under genai:cluster.pools", known);
    return [{ path: `genai:embeddings.${name}.pool`, message }];
  }
  if (pool.gpu && !pool.gpusPerNode) return []; // Said of the pool or its sharing already.
  return embeddingServerProblems(name, { ...config, ...unknown, namespace: tenantNamespace(config.tenant), pool });
}
