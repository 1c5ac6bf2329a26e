/** What a rolling update has to work with. */
export interface RolloutPool {
  /** Nodes of the pool. */
  nodes: number;
  /** GPUs of one replica, which must be on one node. */
  gpusPerReplica: number;
  /** GPUs that stay free when every server on the pool, and in the tenant, is at its largest. */
  freeGpus: number;
}

/** How many Pods a rolling update may have beyond, or below, the wanted number. */
export interface Rollout {
  maxSurge: number;
  maxUnavailable: number;
}

/**
 * How a Deployment can replace its Pods without a deadlock. A new Pod before an old one goes needs a node with `gpusPerReplica` free
 * GPUs. Free GPUs may lie anywhere, so only more than `gpusPerReplica - 1` on every node guarantee one; otherwise the new Pod would
 * wait forever for GPUs that the old ones hold, and the rollout gives up one replica first.
 *
 * Worked example: 2 nodes, replicas of 4 GPUs: with 6 free GPUs there may be 3 on each, so no surge; with 7 one node has 4.
 */
export function rolloutFor({ nodes, gpusPerReplica, freeGpus }: RolloutPool): Rollout {
  const surges = freeGpus > nodes * (gpusPerReplica - 1);
  return surges ? { maxSurge: 1, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: 1 };
}
