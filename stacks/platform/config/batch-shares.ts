import type { BatchAmounts } from "@genai/services";
import { milliUnits } from "@genai/core";
import { perReplica } from "./check-sums.ts";
import { capacityOf, thousand } from "./offered-gpus.ts";
import { own } from "./own.ts";
import type { PlatformConfig } from "./schema.ts";
import { type ServiceUse, serviceUses } from "./service-uses.ts";

/** What batch work may use, by the name of a pool. */
type ByPool = Record<string, BatchAmounts>;

/** Who may use how much for batch work. */
export interface BatchShares {
  /** What is a tenant's own, by its name: there even when all services are at their largest. */
  quotas: Record<string, ByPool>;
  /** What services leave beside that as long as they are at their smallest; they take it back by their priority. */
  loan: ByPool;
  /** Quotas and loan of all pools together, and the workers: the most that one tenant's Pods of batch work's priorities can come to. */
  most: BatchAmounts;
}

/** In thousandths, so that all three are counted alike. */
type Resource = "gpus" | "cpu" | "memory";
type Amounts = Record<Resource, bigint>;
const resources = ["gpus", "cpu", "memory"] as const;

/**
 * Batch work's part of the cluster. Kueue does not manage the Pods of services, so what a tenant owns for certain is what its quota
 * leaves beside its services at their largest, divided over pools in proportion to what is free there; all that services leave beyond
 * that, while they are at their smallest, is on loan to anyone.
 */
export function batchShares(config: PlatformConfig): BatchShares {
  const { cluster, addons, tenants, scheduling } = config;
  // Runs of pipelines wait in queues themselves.
  const uses = serviceUses(config).filter(({ path }) => !path.startsWith("genai:pipelines."));
  const sums = (bound: "minReplicas" | "maxReplicas", isOf: (use: ServiceUse) => boolean) =>
    perResource((resource) =>
      uses.filter(isOf).reduce((total, use) => total + perReplica(use.replica)[resource] * BigInt(use[bound]), 0n),
    );
  const given = (tenant: string) => own(scheduling.kueue.tenants, tenant)?.gpus;
  const pools = cluster.pools.map((pool) => {
    const all = capacityOf(pool, addons);
    const largest = sums("maxReplicas", (use) => use.pool === pool.name);
    const named = thousand(Object.keys(tenants).reduce((sum, tenant) => sum + (given(tenant)?.[pool.name] ?? 0), 0));
    const free = perResource((resource) => notNegative(all[resource] - largest[resource]));
    return { name: pool.name, all, free: { ...free, gpus: notNegative(free.gpus - named) } };
  });
  const left = Object.entries(tenants).map(([tenant, quota]) => {
    const largest = sums("maxReplicas", (use) => use.tenant === tenant);
    const limits = { gpus: thousand(quota.gpus), cpu: milliUnits(quota.cpu), memory: milliUnits(quota.memory) };
    const rest = perResource((resource) => notNegative(limits[resource] - largest[resource]));
    return { tenant, rest: given(tenant) ? { ...rest, gpus: 0n } : rest };
  });
  const wanted = perResource((resource) => left.reduce((sum, { rest }) => sum + rest[resource], 0n));
  const offered = perResource((resource) => pools.reduce((sum, { free }) => sum + free[resource], 0n));
  const quotas = left.map(({ tenant, rest }): [string, Record<string, Amounts>] => [
    tenant,
    Object.fromEntries(
      pools.map(({ name, free }) => {
        const share = perResource((resource) => {
          // Where quotas are more than there is, everyone gets less in the same proportion.
          const of = wanted[resource] > offered[resource] ? wanted[resource] : offered[resource];
          const part = of === 0n ? 0n : (rest[resource] * free[resource]) / of;
          return resource === "gpus" ? (part / 1000n) * 1000n : part;
        });
        const gpus = given(tenant) ? thousand(given(tenant)?.[name] ?? 0) : share.gpus;
        return [name, { ...share, gpus }];
      }),
    ),
  ]);
  const loan = pools.map(({ name, all }): [string, Amounts] => {
    const smallest = sums("minReplicas", (use) => use.pool === name);
    const owned = (resource: Resource) => quotas.reduce((sum, [, of]) => sum + (of[name]?.[resource] ?? 0n), 0n);
    return [name, perResource((resource) => notNegative(all[resource] - smallest[resource] - owned(resource)))];
  });
  // Workers are of batch work's priority, and so count where it counts.
  const workers = sums("minReplicas", ({ path }) => path.startsWith("genai:workers."));
  const every = [...loan, ...quotas.flatMap(([, of]) => Object.entries(of))].map(([, amounts]) => amounts);
  return {
    quotas: Object.fromEntries(quotas.map(([tenant, of]) => [tenant, shownByPool(Object.entries(of))])),
    loan: shownByPool(loan),
    most: shown(perResource((resource) => every.reduce((sum, amounts) => sum + amounts[resource], workers[resource]))),
  };
}

function perResource(amount: (resource: Resource) => bigint): Amounts {
  const [gpus, cpu, memory] = resources.map(amount) as [bigint, bigint, bigint];
  return { gpus, cpu, memory };
}

function shownByPool(entries: readonly (readonly [pool: string, Amounts])[]): ByPool {
  return Object.fromEntries(entries.map(([pool, amounts]) => [pool, shown(amounts)]));
}

function shown({ gpus, cpu, memory }: Amounts): BatchAmounts {
  return { gpus: Number(gpus / 1000n), milliCpus: cpu, milliBytes: memory };
}

function notNegative(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
