import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { ToolchainError } from "../toolchain/errors.ts";
import { resolveNodeTools } from "../toolchain/resolve.ts";
import type { RealNodeParts } from "./parts.ts";
import { onPath, systemProgram } from "./system-programs.ts";

/** Why this machine can run no real node, as a sentence with the fix; undefined if it can. Changes nothing. */
export async function realNodeProblem(): Promise<string | undefined> {
  if (process.platform !== "linux") return "it needs Linux; containers do not run on this system itself.";
  if (process.getuid?.() !== 0) return "it needs root, for namespaces and cgroups; run as root.";
  const absent = ["ip", "nsenter", "unshare", "mount"].filter((program) => !onPath(program));
  if (absent.length > 0) return `not on PATH: ${absent.join(", ")}; install iproute2, util-linux and mount.`;
  return kernelFeature() ?? (await namespaces());
}

/**
 * Everything that a real node is made of.
 * @returns Or why there can be none here, as a sentence with the fix.
 */
export async function realNodeParts(options: {
  onProgress?(message: string): void;
  signal?: AbortSignal;
}): Promise<RealNodeParts | { missing: string }> {
  const problem = await realNodeProblem();
  if (problem) return { missing: problem };
  const [runc, nft] = await Promise.all([systemProgram("runc"), systemProgram("nft")]);
  if (!runc) return { missing: "runc is not there and cannot be had from Debian's packages; install runc." };
  if (!nft) return { missing: "nft is not there and cannot be had from Debian's packages; install nftables." };
  try {
    return { programs: { runc, nft }, tools: await resolveNodeTools(options) };
  } catch (error) {
    if (error instanceof ToolchainError) return { missing: error.message };
    throw error;
  }
}

/** The first thing that the kernel lacks, with the fix. */
function kernelFeature(): string | undefined {
  const groups = "/sys/fs/cgroup";
  const unified = join(groups, "cgroup.controllers");
  const controllers = existsSync(unified) ? readFileSync(unified, "utf8").trim().split(" ") : undefined;
  const absent = ["cpu", "cpuset", "memory", "pids"].filter((name) =>
    controllers ? !controllers.includes(name) : !existsSync(join(groups, name)),
  );
  if (absent.length > 0)
    return `no cgroup controller ${absent.join(", ")} at ${groups}; mount cgroups, and in a container give it them.`;
  if (!/\boverlay\b/.test(readFileSync("/proc/filesystems", "utf8")))
    return "the kernel has no overlay file system; run: modprobe overlay";
  return undefined;
}

/** Why namespaces cannot be made, as in a container without the right to. */
async function namespaces(): Promise<string | undefined> {
  const { exitCode, stderr } = await execa(
    "unshare",
    ["--fork", "--pid", "--mount-proc", "--net", "ip", "link", "add", "node0", "type", "bridge"],
    { reject: false, stdin: "ignore" },
  );
  if (exitCode === 0) return undefined;
  const why = stderr.trim().split("\n")[0] ?? "";
  return `namespaces and a network bridge cannot be made (${why}); in a container run it privileged.`;
}
