import { cpuPrice, gpuPrices, hoursPerMonth } from "./prices.ts";

/** A pool as its price sees it. */
export interface CostPool {
  name: string;
  /** GPU of its nodes, by its name in the catalogue; none: a pool without GPUs. */
  gpu?: string;
  gpusPerNode?: number;
  nodes: number;
  /** CPUs of each node. */
  cpus: number;
  /** Whether its nodes are bought as spot capacity. */
  spot?: boolean;
  /** US dollars for one GPU and hour, in place of the catalogue's. */
  pricePerGpuHour?: number;
}

/** GPUs that the services of a pool use. */
export interface GpuUse {
  /** With every service at its smallest. */
  minimum: number;
  /** With every service at its largest. */
  maximum: number;
}

/** What a pool costs in a month, in US dollars. */
export interface PoolCost {
  pool: string;
  /** What is paid for. */
  unit: "GPU" | "CPU";
  /** Dollars for one unit and hour; undefined: unknown. */
  unitPrice?: number;
  /** Where the price is from. */
  source: string;
  /** Nodes that the smallest use needs, half-way, and the largest use needs; all nodes of a pool without GPUs. */
  nodes: { minimum: number; expected: number; maximum: number };
  /** Undefined where the price is unknown. */
  month?: { minimum: number; expected: number; maximum: number };
}

/**
 * Monthly cost of a pool whose nodes come and go with their use. `expected` is half-way between smallest and largest use: where
 * nothing is measured, an autoscaler is as likely above as below. Nodes are paid whole, CPU and memory of a GPU node are in its price.
 *
 * Worked example: 4 nodes with 8 H100 at 2.95 dollars, services that use 8 to 24 GPUs: 1, 2 and 3 nodes, 17,228, 34,456 and 51,684 dollars.
 */
export function poolCost(pool: CostPool, use: GpuUse): PoolCost {
  const { name, gpusPerNode = 0, nodes } = pool;
  const gpuNodes = (used: number) => Math.min(nodes, Math.ceil(used / gpusPerNode));
  const needed = gpusPerNode
    ? {
        minimum: gpuNodes(use.minimum),
        expected: gpuNodes((use.minimum + use.maximum) / 2),
        maximum: gpuNodes(use.maximum),
      }
    : { minimum: nodes, expected: nodes, maximum: nodes };
  const { unitPrice, source } = poolPrice(pool);
  const units = gpusPerNode || pool.cpus;
  const month = (count: number) => Math.round((unitPrice ?? 0) * units * count * hoursPerMonth * 100) / 100;
  return {
    pool: name,
    unit: gpusPerNode ? "GPU" : "CPU",
    source,
    nodes: needed,
    ...(unitPrice === undefined
      ? {}
      : {
          unitPrice,
          month: { minimum: month(needed.minimum), expected: month(needed.expected), maximum: month(needed.maximum) },
        }),
  };
}

/** Dollars for one unit of a pool and hour: a GPU, or a CPU where it has none; undefined: unknown. */
export function poolPrice({ gpu, spot, pricePerGpuHour }: Pick<CostPool, "gpu" | "spot" | "pricePerGpuHour">): {
  unitPrice?: number;
  source: string;
} {
  if (pricePerGpuHour !== undefined) return { unitPrice: pricePerGpuHour, source: "pricePerGpuHour of the pool" };
  if (gpu === undefined) return { unitPrice: cpuPrice.onDemand, source: cpuPrice.source };
  const price = gpuPrices[gpu];
  if (!price) return { source: `no price of ${gpu} in the catalogue; give the pool a pricePerGpuHour` };
  if (!spot) return { unitPrice: price.onDemand, source: price.source };
  return price.spot === undefined
    ? { unitPrice: price.onDemand, source: `${price.source}; on demand, for it has no spot price` }
    : { unitPrice: price.spot, source: `${price.source}; spot` };
}
