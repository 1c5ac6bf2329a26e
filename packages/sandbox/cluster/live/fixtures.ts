import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, readlink, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { KubernetesClient } from "../../kubernetes/client.ts";
import { resolveToolchain } from "../../toolchain/index.ts";
import { deleteCluster } from "../lifecycle.ts";
import type { Cluster, ClusterOptions, NodePool } from "../options.ts";
import { clusterProcesses } from "../processes.ts";

export const gpuPool: NodePool = {
  name: "a10",
  gpu: "A10",
  gpusPerNode: 4,
  nodes: 2,
  taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
};
export const cpuPool: NodePool = { name: "cpu", nodes: 1 };

/** Options of a cluster of its own in a temporary directory, whose path has spaces. */
export async function clusterOptions(stack: string, pools: NodePool[] = [gpuPool, cpuPool]): Promise<ClusterOptions> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), "genai cluster ")));
  // Everybody may look into it, as into a checkout: what is private the cluster has to make so.
  await chmod(parent, 0o755);
  const tools = await resolveToolchain({});
  return { directory: join(parent, stack), name: `genai-${stack}-${parent.slice(-6).toLowerCase()}`, pools, tools };
}

/** Deletes the cluster and its temporary directory. */
export async function removeCluster({ directory }: ClusterOptions): Promise<void> {
  await deleteCluster(directory);
  await rm(dirname(directory), { recursive: true, force: true });
}

/** Runs `use` with a client of the cluster. */
export async function withClient<T>(cluster: Cluster, use: (client: KubernetesClient) => Promise<T>): Promise<T> {
  const client = KubernetesClient.fromKubeconfig(cluster.kubeconfig, cluster.context);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

/** The cluster's running programs, sorted. */
export async function programs(directory: string): Promise<string[]> {
  return (await clusterProcesses(directory)).map(({ program }) => program).toSorted();
}

/** The process ids of one of the cluster's programs, or of all. */
export async function pids(directory: string, program?: string): Promise<number[]> {
  const processes = await clusterProcesses(directory);
  return processes.filter((found) => !program || found.program === program).map(({ pid }) => pid);
}

/** A port on which one of the cluster's programs listens. */
interface Listener {
  program: string;
  /** As /proc/net/tcp writes it: `0100007F` is 127.0.0.1. */
  address: string;
  port: number;
}

/** Where the cluster's processes listen on the host, by TCP. Linux only. */
export async function listeners(directory: string): Promise<Listener[]> {
  const programs = new Map<string, string>();
  for (const { pid, program } of await clusterProcesses(directory)) {
    for (const descriptor of await readdir(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => ""))?.[1];
      if (inode) programs.set(inode, program);
    }
  }
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].filter((table) => existsSync(table));
  const lines = (await Promise.all(tables.map((table) => readFile(table, "utf8")))).join("\n").split("\n");
  return lines.flatMap((line) => {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    const [address = "", port = ""] = local.split(":");
    const program = programs.get(inode);
    return state === "0A" && program ? [{ program, address, port: Number.parseInt(port, 16) }] : [];
  });
}

/** Asks again and again until the answer is not undefined. */
export async function eventually<T>(ask: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  for (const deadline = Date.now() + seconds * 1000; ;) {
    const answer = await ask().catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return undefined;
    });
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`No answer in ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** A Deployment of Pods that request `cpu` each. */
export function deployment(name: string, replicas: number, cpu = "1"): object {
  const labels = { app: name };
  const containers = [{ name: "main", image: "example.test/none", resources: { requests: { cpu, memory: "64Mi" } } }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}
