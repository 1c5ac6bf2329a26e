import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { type NodePaths, nodePaths } from "./paths.ts";

const cgroups = "/sys/fs/cgroup";

/**
 * Removes what the real node of the cluster in `directory` left in the kernel: containers' processes, mounts, cgroups, the network
 * namespace and sockets. Its own processes must have ended. Nothing happens where there never was one; safe to repeat.
 */
export async function removeNodeTraces(directory: string): Promise<void> {
  const paths = nodePaths(directory);
  if (process.platform !== "linux" || !existsSync(paths.node)) return;
  await endContainers(paths);
  // Mounts lie in each other: the last made goes first.
  for (const point of mountsBelow(directory).toReversed()) await execa("umount", ["-l", point], { reject: false });
  for (const group of ownGroups(paths)) removeGroups(group);
  if (existsSync(`/run/netns/${paths.namespace}`))
    await execa("ip", ["netns", "delete", paths.namespace], { reject: false });
  rmSync(paths.sockets, { recursive: true, force: true });
  // What Pods had is nobody's any more; logs stay for whoever looks for the reason.
  for (const gone of [paths.kubelet, paths.containerd, join(paths.node, "addresses")])
    rmSync(gone, { recursive: true, force: true, maxRetries: 3 });
}

async function endContainers(paths: NodePaths): Promise<void> {
  for (let waited = 0; waited < 5000; waited += 50) {
    const pids = ownGroups(paths).flatMap(processesOf);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    await delay(50);
  }
}

/** The node's group in each hierarchy of cgroup v1, or the one of v2. */
function ownGroups({ cgroup }: NodePaths): string[] {
  if (!existsSync(cgroups)) return [];
  const parents = [cgroups, ...readdirSync(cgroups).map((name) => join(cgroups, name))];
  return parents.map((parent) => join(parent, cgroup)).filter((group) => existsSync(group));
}

function processesOf(group: string): number[] {
  const own = existsSync(join(group, "cgroup.procs")) ? readFileSync(join(group, "cgroup.procs"), "utf8") : "";
  return [...own.split("\n").filter(Boolean).map(Number), ...groupsIn(group).flatMap(processesOf)];
}

function removeGroups(group: string): void {
  for (const inner of groupsIn(group)) removeGroups(inner);
  try {
    rmdirSync(group);
  } catch {
    // A process that has just been killed still counts; the next stop removes its group.
  }
}

function groupsIn(group: string): string[] {
  return readdirSync(group, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(group, name));
}

/** Mount points in a directory; the kernel writes a space as `\040`. */
export function mountsBelow(directory: string): string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) =>
      (line.split(" ")[1] ?? "").replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))),
    )
    .filter((point) => point.startsWith(`${directory}/`));
}
