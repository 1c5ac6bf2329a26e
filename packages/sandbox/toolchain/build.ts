import { createWriteStream, existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import semver from "semver";
import { cacheSubdirectory, moduleDirectory } from "./cache.ts";
import { ToolchainError } from "./errors.ts";
import { versionIn } from "./on-path.ts";
import type { Tool } from "./tools.ts";

/** What Go's build and module caches and the programs take, measured on a bare machine, with room to spare. */
const diskBytesNeeded = 6 * 2 ** 30;

/**
 * Builds tools of one module, together, so that what they share is compiled once, and hands each program over by its path in a
 * temporary folder, which is removed afterwards. Go's own cache makes an interrupted build go on where it stopped.
 *
 * @throws {ToolchainError} Naming the log, when Go is missing or too old, the disk is nearly full, or the build fails.
 */
export async function buildTools(
  tools: Tool<string>[],
  keep: (tool: Tool<string>, program: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const [first] = tools;
  if (!first) return;
  const directory = moduleDirectory(first);
  await requireGo(directory);
  const output = mkdtempSync(join(cacheSubdirectory("bin"), ".build-"));
  requireSpace(output);
  const log = join(cacheSubdirectory("logs"), `build-${first.module}.log`);
  try {
    // The linker flags of a module's tools are alike, so one command builds them all.
    const tags = first.tags ? ["-tags", first.tags] : [];
    const flags = ["-trimpath", "-buildvcs=false", ...tags, "-ldflags", `-s -w ${first.linkerFlags}`.trim()];
    const stream = createWriteStream(log);
    const build = execa("go", ["build", ...flags, "-o", `${output}/`, ...tools.map((tool) => tool.package)], {
      cwd: directory,
      env: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local", GOWORK: "off" },
      reject: false,
      stdin: "ignore",
      all: true,
      buffer: false,
      cancelSignal: signal,
    });
    build.all.pipe(stream);
    const result = await build;
    signal?.throwIfAborted();
    if (result.exitCode !== 0) throw new ToolchainError(await failureText(first, log));
    for (const tool of tools) keep(tool, builtProgram(output, tool));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** Go names a program after the last part of its package that is no major version. */
function builtProgram(output: string, tool: Tool<string>): string {
  const parts = tool.package.split("/");
  const last = /^v\d+$/.test(parts.at(-1) ?? "") ? parts.at(-2) : parts.at(-1);
  return join(output, last ?? tool.name);
}

async function requireGo(directory: string): Promise<void> {
  const wanted = /^go (\S+)/m.exec(await readFile(join(directory, "go.mod"), "utf8"))?.[1] ?? "1.26";
  const { stdout, exitCode } = await execa("go", ["version"], { reject: false, env: { GOTOOLCHAIN: "local" } });
  const install = `Install Go ${wanted} or newer (https://go.dev/dl/), then run again.`;
  if (exitCode !== 0)
    throw new ToolchainError(`Go is not on PATH, and a tool has to be built from its Go module. ${install}`);
  const found = versionIn(stdout) ?? semver.coerce(stdout)?.version ?? "0.0.0";
  if (semver.lt(found, semver.coerce(wanted) ?? "0.0.0"))
    throw new ToolchainError(`Go ${found} is on PATH, and go.mod asks for ${wanted}. ${install}`);
}

function requireSpace(directory: string): void {
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  if (free >= diskBytesNeeded) return;
  const gibibytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  throw new ToolchainError(
    `The disk of ${directory} has ${gibibytes(free)} GiB left; building the tools takes up to ${gibibytes(diskBytesNeeded)} GiB. ` +
      "Free some space, or set XDG_CACHE_HOME and GOCACHE to a larger disk, then run again.",
  );
}

async function failureText({ module }: Tool<string>, log: string): Promise<string> {
  const text = existsSync(log) ? await readFile(log, "utf8") : "";
  const tail = text.trim().split("\n").slice(-8).join("\n");
  const hint = /no space left/i.test(text)
    ? "The disk is full."
    : /dial tcp|no such host|timeout/i.test(text)
      ? "Go modules cannot be reached: check the network and GOPROXY."
      : "";
  return [`Building ${module} failed. ${hint}`.trim(), tail, `The whole log: ${log}`].join("\n");
}
