import { stringify } from "yaml";
import { dnsAddress, podRange, realNodeLabel } from "./addresses.ts";
import { type NodePaths, nodeSockets } from "./paths.ts";

/** The image that holds a Pod's namespaces, by the name that containerd asks for; made here, never pulled. */
export const pauseImage = "registry.k8s.io/pause:3.10.1";

/** containerd's configuration (version 3). */
export function containerdConfig(paths: NodePaths, bin: string, runc: string): string {
  const { containerd, cni } = paths;
  const text = JSON.stringify;
  return `version = 3
root = ${text(`${containerd}/root`)}
state = ${text(`${containerd}/state`)}
[grpc]
  address = ${text(nodeSockets(paths).containerd)}
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = ${text(pauseImage)}
[plugins.'io.containerd.cri.v1.runtime']
  # Where the process lacks CAP_SYS_RESOURCE, a container cannot be given a score below its own.
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = [${text(bin)}]
    conf_dir = ${text(cni)}
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      BinaryName = ${text(runc)}
      SystemdCgroup = false
`;
}

/** How Pods are connected: a bridge with addresses of its own, all within the node's network namespace. */
export function cniConfig({ node }: NodePaths): string {
  const ipam = {
    type: "host-local",
    dataDir: `${node}/addresses`,
    ranges: [[{ subnet: podRange }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  const bridge = { type: "bridge", bridge: "cni0", isGateway: true, ipMasq: false, hairpinMode: true, ipam };
  return JSON.stringify({ cniVersion: "1.0.0", name: "genai", plugins: [bridge] });
}

/** kubelet's configuration. */
export function kubeletConfig(paths: NodePaths, clientCa: string): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    cgroupDriver: "cgroupfs",
    // Hosts with cgroup v1 still exist, and the node runs for minutes.
    failCgroupV1: false,
    cgroupRoot: `/${paths.cgroup}`,
    containerRuntimeEndpoint: `unix://${nodeSockets(paths).containerd}`,
    clusterDNS: [dnsAddress],
    clusterDomain: "cluster.local",
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: clientCa } },
    authorization: { mode: "Webhook" },
    // The host's disk and memory are shared with everything else on it: evict late.
    evictionHard: { "nodefs.available": "1%", "imagefs.available": "1%", "memory.available": "100Mi" },
    failSwapOn: false,
    registerWithTaints: [{ ...realNodeLabel, effect: "NoSchedule" }],
    podLogsDir: paths.podLogs,
  });
}

/** CoreDNS' configuration: names of Services and Pods, and nothing beyond the cluster. */
export function corefile(kubeconfig: string): string {
  return `cluster.local in-addr.arpa {
  bind ${dnsAddress}
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${kubeconfig}
    pods insecure
  }
  cache 5
}
`;
}

/** What the API server does to reach Pods, Services and kubelet: it asks the forwarder, which knows where they are. */
export function egressConfig(paths: NodePaths): string {
  const transport = { uds: { udsName: nodeSockets(paths).egress } };
  return stringify({
    apiVersion: "apiserver.k8s.io/v1beta1",
    kind: "EgressSelectorConfiguration",
    egressSelections: [{ name: "cluster", connection: { proxyProtocol: "HTTPConnect", transport } }],
  });
}
