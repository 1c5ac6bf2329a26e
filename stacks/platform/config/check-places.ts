import { milliUnits, type Problem } from "@genai/core";
import { serverNameProblem } from "@genai/services";
import type { CheckInput } from "./cross-checks.ts";
import { absent } from "./fields.ts";

/** What a service beside the models says of where it runs. */
interface Placed {
  path: string;
  name?: string;
  tenant?: string;
  pool: string;
  memory?: string;
  gpusPerReplica?: number;
}

/** Where the services beside the models run: names are legal, tenant and pool exist, and one replica fits a node. */
export function checkPlaces({ cluster, tenantNames, ...input }: CheckInput): Problem[] {
  const named = (section: "vectorStores" | "pipelines" | "workers") =>
    Object.entries(input[section] ?? {}).map(([name, entry]) => ({ path: `genai:${section}.${name}`, name, ...entry }));
  const placed: Placed[] = [
    // Their names are checked with all else that is theirs.
    ...named("vectorStores").map((store) => ({ ...store, name: undefined })),
    ...Object.entries(input.models ?? {}).flatMap(([name, { inferencePool }]) =>
      inferencePool ? [{ path: `genai:models.${name}.inferencePool`, pool: inferencePool.pool }] : [],
    ),
    ...named("pipelines"),
    ...named("workers"),
    ...(input.gateway ? [{ path: "genai:gateway", ...input.gateway }] : []),
    ...(input.ui ? [{ path: "genai:ui", ...input.ui }] : []),
  ];
  return [
    ...Object.entries(input.workers ?? {}).flatMap(checkBounds),
    ...placed.flatMap((service) => [
      ...checkName(service),
      ...checkTenant(service, tenantNames),
      ...(cluster ? checkPool(service, cluster.pools) : []),
    ]),
  ];
}

function checkBounds([name, { minReplicas, maxReplicas }]: [
  string,
  { minReplicas: number; maxReplicas: number },
]): Problem[] {
  if (maxReplicas >= minReplicas) return [];
  const message = `is ${maxReplicas}, below minReplicas ${minReplicas}; raise it, or lower minReplicas`;
  return [{ path: `genai:workers.${name}.maxReplicas`, message }];
}

function checkName({ path, name }: Placed): Problem[] {
  const message = name === undefined ? undefined : serverNameProblem(name, "handbook");
  return message === undefined ? [] : [{ path, message }];
}

function checkTenant({ path, tenant }: Placed, tenantNames: readonly string[] | undefined): Problem[] {
  if (tenant === undefined || !tenantNames || tenantNames.includes(tenant)) return [];
  return [{ path: `${path}.tenant`, message: absent(tenant, "tenant under genai:tenants", tenantNames) }];
}

function checkPool(service: Placed, pools: NonNullable<CheckInput["cluster"]>["pools"]): Problem[] {
  const { path, memory, gpusPerReplica = 0 } = service;
  const pool = pools.find(({ name }) => name === service.pool);
  if (!pool) {
    const known = pools.map(({ name }) => name);
    return [{ path: `${path}.pool`, message: absent(service.pool, "pool under genai:cluster.pools", known) }];
  }
  const problems: Problem[] = [];
  if (memory !== undefined && milliUnits(memory) > milliUnits(pool.memory)) {
    const message = `is ${memory}, and a node of pool "${pool.name}" has ${pool.memory}; lower it, or use larger nodes`;
    problems.push({ path: `${path}.memory`, message });
  }
  if (gpusPerReplica > (pool.gpusPerNode ?? 0)) {
    const message = `is ${gpusPerReplica}, but a node of pool "${pool.name}" has ${pool.gpusPerNode ?? 0} GPUs; use at most that, or another pool`;
    problems.push({ path: `${path}.gpusPerReplica`, message });
  }
  return problems;
}
