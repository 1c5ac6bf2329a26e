import type { Problem } from "@genai/core";
import type { NodePool } from "./serving/pool.ts";

/** The pool and tenant that something of the stack file names; nothing, and a problem of each, where one is not there. */
export function poolAndTenant<Tenant>(
  path: string,
  named: { pool: string; tenant: string },
  { pools, tenants }: { pools: readonly NodePool[]; tenants: Readonly<Record<string, Tenant>> },
  problems: Problem[],
): { pool: NodePool; tenant: Tenant } | undefined {
  const pool = pools.find(({ name }) => name === named.pool);
  const tenant = tenants[named.tenant];
  const missing = (field: "pool" | "tenant", known: readonly string[]) => {
    const message = `"${named[field]}" is no ${field}; there are: ${known.join(", ") || "none"}`;
    problems.push({ path: `${path}.${field}`, message });
  };
  if (!pool)
    missing(
      "pool",
      pools.map(({ name }) => name),
    );
  if (!tenant) missing("tenant", Object.keys(tenants));
  return pool && tenant && { pool, tenant };
}
