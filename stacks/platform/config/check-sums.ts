import { gibibytes, mebibyte } from "@genai/catalog";
import { milliUnits, type Problem } from "@genai/core";
import type { CheckInput } from "./cross-checks.ts";
import { capacityOf, thousand } from "./offered-gpus.ts";
import { type ReplicaRequests, type ServiceUse, serviceUses } from "./service-uses.ts";

/** A holder of resources, and the key that says how many. */
interface Holder {
  path: string;
  /** `tenant "research" has a quota of`. */
  words: string;
  limits: Partial<Record<keyof Resource, bigint>>;
  /** Key of each limit below the path. */
  keys: Partial<Record<keyof Resource, string>>;
}

/** What is counted, each in thousandths. */
interface Resource {
  gpus: bigint;
  cpu: bigint;
  memory: bigint;
  pods: bigint;
}

/**
 * Quota and pool must hold all of their services at their largest, and a node one replica: an autoscaler that cannot add its last
 * replica fails when it counts.
 */
export function checkSums(input: CheckInput): Problem[] {
  const uses = serviceUses(input);
  const pools = input.cluster?.pools ?? [];
  const tooLarge = uses.map((use) => ({ use, problems: checkNode(use, input) }));
  // What does not fit one node would only be said again of all of them.
  const fitting = tooLarge.filter(({ problems }) => problems.length === 0).map(({ use }) => use);
  return [
    ...tooLarge.flatMap(({ problems }) => problems),
    ...Object.entries(input.tenants ?? {}).flatMap(([name, { gpus, cpu, memory, pods }]) =>
      checkHolder(
        uses.filter(({ tenant }) => tenant === name),
        {
          path: `genai:tenants.${name}`,
          words: `tenant "${name}" has a quota of`,
          limits: { gpus: thousand(gpus), cpu: milliUnits(cpu), memory: milliUnits(memory), pods: thousand(pods) },
          keys: { gpus: "gpus", cpu: "cpu", memory: "memory", pods: "pods" },
        },
      ),
    ),
    ...pools.flatMap((pool, index) => {
      const { gpus, ...rest } = capacityOf(pool, input.addons);
      return checkHolder(
        fitting.filter((use) => use.pool === pool.name),
        {
          path: `genai:cluster.pools[${index}]`,
          words: `pool "${pool.name}" has`,
          limits: {
            // A pool that offers none under their usual name is no place for what requests it, which is said there.
            ...(gpus > 0n && { gpus }),
            ...rest,
          },
          keys: { gpus: "nodes", cpu: "nodes", memory: "nodes" },
        },
      );
    }),
  ];
}

function checkHolder(own: readonly ServiceUse[], { path, words, limits, keys }: Holder): Problem[] {
  return (Object.keys(limits) as (keyof Resource)[]).flatMap((resource) => {
    const limit = limits[resource] ?? 0n;
    const wanted = own.reduce((total, use) => total + amountOf(use, resource), 0n);
    if (wanted <= limit) return [];
    const parts = own
      .filter((use) => amountOf(use, resource) > 0n)
      .map(
        ({ name, maxReplicas, replica }) =>
          `${name} ${maxReplicas} × ${shown(perReplica(replica)[resource], resource)}`,
      );
    const message =
      `${words} ${shown(limit, resource)}${units[resource]}, but its services take ${shown(wanted, resource)} at their largest ` +
      `(${parts.join(", ")}); raise this, or lower their replicas`;
    return [{ path: `${path}.${keys[resource] ?? ""}`, message }];
  });
}

function checkNode({ path, pool: poolName, replica }: ServiceUse, { cluster }: CheckInput): Problem[] {
  const pool = cluster?.pools.find(({ name }) => name === poolName);
  if (!pool) return [];
  const { cpu, memory } = perReplica(replica);
  const share = BigInt(replica.pods);
  const one = { cpu: cpu / share, memory: memory / share };
  const node = { cpu: milliUnits(pool.cpu), memory: milliUnits(pool.memory) };
  return (["cpu", "memory"] as const)
    .filter((resource) => one[resource] > node[resource])
    .map((resource) => ({
      path: `${path}.pool`,
      message:
        `a replica requests ${shown(one[resource], resource)}${units[resource]}, and a node of pool "${poolName}" has ` +
        `${shown(node[resource], resource)}; use a pool of larger nodes`,
    }));
}

function amountOf({ maxReplicas, replica }: ServiceUse, resource: keyof Resource): bigint {
  return perReplica(replica)[resource] * BigInt(maxReplicas);
}

/** What a replica requests, each in thousandths. */
export function perReplica({ gpus, milliCpus, milliBytes, pods }: ReplicaRequests): Resource {
  return { gpus: thousand(gpus), cpu: milliCpus, memory: milliBytes, pods: thousand(pods) };
}

const units: Readonly<Record<keyof Resource, string>> = {
  gpus: " GPUs",
  cpu: " CPUs",
  memory: " of memory",
  pods: " Pods",
};

function shown(amount: bigint, resource: keyof Resource): string {
  if (resource === "memory") return gibibytes(Number(amount) / 1000 / mebibyte);
  return String(Number(amount) / 1000);
}
