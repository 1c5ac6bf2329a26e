import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, realpath, rm } from "node:fs/promises";
import { KubernetesClient } from "../kubernetes/client.ts";
import { nodeName, simulatedKubelet } from "../node/addresses.ts";
import { nodeProcesses, removeNodeTraces, startRealNode } from "../node/lifecycle.ts";
import type { RealNodeParts } from "../node/parts.ts";
import { withdrawRealNode } from "../node/objects.ts";
import { withdrawHostMetrics } from "./host-metrics.ts";
import { markAsSandbox, reconcileNodes } from "./cluster-objects.ts";
import { controlPlaneAnswers, PortTakenError, startComponents } from "./control-plane.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { componentNames, kwokctlConfig } from "./kwokctl-config.ts";
import { describePools, nodesOf } from "./nodes.ts";
import { type Cluster, ClusterError, type ClusterOptions } from "./options.ts";
import { clusterPaths } from "./paths.ts";
import { freePorts, type Ports, preferredPorts } from "./ports.ts";
import { clusterProcesses, endProcesses } from "./processes.ts";
import { type ClusterRecord, readRecord, writeRecord } from "./record.ts";
import { ensureStorageClass, startStorage, storageProvisioner } from "./storage.ts";

/**
 * Starts the embedded cluster, or finds it running, and makes its nodes those of `options.pools`. Safe to repeat at any time: what
 * a killed start, a crash or a reboot left is found and repaired, with the data kept once the cluster had been up.
 *
 * @throws {ClusterError} If a pool is wrong or a component does not come up.
 */
export async function startCluster(request: ClusterOptions): Promise<Cluster> {
  const { version } = request.tools["kube-apiserver"];
  const nodes = nodesOf(request.pools, version, request.realNode && simulatedKubelet);
  request.signal?.throwIfAborted();
  await mkdir(request.directory, { recursive: true, mode: 0o700 });
  const options = { ...request, directory: await realpath(request.directory) };
  const { directory, name, pools, signal } = options;
  await chmod(directory, 0o700);

  const found = await ownRecord(options);
  const current = found?.ready && found.settings === settingsOf(options) && (await serves(found));
  const record = current ? found : await bringUp(options, found);
  const paths = clusterPaths(directory, name);
  await writeKubeconfig(name, serverOf(record.ports), paths);
  if (!current) await startStorage(options);
  if (options.realNode && !current) {
    try {
      await startNode(options, options.realNode, record.ports);
    } catch (error) {
      if (options.realNodeRequired || !(error instanceof ClusterError)) throw error;
      const nodeFailure = error.message;
      options.onProgress?.(`the real node does not start, going on with simulated nodes only: ${nodeFailure}`);
      return { ...(await startCluster({ ...options, realNode: undefined })), nodeFailure };
    }
  }
  const client = KubernetesClient.fromKubeconfig(paths.kubeconfig, name);
  try {
    await markAsSandbox(client, name, directory);
    await ensureStorageClass(client);
    await (options.realNode ? withdrawHostMetrics(client) : withdrawRealNode(client));
    const changed = await reconcileNodes(client, nodes, signal);
    if (changed > 0) options.onProgress?.(`nodes: ${describePools(pools)}`);
  } finally {
    client.close();
  }
  if (!record.ready) await writeRecord({ ...record, ready: true });
  return describe(record, true);
}

async function startNode(options: ClusterOptions, parts: RealNodeParts, ports: Ports): Promise<void> {
  const { directory, name, pools, tools, signal, onProgress } = options;
  const gpus = pools.reduce((sum, { gpu, gpusPerNode = 1, nodes }) => sum + (gpu ? gpusPerNode * nodes : 0), 0);
  const began = Date.now();
  onProgress?.("starting the real node");
  await startRealNode({ ...parts, directory, name, kwok: tools.kwok.path, ports, gpus, signal });
  onProgress?.(`real node ${nodeName}: Ready in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** Ends every process of the cluster in `directory` and keeps its data. No error if nothing runs. */
export async function stopCluster(directory: string): Promise<void> {
  const here = await realpath(directory).catch(() => directory);
  await endProcesses(here);
  await removeNodeTraces(here);
  // A checkout that was moved since left its processes running under the old path; one that was copied did not, and the
  // original's must be left alone.
  const record = await readRecord(here);
  if (record && record.directory !== here && !existsSync(record.directory)) {
    await endProcesses(record.directory);
    await removeNodeTraces(record.directory);
  }
}

/** Ends every process of the cluster in `directory` and removes the directory, in whatever state it is; needs no tool. */
export async function deleteCluster(directory: string): Promise<void> {
  await stopCluster(directory);
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

/** The cluster in `directory`, or undefined if none was ever up there. `running` means that all of it runs and it answers. */
export async function readCluster(directory: string): Promise<Cluster | undefined> {
  const record = await readRecord(directory);
  return record?.ready ? describe(record, await serves(record)) : undefined;
}

/** A component as `genai status` and `genai doctor` show it. */
export interface ComponentStatus {
  name: string;
  /** Undefined: it does not run. */
  pid: number | undefined;
}

/** What of the cluster in `directory` runs; undefined if there is no cluster. */
export async function clusterStatus(directory: string): Promise<ComponentStatus[] | undefined> {
  const record = await readRecord(directory);
  if (!record) return undefined;
  const running = new Map((await clusterProcesses(record.directory)).map(({ program, pid }) => [program, pid]));
  return processNames(record).map((name) => ({ name, pid: running.get(name) }));
}

/** The record of this very cluster; what was made under another name or path in this directory is ended and removed. */
async function ownRecord(options: ClusterOptions): Promise<ClusterRecord | undefined> {
  const { directory, name } = options;
  const record = await readRecord(directory);
  if (!record || (record.name === name && record.directory === directory)) return record;
  options.onProgress?.(
    `the cluster here was made as "${record.name}" in ${record.directory}: starting with an empty one`,
  );
  await deleteCluster(directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return undefined;
}

/** Everything that runs in a cluster that is whole. */
export function processNames(record: Pick<ClusterRecord, "realNode">): string[] {
  return [...componentNames(record), storageProvisioner, ...(record.realNode ? nodeProcesses : [])];
}

async function serves(record: ClusterRecord): Promise<boolean> {
  const running = new Set((await clusterProcesses(record.directory)).map(({ program }) => program));
  return processNames(record).every((name) => running.has(name)) && (await controlPlaneAnswers(record.ports));
}

async function bringUp(options: ClusterOptions, previous: ClusterRecord | undefined): Promise<ClusterRecord> {
  const { directory, name, onProgress } = options;
  const paths = clusterPaths(directory, name);
  const began = Date.now();
  const keep = previous?.ready ?? false;
  if (keep) {
    const stopped = (await clusterProcesses(directory)).length === 0;
    onProgress?.(
      `the cluster ${stopped ? "is stopped" : "runs only in part or with other settings"}: starting it with its data`,
    );
  }
  for (let attempt = 1; ; attempt++) {
    await endProcesses(directory);
    if (!keep) for (const half of [paths.data, paths.kwokctlWork]) await rm(half, { recursive: true, force: true });
    await removeNodeTraces(directory);
    const ports = await freePorts({ ...preferredPorts(name), ...previous?.ports });
    const realNode = options.realNode !== undefined;
    const record = { name, directory, ready: keep, ports, settings: settingsOf(options), realNode };
    await writeRecord(record);
    try {
      await startComponents(options, ports);
      onProgress?.(`${componentNames(options).join(", ")}: ready in ${((Date.now() - began) / 1000).toFixed(1)} s`);
      return record;
    } catch (error) {
      await endProcesses(directory);
      if (!(error instanceof PortTakenError) || attempt === 3) throw error;
    }
  }
}

/** What, once changed, needs the components started again: everything that kwokctl is asked for, but the ports. */
function settingsOf(options: ClusterOptions): string {
  const config = kwokctlConfig(options, clusterPaths(options.directory, options.name), preferredPorts(options.name));
  return createHash("sha256").update(config).digest("hex").slice(0, 16);
}

function serverOf(ports: Ports): string {
  return `https://127.0.0.1:${ports.apiserver}`;
}

function describe(record: ClusterRecord, running: boolean): Cluster {
  const { kubeconfig, proxyAccess } = clusterPaths(record.directory, record.name);
  return {
    name: record.name,
    kubeconfig,
    context: record.name,
    server: serverOf(record.ports),
    running,
    ...(record.realNode && { proxy: proxyAccess }),
  };
}
