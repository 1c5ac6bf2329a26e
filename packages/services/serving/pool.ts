import type { GpuName } from "@genai/catalog";
import { poolLabel } from "@genai/core";

/** A taint on the nodes of a pool. */
export interface Taint {
  key: string;
  value?: string;
  effect: string;
}

/** The node pool that a server runs on. */
export interface GpuPool {
  name: string;
  gpu: GpuName;
  gpusPerNode: number;
  nodes: number;
  /** The taints of its nodes; the tolerations of Pods follow from them. */
  taints: readonly Taint[];
}

/** Exactly the tolerations that the pool's taints need, and the affinity to its nodes: one without the other never schedules. */
export function poolPlacement({ name, taints }: GpuPool) {
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
