import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { withLock } from "../lock.ts";
import { cacheSubdirectory } from "../toolchain/cache.ts";
import { ToolchainError } from "../toolchain/errors.ts";
import { type LayerEntry, treeEntries } from "./layer-tar.ts";
import type { BuildOptions, LayerContent } from "./layers.ts";
import type { LayerRecipe } from "./recipe.ts";

/** The Debian release that images are made from, whatever runs on this machine. */
export const debianRelease = "trixie";

/** The key ring that Debian's own packages bring, and that signs the release. */
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** How long apt's lists are used: what they name is replaced on the mirror now and then. */
const listsMilliseconds = 60 * 60 * 1000;

/** Not needed to run anything. */
const documentation = ["doc", "man", "info", "lintian", "bug", "locale", "doc-base", "pixmaps", "applications"];
const leftOut = documentation.map((name) => `/usr/share/${name}`);

type DebianRecipe = Extract<LayerRecipe, { kind: "debian" }>;

/**
 * Debian packages and what they need, unpacked and not installed: no script of a package runs, nothing is there but files. apt works
 * in directories of its own and believes that nothing is installed, so it finds all dependencies and leaves this machine alone.
 * @throws {ToolchainError} Where there is no apt, no Debian mirror among its sources, or no way to it.
 */
export async function debianEntries(recipe: DebianRecipe, work: string, options: BuildOptions): Promise<LayerContent> {
  const root = join(work, "root");
  const versions = await unpackDebian(recipe, root, options);
  const without = new Set([...leftOut, ...(recipe.withoutPaths ?? [])]);
  const named = recipe.packages.map((name) => `${name} ${versions.get(name)}`);
  return {
    // In Debian the old directories are links into /usr; a package of its own brings them, which nothing depends on.
    entries: [...mergedDirectories, ...treeEntries(root, { without: (path) => without.has(path) })],
    madeOf: `Debian ${debianRelease}: ${named.join(", ")}`,
  };
}

const merged = ["bin", "lib", "lib64", "sbin"];
const mergedDirectories = merged.map((name): LayerEntry => ({
  path: `/${name}`,
  type: "symlink",
  target: `usr/${name}`,
}));

/** Unpacks the recipe's packages with all they need into `root` and returns the version of each. */
export async function unpackDebian(
  recipe: Pick<DebianRecipe, "packages" | "withoutPackages">,
  root: string,
  { signal }: BuildOptions,
): Promise<Map<string, string>> {
  const home = cacheSubdirectory("apt");
  // apt's own lists and downloads are shared by all layers; they make an interrupted build go on where it stopped.
  return withLock(join(home, "lock"), { signal }, async () => {
    const apt = await privateApt(home, signal);
    const planned = await apt("install", "--simulate", ...recipe.packages);
    const versions = new Map<string, string>();
    for (const [, name, version] of planned.matchAll(/^Inst (\S+) \((\S+)/gm)) versions.set(name ?? "", version ?? "");
    const without = (recipe.withoutPackages ?? []).map(
      (pattern) => new RegExp(`^${pattern.replaceAll(/[.+]/g, "\\$&").replace("*", ".*")}$`),
    );
    const wanted = [...versions].filter(([name]) => !without.some((pattern) => pattern.test(name)));
    const archives = join(home, "archives");
    mkdirSync(archives, { recursive: true });
    const missing = wanted.filter(([name, version]) => !existsSync(archive(archives, name, version)));
    if (missing.length > 0) await apt("download", ...missing.map(([name, version]) => `${name}=${version}`));
    mkdirSync(root, { recursive: true });
    for (const [name, version] of wanted)
      await execa("dpkg-deb", ["--extract", archive(archives, name, version), root], {
        stdin: "ignore",
        cancelSignal: signal,
      });
    rmSync(archives, { recursive: true });
    return new Map(wanted);
  });
}

/** apt names a download after its package, its version with the colon escaped, and its architecture, which may be none. */
function archive(directory: string, name: string, version: string): string {
  const start = `${name}_${version.replace(":", "%3a")}_`;
  const found = readdirSync(directory).find((file) => file.startsWith(start) && file.endsWith(".deb"));
  return join(directory, found ?? `${start}missing.deb`);
}

async function privateApt(home: string, signal?: AbortSignal): Promise<(...args: string[]) => Promise<string>> {
  const sources = await execa("apt-get", ["indextargets", "--format", "$(LABEL)|$(REPO_URI)"], { reject: false });
  const mirror = /^Debian\|(\S+)$/m.exec(sources.stdout ?? "")?.[1];
  if (sources.exitCode !== 0 || !mirror || !existsSync(keyring))
    throw new ToolchainError(
      "Debian packages are needed, and this machine has no apt with a Debian mirror and Debian's keys. " +
        "On Debian run `apt-get update` once; elsewhere what needs them runs simulated.",
    );
  const etc = join(home, "etc");
  for (const directory of [etc, join(home, "state", "lists", "partial"), join(home, "cache", "archives", "partial")])
    mkdirSync(directory, { recursive: true });
  for (const directory of ["apt.conf.d", "preferences.d"]) mkdirSync(join(etc, directory), { recursive: true });
  writeFileSync(join(etc, "sources.list"), `deb [signed-by=${keyring}] ${mirror} ${debianRelease} main\n`);
  writeFileSync(join(home, "state", "status"), "");
  const settings = {
    "Dir::Etc": etc,
    "Dir::State": join(home, "state"),
    "Dir::State::status": join(home, "state", "status"),
    "Dir::Cache": join(home, "cache"),
    "APT::Install-Recommends": "false",
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  const run = async (...args: string[]) => {
    const cwd = join(home, "archives");
    mkdirSync(cwd, { recursive: true });
    const { stdout, stderr, exitCode } = await execa("apt-get", [...flags, "--yes", ...args], {
      cwd,
      reject: false,
      stdin: "ignore",
      cancelSignal: signal,
      env: { LC_ALL: "C" },
    });
    signal?.throwIfAborted();
    if (exitCode !== 0)
      throw new ToolchainError(`apt-get ${args[0]} failed, while packages of Debian were got:\n${stderr.slice(-500)}`);
    return stdout;
  };
  const stamp = join(home, "updated");
  if (!existsSync(stamp) || Date.now() - statSync(stamp).mtimeMs > listsMilliseconds) {
    await run("update");
    writeFileSync(stamp, "");
  }
  return run;
}
