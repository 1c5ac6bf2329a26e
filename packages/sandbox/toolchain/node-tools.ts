import { kubernetesVersion, ownTool, type Platform, type Tool } from "./tools.ts";

/** The programs of the embedded cluster's real node. */
export type NodeToolName =
  | "containerd"
  | "containerd-shim-runc-v2"
  | "ctr"
  | "kubelet"
  | "kube-proxy"
  | "coredns"
  | "ptp"
  | "host-local"
  | "loopback"
  | "pause"
  | "forwarder";

const containerdVersion = "2.2.0";
const cniVersion = "1.9.0";
const corednsVersion = "1.13.1";

/** Every tool of the real node, for a platform. */
export function nodeToolTable({ os, arch }: Platform): Tool<NodeToolName>[] {
  const containerd = (name: NodeToolName): Tool<NodeToolName> => ({
    name,
    version: containerdVersion,
    module: "containerd",
    package: `github.com/containerd/containerd/v2/cmd/${name}`,
    linkerFlags: `-X github.com/containerd/containerd/v2/version.Version=${containerdVersion}`,
    // Snapshotters for file systems that need C libraries, and that the node does not use.
    tags: "no_btrfs no_zfs no_devmapper",
    versionArguments: name === "containerd-shim-runc-v2" ? ["-v"] : ["--version"],
  });
  const kubernetes = (name: NodeToolName): Tool<NodeToolName> => {
    const url = `https://dl.k8s.io/release/v${kubernetesVersion}/bin/${os}/${arch}/${name}`;
    return {
      name,
      version: kubernetesVersion,
      module: "kubelet",
      package: `k8s.io/kubernetes/cmd/${name}`,
      linkerFlags: `-X k8s.io/component-base/version.gitVersion=v${kubernetesVersion}`,
      versionArguments: ["--version"],
      release: { url, checksumUrl: `${url}.sha256` },
    };
  };
  const cni = (name: NodeToolName, kind: "main" | "ipam"): Tool<NodeToolName> => ({
    name,
    version: cniVersion,
    module: "cni",
    package: `github.com/containernetworking/plugins/plugins/${kind}/${name}`,
    linkerFlags: `-X github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion=v${cniVersion}`,
    versionArguments: ["--version"],
    notOnPath: true,
  });
  return [
    containerd("containerd"),
    containerd("containerd-shim-runc-v2"),
    containerd("ctr"),
    kubernetes("kubelet"),
    kubernetes("kube-proxy"),
    {
      name: "coredns",
      version: corednsVersion,
      module: "coredns",
      package: "github.com/coredns/coredns",
      linkerFlags: "",
      versionArguments: ["-version"],
    },
    cni("ptp", "main"),
    cni("loopback", "main"),
    cni("host-local", "ipam"),
    ownTool("pause", "programs"),
    ownTool("forwarder", "programs"),
  ];
}
