import type { GpuName } from "@genai/catalog";
import { poolLabel } from "@genai/core";

/** A taint on the nodes of a pool. */
export interface Taint {
  key: string;
  value?: string;
  effect: string;
}

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

/** A node pool with GPUs. */
export interface GpuPool extends Omit<NodePool, "memory"> {
  gpu: GpuName;
  gpusPerNode: number;
}

/** Exactly the tolerations that the pool's taints need, and the affinity to its nodes: one without the other never schedules. */
export function poolPlacement({ name, taints }: Pick<NodePool, "name" | "taints">) {
  return {
    tolerations: taints.map(({ key, value, effect }) =>
      value === undefined ? { key, operator: "Exists", effect } : { key, operator: "Equal", value, effect },
    ),
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: poolLabel, operator: "In", values: [name] }] }],
        },
      },
    },
  };
}
