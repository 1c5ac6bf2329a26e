import { accessSync, constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import semver from "semver";
import { cacheSubdirectory } from "./cache.ts";
import type { Tool } from "./tools.ts";

/** How long a program may take to say its version: some on PATH are wrappers that hang without a network. */
const versionTimeoutMilliseconds = 5_000;

/** A program found on PATH that is fit to be used. */
export interface FoundTool {
  path: string;
  version: string;
}

/** Whether a version found will do for the wanted one: the same minor version, an equal or newer patch. */
export function isFit(found: string, wanted: string): boolean {
  return semver.valid(found) !== null && semver.satisfies(found, `~${wanted}`);
}

/** The first version in a program's answer: `Kubernetes v1.36.3`, `go version go1.26.8`. */
export function versionIn(answer: string): string | undefined {
  return /(?<![\d.])(\d+\.\d+\.\d+(?:-[\w.]+)?)/.exec(answer)?.[1];
}

/** The first program of that name on PATH, if it is fit. Answers are remembered until the file changes. */
export async function findOnPath(
  tool: Pick<Tool<string>, "name" | "version" | "versionArguments">,
): Promise<FoundTool | undefined> {
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((directory) => join(directory, tool.name))
    .find(isExecutable);
  if (!path) return undefined;
  const version = await versionOf(path, tool.versionArguments);
  return version && isFit(version, tool.version) ? { path, version } : undefined;
}

/** The version that a program reports, or undefined if it says none in time. */
export async function versionOf(path: string, versionArguments: string[]): Promise<string | undefined> {
  const { mtimeMs, size } = statSync(path);
  const key = `${path} ${mtimeMs} ${size}`;
  const memory = join(cacheSubdirectory("versions"), Buffer.from(key).toString("base64url").slice(-200));
  try {
    return readFileSync(memory, "utf8") || undefined;
  } catch {
    const answer = await execa(path, versionArguments, {
      reject: false,
      timeout: versionTimeoutMilliseconds,
      stdin: "ignore",
      all: true,
    });
    const version = versionIn(answer.all) ?? "";
    writeFileSync(memory, version);
    return version || undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
