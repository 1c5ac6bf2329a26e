import { join } from "node:path";
import { readFileSync } from "node:fs";
import { execa } from "execa";
import semver from "semver";
import { cacheDirectory } from "./cache.ts";
import { versionIn } from "./on-path.ts";
import { findTool, type ResolvedTool } from "./resolve.ts";
import { currentPlatform, toolTable } from "./tools.ts";

/** One line of `genai doctor`. */
export interface ToolReport {
  name: string;
  wanted: string;
  found?: Pick<ResolvedTool, "version" | "path" | "source">;
  /** What is missing, and the command that fixes it. */
  missing?: string;
}

/** Says of every tool, and of what they are got with, which there is and from where. Changes nothing. */
export async function inspectToolchain(): Promise<ToolReport[]> {
  const platform = currentPlatform();
  const tools = toolTable(platform).map(async (tool): Promise<ToolReport> => {
    const found = await findTool(tool, platform);
    const missing = found ? undefined : `not on PATH and not in ${cacheDirectory()}; \`npm start\` gets it`;
    return { name: tool.name, wanted: `~${tool.version}`, found, missing };
  });
  const goModule = readFileSync(join(import.meta.dirname, "modules", "kubernetes", "go.mod"), "utf8");
  const goVersion = /^go (\S+)/m.exec(goModule)?.[1] ?? "1.26";
  return Promise.all([
    runtime("node", ["--version"], "24.0.0", "the npm package `node` brings it: npm ci"),
    runtime("go", ["version"], semver.coerce(goVersion)?.version ?? goVersion, "install it from https://go.dev/dl/"),
    runtime("git", ["--version"], "2.30.0", "install it with your package manager"),
    ...tools,
  ]);
}

async function runtime(name: string, versionArguments: string[], least: string, fix: string): Promise<ToolReport> {
  const wanted = `>=${least}`;
  const answer = await execa(name, versionArguments, { reject: false, stdin: "ignore" });
  const version = answer.exitCode === 0 ? versionIn(answer.stdout) : undefined;
  if (!version) return { name, wanted, missing: `not on PATH; ${fix}` };
  const where = await execa("which", [name], { reject: false });
  const found = { version, path: where.stdout, source: "path" as const };
  return semver.satisfies(version, wanted)
    ? { name, wanted, found }
    : { name, wanted, found, missing: `${version} is too old; ${fix}` };
}
