import { gpuResource } from "@genai/catalog";
import {
  kueueApiVersion,
  namespaceNamed,
  type ObjectOf,
  ObjectsComponent,
  type PlacedPool,
  poolLabel,
  priorityClassNames,
  recommendedLabels,
  type ResourceGroup,
  tenantLabel,
  tolerationsOf,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { priorityObjects } from "../priorities.ts";

/** An amount of each resource that queues count. */
export interface BatchAmounts {
  gpus: number;
  /** In thousandths of a CPU. */
  milliCpus: bigint;
  /** In thousandths of a byte. */
  milliBytes: bigint;
}

/** The queue of a tenant. */
export interface BatchQueue {
  /** Namespace of the tenant. */
  namespace: string;
  /** What is its own whatever others do, by the name of a pool; none of a pool that is not named. */
  quotas: Readonly<Record<string, BatchAmounts>>;
  /** Its part of what is lent, against that of others. @default 1 */
  weight?: number;
}

/** Queues of batch work: one for each tenant, all in one cohort. */
export interface BatchQueuesArgs {
  /** In the order in which they are tried: those without GPUs first, so that what needs none leaves GPU nodes alone. */
  pools: readonly PlacedPool[];
  /** By the tenant's name. */
  queues: Readonly<Record<string, BatchQueue>>;
  /** What anyone may borrow beside the unused quotas of others, by the name of a pool: what services leave as long as they are small. */
  loan: Readonly<Record<string, BatchAmounts>>;
}

/** Name of the LocalQueue in each tenant's namespace, which a Job names in its label `kueue.x-k8s.io/queue-name`. */
export const localQueueName = "batch";

/** PriorityClasses and WorkloadPriorityClasses of what waits in queues. */
export const batchPriorityClassNames = [priorityClassNames.batch, priorityClassNames.preemptible] as const;

const cohortName = "genai";

/** Kueue's objects for all tenants. */
export type BatchQueuesObjects = {
  cohort: ObjectOf<"Cohort">;
  [flavor: `flavor-${string}`]: ObjectOf<"ResourceFlavor">;
  [priority: `priority-${string}`]: ObjectOf<"WorkloadPriorityClass">;
  [queue: `queue-${string}`]: ObjectOf<"ClusterQueue">;
  [door: `door-${string}`]: ObjectOf<"LocalQueue">;
};

/** Kueue's objects as plain data. They need its CRDs, kueue.x-k8s.io/v1beta2. */
export function batchQueuesObjects(name: string, { pools, queues, loan }: BatchQueuesArgs): BatchQueuesObjects {
  const labels = recommendedLabels({ application: "kueue", instance: name, component: "scheduling" });
  const flavorName = (pool: string) => `genai-${pool}`;
  const groupOf = (amounts: Readonly<Record<string, BatchAmounts>>) =>
    resourceGroup(pools.map((pool) => [flavorName(pool.name), amounts[pool.name]]));
  const objects: BatchQueuesObjects = {
    cohort: {
      apiVersion: kueueApiVersion,
      kind: "Cohort",
      metadata: { name: cohortName, labels },
      spec: { resourceGroups: [groupOf(loan)] },
    },
  };
  for (const { name: pool, taints = [] } of pools) {
    objects[`flavor-${pool}`] = {
      apiVersion: kueueApiVersion,
      kind: "ResourceFlavor",
      metadata: { name: flavorName(pool), labels },
      // Kueue gives an admitted Job's Pods both: they need not know of pools.
      spec: { nodeLabels: { [poolLabel]: pool }, tolerations: tolerationsOf(taints) },
    };
  }
  // Jobs wait in the same order in which nodes give up their Pods.
  const priorities = priorityObjects(name);
  for (const key of ["batch", "preemptible"] as const) {
    const { value, description } = priorities[`${key}Priority`];
    objects[`priority-${key}`] = {
      apiVersion: kueueApiVersion,
      kind: "WorkloadPriorityClass",
      metadata: { name: priorityClassNames[key], labels },
      value,
      description,
    };
  }
  for (const [tenant, { namespace, quotas, weight = 1 }] of Object.entries(queues)) {
    const ofTenant = { ...labels, [tenantLabel]: tenant };
    const clusterQueue = `genai-${tenant}`;
    objects[`queue-${tenant}`] = {
      apiVersion: kueueApiVersion,
      kind: "ClusterQueue",
      metadata: { name: clusterQueue, labels: ofTenant },
      spec: {
        cohortName,
        ...namespaceNamed(namespace),
        // One Job that is too large for now does not hold up those behind it.
        queueingStrategy: "BestEffortFIFO",
        resourceGroups: [groupOf(quotas)],
        // What others borrowed of its own comes back at once; without limits, all that is unused is lent.
        preemption: { reclaimWithinCohort: "Any", withinClusterQueue: "LowerPriority" },
        fairSharing: { weight: String(weight) },
      },
    };
    objects[`door-${tenant}`] = {
      apiVersion: kueueApiVersion,
      kind: "LocalQueue",
      metadata: { name: localQueueName, namespace, labels: ofTenant },
      spec: { clusterQueue },
    };
  }
  return objects;
}

function resourceGroup(amounts: readonly (readonly [flavor: string, BatchAmounts | undefined])[]): ResourceGroup {
  const named = (of: BatchAmounts | undefined) => [
    { name: gpuResource, nominalQuota: String(of?.gpus ?? 0) },
    { name: "cpu", nominalQuota: `${of?.milliCpus ?? 0n}m` },
    // In whole MiB: a thousandth of a byte is no quantity of memory.
    { name: "memory", nominalQuota: `${(of?.milliBytes ?? 0n) / 1000n / 2n ** 20n}Mi` },
    // The limits of a tenant's namespace let every container request some, and Kueue admits nothing that requests what a queue does not
    // count. Disks of nodes are in no stack file, so this is no limit: the scheduler sees to what nodes have.
    { name: "ephemeral-storage", nominalQuota: "1Pi" },
  ];
  return {
    coveredResources: named(undefined).map((resource) => resource.name),
    flavors: amounts.map(([flavor, of]) => ({ name: flavor, resources: named(of) })),
  };
}

/** The queues of batch work, for a cluster that runs Kueue. */
export class BatchQueues extends ObjectsComponent<BatchQueuesObjects> {
  constructor(name: string, args: BatchQueuesArgs, options?: pulumi.ComponentResourceOptions) {
    super("scheduling:BatchQueues", name, batchQueuesObjects(name, args), options);
    this.registerOutputs({});
  }
}
