import type { Problem } from "@genai/core";
import type { CheckInput } from "./cross-checks.ts";
import { absent } from "./fields.ts";
import { poolGpus } from "./offered-gpus.ts";
import { own } from "./own.ts";
import { oldestKueue } from "./scheduling-schema.ts";
import { type ServiceUse, serviceUses } from "./service-uses.ts";

const section = "genai:scheduling.kueue";

/**
 * Queues of batch work: Kueue is new enough, and what is given of GPUs is there even when all services, of which Kueue knows nothing, are
 * at their largest.
 */
export function checkScheduling(input: CheckInput): Problem[] {
  const { scheduling, cluster, tenants = {}, tenantNames } = input;
  if (!scheduling) return [];
  const { enabled, version, tenants: queues } = scheduling.kueue;
  const problems: Problem[] = [];
  const uses = serviceUses(input);
  if (version !== undefined && Number(version.split(".")[1]) < oldestKueue) {
    const message = `"${version}" given; its API kueue.x-k8s.io/v1beta2 came with Kueue 0.${oldestKueue}: upgrade Kueue to that or a newer one`;
    problems.push({ path: `${section}.version`, message });
  }
  if (!enabled && Object.keys(queues).length > 0) {
    const message =
      "is given, and without Kueue there are no queues; set genai:scheduling.kueue.enabled to true, or remove it";
    problems.push({ path: `${section}.tenants`, message });
  }
  for (const [tenant, { gpus = {} }] of Object.entries(queues)) {
    const path = `${section}.tenants.${tenant}`;
    if (tenantNames && !tenantNames.includes(tenant)) {
      problems.push({ path, message: absent(tenant, "tenant under genai:tenants", tenantNames) });
    }
    const known = cluster?.pools.map(({ name }) => name) ?? [];
    for (const pool of Object.keys(gpus)) {
      if (!cluster || known.includes(pool)) continue;
      problems.push({ path: `${path}.gpus.${pool}`, message: absent(pool, "pool under genai:cluster.pools", known) });
    }
    const quota = own(tenants, tenant)?.gpus;
    if (quota === undefined) continue;
    const given = sum(Object.values(gpus));
    const serving = gpusAtLargest(uses.filter((use) => use.tenant === tenant));
    if (given > 0 && given + serving > quota) {
      const message =
        `add up to ${given}, and its services take ${serving} at their largest, together more than the ${quota} of ` +
        `genai:tenants.${tenant}.gpus; lower these, or raise that`;
      problems.push({ path: `${path}.gpus`, message });
    }
  }
  return [...problems, ...checkPools(input, uses)];
}

/** Of every pool, what services take at their largest and what queues are given fit together. */
function checkPools({ scheduling, cluster, addons }: CheckInput, uses: readonly ServiceUse[]): Problem[] {
  return (cluster?.pools ?? []).flatMap((pool): Problem[] => {
    const given = Object.entries(scheduling?.kueue.tenants ?? {}).flatMap(([tenant, { gpus }]) => {
      const count = gpus ? own(gpus, pool.name) : undefined;
      return count ? [{ tenant, count }] : [];
    });
    const queued = sum(given.map(({ count }) => count));
    const serving = gpusAtLargest(uses.filter((use) => use.pool === pool.name));
    const capacity = poolGpus(pool, addons);
    if (queued === 0 || queued + serving <= capacity) return [];
    const parts = given.map(({ tenant, count }) => `${tenant} ${count}`).join(", ");
    const message =
      `pool "${pool.name}" has ${capacity} GPUs, of which services take ${serving} at their largest, and the queues are given ` +
      `${queued} more (${parts}); Kueue cannot hold services back: lower gpus.${pool.name} of a tenant, or add nodes`;
    return [{ path: `${section}.tenants`, message }];
  });
}

function gpusAtLargest(uses: readonly ServiceUse[]): number {
  return sum(uses.map(({ maxReplicas, replica }) => maxReplicas * replica.gpus));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
