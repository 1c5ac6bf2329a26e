import { isDnsLabel, maximumNameLength, type Problem } from "@genai/core";
import { tenantNamespace } from "@genai/tenancy";
import type { CheckInput } from "./cross-checks.ts";
import { nameRule } from "./fields.ts";
import { poolGpus } from "./offered-gpus.ts";

const longestTenantName = maximumNameLength - tenantNamespace("").length;

/** Tenants: their namespaces have legal names, and their GPU quotas together are no more than there are GPUs. */
export function checkTenants({ cluster, addons, tenants = {}, tenantNames }: CheckInput): Problem[] {
  const problems: Problem[] = [];
  for (const name of tenantNames ?? []) {
    if (isDnsLabel(name) && isDnsLabel(tenantNamespace(name))) continue;
    const message = `"${name}" names the namespace "${tenantNamespace(name)}"; must be ${nameRule("a name", longestTenantName)}`;
    problems.push({ path: `genai:tenants.${name}`, message });
  }
  if (!cluster) return problems;
  const capacity = sum(cluster.pools.map((pool) => poolGpus(pool, addons)));
  const quotas = sum(Object.values(tenants).map(({ gpus }) => gpus));
  if (quotas > capacity) {
    const parts = Object.entries(tenants).map(([name, { gpus }]) => `${name} ${gpus}`);
    const message =
      `the GPU quotas add up to ${quotas} (${parts.join(", ")}), but all pools together have ${capacity} GPUs; ` +
      `lower gpus of a tenant or add nodes under genai:cluster.pools`;
    problems.push({ path: "genai:tenants", message });
  }
  return problems;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
