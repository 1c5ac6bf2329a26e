import type { GpuName } from "@genai/catalog";
import type { Taint } from "@genai/core";

/** A node pool. */
export interface NodePool {
  name: string;
  /** None: a pool without GPUs. */
  gpu?: GpuName;
  gpusPerNode?: number;
  nodes: number;
  /** Memory of each node, as a quantity. */
  memory: string;
  /** The taints of its nodes; the tolerations of Pods follow from them. */
  taints: readonly Taint[];
}

/** A node pool as far as a server needs to know it. */
export type ServerPool = Omit<NodePool, "memory"> & { memory?: string };

/** A node pool with GPUs. */
export interface GpuPool extends Omit<NodePool, "memory"> {
  gpu: GpuName;
  gpusPerNode: number;
}
