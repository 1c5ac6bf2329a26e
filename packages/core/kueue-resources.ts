import type * as pulumi from "@pulumi/pulumi";
import { customResource, type CustomResourceArgs } from "./custom-resource.ts";
import type { Toleration } from "./placement.ts";

/** How much of each resource there is on the nodes of one flavor. */
export interface FlavorQuotas {
  /** Name of a ResourceFlavor. */
  name: string;
  /** One for each covered resource, in their order. */
  resources: readonly { name: string; nominalQuota: string }[];
}

/** Resources that are counted together, flavor by flavor. */
export interface ResourceGroup {
  coveredResources: readonly string[];
  /** In the order in which they are tried. */
  flavors: readonly FlavorQuotas[];
}

/** Nodes of one kind, and what lets Pods onto them. */
export interface ResourceFlavorArgs extends CustomResourceArgs {
  spec: { nodeLabels: Readonly<Record<string, string>>; tolerations: readonly Toleration[] };
}

/** Queues that lend each other what they do not use, and what the cohort itself has to lend. */
export interface CohortArgs extends CustomResourceArgs {
  spec: { resourceGroups: readonly ResourceGroup[] };
}

/** A queue with a quota of its own. */
export interface ClusterQueueArgs extends CustomResourceArgs {
  spec: {
    cohortName: string;
    namespaceSelector: { matchLabels: Readonly<Record<string, string>> };
    queueingStrategy: "StrictFIFO" | "BestEffortFIFO";
    resourceGroups: readonly ResourceGroup[];
    preemption: {
      reclaimWithinCohort: "Never" | "LowerPriority" | "Any";
      withinClusterQueue: "Never" | "LowerPriority" | "LowerOrNewerEqualPriority";
    };
    /** Its part of what is lent, against that of others, as a quantity. */
    fairSharing?: { weight: string };
  };
}

/** The door to a ClusterQueue in a namespace. */
export interface LocalQueueArgs extends CustomResourceArgs {
  spec: { clusterQueue: string };
}

/** A priority in queues, which need not be that of Pods. */
export interface WorkloadPriorityClassArgs extends CustomResourceArgs {
  value: pulumi.Input<number>;
  description?: pulumi.Input<string | undefined>;
}

/** Oldest API version of Kueue's that these objects are of: it came with Kueue 0.15, and 0.16 stores objects in it. */
export const kueueApiVersion = "kueue.x-k8s.io/v1beta2";

/** The label by which a Job names the LocalQueue that it waits in. */
export const queueNameLabel = "kueue.x-k8s.io/queue-name";

/** The label by which a Job names its WorkloadPriorityClass. */
export const workloadPriorityLabel = "kueue.x-k8s.io/priority-class";

/** Nodes of one kind, for a cluster that runs Kueue. */
export const ResourceFlavor = customResource<ResourceFlavorArgs>(kueueApiVersion, "ResourceFlavor");
/** Queues that lend to each other. */
export const Cohort = customResource<CohortArgs>(kueueApiVersion, "Cohort");
/** A queue with a quota. */
export const ClusterQueue = customResource<ClusterQueueArgs>(kueueApiVersion, "ClusterQueue");
/** The door to a queue in a namespace. */
export const LocalQueue = customResource<LocalQueueArgs>(kueueApiVersion, "LocalQueue");
/** A priority in queues. */
export const WorkloadPriorityClass = customResource<WorkloadPriorityClassArgs>(
  kueueApiVersion,
  "WorkloadPriorityClass",
);
