import type { Problem } from "@genai/core";
import type { CheckInput } from "./cross-checks.ts";

/** Pools: names differ, and GPU type and count come together. */
export function checkPools({ cluster }: CheckInput): Problem[] {
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
    if (!pool.gpu && pool.sharing) {
      const message = `is given, and pool "${pool.name}" has no GPUs to share; name its gpu, or remove sharing`;
      problems.push({ path: `${path}.sharing`, message });
    }
    if (!pool.gpu && pool.gpusPerNode !== undefined) {
      const message = `is missing; pool "${pool.name}" has gpusPerNode: ${pool.gpusPerNode}, so name the GPU, or remove gpusPerNode`;
      problems.push({ path: `${path}.gpu`, message });
    }
    if (!pool.gpu && pool.driverBranch !== undefined) {
      const message = `is ${pool.driverBranch}, and pool "${pool.name}" has no GPUs; remove it`;
      problems.push({ path: `${path}.driverBranch`, message });
    }
    if (!pool.gpu && pool.pricePerGpuHour !== undefined) {
      const message = `is ${pool.pricePerGpuHour}, and pool "${pool.name}" has no GPUs; remove it`;
      problems.push({ path: `${path}.pricePerGpuHour`, message });
    }
  }
  return problems;
}
