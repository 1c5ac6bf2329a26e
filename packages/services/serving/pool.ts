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

/**
 * How a Deployment replaces its Pods. A new Pod before an old one goes needs a node with `gpusPerReplica` free GPUs. Free GPUs may
 * lie anywhere, so only more than `gpusPerReplica - 1` on every node guarantee one; otherwise the new Pod would wait forever
 * for GPUs that the old ones hold, and the rollout gives up one replica first.
 *
 * @param freeGpus GPUs that stay free when every server on the pool, and in the tenant, is at its largest.
 */
export function rolloutStrategy(pool: Pick<GpuPool, "nodes">, gpusPerReplica: number, freeGpus: number) {
  const surges = freeGpus > pool.nodes * (gpusPerReplica - 1);
  return {
    type: "RollingUpdate",
    rollingUpdate: surges ? { maxSurge: 1, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: 1 },
  };
}
