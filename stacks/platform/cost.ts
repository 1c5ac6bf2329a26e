import { type GpuUse, poolCost, type PoolCost } from "@genai/catalog";
import { milliUnits } from "@genai/core";
import type { PlatformConfig, PoolConfig } from "./config/index.ts";
import { serviceUses } from "./config/service-uses.ts";

/** Dollars a month with every service at its smallest, half-way, and at its largest. */
export interface MonthlyCost {
  minimum: number;
  expected: number;
  maximum: number;
}

/** What a stack costs. */
export interface StackCost {
  pools: PoolCost[];
  /** Sum over the pools whose price is known. */
  month: MonthlyCost;
  /** Names of the pools that the sum lacks. */
  unknown: string[];
}

/** What the nodes of a stack cost in a month, as its services grow and shrink between their bounds. */
export function stackCost(config: PlatformConfig): StackCost {
  const pools = config.cluster.pools.map((pool) => poolCost(costPool(pool), gpuUse(config, pool.name)));
  const sum = (kind: keyof MonthlyCost) =>
    Math.round(pools.reduce((total, { month }) => total + (month?.[kind] ?? 0), 0) * 100) / 100;
  return {
    pools,
    month: { minimum: sum("minimum"), expected: sum("expected"), maximum: sum("maximum") },
    unknown: pools.filter(({ month }) => !month).map(({ pool }) => pool),
  };
}

function costPool({ cpu, ...pool }: PoolConfig) {
  return { ...pool, cpus: Number(milliUnits(cpu)) / 1000 };
}

function gpuUse(config: PlatformConfig, pool: string): GpuUse {
  const own = serviceUses(config).filter((use) => use.pool === pool);
  const sum = (replicas: "minReplicas" | "maxReplicas") =>
    own.reduce((total, use) => total + use[replicas] * use.replica.gpus, 0);
  return { minimum: sum("minReplicas"), maximum: sum("maxReplicas") };
}
