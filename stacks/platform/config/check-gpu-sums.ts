import type { Problem } from "@genai/core";
import { poolGpus } from "./check-pools.ts";
import type { CheckInput } from "./cross-checks.ts";
import { gpuUses, type ServiceGpus } from "./gpu-uses.ts";

/** Quota and pool must hold all of their services at their maximum: an autoscaler that cannot add its last replica fails when it counts. */
export function checkGpuSums(input: CheckInput): Problem[] {
  const uses = gpuUses(input);
  return [
    ...Object.entries(input.tenants ?? {}).flatMap(([name, { gpus }]) => {
      const own = uses.filter(({ tenant }) => tenant === name);
      return checkSum(own, gpus, `genai:tenants.${name}.gpus`, `tenant "${name}" has a quota of ${gpus} GPUs`);
    }),
    ...(input.cluster?.pools ?? []).flatMap((pool, index) => {
      const own = pool.gpu ? uses.filter((use) => use.pool === pool.name) : [];
      const capacity = `pool "${pool.name}" has ${poolGpus(pool)} GPUs`;
      return checkSum(own, poolGpus(pool), `genai:cluster.pools[${index}].nodes`, capacity);
    }),
  ];
}

function checkSum(own: readonly ServiceGpus[], limit: number, path: string, holder: string): Problem[] {
  const wanted = own.reduce((total, { maxReplicas, gpusPerReplica }) => total + maxReplicas * gpusPerReplica, 0);
  if (wanted <= limit) return [];
  const parts = own.map(({ name, maxReplicas, gpusPerReplica }) => `${name} ${maxReplicas} × ${gpusPerReplica}`);
  const message = `${holder}, but its services take ${wanted} at their largest (${parts.join(", ")}); raise this, or lower their replicas`;
  return [{ path, message }];
}
