import { type AddonConfigurations, sharingOf } from "@genai/addons";
import { milliUnits } from "@genai/core";
import { gpuResource, offeredResources, type PoolSharing } from "@genai/catalog";
import type { PoolConfig } from "./schema.ts";

type Addons = Pick<AddonConfigurations, "nvidiaDevicePlugin">;

/** How the nodes of a pool share their GPUs: as the pool says, or else as the device plugin's configuration does. */
export function poolSharing(pool: Pick<PoolConfig, "sharing">, addons: Addons | undefined): PoolSharing {
  return sharingOf(pool, addons?.nvidiaDevicePlugin ?? { sharing: { mode: "none" } });
}

/**
 * A pool as services see it: `gpusPerNode` is how many `nvidia.com/gpu` a node offers, shares and instances included, so that every sum
 * and every rollout counts what the scheduler counts.
 */
export function offeredPool(pool: PoolConfig, addons: Addons | undefined): PoolConfig {
  const { gpu, gpusPerNode } = pool;
  if (!gpu || gpusPerNode === undefined) return pool;
  return { ...pool, gpusPerNode: offeredResources(gpu, gpusPerNode, poolSharing(pool, addons))[gpuResource] ?? 0 };
}

/** How many `nvidia.com/gpu` a pool offers in all. */
export function poolGpus(pool: PoolConfig, addons: Addons | undefined): number {
  return pool.nodes * (offeredPool(pool, addons).gpusPerNode ?? 0);
}

/** What the nodes of a pool have together, in thousandths. */
export function capacityOf(pool: PoolConfig, addons: Addons | undefined): Record<"gpus" | "cpu" | "memory", bigint> {
  const nodes = BigInt(pool.nodes);
  return {
    gpus: thousand(poolGpus(pool, addons)),
    cpu: milliUnits(pool.cpu) * nodes,
    memory: milliUnits(pool.memory) * nodes,
  };
}

/** A count in thousandths, as quantities are reckoned. */
export function thousand(count: number): bigint {
  return BigInt(count) * 1000n;
}
