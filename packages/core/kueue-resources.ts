import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Toleration } from "./placement.ts";

/** Every kind of Kueue's (kueue.x-k8s.io/v1beta2, as far as the platform uses it) begins like this. */
interface KueueArgs {
  apiVersion?: string;
  kind?: string;
  metadata?: kubernetes.types.input.meta.v1.ObjectMeta;
}

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
export interface ResourceFlavorArgs extends KueueArgs {
  spec: { nodeLabels: Readonly<Record<string, string>>; tolerations: readonly Toleration[] };
}

/** Queues that lend each other what they do not use, and what the cohort itself has to lend. */
export interface CohortArgs extends KueueArgs {
  spec: { resourceGroups: readonly ResourceGroup[] };
}

/** A queue with a quota of its own. */
export interface ClusterQueueArgs extends KueueArgs {
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
export interface LocalQueueArgs extends KueueArgs {
  spec: { clusterQueue: string };
}

/** A priority in queues, which need not be that of Pods. */
export interface WorkloadPriorityClassArgs extends KueueArgs {
  value: pulumi.Input<number>;
  description?: pulumi.Input<string | undefined>;
}

/** Oldest API version of Kueue's that these objects are of: it came with Kueue 0.15, and 0.16 stores objects in it. */
export const kueueApiVersion = "kueue.x-k8s.io/v1beta2";

/** The label by which a Job names the LocalQueue that it waits in. */
export const queueNameLabel = "kueue.x-k8s.io/queue-name";

/** The label by which a Job names its WorkloadPriorityClass. */
export const workloadPriorityLabel = "kueue.x-k8s.io/priority-class";

/** A Pulumi resource class for one of Kueue's kinds. */
function kueueResource<Args extends KueueArgs>(kind: string) {
  return class extends kubernetes.apiextensions.CustomResource {
    constructor(name: string, args: Args, options?: pulumi.CustomResourceOptions) {
      super(name, { ...args, apiVersion: kueueApiVersion, kind }, options);
    }
  };
}

/** Nodes of one kind, for a cluster that runs Kueue. */
export const ResourceFlavor = kueueResource<ResourceFlavorArgs>("ResourceFlavor");
/** Queues that lend to each other. */
export const Cohort = kueueResource<CohortArgs>("Cohort");
/** A queue with a quota. */
export const ClusterQueue = kueueResource<ClusterQueueArgs>("ClusterQueue");
/** The door to a queue in a namespace. */
export const LocalQueue = kueueResource<LocalQueueArgs>("LocalQueue");
/** A priority in queues. */
export const WorkloadPriorityClass = kueueResource<WorkloadPriorityClassArgs>("WorkloadPriorityClass");
