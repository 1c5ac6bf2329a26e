import { addonProblems, extendedResourceVersion, type GpuPool } from "@genai/addons";
import { embedderMemoryMiB, gibibytes, offeredMemoryMiB, offeredResources, gpuResource } from "@genai/catalog";
import { atLeast, type Problem } from "@genai/core";
import type { CheckInput } from "./cross-checks.ts";
import { poolSharing } from "./offered-gpus.ts";
import { serviceUses } from "./service-uses.ts";
import type { EmbeddingConfig, ModelConfig, PlatformConfig, PoolConfig } from "./schema.ts";

/** Add-ons: they suit each other, the cluster and its pools, and GPU sharing suits what runs on it. */
export function checkAddons(input: CheckInput): Problem[] {
  const { cluster, addons, models = {}, embeddings = {} } = input;
  if (!cluster || !addons) return [];
  const poolOf = (name: string) => cluster.pools.find((pool) => pool.name === name);
  const onGpus = [
    ...Object.keys(models),
    ...Object.entries(embeddings).flatMap(([name, { pool }]) => (poolOf(pool)?.gpu ? [name] : [])),
  ];
  return [
    ...addonProblems(addons, { gpuPools: gpuPoolsOf(cluster), kubernetesVersion: cluster.kubernetesVersion }),
    ...draRequestProblems(onGpus, cluster, addons),
    ...defaultSharingProblems(models, cluster, addons),
    ...tenantSharingProblems(input),
    ...Object.entries(models).flatMap(([name, model]) => modelProblems(name, poolOf(model.pool))),
    ...Object.entries(embeddings).flatMap(([name, embedding]) =>
      embeddingProblems(name, embedding, poolOf(embedding.pool), addons),
    ),
  ];
}

/** The pools with GPUs as add-ons see them. */
export function gpuPoolsOf({ pools }: PlatformConfig["cluster"]): GpuPool[] {
  return pools.flatMap(({ gpu, gpusPerNode, ...pool }, index) =>
    gpu && gpusPerNode ? [{ ...pool, gpu, gpusPerNode, path: `genai:cluster.pools[${index}]` }] : [],
  );
}

function draRequestProblems(
  onGpus: readonly string[],
  { kubernetesVersion }: PlatformConfig["cluster"],
  { draDriver }: PlatformConfig["addons"],
): Problem[] {
  if (!draDriver.enabled || kubernetesVersion === undefined || onGpus.length === 0) return [];
  if (atLeast(kubernetesVersion, extendedResourceVersion)) return [];
  const message =
    `is true, and each of ${onGpus.join(", ")} requests nvidia.com/gpu, which Kubernetes gives out by dynamic resource allocation from ` +
    `${extendedResourceVersion} on; genai:cluster.kubernetesVersion is ${kubernetesVersion}: use the device plugin`;
  return [{ path: "genai:addons.draDriver.enabled", message }];
}

/** Sharing everywhere, and models in pools that say nothing themselves. */
function defaultSharingProblems(
  models: Readonly<Record<string, ModelConfig>>,
  { pools }: PlatformConfig["cluster"],
  { nvidiaDevicePlugin: { enabled, sharing } }: PlatformConfig["addons"],
): Problem[] {
  if (!enabled || sharing.mode === "none") return [];
  const silent = new Set(pools.filter((pool) => !pool.sharing).map(({ name }) => name));
  const names = Object.keys(models).filter((name) => silent.has(models[name]?.pool ?? ""));
  if (names.length === 0) return [];
  const how =
    sharing.mode === "mps"
      ? "gives each Pod a part of every GPU's memory"
      : "shares every GPU without isolating its memory";
  const message =
    `${sharing.mode} ${how}, and each of ${names.join(", ")} takes nearly all of a GPU's memory at start; set mode: none, ` +
    "give the models a pool with sharing: { mode: none }, or deploy them in a stack of their own";
  return [{ path: "genai:addons.nvidiaDevicePlugin.sharing.mode", message }];
}

/** What several Pods take in turns isolates nothing between them: no two tenants may. */
function tenantSharingProblems(input: CheckInput): Problem[] {
  const { cluster, addons } = input;
  const uses = serviceUses(input);
  return (cluster?.pools ?? []).flatMap((pool, index) => {
    const { mode } = poolSharing(pool, addons);
    if (!pool.gpu || (mode !== "timeSlicing" && mode !== "mps")) return [];
    const tenants = new Set(
      uses.filter((use) => use.pool === pool.name && use.replica.gpus > 0).map(({ tenant }) => tenant),
    );
    if (tenants.size < 2) return [];
    const path = pool.sharing
      ? `genai:cluster.pools[${index}].sharing.mode`
      : "genai:addons.nvidiaDevicePlugin.sharing.mode";
    const message = `${mode} isolates nothing, and ${[...tenants].join(", ")} would share GPUs of pool "${pool.name}"; between tenants only whole GPUs or MIG instances: set mode: none`;
    return [{ path, message }];
  });
}

function modelProblems(name: string, pool: PoolConfig | undefined): Problem[] {
  if (!pool?.sharing || pool.sharing.mode === "none") return [];
  const message =
    `pool "${pool.name}" shares its GPUs by ${pool.sharing.mode}, and a model takes nearly all of a whole GPU's memory at start; ` +
    "use a pool with whole GPUs";
  return [{ path: `genai:models.${name}.pool`, message }];
}

function embeddingProblems(
  name: string,
  { model, maximumBatchTokens }: EmbeddingConfig,
  pool: PoolConfig | undefined,
  addons: PlatformConfig["addons"],
): Problem[] {
  if (!pool?.gpu || !pool.gpusPerNode) return [];
  const { gpu, gpusPerNode } = pool;
  const sharing = poolSharing(pool, addons);
  if (sharing.mode === "none") return [];
  const path = `genai:embeddings.${name}.pool`;
  const offered = offeredResources(gpu, gpusPerNode, sharing);
  if (!offered[gpuResource]) {
    const message = `pool "${pool.name}" offers ${Object.keys(offered).join(", ")}, and the server requests ${gpuResource}; use another pool, or share it so that it offers that`;
    return [{ path, message }];
  }
  const [needed, has] = [embedderMemoryMiB(model, gpu, maximumBatchTokens), offeredMemoryMiB(gpu, sharing)];
  if (needed <= has) return [];
  const message = `${model} needs ${gibibytes(needed)}, and one ${gpuResource} of pool "${pool.name}" has ${gibibytes(has)} by ${sharing.mode}; lower maximumBatchTokens, or share among fewer`;
  return [{ path, message }];
}
