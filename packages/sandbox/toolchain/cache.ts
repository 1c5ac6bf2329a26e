import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Platform, Tool } from "./tools.ts";

/** `$XDG_CACHE_HOME/genai`, by default `~/.cache/genai`: outside the checkout, so that every clone shares it. */
export function cacheDirectory(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "genai");
}

/** Makes and returns a directory of the cache. */
export function cacheSubdirectory(name: string): string {
  const directory = join(cacheDirectory(), name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** Folder of a tool's Go module in this checkout. */
export function moduleDirectory({ module }: Pick<Tool<string>, "module">): string {
  return join(import.meta.dirname, "modules", module);
}

/** Where the cache keeps a tool. The path changes with anything that changes the program: version, flags, platform, pinned modules, own source. */
export function cachedPath(tool: Tool<string>, platform: Platform): string {
  const key = createHash("sha256");
  for (const part of [tool.version, tool.package, tool.linkerFlags, platform.os, platform.arch])
    key.update(`${part}\n`);
  if (tool.tags) key.update(`${tool.tags}\n`);
  for (const file of ["go.mod", "go.sum", ...ownSources(tool)]) {
    const path = join(moduleDirectory(tool), file);
    if (existsSync(path)) key.update(readFileSync(path));
  }
  return join(cacheDirectory(), "bin", `${tool.name}-${tool.version}-${key.digest("hex").slice(0, 12)}`, tool.name);
}

/** The source of a program of this project's own; what other modules bring is pinned by go.sum. */
function ownSources(tool: Tool<string>): string[] {
  if (!tool.package.startsWith("./")) return [];
  const files = readdirSync(join(moduleDirectory(tool), tool.package)).filter((file) => file.endsWith(".go"));
  return files.toSorted().map((file) => join(tool.package, file));
}
