import { createHash } from "node:crypto";
import { join } from "node:path";

/** Where the real node's things are in a cluster's directory. */
export function nodePaths(directory: string) {
  const node = join(directory, "node");
  const id = createHash("sha256").update(directory).digest("hex").slice(0, 8);
  return {
    /** Its existence says that there is, or was, a node to clean up after. */
    node,
    logs: join(node, "logs"),
    /** Links to the programs, first on the node's PATH, so that each process is known as this cluster's. */
    bin: directory,
    kubelet: join(node, "kubelet"),
    podLogs: join(node, "pod-logs"),
    containerd: join(node, "containerd"),
    cni: join(node, "cni"),
    containerdConfig: join(node, "containerd.toml"),
    kubeletConfig: join(node, "kubelet.yaml"),
    corefile: join(node, "Corefile"),
    egressConfig: join(node, "egress.yaml"),
    images: join(node, "images"),
    /** Unix sockets; their paths must stay below 108 characters, so they are not in the cluster's directory. */
    sockets: `/run/genai-${id}`,
    /** Network namespace of the node and its Pods. */
    namespace: `genai-${id}`,
    /** Parent of the Pods' cgroups, in every hierarchy. */
    cgroup: `genai-${id}`,
  };
}

export type NodePaths = ReturnType<typeof nodePaths>;

/** The sockets that cross the border of the network namespace. */
export function nodeSockets({ sockets }: Pick<NodePaths, "sockets">) {
  return {
    containerd: join(sockets, "containerd.sock"),
    /** Answered on the host: leads to the API server. */
    apiServer: join(sockets, "api-server.sock"),
    /** Answered on the host: what the API server asks for connections to Pods, Services and kubelet (HTTP CONNECT). */
    egress: join(sockets, "egress.sock"),
    /** Answered inside: connects to an address there (HTTP CONNECT). */
    inside: join(sockets, "inside.sock"),
  };
}
