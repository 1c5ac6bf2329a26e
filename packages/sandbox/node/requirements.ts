import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type SystemProgram, systemProgram } from "./system-programs.ts";

/** The programs of the distribution that the node needs. */
export type SystemPrograms = Record<SystemProgram, string>;

/**
 * Looks whether this machine can run a real node.
 * @returns The programs of the distribution, or why it cannot, as a sentence with the fix.
 */
export async function nodeRequirements(): Promise<{ programs: SystemPrograms } | { missing: string }> {
  if (process.platform !== "linux") return { missing: "it needs Linux; containers do not run on this system itself." };
  if (process.getuid?.() !== 0)
    return { missing: "it needs root, to make network namespaces and cgroups; run as root." };
  for (const program of ["ip", "nsenter", "tar", "umount"]) {
    if (!onPath(program)) return { missing: `"${program}" is not on PATH; install it (iproute2, util-linux, tar).` };
  }
  if (!existsSync("/sys/fs/cgroup")) return { missing: "cgroups are not mounted at /sys/fs/cgroup; mount them." };
  const systems = readFileSync("/proc/filesystems", "utf8");
  if (!/\boverlay\b/.test(systems))
    return { missing: "the kernel has no overlay file system; load the module overlay." };
  const [runc, nft] = await Promise.all([systemProgram("runc"), systemProgram("nft")]);
  if (!runc) return { missing: "runc is not there and cannot be had from Debian's packages; install runc." };
  if (!nft) return { missing: "nft is not there and cannot be had from Debian's packages; install nftables." };
  return { programs: { runc, nft } };
}

function onPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((directory) => existsSync(join(directory, program)));
}
