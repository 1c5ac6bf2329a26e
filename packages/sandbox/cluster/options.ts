import type { RealNodeParts } from "../node/parts.ts";
import type { PoolSharing } from "@genai/catalog";

/** Nodes of one kind. Pools come from the stack's configuration (`genai:cluster.pools`). */
export interface NodePool {
  /** Also the prefix of its nodes' names: `<name>-<index>`. */
  name: string;
  /** A name of the GPU catalogue (`A10`); none: a pool without GPUs. */
  gpu?: string;
  /** GPUs per node; default 1 where `gpu` is given. */
  gpusPerNode?: number;
  /** How the nodes offer their GPUs; default whole. */
  sharing?: PoolSharing;
  nodes: number;
  /** CPUs per node; default `32`. */
  cpu?: string;
  /** Memory per node; default `128Gi`. */
  memory?: string;
  /** None are added silently: a GPU pool's `nvidia.com/gpu=present:NoSchedule` stands in the configuration. */
  taints?: NodeTaint[];
  /** Sets the label `genai.platform/spot: "true"`. */
  spot?: boolean;
}

export interface NodeTaint {
  key: string;
  value?: string;
  effect: string;
}

/** The programs a cluster consists of, and those that drive it. */
export type ClusterTool =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok"
  | "kwokctl"
  | "kubectl"
  | "metrics-server"
  | "storage-provisioner";

export interface ClusterOptions {
  /** Everything the cluster has: `<root>/.genai/clusters/<stack>`; mode 0700. */
  directory: string;
  /** `genai-<stack>-<hash of the checkout>`: also the context's name, so that it cannot be taken for another cluster. */
  name: string;
  pools: NodePool[];
  tools: Record<ClusterTool, { version: string; path: string }>;
  /** A node on which containers really run, beside the simulated ones. @default none */
  realNode?: RealNodeParts;
  /** Whether the start fails with the real node, rather than go on with simulated nodes only. @default false */
  realNodeRequired?: boolean;
  onProgress?(message: string): void;
  /** Ends the start; the next one recovers. */
  signal?: AbortSignal;
  /** For measurements: the controllers and the API server without their request limits. Default false. */
  disableRequestLimits?: boolean;
}

export interface Cluster {
  name: string;
  /** A file of the cluster's own, mode 0600. `~/.kube/config` is never touched. */
  kubeconfig: string;
  context: string;
  server: string;
  running: boolean;
  /**
   * A file, mode 0600, with the address and the token of an HTTP proxy that leads to Services and Pods of the real node: for
   * `curl --config`, and `readProxyAccess`. Undefined where there is none.
   */
  proxy?: string;
  /** Why the real node that was asked for did not start; undefined where it runs or none was asked for. */
  nodeFailure?: string;
}

/** Something a user can act on: the message says what happened and what to do. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
}
