import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cacheSubdirectory } from "../toolchain/cache.ts";
import { ToolchainError } from "../toolchain/errors.ts";
import { currentPlatform } from "../toolchain/tools.ts";
import { unpackDebian } from "./layer-debian.ts";
import { directoriesAbove, treeEntries } from "./layer-tar.ts";
import type { BuildOptions, LayerContent } from "./layers.ts";
import type { LayerRecipe } from "./recipe.ts";
import { requirementsFile } from "./requirements.ts";

type PythonRecipe = Extract<LayerRecipe, { kind: "python" }>;

/**
 * Packages from PyPI at the versions and hashes of a requirements file. They are installed and compiled by the image's own Python, run
 * in place, so that this machine needs none; programs of packages are left out, since they name the Python that installed them.
 * @throws {ToolchainError} Where Debian or PyPI cannot be reached, or a hash differs.
 */
export async function pythonEntries(recipe: PythonRecipe, work: string, options: BuildOptions): Promise<LayerContent> {
  const { signal } = options;
  const root = join(work, "root");
  const { packages, withoutPackages } = recipe.python;
  await unpackDebian({ packages: [...packages, "python3-pip"], withoutPackages }, root, options);
  const tree = join(work, "tree");
  const target = join(tree, recipe.path);
  mkdirSync(target, { recursive: true });
  const downloads = join(cacheSubdirectory("pip"), recipe.name);
  const python = (...args: string[]) => {
    const [program, ...options] = pythonIn(root);
    return execa(program, [...options, ...args], {
      env: {
        PYTHONHOME: join(root, "usr"),
        PYTHONPATH: join(root, "usr", "lib", "python3", "dist-packages"),
        PYTHONDONTWRITEBYTECODE: "1",
        // Downloads that are whole are used again after an interruption.
        PIP_CACHE_DIR: downloads,
      },
      reject: false,
      stdin: "ignore",
      stdout: "ignore",
      cancelSignal: signal,
    });
  };
  const file = requirementsFile(recipe.requirements);
  // What a package says of Python versions is a caution for versions to come; these very versions were tried.
  const exact = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-compile", "--ignore-requires-python"];
  const install = ["-m", "pip", "install", "--quiet", "--no-input", ...exact, "--target", target];
  const { exitCode, stderr } = await python(...install, "--requirement", file);
  signal?.throwIfAborted();
  if (exitCode !== 0)
    throw new ToolchainError(`Python packages of ${recipe.name} could not be had:\n${stderr.slice(-800)}`);
  leaveOutPrograms(target);
  // Compiled here, because the containers' file systems are read-only; by content and not by time, so that the bytes repeat. A file
  // that is no Python of this version, such as a template, is not compiled and fails nothing.
  await python("-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", tree, "-p", "/", target);
  signal?.throwIfAborted();
  rmSync(downloads, { recursive: true, force: true });
  return {
    entries: [
      ...directoriesAbove(recipe.path).map((path) => ({ path, type: "directory" as const })),
      { path: recipe.path, type: "directory" },
      ...treeEntries(target, { prefix: recipe.path }),
    ],
    madeOf: `PyPI: ${pinned(file).join(", ")}`,
  };
}

/** Removes packages' programs, and from their lists of files as well, whose hashes name the Python that installed them. */
function leaveOutPrograms(target: string): void {
  rmSync(join(target, "bin"), { recursive: true, force: true });
  for (const name of readdirSync(target).filter((entry) => entry.endsWith(".dist-info"))) {
    const record = join(target, name, "RECORD");
    if (!existsSync(record)) continue;
    const lines = readFileSync(record, "utf8").split("\n");
    writeFileSync(record, lines.filter((line) => !line.startsWith("../")).join("\n"));
  }
}

/** The command that runs the Python of an unpacked tree in its place; it wants PYTHONHOME in its environment. */
export function pythonIn(root: string): [program: string, ...options: string[]] {
  return programIn(root, "python3");
}

/** The command that runs a program of an unpacked tree in its place, with the tree's libraries. */
export function programIn(root: string, program: string): [program: string, ...options: string[]] {
  const x64 = currentPlatform().arch === "amd64";
  const triple = x64 ? "x86_64-linux-gnu" : "aarch64-linux-gnu";
  const loader = join(root, x64 ? "usr/lib64/ld-linux-x86-64.so.2" : "usr/lib/ld-linux-aarch64.so.1");
  if (!existsSync(loader))
    throw new ToolchainError(`Debian's C library in ${root} has no loader where it is expected.`);
  return [loader, "--library-path", join(root, "usr", "lib", triple), join(root, "usr", "bin", program)];
}

/** The packages that a requirements file says are what it is for: its first comment line. */
function pinned(file: string): string[] {
  const wanted = /^# For: (.*)$/m.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  return wanted.split(", ");
}
