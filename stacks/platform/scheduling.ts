import { batchPriorityClassNames, type BatchQueuesArgs } from "@genai/services";
import { type TenantArgs, tenantNamespace } from "@genai/tenancy";
import { type BatchShares, batchShares, type PlatformConfig } from "./config/index.ts";

/** What of the scheduling of batch work the program deploys; nothing where Kueue is not enabled. */
export function batchScheduling(config: PlatformConfig):
  | {
      queues: BatchQueuesArgs;
      /** Of every tenant alike: all that it could ever borrow. */
      quota: NonNullable<TenantArgs["batch"]>;
    }
  | undefined {
  const { enabled, tenants } = config.scheduling.kueue;
  if (!enabled) return undefined;
  const { quotas, loan, most } = batchShares(config);
  return { queues: queuesOf(config, { quotas, loan }, tenants), quota: quotaOf(most) };
}

function queuesOf(
  { cluster, tenants }: PlatformConfig,
  { quotas, loan }: Omit<BatchShares, "most">,
  settings: PlatformConfig["scheduling"]["kueue"]["tenants"],
): BatchQueuesArgs {
  const queues = Object.keys(tenants).map((tenant) => {
    return [
      tenant,
      { namespace: tenantNamespace(tenant), quotas: quotas[tenant] ?? {}, weight: settings[tenant]?.weight },
    ] as const;
  });
  return {
    // What needs no GPU is tried on nodes without them first.
    pools: [...cluster.pools.filter(({ gpu }) => !gpu), ...cluster.pools.filter(({ gpu }) => gpu)],
    queues: Object.fromEntries(queues),
    loan,
  };
}

function quotaOf({ gpus, milliCpus, milliBytes }: BatchShares["most"]): NonNullable<TenantArgs["batch"]> {
  const memory = `${milliBytes / 1000n / 2n ** 20n}Mi`;
  return { priorityClasses: batchPriorityClassNames, gpus, cpu: `${milliCpus}m`, memory };
}
