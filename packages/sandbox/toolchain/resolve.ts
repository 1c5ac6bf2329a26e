import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import pLimit from "p-limit";
import { withLock } from "../lock.ts";
import { buildTools } from "./build.ts";
import { cachedPath, cacheSubdirectory } from "./cache.ts";
import { answers, downloadRelease } from "./download.ts";
import { findOnPath } from "./on-path.ts";
import { type MonitoringToolName, monitoringToolTable } from "./monitoring-tools.ts";
import { type NodeToolName, nodeToolTable } from "./node-tools.ts";
import { currentPlatform, type Platform, type Tool, type ToolName, toolTable } from "./tools.ts";

/** A tool that is there. */
export interface ResolvedTool {
  name: string;
  version: string;
  path: string;
  /** `download` and `build`: got in this run; afterwards it is `cache`. */
  source: "path" | "cache" | "download" | "build";
}

export interface ResolveOptions {
  onProgress?(message: string): void;
  signal?: AbortSignal;
  /** Default: all. */
  tools?: ToolName[];
}

/** What the Go compiler and linker of one module take at their peak (kube-apiserver's), rounded up. */
const buildMemoryBytes = 3 * 2 ** 30;

/**
 * Gets the tools, each from the first of: PATH, the cache, its official release, a build from pinned Go modules.
 * @throws {ToolchainError} If one can be had nowhere.
 */
export async function resolveToolchain(options: ResolveOptions = {}): Promise<Record<ToolName, ResolvedTool>> {
  const wanted = toolTable(currentPlatform()).filter(({ name }) => options.tools?.includes(name) ?? true);
  return resolveTools(wanted, options);
}

/**
 * Gets the tools of the embedded cluster's real node in the same way.
 * @throws {ToolchainError} If one can be had nowhere.
 */
export async function resolveNodeTools(
  options: Omit<ResolveOptions, "tools"> = {},
): Promise<Record<NodeToolName, ResolvedTool>> {
  return resolveTools(nodeToolTable(currentPlatform()), options);
}

/**
 * Gets the monitoring programs, or some of them, in the same way.
 * @throws {ToolchainError} If one can be had nowhere.
 */
export async function resolveMonitoringTools<Name extends MonitoringToolName = MonitoringToolName>(
  options: Omit<ResolveOptions, "tools"> & { tools?: readonly Name[] } = {},
): Promise<Record<Name, ResolvedTool>> {
  const { tools, ...others } = options;
  const isWanted = (tool: Tool<MonitoringToolName>): tool is Tool<Name> =>
    (tools as readonly MonitoringToolName[] | undefined)?.includes(tool.name) ?? true;
  return resolveTools(monitoringToolTable().filter(isWanted), others);
}

/** Gets the given tools in the same way. @throws {ToolchainError} If one can be had nowhere. */
export async function resolveTools<Name extends string>(
  wanted: Tool<Name>[],
  options: ResolveOptions,
): Promise<Record<Name, ResolvedTool>> {
  const platform = currentPlatform();
  const resolved = new Map<string, ResolvedTool>();
  const look = async () => {
    for (const tool of wanted.filter(({ name }) => !resolved.has(name))) {
      const found = await findTool(tool, platform);
      if (found) resolved.set(tool.name, found);
    }
    return wanted.filter(({ name }) => !resolved.has(name));
  };
  if ((await look()).length > 0) {
    const onWait = (pid?: number) => options.onProgress?.(`waiting for process ${pid ?? "?"}, which gets the tools`);
    await withLock(join(cacheSubdirectory("bin"), "lock"), { onWait, signal: options.signal }, async () => {
      await getMissing(await look(), platform, resolved, options);
    });
  }
  return Object.fromEntries(resolved) as Record<Name, ResolvedTool>;
}

/** A tool that is on PATH or in the cache. */
export async function findTool(tool: Tool<string>, platform: Platform): Promise<ResolvedTool | undefined> {
  const found = tool.notOnPath ? undefined : await findOnPath(tool);
  if (found) return { name: tool.name, ...found, source: "path" };
  const path = cachedPath(tool, platform);
  return existsSync(path) ? { name: tool.name, version: tool.version, path, source: "cache" } : undefined;
}

/** How many modules to build at once: a build uses two cores well, and memory is what a small machine runs out of. */
export function buildConcurrency(cores: number, memoryBytes: number): number {
  return Math.max(1, Math.min(Math.floor(cores / 2), Math.floor(memoryBytes / buildMemoryBytes)));
}

async function getMissing(
  missing: Tool<string>[],
  platform: Platform,
  resolved: Map<string, ResolvedTool>,
  options: ResolveOptions,
) {
  const { onProgress, signal } = options;
  const keep = (tool: Tool<string>, program: string, source: "download" | "build") => {
    const path = cachedPath(tool, platform);
    mkdirSync(dirname(path), { recursive: true });
    const companions = source === "download" ? (tool.release?.companions ?? []) : [];
    for (const name of companions) renameSync(join(dirname(program), name), join(dirname(path), name));
    // The program itself comes last: where it is, all of it is.
    chmodSync(program, 0o755);
    renameSync(program, path);
    resolved.set(tool.name, { name: tool.name, version: tool.version, path, source });
  };
  const toBuild: Tool<string>[] = [];
  for (const tool of missing) {
    if (!(await tryDownload(tool, keep, options))) toBuild.push(tool);
  }
  const modules = Map.groupBy(toBuild, ({ module }) => module);
  const limit = pLimit(buildConcurrency(availableParallelism(), process.availableMemory()));
  let done = 0;
  const builds = [...modules].map(([module, tools]) =>
    limit(async () => {
      signal?.throwIfAborted();
      const began = Date.now();
      const say = () => {
        const seconds = Math.round((Date.now() - began) / 1000);
        onProgress?.(
          `building ${module} (${done + 1} of ${modules.size} modules, ${seconds} s; the first time takes minutes)`,
        );
      };
      say();
      const ticking = setInterval(say, 10_000);
      try {
        await buildTools(tools, (tool, program) => keep(tool, program, "build"), signal);
        done++;
      } finally {
        clearInterval(ticking);
      }
    }),
  );
  // All are let end before an error counts: what is built by then is kept.
  const failed = (await Promise.allSettled(builds)).find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

async function tryDownload(
  tool: Tool<string>,
  keep: (tool: Tool<string>, program: string, source: "download") => void,
  { onProgress, signal }: ResolveOptions,
): Promise<boolean> {
  const { release } = tool;
  if (!release || !(await answers(release.url, signal))) return false;
  const directory = mkdtempSync(join(cacheSubdirectory("bin"), ".download-"));
  try {
    onProgress?.(`downloading ${tool.name} ${tool.version}`);
    keep(tool, await downloadRelease(release, directory, signal), "download");
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    onProgress?.(`${tool.name} is built instead: ${error instanceof Error ? error.message : error}`);
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
