import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ClusterError } from "../cluster/options.ts";
import { clusterPaths } from "../cluster/paths.ts";
import { clusterProcesses } from "../cluster/processes.ts";
import { spawnDetached } from "../cluster/spawn.ts";
import { KubernetesClient } from "../kubernetes/client.ts";
import {
  dnsAddress,
  nodeAddress,
  nodeName,
  podRange,
  realNodeLabel,
  serviceRange,
  simulatedKubelet,
} from "./addresses.ts";
import { makeCgroups, removeCgroups } from "./cgroups.ts";
import { cniConfig, containerdConfig, corefile, kubeletConfig } from "./configuration.ts";
import { containerdOf, loadPauseImage } from "./images.ts";
import { initProcess, initProcessId, inNewNamespaces, inside, prepareNamespaces } from "./namespaces.ts";
import { kwokArguments } from "./kwok.ts";
import { applyDns, offerGpus } from "./objects.ts";
import type { RealNodeParts } from "./parts.ts";
import { insidePaths, nodePaths } from "./paths.ts";
import { writeProxyAccess } from "./proxy-access.ts";

/** The node's own processes, by the name of their link in the cluster's directory. */
export const nodeProcesses = [
  initProcess,
  "forwarder",
  "kwok",
  "containerd",
  "coredns",
  "kubelet",
  "kube-proxy",
] as const;

/** A real node to start. */
export interface RealNodeOptions extends RealNodeParts {
  /** The cluster's. */
  directory: string;
  /** The cluster's name. */
  name: string;
  /** Path of KWOK's program. */
  kwok: string;
  ports: { apiserver: number; proxy: number };
  /** GPUs of all pools together. */
  gpus: number;
  signal?: AbortSignal;
}

/** How long the node may take until it is Ready on a machine with much else to do. */
const readySeconds = 90;

/** How long until a program that was started must be seen running; `unshare` and `nsenter` become it in a moment. */
const startGraceSeconds = 2;

/**
 * Starts the cluster's real node and returns when it is Ready. Nothing of a former one may run.
 * @throws {ClusterError} If a part ends by itself or the node does not become Ready; with the end of its log.
 */
export async function startRealNode(options: RealNodeOptions): Promise<void> {
  const { directory, name, ports, tools } = options;
  const paths = nodePaths(directory);
  const cluster = clusterPaths(directory, name);
  const { kubeconfig } = cluster;
  prepare(options);
  startPart(options, initProcess, inNewNamespaces(join(directory, initProcess)));
  const pid = await eventually(options, initProcess, () => initProcessId(directory));
  await prepareNamespaces(pid, paths);
  const run = (name: (typeof nodeProcesses)[number], ...args: string[]) =>
    startPart(options, name, [...inside(pid), join(directory, name), ...args]);
  const host = (port: number) => `127.0.0.1:${port}`;
  const listen = [
    `${host(ports.apiserver)}=${host(ports.apiserver)}`,
    `${nodeAddress}:${ports.apiserver}=${host(ports.apiserver)}`,
  ];
  startPart(options, "forwarder", [
    join(directory, "forwarder"),
    `-inside=${pid}`,
    `-proxy=${host(ports.proxy)}`,
    `-token-file=${cluster.proxyToken}`,
    `-egress=${paths.egressSocket}`,
    `-listen=${listen.join(",")}`,
    `-ranges=${[serviceRange, podRange, `${nodeAddress}/32`, `${simulatedKubelet.address}/32`].join(",")}`,
    `-dns=${dnsAddress}:53`,
  ]);
  run("kwok", ...kwokArguments(cluster));
  run("containerd", `--config=${join(paths.node, "containerd.toml")}`);
  await eventually(options, "containerd", () => existsSync(`/proc/${pid}/root${insidePaths.containerdSocket}`));
  await loadPauseImage({ ...containerdOf(pid, tools.ctr.path), signal: options.signal });
  run("coredns", `-conf=${join(paths.node, "Corefile")}`);
  run(
    "kubelet",
    `--config=${join(paths.node, "kubelet.yaml")}`,
    `--kubeconfig=${kubeconfig}`,
    `--root-dir=${insidePaths.kubelet}`,
    `--cert-dir=${insidePaths.kubelet}/pki`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${nodeAddress}`,
    `--node-labels=${realNodeLabel.key}=${realNodeLabel.value},topology.kubernetes.io/zone=sandbox-a`,
  );
  run(
    "kube-proxy",
    `--kubeconfig=${kubeconfig}`,
    "--proxy-mode=nftables",
    `--hostname-override=${nodeName}`,
    `--cluster-cidr=${podRange}`,
    // The namespace's connection tracking belongs to the host's kernel, which is not ours to set.
    "--conntrack-max-per-core=0",
    "--conntrack-tcp-timeout-established=0",
    "--conntrack-tcp-timeout-close-wait=0",
  );
  const began = Math.floor(Date.now() / 1000);
  const client = KubernetesClient.fromKubeconfig(kubeconfig);
  try {
    await applyDns(client);
    await eventually(options, "kubelet", () => isReady(client, began));
    await offerGpus(client, options.gpus);
    await eventually(options, "kubelet", () => podsAreKnown(client, began));
  } finally {
    client.close();
  }
}

/** Removes what a real node of the cluster in `directory` left outside it. Its processes must have ended; safe to repeat. */
export async function removeNodeTraces(directory: string): Promise<void> {
  if (process.platform !== "linux") return;
  rmSync(nodePaths(directory).sockets, { recursive: true, force: true });
  await removeCgroups(directory);
}

/** Directories, configuration and links. */
function prepare({ directory, name, kwok, ports, tools, programs }: RealNodeOptions): void {
  const { node, logs, sockets, bin } = nodePaths(directory);
  const cluster = clusterPaths(directory, name);
  for (const made of [logs, sockets, ...["cni", "temporary"].map((name) => join(node, name))])
    mkdirSync(made, { recursive: true, mode: 0o700 });
  makeCgroups(directory);
  const links: Record<string, string> = {
    ...Object.fromEntries(Object.entries(tools).map(([name, { path }]) => [name, path])),
    ...programs,
    [initProcess]: tools.pause.path,
    kwok,
  };
  for (const [name, target] of Object.entries(links)) {
    rmSync(join(bin, name), { force: true });
    symlinkSync(target, join(bin, name));
  }
  const write = (name: string, text: string) => writeFileSync(join(node, name), text);
  write("containerd.toml", containerdConfig(bin));
  write("cni/10-genai.conflist", JSON.stringify(cniConfig));
  write("kubelet.yaml", kubeletConfig(nodePaths(directory), join(cluster.pki, "ca.crt")));
  write("resolv.conf", `nameserver ${dnsAddress}\n`);
  write("Corefile", corefile(cluster.kubeconfig));
  writeProxyAccess(cluster, ports.proxy);
}

function startPart(
  { directory }: Pick<RealNodeOptions, "directory">,
  name: (typeof nodeProcesses)[number],
  command: [string, ...string[]],
): void {
  const { logs } = nodePaths(directory);
  const env = {
    PATH: [directory, process.env["PATH"]].join(delimiter),
    HOME: insidePaths.home,
    TMPDIR: name === "forwarder" ? undefined : insidePaths.temporary,
  };
  spawnDetached(command, join(logs, `${name}.log`), env);
}

/** Asks again and again, while the part runs. */
async function eventually<Answer>(
  { directory, signal }: RealNodeOptions,
  part: (typeof nodeProcesses)[number],
  ask: () => Answer | undefined | Promise<Answer | undefined>,
): Promise<Exclude<Answer, undefined | false>> {
  const began = Date.now();
  const deadline = began + readySeconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer as Exclude<Answer, undefined | false>;
    const runs = (await clusterProcesses(directory)).some(({ program }) => program === part);
    if (!runs && Date.now() > began + startGraceSeconds * 1000)
      throw new ClusterError(`${part} of the real node ended by itself.\n${logsOf(directory)}`);
    if (Date.now() > deadline)
      throw new ClusterError(`${part} of the real node is not ready after ${readySeconds} s.\n${logsOf(directory)}`);
    await delay(50, undefined, { signal });
  }
}

interface NodeCondition {
  type: string;
  status: string;
  lastHeartbeatTime: string;
}

/** Whether the node says since `began`, in seconds since 1970, that it is Ready: what it said before it was stopped does not count. */
async function isReady(client: KubernetesClient, began: number): Promise<boolean> {
  const node = await client
    .request<{ status?: { conditions?: NodeCondition[] } }>("GET", `/api/v1/nodes/${nodeName}`)
    .catch(() => undefined);
  const ready = node?.status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True" && Date.parse(ready.lastHeartbeatTime) >= began * 1000;
}

interface PodStatus {
  status: { containerStatuses?: { state?: { running?: { startedAt: string } } }[] };
}

/** Whether no Pod is said to run since before `began`: after a stop kubelet has yet to see that their containers are gone. */
async function podsAreKnown(client: KubernetesClient, began: number): Promise<boolean> {
  const query = { fieldSelector: `spec.nodeName=${nodeName}` };
  const { items } = await client.request<{ items: PodStatus[] }>("GET", "/api/v1/pods", { query });
  const running = items
    .flatMap(({ status }) => status.containerStatuses ?? [])
    .flatMap(({ state }) => state?.running ?? []);
  return running.every(({ startedAt }) => Date.parse(startedAt) >= began * 1000);
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
