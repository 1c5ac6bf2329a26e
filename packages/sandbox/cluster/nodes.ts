import { createHash } from "node:crypto";
import { gpuNode } from "./gpu-node.ts";
import { simulatedNodeAnnotation } from "./kwokctl-config.ts";
import { ClusterError, type NodePool, type NodeTaint } from "./options.ts";

/** Says which pool a node belongs to; also the selector of the nodes that the sandbox manages. */
export const poolLabel = "genai.platform/pool";

/** On every node a hash of what its pool asked for: another one means that the node is replaced. */
export const poolHashAnnotation = "genai.platform/pool-hash";

/** A Node as the sandbox creates it. */
export interface SimulatedNode {
  apiVersion: "v1";
  kind: "Node";
  metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
  spec: { taints: NodeTaint[] };
  status: {
    capacity: Record<string, string>;
    allocatable: Record<string, string>;
    addresses?: { type: string; address: string }[];
    daemonEndpoints?: { kubeletEndpoint: { Port: number } };
    nodeInfo: Record<string, string>;
  };
}

const zones = "abc";
/** The default of kubelet's `--max-pods`. */
const podsPerNode = "110";

interface Kubelet {
  address: string;
  port: number;
}

/**
 * Every node that the pools ask for.
 *
 * @param kubelet Where the kubelet of all of them answers. Default: KWOK says.
 * @throws {ClusterError} If a pool names a GPU that the catalogue does not know, or two pools have one name.
 */
export function nodesOf(pools: NodePool[], kubernetesVersion: string, kubelet?: Kubelet): SimulatedNode[] {
  const names = pools.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice)
    throw new ClusterError(
      `Two node pools are called "${twice}". Give each pool of genai:cluster.pools a name of its own.`,
    );
  return pools.flatMap((pool) =>
    Array.from({ length: pool.nodes }, (_, index) => node(pool, index, { kubernetesVersion, kubelet })),
  );
}

function node(
  pool: NodePool,
  index: number,
  { kubernetesVersion, kubelet }: { kubernetesVersion: string; kubelet: Kubelet | undefined },
): SimulatedNode {
  const name = `${pool.name}-${index}`;
  const { cpu = "32", memory = "128Gi" } = pool;
  const gpuCount = pool.gpu ? (pool.gpusPerNode ?? 1) : 0;
  const gpuParts = pool.gpu && gpuCount > 0 ? gpuNode(pool, pool.gpu, gpuCount) : undefined;
  const resources = {
    cpu,
    memory,
    pods: podsPerNode,
    "ephemeral-storage": "1Ti",
    ...gpuParts?.resources,
  };
  const labels = {
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/os": "linux",
    "kubernetes.io/hostname": name,
    "node.kubernetes.io/instance-type": pool.gpu ? `sandbox.${gpuCount}x${pool.gpu}` : `sandbox.cpu${cpu}`,
    "topology.kubernetes.io/region": "sandbox",
    "topology.kubernetes.io/zone": `sandbox-${zones.charAt(index % zones.length)}`,
    [poolLabel]: pool.name,
    // Its Pods have addresses, and nothing is there.
    "genai.platform/scrape": "false",
    ...(pool.spot && { "genai.platform/spot": "true" }),
    ...gpuParts?.labels,
  };
  const body = {
    metadata: {
      name,
      labels,
      annotations: {
        [simulatedNodeAnnotation.key]: simulatedNodeAnnotation.value,
        // Where metrics-server finds this node's usage: KWOK serves that of every node from one address.
        "metrics.k8s.io/resource-metrics-path": `/metrics/nodes/${name}/metrics/resource`,
      },
    },
    spec: { taints: pool.taints ?? [] },
    status: {
      capacity: resources,
      allocatable: resources,
      ...(kubelet && {
        addresses: [{ type: "InternalIP", address: kubelet.address }],
        daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
      }),
      nodeInfo: {
        architecture: "amd64",
        operatingSystem: "linux",
        kubeletVersion: `v${kubernetesVersion.replace(/^v/, "")}`,
      },
    },
  };
  const hash = createHash("sha256").update(JSON.stringify(body)).digest("hex").slice(0, 16);
  const annotations = { ...body.metadata.annotations, [poolHashAnnotation]: hash };
  return { apiVersion: "v1", kind: "Node", ...body, metadata: { ...body.metadata, annotations } };
}

/** What a reconciliation does to get from the nodes that are there to those that are wanted. */
export interface NodeChanges {
  create: SimulatedNode[];
  /** Names of nodes that no pool asks for any more, or that are to be replaced. */
  remove: string[];
}

/** A pool that changed gets new nodes, as on a real platform: nothing is edited in place. */
export function nodeChanges(
  existing: { name: string; hash: string | undefined }[],
  wanted: SimulatedNode[],
): NodeChanges {
  const hashes = new Map(existing.map(({ name, hash }) => [name, hash]));
  const wantedHashes = new Map(wanted.map(({ metadata }) => [metadata.name, metadata.annotations[poolHashAnnotation]]));
  return {
    create: wanted.filter(({ metadata }) => hashes.get(metadata.name) !== metadata.annotations[poolHashAnnotation]),
    remove: existing.filter(({ name, hash }) => wantedHashes.get(name) !== hash).map(({ name }) => name),
  };
}

/** `4 nodes (2 × 4 A10, 2 without GPU)`. */
export function describePools(pools: NodePool[]): string {
  const parts = pools
    .filter(({ nodes }) => nodes > 0)
    .map(({ nodes, gpu, gpusPerNode = 1 }) => (gpu ? `${nodes} × ${gpusPerNode} ${gpu}` : `${nodes} without GPU`));
  const total = pools.reduce((sum, { nodes }) => sum + nodes, 0);
  return `${total} ${total === 1 ? "node" : "nodes"}${parts.length > 0 ? ` (${parts.join(", ")})` : ""}`;
}
