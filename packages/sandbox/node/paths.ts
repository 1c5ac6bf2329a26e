import { createHash } from "node:crypto";
import { join } from "node:path";

/** Where the real node's things are on the host. */
export function nodePaths(directory: string) {
  const node = join(directory, "node");
  const id = createHash("sha256").update(directory).digest("hex").slice(0, 8);
  return {
    /** Links to the programs, by which each process is known as this cluster's; first on the node's PATH. */
    bin: directory,
    /** What the node keeps: images, volumes of Pods, logs. The node itself sees it as `home`. */
    node,
    logs: join(node, "logs"),
    egressConfig: join(directory, "egress.yaml"),
    /** Unix sockets; their paths must stay below 108 characters, so they are not in the cluster's directory. */
    sockets: `/run/genai-${id}`,
    /** What the API server asks for connections to Pods, Services and kubelets (HTTP CONNECT). */
    egressSocket: `/run/genai-${id}/egress.sock`,
    /** Parent of the Pods' cgroups, in every hierarchy. */
    cgroup: `genai-${id}`,
  };
}

export type NodePaths = ReturnType<typeof nodePaths>;

/** `NodePaths.node` as the node sees it: in its own mount namespace, without the spaces that a checkout's path may have. */
const home = "/run/genai";

/** Where things are for the node's own programs. `/run` is the node's own and empty at each start, as after a reboot. */
export const insidePaths = {
  home,
  kubelet: `${home}/kubelet`,
  podLogs: `${home}/pod-logs`,
  containerd: `${home}/containerd`,
  addresses: "/run/cni-addresses",
  cni: `${home}/cni`,
  temporary: `${home}/temporary`,
  containerdState: "/run/containerd",
  containerdSocket: "/run/containerd.sock",
} as const;
