import type { Problem } from "@genai/core";
import type { CheckInput } from "./cross-checks.ts";
import type { PoolConfig } from "./schema.ts";

/** How many GPUs a pool has in all. */
export function poolGpus(pool: PoolConfig): number {
  return pool.nodes * (pool.gpusPerNode ?? 0);
}

/** Pools: names differ, GPU type and count come together, and GPU sharing suits what runs on it. */
export function checkPools({ cluster, addons, models }: CheckInput): Problem[] {
  const problems: Problem[] = [];
  for (const [index, pool] of (cluster?.pools ?? []).entries()) {
    const path = `genai:cluster.pools[${index}]`;
    const first = cluster?.pools.findIndex(({ name }) => name === pool.name);
    if (first !== index) {
      problems.push({
        path: `${path}.name`,
        message: `"${pool.name}" is already the name of pools[${first}]; rename one`,
      });
    }
    if (pool.gpu && pool.gpusPerNode === undefined) {
      const message = `is missing; pool "${pool.name}" has gpu: ${pool.gpu}, so say how many each node has`;
      problems.push({ path: `${path}.gpusPerNode`, message });
    }
    if (!pool.gpu && pool.gpusPerNode !== undefined) {
      const message = `is missing; pool "${pool.name}" has gpusPerNode: ${pool.gpusPerNode}, so name the GPU, or remove gpusPerNode`;
      problems.push({ path: `${path}.gpu`, message });
    }
  }
  const plugin = addons?.nvidiaDevicePlugin;
  const sharedModels = plugin?.enabled && plugin.sharing.mode === "timeSlicing" ? Object.keys(models ?? {}) : [];
  if (sharedModels.length > 0) {
    const message =
      `timeSlicing shares every GPU without isolating its memory, and each of ${sharedModels.join(", ")} takes ` +
      `nearly all of a GPU's memory at start; set mode: none, or deploy models in a stack of their own`;
    problems.push({ path: "genai:addons.nvidiaDevicePlugin.sharing.mode", message });
  }
  return problems;
}
