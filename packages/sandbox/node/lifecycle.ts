import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ClusterError } from "../cluster/options.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { nodeAddress, nodeName, podRange, realNodeLabel } from "./addresses.ts";
import { cniConfig, containerdConfig, corefile, kubeletConfig, pauseImage } from "./configuration.ts";
import { loadImage, type ProgramImage } from "./images.ts";
import { inside, makeNetwork } from "./network.ts";
import { type NodePaths, nodePaths, nodeSockets } from "./paths.ts";
import type { SystemPrograms } from "./requirements.ts";

/** The node's own processes, by the name of their link in the cluster's directory. */
export const nodeProcesses = [
  "forwarder-outside",
  "forwarder-inside",
  "containerd",
  "coredns",
  "kubelet",
  "kube-proxy",
] as const;

/** The programs that a node consists of, by their tool's name. */
export type NodePrograms = Readonly<Record<string, { path: string }>>;

/** What a real node is made of. */
export interface RealNodeOptions {
  directory: string;
  /** A client configuration of the cluster. */
  kubeconfig: string;
  /** The cluster's certificate authority, which signs what kubelet accepts. */
  clientCa: string;
  apiServerPort: number;
  tools: NodePrograms;
  programs: SystemPrograms;
  /** Images to load besides the pause image. @default none */
  images?: readonly ProgramImage[];
  signal?: AbortSignal;
}

/** How long the node may take until it is Ready on a machine with much else to do. */
const readySeconds = 60;

/**
 * Starts the cluster's real node and returns when it is Ready. The API server must have been started with `egressArguments`.
 * @throws {ClusterError} If a part ends by itself or the node does not become Ready; with the end of its log.
 */
export async function startRealNode(options: RealNodeOptions, client: KubernetesClient): Promise<void> {
  const paths = nodePaths(options.directory);
  prepare(paths, options);
  await makeNetwork(paths);
  const port = String(options.apiServerPort);
  const script = join(import.meta.dirname, "forwarder.ts");
  start(options, "forwarder-outside", [script, "outside", paths.sockets, port], "host");
  start(options, "forwarder-inside", [script, "inside", paths.sockets, port]);
  start(options, "containerd", ["--config", paths.containerdConfig]);
  await answering(nodeSockets(paths).containerd, options);
  const { ctr, pause } = options.tools;
  if (!ctr || !pause) throw new ClusterError("The node's tools are incomplete: ctr and pause are missing.");
  for (const image of [{ reference: pauseImage, program: pause.path }, ...(options.images ?? [])])
    await loadImage(image, paths, ctr.path);
  start(options, "coredns", ["-conf", paths.corefile]);
  start(options, "kubelet", [
    `--config=${paths.kubeletConfig}`,
    `--kubeconfig=${options.kubeconfig}`,
    `--root-dir=${paths.kubelet}`,
    `--cert-dir=${join(paths.kubelet, "pki")}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${nodeAddress}`,
    `--node-labels=${realNodeLabel.key}=${realNodeLabel.value}`,
  ]);
  start(options, "kube-proxy", [
    `--kubeconfig=${options.kubeconfig}`,
    "--proxy-mode=nftables",
    `--hostname-override=${nodeName}`,
    `--cluster-cidr=${podRange}`,
    // The namespace's connection tracking belongs to the host's kernel, which is not ours to set.
    "--conntrack-max-per-core=0",
    "--conntrack-tcp-timeout-established=0",
    "--conntrack-tcp-timeout-close-wait=0",
  ]);
  await ready(client, options);
}

/** The API server's arguments with which it reaches kubelet, Pods and Services through the forwarder. */
export function egressArguments(directory: string, certificate: { cert: string; key: string }): Record<string, string> {
  return {
    "egress-selector-config-file": nodePaths(directory).egressConfig,
    "kubelet-preferred-address-types": "InternalIP",
    "kubelet-client-certificate": certificate.cert,
    "kubelet-client-key": certificate.key,
  };
}

/** Directories, configuration and links; what a former node left has been removed before. */
function prepare(paths: NodePaths, { directory, kubeconfig, clientCa, tools, programs }: RealNodeOptions): void {
  for (const made of [paths.node, paths.logs, paths.kubelet, paths.podLogs, paths.containerd, paths.cni, paths.images])
    mkdirSync(made, { recursive: true, mode: 0o700 });
  mkdirSync(paths.sockets, { recursive: true, mode: 0o700 });
  makeGroups(paths);
  const links: Record<string, string> = {
    ...Object.fromEntries(Object.entries(tools).map(([name, { path }]) => [name, path])),
    ...programs,
    "forwarder-outside": process.execPath,
    "forwarder-inside": process.execPath,
  };
  for (const [name, target] of Object.entries(links)) {
    const link = join(paths.bin, name);
    rmSync(link, { force: true });
    symlinkSync(target, link);
  }
  writeFileSync(paths.containerdConfig, containerdConfig(paths, directory, join(directory, "runc")));
  writeFileSync(join(paths.cni, "10-genai.conflist"), cniConfig(paths));
  writeFileSync(paths.kubeletConfig, kubeletConfig(paths, clientCa));
  writeFileSync(paths.corefile, corefile(kubeconfig));
}

/** kubelet makes the groups of Pods, but not their parent; a new group of cgroup v1's cpuset has no CPUs until it is told. */
function makeGroups({ cgroup }: NodePaths): void {
  const root = "/sys/fs/cgroup";
  const unified = existsSync(join(root, "cgroup.controllers"));
  const hierarchies = unified ? [root] : readdirSync(root).map((name) => join(root, name));
  for (const hierarchy of hierarchies) {
    const group = join(hierarchy, cgroup);
    mkdirSync(group, { recursive: true });
    for (const file of unified ? [] : ["cpuset.cpus", "cpuset.mems"].filter((name) => existsSync(join(group, name))))
      writeFileSync(join(group, file), readFileSync(join(hierarchy, file), "utf8"));
  }
}

/** Starts a part in the node's network namespace, by its link, so that its process is known as this cluster's. */
function start(
  { directory }: Pick<RealNodeOptions, "directory">,
  name: (typeof nodeProcesses)[number],
  args: readonly string[],
  where: "node" | "host" = "node",
): void {
  const paths = nodePaths(directory);
  const program = join(directory, name);
  const [enter, namespace] = inside(paths);
  const command = where === "host" ? [program, ...args] : [enter, namespace, program, ...args];
  const log = openSync(join(paths.logs, `${name}.log`), "w");
  const child = spawn(command[0] ?? program, command.slice(1), {
    detached: true,
    stdio: ["ignore", log, log],
    env: { PATH: [directory, process.env["PATH"]].join(delimiter), HOME: paths.node },
  });
  child.unref();
}

async function answering(socket: string, { signal, directory }: RealNodeOptions): Promise<void> {
  for (let waited = 0; !existsSync(socket); waited += 50) {
    if (waited > readySeconds * 1000)
      throw new ClusterError(`containerd of the real node does not start.\n${logsOf(directory)}`);
    await delay(50, undefined, { signal });
  }
}

async function ready(client: KubernetesClient, { signal, directory }: RealNodeOptions): Promise<void> {
  const deadline = Date.now() + readySeconds * 1000;
  for (;;) {
    const node = await client
      .request<{ status?: { conditions?: { type: string; status: string }[] } }>("GET", `/api/v1/nodes/${nodeName}`)
      .catch(() => undefined);
    if (node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True")) return;
    if (Date.now() > deadline)
      throw new ClusterError(`The real node is not Ready after ${readySeconds} s.\n${logsOf(directory)}`);
    await delay(100, undefined, { signal });
  }
}

/** The last error of each part. */
function logsOf(directory: string): string {
  const { logs } = nodePaths(directory);
  return nodeProcesses
    .flatMap((name) => {
      const file = join(logs, `${name}.log`);
      const text = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
      const telling = text.filter((line) => /\b(error|failed|fatal|panic)\b/i.test(line)).at(-1);
      return telling ? [`${name}: ${telling.slice(0, 300)}`] : [];
    })
    .join("\n");
}
