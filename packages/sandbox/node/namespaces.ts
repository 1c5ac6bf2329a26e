import { readFileSync } from "node:fs";
import { execa } from "execa";
import { clusterProcesses } from "../cluster/processes.ts";
import { nodeAddress, serviceRange, simulatedKubelet } from "./addresses.ts";
import { insidePaths, type NodePaths } from "./paths.ts";

/** Process 1 of the node's namespaces; with it everything in them ends, mounts and network included. */
export const initProcess = "node-init";

/** A command that starts the init process in namespaces of its own: of processes, mounts and network. */
export function inNewNamespaces(program: string): [string, ...string[]] {
  return ["unshare", "--fork", "--pid", "--mount-proc", "--mount", "--propagation", "private", "--net", program];
}

/** A command that runs another one inside. @param pid The init process, as the host numbers it. */
export function inside(pid: number): [string, ...string[]] {
  return ["nsenter", `--target=${pid}`, "--mount", "--net", "--pid", "--"];
}

/**
 * A command that runs another one in the network alone of the real node of the cluster in `directory`: what it listens on no other user
 * of the machine reaches, and of the host it reaches the API server only. Empty where no real node runs.
 */
export async function insideNetwork(directory: string): Promise<string[]> {
  const pid = await initProcessId(directory);
  return pid ? ["nsenter", `--target=${pid}`, "--net", "--"] : [];
}

/** The init process of the cluster in `directory`, once it is in its namespaces; undefined if it does not run. */
export async function initProcessId(directory: string): Promise<number | undefined> {
  const own = (await clusterProcesses(directory)).find(({ program }) => program === initProcess);
  return own && isInit(own.pid) ? own.pid : undefined;
}

/** Whether a process is number 1 of a namespace; `unshare` itself, before it has become the program, is not. */
function isInit(pid: number): boolean {
  try {
    return /^NSpid:\t\d+(\t\d+)*\t1$/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Makes the node's file system and network: nothing of the host's changes, and no packet leaves the namespace. */
export async function prepareNamespaces(pid: number, { node }: NodePaths): Promise<void> {
  const [enter, ...options] = inside(pid);
  const script = `
    set -e
    mount -t tmpfs -o mode=755 tmpfs /run
    mkdir ${insidePaths.home}
    mount --bind "$1" ${insidePaths.home}
    ip link set lo up
    ip link add node0 type bridge
    ip address add ${nodeAddress}/32 dev node0
    ip address add ${simulatedKubelet.address}/32 dev node0
    ip link set node0 up
    # An address of a Service needs a route before it becomes a Pod's.
    ip route add ${serviceRange} dev node0
    # Nothing else is there: say so at once rather than let callers wait.
    ip route add unreachable default metric 4278198272
    echo 1 > /proc/sys/net/ipv4/ip_forward
  `;
  await execa(enter, [...options, "sh", "-c", script, "sh", node]);
}
