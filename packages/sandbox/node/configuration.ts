import { stringify } from "yaml";
import { dnsAddress, nodeAddress, podRange, realNodeLabel } from "./addresses.ts";
import { insidePaths, type NodePaths } from "./paths.ts";

/** The image that holds a Pod's namespaces, by the name that containerd asks for; made here, never pulled. */
export const pauseImage = "registry.k8s.io/pause:3.10.1";

/** containerd's configuration (version 3). @param bin Where CNI plugins and runc are. */
export function containerdConfig(bin: string): string {
  const text = JSON.stringify;
  return `version = 3
root = ${text(insidePaths.containerd)}
state = ${text(insidePaths.containerdState)}
[grpc]
  address = ${text(insidePaths.containerdSocket)}
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = ${text(pauseImage)}
[plugins.'io.containerd.cri.v1.runtime']
  # Where the process lacks CAP_SYS_RESOURCE, a container cannot be given a score below its own.
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = [${text(bin)}]
    conf_dir = ${text(insidePaths.cni)}
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      BinaryName = ${text(`${bin}/runc`)}
      SystemdCgroup = false
`;
}

/** How Pods are connected: each by a pair of interfaces of its own, so that all they say is routed, and Services work. */
export const cniConfig = {
  cniVersion: "1.0.0",
  name: "genai",
  plugins: [
    {
      type: "ptp",
      ipMasq: false,
      ipam: {
        type: "host-local",
        dataDir: insidePaths.addresses,
        ranges: [[{ subnet: podRange }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
  ],
};

/** kubelet's configuration. */
export function kubeletConfig({ cgroup }: NodePaths, clientCa: string): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    cgroupDriver: "cgroupfs",
    // Hosts with cgroup v1 still exist, and the node runs for minutes.
    failCgroupV1: false,
    cgroupRoot: `/${cgroup}`,
    containerRuntimeEndpoint: `unix://${insidePaths.containerdSocket}`,
    clusterDNS: [dnsAddress],
    clusterDomain: "cluster.local",
    resolvConf: `${insidePaths.home}/resolv.conf`,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: clientCa } },
    authorization: { mode: "Webhook" },
    // The host's disk and memory are shared with everything else on it: evict late.
    evictionHard: { "nodefs.available": "1%", "imagefs.available": "1%", "memory.available": "100Mi" },
    // Images come from the sandbox's cache and are few: collecting them would only load them again.
    imageGCHighThresholdPercent: 100,
    failSwapOn: false,
    registerWithTaints: [{ ...realNodeLabel, effect: "NoSchedule" }],
    podLogsDir: insidePaths.podLogs,
    serializeImagePulls: false,
  });
}

/** CoreDNS' configuration: names of Services and Pods, and nothing beyond the cluster. */
export function corefile(kubeconfig: string): string {
  return `cluster.local in-addr.arpa {
  bind ${nodeAddress}
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${JSON.stringify(kubeconfig)}
    pods insecure
  }
  cache 5
}
`;
}
