import type { GpuName, PoolSharing } from "@genai/catalog";
import type { PlacedPool, Scraper } from "@genai/core";

/** What the program tells every add-on about the cluster. */
export interface AddonContext {
  /** Name of the namespace to deploy into. */
  namespace: string;
  /** The cluster's pools of GPU nodes. */
  gpuPools: readonly GpuPool[];
  /**
   * Where the RuntimeClass `nvidia` of Pods with GPUs comes from: `create` it; `existing`, as on K3s and beside the GPU operator; `none`
   * where NVIDIA's runtime is the nodes' default.
   */
  runtimeClass: "create" | "existing" | "none";
  /** Whether what can have several replicas has them. @default false */
  highAvailability?: boolean;
  /** The minor version of the cluster's Kubernetes, such as `1.36`. @default not known */
  kubernetesVersion?: string;
  /** Who may read metrics. @default nobody */
  scraper?: Scraper;
}

/** A pool of GPU nodes, as far as an add-on that runs on them must know it. */
export interface GpuPool extends PlacedPool {
  gpu: GpuName;
  gpusPerNode: number;
  /** How its nodes offer their GPUs. @default the device plugin's own sharing */
  sharing?: PoolSharing;
  /** Where it stands in the stack file, for messages. @default its name */
  path?: string;
}

/** What every add-on's configuration says. */
export interface AddonConfiguration {
  /** Whether the platform deploys it; `false` adopts the cluster's own, if it has one. */
  enabled: boolean;
}
