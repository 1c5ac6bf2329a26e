import type { Problem } from "@genai/core";
import type { CheckInput } from "./cross-checks.ts";
import type { PoolConfig } from "./schema.ts";
import { serviceUses } from "./service-uses.ts";

/** How many GPUs a pool has in all. */
export function poolGpus(pool: PoolConfig): number {
  return pool.nodes * (pool.gpusPerNode ?? 0);
}

/** Pools: names differ, GPU type and count come together, and GPU sharing suits what runs on it. */
export function checkPools(input: CheckInput): Problem[] {
  const { cluster } = input;
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
    if (!pool.gpu && pool.pricePerGpuHour !== undefined) {
      const message = `is ${pool.pricePerGpuHour}, and pool "${pool.name}" has no GPUs; remove it`;
      problems.push({ path: `${path}.pricePerGpuHour`, message });
    }
  }
  return [...problems, ...checkSharing(input)];
}

/** GPU sharing: it isolates nothing, so nobody who takes a whole GPU's memory and no two tenants may share; and what Pods ask for is offered. */
function checkSharing(input: CheckInput): Problem[] {
  const plugin = input.addons?.nvidiaDevicePlugin;
  if (!plugin?.enabled || plugin.sharing.mode !== "timeSlicing") return [];
  const path = "genai:addons.nvidiaDevicePlugin.sharing";
  const problems: Problem[] = [];
  const models = Object.keys(input.models ?? {});
  if (models.length > 0) {
    const message =
      `timeSlicing shares every GPU without isolating its memory, and each of ${models.join(", ")} takes ` +
      `nearly all of a GPU's memory at start; set mode: none, or deploy models in a stack of their own`;
    problems.push({ path: `${path}.mode`, message });
  }
  const onGpus = serviceUses(input).filter(({ replica }) => replica.gpus > 0);
  const tenants = [...new Set(onGpus.map(({ tenant }) => tenant))];
  if (tenants.length > 1) {
    const message = `timeSlicing isolates nothing, and ${tenants.join(", ")} would share GPUs; between tenants only whole GPUs or MIG instances: set mode: none`;
    problems.push({ path: `${path}.mode`, message });
  }
  if (plugin.sharing.renameByDefault && onGpus.length > 0) {
    const names = onGpus.map(({ name }) => name).join(", ");
    const message = `is true: shared GPUs are then nvidia.com/gpu.shared, and ${names} would wait for nvidia.com/gpu for ever; set it to false`;
    problems.push({ path: `${path}.renameByDefault`, message });
  }
  return problems;
}
