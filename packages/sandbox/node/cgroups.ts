import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nodePaths } from "./paths.ts";

const root = "/sys/fs/cgroup";

/** The root of each hierarchy of cgroup v1, or the one of v2. */
function hierarchies(): string[] {
  if (!existsSync(root)) return [];
  if (existsSync(join(root, "cgroup.controllers"))) return [root];
  return readdirSync(root).map((name) => join(root, name));
}

/** Makes the parent of the Pods' groups: kubelet makes all below it, but not itself. */
export function makeCgroups(directory: string): void {
  for (const hierarchy of hierarchies()) {
    const group = join(hierarchy, nodePaths(directory).cgroup);
    mkdirSync(group, { recursive: true });
    // A new group of v1's cpuset has no CPUs until it is told.
    for (const file of ["cpuset.cpus", "cpuset.mems"])
      if (hierarchy !== root && existsSync(join(group, file)))
        writeFileSync(join(group, file), readFileSync(join(hierarchy, file), "utf8"));
  }
}

/** How long processes that were killed with their namespace may take to be gone, in milliseconds. */
const patience = 5000;

/** Removes the groups of the cluster in `directory` once their processes, which were killed before, are gone. */
export async function removeCgroups(directory: string): Promise<void> {
  const groups = hierarchies().map((hierarchy) => join(hierarchy, nodePaths(directory).cgroup));
  for (let waited = 0; groups.some((group) => existsSync(group)) && waited < patience; waited += 50) {
    groups.forEach(remove);
    await delay(50);
  }
}

function remove(group: string): void {
  if (!existsSync(group)) return;
  for (const entry of readdirSync(group, { withFileTypes: true }))
    if (entry.isDirectory()) remove(join(group, entry.name));
  try {
    rmdirSync(group);
  } catch {
    // A process that has just been killed still counts.
  }
}
