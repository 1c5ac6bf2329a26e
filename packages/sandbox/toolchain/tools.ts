/** The programs that the sandbox runs. */
export type ToolName =
  | "pulumi"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "etcd"
  | "kwok"
  | "kwokctl"
  | "metrics-server"
  | "storage-provisioner"
  | "kubectl";

/** What the toolchain knows of a program. */
export interface Tool<Name extends string = ToolName> {
  name: Name;
  /** Exact version, without `v`; on PATH the same minor version with this patch or a newer one will do. */
  version: string;
  /** Folder under `modules/` whose go.mod and go.sum pin what it is built from. */
  module: string;
  /** Its main package. */
  package: string;
  /** Sets the version that the program reports, which a release build does in the same way. */
  linkerFlags: string;
  /** Go build tags, separated by spaces. @default none */
  tags?: string;
  /** Never looked for on PATH, where another program has its name. @default false */
  notOnPath?: boolean;
  /** Arguments that make it print its version. */
  versionArguments: string[];
  /** Official release; undefined where the project publishes no binary with a checksum. */
  release?: Release;
}

/** A release download. The checksum is SHA-256 in hex, alone or in `sha256sum` format. */
export interface Release {
  url: string;
  checksumUrl: string;
  /** Path of the program inside a `.tar.gz`; undefined: the download is the program. */
  archivePath?: string;
  /** Programs of the archive's same folder that belong beside it. */
  companions?: string[];
}

/** Operating system and processor as Go and the projects' releases name them. */
export interface Platform {
  os: "linux" | "darwin";
  arch: "amd64" | "arm64";
}

/** @throws {Error} On a platform that the sandbox does not run on. */
export function currentPlatform(): Platform {
  const [os, arch] = [process.platform, { x64: "amd64", arm64: "arm64" }[process.arch as string]];
  if ((os === "linux" || os === "darwin") && (arch === "amd64" || arch === "arm64")) return { os, arch };
  throw new Error(
    `The embedded cluster runs on Linux and macOS (amd64, arm64), not on ${process.platform} ${process.arch}. Use a cluster of your own: docs/own-cluster.md`,
  );
}

/** Of the control plane and of the real node's kubelet. */
export const kubernetesVersion = "1.36.3";
const pulumiVersion = "3.230.0";
const etcdVersion = "3.6.5";

/** Every tool of the sandbox, for a platform. */
export function toolTable({ os, arch }: Platform): Tool[] {
  const kubernetes = (name: ToolName, versionArguments = ["--version"]): Tool => ({
    name,
    version: kubernetesVersion,
    module: "kubernetes",
    package: `k8s.io/kubernetes/cmd/${name}`,
    linkerFlags: `-X k8s.io/component-base/version.gitVersion=v${kubernetesVersion}`,
    versionArguments,
    // The project releases server binaries for Linux only.
    release: os === "linux" || name === "kubectl" ? kubernetesRelease(name) : undefined,
  });
  const kubernetesRelease = (name: ToolName): Release => {
    const url = `https://dl.k8s.io/release/v${kubernetesVersion}/bin/${os}/${arch}/${name}`;
    return { url, checksumUrl: `${url}.sha256` };
  };
  const kwok = (name: ToolName): Tool => ({
    name,
    version: "0.7.0",
    module: "kwok",
    package: `sigs.k8s.io/kwok/cmd/${name}`,
    linkerFlags: "-X sigs.k8s.io/kwok/pkg/consts.Version=v0.7.0",
    versionArguments: ["--version"],
  });
  const pulumiArchive = `pulumi-v${pulumiVersion}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`;
  const pulumiReleases = `https://github.com/pulumi/pulumi/releases/download/v${pulumiVersion}`;
  const etcdArchive = `etcd-v${etcdVersion}-${os}-${arch}`;
  const etcdReleases = `https://github.com/etcd-io/etcd/releases/download/v${etcdVersion}`;
  return [
    {
      name: "pulumi",
      version: pulumiVersion,
      module: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      linkerFlags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`,
      versionArguments: ["version"],
      release: {
        url: `${pulumiReleases}/${pulumiArchive}`,
        checksumUrl: `${pulumiReleases}/pulumi-${pulumiVersion}-checksums.txt`,
        archivePath: "pulumi/pulumi",
        companions: ["pulumi-language-nodejs"],
      },
    },
    kubernetes("kube-apiserver"),
    kubernetes("kube-controller-manager"),
    kubernetes("kube-scheduler"),
    kubernetes("kubectl", ["version", "--client"]),
    {
      name: "etcd",
      version: etcdVersion,
      module: "etcd",
      package: "go.etcd.io/etcd/server/v3",
      linkerFlags: "",
      versionArguments: ["--version"],
      // Releases for macOS are zip files; there the build is used.
      release:
        os === "linux"
          ? {
              url: `${etcdReleases}/${etcdArchive}.tar.gz`,
              checksumUrl: `${etcdReleases}/SHA256SUMS`,
              archivePath: `${etcdArchive}/etcd`,
            }
          : undefined,
    },
    kwok("kwok"),
    kwok("kwokctl"),
    {
      name: "metrics-server",
      version: "0.7.2",
      module: "metrics-server",
      package: "sigs.k8s.io/metrics-server/cmd/metrics-server",
      linkerFlags: "-X k8s.io/client-go/pkg/version.gitVersion=v0.7.2",
      versionArguments: ["--version"],
    },
    ownTool("storage-provisioner", "storage"),
  ];
}

/** A program of this project: its source is part of its path in the cache. */
export function ownTool<Name extends string>(name: Name, module: string): Tool<Name> {
  return {
    name,
    version: "1.0.0",
    module,
    package: `./${name}`,
    linkerFlags: "",
    versionArguments: [],
    notOnPath: true,
  };
}
